#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_revoke
short_description: Revoke a certificate, or all certificates of a CertCentral order
version_added: 0.1.0
description:
  - Ensures that a certificate is revoked, or that its revocation was asked for.
  - B(Revocation is permanent.) One certificate is revoked unless O(scope=order).
  - RV(diff) names every certificate that is, or in check mode would be, revoked.
  - The certificate is identified by its ID, its serial number, its thumbprint or its PEM text, and by O(order_id) where
    that is given too; all that is given must fit. An order is identified by its ID.
  - Reissues and duplicates of an order are found, too. The service itself finds only the current certificate of an
    order by its name; for any other one the lists of reissues and duplicates of at most 100 orders are read, newest
    first. O(order_id) saves that.
  - A certificate that is revoked already, or whose revocation waits for an approval, is left alone. A request to revoke
    says in its comment which certificate it is for, because no other field does; where the comment of an open request
    does not say it, nothing is sent and a warning says so.
  - After a lost answer it is looked whether the revocation, or the request for it, shows; nothing is sent twice.
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
attributes:
  check_mode:
    support: full
    details:
      - Sends reading calls only, and predicts the action of a real run.
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - The service does not document that it tells of each certificate whether it is revoked. Where it does not, the
        revocation of a certificate that is no longer current is sent again and refused, a failure that says so.
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
      - ID of the order of the certificate. Where nothing else names a certificate, its current one is meant.
    type: int
  certificate_id:
    description:
      - ID of the certificate.
    type: int
  serial_number:
    description:
      - Serial number of the certificate, hexadecimal; colons and case are ignored.
    type: str
  thumbprint:
    description:
      - SHA-1 thumbprint of the certificate, hexadecimal; colons and case are ignored.
    type: str
  certificate_content:
    description:
      - The certificate as PEM text. It may hold the chain, too, which is left aside.
    type: str
  certificate_path:
    description:
      - File with the certificate as PEM text, where the module runs. It may hold the chain, too, which is left aside.
    type: path
  scope:
    description:
      - What is revoked. V(certificate) is one certificate.
      - V(order) is all certificates of the order, reissues and duplicates among them; it needs O(order_id).
    type: str
    choices: [certificate, order]
    default: certificate
  reason:
    description:
      - Reason for the revocation, as RFC 5280 names it. For certificates other than TLS it is left out, because the
        service heeds it for TLS only.
    type: str
    choices: [unspecified, keyCompromise, affiliationChanged, superseded, cessationOfOperation]
    default: unspecified
  comment:
    description:
      - Message for the approver, to which a sentence is added that says which certificate is meant. The service does
        not keep it when the approval is skipped.
    type: str
  skip_approval:
    description:
      - Whether the certificate is revoked without an approval. The API key must have administrator rights.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Revoke one certificate whose key was lost to somebody else
  community.digicert.digicert_revoke:
    serial_number: "{{ stolen_serial_number }}"
    reason: keyCompromise
    skip_approval: true
  delegate_to: localhost

- name: See what the revocation of the certificate in a file would mean
  community.digicert.digicert_revoke:
    certificate_path: www.example.com.pem
    reason: superseded
  delegate_to: localhost
  check_mode: true
  diff: true
  register: predicted

- name: Say which certificates it would end
  ansible.builtin.debug:
    msg: "{{ predicted.diff }}"

- name: Ask for the revocation of all certificates of an order
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
    - name: Find the certificates of an order that are no longer used
      community.digicert.digicert_order_info:
        order_id: 112234
        include_certificates: true
      register: found

    - name: Revoke its duplicates, one by one
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
    - What was done, or in check mode would be done.
    - One of V(none), V(revoke).
  returned: success
  type: str
  sample: revoke
reasons:
  description: Why, in words; one entry for each cause.
  returned: success
  type: list
  elements: str
  sample: ["1 certificate(s) of order 112233 are to be revoked (keyCompromise)"]
phase:
  description: Where the order stands, see RV(community.digicert.digicert_order#module:phase).
  returned: success
  type: str
  sample: revoked
blocked_on:
  description: What the order waits for, see RV(community.digicert.digicert_order#module:blocked_on).
  returned: success
  type: list
  elements: dict
  sample: []
order:
  description: The order, normalised, see RV(community.digicert.digicert_order#module:order).
  returned: success
  type: dict
  sample: {"id": 112233, "status": "issued"}
certificate:
  description: Its certificate, normalised, see RV(community.digicert.digicert_order#module:certificate).
  returned: success
  type: dict
  sample: {"id": 123456, "serial_number": "a1b2c3d4e5f6"}
dcv:
  description: What proves control of the domains, see RV(community.digicert.digicert_order#module:dcv).
  returned: success
  type: dict
  sample: {"records": []}
diff:
  description:
    - Every certificate that is, or in check mode would be, revoked, under C(valid) before and C(revoked) after.
    - Empty where nothing is revoked.
  returned: success
  type: dict
  sample:
    before: {"revoked": [], "valid": [{"certificate_id": 123456, "serial_number": "a1b2c3d4e5f6"}]}
    after: {"revoked": [{"certificate_id": 123456, "serial_number": "a1b2c3d4e5f6"}], "valid": []}
api_calls:
  description: How many requests were sent to the service, by HTTP method, retries included.
  returned: always
  type: dict
  sample: {"GET": 3, "POST": 1}
errors:
  description: The errors of the service, each with C(code) and C(message).
  returned: failure
  type: list
  elements: dict
  sample: [{"code": "not_found|order", "message": "The order was not found."}]
next_action:
  description: What to do about the failure.
  returned: failure
  type: str
  sample: Check the order ID, and that the order belongs to the account of this API key.
order_id:
  description: The order that the failure is about, where one is known. An order that was paid is never lost.
  returned: failure
  type: int
  sample: 112233
"""

from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.certificate_search import CertificateName
from ..module_utils._use_cases.outcome import Outcome
from ..module_utils._use_cases.revoke import REASONS, RevocationRequest, ensure_revoked


def _name(run: Run) -> CertificateName:
    """Return how the certificate is named."""
    params = run.params
    if params["certificate_content"] is None and params["certificate_path"] is None:
        return CertificateName(
            params["order_id"], params["certificate_id"], params["serial_number"], params["thumbprint"]
        )
    # cryptography takes long to load: only a run that reads a certificate pays for it
    from ..module_utils._module.pem_options import read_leaf

    leaf = read_leaf(params["certificate_content"], params["certificate_path"])
    return CertificateName(
        params["order_id"],
        serial_number=leaf.serial_number,
        thumbprint=leaf.thumbprint,
        common_name=next(iter(leaf.dns_names), None),
    )


def revoke(run: Run) -> Outcome:
    """Turn the parameters into a request and ensure it."""
    params = run.params
    request = RevocationRequest(
        params["scope"], _name(run), params["reason"], params["comment"], params["skip_approval"]
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
