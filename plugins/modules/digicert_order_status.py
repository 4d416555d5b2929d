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
  - The conditions of the service are checked first, so that a refusal is explained.
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
  - name: Update order status
    description: The request and its conditions.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/update-order-status.html
options:
  order_id:
    description:
      - Order that is meant.
    type: int
    required: true
  status:
    description:
      - Status that the order shall have.
    type: str
    choices: [canceled, renewed, not_renewed]
  note:
    description:
      - Message about the change. A cancellation needs one.
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
  description: What differs, before and after. It holds no secrets.
  returned: success
  type: dict
  sample: {"before": {}, "after": {}}
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

from ansible_collections.community.digicert.plugins.module_utils._module import Run, run_module
from ansible_collections.community.digicert.plugins.module_utils._order_status import ensure_status
from ansible_collections.community.digicert.plugins.module_utils._outcome import Outcome


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
