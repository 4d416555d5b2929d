# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of the README, and the commands of the playbooks' one, run as they are written."""

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

from ansible_collections.community.digicert.tests.roles.support.playbook import PATIENCE, collections_path
from certcentral_simulator.process import SimulatorProcess

ROOT = Path(__file__).parents[2]


def _example(marker: str, page: str = "README.md", language: str = "yaml") -> str:
    """Return the one block of a page that holds the marker."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    (found,) = [block for block in blocks if marker in block]
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
    of_certificate = {"certificate_inspect", "certificate_report", "certificate_stage"}
    of_dcv = {"dcv_web_files", "dcv_assign", "dcv_confirm", "dcv_note", "dcv_published", "dcv_share"}
    steps_of_roles = {*of_certificate, *of_dcv}
    assert used == {path.stem for path in (ROOT / "plugins/modules").glob("*.py")} - steps_of_roles


def test_the_example_of_the_modules_runs_as_written(
    simulator: SimulatorProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against an account in which the domain is validated; each task succeeds and one order is billed."""
    (tmp_path / "example.yml").write_text(_example("one module at a time"))
    _csr(tmp_path / "www.example.com.csr", "www.example.com")
    simulator.set_domain("example.com", "valid")
    monkeypatch.setenv("ANSIBLE_LOCALHOST_WARNING", "false")
    monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", str(collections_path()))
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "example.yml"]
    played = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert played.returncode == 0, played.stdout + played.stderr
    assert len({order["order_id"] for order in simulator.billed_orders()}) == 1
    assert (tmp_path / "www.example.com.pem").read_text().count("BEGIN CERTIFICATE") == 3


@pytest.mark.once
def test_the_commands_and_the_connection_are_typed_as_written(
    simulator: SimulatorProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the play that has the connection as ``site.yml``: then there is nothing to deliver, and a report on it."""
    (tmp_path / "site.yml").write_text(_example("vault_digicert_api_key"), encoding="utf-8")
    host = {
        "ansible_connection": "local",
        "ansible_become": False,
        "ansible_python_interpreter": sys.executable,
        "certificate_directory": str(tmp_path / "digicert"),
        "certificate_organization_id": 112233,
        "certificate_skip_approval": True,
        "certificate_requests": [{"name": "www", "dns": ["www.valid.example"]}],
        "vault_digicert_api_key": simulator.api_key,
    }
    (tmp_path / "inventory").write_text(yaml.safe_dump({"web": {"hosts": {"web1": host}}}), encoding="utf-8")
    export, play_site = _example("export DIGICERT_API_KEY", language="console").splitlines()
    deliver = _example("community.digicert.deliver", language="console").strip()
    report = _example("report_dest", "playbooks/README.md", "console").strip()
    monkeypatch.delenv("DIGICERT_API_KEY")
    monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", str(collections_path()))
    monkeypatch.setenv("ANSIBLE_NOCOLOR", "1")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    # the key of the export is an ellipsis; the play brings its own
    script = "\n".join(["set -e", export, play_site, f"export DIGICERT_API_KEY={simulator.api_key}", deliver, report])
    typed = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert typed.returncode == 0, typed.stdout + typed.stderr
    assert len(simulator.billed_orders()) == 1
    recaps = re.findall(r"^web1 .* changed=(\d+) ", typed.stdout, re.MULTILINE)
    assert len(recaps) == 3
    assert int(recaps[0]) > 0
    assert recaps[1] == "0"
    assert (tmp_path / "certificates.html").is_file()
    assert "www.valid.example" in (tmp_path / "certificates.csv").read_text(encoding="utf-8")
