#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_order_info
short_description: Read CertCentral orders
version_added: 0.1.0
description:
  - Returns orders as the service gives them, and beside that in one normalised form.
  - One order is read by O(order_id), O(serial_number) or O(thumbprint); the orders of an alternative ID by
    O(alternative_order_id); otherwise the orders of the account that pass O(filters).
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
  - community.digicert.attributes.reading
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_order
  - module: community.digicert.digicert_certificate_download
  - name: Order info
    description: The fields of the answer.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/order-info.html
  - name: List orders
    description: The filters.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/list-orders.html
options:
  order_id:
    description:
      - ID of the order.
    type: int
  serial_number:
    description:
      - Serial number of the order's primary certificate, hexadecimal; colons and case are ignored.
    type: str
  thumbprint:
    description:
      - SHA-1 thumbprint of the order's primary certificate, hexadecimal; colons and case are ignored.
    type: str
  alternative_order_id:
    description:
      - Alternative ID; several orders may carry it.
    type: str
  filters:
    description:
      - Filters of the list by name, for example C(status) with the value V(issued).
      - The service knows V(id), V(status), V(organization_id), V(product_name_id), V(valid_till), V(user_id),
        V(common_name), V(domain_name), V(date_created), V(container_id), V(is_renewed), V(email), V(certificate_id),
        V(origin), V(serial_number) and V(search). Ranges are written as V(2026-01-01...2026-06-30).
    type: dict
    default: {}
  limit:
    description:
      - Most orders that are returned from the list; V(0) means all.
    type: int
    default: 0
  details:
    description:
      - Whether each order of a list is read in full, with one call for each. Without it the list's own entries, which
        hold less, are normalised.
    type: bool
    default: false
  include_certificates:
    description:
      - Whether to read the reissues and duplicates of each order, with two calls for each.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Read one order with all its certificates
  community.digicert.digicert_order_info:
    order_id: 112233
    include_certificates: true
  delegate_to: localhost
  register: found

- name: List what ends this year
  community.digicert.digicert_order_info:
    filters:
      status: issued
      valid_till: 2026-11-20...2026-12-31
  delegate_to: localhost
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
  description: The orders that were found; empty when there is none.
  returned: success
  type: list
  elements: dict
  contains:
    order:
      description: The order, normalised, see M(community.digicert.digicert_order).
      type: dict
      returned: always
      sample: {"id": 112233, "status": "issued"}
    certificate:
      description: Its current certificate, normalised, see M(community.digicert.digicert_order).
      type: dict
      returned: always
      sample: {"id": 123456, "serial_number": "0a1b2c"}
    phase:
      description: Where the order stands, see M(community.digicert.digicert_order).
      type: str
      returned: when the order was read in full
      sample: issued
    blocked_on:
      description: What it waits for, see M(community.digicert.digicert_order).
      type: list
      elements: dict
      returned: when the order was read in full
      sample: []
    reissues:
      description: The certificates of its reissues, normalised.
      type: list
      elements: dict
      returned: with O(include_certificates=true)
      sample: []
    duplicates:
      description: The certificates of its duplicates, normalised.
      type: list
      elements: dict
      returned: with O(include_certificates=true)
      sample: []
    raw:
      description: The order as the service gave it.
      type: dict
      returned: always
      sample: {"id": 112233, "status": "issued"}
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

import re

from ansible_collections.community.digicert.plugins.module_utils._module import Run, run_module
from ansible_collections.community.digicert.plugins.module_utils._order_reading import OrderQuery, read_orders
from ansible_collections.community.digicert.plugins.module_utils._outcome import Outcome


def _digits(text: str | None) -> str | None:
    """Return a hexadecimal number without colons and spaces."""
    return re.sub("[^0-9A-Fa-f]", "", text) if text else None


def order_info(run: Run) -> Outcome:
    """Read the orders."""
    params = run.params
    query = OrderQuery(
        order=params["order_id"] or _digits(params["serial_number"] or params["thumbprint"]),
        alternative_order_id=params["alternative_order_id"],
        filters={name: str(value) for name, value in params["filters"].items()},
        limit=params["limit"] or None,
        details=params["details"],
        include_certificates=params["include_certificates"],
    )
    return read_orders(run.client, query, now=run.now)


def main() -> None:
    """Run the module."""
    run_module(
        order_info,
        {
            "order_id": {"type": "int"},
            "serial_number": {"type": "str"},
            "thumbprint": {"type": "str"},
            "alternative_order_id": {"type": "str"},
            "filters": {"type": "dict", "default": {}},
            "limit": {"type": "int", "default": 0},
            "details": {"type": "bool", "default": False},
            "include_certificates": {"type": "bool", "default": False},
        },
        mutually_exclusive=[("order_id", "serial_number", "thumbprint", "alternative_order_id")],
    )


if __name__ == "__main__":
    main()
