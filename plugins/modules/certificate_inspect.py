#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: certificate_inspect
short_description: Complete the requests of a host, and read what is installed for them
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - The first step of the role P(community.digicert.certificate#role). It completes the requests with the variables of
    the role, refuses what the CA cannot fulfill, and runs M(community.digicert.digicert_host_certificate_info) on the
    host, or M(community.digicert.digicert_host_certificate) if it stages keys as well.
  - It warns of values that the CA decides, and of services whose certificate could not be read.
  - From the controller, it asks the CA whether the certificates are revoked. Answers are verified, and kept in the
    folder C(community.digicert/revocation) of E(ANSIBLE_HOME) until the CA has a newer one; in check mode they are not
    kept. A responder that is silent, or whose answer cannot be verified, causes a warning.
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
  requests:
    description: Entries of the variable C(certificate_requests) of the role.
    type: list
    elements: dict
    required: true
  services:
    description: Whether to read which certificates the services of the requests serve.
    type: bool
    default: true
  revocation:
    description:
      - Whether to ask the OCSP responder that a certificate names, or read its revocation list if it names no
        responder. A certificate that is revoked needs a new one.
    type: bool
    default: false
  stage:
    description:
      - Whether to stage a key and a CSR, in the same run on the host, for each request that turns out to need a
        certificate. Requests with a key that is shared or used again, and those with C(force), are left to
        M(community.digicert.certificate_stage).
      - With V(false) nothing is changed on the host.
    type: bool
    default: false
seealso:
  - module: community.digicert.digicert_host_certificate_info
"""

EXAMPLES = r"""
- name: Read what is installed on the host
  community.digicert.certificate_inspect:
    requests: "{{ certificate_requests }}"
  register: __certificate_inspected
"""

RETURN = r"""
certificates:
  description:
    - The certificates of the host. C(name) is the name, C(request) the completed request without secrets, and
      C(installed) what M(community.digicert.digicert_host_certificate_info) returned for it, V(null) if it did not run.
    - With O(revocation=true) C(installed) has no C(fullchain_pem). If its certificate is revoked, it has C(revocation),
      with C(revoked_at) and C(reason).
  returned: if the requests can be used
  type: list
  elements: dict
  sample: []
staged:
  description: What M(community.digicert.digicert_host_certificate) returned for the requests with a staged key.
  returned: if the requests can be used
  type: list
  elements: dict
  sample: []
problem:
  description: Why the host could not be read. Empty if it was.
  returned: if the requests can be used
  type: str
  sample: ""
in_order:
  description: Whether nothing is left to do. It is V(false) if a key is shared, because that depends on other hosts.
  returned: success
  type: bool
  sample: true
results:
  description: The results of the role if RV(in_order) is V(true), otherwise empty.
  returned: success
  type: list
  elements: dict
  sample: []
lines:
  description: What the role shows if RV(in_order) is V(true), otherwise empty.
  returned: success
  type: list
  elements: str
  sample: ["www: in order, 198 days left"]
"""
