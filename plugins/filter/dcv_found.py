# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter dcv_found: which values the record sets of a DNS service have."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ansible.errors import AnsibleFilterError

from ..module_utils._dcv.found import PROVIDERS, found_by

DOCUMENTATION = r"""
name: dcv_found
short_description: Read the record sets in the results of the modules of DNS services
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Returns the current record sets in the form that the filter P(community.digicert.dcv_merge#filter) takes.
positional: sets, provider
options:
  _input:
    description: The results of the module that reads, one for each record set in the same order.
    type: list
    elements: dict
    required: true
  sets:
    description: Record sets as returned by the filter P(community.digicert.dcv_plan#filter).
    type: list
    elements: dict
    required: true
  provider:
    description:
      - The provider whose module was used. V(name_servers) is for the entries that the lookup
        P(community.digicert.dns_missing#lookup) returns.
    type: str
    required: true
    choices: [route53, azure, google, name_servers]
seealso:
  - plugin: community.digicert.dcv_merge
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show how the record sets change
  ansible.builtin.debug:
    msg: "{{ sets | community.digicert.dcv_merge(read.results | community.digicert.dcv_found(sets, 'route53')) }}"
  vars:
    sets:
      - name: _dnsauth.example.com
        owner: _dnsauth.example.com.
        type: TXT
        values: [fdy6m0wy5lq063sz4h0r6qmdt722gyfc]
        records: ['"fdy6m0wy5lq063sz4h0r6qmdt722gyfc"']
    read:
      results:
        - set:
            values: ['"of another order"']
            ttl: 300
"""

RETURN = r"""
_value:
  description: One entry for each record set, with C(values), and C(ttl) in seconds if it exists.
  type: list
  elements: dict
"""


def dcv_found(
    results: Sequence[Mapping[str, t.Any]], sets: Sequence[Mapping[str, t.Any]], provider: str
) -> list[dict[str, t.Any]]:
    """Return what each record set has."""
    if provider not in PROVIDERS:
        raise AnsibleFilterError(f"dcv_found: the provider '{provider}' is not one of {', '.join(PROVIDERS)}.")
    return found_by(provider, results, sets)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"dcv_found": dcv_found}
