#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_organization_info
short_description: Retrieve information about CertCentral organizations
version_added: 0.1.0
description:
  - Returns organizations with their addresses. Use M(community.digicert.digicert_org_validation_info) for their
    validation status.
notes:
  - O(status) and O(container_id) are filters of the service. O(name) is a filter of this module. Case, and leading and
    trailing spaces, are ignored.
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
  - community.digicert.attributes.reading
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_org_validation_info
  - module: community.digicert.digicert_organization
  - name: List organizations
    description: The API endpoint used without O(organization_id), and the fields of its response.
    link: https://dev.digicert.com/certcentral-apis/services-api/organizations/list-organizations.html
  - name: Organizations
    description: The page on one organization.
    link: https://dev.digicert.com/certcentral-apis/services-api/organizations.html
options:
  organization_id:
    description:
      - ID of the organization, a positive number.
    type: int
  name:
    description:
      - Legal name or display name. Case is ignored. Several organizations may have the same name, or none.
    type: str
  status:
    description:
      - Return only organizations with this status.
    type: str
    choices: [active, inactive]
  container_id:
    description:
      - ID of a container (division). Only its organizations are returned.
    type: int
"""

EXAMPLES = r"""
- name: Find the ID of an organization
  community.digicert.digicert_organization_info:
    name: Example Corp
    status: active
  delegate_to: localhost
  register: found

- name: Ensure that there is exactly one
  ansible.builtin.assert:
    that: found.organizations | length == 1
    fail_msg: "{{ found.organizations | map(attribute='id') | join(', ') }} have that name"

- name: Get its validation status
  community.digicert.digicert_org_validation_info:
    organization_id: "{{ found.organizations[0].id }}"
  delegate_to: localhost
  register: validation

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: List the organizations of a container
      community.digicert.digicert_organization_info:
        container_id: 5
      register: organizations
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
    raw:
      description: The organization as returned by the service.
      type: dict
      returned: always
      sample: {"id": 112233, "name": "Example Corp"}
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

from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.organization import read_organizations
from ..module_utils._use_cases.outcome import Outcome


def organization_info(run: Run) -> Outcome:
    """Read the organizations."""
    params = run.params
    return read_organizations(
        run.client, params["organization_id"], params["name"], params["status"], params["container_id"]
    )


def main() -> None:
    """Run the module."""
    run_module(
        organization_info,
        {
            "organization_id": {"type": "int"},
            "name": {"type": "str"},
            "status": {"type": "str", "choices": ["active", "inactive"]},
            "container_id": {"type": "int"},
        },
        mutually_exclusive=[
            ("organization_id", "name"),
            ("organization_id", "status"),
            ("organization_id", "container_id"),
        ],
    )


if __name__ == "__main__":
    main()
