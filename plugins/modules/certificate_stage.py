#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: certificate_stage
short_description: Stage keys and CSRs on a host, and prepare the requests that need them
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - A step of the role P(community.digicert.certificate#role). It runs
    M(community.digicert.digicert_host_certificate) on the host, and returns the requests of the host for the option
    O(community.digicert.digicert_certificate#module:prepared).
  - It does not communicate with CertCentral. The connection options only decide to which account the requests belong.
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  inspected:
    description: What M(community.digicert.certificate_inspect) returned as C(certificates).
    type: list
    elements: dict
    required: true
  staged:
    description: What M(community.digicert.certificate_inspect) returned as C(staged). It is not staged again.
    type: list
    elements: dict
    default: []
  names:
    description: Names of the requests to stage.
    type: list
    elements: str
    required: true
seealso:
  - module: community.digicert.digicert_host_certificate
  - module: community.digicert.digicert_certificate
"""

EXAMPLES = r"""
- name: Stage what is left, and prepare the requests
  community.digicert.certificate_stage:
    inspected: "{{ __certificate_inspected.certificates }}"
    staged: "{{ __certificate_inspected.staged }}"
    names: [www]
  register: __certificate_staged
"""

RETURN = r"""
certificates:
  description: What M(community.digicert.digicert_host_certificate) returned, now or before. C(msg) says why a request
    failed.
  returned: success
  type: list
  elements: dict
  sample: []
host:
  description: The name of the host in the inventory.
  returned: success
  type: str
  sample: web1
account:
  description: Identifies the connection to the account within one run of Ansible. It is not secret.
  returned: success
  type: str
  sample: 5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592
requests:
  description: The requests of this host for M(community.digicert.digicert_certificate), each with its name.
  returned: success
  type: list
  elements: dict
  sample: []
"""
