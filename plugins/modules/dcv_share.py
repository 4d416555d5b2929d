#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dcv_share
short_description: Choose which host of a batch publishes which records
version_added: 0.1.0
description:
  - The second step of the role P(community.digicert.dcv#role). It runs on the controller.
  - Of the hosts whose provider has the same settings, the first one publishes the records of all of them, so that a
    zone is updated once.
  - With a strategy other than V(linear) hosts do not wait for each other, so that each publishes its own records.
author:
  - community.digicert maintainers (@ansible-collections)
extends_documentation_fragment:
  - community.digicert.attributes
  - community.digicert.attributes.deciding
options:
  plan:
    description: What the action M(community.digicert.dcv_assign) returned for this host.
    type: dict
    required: true
seealso:
  - module: community.digicert.dcv_nsupdate
"""

EXAMPLES = r"""
- name: Choose which host publishes for all hosts with the same settings
  community.digicert.dcv_share:
    plan: "{{ __dcv_plan }}"
  register: __dcv_turn
"""

RETURN = r"""
placements:
  description: What this host publishes, for itself and for others.
  returned: success
  type: list
  elements: dict
  sample: []
steps:
  description: The task files to run, in this order, each with the provider to which it belongs.
  returned: success
  type: list
  elements: dict
  sample:
    - file: nsupdate.yml
      index: 0
      provider: nsupdate
      turn: ""
undo:
  description: The steps that remove what was published.
  returned: success
  type: list
  elements: dict
  sample: []
relied_on:
  description: The hosts that publish records of this host.
  returned: success
  type: list
  elements: str
  sample: [web1]
refused:
  description: Hosts whose records cannot be published together with those of others, with the reason.
  returned: success
  type: dict
  sample: {}
"""
