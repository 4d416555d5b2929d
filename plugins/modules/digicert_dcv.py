#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_dcv
short_description: Handle the domain control validation of a CertCentral order
version_added: 0.1.0
description:
  - Tells which DNS records or files prove control of the domains of a pending order, and asks the service to look
    for them.
  - Changes the DCV method of the order where it is not the wanted one.
  - A value that the service does not see yet is a state, not a failure; see RV(check).
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
  - module: community.digicert.digicert_order
  - name: Check DCV
    description: The call that is used.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/check-dcv.html
options:
  order_id:
    description:
      - Order that is meant.
    type: int
    required: true
  method:
    description:
      - DCV method that the order shall have. Without it the present one is kept.
    type: str
    choices: [email, dns-txt-token, dns-cname-token, http-token, http-token-dynamic]
  check:
    description:
      - Whether to ask the service to look for the records now. Not done in check mode.
    type: bool
    default: false
  check_for:
    description:
      - Seconds for which the check is repeated while the service does not find everything; V(0) asks once.
    type: int
    default: 0
  interval:
    description:
      - Seconds between two checks.
    type: int
    default: 10
"""

EXAMPLES = r"""
- name: Learn what has to be published
  community.digicert.digicert_dcv:
    order_id: 112233
    method: dns-txt-token
  delegate_to: localhost
  register: validation

- name: Ask for the check until everything was found, for five minutes at most
  community.digicert.digicert_dcv:
    order_id: 112233
    check: true
    check_for: 300
  delegate_to: localhost
  register: checked
"""

RETURN = r"""
action:
  description:
    - What was done, or in check mode would be done.
    - One of V(none), V(change_method).
  returned: success
  type: str
  sample: change_method
reasons:
  description: Why, in words; one entry for each cause.
  returned: success
  type: list
  elements: str
  sample: ["order 112233 is validated by email, not by dns-txt-token"]
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
check:
  description: The answer to the check; V(null) where none was asked for.
  returned: success
  type: dict
  contains:
    found:
      description: Whether every record was found.
      type: bool
      returned: always
      sample: false
    missing:
      description: Names for which the service found nothing, where it told them.
      type: list
      elements: str
      returned: when the service told it
      sample: [www.example.com]
    message:
      description: What the service answered when it found nothing.
      type: str
      returned: when the service refused the check
      sample: Could not find a valid TXT record for one or more domains.
    errors:
      description: The errors of the service.
      type: list
      elements: dict
      returned: always
      sample: []
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
from ansible_collections.community.digicert.plugins.module_utils._options import dcv_method_option
from ansible_collections.community.digicert.plugins.module_utils._outcome import Outcome
from ansible_collections.community.digicert.plugins.module_utils._validating import validate_domains


def dcv(run: Run) -> Outcome:
    """Ensure the method, and ask for the check."""
    params = run.params
    return validate_domains(
        run.client,
        params["order_id"],
        method=params["method"],
        check=params["check"],
        check_for=params["check_for"],
        interval=max(params["interval"], 1),
        check_mode=run.check_mode,
        now=run.now,
    )


def main() -> None:
    """Run the module."""
    run_module(
        dcv,
        {
            "order_id": {"type": "int", "required": True},
            "method": dcv_method_option(),
            "check": {"type": "bool", "default": False},
            "check_for": {"type": "int", "default": 0},
            "interval": {"type": "int", "default": 10},
        },
    )


if __name__ == "__main__":
    main()
