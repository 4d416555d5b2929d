#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_revoke
short_description: Revoke CertCentral certificates
version_added: 0.1.0
description:
  - Ensures that a certificate is revoked, or that its revocation has been requested.
  - B(Revocation is permanent.) Only one certificate is revoked unless O(scope=order).
  - RV(diff) lists every certificate that is revoked, or would be revoked in check mode.
  - The certificate is identified by its ID, serial number, thumbprint or PEM text. If O(order_id) is also given, it
    must belong to that order. An order is identified by its ID.
  - Reissues and duplicates of an order are found as well. The service itself only finds the current certificate of an
    order by its name. For any other certificate, the module reads the lists of reissues and duplicates of up to 100
    orders, newest first. Set O(order_id) to avoid that.
  - If a certificate is already revoked, or its revocation is waiting for approval, nothing is done. Only the comment of
    a revocation request says which certificate it is for. If the comment of an open request does not say it, nothing is
    sent and a warning is shown.
  - If an answer is lost, the module checks whether the revocation or its request exists. Nothing is sent twice.
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
    support: partial
    details:
      - No documented field of the service shows that a single certificate is revoked while its order stays issued. Its
        revocation is then sent again and refused, and the module fails with that explanation. The whole order, and the
        last certificate in an account that then revokes the order, are revoked once.
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_order_status
  - name: Revoke certificate
    description: The request and its fields.
    link: https://dev.digicert.com/certcentral-apis/services-api/certificates/revoke-certificate.html
  - name: Revoke order certificates
    description: The request and its fields.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/revoke-order-certificates.html
options:
  order_id:
    description:
      - ID of the order of the certificate. If no other option identifies a certificate, the current certificate of the
        order is used.
    type: int
  certificate_id:
    description:
      - ID of the certificate.
    type: int
  serial_number:
    description:
      - Serial number of the certificate in hexadecimal. Colons and case are ignored.
    type: str
  thumbprint:
    description:
      - SHA-1 thumbprint of the certificate in hexadecimal. Colons and case are ignored.
    type: str
  certificate_content:
    description:
      - The certificate in PEM format. If it includes the chain, the chain is ignored.
    type: str
  certificate_path:
    description:
      - Path to the certificate file in PEM format on the host that runs the module. If it includes the chain, the chain
        is ignored.
    type: path
  scope:
    description:
      - What to revoke. V(certificate) revokes one certificate.
      - V(order) revokes all certificates of the order, including reissues and duplicates. It requires O(order_id).
    type: str
    choices: [certificate, order]
    default: certificate
  reason:
    description:
      - Reason for the revocation, as defined in RFC 5280. It is only sent for TLS certificates, because the service
        ignores it for all others.
    type: str
    choices: [unspecified, keyCompromise, affiliationChanged, superseded, cessationOfOperation]
    default: unspecified
  comment:
    description:
      - Comment for the approver. The module adds a sentence that identifies the certificate. The service does not keep
        the comment if the approval is skipped.
    type: str
  skip_approval:
    description:
      - Whether to revoke the certificate without an approval step. The API key must have administrator permissions.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Revoke a certificate whose key was compromised
  community.digicert.digicert_revoke:
    serial_number: "{{ stolen_serial_number }}"
    reason: keyCompromise
    skip_approval: true
  delegate_to: localhost

- name: Preview the revocation of the certificate in a file
  community.digicert.digicert_revoke:
    certificate_path: www.example.com.pem
    reason: superseded
  delegate_to: localhost
  check_mode: true
  diff: true
  register: predicted

- name: Show which certificates would be revoked
  ansible.builtin.debug:
    msg: "{{ predicted.diff }}"

- name: Request the revocation of all certificates of an order
  community.digicert.digicert_revoke:
    order_id: 112233
    scope: order
    reason: cessationOfOperation
    comment: The shop is closed.
  delegate_to: localhost

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: Find the certificates of an order that are no longer in use
      community.digicert.digicert_order_info:
        order_id: 112234
        include_certificates: true
      register: found

    - name: Revoke its duplicates one at a time
      community.digicert.digicert_revoke:
        order_id: 112234
        certificate_id: "{{ item.id }}"
        reason: superseded
        skip_approval: true
      loop: "{{ found.orders[0].duplicates }}"
      loop_control:
        label: "{{ item.serial_number }}"
"""

RETURN = r"""
action:
  description:
    - What was done, or would be done in check mode.
    - One of V(none), V(revoke).
  returned: success
  type: str
  sample: revoke
# generated from return_values.yml: common.reasons, order
reasons:
  description: The reasons for the action, one sentence for each.
  returned: success
  type: list
  elements: str
  sample: ["1 certificate(s) of order 112233 must be revoked (keyCompromise)"]
phase:
  description: Phase of the order, see RV(community.digicert.digicert_order#module:phase).
  returned: success
  type: str
  sample: revoked
is_final:
  description: Whether the order is issued, or never will be, see RV(community.digicert.digicert_order#module:is_final).
  returned: success
  type: bool
  sample: true
blocked_on:
  description: What the order is waiting for, see RV(community.digicert.digicert_order#module:blocked_on).
  returned: success
  type: list
  elements: dict
  sample: []
order:
  description: The order in normalised form, see RV(community.digicert.digicert_order#module:order).
  returned: success
  type: dict
  sample: {"id": 112233, "status": "issued"}
certificate:
  description: Its certificate in normalised form, see RV(community.digicert.digicert_order#module:certificate).
  returned: success
  type: dict
  sample: {"id": 123456, "serial_number": "a1b2c3d4e5f6"}
dcv:
  description: Records that prove control of the domains, see RV(community.digicert.digicert_order#module:dcv).
  returned: success
  type: dict
  sample: {"records": []}
# end of generated
diff:
  description:
    - Every certificate that is revoked, or would be revoked in check mode, listed under C(valid) before and C(revoked)
      after the action.
    - Empty if nothing is revoked.
  returned: success
  type: dict
  sample:
    before: {"revoked": [], "valid": [{"certificate_id": 123456, "serial_number": "a1b2c3d4e5f6"}]}
    after: {"revoked": [{"certificate_id": 123456, "serial_number": "a1b2c3d4e5f6"}], "valid": []}
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

from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.certificate_search import CertificateReference
from ..module_utils._use_cases.outcome import Outcome
from ..module_utils._use_cases.revoke import REASONS, RevocationRequest, ensure_revoked


def _reference(run: Run) -> CertificateReference:
    """Return the identifiers of the certificate."""
    params = run.params
    if params["certificate_content"] is None and params["certificate_path"] is None:
        return CertificateReference(
            params["order_id"], params["certificate_id"], params["serial_number"], params["thumbprint"]
        )
    # cryptography takes long to load, so only a run that reads a certificate loads it
    from ..module_utils._module.pem_options import read_leaf

    leaf = read_leaf(params["certificate_content"], params["certificate_path"])
    return CertificateReference(
        params["order_id"],
        serial_number=leaf.serial_number,
        thumbprint=leaf.thumbprint,
        common_name=next(iter(leaf.dns_names), None),
    )


def revoke(run: Run) -> Outcome:
    """Turn the parameters into a request and ensure it."""
    params = run.params
    request = RevocationRequest(
        params["scope"], _reference(run), params["reason"], params["comment"], params["skip_approval"]
    )
    return ensure_revoked(run.client, request, check_mode=run.check_mode)


def main() -> None:
    """Run the module."""
    names = ("certificate_id", "serial_number", "thumbprint", "certificate_content", "certificate_path")
    run_module(
        revoke,
        {
            "order_id": {"type": "int"},
            "certificate_id": {"type": "int"},
            "serial_number": {"type": "str"},
            "thumbprint": {"type": "str"},
            "certificate_content": {"type": "str"},
            "certificate_path": {"type": "path"},
            "scope": {"type": "str", "choices": ["certificate", "order"], "default": "certificate"},
            "reason": {"type": "str", "choices": list(REASONS), "default": "unspecified"},
            "comment": {"type": "str"},
            "skip_approval": {"type": "bool", "default": False},
        },
        required_one_of=[("order_id", *names)],
        mutually_exclusive=[names],
        required_if=[("scope", "order", ("order_id",))],
    )


if __name__ == "__main__":
    main()
