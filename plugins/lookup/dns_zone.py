# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup dns_zone: the zone of a name."""

from __future__ import annotations

DOCUMENTATION = r"""
name: dns_zone
short_description: Find the DNS zone of a name
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Finds the zone of each name by querying the SOA record of the name and of its parent domains.
  - No query is sent for names in one of O(zones).
requirements:
  - dnspython, if a query is needed
options:
  _terms:
    description: Names.
    type: list
    elements: str
    required: true
  zones:
    description: Known zones. The zone of a name is the longest one that contains it.
    type: list
    elements: str
    default: []
  resolvers:
    description:
      - Addresses of the DNS servers to query, with C(:port) if it is not 53. Defaults to the resolvers of the
        controller.
    type: list
    elements: str
    default: []
  ask:
    description:
      - Whether to query the DNS for names that are not in O(zones). With V(false) an empty string is returned for them.
    type: bool
    default: true
seealso:
  - plugin: community.digicert.dns_missing
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Show the zone of a name
  ansible.builtin.debug:
    msg: "{{ lookup('community.digicert.dns_zone', '_dnsauth.www.example.com', zones=['example.com', 'example.net']) }}"
"""

RETURN = r"""
_raw:
  description: The zone of each name, in lower case and without a trailing dot.
  type: list
  elements: str
"""

import typing as t
from collections.abc import Mapping, Sequence

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ..module_utils._dcv.publication import longest_suffix, plain_name
from ..plugin_utils._name_servers import HAS_DNSPYTHON, Directory, DnsError, parse_endpoint


class LookupModule(LookupBase):
    """The lookup of this file."""

    def run(self, terms: Sequence[str], variables: Mapping[str, t.Any] | None = None, **kwargs: t.Any) -> list[str]:
        """Return the zone of each name."""
        self.set_options(var_options=variables, direct=kwargs)
        zones = self.get_option("zones")
        return [plain_name(longest_suffix(name, zones) or self._found(name)) for name in terms]

    def _found(self, name: str) -> str:
        if not self.get_option("ask"):
            return ""
        if not HAS_DNSPYTHON:
            raise AnsibleLookupError(
                f"The lookup of the zone of {name} needs dnspython: install it on the controller, or add the zone to"
                " dcv_zones."
            )
        try:
            resolvers = [parse_endpoint(text) for text in self.get_option("resolvers")]
            return Directory(resolvers).zone_of(name)
        except DnsError as problem:
            raise AnsibleLookupError(str(problem)) from problem
