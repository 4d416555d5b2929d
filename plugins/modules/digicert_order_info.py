#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_order_info
short_description: Retrieve information about CertCentral orders
version_added: 0.1.0
description:
  - Returns orders as the service reports them, and in a normalised form.
  - O(order_id), O(serial_number) or O(thumbprint) select one order, O(alternative_order_id) the orders with that ID,
    O(changed_within) or O(changed_between) the orders whose status changed. Otherwise the orders of the account that
    match O(filters) are listed.
  - The module only reads, so running it twice or in check mode makes no difference.
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
    description: The fields of the response.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/order-info.html
  - module: community.digicert.digicert_order_wait
  - name: List orders
    description: The filters.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/list-orders.html
  - name: Status change list
    description: The time frames.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/list-order-status-changes.html
options:
  order_id:
    description:
      - ID of the order.
    type: int
  serial_number:
    description:
      - Serial number of a certificate in hexadecimal. Colons, case and leading zeros are ignored.
      - The service is documented to find the primary certificate of an order by its serial number.
        M(community.digicert.digicert_revoke) also finds reissues and duplicates.
    type: str
  thumbprint:
    description:
      - SHA-1 thumbprint of the primary certificate of the order in hexadecimal. Colons and case are ignored.
    type: str
  alternative_order_id:
    description:
      - Alternative order ID. Several orders can have the same one.
    type: str
  changed_within:
    description:
      - Orders whose status changed within this period until now, at most seven days. O(changed_within.minutes) and
        O(changed_within.seconds) are added.
      - Without O(details=true) only ID, certificate ID and status of each order are returned.
    type: dict
    suboptions:
      minutes:
        description: Number of minutes.
        type: int
      seconds:
        description: Number of seconds.
        type: int
  changed_between:
    description:
      - Orders whose latest status change was on one of these days, at most seven. The service counts days in Mountain
        Daylight Time (UTC-6), and leaves out orders that changed again after the last day.
      - Without O(details=true) only ID, certificate ID and status of each order are returned.
    type: dict
    suboptions:
      first:
        description: First day, as C(yyyy-MM-dd).
        type: str
        required: true
      last:
        description: Last day, as C(yyyy-MM-dd).
        type: str
        required: true
  filters:
    description:
      - Filters of the list by name, for example C(status) with the value V(issued). If the value is a list, orders with
        any of its values match.
      - The service supports V(id), V(status), V(organization_id), V(product_name_id), V(valid_till), V(user_id),
        V(common_name), V(domain_name), V(date_created), V(container_id), V(metadata_id), V(is_renewed),
        V(disable_renewal_notifications), V(email), V(certificate_id), V(origin), V(serial_number) and V(search). A
        range looks like V(2026-01-01...2026-06-30).
    type: dict
    default: {}
  sort:
    description:
      - Comma-separated fields to sort the list by. A leading dash means descending order.
    type: str
    default: -date_created
  limit:
    description:
      - Maximum number of orders to return from a list. By default all are returned.
    type: int
  details:
    description:
      - Whether to read each order of a list in full, with one request for each. By default the entries of the list are
        used, which contain less.
    type: bool
    default: false
  include_certificates:
    description:
      - Whether to read the reissues and duplicates of each order, with two requests for each order.
    type: bool
    default: false
  include_archived:
    description:
      - Whether to include archived certificates in the reissues. Used with O(include_certificates=true).
    type: bool
    default: false
  include_validation:
    description:
      - Whether to read what is validated for each order and what is still missing, with one request for each order.
    type: bool
    default: false
  include_caa_status:
    description:
      - Whether to request the state of the CAA check for each order that is read in full. The service reports it while
        a certificate is pending.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Get one order with all its certificates
  community.digicert.digicert_order_info:
    order_id: 112233
    include_certificates: true
  delegate_to: localhost
  register: found

- name: List the orders that expire this year
  community.digicert.digicert_order_info:
    filters:
      status: issued
      valid_till: 2026-11-20...2026-12-31
    sort: valid_till
  delegate_to: localhost

- name: List the orders that changed within the last day
  community.digicert.digicert_order_info:
    changed_within:
      minutes: 1440
    details: true
  delegate_to: localhost

- name: Find out why an order is not issued
  community.digicert.digicert_order_info:
    order_id: 112234
    include_validation: true
    include_caa_status: true
  delegate_to: localhost

- name: Show when its certificate expires
  ansible.builtin.debug:
    msg: "{{ item.order.common_name }} until {{ item.certificate.valid_till }}"
  loop: "{{ found.orders }}"
  loop_control:
    label: "{{ item.order.id }}"

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: Find the pending orders of an organization
      community.digicert.digicert_order_info:
        filters:
          organization_id: 112233
          status: pending
      register: waiting
"""

RETURN = r"""
# generated from return_values.yml: reading, common.reasons, order, single_order, common.diff
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
  description:
    - The order in normalised form, see RV(community.digicert.digicert_order#module:order). V(null) unless the result
      contains exactly one order.
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
orders:
  description: The orders found. Empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    order:
      description: The order in normalised form, see RV(community.digicert.digicert_order#module:order).
      type: dict
      returned: always
      sample: {"id": 112233, "status": "issued"}
    certificate:
      description:
        - Its current certificate in normalised form, see RV(community.digicert.digicert_order#module:certificate).
      type: dict
      returned: always
      sample: {"id": 123456, "serial_number": "0a1b2c"}
    phase:
      description: Phase of the order, see RV(community.digicert.digicert_order#module:phase).
      type: str
      returned: if the order was read in full
      sample: issued
    blocked_on:
      description: What the order is waiting for, see RV(community.digicert.digicert_order#module:blocked_on).
      type: list
      elements: dict
      returned: if the order was read in full
      sample: []
    reissues:
      description: The certificates of its reissues.
      type: list
      elements: dict
      returned: with O(include_certificates=true)
      contains:
        id:
          description: Certificate ID.
          type: int
          returned: always
          sample: 123456
        status:
          description: Status as reported by the service.
          type: str
          returned: always
          sample: issued
        serial_number:
          description: Serial number in lower-case hexadecimal. V(null) before the certificate is issued.
          type: str
          returned: always
          sample: a1b2c3d4e5f6
        thumbprint:
          description: SHA-1 thumbprint in upper-case hexadecimal. V(null) before the certificate is issued.
          type: str
          returned: always
          sample: 0A1B2C3D4E5F60718293A4B5C6D7E8F901234567
        common_name:
          description: Common name.
          type: str
          returned: always
          sample: www.example.com
        dns_names:
          description: All names, common name first.
          type: list
          elements: str
          returned: always
          sample: [www.example.com, example.com]
        valid_from:
          description: First day of its validity, C(yyyy-MM-dd). V(null) if the service does not report it.
          type: str
          returned: always
          sample: "2026-11-20"
        valid_till:
          description: Last day of its validity, C(yyyy-MM-dd). V(null) before the certificate is issued.
          type: str
          returned: always
          sample: "2027-06-06"
        days_remaining:
          description: Days until it expires.
          type: int
          returned: always
          sample: 198
        signature_hash:
          description: Signature hash algorithm. V(null) if the service does not report it.
          type: str
          returned: always
          sample: sha256
        public_key_fingerprint:
          description:
            - SHA-256 of the SubjectPublicKeyInfo of its CSR, in hexadecimal. V(null) if the service does not return the
              CSR.
          type: str
          returned: always
          sample: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
        raw:
          description: The certificate as returned by the service.
          type: dict
          returned: always
          sample: {"id": 123456, "status": "issued"}
    duplicates:
      description: The certificates of its duplicates, with the same keys as RV(orders[].reissues).
      type: list
      elements: dict
      returned: with O(include_certificates=true)
      sample: []
    validation:
      description:
        - What is validated for the order and what is still missing. V(null) if the service does not report anything.
      type: dict
      returned: with O(include_validation=true)
      contains:
        organizations:
          description: For each type of validation its C(type) and C(status), and whether it is C(valid).
          type: list
          elements: dict
          returned: always
          sample: [{"type": "ov", "status": "complete", "valid": true}]
        domains:
          description:
            - For each scope of names its C(scope), the C(dns_names) of the order that belong to it, its C(status),
              whether it is C(valid), its C(method), what it C(covers), and when it C(expires), as an ISO 8601
              timestamp.
          type: list
          elements: dict
          returned: always
          sample:
            - scope: example.com
              dns_names: [www.example.com]
              status: approved
              valid: true
              method: dns-txt-token
              covers: subdomains
              expires: "2027-06-06T00:00:00+00:00"
        raw:
          description: The validation as returned by the service.
          type: dict
          returned: always
          sample: {"order_id": "112233", "order_status": "issued"}
    caa_status_message:
      description: Result of the CAA check of each name as reported by the service. V(null) if it is not reported.
      type: dict
      returned: with O(include_caa_status=true)
      sample: {"www.example.com": "CAA check passed"}
    raw:
      description: The order as returned by the service.
      type: dict
      returned: always
      sample: {"id": 112233, "status": "issued"}
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

import datetime as dt

from ..module_utils._certcentral.errors import InputError
from ..module_utils._module.options import Params
from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.order_info import OrderQuery, read_orders
from ..module_utils._use_cases.outcome import Outcome
from ..module_utils._x509.hexadecimal import normalise_serial_number, normalise_thumbprint


def _changed_within(params: Params) -> dt.timedelta | None:
    """Return the requested period until now."""
    given = params["changed_within"]
    return dt.timedelta(minutes=given["minutes"] or 0, seconds=given["seconds"] or 0) if given else None


def _changed_between(params: Params) -> tuple[dt.date, dt.date] | None:
    """Return first and last day. Raises InputError for an invalid date."""
    given = params["changed_between"]
    if not given:
        return None
    try:
        return dt.date.fromisoformat(given["first"]), dt.date.fromisoformat(given["last"])
    except ValueError as exc:
        raise InputError(f"changed_between: {exc}.", next_action="Write the days as yyyy-MM-dd.") from exc


def order_info(run: Run) -> Outcome:
    """Read the orders."""
    params = run.params
    query = OrderQuery(
        order=params["order_id"] or (normalise_thumbprint(params["thumbprint"]) if params["thumbprint"] else None),
        serial_number=normalise_serial_number(params["serial_number"]) if params["serial_number"] else None,
        alternative_order_id=params["alternative_order_id"],
        changed_within=_changed_within(params),
        changed_between=_changed_between(params),
        filters={
            name: [str(entry) for entry in value] if isinstance(value, list) else str(value)
            for name, value in params["filters"].items()
        },
        sort=params["sort"],
        limit=params["limit"],
        details=params["details"],
        include_certificates=params["include_certificates"],
        include_archived=params["include_archived"],
        include_validation=params["include_validation"],
        include_caa_status=params["include_caa_status"],
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
            "changed_within": {
                "type": "dict",
                "options": {"minutes": {"type": "int"}, "seconds": {"type": "int"}},
                "required_one_of": [("minutes", "seconds")],
            },
            "changed_between": {
                "type": "dict",
                "options": {"first": {"type": "str", "required": True}, "last": {"type": "str", "required": True}},
            },
            "filters": {"type": "dict", "default": {}},
            "sort": {"type": "str", "default": "-date_created"},
            "limit": {"type": "int"},
            "details": {"type": "bool", "default": False},
            "include_certificates": {"type": "bool", "default": False},
            "include_archived": {"type": "bool", "default": False},
            "include_validation": {"type": "bool", "default": False},
            "include_caa_status": {"type": "bool", "default": False},
        },
        mutually_exclusive=[
            ("order_id", "serial_number", "thumbprint", "alternative_order_id", "changed_within", "changed_between")
        ],
    )


if __name__ == "__main__":
    main()
