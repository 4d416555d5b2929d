# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: settings of an order and of a certificate that can be changed later (facts, section 3.8)."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from simulator_testing.client import Client, code_of, order_body

from certcentral_simulator.process import SimulatorProcess
from certcentral_simulator.state.ready_account import READY_ACCOUNT

CALLS = [
    ("PUT", "/order/certificate/{order}/auto-reissue", {"auto_reissue": 1}),
    ("PUT", "/order/certificate/{order}/ct-status", {"disable_ct": True}),
    ("DELETE", "/order/certificate/{order}/custom-renewal-message", None),
    ("PUT", "/certificate/{certificate}/unarchive", None),
    ("PUT", "/certificate/{certificate}/sendemail", None),
]


@pytest.mark.parametrize("status", [204, 200])
@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_endpoints_exist_on_both_sides_of_the_switch_c(
    client: Client, simulator: SimulatorProcess, status: int, method: str, path: str, body: object
) -> None:
    simulator.set_switches(update_status_code=status)
    placed = client.issued()
    answer = client.call(method, path.format(order=placed["id"], certificate=placed["certificate_id"]), body)
    assert (answer.status_code, answer.content) == (status, b"")
    answer = client.call(method, path.format(order=9, certificate=9), body)
    assert answer.status_code == 404


def test_settings_are_shown_by_order_info_d(client: Client) -> None:
    order_id = client.issued(disable_ct=0, auto_reissue=0)["id"]
    client.put(f"/order/certificate/{order_id}/auto-reissue", {"auto_reissue": 1})
    client.put(f"/order/certificate/{order_id}/ct-status", {"disable_ct": True})
    info = client.info(order_id)
    assert (info["auto_reissue"], info["disable_ct"]) == (1, True)


@pytest.mark.parametrize("name", ["auto-reissue", "ct-status"])
def test_settings_need_a_value(client: Client, name: str) -> None:
    answer = client.put(f"/order/certificate/{client.issued()['id']}/{name}", {})
    assert answer.status_code == 400
    assert code_of(answer).startswith("invalid_value:")


def test_archived_certificates_are_listed_on_request_d(client: Client) -> None:
    placed = client.issued()
    body = order_body("www.valid.example", skip_approval=True)
    for kind, archived_flags in (("reissue", [0, 1]), ("duplicate", ["0", "1"])):
        path = f"/order/certificate/{placed['id']}/{kind}"
        earlier = client.post(path, body).json()["certificate_id"] if kind == "duplicate" else placed["certificate_id"]
        client.post(path, body)
        answer = client.put(f"/certificate/{earlier}/archive")
        assert (answer.status_code, answer.content) == (204, b"")
        assert earlier not in [entry["id"] for entry in client.get(path).json()["certificates"]]
        listed = client.get(f"{path}?show_archived=true").json()["certificates"]
        assert sorted(entry["archived"] for entry in listed) == archived_flags
        client.put(f"/certificate/{earlier}/unarchive")
        assert [entry["archived"] for entry in client.get(path).json()["certificates"]] == [archived_flags[0]] * 2


def test_primary_certificate_is_not_archived_d_a7(client: Client) -> None:
    answer = client.put(f"/certificate/{client.issued()['certificate_id']}/archive")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"code": "cannot_archive_primary_certificate", "message": "Primary certificate cannot be archived"}
    ]


def test_unissued_certificate_cannot_be_sent(client: Client) -> None:
    placed = client.order("new.example", skip_approval=True).json()
    assert client.put(f"/certificate/{placed['certificate_id']}/sendemail").status_code == 400


def test_ct_that_is_turned_off_for_the_account_d_b13(tmp_path: Path) -> None:
    account = tmp_path / "account.yml"
    account.write_text(yaml.safe_dump({**READY_ACCOUNT, "account": {"id": 7, "name": "x", "cert_transparency": "off"}}))
    with SimulatorProcess(["--no-rate-limit", "--account", str(account)]) as simulator:
        client = Client(simulator)
        assert client.get("/account").json()["cert_transparency"] == "off"
        answer = client.put(f"/order/certificate/{client.issued()['id']}/ct-status", {"disable_ct": False})
        assert (answer.status_code, code_of(answer)) == (400, "cert_transparency_turned_off_for_account")
