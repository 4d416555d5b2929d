# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter requests_to_replace: requests whose certificates were selected."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ..module_utils._report.reissue import to_replace

DOCUMENTATION = r"""
name: requests_to_replace
short_description: Get the requests whose certificates are replaced
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Returns the entries of C(certificate_requests) whose certificates were selected, with C(force) and a new key.
positional: selected
options:
  _input:
    description: Entries of C(certificate_requests).
    type: list
    elements: dict
    required: true
  selected:
    description: The result of P(community.digicert.certificate_selection#filter).
    type: list
    elements: dict
    required: true
seealso:
  - plugin: community.digicert.certificate_selection
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show what would be replaced
  ansible.builtin.debug:
    msg: "{{ requests | community.digicert.requests_to_replace([{'name': 'www', 'serial_number': 'a1b2c3d4e5f6'}]) }}"
  vars:
    requests:
      - name: /etc/pki/tls/www
        dns: www.example.com
      - name: mail
        dns: mail.example.com
"""

RETURN = r"""
_value:
  description: The entries for the role P(community.digicert.certificate#role).
  type: list
  elements: dict
"""


def requests_to_replace(
    requests: Sequence[Mapping[str, t.Any]], selected: Sequence[Mapping[str, t.Any]]
) -> list[dict[str, t.Any]]:
    """Return the requests whose certificates are replaced."""
    return to_replace(requests, selected)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"requests_to_replace": requests_to_replace}
