#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_domain_info
short_description: Retrieve information about CertCentral domains
version_added: 0.1.0
description:
  - Returns the active validations of each domain, when the proof of control expires, and the records that prove
    control.
  - With O(domain_id) or O(name) the result includes the DCV method and the records. Otherwise all domains of the
    account are listed, page by page.
notes:
  - O(organization_id), O(active), O(phases) and O(expiring_within) are filters of this module, because not all filters
    of the service's list are documented. A domain must match all given filters.
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
    description: The API endpoint used without O(domain_id), and the fields of its response.
    link: https://dev.digicert.com/certcentral-apis/services-api/domains/list-domains.html
  - name: Domain info
    description: The API endpoint used with O(domain_id) or O(name), and the fields of its response.
    link: https://dev.digicert.com/certcentral-apis/services-api/domains/domain-info.html
options:
  domain_id:
    description:
      - ID of the domain, a positive number.
    type: int
  name:
    description:
      - Name of the domain, in any spelling. The result is empty if the account does not have that domain.
    type: str
  container_id:
    description:
      - ID of a container (division). Only its domains are read.
    type: int
  organization_id:
    description:
      - ID of an organization. Only its domains are returned.
    type: int
  active:
    description:
      - Return only active domains, or only inactive domains with V(false). By default both are returned.
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
      - Return only domains whose proof of control expires within this number of days, or has already expired; V(0) to
        V(3650).
      - Domains for which the service does not report an expiry are left out. Use O(phases) to find domains that were
        never proven.
    type: int
"""

EXAMPLES = r"""
- name: Find domains without proof of control
  community.digicert.digicert_domain_info:
    phases: [waiting_dcv]
  delegate_to: localhost
  register: known

- name: Show what each of them is waiting for
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.blocked_on | map(attribute='next_action') | join(' ') }}"
  loop: "{{ known.domains }}"
  loop_control:
    label: "{{ item.name }}"

- name: Ensure that control of the domain is proven before ordering
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
    - name: Find the domains whose proof expires within thirty days
      community.digicert.digicert_domain_info:
        organization_id: 112233
        active: true
        expiring_within: 30
      register: ending

    - name: Get the records to publish to prove control again
      community.digicert.digicert_domain:
        name: "{{ item.name }}"
        renew_before: 30
      loop: "{{ ending.domains }}"
      loop_control:
        label: "{{ item.name }}"
"""

RETURN = r"""
# generated from return_values.yml: reading, common.reasons
action:
  description: Always V(none), because this module only reads.
  returned: success
  type: str
  sample: none
reasons:
  description: The reasons for the action, one sentence for each.
  returned: success
  type: list
  elements: str
  sample: []
# end of generated
phase:
  description:
    - V(waiting_dcv) while control is not proven, V(waiting_organization) while the organization is not validated for a
      type of the domain.
    - V(null) if nothing is missing, and unless exactly one domain was found.
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
    - Records to publish while control is not proven, see RV(community.digicert.digicert_order#module:dcv). Empty unless
      exactly one domain was found.
  returned: success
  type: dict
  sample: {"records": []}
# generated from return_values.yml: common.diff
diff:
  description: The differences before and after the action. Secrets are never included.
  returned: success
  type: dict
  sample: {"before": {}, "after": {}}
# end of generated
domains:
  description: The domains found.
  returned: success
  type: list
  elements: dict
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
      description: See RV(dcv). Empty in lists, which do not include the random value.
      type: list
      elements: dict
      returned: always
      sample: []
    raw:
      description: The domain as returned by the service.
      type: dict
      returned: always
      sample: {"id": 12345678, "name": "example.com"}
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
    criteria = DomainFilter(
        organization_id=params["organization_id"],
        active=params["active"],
        phases=tuple(params["phases"]),
        expiring_within=dt.timedelta(days=days) if days is not None else None,
    )
    return read_domains(run.client, params["domain_id"], name, params["container_id"], criteria, now=run.now)


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
