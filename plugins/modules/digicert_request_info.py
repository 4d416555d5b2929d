#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_request_info
short_description: Read CertCentral requests for approval
version_added: 0.1.0
description:
  - Returns who asked for what, since when it waits, and who decided.
  - One request is read by O(request_id), those of an order by O(order_id); otherwise the requests of the account, page
    by page.
notes:
  - In the list of the account's requests the service does not tell who decided, when, and with which comment; these
    are V(null) there. With O(request_id) or O(order_id) they are told.
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
  - community.digicert.attributes.reading
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_request
  - name: List requests
    description: The call without O(request_id), and the fields of its answer.
    link: https://dev.digicert.com/certcentral-apis/services-api/requests/list-requests.html
  - name: Requests
    description: The page on one request.
    link: https://dev.digicert.com/certcentral-apis/services-api/requests.html
  - name: Order info
    description: The call that finds the requests of an order.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/order-info.html
options:
  request_id:
    description:
      - ID of the request that is meant.
    type: int
  order_id:
    description:
      - ID of the order whose requests are meant.
    type: int
  statuses:
    description:
      - Return only requests with one of these statuses. V(submitted) and V(pending) wait for a decision.
    type: list
    elements: str
    choices: [submitted, pending, approved, rejected]
    default: []
  types:
    description:
      - Return only requests of these types.
    type: list
    elements: str
    choices: [new_request, reissue, duplicate, revoke]
    default: []
"""

EXAMPLES = r"""
- name: List what waits for an approval
  community.digicert.digicert_request_info:
    statuses: [submitted, pending]
  delegate_to: localhost
  register: waiting

- name: Say who waits, and since when
  ansible.builtin.debug:
    msg: "{{ item.type }} for {{ item.common_name }}, asked for by {{ item.requester.email }} on {{ item.date }}"
  loop: "{{ waiting.requests }}"
  loop_control:
    label: "{{ item.id }}"

- name: See who approved an order
  community.digicert.digicert_request_info:
    order_id: 112233
    types: [new_request]
    statuses: [approved]
  delegate_to: localhost
  register: approved

- name: Make sure that it was somebody
  ansible.builtin.assert:
    that: approved.requests | length > 0

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: Find the requests that ask for a revocation
      community.digicert.digicert_request_info:
        types: [revoke]
        statuses: [submitted, pending]
      register: revocations
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
requests:
  description: The requests that were found, in the order in which the service gave them.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Request ID.
      type: int
      returned: always
      sample: 198
    type:
      description: One of V(new_request), V(reissue), V(duplicate), V(revoke).
      type: str
      returned: always
      sample: new_request
    status:
      description: One of V(submitted), V(pending), V(approved), V(rejected).
      type: str
      returned: always
      sample: pending
    date:
      description: When it was made, as ISO 8601 timestamp.
      type: str
      returned: always
      sample: "2026-11-20T10:00:00+00:00"
    date_processed:
      description: When it was decided on, as ISO 8601 timestamp; V(null) while it is open, and in lists.
      type: str
      returned: always
      sample: "2026-11-20T11:00:00+00:00"
    comments:
      description: Message of the one who asked.
      type: str
      returned: always
      sample: Needed for the shop
    processor_comment:
      description: Message of the one who decided.
      type: str
      returned: always
      sample: Approved by the security team
    requester:
      description: Who asked, with C(id), C(first_name), C(last_name) and C(email).
      type: dict
      returned: always
      sample: {"id": 14, "first_name": "John", "last_name": "Smith", "email": "john.smith@example.com"}
    processor:
      description: Who decided, in the same form; V(null) while it is open, and in lists.
      type: dict
      returned: always
      sample: {"id": 14, "first_name": "John", "last_name": "Smith", "email": "john.smith@example.com"}
    order_id:
      description: The order that it is about.
      type: int
      returned: always
      sample: 112233
    common_name:
      description: Common name of the order's certificate.
      type: str
      returned: always
      sample: www.example.com
    product:
      description: Product identifier of the order.
      type: str
      returned: always
      sample: ssl_basic
    organization_id:
      description: Organization of the order.
      type: int
      returned: always
      sample: 112233
    raw:
      description: What the service said.
      type: dict
      returned: always
      sample: {"id": 198, "status": "pending"}
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
  sample: [{"code": "not_found|request", "message": "The specified request was not found."}]
next_action:
  description: What to do about the failure.
  returned: failure
  type: str
  sample: Check the request ID, and that it belongs to the account of this API key.
order_id:
  description: The order that the failure is about, where one is known. An order that was paid is never lost.
  returned: failure
  type: int
  sample: 112233
"""

from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.outcome import Outcome
from ..module_utils._use_cases.request import read_requests


def request_info(run: Run) -> Outcome:
    """Read the requests."""
    params = run.params
    return read_requests(
        run.client,
        params["request_id"],
        params["order_id"],
        statuses=params["statuses"],
        kinds=params["types"],
        now=run.now,
    )


def main() -> None:
    """Run the module."""
    run_module(
        request_info,
        {
            "request_id": {"type": "int"},
            "order_id": {"type": "int"},
            "statuses": {
                "type": "list",
                "elements": "str",
                "choices": ["submitted", "pending", "approved", "rejected"],
                "default": [],
            },
            "types": {
                "type": "list",
                "elements": "str",
                "choices": ["new_request", "reissue", "duplicate", "revoke"],
                "default": [],
            },
        },
        mutually_exclusive=[("request_id", "order_id")],
    )


if __name__ == "__main__":
    main()
