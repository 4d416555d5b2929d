# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The README of the role dcv: its table is that of the argument specs, its examples are played as they are written."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.community.digicert.tests.roles.support.dns_primary import DnsPrimary
from ansible_collections.community.digicert.tests.roles.support.playbook import collections_path
from ansible_collections.community.digicert.tests.roles.support.route53 import Route53
from certcentral_simulator.process import SimulatorProcess

pytestmark = pytest.mark.once

ROLE = Path(__file__).parents[2] / "roles" / "dcv"
README = (ROLE / "README.md").read_text(encoding="utf-8")
SPEC = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]["main"][
    "options"
]
ROW = re.compile(r"^\| `(dcv_\w+)` \| (\w+) \| (\S+) \| (.+) \|$", re.MULTILINE)
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXAMPLES = {play["name"]: play for block in BLOCK.findall(README) for play in yaml.safe_load(block)}
TOKEN = "fdy6m0wy5lq063sz4h0r6qmdt722gyfc"


def _plain(text: str) -> str:
    """Return a description as the table has it: without the semantic markup of Ansible."""
    return " ".join(re.sub(r"[VOCE]\(([^)]*)\)", r"`\1`", text).split())


def _record(name: str, kind: str = "TXT") -> dict[str, str | None]:
    path = "/.well-known/pki-validation/fileauth.txt" if kind == "HTTP" else None
    return {"domain": name, "type": kind, "name": name, "value": TOKEN, "path": path, "expires": None}


def _play(folder: Path, name: str, *records: dict[str, str | None], **given: Any) -> str:
    """Play an example as it is written; what is this machine's own comes as extra variables. Returns what was shown."""
    return _run(folder, EXAMPLES[name], {"asked": {"dcv": {"records": list(records)}}}, **given)


def _run(folder: Path, play: dict[str, Any], asked: dict[str, Any], hosts: str = "localhost,", **extra: Any) -> str:
    """Play one play with variables; return what was shown."""
    (folder / "example.yml").write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    variables = {**asked, "ansible_python_interpreter": sys.executable, **extra}
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "--connection=local", f"--inventory={hosts}"]
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collections_path()), "ANSIBLE_LOCALHOST_WARNING": "0"}
    done = subprocess.run(
        [*command, "--extra-vars", json.dumps(variables), "example.yml"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_table_is_that_of_the_argument_specs() -> None:
    rows = {name: (kind, default, meaning) for name, kind, default, meaning in ROW.findall(README)}
    assert list(rows) == list(SPEC)
    for name, about in SPEC.items():
        choices = f" One of {', '.join(f'`{choice}`' for choice in about['choices'])}." if "choices" in about else ""
        default = "required" if about.get("required") else f"`{json.dumps(about['default'])}`"
        assert rows[name] == (about["type"], default, _plain(about["description"]) + choices), name


def test_the_defaults_are_those_of_the_argument_specs() -> None:
    defaults = yaml.safe_load((ROLE / "defaults/main.yml").read_text(encoding="utf-8"))
    assert defaults == {name: about["default"] for name, about in SPEC.items() if not about.get("required")}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_sets_variables_that_there_are(name: str) -> None:
    (own,) = [EXAMPLES[name].get("vars") or EXAMPLES[name]["roles"][0]["vars"]]
    entries = own.get("dcv_providers", {}).values()
    used = {variable for group in (own, *entries) for variable in group if variable.startswith("dcv_")}
    assert len(used) >= 2
    assert used <= set(SPEC)


def test_every_provider_has_an_example() -> None:
    shown = {play["roles"][0]["vars"]["dcv_provider"] for play in EXAMPLES.values() if "roles" in play}
    assert shown == set(SPEC["dcv_provider"]["choices"])


def test_the_example_of_http_writes_files_on_the_host_that_answers(tmp_path: Path) -> None:
    webroot = tmp_path / "html"
    webroot.mkdir()
    name = "Publish files of domain control validation"
    records = [_record("www.example.com", "HTTP"), _record("shop.example.com", "HTTP")]
    shown = _play(
        tmp_path, name, *records, hosts="web,proxy1,", dcv_http_webroot=str(webroot), ansible_connection="local"
    )
    assert "web -> proxy1" in shown
    assert (webroot / ".well-known/pki-validation/fileauth.txt").read_text(encoding="utf-8") == TOKEN


def test_the_example_of_nsupdate_updates_a_zone(tmp_path: Path, primary: DnsPrimary, tsig_secret: str) -> None:
    _play(
        tmp_path,
        "Publish records with signed dynamic updates (RFC 2136)",
        _record("_dnsauth.example.test"),
        dcv_nsupdate_server="127.0.0.1",
        dcv_nsupdate_port=primary.port,
        dcv_nsupdate_key_name=primary.key_name,
        vault_tsig_secret=tsig_secret,
    )
    assert primary.values("_dnsauth.example.test") == [f'"{TOKEN}"']


def test_the_example_of_route53_writes_to_a_zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Route53("example.com") as service:
        for variable, value in service.environment.items():
            monkeypatch.setenv(variable, value)
        servers = [f"127.0.0.1:{service.dns_port}"]
        record = _record("_dnsauth.example.com")
        own = {"dcv_zones": ["example.com"], "dcv_authoritative_servers": servers}
        _play(tmp_path, "Publish records in Route 53", record, **own)
        assert service.values("_dnsauth.example.com") == [f'"{TOKEN}"']


def test_the_examples_of_a_hook_and_of_a_person_are_played(tmp_path: Path) -> None:
    (tmp_path / "tasks").mkdir()
    task = [{"name": "Show it", "ansible.builtin.debug": {"msg": "mine is {{ dcv_hook_record.name }}"}}]
    (tmp_path / "tasks/publish_record.yml").write_text(json.dumps(task), encoding="utf-8")
    record = _record("_dnsauth.example.com")
    shown = _play(tmp_path, "Publish records with tasks of our own", record, dcv_wait=False)
    assert "mine is _dnsauth.example.com" in shown
    shown = _play(tmp_path, "Say what has to be published, and wait for it", record, dcv_wait=False)
    assert f"TXT    _dnsauth.example.com  {TOKEN}" in shown


def test_the_first_example_proves_control_of_an_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, primary: DnsPrimary, tsig_secret: str
) -> None:
    with SimulatorProcess(["--no-rate-limit", "--resolver", f"127.0.0.1:{primary.port}"]) as simulator:
        monkeypatch.setenv("DIGICERT_API_KEY", simulator.api_key)
        monkeypatch.setenv("DIGICERT_API_URL", simulator.base_url)
        monkeypatch.setenv("DIGICERT_CA_PATH", simulator.ca_file)
        order_id = _order(tmp_path, "www.example.test")
        _run(
            tmp_path,
            EXAMPLES["Prove control of the domains of an order"],
            {},
            order_id=order_id,
            dcv_nsupdate_server="127.0.0.1",
            dcv_nsupdate_port=primary.port,
            dcv_nsupdate_key_name=primary.key_name,
            vault_tsig_secret=tsig_secret,
        )
        assert simulator.billed_orders()
    assert primary.updates == 2
    assert primary.values("_dnsauth.www.example.test") == primary.values("_dnsauth.example.test") == []


def _order(folder: Path, name: str) -> int:
    """Order a certificate whose domain is not validated; return the order's ID."""
    tasks = [
        {"community.crypto.openssl_privatekey": {"path": f"{folder}/key.pem", "type": "ECC", "curve": "secp256r1"}},
        {
            "community.crypto.openssl_csr": {
                "path": f"{folder}/csr.pem",
                "privatekey_path": f"{folder}/key.pem",
                "common_name": name,
            }
        },
        {
            "community.digicert.digicert_order": {
                "dns_names": [name],
                "csr_path": f"{folder}/csr.pem",
                "product": "ssl_basic",
                "organization_id": 112233,
                "order_validity": {"years": 1},
                "dcv_method": "dns-txt-token",
                "skip_approval": True,
            },
            "register": "ordered",
        },
        {"ansible.builtin.copy": {"content": "{{ ordered.order.id }}", "dest": f"{folder}/order_id", "mode": "0600"}},
    ]
    _run(folder, {"name": "Order", "hosts": "localhost", "gather_facts": False, "tasks": tasks}, {})
    return int((folder / "order_id").read_text(encoding="utf-8"))
