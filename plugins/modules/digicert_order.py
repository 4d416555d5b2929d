#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_order
short_description: Ensure that one live CertCentral order exists for a certificate
version_added: 0.1.0
description:
  - Ensures that the account has one live order for these names, this product, this organization and this key.
  - An order that fits is adopted, whoever placed it; otherwise one is placed. An order near its end is renewed.
  - The intent (product, organization, container, names, key, renewed order) makes a deterministic alternative order ID.
  - The service is asked for that ID before an order is placed, and again when the answer to an order is lost, so that
    nothing is bought twice. The order itself is sent once and never repeated.
  - What the CA changes of its own accord, such as an added C(www), is no difference.
  - The module does not wait unless O(wait=true); an order that needs an approval, domain control validation or the
    validation of its organization is reported in RV(phase) and RV(blocked_on), and picked up by the next run.
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
    support: full
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_order_info
  - module: community.digicert.digicert_order_wait
  - module: community.digicert.digicert_reissue
  - module: community.digicert.digicert_dcv
  - name: Order Basic OV
    description: The request and its fields.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/order-basic-ov.html
options:
  common_name:
    description:
      - Name that becomes the common name. Without it the first of O(dns_names).
    type: str
  dns_names:
    description:
      - Names of the certificate. The order of the names, their case and a trailing dot are no difference.
      - Names that are not ASCII are turned into their A-labels.
    type: list
    elements: str
    default: []
  csr_content:
    description:
      - The CSR as PEM text.
    type: str
  csr_path:
    description:
      - File with the CSR, where the module runs.
    type: path
  product:
    description:
      - Product identifier, for example V(ssl_basic), V(ssl_securesite_flex), V(ssl_ev_basic) or V(ssl_dv_geotrust).
      - With V(ssl) the service chooses the product.
    type: str
    default: ssl_basic
  organization_id:
    description:
      - Organization for which the certificate is issued. Needed for all products but DV.
    type: int
  container_id:
    description:
      - Container (division) in which the order is placed. Without it that of the API key.
    type: int
  order_validity:
    description:
      - For how long the order can be reissued without further cost, at most three years.
      - O(order_validity.custom_expiration_date) takes precedence over O(order_validity.days), and that over
        O(order_validity.years).
    type: dict
    default:
      years: 1
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
  cert_validity:
    description:
      - Validity of the certificate, where it shall be shorter than the rules of the day allow.
      - The service ignores it for accounts without Multi-year Plans.
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
  signature_hash:
    description:
      - Hash of the signature.
    type: str
    choices: [sha256, sha384, sha512]
    default: sha256
  server_platform_id:
    description:
      - ID of the server platform, for example V(45) for nginx or V(2) for Apache.
    type: int
  ca_cert_id:
    description:
      - ID of the intermediate CA that shall sign, for products and accounts that allow the choice.
    type: str
  profile_option:
    description:
      - Certificate profile, for example V(server_client_auth_eku).
    type: str
  dcv_method:
    description:
      - Method of domain control validation. HTTP methods are refused for wildcard names.
    type: str
    choices: [email, dns-txt-token, dns-cname-token, http-token, http-token-dynamic]
    default: dns-txt-token
  payment_method:
    description:
      - How the order is paid; without it the default of the account.
    type: str
    choices: [balance, card, profile, wire_transfer]
  skip_approval:
    description:
      - Whether the order goes to the CA without waiting for an approval. The API key must be allowed to approve.
    type: bool
    default: false
  comments:
    description:
      - Message for the approver.
    type: str
  additional_emails:
    description:
      - Addresses that get the messages about the order, too.
    type: list
    elements: str
    default: []
  custom_fields:
    description:
      - Values of the account's custom fields.
    type: list
    elements: dict
    default: []
    suboptions:
      metadata_id:
        description: ID of the field.
        type: int
        required: true
      value:
        description: Its value.
        type: str
        required: true
  locale:
    description:
      - Language of the DCV e-mails, for example V(en).
    type: str
  auto_renew:
    description:
      - Whether the service renews the order by itself.
    type: bool
  auto_reissue:
    description:
      - Whether the service reissues the certificate of a Multi-year Plan by itself.
    type: bool
  disable_renewal_notifications:
    description:
      - Whether the service sends no reminders about the order's end.
    type: bool
  alternative_order_id:
    description:
      - Your own ID for the intent. Without it one is made from the intent.
      - Two orders that shall exist side by side need different IDs.
    type: str
  renewal_of_order_id:
    description:
      - Order that this one renews. Without it an order near its end is found by its names and renewed.
    type: int
  renew_before:
    description:
      - How long before its end an B(order) is renewed. A number of days, a percentage of its time such as V(10%), or
        V(auto), which is two days, so that no more paid days are lost.
      - The certificate of an order that still lives is prolonged with M(community.digicert.digicert_reissue) at no
        cost.
    type: str
    default: "30"
  other_key:
    description:
      - What to do when a live order for the same names, product and organization exists for another key.
      - V(fail) orders nothing and names that order, to whose certificate M(community.digicert.digicert_reissue) can
        give
        this key. V(adopt) returns that order; RV(certificate.public_key_fingerprint) tells its key. V(order) buys a
        further order.
    type: str
    choices: [fail, adopt, order]
    default: fail
  wait:
    description:
      - Whether to wait until the order is issued or can never be.
    type: bool
    default: false
  wait_timeout:
    description:
      - Most seconds to wait. An order that is not issued by then is reported, not failed.
    type: int
    default: 300
"""

EXAMPLES = r"""
- name: Order a certificate for two names, or adopt the order that exists
  community.digicert.digicert_order:
    dns_names:
      - www.example.com
      - example.com
    csr_path: /etc/pki/www.example.com.csr
    product: ssl_basic
    organization_id: 112233
    dcv_method: dns-txt-token
    skip_approval: true
  delegate_to: localhost
  register: www

- name: Say what has to be published
  ansible.builtin.debug:
    msg: "{{ item.type }} {{ item.name }} = {{ item.value }}"
  loop: "{{ www.dcv.records }}"
"""

RETURN = r"""
action:
  description:
    - What was done, or in check mode would be done.
    - One of V(none), V(adopt), V(order), V(renew).
  returned: success
  type: str
  sample: order
reasons:
  description: Why, in words; one entry for each cause.
  returned: success
  type: list
  elements: str
  sample: ["no live order exists for these names, product, organization and key"]
phase:
  description:
    - Where the order stands; V(null) where nothing exists yet, as in check mode before a first order.
    - One of V(issued), V(waiting_approval), V(waiting_dcv), V(waiting_organization), V(processing), V(canceled),
      V(rejected), V(revoked), V(expired).
  returned: success
  type: str
  sample: issued
blocked_on:
  description: What the order waits for; empty when it waits for nothing.
  returned: success
  type: list
  elements: dict
  contains:
    what:
      description: One of V(approval), V(dcv), V(organization), V(csr).
      type: str
      returned: always
      sample: dcv
    detail:
      description: What exactly is awaited.
      type: str
      returned: always
      sample: control of www.example.com is not proven (method dns-txt-token)
    since:
      description: Since when, as ISO 8601 timestamp, where the service tells it.
      type: str
      returned: always
      sample: "2026-11-20T10:00:00+00:00"
    next_action:
      description: What to do about it.
      type: str
      returned: always
      sample: Publish the DNS records in dcv.records, then ask for a check.
order:
  description: The order, normalised; V(null) where there is none.
  returned: success
  type: dict
  contains:
    id:
      description: Order ID.
      type: int
      returned: always
      sample: 112233
    status:
      description: Status as the service names it, for example V(pending), V(issued) or V(reissue_pending).
      type: str
      returned: always
      sample: issued
    product:
      description: Product identifier.
      type: str
      returned: always
      sample: ssl_basic
    organization_id:
      description: Organization ID; V(null) for DV products.
      type: int
      returned: always
      sample: 112233
    container_id:
      description: ID of the container (division).
      type: int
      returned: always
      sample: 5
    certificate_id:
      description: ID of the order's current certificate.
      type: int
      returned: always
      sample: 123456
    common_name:
      description: Common name as the service spells it.
      type: str
      returned: always
      sample: www.example.com
    dns_names:
      description: All names, common name first, in lower case.
      type: list
      elements: str
      returned: always
      sample: [www.example.com, example.com]
    alternative_order_id:
      description: The ID that stands for the intent of the order, or the one that the user gave.
      type: str
      returned: always
      sample: ansible0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c
    date_created:
      description: When the order was placed, as ISO 8601 timestamp.
      type: str
      returned: always
      sample: "2026-11-20T10:00:00+00:00"
    order_valid_till:
      description: Day on which the order ends, C(yyyy-mm-dd); until then its certificate can be reissued.
      type: str
      returned: always
      sample: "2027-11-20"
    renewal_of_order_id:
      description: The order that this one renews.
      type: int
      returned: always
      sample: 112200
    renewed_by_order_id:
      description: The order that renews this one.
      type: int
      returned: always
      sample: 112299
    is_renewed:
      description: Whether the order was renewed.
      type: bool
      returned: always
      sample: false
    dcv_method:
      description: Method of domain control validation.
      type: str
      returned: always
      sample: dns-txt-token
    requests:
      description: Requests for approval, each with C(id), C(type), C(status) and C(date).
      type: list
      elements: dict
      returned: always
      sample: []
certificate:
  description: The order's current certificate, or the one that a pending reissue brings; V(null) without an order.
  returned: success
  type: dict
  contains:
    id:
      description: Certificate ID.
      type: int
      returned: always
      sample: 123456
    status:
      description: Status of the certificate, where the service tells it apart from that of the order.
      type: str
      returned: always
      sample: issued
    serial_number:
      description: Serial number in lower-case hexadecimal without leading zeros.
      type: str
      returned: always
      sample: 0a1b2c3d4e5f60718293a4b5c6d7e8f9
    thumbprint:
      description: SHA-1 thumbprint as the service gives it.
      type: str
      returned: always
      sample: 3F2504E04F8911D39A0C0305E82C33015B2C7A51
    common_name:
      description: Common name.
      type: str
      returned: always
      sample: www.example.com
    dns_names:
      description: All names, common name first, in lower case.
      type: list
      elements: str
      returned: always
      sample: [www.example.com, example.com]
    valid_from:
      description: First day, C(yyyy-mm-dd).
      type: str
      returned: always
      sample: "2026-11-20"
    valid_till:
      description: Last day, C(yyyy-mm-dd).
      type: str
      returned: always
      sample: "2027-06-07"
    days_remaining:
      description: Days until then, by the clock of the machine on which the module runs.
      type: int
      returned: always
      sample: 199
    signature_hash:
      description: Hash of the signature.
      type: str
      returned: always
      sample: sha256
    public_key_fingerprint:
      description: SHA-256 of the SubjectPublicKeyInfo of its CSR, in hexadecimal.
      type: str
      returned: always
      sample: 5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592
dcv:
  description: What proves control of the domains.
  returned: success
  type: dict
  contains:
    records:
      description:
        - What has to be published while the phase is V(waiting_dcv); empty otherwise, for e-mail validation, and in
          check
          mode, because asking for the random value may make the service generate one.
      type: list
      elements: dict
      returned: always
      contains:
        domain:
          description: The domain that it validates, without C(*.).
          type: str
          returned: always
          sample: www.example.com
        type:
          description: One of V(TXT), V(CNAME), V(HTTP).
          type: str
          returned: always
          sample: TXT
        name:
          description: Owner name of the DNS record, without a trailing dot; for V(HTTP) the host name.
          type: str
          returned: always
          sample: _dnsauth.www.example.com
        value:
          description: Value of the record, or content of the file.
          type: str
          returned: always
          sample: fdy6m0wy5lq063sz4h0r6qmdt722gyfc
        path:
          description: Path of the file for V(HTTP), otherwise V(null).
          type: str
          returned: always
          sample: /.well-known/pki-validation/fileauth.txt
        expires:
          description: When the random value ends, as ISO 8601 timestamp, where the service told it.
          type: str
          returned: always
          sample: "2026-12-20T10:00:00+00:00"
diff:
  description: What differs, before and after. It holds no secrets.
  returned: success
  type: dict
  sample: {"before": {}, "after": {}}
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

from ansible_collections.community.digicert.plugins.module_utils._module import Run, run_module
from ansible_collections.community.digicert.plugins.module_utils._options import (
    approval_argument_spec,
    certificate_argument_spec,
    certificate_fields,
    csr_argument_spec,
    dcv_method_option,
    set_fields,
    validity,
    validity_option,
)
from ansible_collections.community.digicert.plugins.module_utils._ordering import OrderRequest, ensure_order
from ansible_collections.community.digicert.plugins.module_utils._outcome import Outcome
from ansible_collections.community.digicert.plugins.module_utils._plan import OTHER_KEY, Wanted
from ansible_collections.community.digicert.plugins.module_utils._request_checks import (
    check_request,
    require_csr,
    require_names,
)
from ansible_collections.community.digicert.plugins.module_utils._waiting import wait_for_order


def request_of(run: Run) -> OrderRequest:
    """Turn the parameters into a request."""
    params = run.params
    csr = require_csr(run.csr())
    names = require_names(run.names(params["common_name"], params["dns_names"]))
    wanted = Wanted(names, params["product"], params["organization_id"], params["container_id"], csr.public_key)
    check_request(wanted, csr, params["dcv_method"])
    fields = set_fields(
        params,
        "dcv_method",
        "payment_method",
        "skip_approval",
        "comments",
        "additional_emails",
        "custom_fields",
        "locale",
        "disable_renewal_notifications",
    )
    fields["order_validity"] = validity(params, "order_validity")
    fields.update({name: int(params[name]) for name in ("auto_renew", "auto_reissue") if params[name] is not None})
    return OrderRequest(
        wanted,
        csr,
        fields,
        certificate_fields(params, "profile_option"),
        alternative_order_id=params["alternative_order_id"],
        renewal_of=params["renewal_of_order_id"],
        renew_before=run.renew_before(),
        other_key=params["other_key"],
    )


def order(run: Run) -> Outcome:
    """Ensure the order, and wait for it where that is wanted."""
    outcome = ensure_order(run.client, request_of(run), check_mode=run.check_mode, now=run.now)
    if run.params["wait"] and not run.check_mode:
        return wait_for_order(run.client, outcome, timeout=run.params["wait_timeout"], today=run.today)
    return outcome


def main() -> None:
    """Run the module."""
    run_module(
        order,
        {
            "common_name": {"type": "str"},
            "dns_names": {"type": "list", "elements": "str", "default": []},
            "product": {"type": "str", "default": "ssl_basic"},
            "organization_id": {"type": "int"},
            "container_id": {"type": "int"},
            "order_validity": {**validity_option(), "default": {"years": 1}},
            "profile_option": {"type": "str"},
            "dcv_method": {**dcv_method_option(), "default": "dns-txt-token"},
            "payment_method": {"type": "str", "choices": ["balance", "card", "profile", "wire_transfer"]},
            "additional_emails": {"type": "list", "elements": "str", "default": []},
            "custom_fields": {
                "type": "list",
                "elements": "dict",
                "default": [],
                "options": {
                    "metadata_id": {"type": "int", "required": True},
                    "value": {"type": "str", "required": True},
                },
            },
            "locale": {"type": "str"},
            "auto_renew": {"type": "bool"},
            "auto_reissue": {"type": "bool"},
            "disable_renewal_notifications": {"type": "bool"},
            "alternative_order_id": {"type": "str"},
            "renewal_of_order_id": {"type": "int"},
            "renew_before": {"type": "str", "default": "30"},
            "other_key": {"type": "str", "choices": list(OTHER_KEY), "default": "fail", "no_log": False},
            "wait": {"type": "bool", "default": False},
            "wait_timeout": {"type": "int", "default": 300},
            **certificate_argument_spec(signature_hash="sha256"),
            **csr_argument_spec(),
            **approval_argument_spec(),
        },
        needs_cryptography=True,
        mutually_exclusive=[("csr_content", "csr_path")],
    )


if __name__ == "__main__":
    main()
