#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_reissue
short_description: Reissue a CertCentral certificate
version_added: 0.1.0
description:
  - Compares the current certificate of an order with the desired CSR and names, and reissues it if they differ.
  - A reissue creates a new certificate within the same order. It is free of charge for the same names. Added names may
    cost money.
  - All values that are not given are sent again with their current value, as the service requires. These are the names,
    CSR, signature hash, server platform and requested validity, and the intermediate CA if the product offers a choice.
    If the certificate is reissued because a fixed last day is near, that day is left out.
  - The order is identified by its ID. The certificate is reissued if it does not cover a requested name, if it has a
    name that is not requested (only with O(allow_name_removal=true)), or if its public key, O(signature_hash) or
    O(ca_cert_id) differs. When names are compared, case, order, a trailing dot and the spelling of IDNs are ignored,
    and so is a C(www) name that the CA added.
  - O(server_platform_id), O(cert_validity) and O(comments) alone do not cause a reissue. They are sent with a reissue
    that has another reason.
  - Decisions of the CA are accepted. If the latest reissue changed neither names nor key, but the hash or the
    intermediate CA still differs from the requested one, the certificate is not reissued again for that, and a warning
    is shown. Use O(when=always) to ask the CA again.
  - A pending reissue with the same key and names is adopted, not repeated. If the pending reissue has another key or
    other names, the module fails and explains how to cancel it.
  - If a reissue drops names, the service revokes the certificate that it replaces. Names are therefore only dropped
    with O(allow_name_removal=true).
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
      - With O(when=always) each run creates a new certificate.
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_order
  - module: community.digicert.digicert_order_status
  - module: community.digicert.digicert_certificate_plan
  - name: Reissue certificate
    description: The request and its fields.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/reissue-certificate.html
options:
  order_id:
    description:
      - ID of the order whose certificate is reissued.
    type: int
    required: true
  common_name:
    description:
      - New common name, if the current one is not among the names anymore.
    type: str
  dns_names:
    description:
      - All names of the certificate. Defaults to the current names.
    type: list
    elements: str
  csr_content:
    description:
      - The CSR in PEM format. Without O(csr_content) and O(csr_path) the CSR of the order is used again.
    type: str
  csr_path:
    description:
      - Path to the CSR file on the host that runs the module.
    type: path
  when:
    description:
      - When to reissue. Each choice includes the conditions of the choices before it.
      - With V(never) nothing is reissued. With V(key_changed) the certificate is reissued if names, key, hash or
        intermediate CA differ. With V(expiring) it is also reissued if it expires within O(renew_before) and the order
        is valid longer. With V(always) it is reissued in each run in which no reissue is pending.
    type: str
    choices: [never, key_changed, expiring, always]
    default: key_changed
  renew_before:
    description:
      - How long before its expiry a certificate is reissued with O(when=expiring). Either a number of days, a
        percentage of its lifetime such as V(25%), or V(auto), which means a third of its lifetime and at most 30 days.
      - A certificate that expires together with its order is not reissued because of its expiry, since the new
        certificate would not be valid any longer.
      - It must be shorter than the lifetime of the certificate. If a certificate was due on its first day, and was
        already reissued with the same names and key, the module fails instead of reissuing it in each run.
    type: str
    default: auto
  allow_name_removal:
    description:
      - Whether names may be dropped, although the service then revokes the current certificate within 72 hours.
    type: bool
    default: false
  signature_hash:
    description:
      - Signature hash algorithm. Defaults to that of the current certificate. The certificate is reissued if it
        differs.
    type: str
    choices: [sha256, sha384, sha512]
  server_platform_id:
    description:
      - ID of the server platform. Defaults to that of the current certificate.
    type: int
  ca_cert_id:
    description:
      - ID of the intermediate CA that issues the certificate, if the product and the account offer a choice. The
        certificate is reissued if it differs, provided that the service reports the current one.
    type: str
  cert_validity:
    description:
      - Validity of the certificate, to make it shorter than the current maximum.
    type: dict
    suboptions:
      years:
        description: Number of years.
        type: int
      days:
        description: Number of days.
        type: int
      custom_expiration_date:
        description: Last day, as C(dd MMM yyyy), for example V(09 JUN 2027).
        type: str
  skip_approval:
    description:
      - Whether to send the reissue to the CA without an approval step. The API key must have permission to approve.
    type: bool
    default: false
  comments:
    description:
      - Comment for the approver.
    type: str
"""

EXAMPLES = r"""
- name: Add a name to the certificate of an order and keep its key
  community.digicert.digicert_reissue:
    order_id: 112233
    dns_names:
      - www.example.com
      - example.com
      - shop.example.com
    skip_approval: true
  delegate_to: localhost

- name: Replace the key and renew a certificate that expires soon
  community.digicert.digicert_reissue:
    order_id: 112233
    csr_path: /etc/pki/www.example.com.csr
    when: expiring
    skip_approval: true
  delegate_to: localhost

- name: Drop a name, although the service then revokes the current certificate
  community.digicert.digicert_reissue:
    order_id: 112234
    dns_names: [www.example.com]
    allow_name_removal: true
    skip_approval: true
  delegate_to: localhost
  register: reissued

- name: Switch a certificate to SHA-384
  community.digicert.digicert_reissue:
    order_id: 112235
    signature_hash: sha384
    comments: Required by the new policy.
  delegate_to: localhost

- name: Show the result
  ansible.builtin.debug:
    msg: "{{ reissued.action }}: {{ reissued.reasons | join('; ') }} ({{ reissued.phase }})"

- name: Check whether a key needs a reissue without requesting one
  community.digicert.digicert_reissue:
    order_id: 112233
    csr_path: /etc/pki/www2.example.com.csr
    when: key_changed
  delegate_to: localhost
  check_mode: true

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: Reissue certificates that expire soon
      community.digicert.digicert_reissue:
        order_id: "{{ item }}"
        when: expiring
        skip_approval: true
      loop: [112233, 112234]
"""

RETURN = r"""
action:
  description:
    - What was done, or would be done in check mode.
    - One of V(none), V(reissue).
  returned: success
  type: str
  sample: reissue
# generated from return_values.yml: common.reasons, order
reasons:
  description: The reasons for the action, one sentence for each.
  returned: success
  type: list
  elements: str
  sample: ["the certificate lacks shop.example.com"]
phase:
  description: Phase of the order, see RV(community.digicert.digicert_order#module:phase).
  returned: success
  type: str
  sample: issued
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
    - Names, public key fingerprint, signature hash and last day before and after the action. Empty if nothing is
      reissued.
    - C(revoked_by_the_service) is the serial number of the certificate that is revoked because names are dropped.
  returned: success
  type: dict
  sample:
    before: {"dns_names": ["www.example.com"]}
    after: {"dns_names": ["shop.example.com", "www.example.com"]}
paid:
  description: Whether the reissue costs, or may cost, money because it adds names.
  returned: success
  type: bool
  sample: true
revokes:
  description: Whether the service revokes the replaced certificate because names are dropped.
  returned: success
  type: bool
  sample: false
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

from ..module_utils._decisions.reissue import WHEN
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
from ..module_utils._use_cases.outcome import Outcome
from ..module_utils._use_cases.reissue import ReissueRequest, ensure_reissue


def reissue(run: Run) -> Outcome:
    """Turn the parameters into a request and ensure it."""
    params = run.params
    request = ReissueRequest(
        order_id=params["order_id"],
        csr=run.csr(),
        names=run.names(params["common_name"], params["dns_names"]) if params["dns_names"] is not None else None,
        when=params["when"],
        renew_before=run.renew_before(),
        allow_name_removal=params["allow_name_removal"],
        fields=set_fields(params, "skip_approval", "comments"),
        certificate_fields=certificate_fields(
            params, read_validity(params["cert_validity"], "cert_validity", run.now.date())
        ),
    )
    return ensure_reissue(run.client, request, check_mode=run.check_mode, now=run.now, locks=locks_of(run))


def main() -> None:
    """Run the module."""
    run_module(
        reissue,
        {
            "order_id": {"type": "int", "required": True},
            "common_name": {"type": "str"},
            "dns_names": {"type": "list", "elements": "str"},
            "when": {"type": "str", "choices": list(WHEN), "default": "key_changed"},
            "renew_before": {"type": "str", "default": "auto"},
            "allow_name_removal": {"type": "bool", "default": False},
            **certificate_argument_spec(),
            **csr_argument_spec(),
            **approval_argument_spec(),
        },
        needs_cryptography=True,
        mutually_exclusive=[("csr_content", "csr_path")],
        required_by={"common_name": ("dns_names",)},
    )


if __name__ == "__main__":
    main()
