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
    are listed.
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
    description: The fields of the answer.
    link: https://dev.digicert.com/certcentral-apis/services-api/domains/list-domains.html
options:
  domain_id:
    description:
      - ID of the domain.
    type: int
  name:
    description:
      - Name of the domain. The result is empty where the account has none of that name.
    type: str
  container_id:
    description:
      - Read only the domains of this container (division).
    type: int
"""

EXAMPLES = r"""
- name: Make sure that control of every domain is proven
  community.digicert.digicert_domain_info:
  delegate_to: localhost
  register: known
  failed_when: known.domains | selectattr('phase', 'eq', 'waiting_dcv') | length > 0
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

from ansible_collections.community.digicert.plugins.module_utils._domain_plan import read_name
from ansible_collections.community.digicert.plugins.module_utils._module import Run, run_module
from ansible_collections.community.digicert.plugins.module_utils._outcome import Outcome
from ansible_collections.community.digicert.plugins.module_utils._prevalidating import read_domains


def domain_info(run: Run) -> Outcome:
    """Read the domains."""
    params = run.params
    name = read_name(params["name"]) if params["name"] is not None else None
    return read_domains(run.client, params["domain_id"], name, params["container_id"], now=run.now)


def main() -> None:
    """Run the module."""
    run_module(
        domain_info,
        {"domain_id": {"type": "int"}, "name": {"type": "str"}, "container_id": {"type": "int"}},
        mutually_exclusive=[("domain_id", "name"), ("domain_id", "container_id")],
    )


if __name__ == "__main__":
    main()
