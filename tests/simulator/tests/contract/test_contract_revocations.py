# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: revoking a certificate and an order (facts, section 4; seeds 002 and 004)."""

from __future__ import annotations

from typing import Any

import pytest
from simulator_testing.client import EC_CSR, Client, code_of
from simulator_testing.order_shapes import PERSON
from simulator_testing.shapes import MOMENT, mismatches

from certcentral_simulator.process import SimulatorProcess

REQUEST = {
    "id": int,
    "date": MOMENT,
    "type": "revoke",
    "status": ("pending", "submitted", "approved"),
    "requester": PERSON,
    "comments?": str,
}


def paths(client: Client) -> list[str]:
    """Every way to identify what is revoked: certificate and order, each by id and by serial number."""
    placed = client.issued()
    serial = client.info(placed["id"])["certificate"]["serial_number"]
    return [
        f"/certificate/{placed['certificate_id']}/revoke",
        f"/certificate/{serial}/revoke",
        f"/order/certificate/{placed['id']}/revoke",
        f"/order/certificate/{serial}/revoke",
    ]


@pytest.mark.parametrize("which", range(4))
@pytest.mark.parametrize("skip", [False, True])
def test_by_id_and_by_serial_with_and_without_approval_d(client: Client, which: int, skip: bool) -> None:
    path = paths(client)[which]
    answer = client.put(path, {"revocation_reason": "superseded", "comment": "no more", "skip_approval": skip})
    order_id = client.get("/order/certificate").json()["orders"][0]["id"]
    if skip:
        assert (answer.status_code, answer.content) == (204, b"")
    else:
        assert answer.status_code == 201
        assert mismatches(answer.json(), REQUEST) == []
        assert answer.json()["comments"] == "no more"
        assert client.info(order_id)["status"] == "issued"
        client.put(f"/request/{answer.json()['id']}/status", {"status": "approved"})
    # An order with one certificate that is revoked on its own stays active (D).
    assert client.info(order_id)["status"] == ("revoked" if path.startswith("/order") else "issued")


@pytest.mark.parametrize("field", ["comment", "comments"])
@pytest.mark.parametrize("reason", ["revocation_reason", "reason"])
@pytest.mark.parametrize(
    "value", ["unspecified", "keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation"]
)
def test_every_spelling_d_c(client: Client, field: str, reason: str, value: str) -> None:
    answer = client.put(paths(client)[0], {reason: value, field: "text"})
    assert (answer.status_code, answer.json()["comments"]) == (201, "text")


def test_sample_of_seed_002_d(client: Client) -> None:
    answer = client.put(paths(client)[0], {"comments": "I no longer need this cert."})
    assert mismatches(answer.json(), {**REQUEST, "status": "pending", "comments": "I no longer need this cert."}) == []


def test_unknown_reason_and_unknown_certificate(client: Client) -> None:
    assert code_of(client.put(paths(client)[0], {"revocation_reason": "bored"})) == "invalid_value:revocation_reason"
    assert code_of(client.put("/certificate/9/revoke", {})) == "not_found|certificate"
    assert code_of(client.put("/order/certificate/9/revoke", {})) == "not_found|order"


@pytest.mark.parametrize("status", ["pending", "submitted"])
def test_status_of_the_request_on_both_sides_of_the_switch_d_c(
    client: Client, simulator: SimulatorProcess, status: str
) -> None:
    simulator.set_switches(revoke_request_status=status)
    answer = client.put(paths(client)[0], {})
    assert answer.json()["status"] == status
    client.put(f"/request/{answer.json()['id']}/status", {"status": "approved"})
    assert client.get(f"/request/{answer.json()['id']}").json()["status"] == "approved"


@pytest.mark.parametrize(("word", "status"), [("administrator", "pending"), ("policy", "approved")])
def test_automatic_approval_b8_on_both_sides_of_the_switch(
    client: Client, simulator: SimulatorProcess, word: str, status: str
) -> None:
    simulator.set_mode("auto")
    simulator.set_switches(revoke_request_approval=word)
    assert client.put(paths(client)[0], {}).json()["status"] == status


@pytest.mark.parametrize(("setting", "status"), [(False, "issued"), (True, "revoked")])
def test_setting_for_the_last_certificate_d(
    client: Client, simulator: SimulatorProcess, setting: bool, status: str
) -> None:
    simulator.set_switches(revoke_order_with_last_certificate=setting)
    placed = client.issued()
    body = {"certificate": {"common_name": "www.valid.example", "csr": EC_CSR}, "skip_approval": True}
    second = client.post(f"/order/certificate/{placed['id']}/duplicate", body).json()["certificate_id"]
    for certificate, expected in ((second, "issued"), (placed["certificate_id"], status)):
        assert client.put(f"/certificate/{certificate}/revoke", {"skip_approval": True}).status_code == 204
        assert client.info(placed["id"])["status"] == expected
    # A reissue stays possible as long as the order is active (D).
    answer = client.post(f"/order/certificate/{placed['id']}/reissue", body)
    assert answer.status_code == (201 if status == "issued" else 400)


def test_approval_cannot_be_skipped_on_the_other_side_of_the_switch_d_2019(
    client: Client, simulator: SimulatorProcess
) -> None:
    simulator.set_switches(revoke_skip_approval=False)
    assert client.put(paths(client)[2], {"skip_approval": True}).status_code == 201


def test_skip_approval_needs_an_administrator_d(client: Client, simulator: SimulatorProcess) -> None:
    path = paths(client)[2]
    other = Client(simulator, key=simulator.keys()["no-approval"])
    assert other.put(path, {"skip_approval": True}).status_code == 201
    simulator.set_switches(skip_approval_without_right="refuse")
    answer = other.put(path, {"skip_approval": True})
    assert (answer.status_code, code_of(answer)) == (403, "access_denied|missing_permission")


@pytest.mark.parametrize("which", [0, 2])
def test_pending_reissue_prevents_revocation_d(client: Client, simulator: SimulatorProcess, which: int) -> None:
    path = paths(client)[which]
    order = client.get("/order/certificate").json()["orders"][0]
    certificate: dict[str, Any] = client.info(order["id"])["certificate"]
    body = {"certificate": {"common_name": certificate["common_name"], "csr": certificate["csr"]}}
    client.post(f"/order/certificate/{order['id']}/reissue", body)
    assert client.put(path, {}).status_code == 400
    simulator.admin("PUT", "/switches", {"error.revoke_with_pending_reissue": "409 reissue_first"})
    answer = client.put(path, {})
    assert (answer.status_code, code_of(answer)) == (409, "reissue_first")


def test_twice_is_refused_on_both_sides_of_the_switch(client: Client, simulator: SimulatorProcess) -> None:
    path = paths(client)[2]
    client.put(path, {"skip_approval": True})
    assert client.put(path, {"skip_approval": True}).status_code == 400
    simulator.admin("PUT", "/switches", {"error.revoke_wrong_state": "404 not_found|order"})
    assert client.put(path, {"skip_approval": True}).status_code == 404
