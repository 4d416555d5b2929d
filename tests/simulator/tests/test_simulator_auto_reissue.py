# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Automatic reissues of orders with auto_reissue (D: seed 003, Multi-year Plans)."""

from __future__ import annotations

from typing import Any

import pytest
from simulator_testing.client import Client

from certcentral_simulator.process import SimulatorProcess

TODAY = "2026-11-01T12:00:00Z"


@pytest.fixture
def order_id(client: Client, simulator: SimulatorProcess) -> int:
    """A two-year plan whose certificate expires on 18 May 2027."""
    simulator.set_clock(TODAY)
    placed: dict[str, Any] = client.issued(order_validity={"years": 2}, auto_reissue=1)
    assert client.info(placed["id"])["certificate"]["valid_till"] == "2027-05-18"
    return int(placed["id"])


def requests_of(client: Client, order_id: int) -> list[tuple[str, str, str]]:
    """Type, status and day of each request of the order."""
    return [
        (entry["type"], entry["status"], entry["date"][:10])
        for entry in client.info(order_id)["requests"]
        if entry["type"] == "reissue"
    ]


def test_request_is_made_30_days_before_expiry_d(client: Client, simulator: SimulatorProcess, order_id: int) -> None:
    simulator.set_clock("2027-04-17T23:00:00Z")
    assert requests_of(client, order_id) == []
    simulator.set_clock("2027-04-19T00:00:00Z")
    assert requests_of(client, order_id) == [("reissue", "pending", "2027-04-18")]
    assert client.info(order_id)["status"] == "reissue_pending"
    simulator.set_domain("valid.example", "valid")
    simulator.approve_all()
    info = client.info(order_id)
    assert info["status"] == "issued"
    # 99 days since March 2027.
    assert info["certificate"]["valid_till"] == "2027-07-26"


def test_it_repeats_until_the_order_ends_d(client: Client, simulator: SimulatorProcess, order_id: int) -> None:
    simulator.set_switches(auto_reissue_approval="approved")
    for day in ("2027-04-20", "2027-07-01", "2027-09-10", "2027-11-20", "2028-02-01", "2028-04-10", "2028-07-01"):
        simulator.set_clock(f"{day}T00:00:00Z")
        # Neither stays validated for that long.
        simulator.set_organization(112233, ov="valid")
        simulator.set_domain("valid.example", "valid")
    simulator.set_clock("2028-10-15T00:00:00Z")
    simulator.set_domain("valid.example", "valid")
    info = client.info(order_id)
    assert info["certificate"]["valid_till"] == info["order_valid_till"] == "2028-11-01"
    listed = client.get(f"/order/certificate/{order_id}/reissue").json()["certificates"]
    assert len({entry["serial_number"] for entry in listed}) == len(listed) > 5
    assert len({entry["csr"] for entry in listed}) == 1


def test_jump_of_the_clock_dates_each_request(client: Client, simulator: SimulatorProcess, order_id: int) -> None:
    simulator.set_switches(auto_reissue_approval="approved")
    simulator.set_domain("valid.example", "valid")
    simulator.set_clock("2027-05-19T00:00:00Z")
    assert requests_of(client, order_id) == [("reissue", "approved", "2027-04-18")]


def test_domain_that_is_no_longer_validated_delays_it(
    client: Client, simulator: SimulatorProcess, order_id: int
) -> None:
    simulator.set_switches(auto_reissue_approval="approved")
    simulator.set_domain("valid.example", "expired")
    simulator.set_clock("2027-04-20T00:00:00Z")
    assert client.info(order_id)["status"] == "reissue_pending"
    simulator.set_domain("valid.example", "valid")
    assert client.info(order_id)["status"] == "issued"


def test_rejected_request_is_not_made_again(client: Client, simulator: SimulatorProcess, order_id: int) -> None:
    simulator.set_clock("2027-04-20T00:00:00Z")
    client.put(f"/order/certificate/{order_id}/status", {"status": "canceled", "note": "No."})
    simulator.advance(days=1)
    assert requests_of(client, order_id) == [("reissue", "rejected", "2027-04-18")]
    client.put(f"/order/certificate/{order_id}/auto-reissue", {"auto_reissue": 1})
    simulator.advance(days=1)
    assert len(requests_of(client, order_id)) == 2


@pytest.mark.parametrize("switched_off", ["by the setting", "by the account", "never on"])
def test_nothing_happens_if_it_is_off(
    client: Client, simulator: SimulatorProcess, order_id: int, switched_off: str
) -> None:
    if switched_off == "by the setting":
        client.put(f"/order/certificate/{order_id}/auto-reissue", {"auto_reissue": 0})
    else:
        simulator.set_clock(TODAY)
        simulator.set_switches(multi_year_plans=switched_off != "by the account")
        flag, years = int(switched_off == "by the account"), 1 + (switched_off != "by the account")
        order_id = client.issued("w.valid.example", order_validity={"years": years}, auto_reissue=flag)["id"]
    simulator.set_clock("2027-05-01T00:00:00Z")
    assert requests_of(client, order_id) == []


def test_order_without_time_left_is_not_reissued(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_clock(TODAY)
    order = client.issued(order_validity={"days": 100}, auto_reissue=1)["id"]
    simulator.advance(days=90)
    assert requests_of(client, order) == []
    assert client.info(order)["status"] == "issued"


def test_revoked_order_is_not_reissued(client: Client, simulator: SimulatorProcess, order_id: int) -> None:
    client.put(f"/order/certificate/{order_id}/revoke", {"skip_approval": True})
    simulator.set_clock("2027-05-01T00:00:00Z")
    assert requests_of(client, order_id) == []
