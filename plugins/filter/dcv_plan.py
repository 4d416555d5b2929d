# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter dcv_plan: which provider publishes which records of domain control validation."""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Callable, Mapping, Sequence

from ansible.errors import AnsibleFilterError

from ..module_utils._dcv.publication import PUBLISHES, UnpublishableError, check_providers, place

DOCUMENTATION = r"""
name: dcv_plan
short_description: Decide which provider publishes which records of domain control validation
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Groups the records that a certificate authority requires by the provider that publishes them, as in the role
    P(community.digicert.dcv#role).
  - Delegated names are replaced by their targets, and duplicate records are removed.
  - Nothing is looked up, and nothing is published.
positional: provider
options:
  _input:
    description:
      - Records as returned in C(dcv.records) by the modules of this collection. An entry with C(provider) chooses its
        provider itself, unless its name is covered by O(providers).
    type: list
    elements: dict
    required: true
  provider:
    description: Provider for all names that are not covered by O(providers).
    type: str
    required: true
    choices: [http, nsupdate, route53, azure, cloudflare, google, infoblox, hook, manual]
  providers:
    description:
      - Variables of the role P(community.digicert.dcv#role) by domain. An entry applies to the domain and all names
        below it. If several domains match, the longest one is used.
    type: dict
    default: {}
  delegations:
    description: Targets of delegated names, by the delegated name.
    type: dict
    default: {}
  known:
    description: Names of the variables of the role. The variables in O(providers) must be among them.
    type: list
    elements: str
  state:
    description: With V(absent) an expired token is accepted.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: community.digicert.digicert_dcv
    description: Returns the records that prove control of the domains of an order.
"""

EXAMPLES = r"""
- name: Show which provider publishes which records
  ansible.builtin.debug:
    msg: "{{ records | community.digicert.dcv_plan('route53', providers=zones) }}"
  vars:
    records:
      - domain: www.example.com
        type: TXT
        name: _dnsauth.www.example.com
        value: fdy6m0wy5lq063sz4h0r6qmdt722gyfc
      - domain: www.example.net
        type: TXT
        name: _dnsauth.www.example.net
        value: fdy6m0wy5lq063sz4h0r6qmdt722gyfc
    zones:
      example.net:
        dcv_provider: nsupdate
        dcv_nsupdate_server: 192.0.2.53
"""

RETURN = r"""
_value:
  description: The plan.
  type: dict
  contains:
    problem:
      description: Why the records cannot be published, in one sentence. Empty if they can.
      type: str
    placements:
      description: One entry for each provider with its own variables, in the order of the records.
      type: list
      elements: dict
      contains:
        provider:
          description: Name of the provider.
          type: str
        suffix:
          description: The domain in O(providers) that selected the provider, or an empty string.
          type: str
        records:
          description: The records without duplicates, each with C(domain), C(type), C(name), C(value) and C(path).
          type: list
          elements: dict
        sets:
          description:
            - DNS record sets, each with C(name), C(type), C(values) and C(domains).
            - C(owner) and C(records) are the name and the values in the notation of a zone file.
          type: list
          elements: dict
        files:
          description: Files of web servers, each with the host C(name), C(path) and C(content).
          type: list
          elements: dict
"""


def dcv_plan(
    records: Sequence[Mapping[str, t.Any]],
    provider: str,
    providers: Mapping[str, Mapping[str, t.Any]] | None = None,
    delegations: Mapping[str, str] | None = None,
    known: Sequence[str] | None = None,
    state: str = "present",
) -> dict[str, t.Any]:
    """Return the placements of records, or the problem that prevents their publication."""
    if provider not in PUBLISHES:
        raise AnsibleFilterError(f"dcv_plan: the provider '{provider}' is not one of {', '.join(PUBLISHES)}.")
    now = dt.datetime.now(dt.timezone.utc) if state == "present" else None
    try:
        others = {str(record["provider"]) for record in records if record.get("provider")}
        check_providers(providers or {}, provider, known, others)
        placements = place(
            records, provider=provider, providers=providers or {}, delegations=delegations or {}, now=now
        )
    except UnpublishableError as problem:
        return {"problem": str(problem), "placements": []}
    return {"problem": "", "placements": [placement.as_dict() for placement in placements]}


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"dcv_plan": dcv_plan}
