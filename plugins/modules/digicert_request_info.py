#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_request_info
short_description: Retrieve information about CertCentral requests
version_added: 0.1.0
description:
  - Returns who requested what, since when the request is waiting, and who decided.
  - O(request_id) selects one request, O(order_id) the requests of an order. Otherwise the requests of the account are
    listed, page by page.
notes:
  - The service's list of requests does not include who decided, when, and with which comment. These values are V(null)
    unless O(request_id) or O(order_id) is set.
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
    description: The API endpoint used without O(request_id), and the fields of its response.
    link: https://dev.digicert.com/certcentral-apis/services-api/requests/list-requests.html
  - name: Requests
    description: The page on one request.
    link: https://dev.digicert.com/certcentral-apis/services-api/requests.html
  - name: Order info
    description: The API endpoint for finding the requests of an order.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/order-info.html
options:
  request_id:
    description:
      - ID of the request.
    type: int
  order_id:
    description:
      - ID of the order whose requests are returned.
    type: int
  statuses:
    description:
      - Return only requests with one of these statuses. V(submitted) and V(pending) requests are waiting for a
        decision.
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
- name: List the requests that are waiting for approval
  community.digicert.digicert_request_info:
    statuses: [submitted, pending]
  delegate_to: localhost
  register: waiting

- name: Show who is waiting, and since when
  ansible.builtin.debug:
    msg: "{{ item.type }} for {{ item.common_name }}, requested by {{ item.requester.email }} on {{ item.date }}"
  loop: "{{ waiting.requests }}"
  loop_control:
    label: "{{ item.id }}"

- name: Find out who approved an order
  community.digicert.digicert_request_info:
    order_id: 112233
    types: [new_request]
    statuses: [approved]
  delegate_to: localhost
  register: approved

- name: Ensure that it was approved
  ansible.builtin.assert:
    that: approved.requests | length > 0

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: Find open requests for a revocation
      community.digicert.digicert_request_info:
        types: [revoke]
        statuses: [submitted, pending]
      register: revocations
"""

RETURN = r"""
# generated from return_values.yml: reading, common.reasons, order, single_order, common.diff
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
  description: Phase of the order, see RV(community.digicert.digicert_order#module:phase).
  returned: success
  type: str
  sample: issued
is_final:
  description: Whether the order is issued, or never will be, see RV(community.digicert.digicert_order#module:is_final).
  returned: success
  type: bool
  sample: true
blocked_on:
  description: What the order is waiting for, see RV(community.digicert.digicert_order#module:blocked_on).
  returned: success
  type: list
  elements: dict
  sample: []
order:
  description:
    - The order in normalised form, see RV(community.digicert.digicert_order#module:order). V(null) unless the result
      contains exactly one order.
  returned: success
  type: dict
  sample: {"id": 112233, "status": "issued"}
certificate:
  description: Its certificate in normalised form, see RV(community.digicert.digicert_order#module:certificate).
  returned: success
  type: dict
  sample: {"id": 123456, "serial_number": "a1b2c3d4e5f6"}
dcv:
  description: Records that prove control of the domains, see RV(community.digicert.digicert_order#module:dcv).
  returned: success
  type: dict
  sample: {"records": []}
diff:
  description: The differences before and after the action. Secrets are never included.
  returned: success
  type: dict
  sample: {"before": {}, "after": {}}
# end of generated
requests:
  description: The requests found, in the order returned by the service.
  returned: success
  type: list
  elements: dict
  contains:
    # generated from return_values.yml: request_fields
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
      description: When the request was made, as an ISO 8601 timestamp.
      type: str
      returned: always
      sample: "2026-11-20T10:00:00+00:00"
    date_processed:
      description: When the request was decided, as an ISO 8601 timestamp. V(null) if it is open, and in lists.
      type: str
      returned: always
      sample: "2026-11-20T11:00:00+00:00"
    comments:
      description: Comment of the requester.
      type: str
      returned: always
      sample: Needed for the shop
    processor_comment:
      description: Comment of the user who decided.
      type: str
      returned: always
      sample: Approved by the security team
    requester:
      description: User who made the request, with C(id), C(first_name), C(last_name) and C(email).
      type: dict
      returned: always
      sample: {"id": 14, "first_name": "John", "last_name": "Smith", "email": "john.smith@example.com"}
    processor:
      description: User who decided, with the same keys. V(null) if the request is open, and in lists.
      type: dict
      returned: always
      sample: {"id": 14, "first_name": "John", "last_name": "Smith", "email": "john.smith@example.com"}
    order_id:
      description: ID of the order that the request is about.
      type: int
      returned: always
      sample: 112233
    common_name:
      description: Common name of the certificate of the order.
      type: str
      returned: always
      sample: www.example.com
    product:
      description: Product identifier of the order.
      type: str
      returned: always
      sample: ssl_basic
    organization_id:
      description: Organization ID of the order.
      type: int
      returned: always
      sample: 112233
    # end of generated
    raw:
      description: The request as returned by the service.
      type: dict
      returned: always
      sample: {"id": 198, "status": "pending"}
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
  sample: [{"code": "not_found|request", "message": "The specified request was not found."}]
next_action:
  description: How to resolve the failure.
  returned: failure
  type: str
  sample: Check the request ID, and that it belongs to the account of this API key.
order_id:
  description: ID of the order that the failure is about, if known, so that a paid order is never lost.
  returned: failure
  type: int
  sample: 112233
# end of generated
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
