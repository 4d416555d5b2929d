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
  - Changes the DCV method of the order where it is not the wanted one, or has its validation e-mails sent again.
  - A value that the service does not see yet is a state, not a failure; see RV(check).
  - Domains are proven before any order, and for all orders to come, with M(community.digicert.digicert_domain).
notes:
  - The order is identified by O(order_id); only O(method) is compared with what it has. An order that is no longer
    pending is left alone.
  - The service looks by itself too, every minute at first, ever more rarely later, for about ten days. A check that
    is asked for here neither replaces nor restarts that.
  - Records are told in a real run only, because asking for the random value may make the service produce a new one
    where the old one has ended. One value proves all domains of the order.
  - The addresses to which e-mails go are chosen with the order; see
    M(community.digicert.digicert_order). Addresses from WHOIS are no longer used by the service.
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
    support: partial
    details:
      - With O(resend_emails=true) each run sends e-mails while the order waits for an answer to them. Everything else
        is idempotent.
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_order
  - module: community.digicert.digicert_domain
  - module: community.digicert.digicert_order_wait
  - name: Check DCV
    description: The call behind O(check) and O(check_names).
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/check-dcv.html
  - name: Change DCV method
    description: The call behind O(method).
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/change-dcv-method.html
  - name: Orders
    description: The pages on the random value, the validation of an order, and its e-mails.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders.html
options:
  order_id:
    description:
      - ID of the order, a positive number.
    type: int
    required: true
  method:
    description:
      - DCV method that the order shall have. Without it the present one is kept.
      - V(email) asks the contacts of the domain. V(dns-txt-token) and V(dns-cname-token) look for a DNS record;
        V(http-token) for a file C(fileauth.txt), V(http-token-dynamic) for one with a name of its own.
      - A wildcard name cannot be validated by a file; the module then fails before it sends anything.
    type: str
    choices: [email, dns-txt-token, dns-cname-token, http-token, http-token-dynamic]
  check:
    description:
      - Whether to ask the service to look for the records now. Not done in check mode.
    type: bool
    default: false
  check_names:
    description:
      - Names of the order for which the service looks, where it shall not look for all. Used with O(check=true).
    type: list
    elements: str
    default: []
  check_for:
    description:
      - Seconds for which the check is repeated while the service does not find everything; V(0) asks once.
    type: int
    default: 0
  interval:
    description:
      - Seconds between two checks, at least 1.
    type: int
    default: 10
  resend_emails:
    description:
      - Whether the validation e-mails are sent again, while the order waits for an answer to them.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Learn what has to be published
  community.digicert.digicert_dcv:
    order_id: 112233
    method: dns-txt-token
  delegate_to: localhost
  register: validation

- name: Say it; the role community.digicert.dcv publishes it
  ansible.builtin.debug:
    msg: "{{ item.type }} {{ item.name }} = {{ item.value }} (until {{ item.expires }})"
  loop: "{{ validation.dcv.records }}"

- name: Ask whether one of the names is proven already
  community.digicert.digicert_dcv:
    order_id: 112233
    check: true
    check_names: [www.example.com]
    check_for: 60
  delegate_to: localhost

- name: Ask for the check until everything was found, for five minutes at most
  community.digicert.digicert_dcv:
    order_id: 112233
    check: true
    check_for: 300
  delegate_to: localhost
  register: checked
  failed_when: checked.phase == 'waiting_dcv'

- name: See what another method would mean, without changing it
  community.digicert.digicert_dcv:
    order_id: 112244
    method: http-token
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
    - name: Look which names are still to be proven
      community.digicert.digicert_dcv:
        order_id: 112244
      register: standing

    - name: Have the e-mails sent again, where there are such names
      community.digicert.digicert_dcv:
        order_id: 112244
        resend_emails: true
      when: standing.validations | rejectattr('valid') | length > 0
"""

RETURN = r"""
action:
  description:
    - What was done, or in check mode would be done.
    - One of V(none), V(change_method), V(resend_emails).
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
validations:
  description: The validation of each scope of names, as it is after the run; empty once the order is not pending.
  returned: success
  type: list
  elements: dict
  contains:
    scope:
      description: Domain whose control is proven, or to be proven.
      type: str
      returned: always
      sample: example.com
    dns_names:
      description: Names of the order that it is needed for.
      type: list
      elements: str
      returned: always
      sample: [www.example.com, example.com]
    status:
      description: Status in the words of the service.
      type: str
      returned: always
      sample: pending
    valid:
      description: Whether nothing is left to prove.
      type: bool
      returned: always
      sample: false
    method:
      description: DCV method.
      type: str
      returned: always
      sample: dns-txt-token
    covers:
      description: What a proof covers in the words of the service, such as V(subdomains); V(null) without a proof.
      type: str
      returned: always
      sample: subdomains
    expires:
      description: Until when the proof counts, as ISO 8601 timestamp; V(null) without one.
      type: str
      returned: always
      sample: "2027-06-07T10:00:00+00:00"
check:
  description: The answer to the check; V(null) where none was asked for, or needed.
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

from ..module_utils._module.options import dcv_method_option
from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.dcv import ValidationRequest, validate_domains
from ..module_utils._use_cases.outcome import Outcome


def dcv(run: Run) -> Outcome:
    """Ensure the method, and ask for the check or the e-mails."""
    params = run.params
    request = ValidationRequest(
        order_id=params["order_id"],
        method=params["method"],
        check=params["check"],
        check_names=run.names(params["check_names"]),
        resend_emails=params["resend_emails"],
    )
    return validate_domains(
        run.client,
        request,
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
            "check_names": {"type": "list", "elements": "str", "default": []},
            "check_for": {"type": "int", "default": 0},
            "interval": {"type": "int", "default": 10},
            "resend_emails": {"type": "bool", "default": False},
        },
    )


if __name__ == "__main__":
    main()
