# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: status changes (facts, section 3.7; seed 002)."""

from __future__ import annotations

import pytest
from simulator_testing.client import Client
from simulator_testing.order_shapes import REFERENCE
from simulator_testing.shapes import mismatches

from certcentral_simulator.process import SimulatorProcess

PATH = "/order/certificate/status-changes"


@pytest.mark.parametrize(
    "query",
    [
        "minutes=10",
        "seconds=30",
        "minutes=10079&seconds=60",
        "filters[status_last_updated]=2026-11-01...2026-11-07",
        "filters%5Bstatus_last_updated%5D=26-11-05+00:00:00...26-11-05+23:59:59",
    ],
)
def test_every_form_of_time_d(client: Client, simulator: SimulatorProcess, query: str) -> None:
    simulator.set_clock("2026-11-05T18:00:00Z")
    order = client.issued()
    answer = client.get(f"{PATH}?{query}")
    assert answer.status_code == 200
    assert mismatches(answer.json(), {"orders": [REFERENCE]}) == []
    assert answer.json()["orders"] == [
        {"order_id": order["id"], "certificate_id": order["certificate_id"], "status": "issued"}
    ]


def test_no_changes_return_an_empty_object_d(client: Client) -> None:
    assert client.get(f"{PATH}?minutes=5").json() == {}


@pytest.mark.parametrize(
    "query",
    [
        "minutes=10081",
        "seconds=604801",
        "minutes=10080&seconds=1",
        "filters[status_last_updated]=2026-11-01...2026-11-09",
    ],
)
def test_more_than_seven_days_d(client: Client, query: str) -> None:
    answer = client.get(f"{PATH}?{query}")
    assert answer.status_code == 400
    assert answer.json() == {
        "errors": [{"code": "time_frame_too_long", "message": "An error occurred while processing your request."}]
    }


def test_time_frame_is_mandatory_d_on_both_sides_of_the_switch(client: Client, simulator: SimulatorProcess) -> None:
    assert client.get(PATH).status_code == 400
    simulator.admin("PUT", "/switches", {"error.time_frame_missing": "422 missing_filter"})
    assert client.get(PATH).status_code == 422


def test_orders_that_changed_again_after_the_range_are_omitted_d(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_clock("2026-11-05T18:00:00Z")
    order_id = client.issued()["id"]
    simulator.set_clock("2026-11-08T18:00:00Z")
    client.put(f"/order/certificate/{order_id}/revoke", {"skip_approval": True})
    assert client.get(f"{PATH}?filters[status_last_updated]=2026-11-05...2026-11-06").json() == {}
    later = client.get(f"{PATH}?filters[status_last_updated]=2026-11-08...2026-11-08").json()
    assert [entry["status"] for entry in later["orders"]] == ["revoked"]
