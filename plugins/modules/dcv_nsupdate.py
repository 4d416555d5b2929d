#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dcv_nsupdate
short_description: Publish and remove DNS records of domain control validation with dynamic updates
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Sends dynamic updates (RFC 2136) to the primary server of zones, one message for each zone with all its records.
  - Other values of a record set are never changed, and neither is its time to live. A CNAME is never replaced, unless
    it points to C(dcv.digicert.com). The update has these conditions, so that this also holds if somebody else changes
    the zone at the same time.
  - After the update the server is asked whether it has the values, or no longer has them. If the server refuses the
    update of one zone, the task fails; other zones may have been updated by then.
  - The role P(community.digicert.dcv#role) uses it for the provider V(nsupdate), and waits until the other servers of
    the zone have the records as well.
requirements:
  - dnspython 2.0 or newer on the controller
extends_documentation_fragment:
  - community.digicert.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  records:
    description:
      - Records with C(name), C(type) (V(TXT) or V(CNAME)) and C(value), as the modules of this collection return them
        in C(dcv.records).
    type: list
    elements: dict
    required: true
  state:
    description:
      - Whether the values should be present or absent. Only exactly these values are removed.
    type: str
    choices: [present, absent]
    default: present
  server:
    description:
      - IPv4 address of the primary server of the zones.
    type: str
    required: true
  port:
    description:
      - Port of the server.
    type: int
    default: 53
  protocol:
    description:
      - Transport protocol of queries and updates.
    type: str
    choices: [tcp, udp]
    default: tcp
  key_name:
    description:
      - Name of the TSIG key (RFC 8945) that signs queries and updates.
    type: str
    default: ""
  key_secret:
    description:
      - Secret of the TSIG key in Base64. It is never shown.
    type: str
    default: ""
  key_algorithm:
    description:
      - Algorithm of the TSIG key.
    type: str
    choices: [hmac-md5, hmac-sha1, hmac-sha224, hmac-sha256, hmac-sha384, hmac-sha512]
    default: hmac-sha256
  zones:
    description:
      - Known zones. The zone of a name is the longest one that contains it. If none does, the server is asked for it.
    type: list
    elements: str
    default: []
  ttl:
    description:
      - Time to live of new record sets in seconds. Existing record sets keep their own.
    type: int
    default: 60
notes:
  - It always runs on the controller, whatever the host of the task is, and needs no connection to that host.
seealso:
  - module: community.digicert.digicert_dcv
    description: Returns the records that prove control of the domains of an order.
"""

EXAMPLES = r"""
- name: Get the records to publish
  community.digicert.digicert_dcv:
    order_id: 112233
  register: asked

- name: Publish them
  community.digicert.dcv_nsupdate:
    records: "{{ asked.dcv.records }}"
    server: 192.0.2.53
    key_name: certificates
    key_secret: "{{ vault_tsig_secret }}"

- name: Remove them
  community.digicert.dcv_nsupdate:
    records: "{{ asked.dcv.records }}"
    state: absent
    server: 192.0.2.53
    key_name: certificates
    key_secret: "{{ vault_tsig_secret }}"
"""

RETURN = r"""
zones:
  description: The zones that were changed, or would be in check mode.
  returned: success
  type: list
  elements: str
  sample: [example.com]
"""
