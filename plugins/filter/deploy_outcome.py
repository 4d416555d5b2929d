# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter deploy_outcome: what came of a run of the role deploy."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping

from ..module_utils._decisions.deploy_outcome import deploy_outcome

DOCUMENTATION = r"""
name: deploy_outcome
short_description: Return what came of an installation
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - The role P(community.digicert.deploy#role) uses it to decide what to reload again after a failure, and to report its
    result or the reason of its failure.
options:
  _input:
    description:
      - The results of the tasks of the role by name, and what it knows besides. All keys except RV(ignore:name) and
        RV(ignore:home) may be missing.
    type: dict
    required: true
    suboptions:
      name:
        description: Name of the certificate.
        type: str
        required: true
      home:
        description: Folder of the certificate.
        type: str
        required: true
      predicted:
        description: Result of M(community.digicert.digicert_host_certificate) in check mode, if commands run first.
        type: dict
      commands:
        description: Result of these commands.
        type: dict
      installed:
        description: Result of M(community.digicert.digicert_host_certificate) with C(state=installed).
        type: dict
      tests:
        description: Result of the tests of the configuration.
        type: dict
      steps:
        description: What is reloaded, as returned by P(community.digicert.deploy_steps#filter).
        type: list
        elements: dict
      reached:
        description: How many of the steps were begun.
        type: int
      is_served_checked:
        description: Whether handshakes show what is served.
        type: bool
      taken_back:
        description: Result of M(community.digicert.digicert_host_certificate) with C(state=previous).
        type: dict
      problems:
        description:
          - What failed, in this order. C(step) is V(deploy), V(reload) for a reload after the previous certificate is
            in use again, or V(return) if it is not. C(reason) is the reason.
        type: list
        elements: dict
seealso:
  - plugin: community.digicert.failure_reason
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the result of an installation
  ansible.builtin.debug:
    msg: "{{ (state | community.digicert.deploy_outcome).result }}"
  vars:
    state:
      name: www
      home: /etc/digicert/www
      installed:
        certificates:
          - changed: true
            needs_reload: true
            requested_serial_number: a1b2c3d4e5f6
"""

RETURN = r"""
_value:
  description: The outcome.
  type: dict
  contains:
    result:
      description:
        - The fact C(deploy_result) with C(changed), C(serial_number), C(directory), C(previous_serial_number) and
          C(rolled_back).
      type: dict
    msg:
      description: The reason of a failure and what is in use now. Empty if nothing failed.
      type: str
    reload:
      description: The steps that have to be carried out again after a failure.
      type: list
      elements: dict
    certificate:
      description: The previous certificate in PEM format, if services must present it after a failure.
      type: str
"""


def outcome(state: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return what came of a run."""
    return deploy_outcome(state)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"deploy_outcome": outcome}
