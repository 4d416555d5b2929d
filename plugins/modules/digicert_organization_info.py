#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_organization_info
short_description: Read the organizations of a CertCentral account
version_added: 0.1.0
description:
  - Returns organizations with their addresses. Their validation is read by
    M(community.digicert.digicert_org_validation_info).
notes:
  - O(status) and O(container_id) are filters of the service; O(name) is compared by this module, case and blanks at
    both ends aside.
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
    description: The call without O(organization_id), and the fields of its answer.
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
      - Legal name or display name; case is ignored. Several organizations may have it, or none.
    type: str
  status:
    description:
      - Return only organizations with this status.
    type: str
    choices: [active, inactive]
  container_id:
    description:
      - ID of a container (division); only its organizations are returned.
    type: int
"""

EXAMPLES = r"""
- name: Find the ID of an organization
  community.digicert.digicert_organization_info:
    name: Example Corp
    status: active
  delegate_to: localhost
  register: found

- name: Make sure that there is exactly one
  ansible.builtin.assert:
    that: found.organizations | length == 1
    fail_msg: "{{ found.organizations | map(attribute='id') | join(', ') }} have that name"

- name: Read how it is validated
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
      description: Status in the account, V(active) or V(inactive).
      type: str
      returned: always
      sample: active
    active:
      description: Whether it can be used in orders.
      type: bool
      returned: always
      sample: true
    address:
      description: Street and number.
      type: str
      returned: always
      sample: 2801 North Thanksgiving Way
    address2:
      description: Further line of the address.
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
      description: Country, two letters.
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
    raw:
      description: What the service said.
      type: dict
      returned: always
      sample: {"id": 112233, "name": "Example Corp"}
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
  sample: [{"code": "not_found|organization", "message": "The specified organization was not found."}]
next_action:
  description: What to do about the failure.
  returned: failure
  type: str
  sample: Check the organization ID, and that it belongs to the account of this API key.
order_id:
  description: The order that the failure is about, where one is known. An order that was paid is never lost.
  returned: failure
  type: int
  sample: 112233
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
