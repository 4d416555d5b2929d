# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: requests and their approval (facts, section 4)."""

from __future__ import annotations

import pytest
from simulator_testing import order_shapes as shapes
from simulator_testing.client import Client, code_of
from simulator_testing.shapes import DAY, MOMENT, mismatches

from certcentral_simulator.process import SimulatorProcess

_COMMON = {
    "id": int,
    "date": MOMENT,
    "type": ("new_request", "revoke", "duplicate", "reissue"),
    "status": ("submitted", "pending", "approved", "rejected"),
    "requester": shapes.PERSON,
    "comments?": str,
}
LISTED = {
    **_COMMON,
    "order": {
        "id": int,
        "certificate": {"common_name": str},
        "organization?": {"id": int, "name": str},
        "container": {"id": int, "name": str},
        "product": shapes.PRODUCT_SHORT,
    },
}
_ONLY_HERE = {"unsubmitted_domains": [str], "renewal_of_order_valid_till?": DAY}
INFO_OPEN = {**_COMMON, "order": {**shapes.INFO_PENDING, **_ONLY_HERE}}
INFO_DONE = {
    **_COMMON,
    "order": ({**shapes.INFO_PENDING, **_ONLY_HERE}, {**shapes.INFO_ISSUED, **_ONLY_HERE}),
    "date_processed": MOMENT,
    "reviewer": shapes.PERSON,
    "processor": shapes.PERSON,
    "processor_comment?": str,
}


@pytest.mark.parametrize("query", ["status=pending", "filters[status]=pending", "filters[type]=new_request", ""])
def test_list_d_c(client: Client, query: str) -> None:
    client.order("www.valid.example", comments="Please.")
    body = client.get(f"/request?{query}").json()
    assert mismatches(body, {"requests": [LISTED], "page": shapes.PAGE}) == []
    assert len(body["requests"]) == 1


def test_list_is_filtered_d_c(client: Client) -> None:
    client.order("www.valid.example")
    for query in ("status=approved", "filters[status]=rejected", "filters[type]=revoke"):
        assert client.get(f"/request?{query}").json()["requests"] == []
    assert client.get("/request?filters[colour]=red").status_code == 400


def test_info_before_and_after_d(client: Client) -> None:
    request_id = client.order("www.valid.example", comments="Please.").json()["requests"][0]["id"]
    body = client.get(f"/request/{request_id}").json()
    assert mismatches(body, INFO_OPEN) == []
    assert body["comments"] == "Please."
    answer = client.put(f"/request/{request_id}/status", {"status": "approved", "processor_comment": "Fine."})
    assert (answer.status_code, answer.content) == (204, b"")
    body = client.get(f"/request/{request_id}").json()
    assert mismatches(body, INFO_DONE) == []
    assert (body["status"], body["processor_comment"]) == ("approved", "Fine.")


@pytest.mark.parametrize(
    ("status", "expected"),
    [("submitted", 204), ("pending", 204), ("approved", 204), ("rejected", 204), ("Approved", 400), ("", 400)],
)
def test_allowed_statuses_d(client: Client, status: str, expected: int) -> None:
    request_id = client.order("new.example").json()["requests"][0]["id"]
    assert client.put(f"/request/{request_id}/status", {"status": status}).status_code == expected
    if expected == 204:
        assert client.get(f"/request/{request_id}").json()["status"] == status


def test_canceled_reissue_rejects_its_request_with_the_note_d_seed_000(client: Client) -> None:
    order_id = client.issued()["id"]
    csr = client.info(order_id)["certificate"]["csr"]
    body = {"certificate": {"common_name": "www.valid.example", "csr": csr}}
    request_id = client.post(f"/order/certificate/{order_id}/reissue", body).json()["requests"][0]["id"]
    client.put(f"/order/certificate/{order_id}/status", {"status": "canceled", "note": "Not now."})
    found = client.get(f"/request/{request_id}").json()
    assert (found["status"], found["processor_comment"]) == ("rejected", "Not now.")
    assert client.info(order_id)["status"] == "issued"


def test_request_that_is_no_longer_open_on_both_sides_of_the_switch(
    client: Client, simulator: SimulatorProcess
) -> None:
    request_id = client.order("new.example").json()["requests"][0]["id"]
    client.put(f"/request/{request_id}/status", {"status": "approved"})
    assert client.put(f"/request/{request_id}/status", {"status": "rejected"}).status_code == 400
    simulator.admin("PUT", "/switches", {"error.request_already_processed": "409 processed"})
    answer = client.put(f"/request/{request_id}/status", {"status": "rejected"})
    assert (answer.status_code, code_of(answer)) == (409, "processed")


def test_user_who_may_not_approve_c(client: Client, simulator: SimulatorProcess) -> None:
    request_id = client.order("new.example").json()["requests"][0]["id"]
    other = Client(simulator, key=simulator.keys()["no-approval"])
    answer = other.put(f"/request/{request_id}/status", {"status": "approved"})
    assert (answer.status_code, code_of(answer)) == (403, "access_denied|invalid_approver")


def test_unsubmitted_domains_and_end_of_the_renewed_order_d(client: Client) -> None:
    renewed = client.issued("www.valid.example")
    placed = client.order("www.valid.example", "new.example", renewal_of_order_id=renewed["id"]).json()
    order = client.get(f"/request/{placed['requests'][0]['id']}").json()["order"]
    assert order["unsubmitted_domains"] == ["new.example"]
    assert order["renewal_of_order_valid_till"] == client.info(renewed["id"])["order_valid_till"]


def test_summary_d(client: Client) -> None:
    assert client.get("/report/request").json() == {"request": {"total": 0, "types": []}}
    client.order("one.example")
    client.order("two.example")
    client.put(f"/order/certificate/{client.issued()['id']}/revoke", {})
    types = [{"type": "new_request", "request_count": 2}, {"type": "revoke", "request_count": 1}]
    assert client.get("/report/request").json() == {"request": {"total": 3, "types": types}}
    assert client.get("/report/request?container_id=6").json()["request"]["total"] == 0
