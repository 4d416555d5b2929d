# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter certificate_lines: a table of what the role certificate did."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ..module_utils._report.lines import certificates

DOCUMENTATION = r"""
name: certificate_lines
short_description: Show the results of the role certificate as a table
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Returns a line for each certificate of several hosts, as the playbooks C(community.digicert.deliver) and
    C(community.digicert.renew) show them at the end.
positional: results
options:
  _input:
    description: Names of hosts.
    type: list
    elements: str
    required: true
  results:
    description: The fact C(certificate_results) of each of these hosts, in the same order.
    type: list
    elements: list
    required: true
seealso:
  - plugin: community.digicert.reissue_summary
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the certificates of all hosts
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts | community.digicert.certificate_lines(results) }}"
  run_once: true
  vars:
    results: "{{ ansible_play_hosts | map('extract', hostvars) | map(attribute='certificate_results', default=[]) }}"
"""

RETURN = r"""
_value:
  description:
    - The heads of the columns, then a line for each certificate with host, name, action, phase and the days until it
      expires.
  type: list
  elements: str
"""


def certificate_lines(hosts: Sequence[str], results: Sequence[Sequence[Mapping[str, t.Any]]]) -> list[str]:
    """Return a table of the certificates of several hosts."""
    return certificates(hosts, results)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"certificate_lines": certificate_lines}
