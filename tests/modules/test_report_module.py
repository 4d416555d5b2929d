# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_report against the simulator: few calls, the right order for every certificate, reproducible files."""

from __future__ import annotations

import datetime as dt
import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import ORGANIZATION, csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller
from certcentral_simulator.process import SimulatorProcess

NAME = "www.valid.example"
Found = dict[str, t.Any]


def _installed(certificate: Found, **changes: t.Any) -> Found:
    """Return what digicert_host_certificate_info reports for a host that has the certificate and its key."""
    return {
        "name": "www",
        "needs": "none",
        "reasons": [],
        "certificate": certificate,
        "key": {"public_key_fingerprint": certificate["public_key_fingerprint"], "fits": True},
        "pending_key": None,
        **changes,
    }


def _reported(downloaded: Found) -> Found:
    """Return a downloaded certificate in the form in which hosts and handshakes report certificates."""
    keys = ("serial_number", "dns_names", "not_before", "not_after", "public_key_fingerprint")
    return {**{key: downloaded[key] for key in keys}, "common_name": downloaded["dns_names"][0]}


def _host(*certificates: Found, name: str = "web1", **more: t.Any) -> Found:
    requests = [{"name": "www", "dns_names": [NAME, "valid.example"], "organization_id": ORGANIZATION}]
    return {"name": name, "requests": requests, "certificates": list(certificates), **more}


_ODD = {"serial_number": "1", "dns_names": [], "not_before": "soon", "not_after": "later"}


class Reporter:
    """Writes reports to a folder and reads them."""

    def __init__(self, controller: Controller, folder: Path) -> None:
        self.controller = controller
        self.dest: dict[str, t.Any] = {
            "dest": str(folder / "r.html"),
            "json_dest": str(folder / "r.json"),
            "csv_dest": str(folder / "r.csv"),
        }

    def run(self, *hosts: Found, **more: t.Any) -> Found:
        """Run the module."""
        return self.controller.ok("digicert_report", hosts=list(hosts), **self.dest, **more)

    def entries(self, *hosts: Found, **more: t.Any) -> list[Found]:
        """Run the module and return the entries."""
        self.run(*hosts, **more)
        found: list[Found] = json.loads(Path(self.dest["json_dest"]).read_text())["entries"]
        return found

    def entry(self, *hosts: Found, **more: t.Any) -> Found:
        """Run the module and return the one entry."""
        (found,) = self.entries(*hosts, **more)
        return found


@pytest.fixture
def reporter(controller: Controller, tmp_path: Path) -> Reporter:
    """Return a reporter."""
    return Reporter(controller, tmp_path)


def _ordered(controller: Controller, **changes: t.Any) -> tuple[int, Found]:
    """Order a certificate; return the order and the certificate."""
    order = int(controller.ok("digicert_order", **order_args(**changes))["order"]["id"])
    return order, _reported(controller.ok("digicert_certificate_download", order_id=order))


def test_check_mode_then_files_then_nothing(controller: Controller, reporter: Reporter) -> None:
    _order, certificate = _ordered(controller)
    host = _host(_installed(certificate))
    predicted = controller.ok("digicert_report", check_mode=True, hosts=[host], **reporter.dest)
    assert predicted["action"] == "write"
    assert not Path(reporter.dest["dest"]).exists()
    written = reporter.run(host)
    assert (written["action"], written["reasons"]) == ("write", predicted["reasons"])
    assert [file["bytes"] for file in written["files"]] == [
        Path(file["path"]).stat().st_size for file in written["files"]
    ]
    assert controller.methods() == {"GET": 1}
    again = reporter.run(host)
    assert (again["action"], again["diff"]) == ("none", {"before": {}, "after": {}})
    assert again["summary"] == written["summary"]


def test_another_state_changes_the_files(controller: Controller, reporter: Reporter) -> None:
    _order, certificate = _ordered(controller)
    reporter.run(_host(_installed(certificate)))
    changed = reporter.run(_host(_installed(certificate, needs="install", reasons=["the mode is 0644"])))
    assert changed["changed"]
    assert [problem["code"] for problem in changed["problems"]] == ["files"]


def test_the_next_step_is_that_of_the_plan_on_that_day(controller: Controller, reporter: Reporter) -> None:
    order, certificate = _ordered(controller)
    entry = reporter.entry(_host(_installed(certificate)))
    assert (entry["order_id"], entry["order_status"], entry["next_action"]) == (order, "issued", "reissue")
    request = {
        "dns_names": [NAME, "valid.example"],
        "organization_id": ORGANIZATION,
        "serial_number": certificate["serial_number"],
        "public_key_fingerprint": certificate["public_key_fingerprint"],
    }
    due = (dt.date.fromisoformat(entry["valid_till"]) - dt.date.fromisoformat(entry["next_date"])).days
    # today's plan, with a window that just reaches the reported day, and one that is a day shorter
    today = (dt.date.fromisoformat(entry["next_date"]) - dt.datetime.now(dt.timezone.utc).date()).days
    assert controller.ok("digicert_certificate_plan", **request, renew_before=str(due + today))["action"] == "reissue"
    assert controller.ok("digicert_certificate_plan", **request, renew_before=str(due + today - 1))["action"] == "none"


def test_a_hundred_orders_are_one_call(controller: Controller, reporter: Reporter, simulator: SimulatorProcess) -> None:
    order = {"organization": {"id": ORGANIZATION}}
    made = [{**order, "certificate": {"common_name": f"h{number}.valid.example"}} for number in range(100)]
    simulator.admin("POST", "/orders", made)
    result = reporter.run()
    assert result["summary"]["levels"]["ok"] == 100
    assert controller.methods() == {"GET": 1}


def test_duplicates_and_earlier_certificates_are_found(controller: Controller, reporter: Reporter) -> None:
    order, first = _ordered(controller)
    controller.ok("digicert_duplicate", order_id=order, csr_content=csr("b"), skip_approval=True)
    duplicate = _reported(controller.ok("digicert_certificate_download", order_id=order, csr_content=csr("b")))
    controller.ok("digicert_reissue", order_id=order, csr_content=csr("c"), skip_approval=True)
    hosts = [_host(_installed(found), name=f"web{n}") for n, found in enumerate((first, duplicate))]
    entries = reporter.entries(*hosts)
    assert controller.methods() == {"GET": 4}
    assert [(entry["host"], entry["order_id"], entry["problems"]) for entry in entries] == [
        ("web0", order, []),
        ("web1", order, []),
    ]


def test_a_revoked_certificate_in_use(controller: Controller, reporter: Reporter) -> None:
    order, certificate = _ordered(controller)
    controller.ok("digicert_revoke", order_id=order, scope="order", skip_approval=True)
    entry = reporter.entry(_host(_installed(certificate)))
    assert [problem["code"] for problem in entry["problems"]] == ["revoked", "no_renewal"]
    assert entry["next_action"] == "order"


def test_waiting_orders_say_what_they_wait_for(controller: Controller, reporter: Reporter) -> None:
    approval = controller.ok("digicert_order", **order_args("a.valid.example", skip_approval=False))["order"]["id"]
    dcv = controller.ok("digicert_order", **order_args("www.pending.example", dcv_method="dns-txt-token"))["order"][
        "id"
    ]
    entries = {entry["order_id"]: entry for entry in reporter.entries()}
    assert "waits for approval" in entries[approval]["next_step"]
    assert "Publish the DNS records" in entries[dcv]["next_step"]
    assert {entry["level"] for entry in entries.values()} == {"waiting"}


def test_a_request_that_waits_is_shown_once(controller: Controller, reporter: Reporter) -> None:
    controller.ok("digicert_order", **order_args(skip_approval=False))
    nothing = {"name": "www", "needs": "certificate", "reasons": ["no certificate is installed"]}
    entry = reporter.entry(_host({**nothing, "certificate": None, "key": None, "pending_key": None}))
    assert (entry["host"], entry["level"], entry["next_action"]) == ("web1", "waiting", "wait")
    assert "waits for approval" in entry["next_step"]


def test_what_is_served_is_compared(controller: Controller, reporter: Reporter) -> None:
    _order, certificate = _ordered(controller)
    _other, stranger = _ordered(controller, dns_names=["x.valid.example"], csr_content=csr("b"))
    shown = {"request": "www", "host": "192.0.2.1", "port": 443, "server_name": NAME, "problem": None}
    right, wrong = {**shown, "certificate": certificate}, {**shown, "certificate": stranger}
    silent = {**shown, "certificate": None, "problem": "the connection fails: Connection refused"}
    entries = reporter.entries(_host(_installed(certificate), served=[right, wrong, silent]))
    entry = next(entry for entry in entries if entry["host"])
    assert [problem["code"] for problem in entry["problems"]] == ["served_differs", "not_served"]
    assert f"192.0.2.1:443 ({NAME}) serves {stranger['serial_number']}" in entry["problems"][0]["text"]


def test_a_host_without_data(reporter: Reporter) -> None:
    entry = reporter.entry({"name": "web9", "failure": "Permission denied"})
    assert (entry["host"], entry["level"], entry["host_failure"]) == ("web9", "unknown", "Permission denied")


def test_secrets_in_the_input_do_not_appear_in_the_output(controller: Controller, reporter: Reporter) -> None:
    _order, certificate = _ordered(controller)
    secret = "-----BEGIN PRIVATE KEY-----"
    entry = {**_installed({**certificate, "private_key": secret}), "privkey": secret}
    reporter.run({**_host(entry), "requests": [{"name": "www", "dns_names": [NAME], "password": secret}]})
    files = "".join(Path(path).read_text() for path in reporter.dest.values())
    for hidden in (secret, controller.api_key, "BEGIN"):
        assert hidden not in files


@pytest.mark.parametrize(
    ("hosts", "message"),
    [
        ([{"name": "web1", "requests": [{"dns_names": ["a.example"]}]}], "A request of the host web1 has no name."),
        ([{"name": "web1", "requests": [{"name": "www"}]}], "has no list dns_names"),
        ([{"name": "web1", "requests": [{"name": "www", "dns_names": [1]}]}], "has no list dns_names"),
        ([_host(_installed({"public_key_fingerprint": "x"}))], "has no serial_number"),
        ([_host({"name": "www", "certificate": "text"})], "is not a dictionary"),
        ([_host({"name": "www", "certificate": _ODD})], "has no timestamp not_before"),
        (
            [{**_host(), "requests": [{"name": "a", "dns_names": ["b"], "renew_before": "soon"}]}],
            "'soon' is not 'auto'",
        ),
        (
            [{**_host(), "requests": [{"name": "a", "dns_names": ["b"], "container_id": "x"}]}],
            "has no number container_id",
        ),
        ([_host(served=[{"host": "a"}])], "has no request"),
        ([_host(served=[{"request": "www", "port": "x", "host": "a"}])], "has no number port"),
    ],
)
def test_invalid_input(controller: Controller, reporter: Reporter, hosts: list[Found], message: str) -> None:
    for check_mode in (True, False):
        failed = controller.fails("digicert_report", check_mode=check_mode, hosts=hosts, **reporter.dest)
        assert message in failed["msg"]
        assert controller.calls == []


def test_invalid_options(controller: Controller, tmp_path: Path) -> None:
    dest = str(tmp_path / "r.html")
    assert "is not a valid date" in controller.fails("digicert_report", dest=dest, date="tomorrow")["msg"]
    assert "renew_before" in controller.fails("digicert_report", dest=dest, renew_before="soon")["msg"]
    assert "is a directory" in controller.fails("digicert_report", dest=str(tmp_path))["msg"]


def test_the_option_sets_the_day(reporter: Reporter, controller: Controller) -> None:
    _order, certificate = _ordered(controller)
    entry = reporter.entry(_host(_installed(certificate)), date="2026-01-31")
    assert entry["days_left"] == (dt.date.fromisoformat(entry["valid_till"]) - dt.date(2026, 1, 31)).days
