#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_duplicate
short_description: Request a duplicate of a CertCentral certificate for another key
version_added: 0.1.0
description:
  - A duplicate is an additional certificate of the same order with the same names and another key, at no extra cost. It
    allows each of several hosts that serve the same names to have its own key.
  - If the key of the CSR belongs to the certificate of the order, or to a duplicate that is neither revoked nor
    expired, nothing is done. Otherwise a duplicate is requested.
  - All values that are not given are taken from the certificate of the order.
notes:
  - The duplicate is identified by the order, the key of the CSR and the names, and by O(common_name) if it is given.
    O(signature_hash), O(server_platform_id) and O(cert_validity) apply to a new duplicate and are not compared.
  - The service issues a duplicate immediately if the domains of the order are still validated. If the validation has
    expired, first reissue the certificate with M(community.digicert.digicert_reissue).
  - A duplicate is issued by the same intermediate CA as the original certificate. It does not outlive the certificate
    of the order.
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
attributes:
  check_mode:
    support: full
    details:
      - Only sends read requests, and predicts the action of a real run.
  diff_mode:
    support: full
  idempotent:
    support: full
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_order
  - module: community.digicert.digicert_reissue
  - module: community.digicert.digicert_certificate_download
  - name: Duplicate certificate
    description: The request and its fields.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/duplicate-certificate.html
options:
  order_id:
    description:
      - ID of the order whose certificate is duplicated. It must be issued.
    type: int
    required: true
  csr_content:
    description:
      - The CSR in PEM format. Only its key is used. One of O(csr_content) and O(csr_path) is required.
    type: str
  csr_path:
    description:
      - Path to the CSR file on the host that runs the module.
    type: path
  common_name:
    description:
      - Common name of the duplicate. It must be a name of the order's certificate, or one of O(dns_names). Defaults to
        the common name of the order's certificate.
    type: str
  dns_names:
    description:
      - Names of the duplicate. The names of the order's certificate are always included. Any other name must be covered
        by one of its wildcards.
    type: list
    elements: str
  signature_hash:
    description:
      - Signature hash algorithm. Defaults to that of the order's certificate.
    type: str
    choices: [sha256, sha384, sha512]
  server_platform_id:
    description:
      - ID of the server platform in the service's glossary. Defaults to that of the order's certificate.
    type: int
  cert_validity:
    description:
      - Validity of the duplicate, to make it shorter than that of the order's certificate. If several values are given,
        the service uses the last one in this list.
    type: dict
    suboptions:
      years:
        description: Validity in years.
        type: int
      days:
        description: Validity in days.
        type: int
      custom_expiration_date:
        description: Last day of the validity, as C(dd MMM yyyy), for example V(09 JUN 2027).
        type: str
  skip_approval:
    description:
      - Whether to send the request to the CA without an approval step. The API key must have permission to approve.
    type: bool
    default: false
  comments:
    description:
      - Comment for the approver.
    type: str
  renew_before:
    description:
      - How long before its expiry an existing certificate for the key is no longer sufficient, so that a duplicate that
        expires later is requested. Either a number of days, a percentage of its lifetime such as V(25%), or V(auto),
        which means a third of its lifetime and at most 30 days. By default any certificate that has not expired is
        sufficient.
    type: str
  replaced_serial_number:
    description:
      - Serial number, in hexadecimal, of a certificate of the order to replace. Only a newer certificate is then
        sufficient.
    type: str
  if_refused:
    description:
      - What to do if the service refuses the duplicate, or would refuse it.
      - With V(report) the module does not fail and sets RV(refused) and RV(reasons), so that the play can reissue the
        certificate instead. If a duplicate is waiting for approval and the service does not report its key, the module
        waits for that duplicate.
    type: str
    choices: [fail, report]
    default: fail
"""

EXAMPLES = r"""
- name: Get a certificate for the key of the second host
  community.digicert.digicert_duplicate:
    order_id: 112233
    csr_path: /etc/pki/www2.example.com.csr
    skip_approval: true
  delegate_to: localhost
  register: second

- name: Download the certificate
  community.digicert.digicert_certificate_download:
    certificate_id: "{{ second.certificate.id }}"
    csr_path: /etc/pki/www2.example.com.csr
    dest: /etc/pki/www2.example.com.pem
  delegate_to: localhost

- name: Request a certificate with another common name
  community.digicert.digicert_duplicate:
    order_id: 112233
    csr_path: /etc/pki/www2.example.com.csr
    common_name: example.com
    skip_approval: true
  delegate_to: localhost

- name: Add names that the wildcard name of an order covers
  community.digicert.digicert_duplicate:
    order_id: 112244
    csr_path: /etc/pki/www2.example.com.csr
    dns_names: [mail.example.com, www.example.com]
    signature_hash: sha384
    skip_approval: true
  delegate_to: localhost

- name: Check whether a key has a certificate of the order without requesting one
  community.digicert.digicert_duplicate:
    order_id: 112244
    csr_path: /etc/pki/www.example.com.csr
  delegate_to: localhost
  check_mode: true
  register: predicted

- name: Ensure that the certificate exists
  ansible.builtin.assert:
    that: predicted.action == 'none'
    fail_msg: "{{ predicted.reasons | join('; ') }}"

- name: Get a new certificate for the same key before the first one is revoked
  community.digicert.digicert_duplicate:
    order_id: 112233
    csr_path: /etc/pki/www2.example.com.csr
    replaced_serial_number: "{{ second.certificate.serial_number }}"
    renew_before: auto
    skip_approval: true
  delegate_to: localhost

- name: Request a duplicate even if the order may not support it
  community.digicert.digicert_duplicate:
    order_id: 112233
    csr_path: /etc/pki/www2.example.com.csr
    skip_approval: true
    if_refused: report
  delegate_to: localhost
  register: asked

- name: Reissue the certificate for this key instead
  community.digicert.digicert_reissue:
    order_id: 112233
    csr_path: /etc/pki/www2.example.com.csr
    skip_approval: true
  delegate_to: localhost
  when: asked.refused

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: Get a certificate of the order for the key of each host
      community.digicert.digicert_duplicate:
        order_id: 112233
        csr_path: "/etc/pki/{{ item }}.csr"
        skip_approval: true
      loop: [www.example.com, www2.example.com]
"""

RETURN = r"""
action:
  description:
    - What was done, or would be done in check mode.
    - One of V(none), V(duplicate).
  returned: success
  type: str
  sample: duplicate
# generated from return_values.yml: common.reasons
reasons:
  description: The reasons for the action, one sentence for each.
  returned: success
  type: list
  elements: str
  sample: ["no certificate of order 112233 has this key and these names"]
# end of generated
phase:
  description:
    - Phase of the duplicate, one of V(issued), V(waiting_approval), V(processing). V(null) if it does not exist yet in
      check mode, or if it is refused.
  returned: success
  type: str
  sample: issued
is_final:
  description: Whether the duplicate is issued.
  returned: success
  type: bool
  sample: true
blocked_on:
  description: What the duplicate is waiting for, see RV(community.digicert.digicert_order#module:blocked_on).
  returned: success
  type: list
  elements: dict
  sample: []
# generated from return_values.yml: order.order
order:
  description: The order in normalised form, see RV(community.digicert.digicert_order#module:order).
  returned: success
  type: dict
  sample: {"id": 112233, "status": "issued"}
# end of generated
certificate:
  description:
    - The certificate for the key in normalised form, see RV(community.digicert.digicert_order#module:certificate).
      V(null) if it does not exist yet, as in check mode or before an approval.
  returned: success
  type: dict
  sample: {"id": 123456, "serial_number": "a1b2c3d4e5f6"}
refused:
  description: Whether the service refuses the duplicate, with O(if_refused=report).
  returned: success
  type: bool
  sample: false
dcv:
  description: The list C(records) is always empty, because a duplicate does not need its own validation.
  returned: success
  type: dict
  sample: {"records": []}
diff:
  description:
    - The differences before and after the action. With the action V(duplicate), both have the C(certificates) of the
      order with C(dns_names) and C(public_key_fingerprint).
  returned: success
  type: dict
  sample: {"before": {"certificates": []}, "after": {"certificates": [{"dns_names": [www.example.com]}]}}
# generated from return_values.yml: common.api_calls, failure
api_calls:
  description: Number of requests sent to the service for each HTTP method, including retries.
  returned: always
  type: dict
  sample: {"GET": 3, "POST": 1}
errors:
  description: Errors returned by the service, each with C(code) and C(message).
  returned: failure
  type: list
  elements: dict
  sample: [{"code": "not_found|order", "message": "The order was not found."}]
next_action:
  description: How to resolve the failure.
  returned: failure
  type: str
  sample: Check the order ID, and that the order belongs to the account of this API key.
order_id:
  description: ID of the order that the failure is about, if known, so that a paid order is never lost.
  returned: failure
  type: int
  sample: 112233
# end of generated
"""

from ..module_utils._decisions.request_checks import check_common_name, require_csr
from ..module_utils._decisions.validity import read_validity
from ..module_utils._module.locks import locks_of
from ..module_utils._module.options import (
    approval_argument_spec,
    certificate_argument_spec,
    certificate_fields,
    csr_argument_spec,
    set_fields,
)
from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.duplicate import DuplicateRequest, ensure_duplicate
from ..module_utils._use_cases.outcome import Outcome
from ..module_utils._x509.hexadecimal import normalise_serial_number


def duplicate(run: Run) -> Outcome:
    """Turn the parameters into a request and ensure it."""
    params = run.params
    common_name = run.names(params["common_name"])
    check_common_name(common_name)
    request = DuplicateRequest(
        order_id=params["order_id"],
        csr=require_csr(run.csr()),
        common_name=common_name[0] if common_name else None,
        dns_names=run.names(params["dns_names"]) if params["dns_names"] is not None else None,
        fields=set_fields(params, "skip_approval", "comments"),
        # a duplicate is issued by the intermediate CA of its original
        certificate_fields=certificate_fields(
            {**params, "ca_cert_id": None}, read_validity(params["cert_validity"], "cert_validity", run.now.date())
        ),
        renew_before=run.renew_before() if params["renew_before"] else None,
        replaced=normalise_serial_number(params["replaced_serial_number"])
        if params["replaced_serial_number"]
        else None,
        reports_refusal=params["if_refused"] == "report",
    )
    return ensure_duplicate(run.client, request, check_mode=run.check_mode, now=run.now, locks=locks_of(run))


def main() -> None:
    """Run the module."""
    certificate = certificate_argument_spec()
    del certificate["ca_cert_id"]
    run_module(
        duplicate,
        {
            "order_id": {"type": "int", "required": True},
            "common_name": {"type": "str"},
            "dns_names": {"type": "list", "elements": "str"},
            **certificate,
            **csr_argument_spec(),
            **approval_argument_spec(),
            "renew_before": {"type": "str"},
            "replaced_serial_number": {"type": "str"},
            "if_refused": {"type": "str", "choices": ["fail", "report"], "default": "fail"},
        },
        needs_cryptography=True,
        mutually_exclusive=[("csr_content", "csr_path")],
    )


if __name__ == "__main__":
    main()
