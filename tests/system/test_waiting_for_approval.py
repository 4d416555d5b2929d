# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An order that waits for a person ends the run without a failure; another controller picks it up."""

from __future__ import annotations

from pathlib import Path

from conftest import PLAYBOOKS, ZONE, operator_of
from lab.calls import calls_of
from lab.lab import Lab
from lab.site import FOLDER, reported, serial_numbers, served

from certcentral_simulator.process import SimulatorProcess

ONE_HOST = ("--limit", "web1")


def test_another_controller_takes_over_after_the_approval(
    lab: Lab, lab_inventory: Path, service: SimulatorProcess
) -> None:
    web1 = lab.hosts["web1"]
    first = operator_of(lab, lab_inventory, service, "first-operator")
    waiting = first.play(PLAYBOOKS / "site.yml", *ONE_HOST, certificate_skip_approval=False)
    assert waiting.status == 0, waiting.text
    assert reported(waiting, "phase") == {"web1": "waiting_approval"}
    assert "approval" in [blocker["what"] for blocker in reported(waiting, "blocked_on")["web1"]]
    order_id = reported(waiting, "order_id")["web1"]
    assert f"order {order_id} is in the phase waiting_approval" in waiting.text
    key = web1.root / FOLDER / "pending/privkey.pem"
    staged = key.read_bytes()
    assert key.stat().st_mode & 0o7777 == 0o600
    assert not (web1.root / FOLDER / "current").exists()

    with calls_of(service) as calls:
        unchanged = first.play(PLAYBOOKS / "site.yml", *ONE_HOST, certificate_skip_approval=False)
    assert (unchanged.status, unchanged.total("changed")) == (0, 0), unchanged.text
    assert set(calls.methods) == {"GET"}

    assert len(service.approve_all()) == 1
    second = operator_of(lab, lab_inventory, service, "second-operator")
    assert not second.folder.exists()
    with calls_of(service) as calls:
        issued = second.play(PLAYBOOKS / "site.yml", *ONE_HOST, certificate_skip_approval=False)
    assert issued.status == 0, issued.text
    assert reported(issued, "phase") == {"web1": "issued"}
    assert reported(issued, "order_id") == {"web1": order_id}
    assert calls.posts == []
    assert len(service.billed_orders()) == 1
    assert (web1.root / FOLDER / "current/privkey.pem").resolve().read_bytes() == staged
    assert serial_numbers(served({"web1": web1}, ZONE, service.root_file)) == reported(issued, "serial_number")
    assert lab.dns.query(f"_dnsauth.web1.{ZONE}", "TXT") == []
