# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter certificate_requests: the entries of that variable with everything that they leave out."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ..module_utils._decisions.requested_certificates import complete_requests

DOCUMENTATION = r"""
name: certificate_requests
short_description: Complete and check the requests of the role certificate
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Adds to each entry of C(certificate_requests) what it leaves out, and refuses what the CA cannot fulfill, as the
    role P(community.digicert.certificate#role) does.
  - The result does not contain passphrases, so that it can be kept in a fact.
positional: defaults
options:
  _input:
    description: Entries of C(certificate_requests).
    type: list
    elements: dict
    required: true
  defaults:
    description: A value for each key that an entry may leave out.
    type: dict
    required: true
seealso:
  - plugin: community.digicert.certificate_step
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the names of the first certificate
  ansible.builtin.debug:
    msg: "{{ (requests | community.digicert.certificate_requests(defaults)).requests[0].dns }}"
  vars:
    requests:
      - name: www
        dns: www.example.com
    defaults:
      directory: /etc/digicert
      key_type: RSA
      key_owner: ""
      key_group: ""
      key_mode: "0600"
      owner: ""
      group: ""
      mode: "0644"
      renew_before: auto
      reload: []
      links: []
"""

RETURN = r"""
_value:
  description: The checked requests.
  type: dict
  contains:
    problem:
      description: Why a request cannot be used, in one sentence. Empty if all can.
      type: str
    requests:
      description: The completed requests. Empty if there is a problem.
      type: list
      elements: dict
"""


def certificate_requests(requests: Sequence[Mapping[str, t.Any]], defaults: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Complete and check the requests."""
    return complete_requests(requests, defaults)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"certificate_requests": certificate_requests}
