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
  - Waits until every order is issued or can no longer be issued, or until the time is up.
  - One request per interval asks the service which orders changed, no matter how many orders there are. A single order
    is read directly.
  - The module fails as soon as an order is canceled, rejected or revoked, and reports the reason for each of them,
    unless O(fail_if_not_issuable=false). An order that is not issued yet is not a failure. Its RV(orders[].phase) is
    reported.
  - >-
    While the module waits, it shows a line with the number of orders in each phase whenever that changes, for example
    C(12 orders: 7 issued, 4 waiting for DCV, 1 waiting for approval, 3 min left). The line is shown on the terminal and
    in the output of a job by an action plugin with the same name. The plugin restarts the module after each change,
    using O(until_change) and O(resume).
  - No line is shown if there is nothing to wait for, with C(no_log), and with C(async), which runs the module only
    once.
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
  - community.digicert.attributes.reading
attributes:
  async:
    description: Supports being used with the C(async) keyword.
    support: full
    details:
      - No progress is shown.
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_order
  - module: community.digicert.digicert_dcv
  - module: community.digicert.digicert_order_info
  - name: Status change list
    description: The API endpoint that is used.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/list-order-status-changes.html
options:
  order_ids:
    description:
      - IDs of the orders to wait for. Duplicate IDs are ignored.
    type: list
    elements: int
    required: true
  wait_timeout:
    description:
      - Maximum number of seconds to wait. With V(0) the orders are read once.
    type: int
    default: 300
  interval:
    description:
      - Seconds between two requests, at least 1. At every tenth request all orders that are not issued yet are read,
        because the service's list of changes does not include changes within a status, such as a validated domain.
    type: int
    default: 10
  fail_if_not_issuable:
    description:
      - Whether to fail as soon as an order is canceled, rejected or revoked. With V(false) the module continues to wait
        for the other orders and reports each of them.
    type: bool
    default: true
  until_person_needed:
    description:
      - Whether to stop early if all remaining orders are waiting for approval or for the validation of their
        organization.
    type: bool
    default: true
  until_change:
    description:
      - Whether to return as soon as the number of orders in a phase differs from O(resume), or immediately without
        O(resume). RV(is_over) is V(false) if there is still something to wait for.
      - This is set by the action plugin of this module. If a playbook sets it, no progress is shown.
    type: bool
    default: false
  resume:
    description:
      - RV(resume) of an earlier run with O(until_change=true) for the same orders. This run continues from there,
        including the elapsed time and the intervals, and does not read the orders again.
      - This is set by the action plugin of this module.
    type: dict
"""

EXAMPLES = r"""
- name: Wait for the orders of all hosts with one task
  community.digicert.digicert_order_wait:
    order_ids: "{{ ansible_play_hosts | map('extract', hostvars, 'my_order_id') | list }}"
    wait_timeout: 900
  delegate_to: localhost
  run_once: true

- name: Get the state of the orders once without failing
  community.digicert.digicert_order_wait:
    order_ids: [112233, 112234]
    wait_timeout: 0
    fail_if_not_issuable: false
  delegate_to: localhost
  register: looked_at

- name: Show which orders are not issued, and why
  ansible.builtin.debug:
    msg: "{{ looked_at.reasons }}"
  when: not looked_at.all_issued

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: Wait for one order
      community.digicert.digicert_order_wait:
        order_ids: [112233]
"""

RETURN = r"""
# generated from return_values.yml: reading
action:
  description: Always V(none), because this module only reads.
  returned: success
  type: str
  sample: none
# end of generated
reasons:
  description:
    - The state of each order, one sentence for each. For orders that are not issued it includes the reason given by the
      service.
  returned: success
  type: list
  elements: str
  sample: ["order 112233 is issued", "order 112234 is rejected (request 198 was rejected with the comment 'Not ours')"]
# generated from return_values.yml: order, single_order, common.diff
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
orders:
  description: The state of each order.
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
      description: Status as reported by the service.
      type: str
      returned: always
      sample: issued
    phase:
      description: Phase of the order, see RV(community.digicert.digicert_order#module:phase).
      type: str
      returned: always
      sample: issued
    is_final:
      description: Whether the order is issued, or never will be.
      type: bool
      returned: always
      sample: true
    reason:
      description:
        - Why the order can no longer be issued, if the service reports it. For an order that is only waiting for the
          CA, the result of its CAA check. V(null) for all other orders.
      type: str
      returned: always
      sample: request 198 was rejected with the comment 'Not ours'
    certificate_id:
      description: ID of its current certificate.
      type: int
      returned: always
      sample: 123456
    blocked_on:
      description: What the order is waiting for, see RV(community.digicert.digicert_order#module:blocked_on).
      type: list
      elements: dict
      returned: always
      sample: []
all_issued:
  description: Whether every order is issued.
  returned: success
  type: bool
  sample: true
is_over:
  description: Whether the wait is over. Can only be V(false) with O(until_change=true).
  returned: success
  type: bool
  sample: true
elapsed:
  description: Number of seconds waited.
  returned: success
  type: float
  sample: 84.2
progress:
  description: Number of orders in each phase and the remaining time, in one line.
  returned: success
  type: str
  sample: "12 orders: 7 issued, 4 waiting for DCV, 1 waiting for approval, 3 min left"
resume:
  description: Value for O(resume) of the next run.
  returned: with O(until_change=true)
  type: dict
  sample: {"orders": [], "elapsed": 84.2, "asked_at": 80.1, "read_at": 0.7}
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
from ..module_utils._use_cases.order_wait import wait_outcome
from ..module_utils._use_cases.outcome import Outcome
from ..module_utils._use_cases.waiting import WaitRules


def wait(run: Run) -> Outcome:
    """Wait, and report every order."""
    params = run.params
    rules = WaitRules(
        timeout=params["wait_timeout"],
        interval=params["interval"],
        until_person_needed=params["until_person_needed"],
        until_one_fails=params["fail_if_not_issuable"],
        until_change=params["until_change"],
    )
    return wait_outcome(run.client, params["order_ids"], rules, resume=params["resume"], today=run.today)


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
            "until_change": {"type": "bool", "default": False},
            "resume": {"type": "dict"},
        },
    )


if __name__ == "__main__":
    main()
