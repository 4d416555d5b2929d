# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter failure_reason: why a task failed."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping

from ..module_utils._decisions.task_failure import reason_of

DOCUMENTATION = r"""
name: failure_reason
positional: variables
short_description: Return why a task failed
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Returns the reason of a failed task in one form, whatever its module is. For a command it contains the command, its
    exit status and its output, or that its program is missing. For a loop it is the reason of the first item that
    failed.
options:
  _input:
    description: Result of the task, as in the variable C(ansible_failed_result) in the C(rescue) part of a block.
    type: dict
    required: true
  variables:
    description:
      - Names that are shown in place of those of the options of a module, by the name of the option. For a role whose
        user knows its variables only.
    type: dict
    default: {}
seealso:
  - plugin: community.digicert.deploy_outcome
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Reload a service
  block:
    - name: Run the command
      ansible.builtin.command:
        argv: [nginx, -s, reload]
      changed_when: true
  rescue:
    - name: Show why it failed
      ansible.builtin.debug:
        msg: "{{ ansible_failed_result | community.digicert.failure_reason }}"
"""

RETURN = r"""
_value:
  description: The reason.
  type: str
  sample: "the command 'nginx -s reload' exited with 1: invalid PID number"
"""


def failure_reason(result: Mapping[str, t.Any], variables: Mapping[str, str] | None = None) -> str:
    """Return why a task failed."""
    return reason_of(result, variables)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"failure_reason": failure_reason}
