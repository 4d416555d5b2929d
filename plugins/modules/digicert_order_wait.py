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
  - However many orders there are, one call an interval asks the service which of them changed; a single order is
    read itself.
  - Fails as soon as an order was canceled, rejected or revoked, and says of each such order why that is so, unless
    O(fail_if_not_issuable=false). An order that is merely not issued yet is no failure, it is reported with its
    RV(orders[].phase).
  - >-
    While it waits, a line tells how many orders are in which phase whenever that changes, for example
    C(12 orders: 7 issued, 4 waiting for DCV, 1 waiting for approval, 3 min left). An action plugin of the same name
    shows it, on a terminal and in the output of a job. For that it starts the module anew at each such change, with
    O(until_change) and O(resume).
  - No line is shown where there is nothing to wait for, with C(no_log), and with C(async), which runs the module once.
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
      - No progress is shown then.
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_order
  - module: community.digicert.digicert_dcv
  - module: community.digicert.digicert_order_info
  - name: Status change list
    description: The call that is used.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/list-order-status-changes.html
options:
  order_ids:
    description:
      - IDs of the orders to wait for; one that is named twice counts once.
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
      - Seconds between two calls, at least 1. Every tenth time all orders that are not issued yet are read, because
        the service's list of changes does not tell what happens within a status, such as a proven domain.
    type: int
    default: 10
  fail_if_not_issuable:
    description:
      - Whether to fail as soon as an order was canceled, rejected or revoked. With V(false) the others are still
        waited for, and each is reported.
    type: bool
    default: true
  until_person_needed:
    description:
      - Whether to stop early when every order left waits for an approval or for the validation of its organization.
    type: bool
    default: true
  until_change:
    description:
      - Whether to return as soon as more or fewer orders are in a phase than O(resume) says, at once where O(resume)
        is not given. RV(is_over) then tells whether there is still something to wait for.
      - The action plugin of this module sets it. A playbook that does the same shows no progress of its own.
    type: bool
    default: false
  resume:
    description:
      - RV(resume) of an earlier run with O(until_change=true) for the same orders, from which this run goes on. Time
        and intervals count on, and the orders are not read again.
      - The action plugin of this module sets it.
    type: dict
"""

EXAMPLES = r"""
- name: Wait for the orders of all hosts with one task
  community.digicert.digicert_order_wait:
    order_ids: "{{ ansible_play_hosts | map('extract', hostvars, 'my_order_id') | list }}"
    wait_timeout: 900
  delegate_to: localhost
  run_once: true

- name: Look once how the orders stand, whatever became of them
  community.digicert.digicert_order_wait:
    order_ids: [112233, 112234]
    wait_timeout: 0
    fail_if_not_issuable: false
  delegate_to: localhost
  register: looked_at

- name: Name what is not issued, and why
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
action:
  description:
    - What was done, or in check mode would be done.
    - Always V(none).
  returned: success
  type: str
  sample: none
reasons:
  description: How each order stands, in words; where it is not issued, with what the service says about that.
  returned: success
  type: list
  elements: str
  sample: ["order 112233 is issued", "order 112234 is rejected (request 198 was rejected with the comment 'Not ours')"]
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
    reason:
      description:
        - Why it can never be issued, as far as the service tells, or for an order that waits for the CA only, what
          the CA found in the CAA records. V(null) for all others.
      type: str
      returned: always
      sample: request 198 was rejected with the comment 'Not ours'
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
is_over:
  description: Whether the waiting ended; V(false) only with O(until_change=true).
  returned: success
  type: bool
  sample: true
elapsed:
  description: Seconds that were waited.
  returned: success
  type: float
  sample: 84.2
progress:
  description: How many orders are in which phase, and the time that was left, in one line.
  returned: success
  type: str
  sample: "12 orders: 7 issued, 4 waiting for DCV, 1 waiting for approval, 3 min left"
resume:
  description: What O(resume) of the next run needs.
  returned: with O(until_change=true)
  type: dict
  sample: {"orders": [], "elapsed": 84.2, "asked_at": 80.1, "read_at": 0.7}
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
