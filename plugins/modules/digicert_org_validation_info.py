#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_org_validation_info
short_description: Read the validation state of CertCentral organizations
version_added: 0.1.0
description:
  - Returns for each organization which types of validation are active, until when, and what is missing.
  - Without O(organization_id) and O(name) all organizations of the account are read. The list tells their validations,
    a thousand organizations a call. Where an account does not get them in the list, or the list leaves out the verified
    users of a type that needs some, one call for each such organization is added.
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
    description: What is read where several organizations are asked for.
    link: https://dev.digicert.com/certcentral-apis/services-api/organizations/list-organizations.html
  - name: List products
    description: What RV(organizations[].ready_products) is chosen from.
    link: https://dev.digicert.com/certcentral-apis/services-api/products/product-list.html
  - name: Organization validation details
    description: The fields of the answer.
    link: https://dev.digicert.com/certcentral-apis/services-api/organizations/get-validation-details.html
options:
  organization_id:
    description:
      - ID of the organization.
    type: int
  name:
    description:
      - Legal name or display name of the organization; case is ignored. Several organizations may have it.
    type: str
  types:
    description:
      - Types of validation that shall be active; those that are not are named in RV(organizations[].missing).
    type: list
    elements: str
    choices: [ov, ev, cs, ev_cs, ds, smime]
    default: [ov]
  status:
    description:
      - Only organizations with this status in the account. Without it all are read.
      - An inactive one is ready for nothing.
    type: str
    choices: [active, inactive]
  expiring_within:
    description:
      - Only organizations of which a validation among O(types) ends within so many days, or has ended already. One that
        was never validated has no end, and is left out.
    type: int
  include_products:
    description:
      - Whether RV(organizations[].ready_products) is told, for one call more.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Read how an organization is validated
  community.digicert.digicert_org_validation_info:
    organization_id: 112233
    types: [ov, ev]
  delegate_to: localhost
  register: validation

- name: Make sure that orders can be issued
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
    - name: Find the organizations whose validation ends within two months
      community.digicert.digicert_org_validation_info:
        types: [ov, ev]
        status: active
        expiring_within: 60
      register: ending

    - name: Tell who has to do something
      ansible.builtin.debug:
        msg: "{{ item.name }} can have {{ item.ready_products | join(', ') }}. {{ item.next_action or '' }}"
      loop: "{{ ending.organizations }}"
      loop_control:
        label: "{{ item.id }}"
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
  description: Where the order stands, see RV(community.digicert.digicert_order#module:phase).
  returned: success
  type: str
  sample: issued
blocked_on:
  description: What the order waits for, see RV(community.digicert.digicert_order#module:blocked_on).
  returned: success
  type: list
  elements: dict
  sample: []
order:
  description:
    - The order, normalised, see RV(community.digicert.digicert_order#module:order). V(null) where not exactly one
      order is meant.
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
  description: What differs, before and after. It holds no secrets.
  returned: success
  type: dict
  sample: {"before": {}, "after": {}}
organizations:
  description: The organizations that were found.
  returned: success
  type: list
  elements: dict
  contains:
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
      description: Legal name with the public one.
      type: str
      returned: always
      sample: Example Corp (Example)
    assumed_name:
      description: Public name.
      type: str
      returned: always
      sample: Example
    status:
      description: Status of the organization in the account.
      type: str
      returned: always
      sample: active
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
          description: What the service calls it.
          type: str
          returned: always
          sample: Normal Organization Validation
        status:
          description: Status as the service names it.
          type: str
          returned: always
          sample: active
        validated_until:
          description: End of the validation as ISO 8601 timestamp, where the service tells it.
          type: str
          returned: always
          sample: "2028-02-20T10:00:00+00:00"
        days_left:
          description: Days until then.
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
          description: Whether certificates of this type can be issued now, as far as the organization is concerned.
          type: bool
          returned: always
          sample: true
    ready_for:
      description: Types of validation of which certificates can be issued now.
      type: list
      elements: str
      returned: always
      sample: [ov]
    active:
      description: Whether the organization can be used in orders.
      type: bool
      returned: always
      sample: true
    ready_products:
      description:
        - Identifiers of the products of the account that could be issued now, as far as the organization is concerned;
          RV(community.digicert.digicert_product_info#module:products[].name_id).
        - Domains and approval are another matter. DV products need no organization and are not named.
        - V(null) without O(include_products), and where the API key may not read products.
      type: list
      elements: str
      returned: always
      sample: [private_ssl_plus, ssl_basic, ssl_plus]
    missing:
      description: Types among O(types) that RV(organizations[].ready_for) lacks.
      type: list
      elements: str
      returned: always
      sample: [ev]
    next_action:
      description: What to do about the missing types; V(null) when none is missing.
      type: str
      returned: always
      sample: "The EV validation of organization 112233 is pending: answer DigiCert's validation team."
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
