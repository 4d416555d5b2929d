# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks of the collection, called by name against the simulator."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.digicert.tests.roles.support.named_playbook import Operator
from ansible_collections.community.digicert.tests.roles.support.reached_names import QuietHandler, reached_names
from ansible_collections.community.digicert.tests.roles.support.starting_point import StartingPoint
from certcentral_simulator.process import SimulatorProcess

ORGANIZATION = 112233


def _operator(folder: Path, hosts: Path, *numbers: int) -> Operator:
    """Return an operator of hosts that request certificates, the first of them at a path, and of one that does not."""
    (hosts / "tls").mkdir(exist_ok=True)
    requesting = {
        f"web{number}": {
            "certificate_directory": str(hosts / f"web{number}"),
            "certificate_organization_id": ORGANIZATION,
            "certificate_skip_approval": True,
            "certificate_key_type": "ECC",
            "certificate_requests": [
                {
                    "name": str(hosts / "tls" / "www") if number == 1 else "www",
                    "dns": [f"web{number}.valid.example"],
                }
            ],
        }
        for number in numbers
    }
    return Operator(folder, {**requesting, "database": {}})


def test_deliver(simulator: SimulatorProcess, tmp_path: Path) -> None:
    two_hosts = _operator(tmp_path / "operator", tmp_path, 1, 2)
    first = two_hosts.play("deliver")
    assert first.status == 0, first.output
    assert len(simulator.billed_orders()) == 2
    for host in ("web1", "web2"):
        assert (tmp_path / host / "www" / "current" / "fullchain.pem").is_file()
        assert re.search(rf"{host} +www +order +issued +\d+", first.output)
    second = two_hosts.play("deliver", deliver_serial=1)
    assert (second.status, second.changed) == (0, 0), second.output
    assert len(simulator.billed_orders()) == 2


@pytest.fixture(scope="module")
def both_have_certificates(tmp_path_factory: pytest.TempPathFactory) -> StartingPoint[None]:
    """Return the state in which two hosts have a certificate."""
    return StartingPoint(tmp_path_factory.mktemp("delivered"))


@pytest.fixture
def hosts(simulator: SimulatorProcess, tmp_path: Path, both_have_certificates: StartingPoint[None]) -> Path:
    """Return the folder of two hosts to which certificates were delivered."""
    folder = both_have_certificates.hosts

    def deliver() -> None:
        delivered = _operator(tmp_path / "deliverer", folder, 1, 2).play("deliver")
        assert delivered.status == 0, delivered.output

    both_have_certificates.begin(simulator, deliver)
    return folder


@pytest.mark.once
def test_renew(simulator: SimulatorProcess, hosts: Path, tmp_path: Path) -> None:
    operator = _operator(tmp_path / "operator", hosts, 1, 3)
    installed = (hosts / "web1" / "www" / "current").resolve()
    # nothing is due, and what was never installed is not ordered
    quiet = operator.play("renew")
    assert (quiet.status, quiet.changed) == (0, 0), quiet.output
    assert not (hosts / "web3").exists()
    elsewhere = operator.play("renew", renew_names=["mail"], renew_force=True)
    assert (elsewhere.status, elsewhere.changed) == (0, 0), elsewhere.output
    forced = operator.play("renew", renew_force=True)
    assert forced.status == 0, forced.output
    replaced = (hosts / "web1" / "www" / "current").resolve()
    assert replaced != installed
    assert re.search(r"web1 +www +reissue +issued +\d+", forced.output)
    early = operator.play("renew", renew_within=200)
    assert early.status == 0, early.output
    assert (hosts / "web1" / "www" / "current").resolve() not in (installed, replaced)
    assert not (hosts / "web3").exists()
    assert len(simulator.billed_orders()) == 2


class TestMassReissue:
    def _installed(self, folder: Path) -> dict[str, str]:
        return {host: (folder / host / "www" / "current").resolve().name for host in ("web1", "web2")}

    @pytest.mark.once
    def test_a_drill_then_the_real_thing(self, simulator: SimulatorProcess, hosts: Path, tmp_path: Path) -> None:
        two_hosts = _operator(tmp_path / "operator", hosts, 1, 2)
        before = self._installed(hosts)
        affected = tmp_path / "affected.txt"
        # as people paste them
        affected.write_text(f"{before['web1'].upper()}\n00{before['web2']}\n")
        evidence = tmp_path / "evidence.json"
        variables = {"mass_reissue_serial_file": str(affected), "mass_reissue_evidence": str(evidence)}
        shown = two_hosts.play("mass_reissue", **variables)
        assert (shown.status, shown.changed) == (0, 0), shown.output
        assert f"web1 www {before['web1']}" in shown.output
        assert self._installed(hosts) == before
        drill = two_hosts.play("mass_reissue", mass_reissue_drill=True, mass_reissue_revoke=True, **variables)
        assert drill.status == 0, drill.output
        after = self._installed(hosts)
        assert not set(after.values()) & set(before.values())
        assert len(simulator.billed_orders()) == 2
        assert not [call for call in _writes(simulator) if str(call["path"]).endswith("/revoke")]
        entries = json.loads(evidence.read_text())
        assert {entry["host"]: entry["new_serial_number"] for entry in entries} == after
        assert all(entry["is_replaced"] and entry["drill"] for entry in entries)
        with evidence.with_suffix(".csv").open(newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert {row["old_serial_number"] for row in rows} == set(before.values())
        # nothing that is installed now was selected
        again = two_hosts.play("mass_reissue", mass_reissue_confirmed=True, **variables)
        assert again.status == 0, again.output
        assert self._installed(hosts) == after
        real = two_hosts.play(
            "mass_reissue",
            mass_reissue_product="ssl_basic",
            mass_reissue_confirmed=True,
            mass_reissue_revoke=True,
            mass_reissue_skip_approval=True,
            mass_reissue_evidence=str(evidence),
        )
        assert real.status == 0, real.output
        assert {entry["old_certificate"] for entry in json.loads(evidence.read_text())} == {"revoked"}
        revoked = [call for call in _writes(simulator) if str(call["path"]).endswith("/revoke")]
        assert len(revoked) == 2

    @pytest.mark.once
    def test_the_first_failure_stops_the_rest(self, simulator: SimulatorProcess, hosts: Path, tmp_path: Path) -> None:
        two_hosts = _operator(tmp_path / "operator", hosts, 1, 2)
        before = self._installed(hosts)
        # in the answer to the reissue, and in the download that is then tried
        simulator.add_fault("wrong_pem", calls=2)
        evidence = tmp_path / "evidence.json"
        stopped = two_hosts.play(
            "mass_reissue",
            mass_reissue_product="ssl_basic",
            mass_reissue_confirmed=True,
            mass_reissue_evidence=str(evidence),
        )
        assert stopped.status != 0
        assert "no further batch was started" in stopped.output
        assert self._installed(hosts) == before
        (entry,) = json.loads(evidence.read_text())
        assert (entry["host"], entry["is_replaced"]) == ("web1", False)
        assert entry["failure"]

    def test_without_a_condition_nothing_is_selected(self, simulator: SimulatorProcess, tmp_path: Path) -> None:
        two_hosts = _operator(tmp_path / "operator", tmp_path, 1, 2)
        nothing = tmp_path / "affected.txt"
        nothing.write_text("\n")
        # an empty list selects nothing, and not everything
        for criteria in ({}, {"mass_reissue_serial_file": str(nothing)}):
            refused = two_hosts.play("mass_reissue", mass_reissue_confirmed=True, **criteria)
            assert refused.status != 0
            assert "Nothing is selected. Set mass_reissue_serial_numbers" in refused.output
        assert simulator.ledger() == []


class TestPrevalidate:
    @pytest.fixture
    def web(self, simulator: SimulatorProcess, tmp_path: Path) -> Iterator[Path]:
        """Serve a folder as the web server of valid.example; return it."""
        folder = tmp_path / "webroot"
        folder.mkdir()
        with reached_names(["valid.example"], partial(QuietHandler, directory=str(folder))) as network:
            simulator.set_network(**network)
            yield folder

    def test_what_ends_is_validated_ahead(self, simulator: SimulatorProcess, web: Path, tmp_path: Path) -> None:
        operator = Operator(tmp_path / "operator")
        variables = {
            "prevalidate_organizations": [ORGANIZATION],
            "prevalidate_domains": ["valid.example"],
            "prevalidate_dcv_provider": "http",
            "dcv_http_webroot": str(web),
        }
        early = operator.play("prevalidate", **variables)
        assert (early.status, early.changed) == (0, 0), early.output
        assert "Nothing is left to do." in early.output
        assert _writes(simulator) == []
        now = dt.datetime.now(dt.timezone.utc)
        simulator.set_clock((now - dt.timedelta(days=60)).isoformat())
        simulator.set_organization(ORGANIZATION, ov="valid")
        simulator.set_domain("valid.example", "valid", method="http-token")
        simulator.set_clock(now.isoformat())
        renewed = operator.play("prevalidate", prevalidate_within=365, **variables)
        assert renewed.status == 0, renewed.output
        sent = [str(call["path"]) for call in _writes(simulator)]
        assert any(path.endswith(f"/organization/{ORGANIZATION}/validation") for path in sent)
        assert any("/dcv/validate-token" in path for path in sent)
        assert list(web.iterdir()) == []


class TestRevoke:
    def test_it_only_shows_until_it_is_confirmed(self, simulator: SimulatorProcess, tmp_path: Path) -> None:
        operator = Operator(tmp_path)
        # Otherwise nothing of the order shows that its only certificate was revoked.
        simulator.set_switches(revoke_order_with_last_certificate=True)
        order = simulator.make_order(
            certificate={"common_name": "www.valid.example"}, organization={"id": ORGANIZATION}
        )
        variables = {"revoke_certificates": [{"order_id": order["id"]}], "revoke_skip_approval": True}
        shown = operator.play("revoke", **variables)
        assert (shown.status, shown.changed) == (0, 0), shown.output
        assert f"order {order['id']}: www.valid.example, serial number" in shown.output
        assert "revoke_confirmed=true" in shown.output
        assert _writes(simulator) == []
        done = operator.play("revoke", revoke_confirmed=True, revoke_reason="superseded", **variables)
        assert (done.status, done.changed) == (0, 1), done.output
        (revoked,) = _writes(simulator)
        assert revoked["body"]["revocation_reason"] == "superseded"
        again = operator.play("revoke", revoke_confirmed=True, **variables)
        assert (again.status, again.changed) == (0, 0), again.output

    def test_a_wrong_list_is_refused(self, simulator: SimulatorProcess, tmp_path: Path) -> None:
        lists: list[dict[str, Any]] = [{}, {"revoke_certificates": []}, {"revoke_certificates": [112233]}]
        for wrong in lists:
            refused = Operator(tmp_path).play("revoke", **wrong)
            assert refused.status != 0
            assert "revoke_certificates is not a list of mappings" in refused.output
        assert simulator.ledger() == []


class TestCancel:
    def test_it_only_shows_until_it_is_confirmed(self, simulator: SimulatorProcess, tmp_path: Path) -> None:
        operator = Operator(tmp_path)
        order = simulator.make_order(
            certificate={"common_name": "www.pending.example"}, organization={"id": ORGANIZATION}, status="pending"
        )
        variables = {"cancel_orders": [order["id"]], "cancel_note": "Not needed any more"}
        shown = operator.play("cancel", **variables)
        assert (shown.status, shown.changed) == (0, 0), shown.output
        assert "cancel_confirmed=true" in shown.output
        assert _writes(simulator) == []
        done = operator.play("cancel", cancel_confirmed=True, **variables)
        assert (done.status, done.changed) == (0, 1), done.output
        again = operator.play("cancel", cancel_confirmed=True, **variables)
        assert (again.status, again.changed) == (0, 0), again.output
        assert len(_writes(simulator)) == 1

    def test_an_order_that_is_issued_is_not_cancelled(self, simulator: SimulatorProcess, tmp_path: Path) -> None:
        order = simulator.make_order(
            certificate={"common_name": "www.valid.example"}, organization={"id": ORGANIZATION}
        )
        refused = Operator(tmp_path).play(
            "cancel", cancel_orders=[order["id"]], cancel_note="Not needed any more", cancel_confirmed=True
        )
        assert refused.status != 0
        assert "digicert_revoke" in refused.output
        assert _writes(simulator) == []


def _writes(simulator: SimulatorProcess) -> list[dict[str, Any]]:
    return [call for call in simulator.ledger() if call["method"] != "GET"]
