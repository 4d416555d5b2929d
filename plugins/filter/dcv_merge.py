# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter dcv_merge: what record sets have to become."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ansible.errors import AnsibleFilterError

from ..module_utils._dcv.merge import NOTATIONS, merge

DOCUMENTATION = r"""
name: dcv_merge
short_description: Decide what record sets have to become when values of a validation come or go
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Providers that replace whole record sets would take values of others along. This filter says what to write, so that
    all others stay, and whether there is something to write.
positional: found
options:
  _input:
    description: Record sets as the filter P(community.digicert.dcv_plan#filter) returns them.
    type: list
    elements: dict
    required: true
  found:
    description:
      - What the provider has, one entry for each record set in the same order. Each has C(values), a list, and
        C(ttl) in seconds, or an empty list and no C(ttl) where the provider has nothing.
    type: list
    elements: dict
    required: true
  state:
    description: Whether the values shall be there.
    type: str
    choices: [present, absent]
    default: present
  ttl:
    description: Time to live, in seconds, of a set that is new.
    type: int
    default: 60
  notation:
    description:
      - How the provider spells values. V(zone) as in a zone file, V(azure) as the modules of azure.azcollection do.
    type: str
    choices: [zone, azure]
    default: zone
seealso:
  - plugin: community.digicert.dcv_plan
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show what the record set has to become
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
  description: The record sets with what has to be done.
  type: list
  elements: dict
  contains:
    change:
      description: Whether something has to be written.
      type: bool
    result:
      description: All values that the record set has then.
      type: list
      elements: raw
    found:
      description: All values that it has now.
      type: list
      elements: raw
    ttl:
      description: Its time to live in seconds.
      type: int
    in_the_way:
      description: A CNAME that is not of a validation and may not be replaced, or an empty text.
      type: str
"""


def dcv_merge(
    sets: Sequence[Mapping[str, t.Any]],
    found: Sequence[Mapping[str, t.Any]],
    state: str = "present",
    ttl: int = 60,
    notation: str = "zone",
) -> list[dict[str, t.Any]]:
    """Return what each record set has to become."""
    if notation not in NOTATIONS or len(sets) != len(found):
        raise AnsibleFilterError(
            "dcv_merge: there must be one entry of found for each record set, in a known notation."
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
