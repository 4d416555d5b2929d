#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_organization
short_description: Manage CertCentral organizations
version_added: 0.1.0
description:
  - Creates an organization, submits it for validation before any order, and activates or deactivates it.
  - An organization is identified by O(organization_id). Otherwise it is identified by its name and, if given,
    O(country), O(city), O(address) and O(container_id). If several organizations match, the oldest active one is used,
    as the service does for orders.
  - Other details of an existing organization are neither compared nor changed, because DigiCert has validated them.
notes:
  - The organization is changed if O(active) differs, if a type in O(validations) is missing or has expired, or if a
    verified user is missing. A pending type is not submitted again.
  - Additional types, verified users and contacts of the organization are kept. To change its address, or to move it to
    another container, use the CertCentral console. Organizations cannot be deleted.
  - The validation of an organization is done by people at DigiCert and takes days. The module does not wait for it.
    Until then RV(phase) is V(waiting_organization), and RV(organization.next_action) says what to do.
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
      - With O(renew_before) each run submits a validation that expires within that number of days, until its expiry has
        changed. Everything else is idempotent.
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_organization_info
  - module: community.digicert.digicert_org_validation_info
  - module: community.digicert.digicert_domain
  - name: Create organization
    description: The request and its fields.
    link: https://dev.digicert.com/certcentral-apis/services-api/organizations/create-organization.html
  - name: Submit organization for validation
    description: The types of validation and their verified users.
    link: https://dev.digicert.com/certcentral-apis/services-api/organizations/submit-for-validation.html
  - name: Organizations
    description: The pages on activation and deactivation.
    link: https://dev.digicert.com/certcentral-apis/services-api/organizations.html
options:
  organization_id:
    description:
      - ID of an existing organization. One of O(organization_id) and O(name) is required.
    type: int
  name:
    description:
      - Legal name. Case and spaces are ignored when comparing.
    type: str
  assumed_name:
    description:
      - Assumed name (doing business as), if it differs from the legal name.
    type: str
  address:
    description:
      - Street and number. Required to create an organization.
    type: str
  address2:
    description:
      - Second line of the address.
    type: str
  zip:
    description:
      - Postal code.
    type: str
  city:
    description:
      - City. Required to create an organization.
    type: str
  province:
    description:
      - State or province (C(state) in the API).
    type: str
  country:
    description:
      - Two-letter country code (ISO 3166). Required to create an organization.
    type: str
  telephone:
    description:
      - Telephone number of the organization.
    type: str
  contact:
    description:
      - Contact of a new organization.
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
      job_title:
        description: Job title.
        type: str
      email:
        description: E-mail address.
        type: str
        required: true
      telephone:
        description: Telephone number.
        type: str
      telephone_extension:
        description: Extension of the telephone number.
        type: str
  container_id:
    description:
      - ID of the container (division) in which the organization is searched and created. Defaults to the container of
        the API key.
    type: int
  skip_duplicate_check:
    description:
      - Whether the service creates the organization even if it finds one with the same details. The module itself looks
        for an existing organization first. Use this option if the same organization should exist in several containers.
    type: bool
    default: false
  validations:
    description:
      - Types of validation to submit the organization for, if they are missing or have expired.
    type: list
    elements: dict
    default: []
    suboptions:
      type:
        description:
          - Type of validation, for example V(ov) and V(ev) for TLS certificates, V(cs) and V(ev_cs) for code signing,
            V(ds) for document signing, V(smime) for e-mail.
        type: str
        choices: [ov, ev, cs, ev_cs, ds, smime]
        required: true
      verified_users:
        description:
          - People who can approve requests for this type. Required by the service for V(ev), V(cs) and V(ev_cs).
            Missing users are submitted, additional users are kept.
        type: list
        elements: dict
        default: []
        suboptions:
          id:
            description: ID of a user of the account. Without it the person is identified by the other options.
            type: int
          first_name:
            description: First name.
            type: str
          last_name:
            description: Last name.
            type: str
          job_title:
            description: Job title.
            type: str
          email:
            description: E-mail address.
            type: str
          telephone:
            description: Telephone number.
            type: str
  renew_before:
    description:
      - Number of days before its expiry from which a validation is submitted again, so that orders can be issued
        without interruption.
      - For an active validation the service does not report whether it was submitted again. Within this period each run
        therefore submits it, until its expiry has changed.
    type: int
    default: 0
  active:
    description:
      - Whether orders can use the organization. With V(false) an existing organization is deactivated, and no
        organization is created.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Create an organization and submit it for validation before any order
  community.digicert.digicert_organization:
    name: Example Shop Corp
    address: 2801 North Thanksgiving Way
    zip: "84043"
    city: Lehi
    province: Utah
    country: us
    telephone: 801-701-9600
    contact:
      first_name: John
      last_name: Smith
      email: john.smith@example.com
      telephone: 801-701-9600
    validations:
      - type: ov
      - type: ev
        verified_users:
          - id: 14
  delegate_to: localhost
  register: organization

- name: Show what is still missing
  ansible.builtin.debug:
    msg: "{{ organization.organization.missing | join(', ') }}: {{ organization.organization.next_action }}"
  when: organization.phase == 'waiting_organization'

- name: Add a person without a user account who can approve EV orders
  community.digicert.digicert_organization:
    organization_id: 112233
    validations:
      - type: ev
        verified_users:
          - first_name: Mary
            last_name: Jones
            job_title: Head of operations
            email: mary.jones@example.com
            telephone: 801-701-9601
  delegate_to: localhost

- name: Preview the deactivation of an organization
  community.digicert.digicert_organization:
    organization_id: 112244
    active: false
  delegate_to: localhost
  check_mode: true
  register: predicted

- name: Deactivate the organization if nothing else would change
  community.digicert.digicert_organization:
    organization_id: 112244
    active: false
  delegate_to: localhost
  when: predicted.diff.after.keys() | list == ['active']

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: Submit the organization for the types of validation that orders need
      community.digicert.digicert_organization:
        organization_id: 112233
        validations:
          - type: ov
"""

RETURN = r"""
action:
  description:
    - What was done, or would be done in check mode.
    - One of V(none), V(create), V(update).
  returned: success
  type: str
  sample: create
# generated from return_values.yml: common.reasons
reasons:
  description: The reasons for the action, one sentence for each.
  returned: success
  type: list
  elements: str
  sample: ["the account has no organization 'Example Corp'"]
# end of generated
phase:
  description:
    - V(waiting_organization) while a type in O(validations) is not active, otherwise V(null). In check mode V(null) for
      an organization that would be changed.
  returned: success
  type: str
  sample: waiting_organization
blocked_on:
  description: The validations that are pending, see RV(community.digicert.digicert_order#module:blocked_on).
  returned: success
  type: list
  elements: dict
  sample: []
# generated from return_values.yml: no_order.is_final, no_order.order, no_order.certificate, no_order.dcv, common.diff
is_final:
  description: Always V(false), because this module does not handle a single order.
  returned: success
  type: bool
  sample: false
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
  sample: {"before": {"validations": {}}, "after": {"validations": {"ov": "pending"}}}
# end of generated
organization:
  description: The organization. V(null) if it does not exist. In check mode its current state.
  returned: success
  type: dict
  contains:
    # generated from return_values.yml: organization_fields, organization_address
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
    address:
      description: Street and number.
      type: str
      returned: always
      sample: 2801 North Thanksgiving Way
    address2:
      description: Second line of the address.
      type: str
      returned: always
      sample: Suite 500
    zip:
      description: Postal code.
      type: str
      returned: always
      sample: "84043"
    city:
      description: City.
      type: str
      returned: always
      sample: Lehi
    state:
      description: State or province.
      type: str
      returned: always
      sample: Utah
    country:
      description: Two-letter country code.
      type: str
      returned: always
      sample: us
    telephone:
      description: Telephone number.
      type: str
      returned: always
      sample: 801-701-9600
    container_id:
      description: ID of the container (division).
      type: int
      returned: always
      sample: 5
    # end of generated
    validations:
      description: See RV(community.digicert.digicert_org_validation_info#module:organizations[].validations).
      type: list
      elements: dict
      returned: always
      sample: []
    ready_for:
      description: Types of validation that are active.
      type: list
      elements: str
      returned: always
      sample: [ov]
    missing:
      description: Types in O(validations) that are not active.
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
  sample: [{"code": "not_found|organization", "message": "The specified organization was not found."}]
next_action:
  description: How to resolve the failure.
  returned: failure
  type: str
  sample: Check the organization ID, and that it belongs to the account of this API key.
order_id:
  description: ID of the order that the failure is about, if known, so that a paid order is never lost.
  returned: failure
  type: int
  sample: 112233
# end of generated
"""

import typing as t

from ..module_utils._certcentral.errors import InputError
from ..module_utils._decisions.organization import OrganizationRequest, RequestedValidation
from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.organization import ensure_organization
from ..module_utils._use_cases.outcome import Outcome

_DETAILS = ("name", "assumed_name", "address", "address2", "zip", "city", "country", "telephone")
_PERSON = ("first_name", "last_name", "job_title", "email", "telephone")


def _given(values: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the options that have a value."""
    return {key: value for key, value in values.items() if value not in (None, "")}


def organization(run: Run) -> Outcome:
    """Turn the parameters into a request and ensure it."""
    params = run.params
    if not 0 <= params["renew_before"] <= 825:
        raise InputError("renew_before must be 0 to 825 days.", next_action="Correct renew_before.")
    request = OrganizationRequest(
        organization_id=params["organization_id"],
        details=_given({**{key: params[key] for key in _DETAILS}, "state": params["province"]}),
        contact=_given(params["contact"] or {}),
        container_id=params["container_id"],
        skip_duplicate_check=params["skip_duplicate_check"],
        validations=tuple(
            RequestedValidation(entry["type"], tuple(_given(user) for user in entry["verified_users"]))
            for entry in params["validations"]
        ),
        active=params["active"],
        renew_before=params["renew_before"],
    )
    return ensure_organization(run.client, request, check_mode=run.check_mode, now=run.now)


def _validations_option() -> dict[str, t.Any]:
    users = {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {"id": {"type": "int"}, **{name: {"type": "str"} for name in _PERSON}},
        "required_one_of": [("id", "last_name")],
        "required_together": [("first_name", "last_name")],
        "mutually_exclusive": [("id", "last_name")],
    }
    kind = {"type": "str", "choices": ["ov", "ev", "cs", "ev_cs", "ds", "smime"], "required": True}
    return {"type": "list", "elements": "dict", "default": [], "options": {"type": kind, "verified_users": users}}


def main() -> None:
    """Run the module."""
    required = ("first_name", "last_name", "email")
    run_module(
        organization,
        {
            "organization_id": {"type": "int"},
            **{name: {"type": "str"} for name in (*_DETAILS, "province")},
            "contact": {
                "type": "dict",
                "options": {
                    name: {"type": "str", "required": name in required} for name in (*_PERSON, "telephone_extension")
                },
            },
            "container_id": {"type": "int"},
            "skip_duplicate_check": {"type": "bool", "default": False},
            "validations": _validations_option(),
            "renew_before": {"type": "int", "default": 0},
            "active": {"type": "bool", "default": True},
        },
        required_one_of=[("organization_id", "name")],
        mutually_exclusive=[("organization_id", "name")],
    )


if __name__ == "__main__":
    main()
