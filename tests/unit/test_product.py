# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a product accepts a request: each rule with both outcomes, and no objection if nothing is known."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import replace

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import InputError
from ansible_collections.community.digicert.plugins.module_utils._certcentral.products import Product
from ansible_collections.community.digicert.plugins.module_utils._decisions.product import (
    ProductRequest,
    ca_cert_id,
    check_fit,
    misfits,
    platform_id,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.validity import Validity

TODAY = dt.date(2026, 11, 20)
_CA_CERTS = (
    {"id": "4A7259E3E5D112A", "name": "DigiCert Global G2 TLS RSA SHA256 2020 CA1"},
    {"id": "55E3E5D112A4A72", "name": "GeoTrust TLS RSA CA G1"},
)

BARE = Product(
    name_id="ssl_new",
    name=None,
    type=None,
    group_name=None,
    validation_type=None,
    certificate_years=(),
    order_years=(),
    signature_hashes=(),
    default_signature_hash=None,
    ca_certs=(),
    csr_required=True,
    most_order_years=None,
    additional_names_allowed=None,
    custom_expiration_date_allowed=None,
    auto_renew_allowed=None,
    server_platforms=(),
    raw={},
)
"""A product of which the service returns only the name."""

DOCUMENTED = replace(
    BARE,
    name_id="ssl_basic",
    type="ssl_certificate",
    validation_type="OV",
    certificate_years=(1,),
    order_years=(1, 2),
    signature_hashes=("sha256", "sha384"),
    ca_certs=_CA_CERTS,
    additional_names_allowed=True,
    custom_expiration_date_allowed=True,
    auto_renew_allowed=True,
    raw={"allowed_ca_certs": list(_CA_CERTS)},
)

REQUEST = ProductRequest(
    names=("www.example.com", "example.com"),
    has_organization=True,
    signature_hash="sha256",
    ca_cert_id=None,
    order_validity=Validity(years=1),
    cert_validity=None,
    auto_renew=False,
    auto_reissue=False,
    today=TODAY,
)

EVERYTHING = replace(
    REQUEST,
    names=("*.example.com", "example.com", "other.example"),
    signature_hash="sha512",
    ca_cert_id="FFFF",
    order_validity=Validity(until=dt.date(2029, 1, 1)),
    cert_validity=Validity(years=9),
    auto_renew=True,
    auto_reissue=True,
)


def _details(product: Product, request: ProductRequest) -> list[str]:
    found = misfits(product, request)
    assert all(misfit.next_action.endswith(".") for misfit in found)
    return [misfit.detail for misfit in found]


@pytest.mark.parametrize("given", [REQUEST, EVERYTHING, replace(EVERYTHING, has_organization=False)])
def test_what_the_service_does_not_return_is_no_obstacle(given: ProductRequest) -> None:
    assert _details(BARE, given) == []


def test_everything_that_the_product_allows_is_accepted() -> None:
    request = replace(
        REQUEST,
        names=("*.example.com", "example.com", "other.example"),
        signature_hash="sha384",
        ca_cert_id="4a7259e3e5d112a",
        order_validity=Validity(years=2),
        cert_validity=Validity(days=30),
        auto_renew=True,
        auto_reissue=True,
    )
    assert _details(DOCUMENTED, request) == []
    check_fit(DOCUMENTED, request)


_EV = replace(DOCUMENTED, name_id="ssl_ev_basic", validation_type="ev")
_DV = replace(DOCUMENTED, name_id="new_dv", validation_type="DV")
_SINGLE = replace(BARE, name_id="ssl_plus")
_WILDCARD = replace(BARE, name_id="ssl_wildcard")
_TWO_NAMES: dict[str, t.Any] = {"names": ("a.example", "b.example")}
_STAR: dict[str, t.Any] = {"names": ("*.a.example", "a.example")}


@pytest.mark.parametrize(
    ("product", "changes", "detail"),
    [
        (_DV, {}, "does not accept an organization"),
        (DOCUMENTED, {"has_organization": False}, "needs an organization"),
        (_EV, _STAR, r"an EV certificate cannot cover a wildcard such as \*.a.example"),
        (_SINGLE, {"names": ("*.a.example",)}, r"does not accept a wildcard such as \*.a.example"),
        (replace(BARE, name_id="ssl_dv_rapidssl"), {"names": ("*.a.example",)}, "not accept a wildcard"),
        (_WILDCARD, {"names": ("a.example",)}, "exactly one wildcard, not 0"),
        (_WILDCARD, {"names": ("*.a.example", "*.b.example")}, "exactly one wildcard, not 2"),
        (_WILDCARD, {"names": ("*.a.example", "b.example")}, r"b.example is not below \*.a.example"),
        (_WILDCARD, {"names": ("*.a.example", "ba.example")}, "ba.example is not below"),
        (_SINGLE, _TWO_NAMES, "one name and its www pair, not for 2 names"),
        (replace(BARE, additional_names_allowed=False), _TWO_NAMES, "one name and its www pair"),
        (DOCUMENTED, {"signature_hash": "sha512"}, "not signed with sha512"),
        (DOCUMENTED, {"ca_cert_id": "FFFF"}, "the intermediate CA FFFF cannot be chosen"),
        (replace(BARE, raw={"allowed_ca_certs": []}), {"ca_cert_id": "FFFF"}, "cannot be chosen"),
        (DOCUMENTED, {"order_validity": Validity(years=3)}, "cannot last until 2029-11-20"),
        (DOCUMENTED, {"order_validity": Validity(days=800)}, "cannot last until 2029-01-28"),
        (DOCUMENTED, {"order_validity": Validity(until=dt.date(2028, 11, 21))}, "cannot last until 2028-11-21"),
        (
            replace(DOCUMENTED, order_years=(2, 3)),
            {"order_validity": Validity(years=1)},
            "cannot last until 2027-11-20",
        ),
        (replace(BARE, most_order_years=1), {"order_validity": Validity(years=2)}, "cannot last until 2028-11-20"),
        (
            replace(DOCUMENTED, custom_expiration_date_allowed=False),
            {"order_validity": Validity(until=dt.date(2027, 1, 1))},
            "orders do not accept custom_expiration_date",
        ),
        (
            replace(DOCUMENTED, custom_expiration_date_allowed=False),
            {"cert_validity": Validity(until=dt.date(2027, 1, 1))},
            "certificates do not accept custom_expiration_date",
        ),
        (DOCUMENTED, {"cert_validity": Validity(years=2)}, "certificates cannot last 2 years"),
        (replace(DOCUMENTED, auto_renew_allowed=False), {"auto_renew": True}, "does not renew it automatically"),
        (replace(BARE, type="private_ssl_certificate"), {"auto_reissue": True}, "no Multi-year Plan"),
        (replace(BARE, validation_type="Private SSL"), {"auto_reissue": True}, "no Multi-year Plan"),
        (
            replace(BARE, name_id="private_ssl_plus", type="ssl_certificate"),
            {"auto_reissue": True},
            "no Multi-year Plan",
        ),
    ],
)
def test_what_the_product_does_not_accept(product: Product, changes: dict[str, t.Any], detail: str) -> None:
    request = replace(REQUEST, **changes)
    with pytest.raises(InputError, match=detail) as refused:
        check_fit(product, request)
    assert product.name_id in refused.value.message
    assert len(_details(product, request)) == 1


@pytest.mark.parametrize(
    ("product", "changes"),
    [
        (_DV, {"has_organization": False}),
        (_SINGLE, {"names": ("www.a.example", "a.example")}),
        (_SINGLE, {"names": ("a.example",)}),
        (_WILDCARD, {"names": ("*.a.example",)}),
        (_WILDCARD, {"names": ("a.example", "*.a.example", "b.a.example")}),
        (_EV, {"names": ("a.example", "b.example")}),
        (DOCUMENTED, {"order_validity": Validity(days=730)}),
        (DOCUMENTED, {"order_validity": Validity(until=dt.date(2028, 11, 20))}),
        # days win over years
        (DOCUMENTED, {"order_validity": Validity(years=3, days=30)}),
        (replace(BARE, most_order_years=3), {"order_validity": Validity(years=2)}),
        (DOCUMENTED, {"cert_validity": Validity(years=2, days=30)}),
        (DOCUMENTED, {"auto_reissue": True}),
    ],
)
def test_what_is_just_within_the_limits_is_accepted(product: Product, changes: dict[str, t.Any]) -> None:
    assert _details(product, replace(REQUEST, **changes)) == []


def test_all_problems_are_reported_together() -> None:
    with pytest.raises(InputError) as refused:
        check_fit(DOCUMENTED, replace(EVERYTHING, has_organization=False))
    assert refused.value.message.count(";") == 4
    assert "sha256 or sha384" in refused.value.next_action
    assert "GeoTrust TLS RSA CA G1 (55E3E5D112A4A72)" in refused.value.next_action


@pytest.mark.parametrize("name", ["GeoTrust TLS RSA CA G1", " geotrust  tls rsa ca g1 "])
def test_an_intermediate_ca_is_found_by_its_name(name: str) -> None:
    assert ca_cert_id(DOCUMENTED, name) == "55E3E5D112A4A72"


@pytest.mark.parametrize(
    ("product", "way_out"),
    [(DOCUMENTED, "Choose one of: DigiCert Global G2"), (BARE, "Leave the choice to the CA")],
)
def test_an_intermediate_ca_that_is_not_offered_is_refused(product: Product, way_out: str) -> None:
    with pytest.raises(InputError, match="GeoTrust") as refused:
        ca_cert_id(product, "GeoTrust")
    assert way_out in refused.value.next_action


class TestServerPlatforms:
    @pytest.mark.parametrize(
        ("name", "number"), [("nginx", 45), ("NGINX", 45), ("microsoft iis8", 67), ("Apache", 2), ("other", -1)]
    )
    def test_it_is_found_by_name(self, name: str, number: int) -> None:
        assert platform_id(name, ()) == number

    def test_those_of_the_product_take_precedence(self) -> None:
        listed: list[dict[str, t.Any]] = [
            {"id": 31, "name": "Tomcat"},
            {"id": 46, "name": "nginx"},
            {"id": None, "name": "Broken"},
        ]
        assert platform_id("tomcat", listed) == 31
        assert platform_id("nginx", listed) == 46
        with pytest.raises(InputError, match="Broken"):
            platform_id("Broken", listed)

    def test_the_error_for_an_unknown_one_lists_the_names(self) -> None:
        with pytest.raises(InputError, match="'Caddy'") as refused:
            platform_id("Caddy", [{"id": 31, "name": "Tomcat"}])
        for name in ("Apache", "nginx", "Microsoft IIS 8", "Tomcat", "server_platform_id"):
            assert name in refused.value.next_action
