#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_org_validation_info
short_description: Retrieve the validation status of CertCentral organizations
version_added: 0.1.0
description:
  - Returns the active types of validation of each organization, when they expire, and what is missing.
  - Without O(organization_id) and O(name) all organizations of the account are read. The list includes their
    validations, with a thousand organizations per request. If the list of an account does not include validations, or
    does not include the verified users of a type that requires them, one additional request is sent for each such
    organization.
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
  - community.digicert.attributes.reading
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_organization
  - module: community.digicert.digicert_organization_info
  - module: community.digicert.digicert_product_info
  - module: community.digicert.digicert_order
  - name: List organizations
    description: The API endpoint for reading several organizations.
    link: https://dev.digicert.com/certcentral-apis/services-api/organizations/list-organizations.html
  - name: List products
    description: The products from which RV(organizations[].ready_products) is chosen.
    link: https://dev.digicert.com/certcentral-apis/services-api/products/product-list.html
  - name: Organization validation details
    description: The fields of the response.
    link: https://dev.digicert.com/certcentral-apis/services-api/organizations/get-validation-details.html
options:
  organization_id:
    description:
      - ID of the organization.
    type: int
  name:
    description:
      - Legal name or display name of the organization. Case is ignored. Several organizations may have the same name.
    type: str
  types:
    description:
      - Types of validation that should be active. Those that are not active are listed in RV(organizations[].missing).
    type: list
    elements: str
    choices: [ov, ev, cs, ev_cs, ds, smime]
    default: [ov]
  status:
    description:
      - Return only organizations with this status in the account. By default all are returned.
      - An inactive organization cannot be used for any certificate.
    type: str
    choices: [active, inactive]
  expiring_within:
    description:
      - Return only organizations with a validation in O(types) that expires within this number of days, or has already
        expired. Organizations that were never validated are left out.
    type: int
  include_products:
    description:
      - Whether to return RV(organizations[].ready_products), with one additional request.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Get the validation status of an organization
  community.digicert.digicert_org_validation_info:
    organization_id: 112233
    types: [ov, ev]
  delegate_to: localhost
  register: validation

- name: Ensure that orders can be issued
  ansible.builtin.assert:
    that: validation.organizations[0].missing | length == 0
    fail_msg: "{{ validation.organizations[0].next_action | default('', true) }}"

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: Find the organizations whose validation expires within two months
      community.digicert.digicert_org_validation_info:
        types: [ov, ev]
        status: active
        expiring_within: 60
      register: ending

    - name: Show what needs to be done
      ansible.builtin.debug:
        msg: "{{ item.name }} can have {{ item.ready_products | join(', ') }}. {{ item.next_action or '' }}"
      loop: "{{ ending.organizations }}"
      loop_control:
        label: "{{ item.id }}"
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
organizations:
  description: The organizations found.
  returned: success
  type: list
  elements: dict
  contains:
    # generated from return_values.yml: organization_fields
    id:
      description: Organization ID.
      type: int
      returned: always
      sample: 112233
    name:
      description: Legal name.
      type: str
      returned: always
      sample: Example Corp
    display_name:
      description: Legal name followed by the assumed name in parentheses.
      type: str
      returned: always
      sample: Example Corp (Example)
    assumed_name:
      description: Assumed name (doing business as).
      type: str
      returned: always
      sample: Example
    status:
      description: Status in the account, V(active) or V(inactive).
      type: str
      returned: always
      sample: active
    active:
      description: Whether orders can use the organization.
      type: bool
      returned: always
      sample: true
    # end of generated
    validations:
      description: One entry for each type of validation.
      type: list
      elements: dict
      returned: always
      contains:
        type:
          description: Type of validation.
          type: str
          returned: always
          sample: ov
        description:
          description: Name of the type in the service.
          type: str
          returned: always
          sample: Normal Organization Validation
        status:
          description: Status as reported by the service.
          type: str
          returned: always
          sample: active
        validated_until:
          description: When the validation expires, as an ISO 8601 timestamp. V(null) if the service does not report it.
          type: str
          returned: always
          sample: "2028-02-20T10:00:00+00:00"
        days_left:
          description: Days until it expires.
          type: int
          returned: always
          sample: 457
        verified_users:
          description: Verified contacts, each with C(id), C(first_name) and C(last_name).
          type: list
          elements: dict
          returned: always
          sample: []
        active:
          description: Whether the organization is ready for certificates of this type.
          type: bool
          returned: always
          sample: true
    ready_for:
      description: Types of validation for which certificates can be issued now.
      type: list
      elements: str
      returned: always
      sample: [ov]
    ready_products:
      description:
        - Identifiers of the products of the account that the organization is ready for, see
          RV(community.digicert.digicert_product_info#module:products[].name_id).
        - Domains and approval are not taken into account. DV products do not need an organization and are not included.
        - V(null) without O(include_products=true), and if the API key has no permission to read products.
      type: list
      elements: str
      returned: always
      sample: [private_ssl_plus, ssl_basic, ssl_plus]
    missing:
      description: Types in O(types) that are not in RV(organizations[].ready_for).
      type: list
      elements: str
      returned: always
      sample: [ev]
    next_action:
      description: How to get the missing types. V(null) if none is missing.
      type: str
      returned: always
      sample: "The EV validation of organization 112233 is pending: answer DigiCert's validation team."
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
from ..module_utils._use_cases.org_validation_info import ValidationQuery, read_validations
from ..module_utils._use_cases.outcome import Outcome


def org_validation_info(run: Run) -> Outcome:
    """Read the organizations."""
    params = run.params
    query = ValidationQuery(
        organization_id=params["organization_id"],
        name=params["name"],
        types=tuple(params["types"]),
        status=params["status"],
        expiring_within=params["expiring_within"],
        include_products=params["include_products"],
    )
    return read_validations(run.client, query, now=run.now)


def main() -> None:
    """Run the module."""
    run_module(
        org_validation_info,
        {
            "organization_id": {"type": "int"},
            "name": {"type": "str"},
            "types": {
                "type": "list",
                "elements": "str",
                "choices": ["ov", "ev", "cs", "ev_cs", "ds", "smime"],
                "default": ["ov"],
            },
            "status": {"type": "str", "choices": ["active", "inactive"]},
            "expiring_within": {"type": "int"},
            "include_products": {"type": "bool", "default": True},
        },
        mutually_exclusive=[("organization_id", "name"), ("organization_id", "status")],
    )


if __name__ == "__main__":
    main()
