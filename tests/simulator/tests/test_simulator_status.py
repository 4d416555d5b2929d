# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Status of orders: approval, cancellation, expiry, status-changes."""

from __future__ import annotations

from typing import Any

import pytest
from simulator_testing.client import Client, code_of

from certcentral_simulator.process import SimulatorProcess


def pending(client: Client, *names: str) -> int:
    """An approved order that waits for DCV."""
    order_id: int = client.order(*(names or ("new.example",)), skip_approval=True, dcv_method="dns-txt-token").json()[
        "id"
    ]
    return order_id


@pytest.mark.parametrize("word", ["canceled", "CANCELED"])
def test_cancel_pending_order_d_c(client: Client, word: str) -> None:
    order_id = pending(client)
    answer = client.put(f"/order/certificate/{order_id}/status", {"status": word, "note": "not needed"})
    assert (answer.status_code, answer.content) == (204, b"")
    info = client.info(order_id)
    assert info["status"] == "canceled"
    assert info["notes"] == [{"id": 1, "text": "not needed"}]
    assert client.simulator.billed_orders()[0]["credited_at"] is not None


@pytest.mark.parametrize(("accepted", "refused"), [("current", "CANCELED"), ("older", "canceled")])
def test_only_one_spelling_may_be_known(
    client: Client, simulator: SimulatorProcess, accepted: str, refused: str
) -> None:
    simulator.set_switches(cancel_spelling=accepted)
    path = f"/order/certificate/{pending(client)}/status"
    answer = client.put(path, {"status": refused, "note": "x"})
    assert (answer.status_code, code_of(answer)) == (400, "invalid_value:status")
    assert client.put(path, {"status": refused.swapcase(), "note": "x"}).status_code == 204


def test_status_words_are_case_sensitive_d(client: Client) -> None:
    answer = client.put(f"/order/certificate/{pending(client)}/status", {"status": "Canceled", "note": "x"})
    assert (answer.status_code, code_of(answer)) == (400, "invalid_value:status")


def test_cancel_without_note_on_both_sides_of_the_switch(client: Client, simulator: SimulatorProcess) -> None:
    order_id = pending(client)
    assert client.put(f"/order/certificate/{order_id}/status", {"status": "canceled"}).status_code == 400
    assert client.info(order_id)["status"] == "pending"
    simulator.set_switches(cancel_note="optional")
    assert client.put(f"/order/certificate/{order_id}/status", {"status": "canceled"}).status_code == 204


def test_cancel_of_issued_order_is_refused_d(client: Client) -> None:
    order_id = client.issued()["id"]
    answer = client.put(f"/order/certificate/{order_id}/status", {"status": "canceled", "note": "x"})
    assert answer.status_code == 400
    assert client.info(order_id)["status"] == "issued"


def test_cancel_of_order_that_needs_approval_on_both_sides_of_the_switch(
    client: Client, simulator: SimulatorProcess
) -> None:
    body = client.order("new.example").json()
    path = f"/order/certificate/{body['id']}/status"
    assert client.put(path, {"status": "canceled", "note": "x"}).status_code == 400
    simulator.set_switches(cancel_needs_approval="accept")
    assert client.put(path, {"status": "canceled", "note": "x"}).status_code == 204
    assert client.info(body["id"])["requests"][0]["status"] == "rejected"


def test_cancel_pending_reissue_returns_to_issued_d(client: Client) -> None:
    order_id = client.issued()["id"]
    certificate_id = client.info(order_id)["certificate"]["id"]
    body = {"certificate": {"common_name": "new.example", "csr": client.info(order_id)["certificate"]["csr"]}}
    request_id = client.post(f"/order/certificate/{order_id}/reissue", body).json()["requests"][0]["id"]
    assert client.info(order_id)["status"] == "reissue_pending"
    assert (
        client.put(
            f"/order/certificate/{order_id}/status", {"status": "canceled", "note": "changed my mind"}
        ).status_code
        == 204
    )
    info = client.info(order_id)
    assert (info["status"], info["certificate"]["id"]) == ("issued", certificate_id)
    request = client.get(f"/request/{request_id}").json()
    assert (request["status"], request["processor_comment"]) == ("rejected", "changed my mind")


def test_cancel_of_reissue_needs_no_note_d(client: Client) -> None:
    order_id = client.issued()["id"]
    body = {"certificate": {"common_name": "new.example", "csr": client.info(order_id)["certificate"]["csr"]}}
    client.post(f"/order/certificate/{order_id}/reissue", body)
    assert client.put(f"/order/certificate/{order_id}/status", {"status": "canceled"}).status_code == 204


def test_order_that_expires_while_it_waits_is_not_issued(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_clock("2026-11-20T12:00:00Z")
    fields: dict[str, Any] = {"order_validity": {"custom_expiration_date": "01 DEC 2026"}, "skip_approval": True}
    order_id = client.order("new.example", **fields).json()["id"]
    simulator.set_clock("2026-12-02T12:00:00Z")
    simulator.set_domain("new.example")
    assert client.info(order_id)["status"] == "pending"


def test_status_of_unknown_order_d(client: Client) -> None:
    answer = client.put("/order/certificate/77/status", {"status": "canceled", "note": "x"})
    assert (answer.status_code, code_of(answer)) == (404, "not_found|order")


def test_canceled_renewal_frees_the_renewed_order(client: Client) -> None:
    first = client.issued()["id"]
    renewal = client.order("new.example", skip_approval=True, renewal_of_order_id=first).json()["id"]
    assert client.info(first)["is_renewed"] is True
    client.put(f"/order/certificate/{renewal}/status", {"status": "canceled", "note": "x"})
    assert client.info(first)["is_renewed"] is False
    assert "was_renewed_by_order_id" not in client.info(first)


def test_renewed_mark_is_for_migrated_orders_near_their_expiry_d(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_clock("2026-11-20T12:00:00Z")
    body = {"certificate": {"common_name": "old.valid.example"}, "organization": {"id": 112233}}
    near = simulator.make_order(**body, migrated=True, order_validity={"days": 60})["id"]
    far = simulator.make_order(**body, migrated=True, order_validity={"days": 300})["id"]
    own = client.issued(order_validity={"days": 60})["id"]
    results = [
        client.put(f"/order/certificate/{order}/status", {"status": "renewed"}).status_code
        for order in (near, far, own)
    ]
    assert results == [204, 400, 400]
    assert client.info(near)["is_renewed"] is True
    assert client.put(f"/order/certificate/{far}/status", {"status": "not_renewed"}).status_code == 400
    assert client.put(f"/order/certificate/{near}/status", {"status": "not_renewed"}).status_code == 204
    assert client.info(near)["is_renewed"] is False


def test_order_expires_at_its_end(client: Client, simulator: SimulatorProcess) -> None:
    order_id = client.issued(order_validity={"days": 30})["id"]
    simulator.advance(days=32)
    assert client.info(order_id)["status"] == "expired"
    issued = client.get("/order/certificate?filters[status]=issued").json()["orders"]
    assert [order["id"] for order in issued] == [order_id], "D: issued includes orders that have expired"


def test_status_changes_by_minutes_and_seconds_d(client: Client, simulator: SimulatorProcess) -> None:
    order_id = client.issued()["id"]
    certificate_id = client.info(order_id)["certificate"]["id"]
    expected = [{"order_id": order_id, "certificate_id": certificate_id, "status": "issued"}]
    assert client.get("/order/certificate/status-changes?minutes=10").json()["orders"] == expected
    assert client.get("/order/certificate/status-changes?seconds=30").json()["orders"] == expected
    simulator.advance(hours=1)
    assert client.get("/order/certificate/status-changes?minutes=10").json() == {}
    assert client.get("/order/certificate/status-changes?minutes=59&seconds=90").json()["orders"] == expected


def test_status_changes_by_days_in_mdt_d(client: Client, simulator: SimulatorProcess) -> None:
    # 05:00 UTC on the 21st is still the 20th in MDT.
    simulator.set_clock("2026-11-21T05:00:00Z")
    order_id = client.issued()["id"]
    path = "/order/certificate/status-changes?filters[status_last_updated]="
    assert client.get(path + "2026-11-20...2026-11-20").json()["orders"][0]["order_id"] == order_id
    assert client.get(path + "2026-11-21...2026-11-22").json() == {}
    assert client.get(path + "26-11-20+22:59:00...26-11-20+23:01:00").json()["orders"][0]["order_id"] == order_id


@pytest.mark.parametrize(
    "query",
    [
        "minutes=10081",
        "seconds=604801",
        "minutes=10080&seconds=1",
        "filters[status_last_updated]=2026-01-01...2026-01-09",
    ],
)
def test_status_changes_of_more_than_seven_days_d(client: Client, query: str) -> None:
    answer = client.get(f"/order/certificate/status-changes?{query}")
    assert (answer.status_code, code_of(answer)) == (400, "time_frame_too_long")
    assert answer.json()["errors"][0]["message"] == "An error occurred while processing your request."


def test_status_changes_without_time_frame_d(client: Client) -> None:
    assert client.get("/order/certificate/status-changes").status_code == 400


def test_issue_delay_runs_on_the_simulated_clock(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_issue_delay(3600)
    order_id = client.order("www.valid.example", skip_approval=True).json()["id"]
    assert client.info(order_id)["status"] == "pending"
    simulator.advance(minutes=59)
    assert client.info(order_id)["status"] == "pending"
    simulator.advance(days=2)
    info = client.info(order_id)
    assert info["status"] == "issued"
    issued_after = info["certificate"]["date_issued"][:10]
    assert issued_after <= info["certificate"]["valid_from"] == issued_after, (
        "dated when it was due, not when it was read"
    )


def test_processing_on_the_other_side_of_the_switch(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_issue_delay(3600)
    simulator.set_switches(status_while_issuing="processing")
    order_id = client.order("www.valid.example", skip_approval=True).json()["id"]
    assert client.info(order_id)["status"] == "processing"
