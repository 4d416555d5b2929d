# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter reissue_summary: the evidence of all hosts as data, table and CSV."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ..module_utils._report.reissue import as_csv, failures, summary, table

DOCUMENTATION = r"""
name: reissue_summary
short_description: Combine the evidence that certificates were replaced
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Adds to the evidence of all hosts what became of the old certificates.
positional: revocations
options:
  _input:
    description: The results of P(community.digicert.reissue_evidence#filter) of all hosts, in one list.
    type: list
    elements: dict
    required: true
  revocations:
    description: The results of a loop over these entries with M(community.digicert.digicert_revoke).
    type: list
    elements: dict
    default: []
  drill:
    description: Whether this was a drill.
    type: bool
    default: false
seealso:
  - plugin: community.digicert.reissue_evidence
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the evidence
  ansible.builtin.debug:
    msg: "{{ (evidence | community.digicert.reissue_summary).table }}"
  vars:
    evidence: "{{ [{'name': 'www', 'serial_number': 'a1'}] | community.digicert.reissue_evidence({'host': 'web'}) }}"
"""

RETURN = r"""
_value:
  description: The summary.
  type: dict
  contains:
    entries:
      description: The evidence with the additional keys C(drill) and C(old_certificate).
      type: list
      elements: dict
    table:
      description: The evidence as lines of a table.
      type: list
      elements: str
    csv:
      description: The evidence as CSV (RFC 4180).
      type: str
    failures:
      description: Why certificates were not replaced.
      type: list
      elements: str
"""


def reissue_summary(
    entries: Sequence[Mapping[str, t.Any]],
    revocations: Sequence[Mapping[str, t.Any]] = (),
    drill: bool = False,
) -> dict[str, t.Any]:
    """Return the evidence of all hosts."""
    combined = summary(entries, revocations, drill)
    return {"entries": combined, "table": table(combined), "csv": as_csv(combined), "failures": failures(combined)}


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"reissue_summary": reissue_summary}
