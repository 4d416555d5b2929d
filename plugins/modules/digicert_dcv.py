#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_dcv
short_description: Manage domain control validation of a CertCentral order
version_added: 0.1.0
description:
  - Returns the DNS records or files that prove control of the domains of a pending order, and asks the service to check
    them.
  - Changes the DCV method of the order if it differs, or sends its validation e-mails again.
  - If the service does not find the records yet, the module reports that and does not fail, see RV(check).
  - To prove control of domains in advance, for all future orders, use M(community.digicert.digicert_domain).
notes:
  - The order is identified by O(order_id). Only O(method) is compared with the current state. An order that is no
    longer pending is not changed.
  - The service also checks on its own, first every minute, then less and less often, for about ten days. A check
    requested with this module neither replaces nor restarts that.
  - Records are only returned in a real run, because requesting the random value can make the service generate a new one
    if the old one has expired. One value proves all domains of the order.
  - The recipients of validation e-mails are chosen in the order, see M(community.digicert.digicert_order). The service
    no longer uses addresses from WHOIS.
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
    support: partial
    details:
      - With O(resend_emails=true) each run sends e-mails while the order is waiting for an answer to them. Everything
        else is idempotent.
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_order
  - module: community.digicert.digicert_domain
  - module: community.digicert.digicert_order_wait
  - name: Check DCV
    description: The API endpoint for O(check) and O(check_names).
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/check-dcv.html
  - name: Change DCV method
    description: The API endpoint for O(method).
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
      - Desired DCV method of the order. Defaults to the current method.
      - V(email) asks the contacts of the domain. V(dns-txt-token) and V(dns-cname-token) check a DNS record.
        V(http-token) checks a file C(fileauth.txt), and V(http-token-dynamic) a file with a unique name.
      - Wildcard names cannot be validated with a file. In that case the module fails without sending anything.
    type: str
    choices: [email, dns-txt-token, dns-cname-token, http-token, http-token-dynamic]
  check:
    description:
      - Whether to ask the service to check the records now. Ignored in check mode.
    type: bool
    default: false
  check_names:
    description:
      - Names of the order to check. By default all names are checked. Used with O(check=true).
    type: list
    elements: str
    default: []
  check_for:
    description:
      - Number of seconds during which the check is repeated while the service does not find all records. V(0) checks
        once.
    type: int
    default: 0
  interval:
    description:
      - Seconds between two checks, at least 1.
    type: int
    default: 10
  resend_emails:
    description:
      - Whether to send the validation e-mails again while the order is waiting for an answer to them.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Get the records to publish
  community.digicert.digicert_dcv:
    order_id: 112233
    method: dns-txt-token
  delegate_to: localhost
  register: validation

- name: Show the records, which the role community.digicert.dcv can publish
  ansible.builtin.debug:
    msg: "{{ item.type }} {{ item.name }} = {{ item.value }} (until {{ item.expires }})"
  loop: "{{ validation.dcv.records }}"

- name: Check a single name
  community.digicert.digicert_dcv:
    order_id: 112233
    check: true
    check_names: [www.example.com]
    check_for: 60
  delegate_to: localhost

- name: Check until all records are found, for at most five minutes
  community.digicert.digicert_dcv:
    order_id: 112233
    check: true
    check_for: 300
  delegate_to: localhost
  register: checked
  failed_when: checked.phase == 'waiting_dcv'

- name: Preview another method without changing it
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
    - name: Get the state of each validation
      community.digicert.digicert_dcv:
        order_id: 112244
      register: standing

    - name: Send the e-mails again if control of a name is not proven
      community.digicert.digicert_dcv:
        order_id: 112244
        resend_emails: true
      when: standing.validations | rejectattr('valid') | length > 0
"""

RETURN = r"""
action:
  description:
    - What was done, or would be done in check mode.
    - One of V(none), V(change_method), V(resend_emails).
  returned: success
  type: str
  sample: change_method
# generated from return_values.yml: common.reasons, order, common.diff
reasons:
  description: The reasons for the action, one sentence for each.
  returned: success
  type: list
  elements: str
  sample: ["order 112233 uses the DCV method email, not dns-txt-token"]
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
  sample: {"before": {}, "after": {}}
# end of generated
validations:
  description: The validation of each scope of names after the run. Empty if the order is no longer pending.
  returned: success
  type: list
  elements: dict
  contains:
    scope:
      description: Domain whose control is proven, or has to be proven.
      type: str
      returned: always
      sample: example.com
    dns_names:
      description: Names of the order that need this proof.
      type: list
      elements: str
      returned: always
      sample: [www.example.com, example.com]
    status:
      description: Status as reported by the service.
      type: str
      returned: always
      sample: pending
    valid:
      description: Whether control is fully proven.
      type: bool
      returned: always
      sample: false
    method:
      description: DCV method.
      type: str
      returned: always
      sample: dns-txt-token
    covers:
      description: What the proof covers as reported by the service, such as V(subdomains). V(null) without a proof.
      type: str
      returned: always
      sample: subdomains
    expires:
      description: When the proof expires, as an ISO 8601 timestamp. V(null) without a proof.
      type: str
      returned: always
      sample: "2027-06-07T10:00:00+00:00"
check:
  description: Result of the check. V(null) if no check was requested or needed.
  returned: success
  type: dict
  contains:
    found:
      description: Whether every record was found.
      type: bool
      returned: always
      sample: false
    missing:
      description: Names for which the service did not find a record, if it reported them.
      type: list
      elements: str
      returned: if the service reported it
      sample: [www.example.com]
    message:
      description: Answer of the service if it did not find all records.
      type: str
      returned: if the service refused the check
      sample: Could not find a valid TXT record for one or more domains.
    errors:
      description: Errors returned by the service.
      type: list
      elements: dict
      returned: always
      sample: []
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

from ..module_utils._module.options import dcv_method_option
from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.dcv import ValidationRequest, validate_domains
from ..module_utils._use_cases.outcome import Outcome


def dcv(run: Run) -> Outcome:
    """Ensure the method, and request the check or the e-mails."""
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
