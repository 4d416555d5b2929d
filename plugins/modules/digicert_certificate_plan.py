#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_certificate_plan
short_description: Say what has to happen so that a host gets, or keeps, its certificate
version_added: 0.1.0
description:
  - Reads the orders of the account and decides whether a host needs nothing, an order, a renewal, a reissue or a
    duplicate.
  - It changes nothing and costs nothing, so that it can be run as often as intent, in check mode too. The role
    P(community.digicert.certificate#role) does what it says.
  - An order is found by O(order_id), by O(serial_number) of the installed certificate, by the ID that
    M(community.digicert.digicert_order) makes of names, product, organization, container and key, and among the orders
    of the account for the common name. Product, organization and container must fit.
  - What counts as a difference are names, key and a near end, as with M(community.digicert.digicert_reissue).
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
  - community.digicert.attributes.reading
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_order
  - module: community.digicert.digicert_reissue
  - module: community.digicert.digicert_duplicate
  - module: community.digicert.digicert_host_certificate_info
  - name: List orders
    description: The call that finds the orders that may serve.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/list-orders.html
options:
  common_name:
    description:
      - Name that becomes the common name. Without it the first of O(dns_names).
    type: str
  dns_names:
    description:
      - Names of the certificate.
    type: list
    elements: str
    default: []
  product:
    description:
      - Product identifier of an order that is placed.
    type: str
    default: ssl_basic
  organization_id:
    description:
      - ID of the organization for which the certificate is issued. All products but DV need one, and DV products take
        none.
    type: int
  organization_name:
    description:
      - Organization by its legal, assumed or display name, of which the account must have exactly one that is active.
    type: str
  container_id:
    description:
      - ID of the container (division) of the order. Without it any.
    type: int
  dcv_method:
    description:
      - DCV method that an order would have. An HTTP method is refused for wildcard names.
    type: str
    choices: [email, dns-txt-token, dns-cname-token, http-token, http-token-dynamic]
  order_id:
    description:
      - ID of the order that shall be used, where you know it.
    type: int
  serial_number:
    description:
      - Serial number of the certificate that is installed, hexadecimal; its order is used while it lives.
    type: str
  public_key_fingerprint:
    description:
      - SHA-256 of the SubjectPublicKeyInfo of the key that the host has staged or uses, hexadecimal.
      - Without it the host has no key, and an order that is issued is reissued for a new one.
    type: str
  renew_before:
    description:
      - How long before its end a certificate is due. A number of days, a percentage of its lifetime such as V(25%), or
        V(auto), which is a third of it and at most 30 days. V(never) is not even when it has ended.
      - A certificate that ends with its order can only be renewed, which costs money. V(auto) does that two days before
        the end of the order, so that no more paid days are lost. A number or a percentage holds for orders, too.
    type: str
    default: auto
  replace:
    description:
      - Whether the certificate with O(serial_number) shall be replaced whatever its end, for example because its key is
        not trusted any more. Where the order has a newer certificate already, that one serves.
    type: bool
    default: false
  duplicates:
    description:
      - Whether a duplicate is planned where the order is issued for exactly these names, is not due, and only its key
        is another, because another host has it. Where the order has a certificate for the key of
        O(public_key_fingerprint) already that is not due itself, that one serves. Without this option the certificate
        is reissued, and the order is for the other key no more.
      - A reissue is planned nevertheless where O(serial_number) is that of the order's certificate, so that no other
        host has it, where a duplicate cannot be had, for example because the validation of a domain has ended, and
        with O(replace) unless the certificate of the order is newer than the one that is replaced.
    type: bool
    default: false
  allow_name_removal:
    description:
      - Whether names may be dropped, although the service then revokes the present certificate within 72 hours.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: See what the next run would do, and whether it costs money
  community.digicert.digicert_certificate_plan:
    dns_names: [www.example.com, example.com]
    organization_id: 112233
    serial_number: 0a1b2c3d4e5f60718293a4b5c6d7e8f9
  delegate_to: localhost
  register: planned

- name: Say it
  ansible.builtin.debug:
    msg: "{{ planned.action }}: {{ planned.reasons | join('; ') }} (paid: {{ planned.plan.paid }})"

- name: Make sure that nothing would cost money
  ansible.builtin.assert:
    that: not planned.plan.paid
    fail_msg: "{{ planned.reasons | join('; ') }}"

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: See what will have to be done within the next sixty days
      community.digicert.digicert_certificate_plan:
        dns_names: [www.example.com, example.com]
        organization_id: 112233
        renew_before: "60"
      register: ahead

    - name: See what a further host of these names would get for a key of its own
      community.digicert.digicert_certificate_plan:
        dns_names: [www.example.com, example.com]
        organization_id: 112233
        duplicates: true
      register: further
"""

RETURN = r"""
action:
  description:
    - What was done, or in check mode would be done.
    - One of V(none), V(adopt), V(order), V(renew), V(reissue), V(duplicate).
  returned: success
  type: str
  sample: reissue
# generated from return_values.yml: common.reasons, order.phase, order.blocked_on, order.order
reasons:
  description: The reasons for the action, one sentence for each.
  returned: success
  type: list
  elements: str
  sample: ["the certificate ends on 2026-12-01"]
phase:
  description: Phase of the order, see RV(community.digicert.digicert_order#module:phase).
  returned: success
  type: str
  sample: issued
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
# end of generated
certificate:
  description:
    - Its certificate, normalised, see RV(community.digicert.digicert_order#module:certificate). With O(duplicates) the
      one that carries the key of the host, where the order has such a one.
  returned: success
  type: dict
  sample: {"id": 123456, "serial_number": "a1b2c3d4e5f6"}
# generated from return_values.yml: order.dcv, common.diff
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
plan:
  description: The decision, for the task that carries it out.
  returned: success
  type: dict
  contains:
    order_id:
      description: The order that serves, or whose certificate is reissued or duplicated; V(null) for a new one.
      type: int
      returned: always
      sample: 112233
    renewal_of_order_id:
      description: The order that a new one renews.
      type: int
      returned: always
      sample: null
    dns_names:
      description: The names to ask for, common name first.
      type: list
      elements: str
      returned: always
      sample: [www.example.com, example.com]
    paid:
      description: Whether it costs, or may cost, money.
      type: bool
      returned: always
      sample: false
    revokes:
      description: Whether the service revokes the present certificate because of it.
      type: bool
      returned: always
      sample: false
    calls:
      description:
        - The calls that change something when the plan is carried out, in their order, each with C(method) and C(path)
          below the address of the API. Empty where nothing is to be done.
        - Reading calls are left out, and so is the one that asks for the DCV token of an order, which makes nothing
          that is paid.
      type: list
      elements: dict
      returned: always
      sample: [{"method": "POST", "path": "/order/certificate/112233/reissue"}]
    key_matches:
      description: Whether the certificate of the order is for the key of the host.
      type: bool
      returned: always
      sample: true
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

from ..module_utils._decisions.order import OrderIntent
from ..module_utils._decisions.request_checks import check_dcv_method, check_organization, require_names
from ..module_utils._module.options import dcv_method_option
from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.certificate_plan import PlanRequest, plan
from ..module_utils._use_cases.order_lookups import organization_id_of
from ..module_utils._use_cases.outcome import Outcome


def certificate_plan(run: Run) -> Outcome:
    """Turn the parameters into a request and plan it."""
    params = run.params
    names = require_names(run.names(params["common_name"], params["dns_names"]))
    public_key = run.fingerprint("public_key_fingerprint")
    organization_id, organization_name = params["organization_id"], params["organization_name"]
    check_organization(params["product"], is_given=organization_id is not None or bool(organization_name))
    check_dcv_method(names, params["dcv_method"])
    if organization_name:
        organization_id = organization_id_of(run.client, organization_name)
    intent = OrderIntent(names, params["product"], organization_id, params["container_id"], public_key)
    request = PlanRequest(
        intent,
        params["order_id"],
        params["serial_number"],
        run.renew_before(),
        params["allow_name_removal"],
        params["replace"],
        params["duplicates"],
    )
    return plan(run.client, request, now=run.now)


def main() -> None:
    """Run the module."""
    run_module(
        certificate_plan,
        {
            "common_name": {"type": "str"},
            "dns_names": {"type": "list", "elements": "str", "default": []},
            "product": {"type": "str", "default": "ssl_basic"},
            "organization_id": {"type": "int"},
            "organization_name": {"type": "str"},
            "container_id": {"type": "int"},
            "dcv_method": dcv_method_option(),
            "order_id": {"type": "int"},
            "serial_number": {"type": "str"},
            "public_key_fingerprint": {"type": "str"},
            "renew_before": {"type": "str", "default": "auto"},
            "replace": {"type": "bool", "default": False},
            "duplicates": {"type": "bool", "default": False},
            "allow_name_removal": {"type": "bool", "default": False},
        },
        needs_cryptography=True,
        mutually_exclusive=[("organization_id", "organization_name")],
        required_if=[("replace", True, ["serial_number"])],
    )


if __name__ == "__main__":
    main()
