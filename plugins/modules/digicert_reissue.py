#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_reissue
short_description: Ensure that the current certificate of a CertCentral order carries a key and names
version_added: 0.1.0
description:
  - Compares the current certificate of an order with the CSR and the names that are wanted, and reissues it where it
    differs.
  - A reissue gives a new certificate within the same order. It costs nothing for the same names; added names may
    cost money.
  - All current values that are not given are sent again, as the service asks for it - names, CSR, hash, server platform
    and the validity that was asked for; the intermediate CA where the product lets it be chosen. A fixed last day is
    left out where the certificate is reissued because it is near.
  - The order is identified by its ID. What counts as a difference are a name that the certificate does not cover, a
    name that is not wanted any more (with O(allow_name_removal=true)), another public key than that of the CSR, another
    O(signature_hash) and another O(ca_cert_id). Names are compared without regard to case, order, a trailing dot and
    the spelling of IDNs, and a C(www) name that the CA added counts as wanted.
  - O(server_platform_id), O(cert_validity) and O(comments) are no difference; they are sent where there is another
    reason.
  - What the CA decides is accepted. Where the latest reissue changed neither names nor key, and the hash or the
    intermediate CA still is not the one that is asked for, no further reissue is made for that, and a warning says so.
    O(when=always) asks the CA again.
  - A pending reissue with the same key and names is adopted, not repeated. One with others is a failure that says how
    to cancel it.
  - A reissue that drops names makes the service revoke the certificate that it replaces. Names are therefore dropped
    only with O(allow_name_removal=true).
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
      - With O(when=always) each run makes a new certificate.
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
      - ID of the order whose certificate is meant.
    type: int
    required: true
  common_name:
    description:
      - Name that becomes the common name, where the present one is not among the names any more.
    type: str
  dns_names:
    description:
      - All names that the certificate shall carry. Without it the present names are kept.
    type: list
    elements: str
  csr_content:
    description:
      - The CSR as PEM text. Without O(csr_content) and O(csr_path) the CSR of the order is used again.
    type: str
  csr_path:
    description:
      - File with the CSR, where the module runs.
    type: path
  when:
    description:
      - When to reissue; each choice includes the ones before it.
      - With V(never) nothing is reissued, with V(key_changed) when names, key, hash or intermediate CA differ, with
        V(expiring) also when the certificate ends within O(renew_before) and the order goes on after that, with
        V(always) in each run in which no reissue is pending.
    type: str
    choices: [never, key_changed, expiring, always]
    default: key_changed
  renew_before:
    description:
      - How long before its end a certificate is reissued with O(when=expiring). A number of days, a percentage of its
        lifetime such as V(25%), or V(auto), which is a third of it and at most 30 days.
      - A certificate that ends with its order is not reissued for its end, because the next one would not last longer.
    type: str
    default: auto
  allow_name_removal:
    description:
      - Whether names may be dropped, although the service then revokes the present certificate within 72 hours.
    type: bool
    default: false
  signature_hash:
    description:
      - Hash of the signature; without it the present one. Another one than the present is a difference.
    type: str
    choices: [sha256, sha384, sha512]
  server_platform_id:
    description:
      - ID of the server platform; without it the present one.
    type: int
  ca_cert_id:
    description:
      - ID of the intermediate CA that shall sign, for products and accounts that allow the choice. Another one than the
        present is a difference, where the service tells the present one.
    type: str
  cert_validity:
    description:
      - Validity of the certificate, where it shall be shorter than the rules of the day allow.
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
      - Whether the reissue goes to the CA without waiting for an approval. The API key must be allowed to approve.
    type: bool
    default: false
  comments:
    description:
      - Message for the approver.
    type: str
"""

EXAMPLES = r"""
- name: Add a name to the certificate of an order, keeping its key
  community.digicert.digicert_reissue:
    order_id: 112233
    dns_names:
      - www.example.com
      - example.com
      - shop.example.com
    skip_approval: true
  delegate_to: localhost

- name: Replace the key, and renew a certificate that ends soon
  community.digicert.digicert_reissue:
    order_id: 112233
    csr_path: /etc/pki/www.example.com.csr
    when: expiring
    skip_approval: true
  delegate_to: localhost

- name: Drop a name, although the service then revokes the present certificate
  community.digicert.digicert_reissue:
    order_id: 112234
    dns_names: [www.example.com]
    allow_name_removal: true
    skip_approval: true
  delegate_to: localhost
  register: reissued

- name: Have a certificate signed with SHA-384 from now on
  community.digicert.digicert_reissue:
    order_id: 112235
    signature_hash: sha384
    comments: Asked for by the new policy.
  delegate_to: localhost

- name: Say how it stands
  ansible.builtin.debug:
    msg: "{{ reissued.action }}: {{ reissued.reasons | join('; ') }} ({{ reissued.phase }})"

- name: See whether a key would need a reissue, without asking for one
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
    - name: Reissue certificates that end soon
      community.digicert.digicert_reissue:
        order_id: "{{ item }}"
        when: expiring
        skip_approval: true
      loop: [112233, 112234]
"""

RETURN = r"""
action:
  description:
    - What was done, or in check mode would be done.
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
    - Names, fingerprint of the public key, hash and last day before and after; empty where nothing is reissued.
    - C(revoked_by_the_service) is the serial number of the certificate that is revoked because names are dropped.
  returned: success
  type: dict
  sample:
    before: {"dns_names": ["www.example.com"]}
    after: {"dns_names": ["shop.example.com", "www.example.com"]}
paid:
  description: Whether the reissue costs, or may cost, money, because it adds names.
  returned: success
  type: bool
  sample: true
revokes:
  description: Whether the service revokes the certificate that is replaced, because names are dropped.
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
    return ensure_reissue(run.client, request, check_mode=run.check_mode, now=run.now)


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
