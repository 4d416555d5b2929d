#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_order_status
short_description: Read or change the status of a CertCentral order
version_added: 0.1.0
description:
  - Without O(status) the module reads the order and reports its state.
  - With O(status=canceled) it cancels a pending order. If a reissue is pending, it cancels the reissue, and the order
    is issued as before.
  - With O(status=renewed) or O(status=not_renewed) it marks an order that was migrated from a legacy console.
  - The conditions of the service are checked first, also in check mode, so that a refusal is explained. Only the list
    of orders says whether an order was migrated. If the list cannot be read, the service decides.
  - The order is identified by its ID. Nothing is changed if it already has the status. An issued order whose latest
    reissue was canceled or rejected counts as canceled, so that canceling a reissue can be repeated. Any other issued
    order cannot be canceled, and the module fails.
  - The documentation of the service spells the value V(canceled), and V(CANCELED) on older pages. The older spelling is
    tried if the service refuses the current one.
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
  - module: community.digicert.digicert_order_info
  - module: community.digicert.digicert_revoke
  - module: community.digicert.digicert_request
  - name: Update order status
    description: The request and its conditions.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/update-order-status.html
options:
  order_id:
    description:
      - ID of the order.
    type: int
    required: true
  status:
    description:
      - Desired status of the order. Without it nothing is changed.
      - V(canceled) requires that the order is pending or waiting for pickup, or that its reissue is pending. The
        service may refuse it while the order is waiting for approval. In that case reject its request with
        M(community.digicert.digicert_request).
      - V(renewed) requires a migrated order whose certificate expires within 90 days or has expired. V(not_renewed)
        requires an order that is marked as renewed.
    type: str
    choices: [canceled, renewed, not_renewed]
  note:
    description:
      - Comment on the change. Required to cancel an order, otherwise optional.
      - If a reissue that is waiting for approval is canceled, this is the comment on the rejected request.
    type: str
"""

EXAMPLES = r"""
- name: Get the state of an order
  community.digicert.digicert_order_status:
    order_id: 112233
  delegate_to: localhost
  register: standing

- name: Cancel an order that is no longer needed
  community.digicert.digicert_order_status:
    order_id: 112233
    status: canceled
    note: Ordered by mistake.
  delegate_to: localhost

- name: Cancel a reissue that is waiting for approval (the order stays issued)
  community.digicert.digicert_order_status:
    order_id: 112234
    status: canceled
  delegate_to: localhost

- name: Mark a migrated order as renewed
  community.digicert.digicert_order_status:
    order_id: 112235
    status: renewed
    note: Renewed by order 112236.
  delegate_to: localhost

- name: Show what an order is waiting for
  ansible.builtin.debug:
    msg: "{{ standing.phase }}: {{ standing.blocked_on | map(attribute='next_action') | join(' ') }}"

- name: Check whether an order can be canceled without canceling it
  community.digicert.digicert_order_status:
    order_id: 112236
    status: canceled
    note: Only asked.
  delegate_to: localhost
  check_mode: true

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: Get the state of several orders
      community.digicert.digicert_order_status:
        order_id: "{{ item }}"
      loop: [112233, 112236]
"""

RETURN = r"""
action:
  description:
    - What was done, or would be done in check mode.
    - One of V(none), V(cancel), V(mark_renewed), V(mark_not_renewed).
  returned: success
  type: str
  sample: cancel
# generated from return_values.yml: common.reasons, order
reasons:
  description: The reasons for the action, one sentence for each.
  returned: success
  type: list
  elements: str
  sample: ["cancellation of order 112233 was requested while it is pending"]
phase:
  description: Phase of the order, see RV(community.digicert.digicert_order#module:phase).
  returned: success
  type: str
  sample: canceled
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
# end of generated
diff:
  description: Status and renewal mark before and after the action. Empty if nothing is changed.
  returned: success
  type: dict
  sample:
    before: {"status": "pending", "is_renewed": false}
    after: {"status": "canceled", "is_renewed": false}
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
from ..module_utils._use_cases.order_status import ensure_status
from ..module_utils._use_cases.outcome import Outcome


def order_status(run: Run) -> Outcome:
    """Read or ensure the status."""
    params = run.params
    return ensure_status(
        run.client, params["order_id"], params["status"], params["note"], check_mode=run.check_mode, now=run.now
    )


def main() -> None:
    """Run the module."""
    run_module(
        order_status,
        {
            "order_id": {"type": "int", "required": True},
            "status": {"type": "str", "choices": ["canceled", "renewed", "not_renewed"]},
            "note": {"type": "str"},
        },
    )


if __name__ == "__main__":
    main()
