# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter organizations_to_validate: organizations that can be submitted for validation."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ..module_utils._decisions.prevalidation import submissions

DOCUMENTATION = r"""
name: organizations_to_validate
short_description: Get the organizations to submit for validation
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Returns what M(community.digicert.digicert_organization) submits for each active organization, as in the playbook
    C(community.digicert.prevalidate).
positional: types
options:
  _input:
    description: RV(community.digicert.digicert_org_validation_info#module:organizations).
    type: list
    elements: dict
    required: true
  types:
    description: Types of validation, see O(community.digicert.digicert_organization#module:validations[].type).
    type: list
    elements: str
    required: true
seealso:
  - module: community.digicert.digicert_org_validation_info
  - module: community.digicert.digicert_organization
"""

EXAMPLES = r"""
- name: Show what would be submitted
  ansible.builtin.debug:
    msg: "{{ organizations | community.digicert.organizations_to_validate(['ov', 'ev']) }}"
  vars:
    organizations:
      - id: 112233
        name: Example Corp
        status: active
"""

RETURN = r"""
_value:
  description: One entry for each active organization, with C(organization_id), C(name) and C(validations).
  type: list
  elements: dict
"""


def organizations_to_validate(
    organizations: Sequence[Mapping[str, t.Any]], types: Sequence[str]
) -> list[dict[str, t.Any]]:
    """Return what is submitted for each active organization."""
    return submissions(organizations, types)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"organizations_to_validate": organizations_to_validate}
