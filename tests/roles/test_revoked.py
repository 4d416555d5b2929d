# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A certificate that is revoked after it was installed: the next run replaces it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simulator_testing.client import Client

from ansible_collections.community.digicert.plugins.module_utils._x509.certificates import (
    Certificate,
    read_certificates,
)
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller, Step
from certcentral_simulator.process import SimulatorProcess


def _step(label: str, folder: Path, **variables: Any) -> Step:
    given = {
        "directory": str(folder),
        "organization_id": 112233,
        "skip_approval": True,
        # the ready account of the simulator has validated this domain: its names are issued at once
        "requests": [{"name": name, "dns": [f"{name}.valid.example"]} for name in ("www", "mail")],
        "key_type": "ECC",
        "key_reuse": True,
        **variables,
    }
    return Step(label, "certificate", {f"certificate_{name}": value for name, value in given.items()})


def _installed(folder: Path, name: str) -> Certificate:
    return read_certificates((folder / name / "current/cert.pem").read_text())[0]


def test_a_revoked_certificate_is_due_and_a_compromised_key_is_not_used_again(
    controller: Controller, simulator: SimulatorProcess, tmp_path: Path
) -> None:
    folder = tmp_path / "digicert"
    assert controller.play(_step("first", folder))["first"].failure is None
    before = {name: _installed(folder, name) for name in ("www", "mail")}
    for name, reason in (("www", "keyCompromise"), ("mail", "superseded")):
        path = f"/certificate/{before[name].serial_number}/revoke"
        assert Client(simulator).put(path, {"revocation_reason": reason, "skip_approval": True}).status_code == 204

    second = controller.play(_step("revoked", folder), _step("then", folder))
    assert second["revoked"].failure is None
    www, mail = second["revoked"].facts["certificate_results"]
    assert www["reasons"][0].startswith("the certificate was revoked on 20")
    assert www["reasons"][0].endswith(" UTC, reason keyCompromise: a new key is generated although key_reuse is set")
    assert mail["reasons"][0].endswith(" UTC, reason superseded")
    after = {name: _installed(folder, name) for name in ("www", "mail")}
    assert all(after[name].serial_number != before[name].serial_number for name in after)
    assert after["www"].public_key != before["www"].public_key
    assert after["mail"].public_key == before["mail"].public_key
    assert second["then"].changed == []
    assert [one["action"] for one in second["then"].facts["certificate_results"]] == ["none", "none"]
