# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup dns_missing: which authoritative servers do not answer with a record yet."""

from __future__ import annotations

DOCUMENTATION = r"""
name: dns_missing
short_description: Tell which authoritative servers do not answer with DNS records yet
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Finds the name servers of the zone of each record set and asks every one of them, past all caches.
  - Returns what is missing; an empty list says that every server answers with every value.
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
      - Addresses of the servers to ask, with C(:port) where it is not 53. Without them the NS records of the zone say
        which they are.
    type: list
    elements: str
    default: []
  primary:
    description:
      - Address of the primary server of the zone. It is asked as well, and it is who tells the zone and its NS records.
    type: str
    default: ""
  resolvers:
    description: Addresses of the DNS servers that find zones and servers. Default are those of the controller.
    type: list
    elements: str
    default: []
  zones:
    description: Zones that are known; the longest one above a name is its zone.
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
  description: One entry for each value that a server does not answer with.
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
      description: The value that is missing.
      type: str
    answers:
      description: The values that the server has.
      type: list
      elements: str
    detail:
      description: What the server says instead, in words.
      type: str
    message:
      description: All of it as one sentence.
      type: str
"""

import typing as t
from collections.abc import Mapping, Sequence

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ..module_utils._dcv.publication import longest_suffix, plain_name
from ..plugin_utils._name_servers import (
    HAS_DNSPYTHON,
    Directory,
    DnsError,
    Endpoint,
    NameServer,
    missing_from,
    parse_endpoint,
    servers_of,
)


class LookupModule(LookupBase):
    """The lookup of this file."""

    def run(
        self, terms: Sequence[Mapping[str, t.Any]], variables: Mapping[str, t.Any] | None = None, **kwargs: t.Any
    ) -> list[dict[str, t.Any]]:
        """Return what is missing."""
        self.set_options(var_options=variables, direct=kwargs)
        if not HAS_DNSPYTHON:
            raise AnsibleLookupError("Name servers are asked with dnspython: install it on the controller.")
        try:
            return [
                missing.as_dict()
                for servers, sets in self._responsible(terms)
                for server in servers
                for missing in missing_from(server, sets)
            ]
        except DnsError as problem:
            raise AnsibleLookupError(str(problem)) from problem

    def _responsible(
        self, sets: Sequence[Mapping[str, t.Any]]
    ) -> list[tuple[list[NameServer], list[Mapping[str, t.Any]]]]:
        """Return the servers of each zone with the record sets that lie in it."""
        listed = [NameServer("", (parse_endpoint(text),)) for text in self.get_option("servers")]
        if listed:
            return [(listed, list(sets))]
        primary = parse_endpoint(self.get_option("primary")) if self.get_option("primary") else None
        resolvers = [parse_endpoint(text) for text in self.get_option("resolvers")]
        directories = [Directory([primary])] if primary else []
        directories.append(Directory(resolvers))
        by_zone: dict[str, list[Mapping[str, t.Any]]] = {}
        for records in sets:
            name = plain_name(str(records["name"]))
            zone = longest_suffix(name, self.get_option("zones")) or directories[0].zone_of(name)
            by_zone.setdefault(plain_name(zone), []).append(records)
        return [(_servers(zone, directories, primary), members) for zone, members in by_zone.items()]


def _servers(zone: str, directories: Sequence[Directory], primary: Endpoint | None) -> list[NameServer]:
    """Return the servers of a zone; a primary that is hidden, or that names no others, is one of them."""
    if primary is None:
        return servers_of(zone, directories)
    try:
        servers = servers_of(zone, directories, primary.port)
    except DnsError:
        servers = []
    known = {endpoint for server in servers for endpoint in server.endpoints}
    return servers if primary in known else [NameServer("", (primary,)), *servers]
