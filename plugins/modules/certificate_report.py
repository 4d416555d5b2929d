#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: certificate_report
short_description: Show what the role certificate did, and fail if something went wrong
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - The last step of the role P(community.digicert.certificate#role). It runs on the controller.
extends_documentation_fragment:
  - community.digicert.attributes
  - community.digicert.attributes.deciding
options:
  lines:
    description: A line about each request of the host. They are always shown.
    type: list
    elements: str
    required: true
  problems:
    description: Why requests could not be fulfilled. The task fails if there is one.
    type: list
    elements: str
    required: true
seealso:
  - plugin: community.digicert.certificate_step
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show what there is now
  community.digicert.certificate_report:
    lines: "{{ __certificate_reported.lines }}"
    problems: "{{ __certificate_reported.problems }}"
"""

RETURN = r"""
lines:
  description: The lines.
  returned: always
  type: list
  elements: str
  sample: ["www: in order, 198 days left"]
"""
