# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: orders, order info, list, lookup by alternative order id, status (facts, sections 3.1 to 3.4)."""

from __future__ import annotations

from typing import Any

import pytest
from simulator_testing import order_shapes as shapes
from simulator_testing.client import EC_CSR, Client, code_of, order_body
from simulator_testing.shapes import mismatches

from certcentral_simulator.process import SimulatorProcess

# Request samples of the facts, verbatim except for CSR, organization and names.
OV_SAMPLE: dict[str, Any] = {
    "certificate": {
        "common_name": "valid.example",
        "dns_names": ["sub.valid.example", "app.valid.example"],
        "csr": EC_CSR,
        "signature_hash": "sha256",
        "server_platform": {"id": 45},
    },
    "order_validity": {"years": 1},
    "comments": "Message for the approver",
    "disable_renewal_notifications": True,
    "locale": "en",
    "dcv_emails": [{"dns_name": "valid.example", "email_domain": "valid.example", "email": "hostname@valid.example"}],
    "payment_method": "balance",
    "organization": {"id": 112233},
    "custom_fields": [{"metadata_id": 11, "value": "Invoice #00001"}],
}
BASIC_OV_SAMPLE: dict[str, Any] = {
    "certificate": {"common_name": "valid.example", "csr": EC_CSR, "signature_hash": "sha256"},
    "container": {"id": 5},
    "auto_renew": 1,
    "custom_renewal_message": "Keep this renewed.",
    "organization": {
        "id": 112233,
        "contacts": [
            {"contact_type": "organization_contact", "user_id": 15},
            {
                "contact_type": "technical_contact",
                "first_name": "Gia",
                "last_name": "Booth",
                "job_title": "Technician",
                "telephone": "666-186-6450",
                "email": "gia.booth@valid.example",
            },
        ],
    },
    "validity_years": 2,
}
DV_SAMPLE: dict[str, Any] = {
    "certificate": {"common_name": "valid.example", "csr": EC_CSR, "signature_hash": "sha256"},
    "custom_expiration_date": "",
    "validity_years": 1,
    "skip_approval": True,
    "disable_ct": 0,
    "dcv_method": "email",
    "technical_contact": {
        "first_name": "Gia",
        "last_name": "Booth",
        "job_title": "Technician",
        "telephone": "666-186-6450",
        "email": "gia.booth@valid.example",
    },
}


def test_ov_sample_needs_approval_d_r(client: Client) -> None:
    answer = client.post("/order/certificate/ssl_multi_domain", OV_SAMPLE)
    assert answer.status_code == 201
    assert mismatches(answer.json(), shapes.NEEDS_APPROVAL) == []


def test_basic_ov_sample_keeps_its_contacts_d(client: Client) -> None:
    order_id = client.post("/order/certificate/ssl_basic", BASIC_OV_SAMPLE).json()["id"]
    info = client.info(order_id)
    assert mismatches(info, shapes.INFO_PENDING) == []
    assert info["organization_contact"]["last_name"] == "Jones"
    assert info["technical_contact"]["last_name"] == "Booth"
    assert (info["auto_renew"], info["validity_years"]) == (1, 2)


def test_dv_sample_has_no_organization_d(client: Client) -> None:
    answer = client.post("/order/certificate/ssl_dv_geotrust", DV_SAMPLE)
    assert answer.status_code == 201
    assert mismatches(answer.json(), shapes.SKIPPED) == []
    info = client.info(answer.json()["id"])
    assert mismatches(info, shapes.INFO_PENDING) == []
    assert "organization" not in info
    assert "ca_cert" not in info["certificate"]


def test_skip_approval_with_email_d_seed_002(client: Client) -> None:
    answer = client.order("new.example", skip_approval=True)
    assert answer.status_code == 201
    assert mismatches(answer.json(), shapes.SKIPPED) == []


@pytest.mark.parametrize("method", ["dns-txt-token", "dns-cname-token", "http-token", "http-token-dynamic"])
def test_skip_approval_with_token_method_d_seed_002_c(client: Client, method: str) -> None:
    answer = client.order("new.example", skip_approval=True, dcv_method=method)
    assert answer.status_code == 201
    assert mismatches(answer.json(), shapes.SKIPPED_WITH_TOKEN) == []


def test_immediate_issuance_r(client: Client, simulator: SimulatorProcess) -> None:
    answer = client.order("www.valid.example", skip_approval=True)
    assert mismatches(answer.json(), shapes.ISSUED_AT_ONCE) == []
    simulator.set_mode("auto")
    answer = client.order("www.valid.example")
    assert answer.status_code == 201
    assert mismatches(answer.json(), shapes.APPROVED_AND_ISSUED) == []
    assert len(answer.json()["certificate_chain"]) == 3


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"certificate": {"csr": "x"}}, "csr_invalid_cannot_parse"),
        ({"certificate": {"signature_hash": "md5"}}, "invalid_value:signature_hash"),
        ({"certificate": {"profile_option": "none"}}, "invalid_value:profile_option"),
        ({"order_validity": {"years": 4}}, "invalid_value:years"),
        ({"order_validity": None, "validity_years": 4}, "invalid_value:validity_years"),
        ({"order_validity": None, "validity_days": 1200}, "invalid_value:validity_days"),
        (
            {"order_validity": None, "custom_expiration_date": "01 JAN 2040"},
            "invalid_value:custom_expiration_date",
        ),
        ({"order_validity": None}, "invalid_value:order_validity"),
        ({"dcv_method": "pigeon"}, "invalid_value:dcv_method"),
        ({"certificate": {"ca_cert_id": "ABCDEF"}}, "invalid_value:ca_cert_id"),
        ({"organization": None}, "invalid_value:organization"),
    ],
)
def test_refused_values_d(client: Client, change: dict[str, Any], code: str) -> None:
    answer = client.order("www.valid.example", **change)
    assert (answer.status_code, code_of(answer)) == (400, code)


def test_ambiguous_product_d(client: Client) -> None:
    body = {"certificate": {"common_name": "a.example", "csr": EC_CSR}, "order_validity": {"years": 1}}
    answer = client.post("/order/certificate/ssl", {**body, "product": {"type_hint": "gold"}})
    assert (answer.status_code, code_of(answer)) == (400, "ambiguous_product")


def test_six_years_until_october_2023_d(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_clock("2023-10-30T00:00:00Z")
    assert client.order("www.valid.example", order_validity={"years": 6}).status_code == 201
    simulator.set_clock("2023-10-31T00:00:00Z")
    answer = client.order("www.valid.example", order_validity={"years": 6})
    assert (answer.status_code, code_of(answer)) == (400, "invalid_value:years")


@pytest.mark.parametrize(("option", "days"), [({"days": 300}, 199), ({"years": 1}, 199), ({"days": 100}, 100)])
def test_cert_validity_is_truncated_d(
    client: Client, simulator: SimulatorProcess, option: dict[str, int], days: int
) -> None:
    simulator.set_clock("2026-11-01T12:00:00Z")
    info = client.info(client.issued(certificate={"cert_validity": option})["id"])
    assert info["certificate"]["cert_validity"] == option
    assert days - 1 <= info["certificate"]["days_remaining"] <= days


@pytest.mark.parametrize(
    ("validity", "last_day"),
    [
        ({"years": 1, "days": 20}, "2026-11-21"),
        ({"years": 1, "days": 20, "custom_expiration_date": "09 DEC 2026"}, "2026-12-09"),
        ({"days": 20, "custom_expiration_date": "2026-12-09"}, "2026-12-09"),
        ({"days": 20, "custom_expiration_date": "2026-12-09T00:00:00Z"}, "2026-12-09"),
        ({"years": 0, "days": 0, "custom_expiration_date": ""}, "2027-05-18"),
    ],
)
def test_cert_validity_custom_over_days_over_years_d(
    client: Client, simulator: SimulatorProcess, validity: dict[str, object], last_day: str
) -> None:
    simulator.set_clock("2026-11-01T12:00:00Z")
    info = client.info(client.issued(certificate={"cert_validity": validity})["id"])
    assert info["certificate"]["valid_till"] == last_day


def test_cert_validity_on_the_other_side_of_the_switch(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_clock("2026-11-01T12:00:00Z")
    simulator.set_switches(cert_validity_too_long="refuse")
    for validity in ({"days": 300}, {"custom_expiration_date": "01 AUG 2027"}):
        answer = client.order("www.valid.example", certificate={"cert_validity": validity})
        assert (answer.status_code, code_of(answer)) == (400, "invalid_value:cert_validity")
    for fine in ({"years": 1}, {"days": 199 - 1}):
        assert client.order("www.valid.example", certificate={"cert_validity": fine}).status_code == 201


@pytest.mark.parametrize(
    ("order", "certificate"),
    [
        ({"days": 100}, {"days": 101}),
        ({"days": 100}, {"years": 1}),
        ({"days": 100}, {"custom_expiration_date": "01 AUG 2027"}),
        ({"custom_expiration_date": "01 DEC 2026"}, {"days": 90}),
    ],
)
def test_certificate_may_not_outlast_its_order_d_a6(
    client: Client, simulator: SimulatorProcess, order: dict[str, Any], certificate: dict[str, Any]
) -> None:
    simulator.set_clock("2026-11-01T12:00:00Z")
    answer = client.order("www.valid.example", order_validity=order, certificate={"cert_validity": certificate})
    assert (answer.status_code, code_of(answer)) == (400, "cert_validity_exceeds_order_validity")
    answer = client.order("www.valid.example", order_validity=order, certificate={"cert_validity": order})
    assert answer.status_code == 201


def test_certificate_of_a_reissue_ends_with_its_order_d(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_clock("2026-11-01T12:00:00Z")
    order_id = client.issued(order_validity={"days": 199})["id"]
    simulator.advance(days=100)
    body = order_body("www.valid.example", certificate={"cert_validity": {"days": 150}}, skip_approval=True)
    assert client.post(f"/order/certificate/{order_id}/reissue", body).status_code == 201
    info = client.info(order_id)
    assert info["certificate"]["valid_till"] == info["order_valid_till"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"payment_method": "bogus"}, "payment_method"),
        ({"payment_method": 5}, "payment_method"),
        ({"auto_renew": "x"}, "auto_renew"),
        ({"auto_reissue": 2}, "auto_reissue"),
        ({"disable_ct": []}, "disable_ct"),
        ({"custom_fields": "x"}, "custom_fields"),
        ({"additional_emails": [[]]}, "additional_emails"),
        ({"technical_contact": 5}, "technical_contact"),
    ],
)
def test_values_of_the_wrong_kind_are_refused_a9(client: Client, fields: dict[str, Any], field: str) -> None:
    answer = client.order("www.valid.example", **fields)
    assert (answer.status_code, code_of(answer)) == (400, f"invalid_value:{field}")


def test_internal_names_are_for_private_products_only_a9(client: Client) -> None:
    for names, field in ((("host.local",), "common_name"), (("a.example", "host.internal"), "dns_names")):
        assert code_of(client.order(*names)) == f"invalid_value:{field}"
    assert client.order("host.local", product="private_ssl_plus").status_code == 201


@pytest.mark.parametrize(("word", "status"), [("ignored", 201), ("checked", 400)])
def test_unknown_server_platform_a9_on_both_sides_of_the_switch(
    client: Client, simulator: SimulatorProcess, word: str, status: int
) -> None:
    simulator.set_switches(server_platform=word)
    answer = client.order("www.valid.example", certificate={"server_platform": {"id": 99999}})
    assert answer.status_code == status


@pytest.mark.parametrize(("word", "status"), [("optional", 201), ("required", 400)])
def test_reissue_without_server_platform_b12_on_both_sides_of_the_switch(
    client: Client, simulator: SimulatorProcess, word: str, status: int
) -> None:
    simulator.set_switches(reissue_server_platform=word)
    path = f"/order/certificate/{client.issued()['id']}/reissue"
    assert client.post(path, order_body("www.valid.example")).status_code == status
    if status == 400:
        body = order_body("www.valid.example", certificate={"server_platform": {"id": 45}})
        assert client.post(path, body).status_code == 201


@pytest.mark.parametrize(("word", "marked"), [("longer_orders", False), ("every_order", True)])
def test_mark_of_plans_b6_on_both_sides_of_the_switch(
    client: Client, simulator: SimulatorProcess, word: str, marked: bool
) -> None:
    simulator.set_switches(multi_year_plan_mark=word)
    order_id = client.issued(order_validity={"days": 90})["id"]
    assert ("is_multi_year_plan" in client.info(order_id)) is marked


def test_cert_validity_of_every_item_of_the_list_b6_r(client: Client) -> None:
    client.order("one.example")
    client.order("two.example", certificate={"cert_validity": {"days": 90}})
    orders = client.get("/order/certificate").json()["orders"]
    assert [order["certificate"]["cert_validity"] for order in orders] == [{"years": 1}, {"days": 90}]
    # Order info shows it only if it was asked for (D).
    assert "cert_validity" not in client.info(orders[0]["id"])["certificate"]


def test_technical_contact_is_copied_b3_d(client: Client) -> None:
    person = {"first_name": "Gia", "last_name": "Booth", "email": "g@b.example", "telephone_extension": "736"}
    contact = {"contact_type": "organization_contact", "job_title": "T", "telephone": "1", **person}
    organization = {"id": 112233, "contacts": [contact]}
    info = client.info(client.order("www.valid.example", organization=organization).json()["id"])
    assert info["technical_contact"] == info["organization_contact"]
    assert info["technical_contact"]["telephone_extension"] == "736"


def test_serial_numbers_in_capitals_b5_r(client: Client) -> None:
    order_id = client.issued()["id"]
    serial = client.info(order_id)["certificate"]["serial_number"]
    assert (serial, len(serial)) == (serial.upper(), 32)
    for spelling in (serial, serial.lower()):
        assert client.info(spelling)["id"] == order_id
        found = client.get(f"/order/certificate?filters[serial_number]={spelling}").json()["orders"]
        assert [order["id"] for order in found] == [order_id]


@pytest.mark.parametrize("null", ["check-dcv", "dcv-random-value", "resend-emails"])
def test_null_is_no_body_a1_c(client: Client, null: str) -> None:
    order_id = client.order("new.example", skip_approval=True, dcv_method="dns-txt-token").json()["id"]
    headers = {"Content-Type": "application/json"}
    path = f"{client.simulator.base_url}/order/certificate/{order_id}/{null}"
    with_null = client.session.put(path, data="null", headers=headers, timeout=60)
    assert with_null.status_code == client.session.put(path, timeout=60).status_code < 300


def test_approval_step_that_is_skipped_makes_no_request_d(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_mode("skip")
    body = client.order("www.valid.example").json()
    assert sorted(body) == ["certificate_chain", "certificate_id", "id"]
    assert client.info(body["id"])["requests"] == []
    # It is not skipped for a user who may not approve.
    other = Client(simulator, key=simulator.keys()["no-approval"])
    assert sorted(other.order("www.valid.example").json()) == ["id", "requests"]


@pytest.mark.parametrize("product", ["ssl_dv_geotrust", "ssl_basic"])
def test_dynamic_file_only_for_ov_and_ev_d(client: Client, product: str) -> None:
    organization = None if product == "ssl_dv_geotrust" else {"id": 112233}
    fields: dict[str, Any] = {"product": product, "organization": organization, "skip_approval": True}
    status = 400 if product == "ssl_dv_geotrust" else 201
    assert client.order("a.example", dcv_method="http-token-dynamic", **fields).status_code == status
    order_id = client.order("b.example", dcv_method="http-token", **fields).json()["id"]
    answer = client.put(f"/order/certificate/{order_id}/dcv-method", {"dcv_method": "http-token-dynamic"})
    assert answer.status_code == (400 if status == 400 else 200)


def test_cert_validity_without_multi_year_plans_is_ignored_d(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_switches(multi_year_plans=False)
    info = client.info(client.issued(certificate={"cert_validity": {"days": 10}})["id"])
    assert "cert_validity" not in info["certificate"]
    assert info["certificate"]["days_remaining"] > 100


def test_unknown_fields_and_organization_units_are_ignored_c_g(client: Client) -> None:
    extra = {"id": 0, "status": "", "sales_stuff": {"x": 1}}
    body = client.issued(certificate={"organization_units": ["Unit"]}, **extra)
    assert "organization_units" not in client.info(body["id"])["certificate"]


@pytest.mark.parametrize("product", ["ssl_basic", "ssl_ev_basic", "private_ssl_plus"])
def test_info_of_issued_order_d_seed_003(client: Client, product: str) -> None:
    info = client.info(client.issued("www.valid.example", product=product)["id"])
    assert mismatches(info, shapes.INFO_ISSUED) == []
    assert "public_id" not in info


def test_info_of_order_that_needs_approval_d_seed_003(client: Client) -> None:
    info = client.info(client.order("www.valid.example", comments="Certificate comment.").json()["id"])
    assert mismatches(info, shapes.INFO_PENDING) == []
    assert info["status"] == "needs_approval"
    assert info["requests"][0]["comments"] == "Certificate comment."


def test_info_by_thumbprint_and_serial_number_d(client: Client) -> None:
    info = client.info(client.issued()["id"])
    for reference in (info["certificate"]["thumbprint"], info["certificate"]["serial_number"]):
        assert client.info(reference) == info


def test_certificate_status_on_both_sides_of_the_switch_c(client: Client, simulator: SimulatorProcess) -> None:
    order_id = client.issued()["id"]
    assert "status" not in client.info(order_id)["certificate"]
    simulator.set_switches(certificate_status_in_info=True)
    assert client.info(order_id)["certificate"]["status"] == "issued"


def test_empty_organization_of_dv_orders_on_both_sides_of_the_switch_c(
    client: Client, simulator: SimulatorProcess
) -> None:
    order_id = client.order("new.example", product="ssl_dv_geotrust", organization=None).json()["id"]
    simulator.set_switches(empty_organization_as_array=True)
    assert client.info(order_id)["organization"] == []
    assert client.get("/order/certificate").json()["orders"][0]["organization"] == []


def test_list_r(client: Client) -> None:
    client.issued("www.valid.example", order_validity={"years": 2})
    client.order("new.example", product="ssl_dv_geotrust", organization=None)
    body = client.get("/order/certificate").json()
    assert mismatches(body, {"orders": [(shapes.LISTED_ISSUED, shapes.LISTED_PENDING)], "page": shapes.PAGE}) == []
    assert mismatches(body["orders"][0], shapes.LISTED_ISSUED) == []
    assert mismatches(body["orders"][1], shapes.LISTED_PENDING) == []
    assert body["orders"][0]["is_multi_year_plan"] == "1"


def test_alternate_d_and_on_the_other_side_of_the_switch(client: Client, simulator: SimulatorProcess) -> None:
    client.order("a.example", alternative_order_id="mine/1")
    client.order("b.example", alternative_order_id="mine/1")
    body = client.get("/order/alternate/mine/1?offset=1&limit=5").json()
    assert mismatches(body, {"orders": [shapes.REFERENCE], "page": shapes.PAGE}) == []
    assert (len(body["orders"]), body["page"]) == (1, {"total": 2, "limit": 5, "offset": 1})
    simulator.set_switches(alternate_unknown="empty")
    answer = client.get("/order/alternate/none")
    assert (answer.status_code, answer.json()["orders"]) == (200, [])


def test_alternative_order_id_is_not_an_order_id_d(client: Client) -> None:
    client.order("a.example", alternative_order_id="mine")
    assert client.get("/order/certificate/mine").status_code == 404


@pytest.mark.parametrize("word", ["canceled", "CANCELED"])
def test_cancel_returns_204_without_body_d_seeds_000_001(client: Client, word: str) -> None:
    order_id = client.order("new.example", skip_approval=True).json()["id"]
    body = {"status": word, "note": "Message about the cancellation.", "send_emails": True}
    answer = client.put(f"/order/certificate/{order_id}/status", body)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers
    assert client.info(order_id)["status"] == "canceled"


@pytest.mark.parametrize("word", ["Canceled", "cancelled", "issued", "", None])
def test_status_words_are_case_sensitive_d(client: Client, word: str | None) -> None:
    order_id = client.order("new.example", skip_approval=True).json()["id"]
    answer = client.put(f"/order/certificate/{order_id}/status", {"status": word, "note": "x"})
    assert (answer.status_code, code_of(answer)) == (400, "invalid_value:status")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("pending", 204),
        ("waiting_pickup", 204),
        ("needs_csr", 400),
        ("needs_approval", 400),
        ("issued", 400),
        ("canceled", 400),
        ("rejected", 400),
        ("revoked", 400),
    ],
)
def test_only_pending_and_waiting_pickup_can_be_canceled_d_seed_000(
    client: Client, simulator: SimulatorProcess, status: str, expected: int
) -> None:
    order = simulator.make_order(
        status=status, certificate={"common_name": "www.valid.example"}, organization={"id": 112233}
    )
    assert client.info(order["id"])["status"] == status
    answer = client.put(f"/order/certificate/{order['id']}/status", {"status": "canceled", "note": "x"})
    assert answer.status_code == expected


def test_mark_of_migrated_orders_d_seed_000(client: Client, simulator: SimulatorProcess) -> None:
    names = {"certificate": {"common_name": "www.valid.example"}, "organization": {"id": 112233}}
    order = simulator.make_order(migrated=True, order_validity={"days": 60}, **names)["id"]
    path = f"/order/certificate/{order}/status"
    assert client.put(path, {"status": "not_renewed"}).status_code == 400
    assert client.put(path, {"status": "renewed"}).status_code == 204
    assert client.info(order)["is_renewed"] is True
    assert client.put(path, {"status": "not_renewed"}).status_code == 204
    assert client.info(order)["is_renewed"] is False
    own = client.issued(order_validity={"days": 60})["id"]
    assert client.put(f"/order/certificate/{own}/status", {"status": "renewed"}).status_code == 400
