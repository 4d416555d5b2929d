# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service would refuse these requests, so they are refused before anything is sent."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import InputError
from ansible_collections.community.digicert.plugins.module_utils._decisions.request_checks import (
    check_addresses,
    check_contacts,
    check_csr,
    check_dcv_method,
    check_organization,
    check_renewal,
    check_type_hint,
    dcv_emails_of,
    require_csr,
    require_names,
    thumbprint_of,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.validity import Validity
from ansible_collections.community.digicert.plugins.module_utils._x509 import certificates
from ansible_collections.community.digicert.tests.unit import pki

_NAMES = ("www.example.com",)
_GOOD = certificates.read_csr(pki.csr_pem(pki.new_key()))


@pytest.mark.parametrize("product", ["ssl_dv_geotrust", "wildcard_dv_rapidssl", "cloud_dv_geotrust", "thawte_dv"])
def test_a_dv_product_does_not_accept_an_organization(product: str) -> None:
    check_organization(product, is_given=False)
    with pytest.raises(InputError, match=f"{product} is only validated by domain"):
        check_organization(product, is_given=True)


@pytest.mark.parametrize("product", ["ssl_basic", "ssl_ev_basic", "private_ssl_plus", "ssl"])
def test_other_products_need_an_organization(product: str) -> None:
    check_organization(product, is_given=True)
    with pytest.raises(InputError, match=f"{product} needs an organization") as refused:
        check_organization(product, is_given=False)
    assert "organization_id" in refused.value.next_action


@pytest.mark.parametrize("method", ["dns-txt-token", "dns-cname-token", "email", None])
def test_a_wildcard_can_be_validated_by_dns_and_email(method: str | None) -> None:
    check_dcv_method(("*.example.com", "example.com"), method)


@pytest.mark.parametrize("method", ["http-token", "http-token-dynamic"])
def test_a_wildcard_cannot_be_validated_by_http(method: str) -> None:
    check_dcv_method(("www.example.com",), method)
    with pytest.raises(InputError, match=r"\*\.example\.com"):
        check_dcv_method(("example.com", "*.example.com"), method)


def test_csr_and_names_are_required() -> None:
    assert require_csr(_GOOD) is _GOOD
    assert require_names(_NAMES) == _NAMES
    with pytest.raises(InputError):
        require_csr(None)
    with pytest.raises(InputError):
        require_names(())


def test_a_weak_key_is_refused() -> None:
    check_csr(None)
    check_csr(_GOOD)
    with pytest.raises(InputError, match="1024 bits"):
        check_csr(certificates.read_csr(pki.csr_pem(pki.rsa_key(1024))))


_ORDERED = ("www.example.com", "*.example.org", "xn--bcher-kva.example")


def _scope(dns_name: str, email_domain: str, email: str = "admin@example.com") -> dict[str, str]:
    return {"dns_name": dns_name, "email_domain": email_domain, "email": email}


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (("www.example.com", "example.com"), ("www.example.com", "example.com")),
        (("WWW.example.com.", "Example.COM"), ("www.example.com", "example.com")),
        (("www.example.com", "www.example.com"), ("www.example.com", "www.example.com")),
        (("*.example.org", "example.org"), ("*.example.org", "example.org")),
        (("example.org", "example.org"), ("example.org", "example.org")),
        (("bücher.example", "bücher.example"), ("xn--bcher-kva.example", "xn--bcher-kva.example")),
    ],
)
def test_an_email_scope_is_normalised(given: tuple[str, str], sent: tuple[str, str]) -> None:
    assert dcv_emails_of([_scope(*given)], _ORDERED, "email") == [_scope(*sent)]


@pytest.mark.parametrize(
    ("scope", "method", "words"),
    [
        (_scope("other.example.com", "example.com"), "email", "other.example.com, which is not in the order"),
        (_scope("www.example.com", "example.org"), "email", "neither www.example.com nor a domain above it"),
        (_scope("www.example.com", "ample.com"), "email", "neither"),
        (_scope("www.example.com", "a.www.example.com"), "email", "neither"),
        (_scope("www.example.com", "com"), "email", "fully qualified"),
        (_scope("www example", "example.com"), "email", "no|not a host name"),
        (_scope("www.example.com", "example.com", "admin"), "email", "'admin' is not a valid e-mail address"),
        (_scope("www.example.com", "example.com"), "dns-txt-token", "not for dns-txt-token"),
    ],
)
def test_an_email_scope_that_does_not_match_the_order_is_refused(
    scope: dict[str, str], method: str, words: str
) -> None:
    with pytest.raises(InputError, match=words) as refused:
        dcv_emails_of([scope], _ORDERED, method)
    assert refused.value.next_action


def test_without_scopes_every_method_is_accepted() -> None:
    assert dcv_emails_of([], _ORDERED, "http-token") == []


@pytest.mark.parametrize("address", ["pki@example.com", "a.b+c@mail.example.com"])
def test_a_valid_address_is_accepted(address: str) -> None:
    check_addresses("additional_emails", [address])


@pytest.mark.parametrize("address", ["", "pki", "pki@", "@example.com", "a@b@example.com", "a b@example.com", "x@y"])
def test_an_invalid_address_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="additional_emails"):
        check_addresses("additional_emails", ["pki@example.com", address])


def test_a_type_hint_is_only_for_the_generic_product() -> None:
    check_type_hint("ssl", "ov")
    check_type_hint("ssl_basic", None)
    check_type_hint("ssl_basic", "")
    with pytest.raises(InputError, match="ssl_basic"):
        check_type_hint("ssl_basic", "ov")


def test_contacts_need_an_organization_and_different_types() -> None:
    people: list[dict[str, t.Any]] = [{"contact_type": "organization_contact"}, {"contact_type": "technical_contact"}]
    check_contacts("ssl_basic", people)
    check_contacts("ssl_dv_geotrust", [])
    with pytest.raises(InputError, match="does not accept contacts"):
        check_contacts("ssl_dv_geotrust", people)
    with pytest.raises(InputError, match="more than one technical_contact"):
        check_contacts("ssl_basic", [*people, people[1]])


_TODAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(("rule", "days"), [("30", 31), ("auto", 3), ("50%", 2), ("99%", 365), ("0", 1), ("364", 365)])
def test_an_order_that_is_not_due_on_its_first_day_is_accepted(rule: str, days: int) -> None:
    check_renewal(rule, Validity(days=days), _TODAY)


@pytest.mark.parametrize(("rule", "days"), [("30", 30), ("30", 10), ("365", 365), ("99999", 1096)])
def test_an_order_that_every_run_would_renew_is_refused(rule: str, days: int) -> None:
    with pytest.raises(InputError, match=f"renew_before {rule}") as refused:
        check_renewal(rule, Validity(days=days), _TODAY)
    assert "order_validity" in refused.value.next_action


_THUMBPRINT = "7d239b54bc2d5a8f7d05ab1a5b4e6f0d2f6f0c3e"


@pytest.mark.parametrize(
    "text", [_THUMBPRINT, _THUMBPRINT.upper(), ":".join(_THUMBPRINT[i : i + 2] for i in range(0, 40, 2))]
)
def test_a_thumbprint_is_normalised(text: str) -> None:
    assert thumbprint_of(text) == _THUMBPRINT.upper()


def test_a_thumbprint_is_optional() -> None:
    assert thumbprint_of(None) is None
    assert thumbprint_of("") is None


@pytest.mark.parametrize("text", [_THUMBPRINT[1:], _THUMBPRINT + "0", "g" * 40, "a" * 64])
def test_an_invalid_thumbprint_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not a SHA-1 thumbprint"):
        thumbprint_of(text)
