#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_domain
short_description: Manage CertCentral domains
version_added: 0.1.0
description:
  - Adds a domain to an organization, submits it for validation, returns the records that prove control of it, and asks
    the service to check them. Orders for OV and EV products can then be issued immediately. DV products never use this
    validation.
  - If the service does not find the records yet, the module reports that and does not fail, see RV(check).
notes:
  - A domain is identified by its name. Case, a trailing dot, and a leading C(www.) that the service drops are ignored.
    The domain is changed if O(active) differs, if types in O(validations) are missing, or if O(dcv_method) differs
    while control is not proven. Additional types of the domain are kept.
  - This module can neither move a domain to another organization nor delete it. Use the CertCentral console for both.
    To prevent a domain from being used, deactivate it with O(active=false), which can be undone.
  - The recipients and the language of the service's e-mails are settings of the account.
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
      - With O(resend_emails=true) each run sends e-mails while the domain is waiting for an answer to them. Everything
        else is idempotent.
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_domain_info
  - module: community.digicert.digicert_organization
  - module: community.digicert.digicert_dcv
  - name: Add domain
    description: The request and its fields.
    link: https://dev.digicert.com/certcentral-apis/services-api/domains/add-domain.html
  - name: Submit for validation
    description: The API endpoint for O(validations) of an existing domain.
    link: https://dev.digicert.com/certcentral-apis/services-api/domains/submit-for-validation.html
  - name: Domains
    description: The pages on the DCV method, the random value and its check, e-mails, activation and deactivation.
    link: https://dev.digicert.com/certcentral-apis/services-api/domains.html
options:
  name:
    description:
      - Name of the domain, without a wildcard. Proving control of C(example.com) by DNS or e-mail covers all names
        below it.
      - The service drops a leading C(www.) unless O(keep_www=true), or control is proven with a file.
    type: str
    required: true
  organization_id:
    description:
      - ID of the organization that the domain belongs to. Required if the domain does not exist yet.
    type: int
  validations:
    description:
      - Types of validation to submit the domain for. Other types of the domain are kept.
    type: list
    elements: str
    choices: [ov, ev]
    default: [ov]
  dcv_method:
    description:
      - DCV method. It is only changed while control is not proven. Defaults to the current method, or to V(email) for a
        new domain.
    type: str
    choices: [email, dns-txt-token, dns-cname-token, http-token, http-token-dynamic]
  keep_www:
    description:
      - Whether to keep a leading C(www.) of O(name), so that only that name is validated.
    type: bool
    default: false
  active:
    description:
      - Whether orders can use the validation of the domain. With V(false) an existing domain is deactivated, and no
        domain is added.
    type: bool
    default: true
  renew_before:
    description:
      - Number of days before its expiry from which the proof of control is considered missing, so that records are
        returned and checked again; V(0) to V(365). It must be shorter than the period for which the service accepts a
        proof.
    type: int
    default: 0
  send_emails:
    description:
      - Whether the service sends its e-mails immediately if O(dcv_method) of an existing domain changes to V(email).
    type: bool
    default: true
  resend_emails:
    description:
      - Whether to send the validation e-mails again while the domain is waiting for an answer to them.
    type: bool
    default: false
  check:
    description:
      - Whether to ask the service to check the records now. Ignored in check mode.
    type: bool
    default: false
  check_for:
    description:
      - Number of seconds during which the check is repeated while the service does not find the records. V(0) checks
        once.
    type: int
    default: 0
  interval:
    description:
      - Seconds between two checks, at least 1.
    type: int
    default: 10
"""

EXAMPLES = r"""
- name: Add a domain and get the records to publish
  community.digicert.digicert_domain:
    name: example.com
    organization_id: 112233
    validations: [ov, ev]
    dcv_method: dns-txt-token
  delegate_to: localhost
  register: domain

- name: Show the records to publish, which the role community.digicert.dcv can do
  ansible.builtin.debug:
    msg: "{{ item.type }} {{ item.name }} = {{ item.value }}"
  loop: "{{ domain.dcv.records }}"

- name: Check until the record is found, for at most five minutes
  community.digicert.digicert_domain:
    name: example.com
    check: true
    check_for: 300
  delegate_to: localhost

- name: Prove control again if the proof expires within thirty days
  community.digicert.digicert_domain:
    name: example.com
    renew_before: 30
    check: true
  delegate_to: localhost
  register: domain
  failed_when: domain.phase == 'waiting_dcv'

- name: Preview the deactivation of a domain
  community.digicert.digicert_domain:
    name: example.com
    active: false
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
    - name: Add all domains of the company with validation by a file on their web servers
      community.digicert.digicert_domain:
        name: "{{ item }}"
        organization_id: 112233
        dcv_method: http-token
      loop: [shop.example.org, blog.example.org]
"""

RETURN = r"""
action:
  description:
    - What was done, or would be done in check mode.
    - One of V(none), V(create), V(update), V(resend_emails).
  returned: success
  type: str
  sample: create
# generated from return_values.yml: common.reasons
reasons:
  description: The reasons for the action, one sentence for each.
  returned: success
  type: list
  elements: str
  sample: ["the account has no domain example.com"]
# end of generated
phase:
  description:
    - V(waiting_dcv) while control is not proven, V(waiting_organization) while the organization is not validated for a
      type of the domain.
    - V(null) if nothing is missing, and in check mode for a domain that would be changed.
  returned: success
  type: str
  sample: waiting_dcv
# generated from return_values.yml: domain, no_order.is_final, no_order.order, no_order.certificate
blocked_on:
  description: What the validation is waiting for, see RV(community.digicert.digicert_order#module:blocked_on).
  returned: success
  type: list
  elements: dict
  sample: []
is_final:
  description: Always V(false), because this module does not handle a single order.
  returned: success
  type: bool
  sample: false
order:
  description: Always V(null), because this module does not handle a single order.
  returned: success
  type: dict
  sample: null
certificate:
  description: Always V(null), because this module does not handle a single order.
  returned: success
  type: dict
  sample: null
# end of generated
dcv:
  description:
    - Records to publish while control is not proven, see RV(community.digicert.digicert_order#module:dcv). Empty for
      e-mail validation, and in check mode for a domain that would be changed.
  returned: success
  type: dict
  sample: {"records": []}
# generated from return_values.yml: common.diff
diff:
  description: The differences before and after the action. Secrets are never included.
  returned: success
  type: dict
  sample: {"before": {}, "after": {"name": "example.com", "organization_id": 112233}}
# end of generated
domain:
  description: The domain. V(null) if it does not exist. In check mode its current state.
  returned: success
  type: dict
  contains:
    # generated from return_values.yml: domain_fields
    id:
      description: Domain ID.
      type: int
      returned: always
      sample: 12345678
    name:
      description: Name in lower case.
      type: str
      returned: always
      sample: example.com
    organization_id:
      description: ID of the organization that the domain belongs to.
      type: int
      returned: always
      sample: 112233
    container_id:
      description: ID of the container (division).
      type: int
      returned: always
      sample: 5
    active:
      description: Whether the domain is active, so that orders can use its validation.
      type: bool
      returned: always
      sample: true
    date_created:
      description: When the domain was added, as an ISO 8601 timestamp.
      type: str
      returned: always
      sample: "2026-11-20T10:00:00+00:00"
    dcv_method:
      description: DCV method. V(null) in lists that do not include it.
      type: str
      returned: always
      sample: dns-txt-token
    dcv_expires:
      description: When the proof of control expires, as an ISO 8601 timestamp. V(null) if control is not proven.
      type: str
      returned: always
      sample: "2027-06-07T10:00:00+00:00"
    validations:
      description:
        - One entry for each type of validation, with C(type), C(status) (V(pending) or V(active)), C(dcv_status)
          (V(pending) or V(complete)), and C(validated_until), when the validation of the organization expires.
      type: list
      elements: dict
      returned: always
      sample:
        - {"type": "ov", "status": "active", "dcv_status": "complete", "validated_until": "2028-02-20T10:00:00+00:00"}
    # end of generated
check:
  description: Result of the check. V(null) if no check was requested or needed.
  returned: success
  type: dict
  contains:
    found:
      description: Whether the record was found.
      type: bool
      returned: always
      sample: false
    message:
      description: Answer of the service if it did not find the record.
      type: str
      returned: if the record was not found
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
  sample: [{"code": "not_found|domain", "message": "The specified domain was not found."}]
next_action:
  description: How to resolve the failure.
  returned: failure
  type: str
  sample: Check the domain ID, and that it belongs to the account of this API key.
order_id:
  description: ID of the order that the failure is about, if known, so that a paid order is never lost.
  returned: failure
  type: int
  sample: 112233
# end of generated
"""

import datetime as dt

from ..module_utils._certcentral.errors import InputError
from ..module_utils._decisions.domain import DomainRequest, read_name
from ..module_utils._module.options import dcv_method_option
from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.domain import ensure_domain
from ..module_utils._use_cases.outcome import Outcome


def domain(run: Run) -> Outcome:
    """Turn the parameters into a request and ensure it."""
    params = run.params
    if not 0 <= params["renew_before"] <= 365:
        raise InputError("renew_before must be 0 to 365 days.", next_action="Correct renew_before.")
    request = DomainRequest(
        name=read_name(params["name"]),
        organization_id=params["organization_id"],
        dcv_method=params["dcv_method"],
        types=tuple(params["validations"]),
        keep_www=params["keep_www"],
        active=params["active"],
        send_emails=params["send_emails"],
        resend_emails=params["resend_emails"],
    )
    return ensure_domain(
        run.client,
        request,
        renew_before=dt.timedelta(days=params["renew_before"]),
        check=params["check"],
        check_for=params["check_for"],
        interval=max(params["interval"], 1),
        check_mode=run.check_mode,
        now=run.now,
    )


def main() -> None:
    """Run the module."""
    run_module(
        domain,
        {
            "name": {"type": "str", "required": True},
            "organization_id": {"type": "int"},
            "validations": {"type": "list", "elements": "str", "choices": ["ov", "ev"], "default": ["ov"]},
            "dcv_method": dcv_method_option(),
            "keep_www": {"type": "bool", "default": False},
            "active": {"type": "bool", "default": True},
            "renew_before": {"type": "int", "default": 0},
            "send_emails": {"type": "bool", "default": True},
            "resend_emails": {"type": "bool", "default": False},
            "check": {"type": "bool", "default": False},
            "check_for": {"type": "int", "default": 0},
            "interval": {"type": "int", "default": 10},
        },
    )


if __name__ == "__main__":
    main()
