# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: notes, custom fields and approval e-mails of an order (additions, sections 3.1 and 3.7)."""

from __future__ import annotations

import pytest
from simulator_testing.client import Client, code_of
from simulator_testing.order_shapes import PERSON
from simulator_testing.shapes import MOMENT, mismatches

from certcentral_simulator.process import SimulatorProcess

NOTE = {"id": int, "date_created": MOMENT, "text": str, "user": PERSON}


def test_notes_d_a10(client: Client) -> None:
    order_id = client.issued()["id"]
    path = f"/order/certificate/{order_id}/note"
    assert client.get(path).json() == {"notes": []}
    answer = client.post(path, {"text": "first"})
    assert (answer.status_code, mismatches(answer.json(), NOTE)) == (201, [])
    client.post(path, {"text": "second"})
    body = client.get(path).json()
    assert mismatches(body, {"notes": [NOTE]}) == []
    # The newest comes first.
    assert [note["text"] for note in body["notes"]] == ["second", "first"]
    assert client.info(order_id)["notes"] == [{"id": 1, "text": "first"}, {"id": 2, "text": "second"}]


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": []}, None])
def test_a_note_needs_a_text_d(client: Client, body: object) -> None:
    answer = client.post(f"/order/certificate/{client.issued()['id']}/note", body)
    assert (answer.status_code, code_of(answer)) == (400, "invalid_value:text")


def test_notes_of_unknown_order_d(client: Client) -> None:
    assert code_of(client.get("/order/certificate/1/note")) == "not_found|order"


def test_custom_field_of_an_order_d_a10(client: Client) -> None:
    order_id = client.order("one.example", custom_fields=[{"metadata_id": 11, "value": "old"}]).json()["id"]
    path = f"/order/certificate/{order_id}/custom-field"
    for metadata_id, value in ((11, "new"), (12, "4711")):
        answer = client.post(path, {"metadata_id": metadata_id, "value": value})
        assert (answer.status_code, answer.content) == (204, b"")
    assert client.info(order_id)["custom_fields"] == [
        {"metadata_id": 11, "label": "Invoice #", "value": "new"},
        {"metadata_id": 12, "label": "Cost centre", "value": "4711"},
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"metadata_id": 11}, "invalid_value:value"),
        ({"value": "x"}, "invalid_value:metadata_id"),
        ({"metadata_id": 99, "value": "x"}, "invalid_value:metadata_id"),
        ({"metadata_id": 12, "value": "no number"}, "invalid_custom_field_value"),
    ],
)
def test_custom_field_is_refused_d_a8(client: Client, body: dict[str, object], code: str) -> None:
    order_id = client.order("one.example").json()["id"]
    answer = client.post(f"/order/certificate/{order_id}/custom-field", body)
    assert (answer.status_code, code_of(answer)) == (400, code)
    answer = client.order("two.example", custom_fields=[body])
    assert (answer.status_code, code_of(answer)) == (400, code)


def test_approval_emails_d(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_domain("valid.example", "pending")
    order_id = client.order("www.valid.example", product="ssl_ev_basic", skip_approval=True).json()["id"]
    path = f"/order/certificate/{order_id}/order-approval/resend-emails"
    answer = client.put(path, {"emails": ["john.smith@valid.example"]})
    assert (answer.status_code, answer.content) == (204, b"")
    # Mary Jones is no verified contact.
    for emails in ([], ["mary.jones@valid.example"]):
        assert code_of(client.put(path, {"emails": emails})) == "invalid_value:emails"


def test_approver_in_the_body_of_an_order_d(client: Client) -> None:
    organization = {"id": 112233, "contacts": [{"contact_type": "ev_approver", "user_id": 14}]}
    body = client.issued("www.valid.example", product="ssl_ev_basic", organization=organization)
    assert body["certificate_chain"]


@pytest.mark.parametrize(("product", "status"), [("ssl_basic", "pending"), ("ssl_ev_basic", "issued")])
def test_approval_emails_only_for_pending_ev_orders_d(
    client: Client, simulator: SimulatorProcess, product: str, status: str
) -> None:
    made = simulator.make_order(
        product=product, status=status, certificate={"common_name": "www.valid.example"}, organization={"id": 112233}
    )
    answer = client.put(
        f"/order/certificate/{made['id']}/order-approval/resend-emails", {"emails": ["john.smith@valid.example"]}
    )
    assert (answer.status_code, code_of(answer)) == (400, "invalid_value:order_id")
