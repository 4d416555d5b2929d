# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The first example of the README, run as it is written on a host with nginx as Debian ships it."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import ZONE
from cryptography import x509
from lab.ansible import Controller
from lab.lab import Lab

from certcentral_simulator.process import SimulatorProcess

_README = Path(__file__).parents[2] / "README.md"
_NAMES = [f"www.{ZONE}", ZONE]


def _example() -> str:
    section = _README.read_text(encoding="utf-8").partition("## Ten lines to a first certificate")[2]
    found = re.search(r"^```yaml\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def test_ten_lines_lead_to_a_first_certificate(lab: Lab, operator: Controller, service: SimulatorProcess) -> None:
    """Port 80 of the server to which the names lead answers the validation; the second run finds nothing to do."""
    playbook = lab.folder / "readme.yml"
    playbook.write_text(_example(), encoding="utf-8")
    web1 = lab.hosts["web1"]
    web1.run("systemctl", "start", "nginx")

    played = operator.play(playbook, "--limit", "web1")
    assert played.status == 0, played.text[-4000:]
    folder = web1.root / "etc/digicert/www"
    pem = (folder / "current/cert.pem").resolve().read_bytes()
    names = x509.load_pem_x509_certificate(pem).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == _NAMES
    assert not (web1.root / "var/www/html/.well-known").exists()
    assert len(service.billed_orders()) == 1

    seen = len(service.ledger())
    again = operator.play(playbook, "--limit", "web1")
    assert (again.status, again.total("changed")) == (0, 0), again.text[-4000:]
    assert len(service.ledger()) == seen
