# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reissues and duplicates."""

from __future__ import annotations

from typing import Any

from simulator_testing.client import EC_CSR, Client, code_of

from certcentral_simulator.process import SimulatorProcess


def reissue(client: Client, order_id: int, *names: str, **fields: Any) -> Any:
    """POST a reissue."""
    certificate = {
        "common_name": names[0],
        "dns_names": list(names[1:]),
        "csr": EC_CSR,
        **fields.pop("certificate", {}),
    }
    return client.post(f"/order/certificate/{order_id}/reissue", {"certificate": certificate, **fields})


def duplicate(client: Client, order_id: int, *names: str, **fields: Any) -> Any:
    """POST a duplicate."""
    certificate = {"common_name": names[0], "dns_names": list(names[1:]), "csr": EC_CSR}
    return client.post(f"/order/certificate/{order_id}/duplicate", {"certificate": certificate, **fields})


def revoked(client: Client, certificate_id: int) -> bool:
    """Whether the CA has revoked the certificate."""
    rows = client.simulator.admin("GET", "/export")["certificates"]
    return any(row["id"] == certificate_id and row["revoked_at"] is not None for row in rows)


def test_reissue_with_approval_d(client: Client) -> None:
    first = client.issued("www.valid.example")
    answer = reissue(client, first["id"], "www.valid.example")
    assert answer.status_code == 201
    assert answer.json()["id"] == first["id"]
    assert set(answer.json()) == {"id", "requests"}
    assert client.info(first["id"])["status"] == "reissue_pending"
    assert client.info(first["id"])["certificate"]["id"] == first["certificate_id"]
    client.put(f"/request/{answer.json()['requests'][0]['id']}/status", {"status": "approved"})
    info = client.info(first["id"])
    assert info["status"] == "issued"
    assert info["certificate"]["id"] != first["certificate_id"]


def test_reissue_with_skip_approval_returns_new_certificate_id_d_c(client: Client) -> None:
    first = client.issued("www.valid.example")
    body = reissue(client, first["id"], "www.valid.example", skip_approval=True).json()
    assert body["certificate_id"] != first["certificate_id"]
    assert len(body["certificate_chain"]) == 3


def test_skip_approval_inside_the_certificate_is_ignored(client: Client) -> None:
    first = client.issued("www.valid.example")
    body = reissue(client, first["id"], "www.valid.example", certificate={"skip_approval": True}).json()
    assert body["requests"][0]["status"] == "pending"


def test_list_of_reissues_d(client: Client) -> None:
    first = client.issued("www.valid.example")
    reissue(client, first["id"], "www.valid.example", skip_approval=True)
    reissue(client, first["id"], "www.valid.example")
    entries = client.get(f"/order/certificate/{first['id']}/reissue").json()["certificates"]
    assert [entry["status"] for entry in entries] == ["issued", "issued", "pending"]
    assert "date_issued" in entries[1]
    assert "date_issued" not in entries[2]
    for field in [
        "id",
        "thumbprint",
        "serial_number",
        "common_name",
        "dns_names",
        "csr",
        "key_size",
        "archived",
        "user_id",
        "email",
        "firstname",
    ]:
        assert field in entries[1], field


def test_second_reissue_while_one_is_pending_is_refused(client: Client) -> None:
    first = client.issued("www.valid.example")
    reissue(client, first["id"], "www.valid.example")
    assert reissue(client, first["id"], "www.valid.example").status_code == 400


def test_reissue_of_unissued_order_is_refused(client: Client) -> None:
    order_id = client.order("new.example", skip_approval=True).json()["id"]
    assert reissue(client, order_id, "new.example").status_code == 400


def test_expired_order_cannot_be_reissued_or_duplicated(client: Client, simulator: SimulatorProcess) -> None:
    order_id = client.issued("www.valid.example", order_validity={"days": 30})["id"]
    simulator.advance(days=31)
    assert client.info(order_id)["status"] == "expired"
    assert reissue(client, order_id, "www.valid.example").status_code == 400
    assert duplicate(client, order_id, "www.valid.example").status_code == 400


def test_pending_certificate_is_shown_on_the_other_side_of_the_switch(
    client: Client, simulator: SimulatorProcess
) -> None:
    simulator.set_switches(info_while_reissue_pending="pending")
    first = client.issued("www.valid.example")
    reissue(client, first["id"], "www.valid.example")
    assert client.info(first["id"])["certificate"]["id"] != first["certificate_id"]


def test_reissue_that_drops_a_name_revokes_within_72_hours(client: Client, simulator: SimulatorProcess) -> None:
    first = client.issued("a.valid.example", "b.valid.example")
    reissue(client, first["id"], "a.valid.example", skip_approval=True)
    simulator.advance(hours=71)
    assert not revoked(client, first["certificate_id"])
    simulator.advance(hours=2)
    assert revoked(client, first["certificate_id"])
    assert client.info(first["id"])["status"] == "issued"


def test_reissue_that_keeps_all_names_revokes_nothing(client: Client, simulator: SimulatorProcess) -> None:
    first = client.issued("a.valid.example")
    reissue(client, first["id"], "a.valid.example", "b.valid.example", skip_approval=True)
    simulator.advance(days=5)
    assert not revoked(client, first["certificate_id"])


def test_dropping_names_on_the_other_side_of_the_switch(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_switches(revoke_after_reissue_hours=-1)
    first = client.issued("a.valid.example", "b.valid.example")
    reissue(client, first["id"], "a.valid.example", skip_approval=True)
    simulator.advance(days=30)
    assert not revoked(client, first["certificate_id"])


def test_only_added_names_are_billed(client: Client, simulator: SimulatorProcess) -> None:
    first = client.issued("a.valid.example")
    reissue(client, first["id"], "a.valid.example", skip_approval=True)
    assert len(simulator.billed_orders()) == 1
    reissue(client, first["id"], "a.valid.example", "b.valid.example", skip_approval=True)
    billed = simulator.billed_orders()
    assert [(entry["kind"], entry["names"]) for entry in billed[1:]] == [("reissue", ["b.valid.example"])]
    reissue(client, first["id"], "a.valid.example", "b.valid.example", skip_approval=True)
    assert len(simulator.billed_orders()) == 2


def test_info_by_thumbprint_finds_only_the_current_certificate_d(client: Client) -> None:
    first = client.issued("www.valid.example")
    old = client.info(first["id"])["certificate"]["thumbprint"]
    reissue(client, first["id"], "www.valid.example", skip_approval=True)
    assert client.get(f"/order/certificate/{old}").status_code == 404
    new = client.info(first["id"])["certificate"]["thumbprint"]
    assert client.info(new)["id"] == first["id"]


def test_duplicate_is_issued_at_once_d(client: Client) -> None:
    first = client.issued("a.valid.example", "b.valid.example")
    body = duplicate(client, first["id"], "b.valid.example", "a.valid.example", skip_approval=True).json()
    assert body["id"] == first["id"]
    assert len(body["certificate_chain"]) == 3
    assert client.info(first["id"])["certificate"]["id"] == first["certificate_id"]
    entry = client.get(f"/order/certificate/{first['id']}/duplicate").json()["certificates"][0]
    assert (entry["status"], entry["common_name"], entry["archived"]) == ("approved", "b.valid.example", "0")
    assert client.get(f"/order/certificate/{entry['thumbprint']}").status_code == 404, (
        "not by a duplicate's thumbprint (D)"
    )
    client.simulator.set_switches(duplicate_status="issued")
    assert client.get(f"/order/certificate/{first['id']}/duplicate").json()["certificates"][0]["status"] == "issued"


def test_duplicate_with_approval_r(client: Client) -> None:
    first = client.issued("a.valid.example")
    body = duplicate(client, first["id"], "a.valid.example").json()
    assert set(body) == {"id", "requests"}
    client.put(f"/request/{body['requests'][0]['id']}/status", {"status": "approved"})
    assert len(client.get(f"/order/certificate/{first['id']}/duplicate").json()["certificates"]) == 1


def test_duplicate_with_other_names_is_refused_d(client: Client) -> None:
    first = client.issued("a.valid.example")
    answer = duplicate(client, first["id"], "a.valid.example", "b.valid.example")
    assert (answer.status_code, code_of(answer)) == (400, "invalid_value:dns_names")
    wild = client.issued("*.valid.example", product="ssl_wildcard")
    assert duplicate(client, wild["id"], "*.valid.example", "x.valid.example", skip_approval=True).status_code == 201


def test_duplicate_with_expired_domain_validation_is_refused_d(client: Client, simulator: SimulatorProcess) -> None:
    first = client.issued("a.valid.example")
    simulator.set_domain("valid.example", "expired")
    assert duplicate(client, first["id"], "a.valid.example").status_code == 400
    assert client.get(f"/order/certificate/{first['id']}/duplicate").json()["certificates"] == []


def test_reissue_with_expired_domain_waits_for_dcv(client: Client, simulator: SimulatorProcess) -> None:
    first = client.issued("a.valid.example")
    simulator.set_domain("valid.example", "expired")
    body = reissue(client, first["id"], "a.valid.example", skip_approval=True, dcv_method="dns-txt-token").json()
    assert "dcv_random_value" in body
    assert client.info(first["id"])["status"] == "reissue_pending"
    simulator.set_domain("valid.example", "valid")
    assert client.info(first["id"])["status"] == "issued"
