# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The example of the README that has one task of each module, run as it is written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from certcentral_simulator.process import SimulatorProcess

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def _example(marker: str) -> str:
    """Return the one YAML block of the README that holds the marker."""
    (found,) = [block for block in BLOCK.findall((ROOT / "README.md").read_text()) if marker in block]
    return str(found)


def _csr(path: Path, name: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    path.write_bytes(request.public_bytes(serialization.Encoding.PEM))


def test_every_module_has_a_task_in_the_example() -> None:
    """A module that the collection gets, gets a task there too."""
    (play,) = yaml.safe_load(_example("one module at a time"))
    used = {key.rsplit(".", 1)[-1] for task in play["tasks"] for key in task if key.startswith("community.digicert.")}
    assert used == {path.stem for path in (ROOT / "plugins/modules").glob("*.py")}


def test_the_example_of_the_modules_runs_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against an account in which the domain is validated; each task succeeds and one order is billed."""
    (tmp_path / "example.yml").write_text(_example("one module at a time"))
    for host in ("www.example.com", "www2.example.com"):
        _csr(tmp_path / f"{host}.csr", host)
    with SimulatorProcess(["--no-rate-limit"]) as simulator:
        simulator.set_domain("example.com", "valid")
        monkeypatch.setenv("DIGICERT_API_KEY", simulator.api_key)
        monkeypatch.setenv("DIGICERT_API_URL", simulator.base_url)
        monkeypatch.setenv("DIGICERT_CA_PATH", simulator.ca_file)
        monkeypatch.setenv("ANSIBLE_LOCALHOST_WARNING", "false")
        collections = os.environ.get("ANSIBLE_COLLECTIONS_PATH") or str(ROOT / ".build/collections")
        monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", collections)
        program = Path(sys.executable).with_name("ansible-playbook")
        command = [str(program), "example.yml"]
        played = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
        assert played.returncode == 0, played.stdout + played.stderr
        assert len({order["order_id"] for order in simulator.billed_orders()}) == 1
    assert (tmp_path / "www.example.com.pem").read_text().count("BEGIN CERTIFICATE") == 3
