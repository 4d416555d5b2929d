# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter report_host: what the report is given about a host."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ..module_utils._report.host import host_of_report

DOCUMENTATION = r"""
name: report_host
short_description: Combine what a report shows about a host
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Returns an entry of O(community.digicert.digicert_report#module:hosts), and the services of the host to which the
    controller connects for it.
positional: host, address
options:
  _input:
    description: The fact C(certificate_found), as set by the entry point C(look) of the role
      P(community.digicert.certificate#role).
    type: dict
    required: true
  host:
    description: Name of the host.
    type: str
    required: true
  address:
    description: Address at which the controller reaches the host.
    type: str
    required: true
  failure:
    description: Why the host could not be read. Empty if it was read.
    type: str
    default: ""
  shown:
    description:
      - The results of M(community.digicert.digicert_served_certificate_info) for the C(endpoints) of the return value,
        in the same order.
    type: list
    elements: dict
    default: []
seealso:
  - module: community.digicert.digicert_report
"""

EXAMPLES = r"""
- name: Show to which services of a host a report connects
  ansible.builtin.debug:
    msg: "{{ (found | community.digicert.report_host('web', '192.0.2.10')).endpoints }}"
  vars:
    found:
      problem: the host cannot be reached
      certificates: []
"""

RETURN = r"""
_value:
  description: The host.
  type: dict
  contains:
    host:
      description: An entry of O(community.digicert.digicert_report#module:hosts), with the results in O(shown).
      type: dict
    endpoints:
      description: Options for M(community.digicert.digicert_served_certificate_info).
      type: list
      elements: dict
"""


def report_host(
    found: Mapping[str, t.Any],
    host: str,
    address: str,
    failure: str = "",
    shown: Sequence[Mapping[str, t.Any]] = (),
) -> dict[str, t.Any]:
    """Return what the report is given about a host."""
    return host_of_report(found, host, address, failure, shown)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"report_host": report_host}
