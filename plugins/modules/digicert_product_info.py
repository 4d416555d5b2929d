#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_product_info
short_description: Retrieve information about CertCentral products
version_added: 0.1.0
description:
  - Returns the products of the account with the validities, signature hashes and intermediate CAs that they offer, and
    optionally the limits of a container.
notes:
  - Limits are set by an administrator for a container, either for all roles or for one role. Products that a limited
    container does not list cannot be ordered in it. A container without limits allows all products.
  - The maximum validity of a certificate is not set by the product, but by current industry rules. The service shortens
    a longer validity.
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
    description: The API endpoint used without O(name_id), and the fields of its response.
    link: https://dev.digicert.com/certcentral-apis/services-api/products/product-list.html
  - name: Product info
    description: The API endpoint used with O(name_id).
    link: https://dev.digicert.com/certcentral-apis/services-api/products/product-info.html
  - name: Containers
    description: The pages on the limits of a container.
    link: https://dev.digicert.com/certcentral-apis/services-api/containers.html
  - name: Certificates
    description: The pages on intermediate CAs.
    link: https://dev.digicert.com/certcentral-apis/services-api/certificates.html
  - name: Users
    description: The pages on the user of the API key, whose container is the default for O(container_id).
    link: https://dev.digicert.com/certcentral-apis/services-api/users.html
options:
  name_id:
    description:
      - Identifier of one product, for example V(ssl_basic). By default all products are returned.
    type: str
  limits:
    description:
      - Whether to read the limits of O(container_id) as well.
    type: bool
    default: false
  container_id:
    description:
      - ID of the container (division) whose limits are read. Implies O(limits=true). Defaults to the container of the
        user of the API key.
    type: int
  intermediates:
    description:
      - Whether to read the intermediate CAs of the account with their certificates as well.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Ensure that the product can be ordered
  community.digicert.digicert_product_info:
    name_id: ssl_basic
    limits: true
  delegate_to: localhost
  register: product
  failed_when: not product.products[0].orderable

- name: Find the IDs of the available intermediate CAs
  community.digicert.digicert_product_info:
    name_id: ssl_basic
    intermediates: true
  delegate_to: localhost
  register: basic

- name: Show the values for ca_cert_id
  ansible.builtin.debug:
    msg: "{{ item.id }}: {{ item.name }}"
  loop: "{{ basic.products[0].ca_certs }}"

- name: Ensure that a wildcard can be ordered in the container
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

    - name: Show the products with EV validation
      ansible.builtin.debug:
        msg: "{{ all.products | selectattr('validation_type', 'eq', 'ev') | map(attribute='name_id') }}"
"""

RETURN = r"""
# generated from return_values.yml: reading, common.reasons, no_order, common.diff
action:
  description: Always V(none), because this module only reads.
  returned: success
  type: str
  sample: none
reasons:
  description: The reasons for the action, one sentence for each.
  returned: success
  type: list
  elements: str
  sample: []
phase:
  description: Always V(null), because this module does not handle a single order.
  returned: success
  type: str
  sample: null
is_final:
  description: Always V(false), because this module does not handle a single order.
  returned: success
  type: bool
  sample: false
blocked_on:
  description: Always empty, because this module does not handle a single order.
  returned: success
  type: list
  elements: dict
  sample: []
order:
  description: Always V(null), because this module does not handle a single order.
  returned: success
  type: dict
  sample: null
certificate:
  description: Always V(null), because this module does not handle a single order.
  returned: success
  type: dict
  sample: null
dcv:
  description: The list C(records) is always empty, because this module does not handle a single order.
  returned: success
  type: dict
  sample: {"records": []}
diff:
  description: The differences before and after the action. Secrets are never included.
  returned: success
  type: dict
  sample: {"before": {}, "after": {}}
# end of generated
products:
  description: The products.
  returned: success
  type: list
  elements: dict
  contains:
    name_id:
      description: Identifier, see O(community.digicert.digicert_order#module:product).
      type: str
      returned: always
      sample: ssl_basic
    name:
      description: Name.
      type: str
      returned: always
      sample: Basic OV
    type:
      description: Type of product.
      type: str
      returned: always
      sample: ssl_certificate
    group_name:
      description: Product group.
      type: str
      returned: always
      sample: ssl
    validation_type:
      description: Type of validation.
      type: str
      returned: always
      sample: ov
    certificate_years:
      description: Available certificate validities in years. Current industry rules may shorten them.
      type: list
      elements: int
      returned: always
      sample: [1]
    order_years:
      description: Available order validities in years.
      type: list
      elements: int
      returned: always
      sample: [1, 2, 3]
    signature_hashes:
      description: Available signature hash algorithms.
      type: list
      elements: str
      returned: always
      sample: [sha256, sha384, sha512]
    default_signature_hash:
      description: Default signature hash algorithm.
      type: str
      returned: always
      sample: sha256
    ca_certs:
      description: Available intermediate CAs, each with C(id) and C(name). Empty if there is no choice.
      type: list
      elements: dict
      returned: always
      sample: [{"id": "4A7259E3E5D112A", "name": "DigiCert TLS RSA SHA256 2020 CA1"}]
    csr_required:
      description: Whether an order requires a CSR.
      type: bool
      returned: always
      sample: true
    limits:
      description:
        - Limits of the product in the container, one entry for each role, with C(role_id) (V(null) for all roles),
          C(certificate_years), C(order_years), C(auto_renew), C(auto_reissue) and C(wildcards). V(null) if no limits
          were requested.
      type: list
      elements: dict
      returned: always
      sample: []
    orderable:
      description: Whether the limits of the container allow the product. V(null) if no limits were requested.
      type: bool
      returned: always
      sample: true
    raw:
      description: The product as returned by the service.
      type: dict
      returned: always
      sample: {"name_id": "ssl_basic"}
limited:
  description: Whether the container has limits. V(null) if no limits were requested.
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
  sample: [{"code": "not_found|product", "message": "The specified product was not found."}]
next_action:
  description: How to resolve the failure.
  returned: failure
  type: str
  sample: Check the product identifier, and that the product is enabled for the account.
order_id:
  description: ID of the order that the failure is about, if known, so that a paid order is never lost.
  returned: failure
  type: int
  sample: 112233
# end of generated
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
