#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_request
short_description: Approve or reject a CertCentral request
version_added: 0.1.0
description:
  - Approves or rejects a request for an order, a reissue, a duplicate or a revocation.
  - If the request already has the desired status, nothing is changed. If it has the opposite status, the module fails
    and explains how to achieve the desired result.
  - The user of the API key must have permission to approve requests.
notes:
  - The request is identified by O(request_id), or by O(order_id) and O(type). Only O(status) is compared. O(comment) is
    sent with a decision.
  - A decision is final. After an approval, use M(community.digicert.digicert_order_status) while the order is pending,
    or M(community.digicert.digicert_revoke). After a rejection, a new request is needed.
  - If the request of a pending reissue is rejected, the order stays issued with its current certificate.
  - An EV order also requires the approval of a verified user of its organization, regardless of the API key.
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
    support: full
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_request_info
  - module: community.digicert.digicert_order
  - module: community.digicert.digicert_order_status
  - name: Update request status
    description: The API endpoint that is used.
    link: https://dev.digicert.com/certcentral-apis/services-api/requests/update-request-status.html
options:
  request_id:
    description:
      - ID of the request. One of O(request_id) and O(order_id) is required.
    type: int
  order_id:
    description:
      - ID of the order whose open request is decided. If there is no open request, the newest request is used, so that
        a second run does not change anything.
    type: int
  type:
    description:
      - Type of the request, if O(order_id) has several.
    type: str
    choices: [new_request, reissue, duplicate, revoke]
  status:
    description:
      - The decision. After an approval the service may issue, or revoke, a certificate immediately.
    type: str
    choices: [approved, rejected]
    required: true
  comment:
    description:
      - Comment on the decision, stored with the request.
    type: str
"""

EXAMPLES = r"""
- name: Approve the order
  community.digicert.digicert_request:
    order_id: 112233
    type: new_request
    status: approved
    comment: Approved by the security team
  delegate_to: localhost
  register: decided

- name: Show the state of the order
  ansible.builtin.debug:
    msg: "order {{ decided.order.id }} is {{ decided.phase }}; {{ decided.request.processor.last_name }} decided"

- name: Preview a rejection
  community.digicert.digicert_request:
    order_id: 112244
    status: rejected
  delegate_to: localhost
  check_mode: true
  register: predicted

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: List the requests that are waiting for a decision
      community.digicert.digicert_request_info:
        statuses: [submitted, pending]
      register: waiting

    - name: Reject requests for names that the wildcard certificate already covers
      community.digicert.digicert_request:
        request_id: "{{ item.id }}"
        status: rejected
        comment: Use the wildcard certificate instead.
      loop: "{{ waiting.requests | selectattr('common_name', 'match', '[^.*]+[.]example[.]com$') }}"
      loop_control:
        label: "request {{ item.id }} for {{ item.common_name }}"
"""

RETURN = r"""
action:
  description:
    - What was done, or would be done in check mode.
    - One of V(none), V(approve), V(reject).
  returned: success
  type: str
  sample: approve
# generated from return_values.yml: common.reasons, order, common.diff
reasons:
  description: The reasons for the action, one sentence for each.
  returned: success
  type: list
  elements: str
  sample: ["request 198 (new_request) is pending"]
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
  description: The order in normalised form, see RV(community.digicert.digicert_order#module:order).
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
  sample: {"before": {"status": "pending"}, "after": {"status": "approved"}}
# end of generated
request:
  description: The request. In check mode its state before the decision.
  returned: success
  type: dict
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
  sample: [{"code": "access_denied|invalid_approver", "message": "Access denied due to invalid_approver."}]
next_action:
  description: How to resolve the failure.
  returned: failure
  type: str
  sample: Let another user who may approve this request approve it.
order_id:
  description: ID of the order that the failure is about, if known, so that a paid order is never lost.
  returned: failure
  type: int
  sample: 112233
# end of generated
"""

from ..module_utils._decisions.request import ACTIONS
from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.outcome import Outcome
from ..module_utils._use_cases.request import Decision, ensure_decision


def request(run: Run) -> Outcome:
    """Ensure the decision."""
    params = run.params
    decision = Decision(
        request_id=params["request_id"],
        order_id=params["order_id"],
        kind=params["type"],
        status=params["status"],
        comment=params["comment"],
    )
    return ensure_decision(run.client, decision, check_mode=run.check_mode, now=run.now)


def main() -> None:
    """Run the module."""
    run_module(
        request,
        {
            "request_id": {"type": "int"},
            "order_id": {"type": "int"},
            "type": {"type": "str", "choices": ["new_request", "reissue", "duplicate", "revoke"]},
            "status": {"type": "str", "choices": list(ACTIONS), "required": True},
            "comment": {"type": "str"},
        },
        mutually_exclusive=[("request_id", "order_id"), ("request_id", "type")],
        required_one_of=[("request_id", "order_id")],
    )


if __name__ == "__main__":
    main()
