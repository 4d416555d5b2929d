# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: organizations (facts, section 4; seed 002)."""

from __future__ import annotations

from typing import Any

import pytest
from simulator_testing.client import Client, code_of
from simulator_testing.order_shapes import PAGE
from simulator_testing.shapes import MOMENT, mismatches

from certcentral_simulator.process import SimulatorProcess

VALIDATION = {
    "type": ("ov", "ev", "cs", "ev_cs", "ds", "smime"),
    "name": str,
    "description": str,
    "status": ("pending", "active", "expired"),
    "date_created?": MOMENT,
    "validated_until?": MOMENT,
    "verified_users?": [{"id?": int, "first_name": str, "last_name": str}],
}
ORGANIZATION = {
    "id": int,
    "status": ("active", "inactive"),
    "name": str,
    "assumed_name?": str,
    "display_name": str,
    "is_active": bool,
    "address": str,
    "address2?": str,
    "zip?": str,
    "city": str,
    "state?": str,
    "country": str,
    "telephone?": str,
    "container": {"id": int, "name": str, "parent_id": int, "is_active": bool},
    "organization_contact?": dict,
}
# The object of seed 002.
SAMPLE: dict[str, Any] = {
    "name": "Epigyne Unwieldiness llc",
    "assumed_name": "Epigyne Unwieldiness",
    "country": "us",
    "address": "932 Prospect Street",
    "address2": "Floor 08",
    "city": "Minneapolis",
    "state": "mn",
    "zip": "40849",
    "telephone": "666-186-6450",
    "container": {"id": 5},
    "organization_contact": {
        "first_name": "Gia",
        "last_name": "Booth",
        "job_title": "Clinical Laboratory Technician",
        "email": "gia.booth@valid.example",
        "telephone": "666-186-6450",
        "telephone_extension": "736",
    },
}


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 2),
        ("container_id=5", 2),
        ("container_id=6", 0),
        ("filters[status]=active", 2),
        ("filters[status]=inactive", 0),
        ("limit=1&offset=1", 1),
    ],
)
def test_list_r(client: Client, query: str, number: int) -> None:
    body = client.get(f"/organization?{query}").json()
    assert mismatches(body, {"organizations": [ORGANIZATION], "page": PAGE}) == []
    assert len(body["organizations"]) == number


def test_include_validation_c(client: Client) -> None:
    body = client.get("/organization?include_validation=true").json()
    shape = {**ORGANIZATION, "validations": [VALIDATION]}
    assert mismatches(body["organizations"], [shape]) == []
    assert mismatches(client.get("/organization/112233?include_validation=true").json(), shape) == []


def test_create_and_info_d(client: Client) -> None:
    answer = client.post("/organization", SAMPLE)
    assert answer.status_code == 201
    assert mismatches(answer.json(), {"id": int}) == []
    body = client.get(f"/organization/{answer.json()['id']}").json()
    assert mismatches(body, ORGANIZATION) == []
    assert body["display_name"] == "Epigyne Unwieldiness llc (Epigyne Unwieldiness)"


@pytest.mark.parametrize("field", ["name", "address", "city", "country"])
def test_required_fields(client: Client, field: str) -> None:
    answer = client.post("/organization", {**SAMPLE, field: ""})
    assert (answer.status_code, code_of(answer)) == (400, f"invalid_value:{field}")


@pytest.mark.parametrize(("value", "same"), [("orders", False), ("always", True)])
def test_created_twice_on_both_sides_of_the_switch(
    client: Client, simulator: SimulatorProcess, value: str, same: bool
) -> None:
    simulator.set_switches(organization_duplicates=value)
    first, second = (client.post("/organization", SAMPLE).json()["id"] for _number in range(2))
    assert (first == second) is same
    third = client.post("/organization", {**SAMPLE, "skip_duplicate_org_check": True}).json()["id"]
    assert third != first


def test_order_with_details_finds_the_oldest_match_d_seed_002(client: Client) -> None:
    oldest = client.post("/organization", SAMPLE).json()["id"]
    client.post("/organization", SAMPLE)
    order = client.order("www.valid.example", organization=SAMPLE).json()["id"]
    assert client.info(order)["organization"]["id"] == oldest
    forced = {**SAMPLE, "skip_duplicate_org_check": True}
    order = client.order("www.valid.example", organization=forced).json()["id"]
    assert client.info(order)["organization"]["id"] > oldest + 1
    client.put(f"/organization/{oldest}/deactivate")
    order = client.order("www.valid.example", organization=SAMPLE).json()["id"]
    assert client.info(order)["organization"]["id"] == oldest + 1


def test_order_with_new_details_creates_the_organization_d_seed_002(client: Client) -> None:
    order = client.order("www.valid.example", organization=SAMPLE).json()["id"]
    found = client.info(order)
    assert found["organization"]["name"] == SAMPLE["name"]
    assert found["organization_contact"] == SAMPLE["organization_contact"]
    path = f"/organization/{found['organization']['id']}/validation"
    validations = client.get(path).json()["validations"]
    assert [(entry["type"], entry["status"]) for entry in validations] == [("ov", "pending")]


def test_a_validation_started_by_an_order_may_be_unlisted(client: Client) -> None:
    client.simulator.set_switches(order_starts_validation=False)
    organization = client.info(client.order("www.valid.example", organization=SAMPLE).json()["id"])["organization"]
    assert client.get(f"/organization/{organization['id']}/validation").json() == {"validations": []}


def test_validation_d_seed_002(client: Client) -> None:
    body = client.get("/organization/112233/validation").json()
    assert mismatches(body, {"validations": [VALIDATION]}) == []
    assert {entry["type"] for entry in body["validations"]} == {"ov", "ev"}


@pytest.mark.parametrize("kind", ["ov", "ev", "cs", "ev_cs", "ds", "smime"])
def test_submit_for_validation_d(client: Client, simulator: SimulatorProcess, kind: str) -> None:
    organization = client.post("/organization", SAMPLE).json()["id"]
    path = f"/organization/{organization}/validation"
    people = [{"id": 14}, {"first_name": "Gia", "last_name": "Booth"}]
    answer = client.post(path, {"validations": [{"type": kind, "verified_users": people}]})
    assert (answer.status_code, answer.content) == (204, b"")
    found = client.get(path).json()["validations"]
    assert mismatches(found, [{**VALIDATION, "status": "pending"}]) == []
    assert [person["last_name"] for person in found[0]["verified_users"]] == ["Smith", "Booth"]
    simulator.set_organization(organization, **{kind: "valid"})
    assert client.get(path).json()["validations"][0]["status"] == "active"


@pytest.mark.parametrize(("kind", "expected"), [("ov", 204), ("ev", 400), ("cs", 400), ("ev_cs", 400), ("none", 400)])
def test_verified_users_are_required_for_ev_and_cs_d(client: Client, kind: str, expected: int) -> None:
    answer = client.post("/organization/112244/validation", {"validations": [{"type": kind}]})
    assert answer.status_code == expected


def test_activate_and_deactivate_d(client: Client) -> None:
    answer = client.put("/organization/112233/deactivate")
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get("/organization/112233").json()["status"] == "inactive"
    assert client.order("www.valid.example").status_code == 400
    assert client.put("/organization/112233/activate").status_code == 204
    assert client.get("/organization/112233").json()["is_active"] is True


@pytest.mark.parametrize(
    ("detail", "validated", "with_users"), [("full", 1, 1), ("without_users", 1, 0), ("none", 0, 0)]
)
def test_list_with_validation_unknown(
    client: Client, simulator: SimulatorProcess, detail: str, validated: int, with_users: int
) -> None:
    simulator.set_switches(organization_list_validation=detail)
    listed = client.get("/organization", params={"include_validation": "true"}).json()["organizations"]
    (corp,) = [entry for entry in listed if entry["id"] == 112233]
    validations = corp.get("validations", [])
    assert mismatches(validations, [VALIDATION]) == []
    assert bool(validations) is bool(validated)
    assert any("verified_users" in entry for entry in validations) is bool(with_users)
    assert not any("validations" in entry for entry in client.get("/organization").json()["organizations"])
