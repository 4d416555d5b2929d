#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_order_wait
short_description: Wait until CertCentral orders are issued
version_added: 0.1.0
description:
  - Waits until every order is issued, or can never be, or until the time is over.
  - However many orders there are, one call an interval asks the service which of them changed.
  - Fails when an order was canceled, rejected or revoked, and names it, unless O(fail_if_not_issuable=false). An
    order that is merely not issued yet is
    reported with its RV(orders[].phase).
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
  - community.digicert.attributes.reading
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_order
  - module: community.digicert.digicert_dcv
  - name: Status change list
    description: The call that is used.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/list-order-status-changes.html
options:
  order_ids:
    description:
      - Orders to wait for.
    type: list
    elements: int
    required: true
  wait_timeout:
    description:
      - Most seconds to wait. With V(0) the orders are read once.
    type: int
    default: 300
  interval:
    description:
      - Seconds between two calls.
    type: int
    default: 10
  fail_if_not_issuable:
    description:
      - Whether to fail when an order was canceled, rejected or revoked.
    type: bool
    default: true
  until_person_needed:
    description:
      - Whether to stop early when every order left waits for an approval or for the validation of its organization.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Wait for the orders of all hosts with one task
  community.digicert.digicert_order_wait:
    order_ids: "{{ ansible_play_hosts | map('extract', hostvars, 'my_order_id') | list }}"
    wait_timeout: 900
  delegate_to: localhost
  run_once: true
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
orders:
  description: How each order stands.
  returned: success
  type: list
  elements: dict
  contains:
    order_id:
      description: Order ID.
      type: int
      returned: always
      sample: 112233
    status:
      description: Status as the service names it.
      type: str
      returned: always
      sample: issued
    phase:
      description: Where the order stands, see M(community.digicert.digicert_order).
      type: str
      returned: always
      sample: issued
    certificate_id:
      description: ID of its current certificate.
      type: int
      returned: always
      sample: 123456
    blocked_on:
      description: What it waits for, see M(community.digicert.digicert_order).
      type: list
      elements: dict
      returned: always
      sample: []
all_issued:
  description: Whether every order is issued.
  returned: success
  type: bool
  sample: true
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
from ansible_collections.community.digicert.plugins.module_utils._outcome import Outcome
from ansible_collections.community.digicert.plugins.module_utils._waiting import wait_outcome


def wait(run: Run) -> Outcome:
    """Wait, and report every order."""
    params = run.params
    return wait_outcome(
        run.client,
        params["order_ids"],
        timeout=params["wait_timeout"],
        interval=params["interval"],
        until_person_needed=params["until_person_needed"],
        fail_if_not_issuable=params["fail_if_not_issuable"],
        today=run.today,
    )


def main() -> None:
    """Run the module."""
    run_module(
        wait,
        {
            "order_ids": {"type": "list", "elements": "int", "required": True},
            "wait_timeout": {"type": "int", "default": 300},
            "interval": {"type": "int", "default": 10},
            "fail_if_not_issuable": {"type": "bool", "default": True},
            "until_person_needed": {"type": "bool", "default": True},
        },
    )


if __name__ == "__main__":
    main()
