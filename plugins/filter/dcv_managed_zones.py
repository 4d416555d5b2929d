# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter dcv_managed_zones: the managed zones of Google Cloud DNS that hold record sets."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ..module_utils._dcv.found import zones_of_google

DOCUMENTATION = r"""
name: dcv_managed_zones
short_description: Find the managed zones of Google Cloud DNS that hold record sets
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - A project can have several managed zones with the same DNS name, for example a public and a private one. There must
    be exactly one for each record set.
positional: zones, resources, chosen
options:
  _input:
    description: Record sets as returned by the filter P(community.digicert.dcv_plan#filter).
    type: list
    elements: dict
    required: true
  zones:
    description: The DNS zone of each record set.
    type: list
    elements: str
    required: true
  resources:
    description: The managed zones as returned by M(google.cloud.gcp_dns_managed_zone_info).
    type: list
    elements: dict
    required: true
  chosen:
    description: The name of the managed zone to use if there are several.
    type: str
    default: ""
seealso:
  - plugin: community.digicert.dns_zone
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Show the managed zone of a record set
  ansible.builtin.debug:
    msg: "{{ sets | community.digicert.dcv_managed_zones(['example.com'], resources) }}"
  vars:
    sets:
      - name: _dnsauth.example.com
    resources:
      - name: public
        dnsName: example.com.
"""

RETURN = r"""
_value:
  description: The zones, or why there is not exactly one for each record set.
  type: dict
  contains:
    zones:
      description: The managed zone of each record set, with C(name) and C(dnsName).
      type: list
      elements: dict
    problem:
      description: Why there are no zones, in one sentence, or an empty string.
      type: str
"""


def dcv_managed_zones(
    sets: Sequence[Mapping[str, t.Any]],
    zones: Sequence[str],
    resources: Sequence[Mapping[str, t.Any]],
    chosen: str = "",
) -> dict[str, t.Any]:
    """Return the managed zone of each record set, or the problem."""
    found, problem = zones_of_google(sets, zones, resources, chosen)
    return {"zones": found, "problem": problem}


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"dcv_managed_zones": dcv_managed_zones}
