#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_certificate
short_description: Ensure that there is an issued certificate for each request
version_added: 0.1.0
description:
  - Gets one certificate, or many at once, from a CSR to the chain. For each request it uses a certificate or an order
    that exists, or places an order, renews it, reissues its certificate, or takes a duplicate of it.
  - Call it again to continue where an earlier run stopped. It returns what each request is waiting for, and the records
    that prove control of its domains. A run that finds a pending order has its domains checked and waits for it.
  - It only waits for what can still happen by itself. A run that has just placed an order returns its records at once,
    because nobody can have published them yet. Requests that need an approval, an organization validation or an answer
    to an e-mail end with their RV(phase), too.
  - An order is found by the ID that is derived from the request, by its names in the list of orders, by
    O(serial_number) or by O(order_id). One list is read for all requests. Paid requests are sent once. If an answer is
    lost, the module looks for the order instead.
  - Requests that can use the same order, such as hosts with the same names and their own keys, are worked on one after
    the other. The first one gets an order or a reissue, the others get duplicates of it.
  - Names, key and validity of an issued certificate are compared with the request before it is returned or written. A
    key is never read or written.
  - A request that fails does not stop the others. The task fails at the end, with all results in RV(certificates),
    unless O(fail_on_error=false).
  - While it waits, it shows a line with the number of orders in each phase whenever that changes, as
    M(community.digicert.digicert_order_wait) does.
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.order_guard
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
attributes:
  check_mode:
    support: full
    details:
      - Only sends read requests, and predicts the action for each request. The CSR may be missing.
  diff_mode:
    support: full
  idempotent:
    support: full
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_host_certificate
  - module: community.digicert.digicert_certificate_plan
  - module: community.digicert.digicert_order
  - module: community.digicert.digicert_dcv
  - name: Order Basic OV
    description: The request for an order.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/order-basic-ov.html
  - name: Download a certificate
    description: The request for a certificate and its chain.
    link: https://dev.digicert.com/certcentral-apis/services-api/certificates/download-certificate.html
options:
  requests:
    description:
      - The requested certificates. Without this option, the same options at the top level request one certificate.
    type: list
    elements: dict
    suboptions: &request
      host:
        description:
          - Name of the host that uses the certificate. It is only used in messages and results.
        type: str
      name:
        description:
          - Name of the request in messages and results. Defaults to the common name.
        type: str
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
          - Before an order is placed, the module reads the product and refuses options that it does not support. This
            check is skipped for V(ssl), and if the API key has no permission to read products.
        type: str
        default: ssl_basic
      type_hint:
        description:
          - Product family that the service chooses from if O(product=ssl), for example V(ov) or V(private). It is part
            of the intent.
        type: str
      organization_id:
        description:
          - ID of the organization that the certificate is issued to. Required for all products except DV, which do not
            support it.
        type: int
      organization_name:
        description:
          - Legal, assumed or display name of the organization. Case and repeated spaces are ignored. The account must
            have exactly one active organization with that name.
          - The intent is the same as with O(organization_id).
        type: str
      organization:
        description:
          - Full details of the organization, with the same fields as in M(community.digicert.digicert_organization).
            The service uses the oldest organization of the account with these details. If none exists, it creates one.
          - Name, country, city and address replace the organization ID in the intent. An order placed with these
            details is found again by its O(alternative_order_id), no matter which organization the service used. Any
            other order is only adopted if its organization has the same name and, if the order includes them, the same
            country and city.
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
              - ID of the container (division) in which the organization is created. Defaults to the container of the
                order.
            type: int
          skip_duplicate_org_check:
            description: Whether to create a new organization even if one with these details exists.
            type: bool
            default: false
      contacts:
        description:
          - Contacts of the order, one for each type. Defaults to the contacts of the organization. For OV and EV
            products only.
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
          - Period during which the certificate can be reissued at no extra cost. At most three years, and at most what
            the product offers.
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
          - Name of the server platform, for example V(nginx), V(Apache), V(Microsoft IIS 8) or V(OTHER). Case and
            spaces are ignored. Some names of the service's glossary are known, and all names that the product lists.
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
          - Whether to prove control of each name itself, or of its registered domain. HTTP methods always prove each
            name itself. Defaults to the setting of the account.
        type: str
        choices: [base_domain, fqdn]
      payment_method:
        description:
          - Payment method. Defaults to the setting of the account.
        type: str
        choices: [balance, card, profile, wire_transfer]
      skip_approval:
        description:
          - Whether to send the order to the CA without an approval step. The API key must have permission to approve.
            If it does not, the behaviour of the service is not documented. Check RV(phase).
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
      public_key_fingerprint:
        description:
          - SHA-256, in hexadecimal, of the SubjectPublicKeyInfo of the key that the host uses now. If an order has a
            certificate for this key that is not due, that certificate is returned, and nothing is ordered.
            M(community.digicert.digicert_host_certificate_info) returns it.
        type: str
      serial_number:
        description:
          - Serial number of the installed certificate in hexadecimal. Its order is used if it is live, even if the
            names have changed since.
        type: str
      order_id:
        description:
          - ID of the order to use, if known. Then only this order is read, unless a new one must be placed.
        type: int
      renew_before:
        description:
          - How long before its expiry a certificate is due, see
            O(community.digicert.digicert_certificate_plan#module:renew_before).
        type: str
        default: auto
      replace:
        description:
          - Whether to replace the certificate with O(serial_number) regardless of its expiry. If the order already has
            a newer certificate, that certificate is used.
        type: bool
        default: false
      duplicates:
        description:
          - Whether to take a duplicate if the order is issued for the key of another host. With V(false), or if the
            service refuses a duplicate, the certificate is reissued instead.
        type: bool
        default: true
      allow_name_removal:
        description:
          - Whether names may be dropped, although the service then revokes the current certificate within 72 hours.
        type: bool
        default: false
      dest:
        description:
          - Path of the file for the certificate alone. It is written atomically, and only if its content differs.
        type: path
      chain_dest:
        description:
          - Path of the file for the intermediate CAs.
        type: path
      fullchain_dest:
        description:
          - Path of the file for the certificate followed by the intermediate CAs.
        type: path
      check_for:
        description:
          - Number of seconds to repeat the check of the domains while the service does not see the records. With V(0)
            they are checked once, and if that fails, the request is not waited for.
          - Defaults to V(60), or in O(requests) to the top-level option O(check_for).
        type: int
  <<: *request
  wait:
    description:
      - Whether to have domains checked and to wait until orders are issued. With V(false) the module returns after
        ordering, with the records to publish.
    type: bool
    default: true
  wait_timeout:
    description:
      - Maximum number of seconds to wait. Orders that are not issued by then are not failures.
    type: int
    default: 300
  interval:
    description:
      - Seconds between two requests for the state of all orders while waiting.
    type: int
    default: 10
  check_interval:
    description:
      - Seconds between two checks of the domains.
    type: int
    default: 5
  order_budget_exceed_for:
    description:
      - Values of O(name), or common names, for which O(order_budget) may be exceeded.
    type: list
    elements: str
    default: []
  connections:
    description:
      - Number of connections to use at the same time. They share O(rate_limit).
    type: int
    default: 8
  fail_on_error:
    description:
      - Whether the task fails if a request fails. With V(false) use RV(certificates[].failed).
    type: bool
    default: true
  prepared:
    description:
      - What M(community.digicert.certificate_stage) returned for the hosts of the batch. The first host of each account
        then sends the requests of all hosts that belong to the same account, in one call, and has their results in
        RV(certificates). For the other hosts RV(handled_by) is the name of that host.
      - Hosts belong to the same account if their connection options are the same.
      - With a strategy that does not keep hosts together, such as P(ansible.builtin.free#strategy), each host sends its
        own requests.
    type: list
    elements: dict
  until_change:
    description:
      - Whether to return as soon as the number of orders in a phase changes, with RV(resume) for the next run. Used by
        the action plugin to show the progress.
    type: bool
    default: false
  resume:
    description:
      - The value of RV(resume) of an earlier run with the same requests, to continue waiting. Used by the action
        plugin.
    type: dict
"""

EXAMPLES = r"""
- name: Get a certificate for a CSR
  community.digicert.digicert_certificate:
    dns_names: [www.example.com, example.com]
    csr_path: /etc/pki/www.example.com.csr
    organization_id: 112233
    skip_approval: true
    dest: /etc/pki/www.example.com.pem
    chain_dest: /etc/pki/www.example.com-chain.pem
    fullchain_dest: /etc/pki/www.example.com-fullchain.pem
  delegate_to: localhost
  register: www

- name: Show which records to publish before the next run
  ansible.builtin.debug:
    msg: "{{ www.phase }}: {{ www.dcv.records }}"
  when: not www.is_final

- name: Predict what a run would do for two hosts with the same names
  community.digicert.digicert_certificate:
    requests:
      - host: web1
        dns_names: [shop.example.com]
        organization_id: 112233
      - host: web2
        dns_names: [shop.example.com]
        organization_id: 112233
  check_mode: true
  delegate_to: localhost
  register: predicted

- name: Show who gets it first, and who gets a duplicate
  ansible.builtin.debug:
    msg: "{{ item.host }}: {{ item.action }} (paid: {{ item.paid }})"
  loop: "{{ predicted.certificates }}"
  loop_control:
    label: "{{ item.host }}"

- name: Get certificates for several hosts at once
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
  delegate_to: localhost
  run_once: true
  vars:
    desired:
      - host: web1
        dns_names: [shop.example.com]
        csr_path: /etc/pki/www.example.com.csr
        organization_id: 112233
        skip_approval: true
      - host: web2
        dns_names: [shop.example.com]
        csr_path: /etc/pki/www2.example.com.csr
        organization_id: 112233
        skip_approval: true
  block:
    - name: Order what is missing
      community.digicert.digicert_certificate:
        requests: "{{ desired }}"
        wait: false
      register: ordered

    - name: Show what has to be published
      ansible.builtin.debug:
        var: ordered.dcv.records

    - name: Have the domains checked and collect the certificates
      community.digicert.digicert_certificate:
        requests: "{{ desired }}"
"""

RETURN = r"""
action:
  description:
    - What was done, or would be done in check mode. For several requests, the action that matters most.
    - One of V(none), V(adopt), V(write), V(approve), V(duplicate), V(reissue), V(renew), V(order). V(write) means that
      only files were written.
  returned: success
  type: str
  sample: order
# generated from return_values.yml: common.reasons
reasons:
  description: The reasons for the action, one sentence for each.
  returned: success
  type: list
  elements: str
  sample: ["no live order exists for these names"]
# end of generated
phase:
  description:
    - Phase of the order, see RV(community.digicert.digicert_order#module:phase). For several requests, the first phase
      that is not V(issued).
  returned: success
  type: str
  sample: issued
is_final:
  description: Whether no request is waiting for anything.
  returned: success
  type: bool
  sample: true
blocked_on:
  description: What the requests are waiting for, see RV(community.digicert.digicert_order#module:blocked_on).
  returned: success
  type: list
  elements: dict
  sample: []
order:
  description:
    - The order in normalised form, see RV(community.digicert.digicert_order#module:order). V(null) for several
      requests. If it was placed in this run, it has the values that were requested.
  returned: success
  type: dict
  sample: {"id": 112233, "status": "issued"}
certificate:
  description:
    - The certificate in normalised form, see RV(community.digicert.digicert_order#module:certificate). V(null) for
      several requests.
  returned: success
  type: dict
  sample: {"id": 123456, "serial_number": "a1b2c3d4e5f6"}
dcv:
  description:
    - C(records) are the records of all requests together, see RV(community.digicert.digicert_order#module:dcv).
  returned: success
  type: dict
  sample: {"records": []}
diff:
  description: For each request that is changed, the values before and after, by its name and host.
  returned: success
  type: dict
  sample: {"before": {}, "after": {}}
certificates:
  description: A result for each request, in the order of the requests.
  returned: success
  type: list
  elements: dict
  contains:
    host:
      description: The option of the same name.
      type: str
      returned: always
      sample: web1
    name:
      description: Name of the request, or the common name.
      type: str
      returned: always
      sample: www
    changed:
      description: Whether something was changed for this request.
      type: bool
      returned: always
      sample: true
    failed:
      description: Whether the request failed.
      type: bool
      returned: always
      sample: false
    msg:
      description: Why it failed or what it is waiting for, and what to do. Empty if there is nothing to do.
      type: str
      returned: always
      sample: ""
    action:
      description: What was done, or would be done in check mode, see RV(action).
      type: str
      returned: always
      sample: order
    reasons:
      description: The reasons for the action, one sentence for each.
      type: list
      elements: str
      returned: always
      sample: ["no live order exists for these names"]
    phase:
      description: Phase of the order, see RV(community.digicert.digicert_order#module:phase).
      type: str
      returned: always
      sample: issued
    is_final:
      description: Whether the request is not waiting for anything.
      type: bool
      returned: always
      sample: true
    blocked_on:
      description: What the request is waiting for, see RV(community.digicert.digicert_order#module:blocked_on).
      type: list
      elements: dict
      returned: always
      sample: []
    order_id:
      description: ID of the order. V(null) if there is none.
      type: int
      returned: always
      sample: 112233
    certificate_id:
      description: ID of the certificate. V(null) if there is none.
      type: int
      returned: always
      sample: 123456
    serial_number:
      description: Serial number in lower-case hexadecimal without leading zeros. V(null) until it is issued.
      type: str
      returned: always
      sample: a1b2c3d4e5f6
    days_left:
      description: Number of days until it expires. V(null) until it is issued.
      type: int
      returned: always
      sample: 198
    not_after:
      description: End of its validity as an ISO 8601 timestamp. V(null) until it is issued.
      type: str
      returned: always
      sample: "2027-06-07T23:59:59+00:00"
    public_key_fingerprint:
      description:
        - SHA-256 of the SubjectPublicKeyInfo for which the certificate is, or will be. It is the key of the CSR, or
          that of O(public_key_fingerprint).
      type: str
      returned: always
      sample: 7d1a3b0c7d1a3b0c7d1a3b0c7d1a3b0c7d1a3b0c7d1a3b0c7d1a3b0c7d1a3b0c
    certificate_pem:
      description: The certificate. V(null) unless it is issued and was compared with the request.
      type: str
      returned: always
      sample: |
        -----BEGIN CERTIFICATE-----
        ...
    chain_pem:
      description: The intermediate CAs, that of the issuer first. V(null) like RV(certificates[].certificate_pem).
      type: str
      returned: always
      sample: |
        -----BEGIN CERTIFICATE-----
        ...
    records:
      description: The records to publish, see RV(community.digicert.digicert_order#module:dcv).
      type: list
      elements: dict
      returned: always
      sample: []
    paid:
      description: Whether the action costs, or may cost, money.
      type: bool
      returned: always
      sample: true
handled_by:
  description: Name of the host that has sent the requests of this host.
  returned: with O(prepared)
  type: str
  sample: web1
is_over:
  description: Whether the module has stopped waiting. V(false) only with O(until_change).
  returned: success
  type: bool
  sample: true
elapsed:
  description: Number of seconds that were waited.
  returned: success
  type: float
  sample: 12.5
progress:
  description: The number of orders in each phase and the time left, in one line.
  returned: success
  type: str
  sample: "2 orders: 1 issued, 1 waiting for DCV, 4 min left"
resume:
  description: The state of the run, for O(resume) of the next one.
  returned: if RV(is_over=false)
  type: dict
  sample: {}
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

from ..module_utils._module.certificate_options import (
    REQUEST_CONFLICTS,
    certificate_argument_spec,
    conflicts_with_requests,
    rules_of,
    works_of,
    write_files,
)
from ..module_utils._module.locks import locks_of
from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.certificate import ensure_certificates, outcome_of
from ..module_utils._use_cases.outcome import Outcome


def certificate(run: Run) -> Outcome:
    """Work on all requests, and write the files of those that are issued."""
    works = works_of(run)
    progress = ensure_certificates(
        run.client,
        works,
        rules_of(run),
        check_mode=run.check_mode,
        now=run.now,
        resume=run.params["resume"],
        locks=locks_of(run),
    )
    write_files(run, works)
    return outcome_of(works, progress, fails=run.params["fail_on_error"])


def main() -> None:
    """Run the module."""
    run_module(
        certificate,
        certificate_argument_spec(),
        needs_cryptography=True,
        mutually_exclusive=[*REQUEST_CONFLICTS, *conflicts_with_requests()],
    )


if __name__ == "__main__":
    main()
