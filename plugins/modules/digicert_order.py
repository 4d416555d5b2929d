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
  - A new order may be listed late. Orders whose status changed within the last ten minutes and that are not listed yet
    are read one by one before anything is ordered. Should the service not tell of them either, a run right after a lost
    answer cannot know; the failure of the earlier run says to wait some minutes.
  - Where several controllers order the same at the same moment, all of them return the order with the lowest ID, and
    each of the others cancels its own. One that was issued at once cannot be cancelled; a warning names it.
  - An order fits when it has the same names, product, organization, container and key. All other options are for a new
    order, and are no difference. What the CA changes of its own accord, such as an added C(www), is no difference.
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
      - The CSR as PEM text. The service takes the key from it, nothing else.
    type: str
  csr_path:
    description:
      - File with the CSR, where the module runs.
    type: path
  product:
    description:
      - Product identifier, for example V(ssl_basic), V(ssl_securesite_flex), V(ssl_ev_basic) or V(ssl_dv_geotrust).
        M(community.digicert.digicert_product_info) lists those of the account.
      - With V(ssl) the service chooses the product by the names and O(type_hint).
      - Before an order is placed, the product is read, and what it does not take is refused. It is not read for V(ssl),
        nor where the API key may not read products.
    type: str
    default: ssl_basic
  type_hint:
    description:
      - In which family of products the service chooses, for O(product=ssl), for example V(ov) or V(private). It is part
        of the intent.
    type: str
  organization_id:
    description:
      - Organization for which the certificate is issued, by its ID. All products but DV need an organization, and DV
        products take none.
    type: int
  organization_name:
    description:
      - Organization by its legal, assumed or display name; case and repeated blanks are no difference. The account must
        have exactly one active organization of that name.
      - The intent is the same as with O(organization_id).
    type: str
  organization:
    description:
      - Organization in full, as M(community.digicert.digicert_organization) takes it. The service uses an organization
        of the account with these details, the oldest of several, and creates one where there is none.
      - Name, country, city and address are part of the intent in place of an ID. An order that was placed for them is
        found again by its O(alternative_order_id), whichever organization the service has used. Another order is
        adopted where its organization has the same name, and the same country and city as far as the order tells them.
    type: dict
    suboptions:
      name:
        description: Legal name.
        type: str
        required: true
      assumed_name:
        description: Name under which it does business.
        type: str
      address:
        description: Street and number.
        type: str
        required: true
      address2:
        description: Second line of the address.
        type: str
      city:
        description: City.
        type: str
        required: true
      state:
        description: State or province.
        type: str
      zip:
        description: Postal code.
        type: str
      country:
        description: Country, two letters.
        type: str
        required: true
      telephone:
        description: Telephone number of the organization.
        type: str
      organization_contact:
        description: The person to ask about the organization.
        type: dict
        suboptions:
          first_name:
            description: First name.
            type: str
            required: true
          last_name:
            description: Last name.
            type: str
            required: true
          email:
            description: E-mail address.
            type: str
            required: true
          job_title:
            description: Job title.
            type: str
          telephone:
            description: Telephone number.
            type: str
          telephone_extension:
            description: Extension.
            type: str
      container_id:
        description: ID of the container (division) in which the organization is created. Without it that of the order.
        type: int
      skip_duplicate_org_check:
        description: Whether the service creates a further organization even where it has one with these details.
        type: bool
        default: false
  contacts:
    description:
      - Contacts of the order, one of each type; without them those of the organization. For OV and EV products.
    type: list
    elements: dict
    default: []
    suboptions:
      contact_type:
        description: What the person is asked about.
        type: str
        choices: [organization_contact, technical_contact]
        required: true
      user_id:
        description: ID of a user of the account, in place of a person.
        type: int
      first_name:
        description: First name; needed for a person.
        type: str
      last_name:
        description: Last name; needed for a person.
        type: str
      email:
        description: E-mail address; needed for a person.
        type: str
      job_title:
        description: Job title.
        type: str
      telephone:
        description: Telephone number.
        type: str
      telephone_extension:
        description: Extension.
        type: str
  technical_contact:
    description:
      - Technical contact of a DV order. For other products see O(contacts).
    type: dict
    suboptions:
      first_name:
        description: First name.
        type: str
        required: true
      last_name:
        description: Last name.
        type: str
        required: true
      email:
        description: E-mail address.
        type: str
        required: true
      job_title:
        description: Job title.
        type: str
      telephone:
        description: Telephone number.
        type: str
      telephone_extension:
        description: Extension.
        type: str
  container_id:
    description:
      - ID of the container (division) in which the order is placed. Without it that of the API key.
    type: int
  order_validity:
    description:
      - For how long the order can be reissued without further cost, at most three years and at most what the product
        offers.
      - Of several values O(order_validity.custom_expiration_date) takes precedence over O(order_validity.days), and
        that over O(order_validity.years).
    type: dict
    default:
      years: 1
    suboptions:
      years:
        description: Number of years, from 1 to 3.
        type: int
      days:
        description: Number of days, at least 1.
        type: int
      custom_expiration_date:
        description: Last day, as C(dd MMM yyyy), for example V(09 JUN 2027), or as C(yyyy-mm-dd).
        type: str
  cert_validity:
    description:
      - Validity of the first certificate, where it shall be shorter than the rules of the day allow. It cannot be
        longer than the order.
      - The same precedence as in O(order_validity). The service ignores it for accounts without Multi-year Plans, and
        shortens what no rule of the day allows.
    type: dict
    suboptions:
      years:
        description: Number of years, which products offer as V(1) only.
        type: int
      days:
        description: Number of days, at least 1.
        type: int
      custom_expiration_date:
        description: Last day, as C(dd MMM yyyy), for example V(09 JUN 2027), or as C(yyyy-mm-dd).
        type: str
  signature_hash:
    description:
      - Hash of the signature. Refused where the product does not offer it.
    type: str
    choices: [sha256, sha384, sha512]
    default: sha256
  server_platform_id:
    description:
      - Server platform by its ID, for example V(45) for nginx or V(2) for Apache; V(-1) for any other.
    type: int
  server_platform:
    description:
      - Server platform by its name, case and blanks aside, for example V(nginx), V(Apache), V(Microsoft IIS 8) or
        V(OTHER). Known are some names of the service's glossary, and all that the product lists.
    type: str
  ca_cert_id:
    description:
      - Intermediate CA that shall sign, by its ID, for products and accounts that allow the choice.
    type: str
  ca_cert_name:
    description:
      - Intermediate CA that shall sign, by its name as RV(community.digicert.digicert_product_info#module:products)
        tells it in C(ca_certs).
    type: str
  profile_option:
    description:
      - Certificate profile, for example V(server_client_auth_eku), which public TLS offers until 1 March 2027, or
        V(server_auth_only_eku).
    type: str
  organization_units:
    description:
      - Organizational units (OU). For private certificates; public CAs put none into certificates since 2022 and ignore
        them, which is no difference on the next run.
    type: list
    elements: str
    default: []
  dcv_method:
    description:
      - Method of domain control validation. HTTP methods are refused for wildcard names.
    type: str
    choices: [email, dns-txt-token, dns-cname-token, http-token, http-token-dynamic]
    default: dns-txt-token
  dcv_emails:
    description:
      - To which address the DCV e-mail of each name is sent, for O(dcv_method=email). Without it to all addresses that
        the service knows for the domain.
    type: list
    elements: dict
    default: []
    suboptions:
      dns_name:
        description: Name of the order.
        type: str
        required: true
      email_domain:
        description: The name itself, or a domain above it; its addresses can be used.
        type: str
        required: true
      email:
        description: Address at which the domain can be approved.
        type: str
        required: true
  certificate_dcv_scope:
    description:
      - Whether control is proven for each name itself or for the registered domain above it. HTTP methods prove each
        name itself whatever is set. Without it the account's setting counts.
    type: str
    choices: [base_domain, fqdn]
  payment_method:
    description:
      - How the order is paid; without it the default of the account.
    type: str
    choices: [balance, card, profile, wire_transfer]
  skip_approval:
    description:
      - Whether the order goes to the CA without waiting for an approval. The API key must be allowed to approve; what
        the service does otherwise is not documented, and RV(phase) tells.
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
      - Values of the account's custom fields, each by ID or by label.
    type: list
    elements: dict
    default: []
    suboptions:
      metadata_id:
        description: ID of the field.
        type: int
      label:
        description: Label of the field, case aside, in place of its ID.
        type: str
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
      - Whether the service reissues the certificate of a Multi-year Plan by itself. Private products have none.
    type: bool
  custom_renewal_message:
    description:
      - Text that the service adds to its reminders about the order's end.
    type: str
  disable_renewal_notifications:
    description:
      - Whether the service sends no reminders about the order's end.
    type: bool
  disable_issuance_email:
    description:
      - Whether the service sends no e-mail when the certificate is issued.
    type: bool
  disable_ct:
    description:
      - Whether the certificate is kept out of the public logs of Certificate Transparency, where the account may
        choose. Browsers do not trust such a certificate.
    type: bool
  alternative_order_id:
    description:
      - Your own ID for the intent. Without it one is made from the intent.
      - Two orders that shall exist side by side need different IDs.
    type: str
  renewal_of_order_id:
    description:
      - ID of the order that this one renews. Without it an order near its end is found by its names and renewed.
    type: int
  renewed_thumbprint:
    description:
      - SHA-1 thumbprint of the primary certificate of the order that this one renews, in place of its ID. The order is
        looked up, so that the intent is the same as with O(renewal_of_order_id).
    type: str
  renew_before:
    description:
      - How long before its end an B(order) is renewed. A number of days, a percentage of its time such as V(10%), or
        V(auto), which is two days, so that no more paid days are lost.
      - It must be shorter than O(order_validity), or each run would buy one more order.
      - The certificate of an order that still lives is prolonged with M(community.digicert.digicert_reissue) at no
        cost.
    type: str
    default: "30"
  other_key:
    description:
      - What to do when a live order for the same names, product and organization exists for another key.
      - V(fail) orders nothing and names that order, to whose certificate M(community.digicert.digicert_reissue) can
        give this key. V(adopt) returns that order; RV(certificate.public_key_fingerprint) tells its key. V(order) buys
        a further order.
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

- name: Order for two years, by names in place of IDs, with certificates of 90 days
  community.digicert.digicert_order:
    dns_names: [shop.example.com]
    csr_path: /etc/pki/www.example.com.csr
    organization_name: Example Corp
    server_platform: nginx
    order_validity:
      years: 2
    cert_validity:
      days: 90
    auto_reissue: true
    additional_emails: [pki@example.com]
    contacts:
      - contact_type: technical_contact
        first_name: Jo
        last_name: Doe
        email: jo.doe@example.com
        telephone: 801-701-9600
        job_title: Operator
    comments: For the shop
  delegate_to: localhost

- name: Order a DV certificate that is proven by e-mail
  community.digicert.digicert_order:
    dns_names: [blog.example.com]
    csr_path: /etc/pki/www.example.com.csr
    product: ssl_dv_geotrust
    dcv_method: email
    dcv_emails:
      - dns_name: blog.example.com
        email_domain: example.com
        email: hostmaster@example.com
  delegate_to: localhost

- name: Order for an organization that the account may not have yet
  community.digicert.digicert_order:
    dns_names: [www.example.net]
    csr_path: /etc/pki/www.example.com.csr
    organization:
      name: Example Net GmbH
      address: Hauptstr. 1
      city: Munich
      zip: "80331"
      country: de
      telephone: +49 89 123456
  delegate_to: localhost

- name: See what an order would be, before anything is paid
  community.digicert.digicert_order:
    dns_names: ["*.example.com"]
    csr_path: /etc/pki/www.example.com.csr
    organization_id: 112233
  delegate_to: localhost
  check_mode: true
  diff: true
  register: predicted

- name: Say it
  ansible.builtin.debug:
    msg: "{{ predicted.action }}: {{ predicted.reasons | join('; ') }}"

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: Have one live order for each host
      community.digicert.digicert_order:
        dns_names: ["{{ item }}"]
        csr_path: "/etc/pki/{{ item }}.csr"
        organization_id: 112233
        skip_approval: true
      loop: [www.example.com, www2.example.com]
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

from ..module_utils._decisions.request_checks import check_numbers, require_csr, require_names
from ..module_utils._module.order_options import CONFLICTS, order_argument_spec, order_request
from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.order import ensure_order
from ..module_utils._use_cases.outcome import Outcome
from ..module_utils._use_cases.waiting import wait_for_order


def order(run: Run) -> Outcome:
    """Ensure the order, and wait for it where that is wanted."""
    params = run.params
    check_numbers(params, "wait_timeout", least=0)
    csr = require_csr(run.csr())
    names = require_names(run.names(params["common_name"], params["dns_names"]))
    request = order_request(params, names, csr, run.renew_before(), run.now.date())
    outcome = ensure_order(run.client, request, check_mode=run.check_mode, now=run.now)
    if params["wait"] and not run.check_mode:
        return wait_for_order(run.client, outcome, timeout=params["wait_timeout"], today=run.today)
    return outcome


def main() -> None:
    """Run the module."""
    run_module(
        order,
        {
            **order_argument_spec(),
            "wait": {"type": "bool", "default": False},
            "wait_timeout": {"type": "int", "default": 300},
        },
        needs_cryptography=True,
        mutually_exclusive=CONFLICTS,
    )


if __name__ == "__main__":
    main()
