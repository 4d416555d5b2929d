# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter prevalidation_left: what organizations and domains still need from a person."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ..module_utils._decisions.prevalidation import left_to_do

DOCUMENTATION = r"""
name: prevalidation_left
short_description: Return what is left to do for the validation of organizations and domains
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Returns what is awaited and which records have to be published, as the playbook C(community.digicert.prevalidate)
    shows it.
options:
  _input:
    description:
      - Results of loops over M(community.digicert.digicert_organization) and M(community.digicert.digicert_domain).
      - Results that were skipped do not count.
    type: list
    elements: dict
    required: true
seealso:
  - module: community.digicert.digicert_organization
  - module: community.digicert.digicert_domain
"""

EXAMPLES = r"""
- name: Show what is left to do
  ansible.builtin.debug:
    msg: "{{ results | community.digicert.prevalidation_left }}"
  vars:
    results:
      - blocked_on:
          - detail: the OV validation of organization 112233 is pending
            next_action: Answer DigiCert's validation team.
        dcv:
          records: []
"""

RETURN = r"""
_value:
  description: One line for each thing that is awaited, and for each record.
  type: list
  elements: str
  sample:
    - "the OV validation of organization 112233 is pending: Answer DigiCert's validation team."
"""


def prevalidation_left(results: Sequence[Mapping[str, t.Any]]) -> list[str]:
    """Return a line for each thing that is left to do."""
    return left_to_do(results)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"prevalidation_left": prevalidation_left}
