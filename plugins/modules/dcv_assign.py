#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dcv_assign
short_description: Decide where the records of a host are published
version_added: 0.1.0
description:
  - The first step of the role P(community.digicert.dcv#role), whose variables it reads. It runs on the controller.
  - The result contains no settings, because they may be secret. It contains a value for each provider that is equal for
    hosts whose settings are equal.
author:
  - community.digicert maintainers (@ansible-collections)
extends_documentation_fragment:
  - community.digicert.attributes
  - community.digicert.attributes.deciding
options:
  records:
    description: Records as in the variable C(dcv_records) of the role.
    type: list
    elements: dict
    required: true
  provider:
    description: Provider of the records that neither name one nor belong to one of O(providers).
    type: str
    required: true
  providers:
    description: Variables of the role by domain.
    type: dict
    default: {}
  delegations:
    description: Targets of delegated names.
    type: dict
    default: {}
  names:
    description:
      - The names for which certificates are requested. If there are any, records are refused unless they are for one of
        these names, or for a domain above one.
    type: list
    elements: str
    default: []
  notes:
    description:
      - Certificates of the host, with C(name), C(directory) and C(records), for which records are noted on the host
        with M(community.digicert.dcv_published), before they are published.
    type: list
    elements: dict
    default: []
  state:
    description: Whether the records should be present or absent.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: community.digicert.dcv_nsupdate
"""

EXAMPLES = r"""
- name: Assign the records to providers
  community.digicert.dcv_assign:
    records: "{{ dcv_records }}"
    provider: "{{ dcv_provider }}"
  register: __dcv_plan
"""

RETURN = r"""
call:
  description: Equal for all hosts that run the role together.
  returned: success
  type: str
  sample: 0242ac11-0002-7b9f-8f0c-000000000014
state:
  description: The desired state.
  returned: success
  type: str
  sample: present
meets:
  description: Whether the hosts of a batch run each task together.
  returned: success
  type: bool
  sample: true
placements:
  description: One entry for each provider with its own variables, with the records, record sets and files to publish.
  returned: success
  type: list
  elements: dict
  sample: []
unpublished:
  description: The records that a person has to publish.
  returned: success
  type: list
  elements: dict
  sample: []
"""
