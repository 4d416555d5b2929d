# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter deploy_steps: what the role deploy reloads."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ansible.errors import AnsibleFilterError

from ..module_utils._decisions.reload_steps import InvalidStepError, reload_steps, running_steps

DOCUMENTATION = r"""
name: deploy_steps
short_description: Return what has to be reloaded after an installation
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Returns the entries of a list such as C(deploy_reload) of the role P(community.digicert.deploy#role) in one form. It
    fails if an entry is neither the name of a service nor a mapping with either C(service), C(command) or C(tasks).
  - Services that do not run are left out if O(asked) shows it.
options:
  _input:
    description: The entries.
    type: list
    elements: raw
    required: true
  asked:
    description:
      - Result of the command C(systemctl is-active) with the names of all services, in the order of the entries. If it
        shows nothing about them, all of them are taken for running.
    type: dict
seealso:
  - plugin: community.digicert.deploy_outcome
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show how the configuration is tested before nginx is reloaded
  ansible.builtin.debug:
    msg: "{{ (['nginx'] | community.digicert.deploy_steps)[0].config_test }}"
"""

RETURN = r"""
_value:
  description: One entry for each step, in the same order.
  type: list
  elements: dict
  contains:
    kind:
      description: Which of the three it is, C(service), C(command) or C(tasks).
      type: str
    label:
      description: The service, the command or the path.
      type: str
    service:
      description: Name of the service, or V(null).
      type: str
    command:
      description: The command as a list of arguments, or V(null).
      type: list
      elements: str
    tasks:
      description: Path of a task file, or V(null).
      type: str
    config_test:
      description: Command that tests the configuration, or an empty list.
      type: list
      elements: str
"""


def deploy_steps(entries: Sequence[t.Any], asked: Mapping[str, t.Any] | None = None) -> list[dict[str, t.Any]]:
    """Return what has to be reloaded."""
    try:
        steps = reload_steps(entries)
    except InvalidStepError as exc:
        raise AnsibleFilterError(str(exc)) from exc
    return running_steps(steps, asked or {})


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"deploy_steps": deploy_steps}
