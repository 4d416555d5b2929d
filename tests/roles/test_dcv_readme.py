# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The README of the role dcv: its table is that of the argument specs, its examples are played as they are written."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.digicert.tests.roles.support.dns_primary import DnsPrimary
from ansible_collections.community.digicert.tests.roles.support.readme import RoleReadme, play
from ansible_collections.community.digicert.tests.roles.support.route53 import Route53
from ansible_collections.community.digicert.tests.roles.support.stand_in import StandIns
from ansible_collections.community.digicert.tests.roles.test_dcv_clouds import CLOUDFLARE, PROVIDERS, Provider
from certcentral_simulator.process import SimulatorProcess

pytestmark = pytest.mark.once

README = RoleReadme("dcv")
EXAMPLES = {example["name"]: example for example in README.examples}
TOKEN = "fdy6m0wy5lq063sz4h0r6qmdt722gyfc"


def _record(name: str, kind: str = "TXT") -> dict[str, str | None]:
    path = "/.well-known/pki-validation/fileauth.txt" if kind == "HTTP" else None
    return {"domain": name, "type": kind, "name": name, "value": TOKEN, "path": path, "expires": None}


def _play(folder: Path, name: str, *records: dict[str, str | None], **given: Any) -> str:
    """Play an example as it is written; what is this machine's own comes as extra variables. Returns what was shown."""
    return play(folder, EXAMPLES[name], asked={"dcv": {"records": list(records)}}, **given)


def test_the_table_is_that_of_the_argument_specs() -> None:
    assert list(README.rows) == list(README.options)
    for name in README.options:
        assert README.rows[name] == README.expected_row(name)


def test_the_defaults_are_those_of_the_argument_specs() -> None:
    defaults = {name: about["default"] for name, about in README.options.items() if not about.get("required")}
    assert README.defaults == defaults


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_sets_variables_that_there_are(name: str) -> None:
    (own,) = [EXAMPLES[name].get("vars") or EXAMPLES[name]["roles"][0]["vars"]]
    entries = own.get("dcv_providers", {}).values()
    used = {variable for group in (own, *entries) for variable in group if variable.startswith("dcv_")}
    assert len(used) >= 2
    assert used <= set(README.options)


def test_every_provider_has_an_example() -> None:
    shown = {example["roles"][0]["vars"]["dcv_provider"] for example in EXAMPLES.values() if "roles" in example}
    assert shown == set(README.options["dcv_provider"]["choices"])


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


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_the_example_of_a_dns_service_passes_a_record_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, provider: Provider
) -> None:
    """To stand-ins of its modules, which take only what the real ones document."""
    stand_ins = StandIns(tmp_path)
    for module, behaviour in provider.modules.items():
        stand_ins.add(module, behaviour, check_mode=module not in provider.without_check_mode)
    stand_ins.add_lookup("infoblox.nios_modules.nios_lookup")
    monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", stand_ins.path)
    (written,) = [
        example
        for example in EXAMPLES.values()
        if "roles" in example and example["roles"][0]["vars"].get("dcv_provider") == provider.name
    ]
    record = _record("_dnsauth.www.example.com")
    secrets = {"vault_cloudflare_token": "token-of-the-api", "vault_infoblox_password": "password-of-the-grid"}
    # a stand-in has no name servers
    _play(tmp_path, written["name"], record, dcv_zones=["example.com"], dcv_wait=False, **secrets)
    expected = {"values": [provider.txt(TOKEN)], "ttl": provider.ttl}
    assert stand_ins.records() == {"_dnsauth.www.example.com TXT": expected}


def test_the_example_of_several_places_writes_to_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tsig_secret: str
) -> None:
    """Route 53 and the signed update are real; Cloudflare is a stand-in, to which a delegated name leads."""
    written = deepcopy(EXAMPLES["Publish records in several places"])
    own = written["roles"][0]["vars"]
    stand_ins = StandIns(tmp_path)
    stand_ins.add("community.general.cloudflare_dns", CLOUDFLARE)
    monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", stand_ins.path)
    names = ["_dnsauth.example.com", "_dnsauth.shop.example.org", "_dnsauth.www.example.com"]
    primary = DnsPrimary("example.org", tsig_secret)
    try:
        with Route53("example.com") as service:
            for variable, value in service.environment.items():
                monkeypatch.setenv(variable, value)
            own["dcv_providers"]["example.org"] |= {
                "dcv_nsupdate_server": "127.0.0.1",
                "dcv_nsupdate_key_name": primary.key_name,
                "dcv_nsupdate_port": primary.port,
            }
            given: dict[str, Any] = {
                "asked": {"dcv": {"records": [_record(name) for name in names]}},
                "vault_tsig_secret": tsig_secret,
                "vault_cloudflare_token": "token-of-the-api",
                "dcv_zones": ["example.com", "example.org", "validation.example.net"],
                # a stand-in has no name servers
                "dcv_wait": False,
            }
            play(tmp_path, written, hosts="web,", **given)
            delegated = "www-example-com.validation.example.net TXT"
            assert service.values(names[0]) == primary.values(names[1]) == [f'"{TOKEN}"']
            assert stand_ins.records() == {delegated: {"values": [f'"{TOKEN}"'], "ttl": 120}}
            assert service.values(names[2]) == []
            assert stand_ins.calls("cloudflare_dns")[0]["api_token"] == "token-of-the-api"

            play(tmp_path, written, hosts="web,", **given, dcv_state="absent")
            assert service.values(names[0]) == primary.values(names[1]) == []
            assert stand_ins.records() == {}
    finally:
        primary.stop()


def test_the_examples_of_a_hook_and_of_a_person_are_played(tmp_path: Path) -> None:
    (tmp_path / "tasks").mkdir()
    task = [{"name": "Show it", "ansible.builtin.debug": {"msg": "mine is {{ dcv_hook_record.name }}"}}]
    (tmp_path / "tasks/publish_record.yml").write_text(json.dumps(task), encoding="utf-8")
    record = _record("_dnsauth.example.com")
    shown = _play(tmp_path, "Publish records with our own tasks", record, dcv_wait=False)
    assert "mine is _dnsauth.example.com" in shown
    shown = _play(tmp_path, "Show what has to be published, and wait for it", record, dcv_wait=False)
    assert f"TXT    _dnsauth.example.com  {TOKEN}" in shown


def test_the_first_example_proves_control_of_an_order(
    tmp_path: Path, simulator: SimulatorProcess, primary: DnsPrimary, tsig_secret: str
) -> None:
    simulator.set_network(resolver=f"127.0.0.1:{primary.port}")
    order_id = _order(tmp_path, "www.example.test")
    play(
        tmp_path,
        EXAMPLES["Prove control of the domains of an order"],
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
    play(folder, {"name": "Order", "hosts": "localhost", "gather_facts": False, "tasks": tasks})
    return int((folder / "order_id").read_text(encoding="utf-8"))
