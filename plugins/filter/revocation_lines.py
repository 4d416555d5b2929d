# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter revocation_lines: certificates that would be revoked."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ..module_utils._report.lines import revocations

DOCUMENTATION = r"""
name: revocation_lines
short_description: Return which certificates would be revoked
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Returns a line for each certificate that M(community.digicert.digicert_revoke) would revoke, as the playbook
    C(community.digicert.revoke) shows them before it revokes anything.
options:
  _input:
    description: Results of M(community.digicert.digicert_revoke) in check mode.
    type: list
    elements: dict
    required: true
seealso:
  - module: community.digicert.digicert_revoke
"""

EXAMPLES = r"""
- name: Find out what would be revoked
  community.digicert.digicert_revoke:
    serial_number: a1b2c3d4e5f6
  check_mode: true
  register: preview

- name: Show it
  ansible.builtin.debug:
    msg: "{{ [preview] | community.digicert.revocation_lines }}"
"""

RETURN = r"""
_value:
  description: One line for each certificate; the reasons if a result has none.
  type: list
  elements: str
  sample:
    - "order 112233: www.example.com, serial number a1b2c3d4e5f6, valid until 2027-06-14T23:59:59+00:00"
"""


def revocation_lines(previews: Sequence[Mapping[str, t.Any]]) -> list[str]:
    """Return a line for each certificate that would be revoked."""
    return revocations(previews)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"revocation_lines": revocation_lines}
