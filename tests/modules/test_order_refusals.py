# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_order: options of a wrong type, out of range or in conflict; products that do not fit.

Each is refused in check mode and in a real run, with a message that names it, and only reading calls are sent.
"""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result

_ORDER = "digicert_order"
_DV = {"product": "ssl_dv_geotrust", "organization_id": None}
_PERSON = {"first_name": "Gia", "last_name": "Booth", "email": "gia@example.com"}
_ADDRESS = {"name": "Shop GmbH", "address": "Hauptstr. 1", "city": "Munich", "country": "de"}
_SCOPE = {"dns_name": "www.valid.example", "email_domain": "valid.example", "email": "admin@valid.example"}


def _refused(controller: Controller, *words: str, **options: t.Any) -> Result:
    """Run in check mode and for real; both must fail with the same message. Return the failure."""
    predicted = controller._run(_ORDER, True, order_args(**options))
    failed = controller._run(_ORDER, False, order_args(**options))
    assert controller.writes() == []
    assert controller.ordered() == []
    assert predicted["msg"] == failed["msg"]
    assert failed["failed"] is True
    for word in words:
        assert word in failed["msg"]
    return failed


# checked by ansible-core against the argument specification
_BY_TYPE: list[tuple[dict[str, t.Any], tuple[str, ...]]] = [
    ({"organization_id": "Example Corp"}, ("organization_id", "int")),
    ({"container_id": "five"}, ("container_id", "int")),
    ({"renewal_of_order_id": "last"}, ("renewal_of_order_id", "int")),
    ({"server_platform_id": "nginx"}, ("server_platform_id", "int")),
    ({"wait_timeout": "long"}, ("wait_timeout", "int")),
    ({"dns_names": {"a": "b"}}, ("dns_names", "list")),
    ({"organization_id": None, "organization": "Example Corp"}, ("dictionary requested",)),
    (
        {"organization_id": None, "organization": {**_ADDRESS, "skip_duplicate_org_check": "maybe"}},
        ("skip_duplicate_org_check", "bool"),
    ),
    ({"order_validity": "two years"}, ("dictionary requested",)),
    ({"order_validity": {"years": "two"}}, ("years", "int")),
    ({"order_validity": {"days": 30, "months": 12}}, ("order_validity", "months")),
    ({"order_validity": {}}, ("years, days, custom_expiration_date", "order_validity")),
    ({"cert_validity": {"days": "few"}}, ("days", "int")),
    ({"cert_validity": {}}, ("years, days, custom_expiration_date", "cert_validity")),
    ({"skip_approval": "perhaps"}, ("skip_approval", "bool")),
    ({"auto_renew": "perhaps"}, ("auto_renew", "bool")),
    ({"auto_reissue": "perhaps"}, ("auto_reissue", "bool")),
    ({"disable_ct": "perhaps"}, ("disable_ct", "bool")),
    ({"disable_issuance_email": "perhaps"}, ("disable_issuance_email", "bool")),
    ({"disable_renewal_notifications": "perhaps"}, ("disable_renewal_notifications", "bool")),
    ({"wait": "perhaps"}, ("wait", "bool")),
    ({"signature_hash": "sha1"}, ("signature_hash", "sha256, sha384, sha512")),
    ({"dcv_method": "dns"}, ("dcv_method", "dns-txt-token")),
    ({"certificate_dcv_scope": "host"}, ("certificate_dcv_scope", "fqdn")),
    ({"payment_method": "cash"}, ("payment_method", "balance")),
    ({"other_key": "ask"}, ("other_key", "fail, adopt, order")),
    ({"custom_fields": [{"metadata_id": "eleven", "value": "x"}]}, ("metadata_id", "int")),
    ({"custom_fields": [{"metadata_id": 11}]}, ("value", "custom_fields")),
    ({"custom_fields": [{"value": "x"}]}, ("metadata_id, label", "custom_fields")),
    ({"custom_fields": [{"metadata_id": 11, "label": "a", "value": "x"}]}, ("metadata_id|label", "custom_fields")),
    ({"contacts": [_PERSON]}, ("contact_type", "contacts")),
    ({"contacts": [{"contact_type": "boss", **_PERSON}]}, ("contact_type", "technical_contact")),
    ({"contacts": [{"contact_type": "technical_contact"}]}, ("user_id, email", "contacts")),
    ({"contacts": [{"contact_type": "technical_contact", "user_id": 15, **_PERSON}]}, ("user_id|email", "contacts")),
    ({"contacts": [{"contact_type": "technical_contact", "email": "a@b.example"}]}, ("first_name", "contacts")),
    ({"organization_id": None, "organization": {"name": "Shop GmbH"}}, ("address, city, country", "organization")),
    (
        {"organization_id": None, "organization": {**_ADDRESS, "organization_contact": {"email": "a@b.example"}}},
        ("first_name, last_name", "organization_contact"),
    ),
    ({**_DV, "technical_contact": {"first_name": "Gia"}}, ("email, last_name", "technical_contact")),
    ({"dcv_method": "email", "dcv_emails": [{"dns_name": "a.example"}]}, ("email, email_domain", "dcv_emails")),
    ({"organization_name": "Example Corp"}, ("organization_id|organization_name|organization",)),
    ({"organization": _ADDRESS}, ("organization_id|organization_name|organization",)),
    ({"server_platform_id": 2, "server_platform": "nginx"}, ("server_platform_id|server_platform",)),
    ({"ca_cert_id": "4A72", "ca_cert_name": "CA1"}, ("ca_cert_id|ca_cert_name",)),
    ({"renewal_of_order_id": 7, "renewed_thumbprint": "a" * 40}, ("renewal_of_order_id|renewed_thumbprint",)),
    ({"csr_path": "/etc/pki/a.csr"}, ("csr_content|csr_path",)),
]


@pytest.mark.parametrize(("options", "words"), _BY_TYPE, ids=lambda value: "-".join(map(str, value))[:60])
def test_a_wrong_type_or_conflicting_options(
    controller: Controller, options: dict[str, t.Any], words: tuple[str, ...]
) -> None:
    _refused(controller, *words, **options)
    assert controller.calls == []


# checked by the collection before anything is sent
_BY_VALUE: list[tuple[dict[str, t.Any], tuple[str, ...]]] = [
    ({"organization_id": 0}, ("organization_id is 0",)),
    ({"container_id": -1}, ("container_id is -1",)),
    ({"renewal_of_order_id": 0}, ("renewal_of_order_id is 0",)),
    ({"wait_timeout": -1}, ("wait_timeout is -1",)),
    ({"order_validity": {"years": 0}}, ("order_validity.years is 0",)),
    ({"order_validity": {"years": 4}}, ("more than 3 years",)),
    ({"order_validity": {"days": 1100}}, ("more than 3 years",)),
    ({"order_validity": {"custom_expiration_date": "01 JAN 2020"}}, ("not in the future",)),
    ({"order_validity": {"custom_expiration_date": "tomorrow"}}, ("'tomorrow'", "09 JUN 2027")),
    ({"order_validity": {"custom_expiration_date": ""}}, ("is empty",)),
    ({"cert_validity": {"days": 0}}, ("cert_validity.days is 0",)),
    ({"order_validity": {"days": 30}, "cert_validity": {"days": 31}}, ("cert_validity ends on", "order_validity")),
    ({"type_hint": "ov"}, ("type_hint", "ssl_basic")),
    ({"organization_id": None}, ("ssl_basic needs an organization", "organization_id")),
    ({"organization_id": None, "organization_name": ""}, ("needs an organization",)),
    ({"product": "ssl_dv_geotrust"}, ("does not accept an organization",)),
    (
        {"product": "wildcard_dv_rapidssl", "organization_id": None, "organization": _ADDRESS},
        ("accept an organization",),
    ),
    ({**_DV, "contacts": [{"contact_type": "technical_contact", **_PERSON}]}, ("technical_contact for DV",)),
    ({"contacts": [{"contact_type": "technical_contact", "user_id": n} for n in (14, 15)]}, ("more than one",)),
    (
        {"contacts": [{"contact_type": "technical_contact", **_PERSON, "email": "gia"}]},
        ("'gia' is not a valid e-mail",),
    ),
    ({**_DV, "technical_contact": {**_PERSON, "email": "gia"}}, ("'gia' is not a valid e-mail",)),
    ({"additional_emails": ["pki@example.com", "pki"]}, ("additional_emails", "'pki'")),
    ({"custom_fields": [{"metadata_id": 0, "value": "x"}]}, ("metadata_id is 0",)),
    ({"dcv_emails": [_SCOPE]}, ("dcv_emails is for the DCV method email",)),
    ({"dcv_method": "email", "dcv_emails": [{**_SCOPE, "dns_name": "b.example"}]}, ("b.example, which is not",)),
    ({"dcv_method": "email", "dcv_emails": [{**_SCOPE, "email_domain": "b.example"}]}, ("email_domain",)),
    ({"dcv_method": "email", "dcv_emails": [{**_SCOPE, "email": "admin"}]}, ("'admin' is not a valid e-mail",)),
    ({"dns_names": ["*.valid.example"], "dcv_method": "http-token"}, ("*.valid.example", "dns-txt-token")),
    ({"renewed_thumbprint": "abc"}, ("renewed_thumbprint 'abc'",)),
    ({"renew_before": "soon"}, ("renew_before",)),
    ({"renew_before": "30", "order_validity": {"days": 30}}, ("renewed at once", "renew_before 30")),
]


@pytest.mark.parametrize(("options", "words"), _BY_VALUE, ids=lambda value: "-".join(map(str, value))[:60])
def test_a_value_that_cannot_be_right(
    controller: Controller, options: dict[str, t.Any], words: tuple[str, ...]
) -> None:
    failed = _refused(controller, *words, **options)
    assert failed["next_action"] in failed["msg"]
    assert controller.calls == []


_NAMES = {"dns_names": ["a.valid.example", "b.valid.example"]}
_STAR = {"dns_names": ["*.valid.example"]}

# not accepted by the product, which takes one more reading call to find out
_BY_PRODUCT: list[tuple[dict[str, t.Any], tuple[str, ...]]] = [
    ({**_STAR, "product": "ssl_plus"}, ("does not accept a wildcard", "Use ssl_wildcard")),
    ({**_STAR, "product": "ssl_multi_domain"}, ("does not accept a wildcard", "Use ssl_cloud_wildcard")),
    ({**_STAR, "product": "ssl_ev_basic"}, ("an EV certificate cannot cover a wildcard",)),
    ({**_STAR, **_DV, "product": "ssl_dv_rapidssl"}, ("does not accept a wildcard", "Use wildcard_dv_rapidssl")),
    ({"product": "ssl_wildcard"}, ("exactly one wildcard, not 0",)),
    ({"product": "ssl_wildcard", "dns_names": ["*.valid.example", "b.example"]}, ("b.example is not below",)),
    ({**_NAMES, "product": "ssl_plus"}, ("not for 2 names", "Use ssl_multi_domain")),
    ({**_NAMES, "product": "ssl_ev_plus"}, ("not for 2 names",)),
    ({**_NAMES, "product": "ssl_securesite"}, ("not for 2 names",)),
    ({**_NAMES, **_DV}, ("not for 2 names",)),
    ({"ca_cert_id": "0123456789ABCDE"}, ("0123456789ABCDE cannot be chosen", "Choose one of")),
    ({"ca_cert_id": "0123456789ABCDE", "product": "ssl_plus"}, ("cannot be chosen", "flex product")),
    ({"ca_cert_name": "No such CA"}, ("'No such CA'", "Choose one of")),
    ({"server_platform": "Caddy"}, ("'Caddy'", "nginx")),
    ({"cert_validity": {"years": 2}, "order_validity": {"years": 3}}, ("cannot last 2 years",)),
    ({"product": "private_ssl_plus", "auto_reissue": True}, ("no Multi-year Plan",)),
    ({"product": "ssl_gold"}, ("not_found|product",)),
    ({"product": "ssl_plus", **_NAMES, "ca_cert_id": "0123456789ABCDE"}, ("2 names", "cannot be chosen")),
]


@pytest.mark.parametrize(("options", "words"), _BY_PRODUCT, ids=lambda value: "-".join(map(str, value))[:60])
def test_what_the_product_does_not_accept(
    controller: Controller, options: dict[str, t.Any], words: tuple[str, ...]
) -> None:
    failed = _refused(controller, *words, **options)
    assert failed["next_action"] in failed["msg"]
    read = f"/product/{options.get('product', 'ssl_basic')}"
    assert [call["path"].endswith(read) for call in controller.calls].count(True) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"product": "ssl_plus"},
        {"product": "ssl_ev_plus", "dns_names": ["valid.example"]},
        {"product": "ssl_wildcard", "dns_names": ["*.valid.example", "valid.example", "a.valid.example"]},
        {"product": "ssl_cloud_wildcard", "dns_names": ["*.valid.example", "*.pending.example"]},
        {"product": "private_ssl_flex", "dns_names": ["*.valid.example"]},
        {"product": "ssl", "dns_names": ["*.valid.example", "b.example"]},
    ],
    ids=lambda options: str(options["product"]),
)
def test_what_the_product_accepts(controller: Controller, options: dict[str, t.Any]) -> None:
    assert controller.ok(_ORDER, check_mode=True, **order_args(**options))["action"] == "order"
    assert controller.ok(_ORDER, **order_args(**options))["action"] == "order"


def test_a_key_that_may_not_read_products_orders_unchecked(controller: Controller) -> None:
    controller.api_key = controller.simulator.keys()["orders-only"]
    assert controller.ok(_ORDER, **order_args(server_platform="nginx"))["action"] == "order"
    names = order_args("a.valid.example", "b.valid.example", product="ssl_plus")
    assert controller.ok(_ORDER, check_mode=True, **names)["action"] == "order"
    failed = controller.fails(_ORDER, **order_args("c.valid.example", ca_cert_name="CA1"))
    assert "ca_cert_id" in failed["next_action"]


def test_an_intermediate_ca_by_name_needs_a_product(controller: Controller) -> None:
    failed = controller.fails(_ORDER, **order_args(product="ssl", ca_cert_name="CA1"))
    assert "Use a product" in failed["next_action"]
    assert controller.ordered() == []


def test_an_order_that_is_adopted_needs_no_product(controller: Controller) -> None:
    # the options of a new order do not apply to an existing one
    first = controller.ok(_ORDER, **order_args())["order"]["id"]
    again = controller.ok(_ORDER, **order_args(server_platform="Caddy", ca_cert_id="0123456789ABCDE"))
    assert (again["action"], again["order"]["id"]) == ("none", first)
    assert [call["path"] for call in controller.calls if "/product/" in call["path"]] == []
