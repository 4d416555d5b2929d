#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_domain_info
short_description: Read the domains of a CertCentral account and their validation
version_added: 0.1.0
description:
  - Returns for each domain which validations are active, until when the proof of control counts, and which records
    would prove it.
  - With O(domain_id) or O(name) the DCV method and the records are told too; without them all domains of the account
    are listed, page by page.
notes:
  - O(organization_id), O(active), O(phases) and O(expiring_within) are compared by this module, because the filters of
    the service's list are not all documented. A domain must fit all that are given.
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
  - community.digicert.attributes.reading
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_domain
  - module: community.digicert.digicert_dcv
  - name: List domains
    description: The call without O(domain_id), and the fields of its answer.
    link: https://dev.digicert.com/certcentral-apis/services-api/domains/list-domains.html
  - name: Domain info
    description: The call with O(domain_id) or O(name), and the fields of its answer.
    link: https://dev.digicert.com/certcentral-apis/services-api/domains/domain-info.html
options:
  domain_id:
    description:
      - ID of the domain, a positive number.
    type: int
  name:
    description:
      - Name of the domain, in any spelling. The result is empty where the account has none of that name.
    type: str
  container_id:
    description:
      - ID of a container (division); only its domains are read.
    type: int
  organization_id:
    description:
      - ID of an organization; only its domains are returned.
    type: int
  active:
    description:
      - Return only domains that may be used, or with V(false) those that may not. Without it both.
    type: bool
  phases:
    description:
      - Return only domains whose RV(domains[].phase) is one of these.
    type: list
    elements: str
    choices: [waiting_dcv, waiting_organization]
    default: []
  expiring_within:
    description:
      - Return only domains whose proof of control ends within this many days, or has ended; V(0) to V(3650).
      - A domain for which the service tells no end is left out; O(phases) finds those that were never proven.
    type: int
"""

EXAMPLES = r"""
- name: Look which domains are still to be proven
  community.digicert.digicert_domain_info:
    phases: [waiting_dcv]
  delegate_to: localhost
  register: known

- name: Say what each of them waits for
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.blocked_on | map(attribute='next_action') | join(' ') }}"
  loop: "{{ known.domains }}"
  loop_control:
    label: "{{ item.name }}"

- name: Make sure that control of the domain is proven before anything is ordered
  community.digicert.digicert_domain_info:
    name: example.com
  delegate_to: localhost
  register: known
  failed_when: known.domains | length == 0 or known.phase == 'waiting_dcv'

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: Find the domains whose proof ends within thirty days
      community.digicert.digicert_domain_info:
        organization_id: 112233
        active: true
        expiring_within: 30
      register: ending

    - name: Learn what has to be published to prove them anew
      community.digicert.digicert_domain:
        name: "{{ item.name }}"
        renew_before: 30
      loop: "{{ ending.domains }}"
      loop_control:
        label: "{{ item.name }}"
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
  description:
    - V(waiting_dcv) while control is not proven, V(waiting_organization) while the organization is not validated for a
      type of the domain.
    - V(null) where nothing is awaited, and where not exactly one domain was found.
  returned: success
  type: str
  sample: waiting_dcv
blocked_on:
  description: What the validation waits for, see RV(community.digicert.digicert_order#module:blocked_on).
  returned: success
  type: list
  elements: dict
  sample: []
order:
  description: Always V(null); this module is about no order.
  returned: success
  type: dict
  sample: null
certificate:
  description: Always V(null); this module is about no order.
  returned: success
  type: dict
  sample: null
dcv:
  description:
    - What has to be published while control is not proven, see RV(community.digicert.digicert_order#module:dcv).
      Empty where not exactly one domain was found.
  returned: success
  type: dict
  sample: {"records": []}
diff:
  description: What differs, before and after. It holds no secrets.
  returned: success
  type: dict
  sample: {"before": {}, "after": {}}
domains:
  description: The domains that were found.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Domain ID.
      type: int
      returned: always
      sample: 12345678
    name:
      description: Name, in lower case.
      type: str
      returned: always
      sample: example.com
    organization_id:
      description: Organization that the domain belongs to.
      type: int
      returned: always
      sample: 112233
    container_id:
      description: ID of the container (division).
      type: int
      returned: always
      sample: 5
    active:
      description: Whether its validation may be used.
      type: bool
      returned: always
      sample: true
    date_created:
      description: When it was added, as ISO 8601 timestamp.
      type: str
      returned: always
      sample: "2026-11-20T10:00:00+00:00"
    dcv_method:
      description: DCV method; V(null) in lists, where the service does not tell it.
      type: str
      returned: always
      sample: dns-txt-token
    dcv_expires:
      description: Until when the proof of control counts, as ISO 8601 timestamp; V(null) where there is none.
      type: str
      returned: always
      sample: "2027-06-07T10:00:00+00:00"
    validations:
      description:
        - One entry for each type of validation, with C(type), C(status) as V(pending) or V(active), C(dcv_status) as
          V(pending) or V(complete), and C(validated_until), the end of the organization's validation.
      type: list
      elements: dict
      returned: always
      sample:
        - {"type": "ov", "status": "active", "dcv_status": "complete", "validated_until": "2028-02-20T10:00:00+00:00"}
    phase:
      description: See RV(phase).
      type: str
      returned: always
      sample: waiting_dcv
    blocked_on:
      description: See RV(blocked_on).
      type: list
      elements: dict
      returned: always
      sample: []
    records:
      description: See RV(dcv). Empty in lists, where the service does not tell the random value.
      type: list
      elements: dict
      returned: always
      sample: []
    raw:
      description: What the service said.
      type: dict
      returned: always
      sample: {"id": 12345678, "name": "example.com"}
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
  sample: [{"code": "not_found|domain", "message": "The specified domain was not found."}]
next_action:
  description: What to do about the failure.
  returned: failure
  type: str
  sample: Check the domain ID, and that it belongs to the account of this API key.
order_id:
  description: The order that the failure is about, where one is known. An order that was paid is never lost.
  returned: failure
  type: int
  sample: 112233
"""

import datetime as dt

from ..module_utils._certcentral.errors import InputError
from ..module_utils._decisions.domain import DomainFilter, read_name
from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.domain import read_domains
from ..module_utils._use_cases.outcome import Outcome


def domain_info(run: Run) -> Outcome:
    """Read the domains."""
    params = run.params
    name = read_name(params["name"]) if params["name"] is not None else None
    days = params["expiring_within"]
    if days is not None and not 0 <= days <= 3650:
        raise InputError("expiring_within must be 0 to 3650 days.", next_action="Correct expiring_within.")
    wanted = DomainFilter(
        organization_id=params["organization_id"],
        active=params["active"],
        phases=tuple(params["phases"]),
        expiring_within=dt.timedelta(days=days) if days is not None else None,
    )
    return read_domains(run.client, params["domain_id"], name, params["container_id"], wanted, now=run.now)


def main() -> None:
    """Run the module."""
    phases = {"type": "list", "elements": "str", "choices": ["waiting_dcv", "waiting_organization"], "default": []}
    run_module(
        domain_info,
        {
            "domain_id": {"type": "int"},
            "name": {"type": "str"},
            "container_id": {"type": "int"},
            "organization_id": {"type": "int"},
            "active": {"type": "bool"},
            "phases": phases,
            "expiring_within": {"type": "int"},
        },
        mutually_exclusive=[("domain_id", "name"), ("domain_id", "container_id")],
    )


if __name__ == "__main__":
    main()
