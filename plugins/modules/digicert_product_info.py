#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_product_info
short_description: Read the products that can be ordered at CertCentral
version_added: 0.1.0
description:
  - Returns the products of the account with the validities, signature hashes and intermediate CAs that they allow; on
    request with the limits of a container.
notes:
  - Limits are those that an administrator set for a container, for all roles or for one. What a limited container does
    not list cannot be ordered there. A container that is not limited allows everything.
  - The longest validity of a certificate is set by the rules of the day, not by the product; the service shortens what
    is longer.
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
  - community.digicert.attributes.reading
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_order
  - module: community.digicert.digicert_account_info
  - name: Product list
    description: The call without O(name_id), and the fields of its answer.
    link: https://dev.digicert.com/certcentral-apis/services-api/products/product-list.html
  - name: Product info
    description: The call with O(name_id).
    link: https://dev.digicert.com/certcentral-apis/services-api/products/product-info.html
  - name: Containers
    description: The pages on the limits of a container.
    link: https://dev.digicert.com/certcentral-apis/services-api/containers.html
  - name: Certificates
    description: The pages on intermediate CAs.
    link: https://dev.digicert.com/certcentral-apis/services-api/certificates.html
  - name: Users
    description: The pages on the user of the API key, whose container is taken without O(container_id).
    link: https://dev.digicert.com/certcentral-apis/services-api/users.html
options:
  name_id:
    description:
      - Identifier of one product, for example V(ssl_basic). Without it all products are returned.
    type: str
  limits:
    description:
      - Whether the limits of O(container_id) are read too.
    type: bool
    default: false
  container_id:
    description:
      - ID of the container (division) whose limits are read; giving it implies O(limits=true). Without it that of the
        user of the API key.
    type: int
  intermediates:
    description:
      - Whether the intermediate CAs that sign for the account are read too, with their certificates.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Make sure that the product can be ordered
  community.digicert.digicert_product_info:
    name_id: ssl_basic
    limits: true
  delegate_to: localhost
  register: product
  failed_when: not product.products[0].orderable

- name: Find the IDs of the intermediate CAs that may be chosen
  community.digicert.digicert_product_info:
    name_id: ssl_basic
    intermediates: true
  delegate_to: localhost
  register: basic

- name: Show what ca_cert_id may be
  ansible.builtin.debug:
    msg: "{{ item.id }}: {{ item.name }}"
  loop: "{{ basic.products[0].ca_certs }}"

- name: Make sure that a wildcard may be ordered in the container
  ansible.builtin.assert:
    that: not product.limited or product.products[0].limits | selectattr('wildcards') | length > 0

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: List all products of a container
      community.digicert.digicert_product_info:
        container_id: 5
      register: all

    - name: Show those with an EV validation
      ansible.builtin.debug:
        msg: "{{ all.products | selectattr('validation_type', 'eq', 'ev') | map(attribute='name_id') }}"
"""

RETURN = r"""
action:
  description:
    - What was done, or in check mode would be done.
    - Always V(none).
  returned: success
  type: str
  sample: none
reasons:
  description: Why, in words; one entry for each cause.
  returned: success
  type: list
  elements: str
  sample: []
phase:
  description: Always V(null); this module is about no order.
  returned: success
  type: str
  sample: null
blocked_on:
  description: Always empty; this module is about no order.
  returned: success
  type: list
  elements: dict
  sample: []
order:
  description: Always V(null); this module is about no order.
  returned: success
  type: dict
  sample: null
certificate:
  description: Always V(null); this module is about no order.
  returned: success
  type: dict
  sample: null
dcv:
  description: Its list C(records) is always empty.
  returned: success
  type: dict
  sample: {"records": []}
diff:
  description: What differs, before and after. It holds no secrets.
  returned: success
  type: dict
  sample: {"before": {}, "after": {}}
products:
  description: The products.
  returned: success
  type: list
  elements: dict
  contains:
    name_id:
      description: Identifier, as O(community.digicert.digicert_order#module:product) takes it.
      type: str
      returned: always
      sample: ssl_basic
    name:
      description: Name.
      type: str
      returned: always
      sample: Basic OV
    type:
      description: Kind of product.
      type: str
      returned: always
      sample: ssl_certificate
    group_name:
      description: Group of products that it belongs to.
      type: str
      returned: always
      sample: ssl
    validation_type:
      description: Type of validation.
      type: str
      returned: always
      sample: ov
    certificate_years:
      description: Years for which a certificate may be asked for; the rules of the day may shorten them.
      type: list
      elements: int
      returned: always
      sample: [1]
    order_years:
      description: Years for which it may be ordered.
      type: list
      elements: int
      returned: always
      sample: [1, 2, 3]
    signature_hashes:
      description: Hashes of the signature that may be chosen.
      type: list
      elements: str
      returned: always
      sample: [sha256, sha384, sha512]
    default_signature_hash:
      description: Hash that is taken without a choice.
      type: str
      returned: always
      sample: sha256
    ca_certs:
      description: Intermediate CAs that may be chosen, each with C(id) and C(name); empty where there is no choice.
      type: list
      elements: dict
      returned: always
      sample: [{"id": "4A7259E3E5D112A", "name": "DigiCert TLS RSA SHA256 2020 CA1"}]
    csr_required:
      description: Whether an order needs a CSR.
      type: bool
      returned: always
      sample: true
    limits:
      description:
        - What the container allows of it, one entry for each role, with C(role_id) (V(null) for every role),
          C(certificate_years), C(order_years), C(auto_renew), C(auto_reissue) and C(wildcards). V(null) where no limits
          were asked for.
      type: list
      elements: dict
      returned: always
      sample: []
    orderable:
      description: Whether the limits of the container allow the product; V(null) where no limits were asked for.
      type: bool
      returned: always
      sample: true
    raw:
      description: What the service said.
      type: dict
      returned: always
      sample: {"name_id": "ssl_basic"}
limited:
  description: Whether the container is limited; V(null) where no limits were asked for.
  returned: success
  type: bool
  sample: false
intermediates:
  description:
    - The intermediate CAs, each with C(subject_common_name), C(issuer_common_name) and C(pem). V(null) without
      O(intermediates=true).
  returned: success
  type: list
  elements: dict
  sample: []
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
  sample: [{"code": "not_found|product", "message": "The specified product was not found."}]
next_action:
  description: What to do about the failure.
  returned: failure
  type: str
  sample: Check the product identifier, and that the product is enabled for the account.
order_id:
  description: The order that the failure is about, where one is known. An order that was paid is never lost.
  returned: failure
  type: int
  sample: 112233
"""

from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.outcome import Outcome
from ..module_utils._use_cases.product_info import read_products


def product_info(run: Run) -> Outcome:
    """Read the products."""
    params = run.params
    return read_products(
        run.client,
        params["name_id"],
        limits=params["limits"],
        container_id=params["container_id"],
        intermediates=params["intermediates"],
    )


def main() -> None:
    """Run the module."""
    run_module(
        product_info,
        {
            "name_id": {"type": "str"},
            "limits": {"type": "bool", "default": False},
            "container_id": {"type": "int"},
            "intermediates": {"type": "bool", "default": False},
        },
    )


if __name__ == "__main__":
    main()
