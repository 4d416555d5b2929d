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
  - Without O(status) it reads the order and reports where it stands.
  - With V(canceled) it cancels a pending order, or a pending reissue, after which the order is issued as before.
  - V(renewed) and V(not_renewed) mark orders that were migrated from a legacy console.
  - The conditions of the service are checked first, also in check mode, so that a refusal is explained. Whether an
    order was migrated is asked of the list of orders, which alone tells it; where that cannot be read, the service
    decides.
  - The order is identified by its ID. Nothing is changed where it has the status already. An issued order whose
    latest reissue was canceled or rejected counts as such, so that the cancellation of a reissue can be repeated; any
    other issued order cannot be canceled and is a failure.
  - The service spells the value V(canceled) or, on its first pages, V(CANCELED). The older spelling is tried where it
    refuses the present one.
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
attributes:
  check_mode:
    support: full
    details:
      - Sends reading calls only, and predicts the action of a real run.
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
      - Status that the order shall have. Without it nothing is changed.
      - V(canceled) needs an order that is pending or waits for pickup, or whose reissue is pending. For an order that
        still waits for approval the service may refuse it; its request can then be rejected with
        M(community.digicert.digicert_request).
      - V(renewed) needs a migrated order whose certificate ends within 90 days or has ended, V(not_renewed) one that
        is marked renewed.
    type: str
    choices: [canceled, renewed, not_renewed]
  note:
    description:
      - Message about the change. The cancellation of an order needs one, anything else may have one.
      - With the cancellation of a reissue that waits for approval it becomes the comment on the rejected request.
    type: str
"""

EXAMPLES = r"""
- name: Look how an order stands
  community.digicert.digicert_order_status:
    order_id: 112233
  delegate_to: localhost
  register: standing

- name: Cancel an order that nobody needs any more
  community.digicert.digicert_order_status:
    order_id: 112233
    status: canceled
    note: Ordered by mistake.
  delegate_to: localhost

- name: Cancel a reissue that waits for approval; the order stays issued
  community.digicert.digicert_order_status:
    order_id: 112234
    status: canceled
  delegate_to: localhost

- name: Take a migrated order that was renewed elsewhere off the list of those that end
  community.digicert.digicert_order_status:
    order_id: 112235
    status: renewed
    note: Renewed by order 112236.
  delegate_to: localhost

- name: Say what an order waits for
  ansible.builtin.debug:
    msg: "{{ standing.phase }}: {{ standing.blocked_on | map(attribute='next_action') | join(' ') }}"

- name: See whether an order could be canceled, without canceling it
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
    - name: Look how several orders stand
      community.digicert.digicert_order_status:
        order_id: "{{ item }}"
      loop: [112233, 112236]
"""

RETURN = r"""
action:
  description:
    - What was done, or in check mode would be done.
    - One of V(none), V(cancel), V(mark_renewed), V(mark_not_renewed).
  returned: success
  type: str
  sample: cancel
reasons:
  description: Why, in words; one entry for each cause.
  returned: success
  type: list
  elements: str
  sample: ["order 112233 is to be cancelled while it is pending"]
phase:
  description: Where the order stands, see RV(community.digicert.digicert_order#module:phase).
  returned: success
  type: str
  sample: canceled
blocked_on:
  description: What the order waits for, see RV(community.digicert.digicert_order#module:blocked_on).
  returned: success
  type: list
  elements: dict
  sample: []
order:
  description: The order, normalised, see RV(community.digicert.digicert_order#module:order).
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
  description: Status and renewal mark before and after. Empty where nothing is changed.
  returned: success
  type: dict
  sample:
    before: {"status": "pending", "is_renewed": false}
    after: {"status": "canceled", "is_renewed": false}
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
