# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: reissues and duplicates, and their lists (facts, sections 3.5 and 3.6; seed 002)."""

from __future__ import annotations

from typing import Any

import pytest
from simulator_testing import order_shapes as shapes
from simulator_testing.client import EC_CSR, Client, code_of
from simulator_testing.shapes import TOKEN, mismatches

from certcentral_simulator.process import SimulatorProcess

REQUESTED = {"id": int, "requests": [{"id": int, "status": "pending"}]}


def sample(*names: str, **fields: Any) -> dict[str, Any]:
    """The request of seed 002."""
    return {
        "certificate": {
            "common_name": names[0],
            "dns_names": list(names[1:]),
            "csr": EC_CSR,
            "server_platform": {"id": 2},
            "signature_hash": "sha256",
        },
        **fields,
    }


def test_reissue_needs_approval_d(client: Client) -> None:
    order_id = client.issued()["id"]
    answer = client.post(f"/order/certificate/{order_id}/reissue", sample("www.valid.example"))
    assert answer.status_code == 201
    assert mismatches(answer.json(), REQUESTED) == []
    assert answer.json()["id"] == order_id
    assert client.info(order_id)["status"] == "reissue_pending"


def test_reissue_with_skip_approval_d_c(client: Client) -> None:
    first = client.issued()
    answer = client.post(f"/order/certificate/{first['id']}/reissue", sample("www.valid.example", skip_approval=True))
    assert answer.status_code == 201
    assert mismatches(answer.json(), shapes.ISSUED_AT_ONCE) == []
    assert answer.json()["certificate_id"] != first["certificate_id"]


def test_reissue_that_waits_for_dcv_s_c(client: Client) -> None:
    order_id = client.issued()["id"]
    body = sample("www.valid.example", "new.example", skip_approval=True, dcv_method="dns-txt-token")
    answer = client.post(f"/order/certificate/{order_id}/reissue", body).json()
    assert mismatches(answer, shapes.SKIPPED_WITH_TOKEN) == []
    assert mismatches(answer["dcv_random_value"], TOKEN) == []


@pytest.mark.parametrize(("value", "skipped"), [("ignore", False), ("accept", True)])
def test_skip_approval_inside_the_certificate_on_both_sides_of_the_switch_d(
    client: Client, simulator: SimulatorProcess, value: str, skipped: bool
) -> None:
    simulator.set_switches(skip_approval_in_certificate=value)
    body = sample("www.valid.example")
    body["certificate"]["skip_approval"] = True
    answer = client.post(f"/order/certificate/{client.issued()['id']}/reissue", body).json()
    assert ("certificate_id" in answer) is skipped


def test_list_of_reissues_d(client: Client) -> None:
    order_id = client.issued("*.valid.example", "valid.example")["id"]
    client.post(f"/order/certificate/{order_id}/reissue", sample("*.valid.example", "valid.example"))
    body = client.get(f"/order/certificate/{order_id}/reissue").json()
    assert mismatches(body, {"certificates": [shapes.REISSUE]}) == []
    issued, pending = body["certificates"]
    assert (issued["purchased_dns_names"], issued["purchased_wildcard_names"]) == ("1", "1")
    assert "date_issued" in issued
    assert not {"date_issued", "serial_number", "thumbprint", "valid_till"} & set(pending)


@pytest.mark.parametrize("status", ["pending", "needs_approval", "revoked", "rejected", "canceled"])
def test_only_issued_orders_can_be_reissued(client: Client, simulator: SimulatorProcess, status: str) -> None:
    made = simulator.make_order(
        status=status, certificate={"common_name": "www.valid.example"}, organization={"id": 112233}
    )
    answer = client.post(f"/order/certificate/{made['id']}/reissue", sample("www.valid.example"))
    assert answer.status_code == 400
    simulator.admin("PUT", "/switches", {"error.reissue_wrong_state": "409 order_state"})
    answer = client.post(f"/order/certificate/{made['id']}/reissue", sample("www.valid.example"))
    assert (answer.status_code, code_of(answer)) == (409, "order_state")


def test_duplicate_with_and_without_approval_d_r(client: Client) -> None:
    order_id = client.issued()["id"]
    path = f"/order/certificate/{order_id}/duplicate"
    answer = client.post(path, sample("www.valid.example"))
    assert answer.status_code == 201
    assert mismatches(answer.json(), REQUESTED) == []
    answer = client.post(path, sample("www.valid.example", skip_approval=True))
    assert mismatches(answer.json(), shapes.ISSUED_AT_ONCE) == []
    assert client.info(order_id)["status"] == "issued"


@pytest.mark.parametrize("word", ["approved", "issued"])
def test_list_of_duplicates_on_both_sides_of_the_switch_d(
    client: Client, simulator: SimulatorProcess, word: str
) -> None:
    simulator.set_switches(duplicate_status=word)
    order_id = client.issued()["id"]
    path = f"/order/certificate/{order_id}/duplicate"
    client.post(path, sample("www.valid.example", skip_approval=True))
    body = client.get(path).json()
    assert mismatches(body, {"certificates": [shapes.DUPLICATE]}) == []
    assert [entry["status"] for entry in body["certificates"]] == [word]
    info = client.get("/order/certificate").json()["orders"][0]
    assert (info["duplicates_count"], info["has_duplicates"]) == (1, True)


def test_names_of_a_duplicate_d(client: Client) -> None:
    multi = client.issued("a.valid.example", "b.valid.example")["id"]
    wild = client.issued("*.valid.example", product="ssl_wildcard")["id"]
    multi_path, wild_path = (f"/order/certificate/{order}/duplicate" for order in (multi, wild))
    # A name may become the common name; names below a wildcard may be added.
    assert client.post(multi_path, sample("b.valid.example", "a.valid.example")).status_code == 201
    assert client.post(wild_path, sample("*.valid.example", "c.valid.example")).status_code == 201
    assert client.post(multi_path, sample("a.valid.example", "c.valid.example")).status_code == 400
    assert client.post(wild_path, sample("*.valid.example", "other.example")).status_code == 400


@pytest.mark.parametrize(("granted", "hash_name"), [("requested", "sha384"), ("sha256", "sha256")])
def test_the_hash_that_is_granted_unknown(
    client: Client, simulator: SimulatorProcess, granted: str, hash_name: str
) -> None:
    simulator.set_switches(signature_hash_granted=granted)
    body = sample("www.valid.example", skip_approval=True)
    body["certificate"]["signature_hash"] = "sha384"
    order_id = client.issued()["id"]
    assert client.post(f"/order/certificate/{order_id}/reissue", body).status_code == 201
    assert client.info(order_id)["certificate"]["signature_hash"] == hash_name


@pytest.mark.parametrize(("kind", "status"), [("reissue", "issued"), ("duplicate", "approved")])
def test_no_list_has_a_status_for_a_revoked_certificate_d(client: Client, kind: str, status: str) -> None:
    order_id = client.issued()["id"]
    body = sample("www.valid.example", skip_approval=True)
    path = f"/order/certificate/{order_id}/{kind}"
    revoked = client.post(path, body).json()["certificate_id"]
    client.post(path, body)
    answer = client.put(f"/certificate/{revoked}/revoke", {"revocation_reason": "superseded", "skip_approval": True})
    assert answer.status_code == 204
    listed = {entry["id"]: entry["status"] for entry in client.get(path).json()["certificates"]}
    assert listed[revoked] == status
