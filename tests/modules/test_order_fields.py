# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_order: every field of the request reaches the service as documented, and is returned."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import ORGANIZATION, csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result

_ORDER = "digicert_order"
_DV = {"product": "ssl_dv_geotrust", "organization_id": None}
_PERSON = {
    "first_name": "Gia",
    "last_name": "Booth",
    "job_title": "Operator",
    "telephone": "801-701-9600",
    "telephone_extension": "736",
    "email": "gia.booth@example.com",
}
_LATER = dt.datetime.now(dt.timezone.utc).date() + dt.timedelta(days=60)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_LATER_AS_DOCUMENTED = f"{_LATER:%d} {_MONTHS[_LATER.month - 1]} {_LATER:%Y}"

PLAIN: dict[str, t.Any] = {
    "certificate": {
        "common_name": "www.valid.example",
        "dns_names": ["valid.example"],
        "csr": csr(),
        "signature_hash": "sha256",
    },
    "dcv_method": "dns-txt-token",
    "skip_approval": True,
    "order_validity": {"years": 1},
    "organization": {"id": ORGANIZATION},
}
"""The body of an order with nothing but the required fields, without ``alternative_order_id``."""


def _with(**changes: t.Any) -> dict[str, t.Any]:
    """Return the plain body with changes; None removes a field, ``certificate`` is merged."""
    certificate = {**PLAIN["certificate"], **changes.pop("certificate", {})}
    body = {**PLAIN, "certificate": certificate, **changes}
    return {name: value for name, value in body.items() if value is not None}


FIELDS: list[tuple[dict[str, t.Any], dict[str, t.Any]]] = [
    ({}, _with()),
    (
        {"common_name": "valid.example", "dns_names": ["www.valid.example"]},
        _with(certificate={"common_name": "valid.example", "dns_names": ["www.valid.example"]}),
    ),
    ({"signature_hash": "sha384"}, _with(certificate={"signature_hash": "sha384"})),
    ({"server_platform_id": 2}, _with(certificate={"server_platform": {"id": 2}})),
    ({"server_platform": "nginx"}, _with(certificate={"server_platform": {"id": 45}})),
    ({"profile_option": "server_client_auth_eku"}, _with(certificate={"profile_option": "server_client_auth_eku"})),
    ({"organization_units": ["Unit"]}, _with(certificate={"organization_units": ["Unit"]})),
    ({"cert_validity": {"years": 1}}, _with(certificate={"cert_validity": {"years": 1}})),
    ({"cert_validity": {"days": 30}}, _with(certificate={"cert_validity": {"days": 30}})),
    (
        {"cert_validity": {"custom_expiration_date": _LATER.isoformat()}},
        _with(certificate={"cert_validity": {"custom_expiration_date": _LATER_AS_DOCUMENTED}}),
    ),
    ({"order_validity": {"years": 3}}, _with(order_validity={"years": 3})),
    ({"order_validity": {"days": 400}}, _with(order_validity={"days": 400})),
    (
        {"order_validity": {"custom_expiration_date": _LATER_AS_DOCUMENTED}},
        _with(order_validity={"custom_expiration_date": _LATER_AS_DOCUMENTED}),
    ),
    ({"order_validity": {"years": 2, "days": 400}}, _with(order_validity={"years": 2, "days": 400})),
    ({"container_id": 5}, _with(container={"id": 5})),
    ({"organization_id": None, "organization_name": "example corp"}, _with()),
    (
        {"contacts": [{"contact_type": "technical_contact", **_PERSON}]},
        _with(organization={"id": ORGANIZATION, "contacts": [{"contact_type": "technical_contact", **_PERSON}]}),
    ),
    (
        {"contacts": [{"contact_type": "organization_contact", "user_id": 15}]},
        _with(organization={"id": ORGANIZATION, "contacts": [{"contact_type": "organization_contact", "user_id": 15}]}),
    ),
    ({"product": "ssl", "type_hint": "ov"}, _with(product={"type_hint": "ov"})),
    ({**_DV, "technical_contact": _PERSON}, _with(organization=None, technical_contact=_PERSON)),
    ({"dcv_method": "email"}, _with(dcv_method="email")),
    ({"dcv_method": "http-token"}, _with(dcv_method="http-token")),
    ({"certificate_dcv_scope": "base_domain"}, _with(certificate_dcv_scope="base_domain")),
    (
        {
            "dcv_method": "email",
            "dcv_emails": [
                {"dns_name": "WWW.valid.example", "email_domain": "valid.example", "email": "admin@valid.example"}
            ],
        },
        _with(
            dcv_method="email",
            dcv_emails=[
                {"dns_name": "www.valid.example", "email_domain": "valid.example", "email": "admin@valid.example"}
            ],
        ),
    ),
    ({"payment_method": "profile"}, _with(payment_method="profile")),
    ({"skip_approval": False}, _with(skip_approval=False)),
    ({"comments": "For the shop"}, _with(comments="For the shop")),
    ({"additional_emails": ["pki@example.com"]}, _with(additional_emails=["pki@example.com"])),
    (
        {"custom_fields": [{"metadata_id": 11, "value": "Invoice #1"}]},
        _with(custom_fields=[{"metadata_id": 11, "value": "Invoice #1"}]),
    ),
    ({"locale": "de"}, _with(locale="de")),
    ({"auto_renew": True}, _with(auto_renew=1)),
    ({"auto_renew": False}, _with(auto_renew=0)),
    ({"auto_reissue": True}, _with(auto_reissue=1)),
    ({"custom_renewal_message": "Keep it"}, _with(custom_renewal_message="Keep it")),
    ({"disable_renewal_notifications": True}, _with(disable_renewal_notifications=True)),
    ({"disable_issuance_email": True}, _with(disable_issuance_email=True)),
    ({"disable_ct": True}, _with(disable_ct=True)),
    ({"disable_ct": False}, _with(disable_ct=False)),
]


def _sent(controller: Controller) -> dict[str, t.Any]:
    """Return the body of the only POST of the last run, without the ID of the intent."""
    (body,) = [dict(call["body"]) for call in controller.calls if call["method"] == "POST"]
    alternative = body.pop("alternative_order_id")
    assert alternative.startswith("ansible")
    assert len(alternative) == len("ansible") + 40
    return body


def _life(controller: Controller, **arguments: t.Any) -> tuple[Result, dict[str, t.Any]]:
    """Order in check mode, order, and run again in both modes; return the order's result and what was sent."""
    predicted = controller.ok(_ORDER, check_mode=True, **arguments)
    done = controller.ok(_ORDER, **arguments)
    sent = _sent(controller)
    assert (predicted["action"], predicted["reasons"], predicted["diff"]) == (
        done["action"],
        done["reasons"],
        done["diff"],
    )
    for check_mode in (True, False):
        again = controller.ok(_ORDER, check_mode=check_mode, **arguments)
        assert (again["action"], again["order"]["id"]) == ("none", done["order"]["id"])
        assert [call["path"] for call in controller.calls if "/product/" in call["path"]] == []
    assert len(controller.ordered()) == 1
    return done, sent


@pytest.mark.parametrize(("options", "body"), FIELDS, ids=lambda value: "-".join(value)[:60])
def test_a_field_arrives(controller: Controller, options: dict[str, t.Any], body: dict[str, t.Any]) -> None:
    done, sent = _life(controller, **order_args(**options))
    assert sent == body
    assert done["action"] == "order"


_ADDRESS = {
    "name": "Epigyne Unwieldiness llc",
    "address": "932 Prospect Street",
    "city": "Minneapolis",
    "country": "us",
}


class TestOrganizationInFull:
    def test_all_of_it_arrives_and_the_order_is_found_again(self, controller: Controller) -> None:
        more = {"assumed_name": "Epigyne", "address2": "Floor 08", "state": "mn", "zip": "40849", "telephone": "666"}
        full = {
            **_ADDRESS,
            **more,
            "organization_contact": _PERSON,
            "container_id": 5,
            "skip_duplicate_org_check": True,
        }
        contacts = [{"contact_type": "technical_contact", **_PERSON}]
        done, sent = _life(controller, **order_args(organization_id=None, organization=full, contacts=contacts))
        del full["container_id"]
        assert sent == _with(organization={**full, "container": {"id": 5}, "contacts": contacts})
        assert done["phase"] == "waiting_organization"
        assert done["order"]["organization_id"] not in (None, ORGANIZATION)
        assert done["diff"]["after"]["organization"] == _ADDRESS["name"]

    def test_the_service_may_match_an_existing_organization(self, controller: Controller) -> None:
        known = {"name": "example corp", "address": "2801 North Thanksgiving Way", "city": "Lehi", "country": "us"}
        done, sent = _life(controller, **order_args(organization_id=None, organization=known))
        assert sent == _with(organization=known)
        assert done["order"]["organization_id"] == ORGANIZATION
        assert done["phase"] == "issued"

    def test_an_order_that_somebody_placed_by_its_id_is_adopted(self, controller: Controller) -> None:
        made = controller.ok(_ORDER, **order_args())["order"]["id"]
        known = {"name": "Example Corp", "address": "elsewhere", "city": "Lehi", "country": "us"}
        adopted = controller.ok(_ORDER, **order_args(organization_id=None, organization=known))
        assert (adopted["action"], adopted["order"]["id"]) == ("adopt", made)
        other = {**known, "city": "Orem"}
        assert controller.ok(_ORDER, **order_args(organization_id=None, organization=other))["action"] == "order"


class TestRenewedThumbprint:
    def test_it_identifies_the_order_of_the_certificate(self, controller: Controller) -> None:
        first = controller.ok(_ORDER, **order_args())
        thumbprint = first["certificate"]["thumbprint"]
        spaced = ":".join(thumbprint[index : index + 2] for index in range(0, 40, 2))
        arguments = order_args(renewed_thumbprint=spaced)
        assert controller.ok(_ORDER, check_mode=True, **arguments)["action"] == "renew"
        renewed = controller.ok(_ORDER, **arguments)
        assert _sent(controller) == _with(renewal_of_order_id=first["order"]["id"])
        assert renewed["order"]["renewal_of_order_id"] == first["order"]["id"]
        assert controller.ok(_ORDER, **arguments)["action"] == "none"
        by_id = controller.ok(_ORDER, **order_args(renewal_of_order_id=first["order"]["id"]))
        assert (by_id["action"], by_id["order"]["id"]) == ("none", renewed["order"]["id"])

    def test_an_unknown_thumbprint(self, controller: Controller) -> None:
        for check_mode in (True, False):
            failed = controller.fails(_ORDER, check_mode=check_mode, **order_args(renewed_thumbprint="a" * 40))
            assert "A" * 40 in failed["msg"]
        assert controller.ordered() == []


class TestWhatComesBack:
    def test_the_service_returns_what_was_requested(self, controller: Controller) -> None:
        arguments = order_args(
            server_platform="nginx",
            signature_hash="sha384",
            auto_reissue=True,
            auto_renew=True,
            disable_renewal_notifications=True,
            disable_issuance_email=True,
            disable_ct=True,
            payment_method="profile",
            order_validity={"years": 2},
            cert_validity={"days": 30},
            contacts=[{"contact_type": "technical_contact", **_PERSON}],
            custom_fields=[{"metadata_id": 11, "value": "Invoice #1"}],
        )
        order_id = controller.ok(_ORDER, **arguments)["order"]["id"]
        (listed,) = controller.ok("digicert_order_info", order_id=order_id)["orders"]
        raw = listed["raw"]
        assert raw["certificate"]["server_platform"]["id"] == 45
        assert raw["certificate"]["signature_hash"] == "sha384"
        assert raw["certificate"]["cert_validity"] == {"days": 30}
        assert raw["order_validity"] == {"years": 2}
        assert (raw["auto_reissue"], raw["auto_renew"], raw["payment_method"]) == (1, 1, "profile")
        assert raw["technical_contact"] == _PERSON
        assert raw["custom_fields"] == [{"metadata_id": 11, "label": "Invoice #", "value": "Invoice #1"}]
        for flag in ("disable_renewal_notifications", "disable_issuance_email", "disable_ct"):
            assert raw[flag] is True

    def test_an_intermediate_ca_by_its_name_signs(self, controller: Controller) -> None:
        products = controller.ok("digicert_product_info", name_id="ssl_basic")["products"]
        chosen = products[0]["ca_certs"][-1]
        _done, sent = _life(controller, **order_args(ca_cert_name=chosen["name"].lower()))
        assert sent == _with(certificate={"ca_cert_id": chosen["id"]})
        order_id = controller.ok(_ORDER, **order_args())["order"]["id"]
        (listed,) = controller.ok("digicert_order_info", order_id=order_id)["orders"]
        assert listed["raw"]["certificate"]["ca_cert"] == chosen

    def test_units_that_the_ca_drops_make_no_difference(self, controller: Controller) -> None:
        first = controller.ok(_ORDER, **order_args(organization_units=["Unit"]))
        assert controller.ok(_ORDER, **order_args(organization_units=["Unit"]))["order"] == first["order"]
