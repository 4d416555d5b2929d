#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_certificate_plan
short_description: Plan the next step for the certificate of a host
version_added: 0.1.0
description:
  - Reads the orders of the account and decides whether a host needs an order, a renewal, a reissue, a duplicate, or
    nothing.
  - The module does not change anything and is free of charge, so that it can be run at any time, also in check mode.
    The role P(community.digicert.certificate#role) executes the plan.
  - An order is found by O(order_id), by O(serial_number) of the installed certificate, by the ID that
    M(community.digicert.digicert_order) derives from names, product, organization, container and key, and by the common
    name among the orders of the account. Product, organization and container must match.
  - Names, key and expiry are compared as in M(community.digicert.digicert_reissue).
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
    description: The API endpoint for finding matching orders.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/list-orders.html
options:
  common_name:
    description:
      - Common name of the certificate. Defaults to the first of O(dns_names).
    type: str
  dns_names:
    description:
      - Names of the certificate.
    type: list
    elements: str
    default: []
  product:
    description:
      - Product identifier for a new order.
    type: str
    default: ssl_basic
  organization_id:
    description:
      - ID of the organization that the certificate is issued to. Required for all products except DV, which do not
        support it.
    type: int
  organization_name:
    description:
      - Legal, assumed or display name of the organization. The account must have exactly one active organization with
        that name.
    type: str
  container_id:
    description:
      - ID of the container (division) of the order. By default orders of all containers match.
    type: int
  dcv_method:
    description:
      - DCV method for a new order. HTTP methods cannot be used with wildcard names.
    type: str
    choices: [email, dns-txt-token, dns-cname-token, http-token, http-token-dynamic]
  order_id:
    description:
      - ID of the order to use, if known.
    type: int
  serial_number:
    description:
      - Serial number of the installed certificate in hexadecimal. Its order is used if it is live.
    type: str
  public_key_fingerprint:
    description:
      - SHA-256, in hexadecimal, of the SubjectPublicKeyInfo of the key that the host uses or has staged.
      - Without it the host does not have a key yet, and an issued order is reissued for a new key.
    type: str
  renew_before:
    description:
      - How long before its expiry a certificate is due. Either a number of days, a percentage of its lifetime such as
        V(25%), or V(auto), which means a third of its lifetime and at most 30 days. With V(never) it is not due even
        after it has expired.
      - A certificate that expires together with its order can only be renewed, which costs money. V(auto) does that two
        days before the order expires, so that as little paid time as possible is lost. A number or a percentage also
        applies to orders.
    type: str
    default: auto
  replace:
    description:
      - Whether to replace the certificate with O(serial_number) regardless of its expiry, for example because its key
        is no longer trusted. If the order already has a newer certificate, that certificate is used.
    type: bool
    default: false
  duplicates:
    description:
      - Whether to plan a duplicate if the order is issued for exactly these names and is not due, and only its key
        differs, because it belongs to another host. If the order already has a certificate for
        O(public_key_fingerprint) that is not due, that certificate is used. With V(false) the certificate is reissued
        instead, and the order no longer has a certificate for the other key.
      - Even with V(true) a reissue is planned if O(serial_number) is that of the order's certificate, because then no
        other host uses it. The same applies if a duplicate is not possible, for example because the validation of a
        domain has expired, and with O(replace=true) unless the certificate of the order is newer than the replaced one.
    type: bool
    default: false
  allow_name_removal:
    description:
      - Whether names may be dropped, although the service then revokes the current certificate within 72 hours.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Check what the next run would do and whether it costs money
  community.digicert.digicert_certificate_plan:
    dns_names: [www.example.com, example.com]
    organization_id: 112233
    serial_number: 0a1b2c3d4e5f60718293a4b5c6d7e8f9
  delegate_to: localhost
  register: planned

- name: Show the plan
  ansible.builtin.debug:
    msg: "{{ planned.action }}: {{ planned.reasons | join('; ') }} (paid: {{ planned.plan.paid }})"

- name: Ensure that nothing costs money
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
    - name: Check what needs to be done within the next sixty days
      community.digicert.digicert_certificate_plan:
        dns_names: [www.example.com, example.com]
        organization_id: 112233
        renew_before: "60"
      register: ahead

    - name: Check what another host with the same names and its own key would get
      community.digicert.digicert_certificate_plan:
        dns_names: [www.example.com, example.com]
        organization_id: 112233
        duplicates: true
      register: further
"""

RETURN = r"""
action:
  description:
    - The action that is needed. This module does not execute it.
    - One of V(none), V(adopt), V(order), V(renew), V(reissue), V(duplicate).
  returned: success
  type: str
  sample: reissue
# generated from return_values.yml: common.reasons, order.phase, order.is_final, order.blocked_on, order.order
reasons:
  description: The reasons for the action, one sentence for each.
  returned: success
  type: list
  elements: str
  sample: ["the certificate expires on 2026-12-01"]
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
# end of generated
certificate:
  description:
    - Its certificate in normalised form, see RV(community.digicert.digicert_order#module:certificate). With
      O(duplicates=true) the certificate for the key of the host, if the order has one.
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
  description: The decision, for the task that executes it.
  returned: success
  type: dict
  contains:
    order_id:
      description: ID of the order to use, reissue or duplicate. V(null) for a new order.
      type: int
      returned: always
      sample: 112233
    renewal_of_order_id:
      description: ID of the order that a new order renews.
      type: int
      returned: always
      sample: null
    dns_names:
      description: The names to request, common name first.
      type: list
      elements: str
      returned: always
      sample: [www.example.com, example.com]
    paid:
      description: Whether the action costs, or may cost, money.
      type: bool
      returned: always
      sample: false
    revokes:
      description: Whether the service revokes the current certificate because of the action.
      type: bool
      returned: always
      sample: false
    calls:
      description:
        - The calls that change something when the plan is executed, in their order, each with C(method) and C(path)
          relative to the URL of the API. Empty if nothing needs to be done.
        - Read requests are not included, and neither is the request for the DCV token of an order, which is free of
          charge.
      type: list
      elements: dict
      returned: always
      sample: [{"method": "POST", "path": "/order/certificate/112233/reissue"}]
    key_matches:
      description: Whether the certificate of the order has the key of the host.
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
from ..module_utils._decisions.request_checks import (
    check_common_name,
    check_dcv_method,
    check_organization,
    require_names,
)
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
    check_common_name(names)
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
