# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of an order that do not fit each other, and server platforms by name."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import InputError
from ansible_collections.community.digicert.plugins.module_utils._decisions.product import platform_id
from ansible_collections.community.digicert.plugins.module_utils._decisions.request_checks import (
    check_addresses,
    check_contacts,
    check_renewal,
    check_type_hint,
    dcv_emails_of,
    thumbprint_of,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.validity import Validity

_NAMES = ("www.example.com", "*.example.org", "xn--bcher-kva.example")


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
def test_an_email_scope(given: tuple[str, str], sent: tuple[str, str]) -> None:
    assert dcv_emails_of([_scope(*given)], _NAMES, "email") == [_scope(*sent)]


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
def test_an_email_scope_that_does_not_fit(scope: dict[str, str], method: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        dcv_emails_of([scope], _NAMES, method)
    assert refused.value.next_action


def test_no_scopes_go_with_every_method() -> None:
    assert dcv_emails_of([], _NAMES, "http-token") == []


@pytest.mark.parametrize("address", ["pki@example.com", "a.b+c@mail.example.com"])
def test_an_address(address: str) -> None:
    check_addresses("additional_emails", [address])


@pytest.mark.parametrize("address", ["", "pki", "pki@", "@example.com", "a@b@example.com", "a b@example.com", "x@y"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(InputError, match="additional_emails"):
        check_addresses("additional_emails", ["pki@example.com", address])


def test_a_type_hint_is_for_the_generic_product() -> None:
    check_type_hint("ssl", "ov")
    check_type_hint("ssl_basic", None)
    check_type_hint("ssl_basic", "")
    with pytest.raises(InputError, match="ssl_basic"):
        check_type_hint("ssl_basic", "ov")


def test_contacts() -> None:
    people: list[dict[str, t.Any]] = [{"contact_type": "organization_contact"}, {"contact_type": "technical_contact"}]
    check_contacts("ssl_basic", people)
    check_contacts("ssl_dv_geotrust", [])
    with pytest.raises(InputError, match="does not accept contacts"):
        check_contacts("ssl_dv_geotrust", people)
    with pytest.raises(InputError, match="more than one technical_contact"):
        check_contacts("ssl_basic", [*people, people[1]])


_TODAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(("rule", "days"), [("30", 31), ("auto", 3), ("50%", 2), ("99%", 365), ("0", 1), ("364", 365)])
def test_an_order_that_is_not_due_on_its_first_day(rule: str, days: int) -> None:
    check_renewal(rule, Validity(days=days), _TODAY)


@pytest.mark.parametrize(("rule", "days"), [("30", 30), ("30", 10), ("365", 365), ("99999", 1096)])
def test_an_order_that_each_run_would_renew(rule: str, days: int) -> None:
    with pytest.raises(InputError, match=f"renew_before {rule}") as refused:
        check_renewal(rule, Validity(days=days), _TODAY)
    assert "order_validity" in refused.value.next_action


_THUMBPRINT = "7d239b54bc2d5a8f7d05ab1a5b4e6f0d2f6f0c3e"


@pytest.mark.parametrize(
    "text", [_THUMBPRINT, _THUMBPRINT.upper(), ":".join(_THUMBPRINT[i : i + 2] for i in range(0, 40, 2))]
)
def test_a_thumbprint(text: str) -> None:
    assert thumbprint_of(text) == _THUMBPRINT.upper()


def test_no_thumbprint() -> None:
    assert thumbprint_of(None) is None
    assert thumbprint_of("") is None


@pytest.mark.parametrize("text", [_THUMBPRINT[1:], _THUMBPRINT + "0", "g" * 40, "a" * 64])
def test_what_is_no_thumbprint(text: str) -> None:
    with pytest.raises(InputError, match="not a SHA-1 thumbprint"):
        thumbprint_of(text)


class TestServerPlatforms:
    @pytest.mark.parametrize(
        ("name", "number"), [("nginx", 45), ("NGINX", 45), ("microsoft iis8", 67), ("Apache", 2), ("other", -1)]
    )
    def test_by_name(self, name: str, number: int) -> None:
        assert platform_id(name, ()) == number

    def test_those_of_the_product_win(self) -> None:
        listed: list[dict[str, t.Any]] = [
            {"id": 31, "name": "Tomcat"},
            {"id": 46, "name": "nginx"},
            {"id": None, "name": "Broken"},
        ]
        assert platform_id("tomcat", listed) == 31
        assert platform_id("nginx", listed) == 46
        with pytest.raises(InputError, match="Broken"):
            platform_id("Broken", listed)

    def test_an_unknown_one_lists_the_names(self) -> None:
        with pytest.raises(InputError, match="'Caddy'") as refused:
            platform_id("Caddy", [{"id": 31, "name": "Tomcat"}])
        for name in ("Apache", "nginx", "Microsoft IIS 8", "Tomcat", "server_platform_id"):
            assert name in refused.value.next_action
