#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_account_info
short_description: Retrieve information about a CertCentral API key and its account
version_added: 0.1.0
description:
  - Returns the user of the API key with its access roles, the account, its containers and its custom fields, as far as
    the key has permission to read them.
  - The service does not report the restriction of a key, which is chosen when the key is created. With
    O(check_permissions=true) the module probes it with read requests. Whether the key can also place or approve orders
    is only known once it does so.
notes:
  - The access roles are defined by the service, for example 1 Administrator, 4 Manager, 5 Standard user. A key has at
    most the permissions of its user. Its restriction removes some of them.
  - Keys are created, changed and revoked in the CertCentral console. No module does that, because a key is shown only
    once.
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
  - community.digicert.attributes.reading
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_product_info
  - module: community.digicert.digicert_organization_info
  - name: Authentication
    description: What an API key is and what it can do.
    link: https://dev.digicert.com/certcentral-apis/authentication.html
  - name: Users
    description: The pages on the user of the API key.
    link: https://dev.digicert.com/certcentral-apis/services-api/users.html
  - name: Account
    description: The pages on the account and its custom fields.
    link: https://dev.digicert.com/certcentral-apis/services-api/account.html
  - name: Containers
    description: The pages on containers (divisions).
    link: https://dev.digicert.com/certcentral-apis/services-api/containers.html
options:
  check_permissions:
    description:
      - Whether to probe what the key can read, with one read request for each group of endpoints.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Get the owner of the API key and what it can read
  community.digicert.digicert_account_info:
    check_permissions: true
  delegate_to: localhost
  register: key

- name: Ensure that the key can be used for orders
  ansible.builtin.assert:
    that:
      - key.user.status == 'active'
      - key.readable.orders
      - key.readable.organizations
    fail_msg: >-
      The key of {{ key.user.username }} is restricted to
      {{ key.readable | dict2items | selectattr('value') | map(attribute='key') | join(', ') }}.

- name: Show the values for container_id
  ansible.builtin.debug:
    msg: "{{ item.id }}: {{ item.name }}"
  loop: "{{ key.containers | default([], true) }}"

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: Get the custom fields for orders of the account
      community.digicert.digicert_account_info:
      register: account

    - name: Show the custom fields
      ansible.builtin.debug:
        msg: "{{ account.custom_fields }}"
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
user:
  description: The user that the API key belongs to.
  returned: success
  type: dict
  contains:
    id:
      description: User ID.
      type: int
      returned: always
      sample: 14
    account_id:
      description: Account ID.
      type: int
      returned: always
      sample: 1000001
    username:
      description: Login name.
      type: str
      returned: always
      sample: john.smith
    first_name:
      description: First name.
      type: str
      returned: always
      sample: John
    last_name:
      description: Last name.
      type: str
      returned: always
      sample: Smith
    email:
      description: E-mail address.
      type: str
      returned: always
      sample: john.smith@example.com
    job_title:
      description: Job title. V(null) if the service does not report it. The same applies to the next four values.
      type: str
      returned: always
      sample: Operations engineer
    telephone:
      description: Telephone number.
      type: str
      returned: always
      sample: 801-701-9600
    type:
      description: Type of user as reported by the service.
      type: str
      returned: always
      sample: standard
    status:
      description: Status of the user.
      type: str
      returned: always
      sample: active
    last_login:
      description: Last login to the console as an ISO 8601 timestamp.
      type: str
      returned: always
      sample: "2026-11-13T15:15:13+00:00"
    container_id:
      description: ID of the container (division) of the user. It is the default for new orders.
      type: int
      returned: always
      sample: 5
    container_name:
      description: Name of the container.
      type: str
      returned: always
      sample: Example Division
    has_container_assignments:
      description: Whether the user can only access assigned containers.
      type: bool
      returned: always
      sample: false
    roles:
      description: Access roles, each with C(id) and C(name).
      type: list
      elements: dict
      returned: always
      sample: [{"id": 1, "name": "Administrator"}]
    raw:
      description: The user as returned by the service.
      type: dict
      returned: always
      sample: {"id": 14, "username": "john.smith"}
account:
  description: The account as returned by the service. V(null) if the key has no permission to read it.
  returned: success
  type: dict
  sample: {"id": 1000001, "primary_organization_name": "Example Corp"}
containers:
  description:
    - Containers (divisions), each with C(id), C(name), C(parent_id) and C(active). V(null) if the key has no permission
      to read them.
  returned: success
  type: list
  elements: dict
  sample: [{"id": 5, "name": "Example Division", "parent_id": null, "active": true}]
custom_fields:
  description:
    - Custom fields of orders as returned by the service. V(null) if the key has no permission to read them. Use their
      C(id) and C(label) in M(community.digicert.digicert_order).
  returned: success
  type: list
  elements: dict
  sample: [{"id": 11, "label": "Invoice number"}]
readable:
  description:
    - Whether the key can read C(orders), C(requests), C(organizations), C(domains), C(products), C(users) and
      C(account). V(null) without O(check_permissions=true).
  returned: success
  type: dict
  sample: {"orders": true, "requests": true, "organizations": false}
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
  sample: [{"code": "access_denied|access_denied_invalid_key", "message": "Access denied."}]
next_action:
  description: How to resolve the failure.
  returned: failure
  type: str
  sample: "Check the API key: it may be mistyped, revoked, or belong to the other region (see the option region)."
order_id:
  description: ID of the order that the failure is about, if known, so that a paid order is never lost.
  returned: failure
  type: int
  sample: 112233
# end of generated
"""

from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.account_info import read_account
from ..module_utils._use_cases.outcome import Outcome


def account_info(run: Run) -> Outcome:
    """Read user and account."""
    return read_account(run.client, check_permissions=run.params["check_permissions"])


def main() -> None:
    """Run the module."""
    run_module(account_info, {"check_permissions": {"type": "bool", "default": False}})


if __name__ == "__main__":
    main()
