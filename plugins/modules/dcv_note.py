#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dcv_note
short_description: Keep the log of the role dcv
version_added: 0.1.0
description:
  - Used by the role P(community.digicert.dcv#role) to record how far it came and what went wrong. It runs on the
    controller.
author:
  - community.digicert maintainers (@ansible-collections)
extends_documentation_fragment:
  - community.digicert.attributes
  - community.digicert.attributes.deciding
options:
  log:
    description: The log so far. It is discarded if it belongs to an earlier call of the role.
    type: dict
    required: true
  call:
    description: The call of the role.
    type: str
    required: true
  attempted:
    description: Whether another provider is going to publish its records.
    type: bool
    default: false
  reason:
    description: Why publishing failed.
    type: str
    default: ""
  failure:
    description: Why removing failed.
    type: str
    default: ""
seealso:
  - module: community.digicert.dcv_nsupdate
"""

EXAMPLES = r"""
- name: Record that this provider was attempted
  community.digicert.dcv_note:
    log: "{{ __dcv_log | default({}) }}"
    call: "{{ __dcv_turn.call }}"
    attempted: true
  register: __dcv_log
"""

RETURN = r"""
attempted:
  description: The number of providers that were attempted.
  returned: success
  type: int
  sample: 1
reason:
  description: Why publishing failed, or an empty string.
  returned: success
  type: str
  sample: ""
failures:
  description: Why removing failed.
  returned: success
  type: list
  elements: str
  sample: []
"""
