#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_account_info
short_description: Read what a CertCentral API key is for
version_added: 0.1.0
description:
  - Returns the user of the API key with the access roles, the account, its containers and its custom fields, as far as
    the key may read them.
  - The service does not tell the restriction of a key, which is chosen when it is made. With
    O(check_permissions=true) it is tried out with reading calls; whether the key may also order or approve shows only
    when it does.
notes:
  - The access roles are those of the service, for example 1 Administrator, 4 Manager, 5 Standard user. A key has the
    permissions of its user at most; its restriction takes some of them away.
  - Keys are made, changed and revoked in the CertCentral console. No module does that, because a key is shown once.
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
    description: What an API key is and may do.
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
      - Whether to try out what the key may read, with one reading call for each group of endpoints.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: See whose API key it is, and what it may read
  community.digicert.digicert_account_info:
    check_permissions: true
  delegate_to: localhost
  register: key

- name: Make sure that the key can serve for orders
  ansible.builtin.assert:
    that:
      - key.user.status == 'active'
      - key.readable.orders
      - key.readable.organizations
    fail_msg: >-
      The key of {{ key.user.username }} is restricted to
      {{ key.readable | dict2items | selectattr('value') | map(attribute='key') | join(', ') }}.

- name: Show the numbers that container_id may be
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
    - name: Read the custom fields that orders of the account carry
      community.digicert.digicert_account_info:
      register: account

    - name: Show the numbers of the custom fields
      ansible.builtin.debug:
        msg: "{{ account.custom_fields }}"
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
      description: Name with which the user signs in.
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
      description: Job title; V(null) where the service did not tell it, as for the next four.
      type: str
      returned: always
      sample: Operations engineer
    telephone:
      description: Telephone number.
      type: str
      returned: always
      sample: 801-701-9600
    type:
      description: Kind of user in the words of the service.
      type: str
      returned: always
      sample: standard
    status:
      description: Status of the user.
      type: str
      returned: always
      sample: active
    last_login:
      description: When the user last signed in to the console, as ISO 8601 timestamp.
      type: str
      returned: always
      sample: "2026-11-13T15:15:13+00:00"
    container_id:
      description: Container (division) of the user, in which orders are placed unless they name another.
      type: int
      returned: always
      sample: 5
    container_name:
      description: Its name.
      type: str
      returned: always
      sample: Example Division
    has_container_assignments:
      description: Whether the user sees only the containers that were assigned.
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
      description: What the service said.
      type: dict
      returned: always
      sample: {"id": 14, "username": "john.smith"}
account:
  description: The account as the service gives it; V(null) where the key may not read it.
  returned: success
  type: dict
  sample: {"id": 1000001, "primary_organization_name": "Example Corp"}
containers:
  description:
    - Containers (divisions), each with C(id), C(name), C(parent_id) and C(active); V(null) where the key may not read
      them.
  returned: success
  type: list
  elements: dict
  sample: [{"id": 5, "name": "Example Division", "parent_id": null, "active": true}]
custom_fields:
  description:
    - Custom fields of orders as the service gives them; V(null) where the key may not read them. Their C(id) and
      C(label) are what M(community.digicert.digicert_order) takes.
  returned: success
  type: list
  elements: dict
  sample: [{"id": 11, "label": "Invoice number"}]
readable:
  description:
    - For C(orders), C(requests), C(organizations), C(domains), C(products), C(users) and C(account), whether the key
      may read them. V(null) without O(check_permissions=true).
  returned: success
  type: dict
  sample: {"orders": true, "requests": true, "organizations": false}
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
  sample: [{"code": "access_denied|access_denied_invalid_key", "message": "Access denied."}]
next_action:
  description: What to do about the failure.
  returned: failure
  type: str
  sample: "Check the API key: it may be mistyped, revoked, or belong to the other region (see the option region)."
order_id:
  description: The order that the failure is about, where one is known. An order that was paid is never lost.
  returned: failure
  type: int
  sample: 112233
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
