#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dcv_confirm
short_description: Wait until every authoritative name server returns the published records
version_added: 0.1.0
description:
  - The last step of publishing in the role P(community.digicert.dcv#role), whose variables it reads. It runs on the
    controller and shows what is missing while it waits.
requirements:
  - dnspython on the controller
author:
  - community.digicert maintainers (@ansible-collections)
extends_documentation_fragment:
  - community.digicert.attributes
  - community.digicert.attributes.deciding
options:
  placements:
    description: What was published, as returned by M(community.digicert.dcv_share).
    type: list
    elements: dict
    required: true
  call:
    description: The call of the role.
    type: str
    required: true
seealso:
  - module: community.digicert.dcv_nsupdate
  - plugin: community.digicert.dns_missing
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Wait for the authoritative servers
  community.digicert.dcv_confirm:
    placements: "{{ __dcv_turn.placements }}"
    call: "{{ __dcv_turn.call }}"
  register: __dcv_confirmed
"""

RETURN = r"""
call:
  description: The call of the role.
  returned: success
  type: str
  sample: 0242ac11-0002-7b9f-8f0c-000000000014
"""
