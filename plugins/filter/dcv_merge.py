# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter dcv_merge: how record sets change."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ansible.errors import AnsibleFilterError

from ..module_utils._dcv.merge import NOTATIONS, merge

DOCUMENTATION = r"""
name: dcv_merge
short_description: Decide how record sets change when values of a validation are added or removed
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Some providers can only replace whole record sets, which would remove values of others. This filter returns what to
    write so that all other values are kept, and whether anything needs to be written.
positional: found
options:
  _input:
    description: Record sets as returned by the filter P(community.digicert.dcv_plan#filter).
    type: list
    elements: dict
    required: true
  found:
    description:
      - The current record sets of the provider, one entry for each record set in the same order. Each has a list
        C(values), and C(ttl) in seconds. If the provider does not have the record set, the list is empty and there is
        no C(ttl).
    type: list
    elements: dict
    required: true
  state:
    description: Whether the values should be present or absent.
    type: str
    choices: [present, absent]
    default: present
  ttl:
    description: Time to live in seconds for a new record set.
    type: int
    default: 60
  notation:
    description:
      - Notation of values. V(zone) is that of a zone file, V(azure) that of the modules of azure.azcollection.
    type: str
    choices: [zone, azure]
    default: zone
seealso:
  - plugin: community.digicert.dcv_plan
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show how the record set changes
  ansible.builtin.debug:
    msg: "{{ sets | community.digicert.dcv_merge(found, ttl=60) }}"
  vars:
    sets:
      - name: _dnsauth.example.com
        type: TXT
        values: [fdy6m0wy5lq063sz4h0r6qmdt722gyfc]
        records: ['"fdy6m0wy5lq063sz4h0r6qmdt722gyfc"']
    found:
      - values: ['"of another order"']
        ttl: 300
"""

RETURN = r"""
_value:
  description: The record sets and how to change them.
  type: list
  elements: dict
  contains:
    change:
      description: Whether the record set needs to be written.
      type: bool
    result:
      description: All values of the record set after the change.
      type: list
      elements: raw
    found:
      description: All current values.
      type: list
      elements: raw
    state:
      description: V(absent) if nothing is left after the change, so that the record set has to be removed.
      type: str
    written:
      description: The values to write, or to remove if C(state) is V(absent).
      type: list
      elements: raw
    ttl:
      description: Time to live in seconds.
      type: int
    in_the_way:
      description: A CNAME that does not belong to a validation and must not be replaced, or an empty string.
      type: str
    problem:
      description: Why the record set must not be written, in one sentence, or an empty string.
      type: str
"""


def dcv_merge(
    sets: Sequence[Mapping[str, t.Any]],
    found: Sequence[Mapping[str, t.Any]],
    state: str = "present",
    ttl: int = 60,
    notation: str = "zone",
) -> list[dict[str, t.Any]]:
    """Return how each record set changes."""
    if notation not in NOTATIONS or len(sets) != len(found):
        raise AnsibleFilterError(
            "dcv_merge: found must have one entry for each record set, and the notation must be known."
        )
    return [
        merge(
            records,
            present["values"],
            found_ttl=int(present["ttl"]) if present.get("ttl") else None,
            state=state,
            ttl=int(ttl),
            notation=notation,
        )
        for records, present in zip(sets, found)
    ]


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"dcv_merge": dcv_merge}
