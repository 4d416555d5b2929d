# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of digicert_order, and the request that is made from them."""

from __future__ import annotations

import datetime as dt
import typing as t

from .._decisions.order import OTHER_KEY, OrderIntent
from .._decisions.order_budget import OrderBudget
from .._decisions.order_match import identity_of
from .._decisions.request_checks import (
    check_addresses,
    check_common_name,
    check_contacts,
    check_csr,
    check_dcv_method,
    check_organization,
    check_renewal,
    check_type_hint,
    dcv_emails_of,
    thumbprint_of,
)
from .._decisions.validity import Validity, check_validities, read_validity
from .._use_cases.order import OrderRequest
from .._use_cases.order_lookups import NamedValues
from .._x509.names import normalise_leniently
from .options import (
    ArgumentSpec,
    Params,
    approval_argument_spec,
    certificate_argument_spec,
    certificate_fields,
    csr_argument_spec,
    dcv_method_option,
    set_fields,
    validity_option,
)

if t.TYPE_CHECKING:
    from .._x509.certificates import Csr

CONFLICTS = [
    ("csr_content", "csr_path"),
    ("organization_id", "organization_name", "organization"),
    ("server_platform_id", "server_platform"),
    ("ca_cert_id", "ca_cert_name"),
    ("renewal_of_order_id", "renewed_thumbprint"),
]
"""Groups of mutually exclusive options."""

_PERSON: ArgumentSpec = {
    "first_name": {"type": "str"},
    "last_name": {"type": "str"},
    "job_title": {"type": "str"},
    "email": {"type": "str"},
    "telephone": {"type": "str"},
    "telephone_extension": {"type": "str"},
}
_REQUIRED_OF_A_PERSON: ArgumentSpec = {
    name: {**_PERSON[name], "required": True} for name in ("first_name", "last_name", "email")
}
_ADDRESS: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "assumed_name": {"type": "str"},
    "address": {"type": "str", "required": True},
    "address2": {"type": "str"},
    "city": {"type": "str", "required": True},
    "state": {"type": "str"},
    "zip": {"type": "str"},
    "country": {"type": "str", "required": True},
    "telephone": {"type": "str"},
}


def order_argument_spec() -> ArgumentSpec:
    """Return the options of digicert_order, except for those for waiting."""
    person = {"type": "dict", "options": {**_PERSON, **_REQUIRED_OF_A_PERSON}}
    return {
        "common_name": {"type": "str"},
        "dns_names": {"type": "list", "elements": "str", "default": []},
        **csr_argument_spec(),
        "product": {"type": "str", "default": "ssl_basic"},
        "type_hint": {"type": "str"},
        "organization_id": {"type": "int"},
        "organization_name": {"type": "str"},
        "organization": {
            "type": "dict",
            "options": {
                **_ADDRESS,
                "organization_contact": person,
                "container_id": {"type": "int"},
                "skip_duplicate_org_check": {"type": "bool", "default": False},
            },
        },
        "contacts": {
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {
                "contact_type": {
                    "type": "str",
                    "choices": ["organization_contact", "technical_contact"],
                    "required": True,
                },
                "user_id": {"type": "int"},
                **_PERSON,
            },
            "required_one_of": [("user_id", "email")],
            "mutually_exclusive": [("user_id", "email")],
            "required_together": [("first_name", "last_name", "email")],
        },
        "technical_contact": person,
        "container_id": {"type": "int"},
        "order_validity": {**validity_option(), "default": {"years": 1}},
        **certificate_argument_spec(signature_hash="sha256"),
        "server_platform": {"type": "str"},
        "ca_cert_name": {"type": "str"},
        "profile_option": {"type": "str"},
        "organization_units": {"type": "list", "elements": "str", "default": []},
        "dcv_method": {**dcv_method_option(), "default": "dns-txt-token"},
        "dcv_emails": {
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {name: {"type": "str", "required": True} for name in ("dns_name", "email_domain", "email")},
        },
        "certificate_dcv_scope": {"type": "str", "choices": ["base_domain", "fqdn"]},
        "payment_method": {"type": "str", "choices": ["balance", "card", "profile", "wire_transfer"]},
        **approval_argument_spec(),
        "additional_emails": {"type": "list", "elements": "str", "default": []},
        "custom_fields": {
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {
                "metadata_id": {"type": "int"},
                "label": {"type": "str"},
                "value": {"type": "str", "required": True},
            },
            "required_one_of": [("metadata_id", "label")],
            "mutually_exclusive": [("metadata_id", "label")],
        },
        "locale": {"type": "str"},
        "auto_renew": {"type": "bool"},
        "auto_reissue": {"type": "bool"},
        "custom_renewal_message": {"type": "str"},
        "disable_renewal_notifications": {"type": "bool"},
        "disable_issuance_email": {"type": "bool"},
        "disable_ct": {"type": "bool"},
        "alternative_order_id": {"type": "str"},
        "renewal_of_order_id": {"type": "int"},
        "renewed_thumbprint": {"type": "str"},
        "renew_before": {"type": "str", "default": "30"},
        "other_key": {"type": "str", "choices": list(OTHER_KEY), "default": "fail", "no_log": False},
    }


def guard_argument_spec() -> ArgumentSpec:
    """Return the options that keep a task from paying twice, or too much."""
    return {
        "order_guard": {"type": "str", "choices": ["basic", "strict"], "default": "basic"},
        "order_budget": {
            "type": "dict",
            "options": {"count": {"type": "int", "required": True}, "days": {"type": "int", "default": 1}},
        },
        "order_budget_exceed_for": {"type": "list", "elements": "str", "default": []},
    }


def order_budget(params: Params) -> OrderBudget | None:
    """Return how many orders may be paid; None means any number."""
    given = params["order_budget"]
    if given is None:
        return None
    named = [name.strip() for name in params["order_budget_exceed_for"]]
    return OrderBudget(given["count"], given["days"], frozenset({*named, *normalise_leniently(named)}))


def order_request(params: Params, names: tuple[str, ...], csr: Csr, renew_before: str, today: dt.date) -> OrderRequest:
    """Turn the parameters into a request. ``names`` are normalised. Raises InputError if they cannot be ordered."""
    _check(params, names, csr)
    # an explicit null gets the default of the module, too
    order_validity = read_validity(params["order_validity"], "order_validity", today) or Validity(years=1)
    cert_validity = read_validity(params["cert_validity"], "cert_validity", today)
    check_validities(order_validity, cert_validity, today)
    check_renewal(renew_before, order_validity, today)
    details = _details(params["organization"])
    intent = OrderIntent(
        names,
        params["product"],
        params["organization_id"],
        params["container_id"],
        csr.public_key,
        organization_details=identity_of(details) if details else (),
        type_hint=params["type_hint"] or None,
    )
    contacts = [_without_none(contact) for contact in params["contacts"]]
    return OrderRequest(
        intent,
        csr,
        _fields(params, names, order_validity),
        certificate_fields(params, cert_validity, "profile_option", "organization_units"),
        organization={**details, **({"contacts": contacts} if contacts else {})},
        organization_name=params["organization_name"] or None,
        named=NamedValues(
            params["ca_cert_name"] or None,
            params["server_platform"] or None,
            tuple((field["label"], field["value"]) for field in params["custom_fields"] if field["label"]),
        ),
        order_validity=order_validity,
        cert_validity=cert_validity,
        alternative_order_id=params["alternative_order_id"] or None,
        renewal_of=params["renewal_of_order_id"],
        renewed_thumbprint=thumbprint_of(params["renewed_thumbprint"]),
        renew_before=renew_before,
        other_key=params["other_key"],
    )


def _check(params: Params, names: tuple[str, ...], csr: Csr) -> None:
    product = params["product"]
    check_csr(csr)
    check_common_name(names)
    check_type_hint(product, params["type_hint"])
    check_organization(
        product, is_given=any(params[name] for name in ("organization_id", "organization_name", "organization"))
    )
    check_contacts(product, params["contacts"])
    people = [
        *params["contacts"],
        params["technical_contact"],
        (params["organization"] or {}).get("organization_contact"),
    ]
    for person in people:
        if person and person["email"] is not None:
            check_addresses("the contact", [person["email"]])
    check_addresses("additional_emails", params["additional_emails"])
    check_dcv_method(names, params["dcv_method"])


def _without_none(values: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {name: value for name, value in values.items() if value is not None and value != ""}


def _details(given: t.Mapping[str, t.Any] | None) -> dict[str, t.Any]:
    """Return the ``organization`` object of an organization that is given with all details."""
    if given is None:
        return {}
    details = _without_none({name: given[name] for name in _ADDRESS})
    if given["organization_contact"]:
        details["organization_contact"] = _without_none(given["organization_contact"])
    if given["container_id"] is not None:
        details["container"] = {"id": given["container_id"]}
    if given["skip_duplicate_org_check"]:
        details["skip_duplicate_org_check"] = True
    return details


def _fields(params: Params, names: tuple[str, ...], order_validity: Validity) -> dict[str, t.Any]:
    """Return the top-level fields of the request body."""
    fields = set_fields(
        params,
        "dcv_method",
        "certificate_dcv_scope",
        "payment_method",
        "skip_approval",
        "comments",
        "additional_emails",
        "locale",
        "custom_renewal_message",
        "disable_renewal_notifications",
        "disable_issuance_email",
        "disable_ct",
    )
    fields["order_validity"] = order_validity.body()
    # in DigiCert's samples these two are numbers
    fields.update({name: int(params[name]) for name in ("auto_renew", "auto_reissue") if params[name] is not None})
    if params["type_hint"]:
        fields["product"] = {"type_hint": params["type_hint"]}
    if params["technical_contact"]:
        fields["technical_contact"] = _without_none(params["technical_contact"])
    emails = dcv_emails_of(params["dcv_emails"], names, params["dcv_method"])
    if emails:
        fields["dcv_emails"] = emails
    numbered = [_without_none(field) for field in params["custom_fields"] if field["metadata_id"] is not None]
    if numbered:
        fields["custom_fields"] = numbered
    return fields
