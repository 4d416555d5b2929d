#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_order
short_description: Order a CertCentral certificate
version_added: 0.1.0
description:
  - Ensures that the account has one live order for the given names, product, organization and key.
  - If a matching order exists, it is adopted, no matter who placed it. Otherwise a new order is placed. An order that
    expires soon is renewed.
  - The intent (product, organization, container, names, key, renewed order) determines the alternative order ID of a
    new order.
  - Before the module places an order, it asks the service for an order with that ID. If the answer to the order is
    lost, it asks again, so that nothing is bought twice. The order itself is sent once and never repeated.
  - The service may list a new order late. Before placing an order, the module therefore reads every order whose status
    changed within the last ten minutes and that is not listed yet. If the service does not report such an order either,
    a run right after a lost answer cannot detect it. The error of the earlier run says to wait a few minutes.
  - If several controllers place the same order at the same moment, all of them return the order with the lowest ID, and
    the others cancel their own. An order that was issued immediately cannot be canceled, so the run that placed it
    fails and names it. See O(order_guard).
  - An order matches if it has the same names, product, organization, container and key. All other options only apply to
    a new order and are not compared. Changes made by the CA, such as an added C(www) name, are ignored.
  - The module does not wait unless O(wait=true). If an order needs approval, domain control validation or organization
    validation, this is reported in RV(phase) and RV(blocked_on), and the next run continues from there.
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.order_guard
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
      - Common name of the certificate. Defaults to the first of O(dns_names).
    type: str
  dns_names:
    description:
      - Names of the certificate. Their order and case, and a trailing dot, are ignored when comparing.
      - Internationalized names are converted to A-labels.
    type: list
    elements: str
    default: []
  csr_content:
    description:
      - The CSR in PEM format. The service only uses its public key.
    type: str
  csr_path:
    description:
      - Path to the CSR file on the host that runs the module.
    type: path
  product:
    description:
      - Product identifier, for example V(ssl_basic), V(ssl_securesite_flex), V(ssl_ev_basic) or V(ssl_dv_geotrust).
        M(community.digicert.digicert_product_info) lists the products of the account.
      - With V(ssl) the service chooses the product by the names and O(type_hint).
      - Before an order is placed, the module reads the product and refuses options that it does not support. This check
        is skipped for V(ssl), and if the API key has no permission to read products.
    type: str
    default: ssl_basic
  type_hint:
    description:
      - Product family that the service chooses from if O(product=ssl), for example V(ov) or V(private). It is part of
        the intent.
    type: str
  organization_id:
    description:
      - ID of the organization that the certificate is issued to. Required for all products except DV, which do not
        support it.
    type: int
  organization_name:
    description:
      - Legal, assumed or display name of the organization. Case and repeated spaces are ignored. The account must have
        exactly one active organization with that name.
      - The intent is the same as with O(organization_id).
    type: str
  organization:
    description:
      - Full details of the organization, with the same fields as in M(community.digicert.digicert_organization). The
        service uses the oldest organization of the account with these details. If none exists, it creates one.
      - Name, country, city and address replace the organization ID in the intent. An order placed with these details is
        found again by its O(alternative_order_id), no matter which organization the service used. Any other order is
        only adopted if its organization has the same name and, if the order includes them, the same country and city.
    type: dict
    suboptions:
      name:
        description: Legal name.
        type: str
        required: true
      assumed_name:
        description: Assumed name (doing business as).
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
        description: Two-letter country code.
        type: str
        required: true
      telephone:
        description: Telephone number of the organization.
        type: str
      organization_contact:
        description: Contact person of the organization.
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
            description: Extension of the telephone number.
            type: str
      container_id:
        description:
          - ID of the container (division) in which the organization is created. Defaults to the container of the order.
        type: int
      skip_duplicate_org_check:
        description: Whether to create a new organization even if one with these details exists.
        type: bool
        default: false
  contacts:
    description:
      - Contacts of the order, one for each type. Defaults to the contacts of the organization. For OV and EV products
        only.
    type: list
    elements: dict
    default: []
    suboptions:
      contact_type:
        description: Role of the contact.
        type: str
        choices: [organization_contact, technical_contact]
        required: true
      user_id:
        description: ID of a user of the account, instead of the details of a person.
        type: int
      first_name:
        description: First name. Required without O(contacts[].user_id).
        type: str
      last_name:
        description: Last name. Required without O(contacts[].user_id).
        type: str
      email:
        description: E-mail address. Required without O(contacts[].user_id).
        type: str
      job_title:
        description: Job title.
        type: str
      telephone:
        description: Telephone number.
        type: str
      telephone_extension:
        description: Extension of the telephone number.
        type: str
  technical_contact:
    description:
      - Technical contact of a DV order. For other products use O(contacts).
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
        description: Extension of the telephone number.
        type: str
  container_id:
    description:
      - ID of the container (division) in which the order is placed. Defaults to the container of the API key.
    type: int
  order_validity:
    description:
      - Period during which the certificate can be reissued at no extra cost. At most three years, and at most what the
        product offers.
      - If several values are given, O(order_validity.custom_expiration_date) takes precedence over
        O(order_validity.days), which takes precedence over O(order_validity.years).
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
      - Validity of the first certificate, to make it shorter than the current maximum. It cannot be longer than the
        order.
      - The precedence is the same as in O(order_validity). The service ignores this option for accounts without
        Multi-year Plans, and shortens a validity that exceeds the current maximum.
    type: dict
    suboptions:
      years:
        description: Number of years. Products only offer V(1).
        type: int
      days:
        description: Number of days, at least 1.
        type: int
      custom_expiration_date:
        description: Last day, as C(dd MMM yyyy), for example V(09 JUN 2027), or as C(yyyy-mm-dd).
        type: str
  signature_hash:
    description:
      - Signature hash algorithm. The order fails if the product does not offer it.
    type: str
    choices: [sha256, sha384, sha512]
    default: sha256
  server_platform_id:
    description:
      - ID of the server platform, for example V(45) for nginx, V(2) for Apache, or V(-1) for any other.
    type: int
  server_platform:
    description:
      - Name of the server platform, for example V(nginx), V(Apache), V(Microsoft IIS 8) or V(OTHER). Case and spaces
        are ignored. Some names of the service's glossary are known, and all names that the product lists.
    type: str
  ca_cert_id:
    description:
      - ID of the intermediate CA that issues the certificate, if the product and the account offer a choice.
    type: str
  ca_cert_name:
    description:
      - Name of the intermediate CA that issues the certificate, as listed in C(ca_certs) of
        RV(community.digicert.digicert_product_info#module:products).
    type: str
  profile_option:
    description:
      - Certificate profile, for example V(server_auth_only_eku), or V(server_client_auth_eku), which public TLS
        products offer until 1 March 2027.
    type: str
  organization_units:
    description:
      - Organizational units (OU), for private certificates. Public CAs have not included them in certificates since
        2022. They ignore this option, which does not count as a difference on the next run.
    type: list
    elements: str
    default: []
  dcv_method:
    description:
      - Method of domain control validation. HTTP methods cannot be used with wildcard names.
    type: str
    choices: [email, dns-txt-token, dns-cname-token, http-token, http-token-dynamic]
    default: dns-txt-token
  dcv_emails:
    description:
      - Recipient of the DCV e-mail of each name, if O(dcv_method=email). Defaults to all addresses that the service
        knows for the domain.
    type: list
    elements: dict
    default: []
    suboptions:
      dns_name:
        description: Name of the order.
        type: str
        required: true
      email_domain:
        description: The name itself, or a parent domain, whose addresses are allowed.
        type: str
        required: true
      email:
        description: Address that can approve the domain.
        type: str
        required: true
  certificate_dcv_scope:
    description:
      - Whether to prove control of each name itself, or of its registered domain. HTTP methods always prove each name
        itself. Defaults to the setting of the account.
    type: str
    choices: [base_domain, fqdn]
  payment_method:
    description:
      - Payment method. Defaults to the setting of the account.
    type: str
    choices: [balance, card, profile, wire_transfer]
  skip_approval:
    description:
      - Whether to send the order to the CA without an approval step. The API key must have permission to approve. If it
        does not, the behaviour of the service is not documented. Check RV(phase).
    type: bool
    default: false
  comments:
    description:
      - Comment for the approver.
    type: str
  additional_emails:
    description:
      - Additional addresses that receive the messages about the order.
    type: list
    elements: str
    default: []
  custom_fields:
    description:
      - Values for custom fields of the account. Each field is identified by its ID or its label.
    type: list
    elements: dict
    default: []
    suboptions:
      metadata_id:
        description: ID of the field.
        type: int
      label:
        description: Label of the field, instead of its ID. Case is ignored.
        type: str
      value:
        description: Value of the field.
        type: str
        required: true
  locale:
    description:
      - Language of the DCV e-mails, for example V(en).
    type: str
  auto_renew:
    description:
      - Whether the service renews the order automatically.
    type: bool
  auto_reissue:
    description:
      - Whether the service reissues the certificate of a Multi-year Plan automatically. Not supported by private
        products.
    type: bool
  custom_renewal_message:
    description:
      - Text that the service adds to its renewal reminders.
    type: str
  disable_renewal_notifications:
    description:
      - Whether to disable the renewal reminders of the service.
    type: bool
  disable_issuance_email:
    description:
      - Whether to disable the e-mail that the service sends when the certificate is issued.
    type: bool
  disable_ct:
    description:
      - Whether to keep the certificate out of the public Certificate Transparency logs, if the account allows it.
        Browsers do not trust such a certificate.
    type: bool
  alternative_order_id:
    description:
      - Custom ID for the intent. By default it is derived from the intent.
      - Two otherwise identical orders that should exist side by side need different IDs.
    type: str
  renewal_of_order_id:
    description:
      - ID of the order that this order renews. By default the module looks for an expiring order with the same names
        and renews it.
    type: int
  renewed_thumbprint:
    description:
      - SHA-1 thumbprint of the primary certificate of the order that this order renews, instead of its ID. The module
        looks up the order, so that the intent is the same as with O(renewal_of_order_id).
    type: str
  renew_before:
    description:
      - How long before its expiry an B(order) is renewed. Either a number of days, a percentage of its lifetime such as
        V(10%), or V(auto), which means two days, so that as little paid time as possible is lost.
      - It must be shorter than O(order_validity). Otherwise each run would buy another order.
      - To replace an expiring certificate of a live order at no cost, use M(community.digicert.digicert_reissue).
    type: str
    default: "30"
  other_key:
    description:
      - What to do if a live order for the same names, product and organization exists with another key.
      - With V(fail) nothing is ordered and the error names the existing order. M(community.digicert.digicert_reissue)
        can change the key of its certificate. With V(adopt) the existing order is returned; see
        RV(certificate.public_key_fingerprint) for its key. With V(order) an additional order is placed.
    type: str
    choices: [fail, adopt, order]
    default: fail
  order_budget_exceed_for:
    description:
      - Common names for which O(order_budget) may be exceeded.
    type: list
    elements: str
    default: []
  wait:
    description:
      - Whether to wait until the order is issued, or can no longer be issued.
    type: bool
    default: false
  wait_timeout:
    description:
      - Maximum number of seconds to wait. If the order is not issued by then, the module reports its phase and does not
        fail.
    type: int
    default: 300
"""

EXAMPLES = r"""
- name: Order a certificate for two names, or adopt an existing order
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

- name: Show the records to publish
  ansible.builtin.debug:
    msg: "{{ item.type }} {{ item.name }} = {{ item.value }}"
  loop: "{{ www.dcv.records }}"

- name: Order for two years with 90-day certificates, using names instead of IDs
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

- name: Order a DV certificate with e-mail validation
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

- name: Order for an organization that may not exist in the account yet
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

- name: Preview an order without buying anything
  community.digicert.digicert_order:
    dns_names: ["*.example.com"]
    csr_path: /etc/pki/www.example.com.csr
    organization_id: 112233
  delegate_to: localhost
  check_mode: true
  diff: true
  register: predicted

- name: Show the predicted action
  ansible.builtin.debug:
    msg: "{{ predicted.action }}: {{ predicted.reasons | join('; ') }}"

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: Ensure that each host has one live order
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
    - What was done, or would be done in check mode.
    - One of V(none), V(adopt), V(approve), V(order), V(renew).
  returned: success
  type: str
  sample: order
# generated from return_values.yml: common.reasons
reasons:
  description: The reasons for the action, one sentence for each.
  returned: success
  type: list
  elements: str
  sample: ["no live order exists for these names, product, organization and key"]
# end of generated
phase:
  description:
    - Phase of the order. V(null) if there is no order yet, for example in check mode before the first order.
    - One of V(issued), V(waiting_approval), V(waiting_dcv), V(waiting_organization), V(processing), V(canceled),
      V(rejected), V(revoked), V(expired).
  returned: success
  type: str
  sample: issued
is_final:
  description:
    - Whether the order is not waiting for anything, because it is issued or will never be. V(true) in the phases
      V(issued), V(canceled), V(rejected), V(revoked) and V(expired).
  returned: success
  type: bool
  sample: true
blocked_on:
  description: What the order is waiting for. Empty if it is not waiting for anything.
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
      description: Details of what is missing.
      type: str
      returned: always
      sample: control of www.example.com is not proven (method dns-txt-token)
    since:
      description: Start of the waiting time as an ISO 8601 timestamp. V(null) if the service does not report it.
      type: str
      returned: always
      sample: "2026-11-20T10:00:00+00:00"
    next_action:
      description: How to resolve it.
      type: str
      returned: always
      sample: Publish the DNS records in dcv.records, then request a check.
order:
  description: The order in normalised form. V(null) if there is none.
  returned: success
  type: dict
  contains:
    id:
      description: Order ID.
      type: int
      returned: always
      sample: 112233
    status:
      description: Status as reported by the service, for example V(pending), V(issued) or V(reissue_pending).
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
      description: ID of the current certificate of the order.
      type: int
      returned: always
      sample: 123456
    common_name:
      description: Common name as spelled by the service.
      type: str
      returned: always
      sample: www.example.com
    dns_names:
      description: All names in lower case, common name first.
      type: list
      elements: str
      returned: always
      sample: [www.example.com, example.com]
    alternative_order_id:
      description: ID derived from the intent of the order, or the custom ID.
      type: str
      returned: always
      sample: ansible0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c
    date_created:
      description: When the order was placed, as an ISO 8601 timestamp.
      type: str
      returned: always
      sample: "2026-11-20T10:00:00+00:00"
    order_valid_till:
      description: Day on which the order expires, C(yyyy-mm-dd). Until then its certificate can be reissued.
      type: str
      returned: always
      sample: "2027-11-20"
    renewal_of_order_id:
      description: ID of the order that this order renews.
      type: int
      returned: always
      sample: 112200
    renewed_by_order_id:
      description: ID of the order that renews this order.
      type: int
      returned: always
      sample: 112299
    is_renewed:
      description: Whether the order has been renewed.
      type: bool
      returned: always
      sample: false
    dcv_method:
      description: Method of domain control validation.
      type: str
      returned: always
      sample: dns-txt-token
    requests:
      description: Approval requests, each with C(id), C(type), C(status) and C(date).
      type: list
      elements: dict
      returned: always
      sample: []
certificate:
  description:
    - The current certificate of the order, or the certificate of its pending reissue. V(null) without an order.
  returned: success
  type: dict
  contains:
    id:
      description: Certificate ID.
      type: int
      returned: always
      sample: 123456
    status:
      description: Status of the certificate, if the service reports it separately from the status of the order.
      type: str
      returned: always
      sample: issued
    serial_number:
      description: Serial number in lower-case hexadecimal without leading zeros.
      type: str
      returned: always
      sample: 0a1b2c3d4e5f60718293a4b5c6d7e8f9
    thumbprint:
      description: SHA-1 thumbprint as reported by the service.
      type: str
      returned: always
      sample: 3F2504E04F8911D39A0C0305E82C33015B2C7A51
    common_name:
      description: Common name.
      type: str
      returned: always
      sample: www.example.com
    dns_names:
      description: All names in lower case, common name first.
      type: list
      elements: str
      returned: always
      sample: [www.example.com, example.com]
    valid_from:
      description: First day of its validity, C(yyyy-mm-dd).
      type: str
      returned: always
      sample: "2026-11-20"
    valid_till:
      description: Last day of its validity, C(yyyy-mm-dd).
      type: str
      returned: always
      sample: "2027-06-07"
    days_remaining:
      description: Days until it expires, by the clock of the host that runs the module.
      type: int
      returned: always
      sample: 199
    signature_hash:
      description: Signature hash algorithm.
      type: str
      returned: always
      sample: sha256
    public_key_fingerprint:
      description: SHA-256 of the SubjectPublicKeyInfo of its CSR, in hexadecimal.
      type: str
      returned: always
      sample: 5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592
dcv:
  description: Proof of control of the domains.
  returned: success
  type: dict
  contains:
    records:
      description:
        - Records to publish while the phase is V(waiting_dcv). Empty in all other phases, for e-mail validation, and in
          check mode, because requesting the random value can make the service generate one.
      type: list
      elements: dict
      returned: always
      contains:
        domain:
          description: Domain that the record validates, without C(*.).
          type: str
          returned: always
          sample: www.example.com
        type:
          description: One of V(TXT), V(CNAME), V(HTTP).
          type: str
          returned: always
          sample: TXT
        name:
          description: Name of the DNS record without a trailing dot. For V(HTTP) the host name.
          type: str
          returned: always
          sample: _dnsauth.www.example.com
        value:
          description: Value of the record, or content of the file.
          type: str
          returned: always
          sample: fdy6m0wy5lq063sz4h0r6qmdt722gyfc
        path:
          description: Path of the file for V(HTTP). V(null) for DNS records.
          type: str
          returned: always
          sample: /.well-known/pki-validation/fileauth.txt
        expires:
          description:
            - When the random value expires, as an ISO 8601 timestamp. V(null) if the service did not report it.
          type: str
          returned: always
          sample: "2026-12-20T10:00:00+00:00"
# generated from return_values.yml: common.diff, common.api_calls, failure
diff:
  description: The differences before and after the action. Secrets are never included.
  returned: success
  type: dict
  sample: {"before": {}, "after": {}}
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

from dataclasses import replace

from ..module_utils._decisions.request_checks import require_csr, require_names
from ..module_utils._module.locks import locks_of
from ..module_utils._module.order_options import (
    CONFLICTS,
    guard_argument_spec,
    order_argument_spec,
    order_budget,
    order_request,
)
from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.order import ensure_order
from ..module_utils._use_cases.outcome import Outcome
from ..module_utils._use_cases.waiting import wait_for_order


def order(run: Run) -> Outcome:
    """Ensure the order, and wait for it if requested."""
    params = run.params
    csr = require_csr(run.csr())
    names = require_names(run.names(params["common_name"], params["dns_names"]))
    request = order_request(params, names, csr, run.renew_before(), run.now.date())
    request = replace(request, is_strict=params["order_guard"] == "strict")
    budget = order_budget(params)
    outcome = ensure_order(
        run.client, request, check_mode=run.check_mode, now=run.now, budget=budget, locks=locks_of(run)
    )
    if params["wait"] and not run.check_mode:
        return wait_for_order(run.client, outcome, timeout=params["wait_timeout"], today=run.today)
    return outcome


def main() -> None:
    """Run the module."""
    run_module(
        order,
        {
            **order_argument_spec(),
            **guard_argument_spec(),
            "wait": {"type": "bool", "default": False},
            "wait_timeout": {"type": "int", "default": 300},
        },
        needs_cryptography=True,
        mutually_exclusive=CONFLICTS,
    )


if __name__ == "__main__":
    main()
