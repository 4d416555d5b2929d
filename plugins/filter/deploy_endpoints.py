# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter deploy_endpoints: which services are checked from where."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ..module_utils._x509.names import to_ascii

DOCUMENTATION = r"""
name: deploy_endpoints
short_description: Return the services that are checked from the host or from the controller
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Returns the entries of a list such as C(deploy_served) of the role P(community.digicert.deploy#role) that are
    checked from one side, as endpoints of M(community.digicert.digicert_served_certificate_info).
positional: side, address
options:
  _input:
    description: The entries. Those without C(from) are checked from the host.
    type: list
    elements: dict
    required: true
  side:
    description: From where they are checked. Entries with V(both) are checked from both sides.
    type: str
    choices: [host, controller]
    required: true
  address:
    description: Address of the entries that have no C(host).
    type: str
    default: 127.0.0.1
seealso:
  - module: community.digicert.digicert_served_certificate_info
"""

EXAMPLES = r"""
- name: Show what is checked from the controller
  ansible.builtin.debug:
    msg: "{{ served | community.digicert.deploy_endpoints('controller', 'www.example.com') }}"
  vars:
    served:
      - port: 8443
      - port: 443
        from: both
"""

RETURN = r"""
_value:
  description: The endpoints.
  type: list
  elements: dict
"""


def deploy_endpoints(
    entries: Sequence[Mapping[str, t.Any]], side: str, address: str = "127.0.0.1"
) -> list[dict[str, t.Any]]:
    """Return the endpoints that are checked from one side."""
    return [_endpoint(entry, address) for entry in entries if (entry.get("from") or "host") in (side, "both")]


def _endpoint(entry: Mapping[str, t.Any], address: str) -> dict[str, t.Any]:
    # an empty value means that the option is not set
    given = {name: value for name, value in entry.items() if name != "from" and value}
    if "server_name" in given:
        given["server_name"] = to_ascii(str(given["server_name"]))
    return {"host": address, **given}


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"deploy_endpoints": deploy_endpoints}
