# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook report, called by name: hosts that are as they should be, that are not, and that nobody can reach."""

from __future__ import annotations

import csv
import json
import os
import signal
from pathlib import Path
from typing import Any

from ansible_collections.community.digicert.tests.roles.support.authority import Authority
from ansible_collections.community.digicert.tests.roles.support.named_playbook import Operator
from ansible_collections.community.digicert.tests.roles.support.running_service import RunningService
from ansible_collections.community.digicert.tests.unit import pki
from certcentral_simulator.process import SimulatorProcess

ORGANIZATION = 112233


def _host(directory: Path, *names: str, **request: Any) -> dict[str, Any]:
    return {
        "ansible_host": "127.0.0.1",
        "certificate_directory": str(directory),
        "certificate_organization_id": ORGANIZATION,
        "certificate_skip_approval": True,
        "certificate_key_type": "ECC",
        "certificate_requests": [{"name": "www", "dns": list(names), **request}],
    }


def _lay(directory: Path, key: pki.SigningKey, certificate: str, chain: str) -> None:
    """Install a certificate as the role deploy does."""
    files = directory / "www" / "sets" / "1"
    files.mkdir(parents=True)
    contents = {"cert.pem": certificate, "chain.pem": chain, "fullchain.pem": certificate + chain}
    for name, text in {**contents, "privkey.pem": pki.key_pem(key).decode()}.items():
        (files / name).write_text(text)
    (files / "privkey.pem").chmod(0o600)
    (directory / "www" / "current").symlink_to("sets/1")


def _install(simulator: SimulatorProcess, directory: Path, name: str) -> None:
    """Order a certificate in the console, for a key of the host, and install it."""
    key = pki.new_key()
    certificate = {"common_name": name, "csr": pki.csr_pem(key, name)}
    made = simulator.make_order(certificate=certificate, organization={"id": ORGANIZATION}, product="ssl_basic")
    (issued,) = [
        entry for entry in simulator.admin("GET", "/export")["certificates"] if entry["id"] == made["certificate_id"]
    ]
    _lay(directory, key, issued["pem"], "")


def _by_host(report: Path) -> dict[str | None, dict[str, Any]]:
    return {entry["host"]: entry for entry in json.loads(report.read_text())["entries"]}


def test_hosts_of_every_kind(
    simulator: SimulatorProcess, tmp_path: Path, authority: Authority, service: RunningService
) -> None:
    served = [{"port": service.port}]
    hosts = {
        "web1": _host(tmp_path / "digicert", "web1.valid.example", served=served),
        "web2": _host(tmp_path / "web2", "web2.valid.example", served=served),
        "foreign": _host(tmp_path / "foreign", "foreign.valid.example"),
        "away": {
            **_host(tmp_path / "away", "away.valid.example"),
            "ansible_connection": "ssh",
            "ansible_port": 1,
            # with it ansible-core words the failure by whether ssh ended before the module was sent
            "ansible_pipelining": False,
            "ansible_ssh_common_args": "-o ConnectTimeout=3 -o BatchMode=yes",
        },
        "muddled": _host(tmp_path / "muddled"),
        "database": {},
    }
    foreign = authority.issue("foreign.valid.example")
    _lay(tmp_path / "foreign", foreign.key, foreign.pem, authority.intermediate.pem)
    for host, folder in (("web1", "digicert"), ("web2", "web2")):
        _install(simulator, tmp_path / folder, f"{host}.valid.example")
    operator = Operator(tmp_path / "operator", hosts)
    certificate = {"common_name": "lonely.valid.example"}
    lonely = simulator.make_order(certificate=certificate, organization={"id": ORGANIZATION})["id"]
    # web2 is no longer as it should be, and the service that both look at has the certificate of web1
    (tmp_path / "web2" / "www" / "current" / "privkey.pem").chmod(0o644)
    os.kill(service.pid, signal.SIGHUP)

    seen = len(simulator.ledger())
    page = tmp_path / "report.html"
    predicted = operator.play("report", "--check", report_dest=str(page))
    assert predicted.status == 0, predicted.output
    assert not page.exists()
    played = operator.play("report", report_dest=str(page))
    assert played.status == 0, played.output
    assert (predicted.changed, played.changed) == (1, 1)
    calls = simulator.ledger()[seen:]
    assert {call["method"] for call in calls} == {"GET"}
    assert len(calls) <= 2 * 4

    found = _by_host(tmp_path / "report.json")
    codes = {host: [problem["code"] for problem in entry["problems"]] for host, entry in found.items()}
    assert codes == {
        "web1": [],
        "web2": ["files", "served_differs"],
        "foreign": ["not_from_account"],
        "away": [],
        "muddled": [],
        None: [],
    }
    assert (found["web1"]["level"], found["web1"]["next_action"]) == ("ok", "reissue")
    assert found["web1"]["served"][0]["serial_number"] == found["web1"]["serial_number"]
    assert found["web1"]["path"] == str(tmp_path / "digicert" / "www" / "current")
    assert (found["web2"]["next_action"], found["web2"]["next_date"]) == (
        "install",
        json.loads((tmp_path / "report.json").read_text())["date"],
    )
    assert found["foreign"]["next_action"] == "order"
    assert found["away"]["level"] == found["muddled"]["level"] == "unknown"
    assert "connect" in found["away"]["host_failure"]
    assert "cannot be used" in found["muddled"]["host_failure"]
    assert (found[None]["order_id"], found[None]["next_action"]) == (lonely, "reissue")
    with (tmp_path / "report.csv").open(newline="") as stream:
        assert len(list(csv.DictReader(stream))) == len(found)
    shown = "".join(path.read_text() for path in tmp_path.glob("report.*")) + played.output
    for secret in ("PRIVATE KEY", simulator.api_key):
        assert secret not in shown
    assert "not installed on any known host" in page.read_text()

    again = operator.play("report", report_dest=str(page))
    assert (again.status, again.changed) == (0, 0), again.output


def test_a_report_needs_a_destination(simulator: SimulatorProcess, tmp_path: Path) -> None:
    played = Operator(tmp_path / "operator", {"web1": {}}).play("report", report_dest="report.pdf")
    assert played.status != 0
    assert "Set report_dest to the HTML file to write" in played.output
    assert simulator.ledger() == []
