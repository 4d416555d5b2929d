# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter dcv_problems: what kept the records of a host from being published or removed."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping

from ..module_utils._dcv.journal import problems_of

DOCUMENTATION = r"""
name: dcv_problems
short_description: Return what kept the records of a host from being published or removed
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - For the role P(community.digicert.dcv#role). If another host publishes the records of this host, its problems are
    returned as well.
positional: hostvars, host, check_mode
options:
  _input:
    description: What the host publishes, as the role registers it.
    type: dict
    required: true
  hostvars:
    description: The variables of all hosts.
    type: dict
    required: true
  host:
    description: The name of the host in the inventory.
    type: str
    required: true
  check_mode:
    description: Whether the run is in check mode.
    type: bool
    default: false
seealso:
  - plugin: community.digicert.dcv_plan
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Fail if the records could not be published
  ansible.builtin.fail:
    msg: "{{ problems | join(' ') }}"
  when: problems | length > 0
  vars:
    problems: "{{ __dcv_turn | community.digicert.dcv_problems(hostvars, inventory_hostname, ansible_check_mode) }}"
"""

RETURN = r"""
_value:
  description: One sentence or more for each problem.
  type: list
  elements: str
"""


def dcv_problems(
    turn: Mapping[str, t.Any], hostvars: Mapping[str, t.Any], host: str, check_mode: bool = False
) -> list[str]:
    """Return the problems of a host."""
    return list(problems_of(host, turn, lambda name: hostvars[name], dry=check_mode))


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"dcv_problems": dcv_problems}
