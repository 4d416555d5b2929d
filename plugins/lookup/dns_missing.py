# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup dns_missing: which authoritative servers do not return a record yet."""

from __future__ import annotations

DOCUMENTATION = r"""
name: dns_missing
short_description: Find the authoritative servers that do not return DNS records yet
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Finds the name servers of the zone of each record set and queries each of them directly, bypassing all caches.
  - Returns the missing values. An empty list means that every server returns every value.
requirements:
  - dnspython
options:
  _terms:
    description: Record sets, each with C(name), C(type) (V(TXT) or V(CNAME)) and C(values).
    type: list
    elements: dict
    required: true
  servers:
    description:
      - Addresses of the servers to query, with C(:port) if it is not 53. Defaults to the servers in the NS records of
        the zone.
    type: list
    elements: str
    default: []
  primary:
    description:
      - Address of the primary server of the zone. It is queried as well, and it is used to find the zone and its NS
        records.
    type: str
    default: ""
  resolvers:
    description:
      - Addresses of the DNS servers that are used to find zones and servers. Defaults to the resolvers of the
        controller.
    type: list
    elements: str
    default: []
  zones:
    description: Known zones. The zone of a name is the longest one that contains it.
    type: list
    elements: str
    default: []
seealso:
  - plugin: community.digicert.dns_zone
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Wait until every server of the zone has the record
  ansible.builtin.assert:
    that: query('community.digicert.dns_missing', record) | length == 0
  vars:
    record:
      name: _dnsauth.www.example.com
      type: TXT
      values: [fdy6m0wy5lq063sz4h0r6qmdt722gyfc]
  register: asked
  until: asked is succeeded
  retries: 20
  delay: 5
"""

RETURN = r"""
_raw:
  description: One entry for each value that a server does not return.
  type: list
  elements: dict
  contains:
    server:
      description: Name and address of the server.
      type: str
    name:
      description: Name of the record set.
      type: str
    type:
      description: Type of the record set.
      type: str
    value:
      description: The missing value.
      type: str
    answers:
      description: The values that the server returns.
      type: list
      elements: str
    detail:
      description: What the server returns instead, in words.
      type: str
    message:
      description: A sentence with all of the above.
      type: str
"""

import typing as t
from collections.abc import Mapping, Sequence

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ..plugin_utils._name_servers import HAS_DNSPYTHON, DnsError, missing_from_all, responsible


class LookupModule(LookupBase):
    """The lookup of this file."""

    def run(
        self, terms: Sequence[Mapping[str, t.Any]], variables: Mapping[str, t.Any] | None = None, **kwargs: t.Any
    ) -> list[dict[str, t.Any]]:
        """Return what is missing."""
        self.set_options(var_options=variables, direct=kwargs)
        if not HAS_DNSPYTHON:
            raise AnsibleLookupError("The lookup dns_missing needs dnspython: install it on the controller.")
        try:
            options = {name: self.get_option(name) for name in ("servers", "primary", "resolvers", "zones")}
            return [missing.as_dict() for missing in missing_from_all(responsible(terms, **options))]
        except DnsError as problem:
            raise AnsibleLookupError(str(problem)) from problem
