# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The providers of the role dcv whose services cannot be had: what they pass to the modules of their collections.

Each stand-in takes the options that the real module documents, and keeps record sets as that module says it does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rrset
import pytest

from ansible_collections.community.digicert.tests.demo.dns_server import DnsServer
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller, Step, collections_path
from ansible_collections.community.digicert.tests.roles.support.stand_in import StandIns

pytestmark = pytest.mark.once

ZONE = "example.com"
NAME = f"_dnsauth.www.{ZONE}"

# Replaces whole sets; the record mode append adds. Names are relative to the zone.
AZURE = """
def behave(module, params, records):
    relative, zone = params["relative_name"], params["zone_name"]
    key = (zone if relative == "@" else f"{relative}.{zone}") + " " + params["record_type"]
    old = records.get(key, {"values": [], "ttl": None})
    if params["state"] == "absent":
        return {"changed": records.pop(key, None) is not None}
    for entry in params["records"]:
        expected = {"TXT": {"value": list}, "CNAME": {"cname": str}}[params["record_type"]]
        if {name: type(value) for name, value in entry.items()} != expected:
            module.fail_json(msg=f"odd record {entry}")
    kept = old["values"] if params["record_mode"] == "append" else []
    new = {"values": kept + [one for one in params["records"] if one not in kept], "ttl": params["time_to_live"]}
    records[key] = new
    return {"changed": new != old}
"""
AZURE_INFO = """
def behave(module, params, records):
    relative, zone = params["relative_name"], params["zone_name"]
    found = records.get((zone if relative == "@" else f"{relative}.{zone}") + " " + params["record_type"])
    return {"dnsrecordsets": [{"records": found["values"], "time_to_live": found["ttl"]}] if found else []}
"""
# Replaces whole sets, and does nothing in check mode.
GOOGLE = """
def behave(module, params, records):
    if set(params["managed_zone"]) != {"name", "dnsName"} or not params["name"].endswith("."):
        module.fail_json(msg="managed_zone or name is odd")
    key = params["name"][:-1] + " " + params["type"]
    old = records.pop(key, None)
    if params["state"] == "present":
        records[key] = {"values": params["target"], "ttl": params["ttl"]}
    return {"changed": records.get(key) != old}
"""
GOOGLE_INFO = """
def behave(module, params, records):
    found = [(*key.split(" "), value["values"], value["ttl"]) for key, value in records.items()]
    names = ("name", "type", "rrdatas", "ttl")
    return {"resources": [dict(zip(names, (name + ".", *rest))) for name, *rest in found]}
"""
GOOGLE_ZONES = """
def behave(module, params, records):
    zones = params["dns_name"]
    return {"resources": [{"name": "zone-" + zone.split(".")[0], "dnsName": zone, "id": "1"} for zone in zones]}
"""
# A record of its own for each TXT value; a CNAME is found by its name alone, but removed by its value as well.
CLOUDFLARE = """
def behave(module, params, records):
    key = params["record"] + " " + params["type"]
    old = records.get(key, {"values": [], "ttl": None})
    value = params["value"]
    others = [one for one in old["values"] if one != value]
    if params["state"] == "absent":
        new = others
    elif params["type"] == "CNAME":
        new = [value]
    else:
        new = old["values"] if value in old["values"] else others + [value]
    if new != old["values"]:
        records[key] = {"values": new, "ttl": params["ttl"]}
    if not new:
        records.pop(key, None)
    return {"changed": new != old["values"]}
"""
# An object of its own for each TXT value; a CNAME is found by its name alone.
INFOBLOX = """
def behave(module, params, records):
    kind, value = ("TXT", params["text"]) if "text" in params else ("CNAME", params["canonical"])
    key = params["name"] + " " + kind
    old = records.get(key, {"values": [], "ttl": None})
    others = [one for one in old["values"] if one != value] if kind == "TXT" else []
    new = others if params["state"] == "absent" else others + [value]
    changed = sorted(new) != sorted(old["values"])
    if changed:
        records[key] = {"values": new, "ttl": params["ttl"]}
    if not new:
        records.pop(key, None)
    return {"changed": changed}
"""


@dataclass(frozen=True)
class Provider:
    """One provider: its stand-ins, its variables, and how it spells values."""

    name: str
    modules: dict[str, str]
    variables: dict[str, Any]
    other_txt: Any
    spell_txt: str
    spell_cname: str = "{}"
    without_check_mode: tuple[str, ...] = ()
    ttl: int = 60
    passed: dict[str, Any] = field(default_factory=dict)

    def txt(self, value: str) -> Any:
        """Return a TXT value as the provider keeps it."""
        return {"value": [value]} if self.spell_txt == "entry" else self.spell_txt.format(value)

    def cname(self, value: str) -> Any:
        """Return a CNAME as the provider keeps it."""
        return {"cname": value} if self.spell_txt == "entry" else self.spell_cname.format(value)


PROVIDERS = [
    Provider(
        "azure",
        {
            "azure.azcollection.azure_rm_dnsrecordset": AZURE,
            "azure.azcollection.azure_rm_dnsrecordset_info": AZURE_INFO,
        },
        {"dcv_azure_resource_group": "dns"},
        {"value": ["v=spf1 ", "-all"]},
        "entry",
        passed={"resource_group": "dns", "zone_name": ZONE},
    ),
    Provider(
        "google",
        {
            "google.cloud.gcp_dns_resource_record_set": GOOGLE,
            "google.cloud.gcp_dns_resource_record_set_info": GOOGLE_INFO,
            "google.cloud.gcp_dns_managed_zone_info": GOOGLE_ZONES,
        },
        {
            "dcv_google_project": "web",
            "dcv_google_auth_kind": "serviceaccount",
            "dcv_google_service_account_file": "/etc/ansible/dns.json",
        },
        '"v=spf1 " "-all"',
        '"{}"',
        "{}.",
        without_check_mode=("google.cloud.gcp_dns_resource_record_set",),
        passed={
            "project": "web",
            "auth_kind": "serviceaccount",
            "service_account_file": "/etc/ansible/dns.json",
            "managed_zone": {"name": "zone-example", "dnsName": f"{ZONE}."},
        },
    ),
    Provider(
        "cloudflare",
        {"community.general.cloudflare_dns": CLOUDFLARE},
        {"dcv_cloudflare_api_token": "token-of-the-api"},
        '"v=spf1 " "-all"',
        '"{}"',
        ttl=120,
        passed={"api_token": "token-of-the-api", "zone": ZONE},
    ),
    Provider(
        "infoblox",
        {"infoblox.nios_modules.nios_txt_record": INFOBLOX, "infoblox.nios_modules.nios_cname_record": INFOBLOX},
        {
            "dcv_infoblox_host": "grid.example.com",
            "dcv_infoblox_username": "dcv",
            "dcv_infoblox_password": "password-of-the-grid",
            "dcv_infoblox_view": "external",
        },
        "v=spf1 -all",
        "{}",
        passed={"view": "external"},
    ),
]


def record(value: str, name: str = NAME, kind: str = "TXT") -> dict[str, str | None]:
    """Return a record as the modules describe it."""
    return {"domain": "www.example.com", "type": kind, "name": name, "value": value, "path": None, "expires": None}


@pytest.fixture
def stand_ins(tmp_path: Path) -> StandIns:
    """Return stand-ins that playbooks find before the real collections."""
    return StandIns(tmp_path)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_a_provider_passes_what_its_modules_document_and_leaves_others_alone(
    tmp_path: Path, stand_ins: StandIns, provider: Provider
) -> None:
    for module, behaviour in provider.modules.items():
        stand_ins.add(module, behaviour, check_mode=module not in provider.without_check_mode)
    stand_ins.add_lookup("infoblox.nios_modules.nios_lookup")
    controller = Controller(tmp_path / "controller", collections=stand_ins.path)
    stand_ins.put(ZONE, "TXT", provider.other_txt, ttl=900)
    before = stand_ins.records()
    # the name servers of a stand-in do not exist: nothing is waited for
    common = {"dcv_provider": provider.name, "dcv_zones": [ZONE], "dcv_wait": False, **provider.variables}
    records = [record("token-1", ZONE), record("token-2", ZONE), record("token-1")]

    def step(label: str, **more: Any) -> Step:
        return Step(label, "dcv", {**common, "dcv_records": records, **more})

    foreseen = controller.play(step("foreseen"), check=True)["foreseen"]
    assert (foreseen.failure, len(foreseen.changed)) == (None, 1)
    assert stand_ins.records() == before

    played = controller.play(step("place"), step("again"))

    assert [done.failure for done in played.steps.values()] == [None, None]
    assert played["again"].changed == []
    after = stand_ins.records()
    assert after[f"{ZONE} TXT"]["values"] == [provider.other_txt, provider.txt("token-1"), provider.txt("token-2")]
    assert after[f"{NAME} TXT"] == {"values": [provider.txt("token-1")], "ttl": provider.ttl}
    writer = next(iter(provider.modules)).rsplit(".", 1)[1]
    for call in stand_ins.calls(writer):
        assert {key: call[key] for key in provider.passed} == provider.passed

    played = controller.play(step("remove", dcv_state="absent"), step("again", dcv_state="absent"))

    assert [done.failure for done in played.steps.values()] == [None, None]
    assert played["again"].changed == []
    assert {key: one["values"] for key, one in stand_ins.records().items()} == {f"{ZONE} TXT": [provider.other_txt]}


@pytest.mark.parametrize("provider", [one for one in PROVIDERS if one.name != "cloudflare"], ids=lambda one: one.name)
def test_only_a_cname_of_a_validation_is_replaced_and_only_ours_removed(
    tmp_path: Path, stand_ins: StandIns, provider: Provider
) -> None:
    for module, behaviour in provider.modules.items():
        stand_ins.add(module, behaviour, check_mode=module not in provider.without_check_mode)
    stand_ins.add_lookup("infoblox.nios_modules.nios_lookup")
    controller = Controller(tmp_path / "controller", collections=stand_ins.path)
    stand_ins.put(NAME, "CNAME", provider.cname("old.dcv.digicert.com"))
    stand_ins.put(f"_dnsauth.shop.{ZONE}", "CNAME", provider.cname("elsewhere.example.org"))
    common = {"dcv_provider": provider.name, "dcv_zones": [ZONE], "dcv_wait": False, **provider.variables}
    ours = record("new.dcv.digicert.com", NAME, "CNAME")
    theirs = record("new.dcv.digicert.com", f"_dnsauth.shop.{ZONE}", "CNAME")

    def step(label: str, one: dict[str, str | None], **more: Any) -> Step:
        return Step(label, "dcv", {**common, "dcv_records": [one], **more})

    played = controller.play(
        step("replace", ours), step("in the way", theirs), step("not ours", theirs, dcv_state="absent")
    )

    assert played["replace"].failure is None
    assert "is already a CNAME of elsewhere.example.org." in (played["in the way"].failure or "")
    assert played["not ours"].changed == []
    kept = {key: one["values"] for key, one in stand_ins.records().items()}
    assert kept == {
        f"{NAME} CNAME": [provider.cname("new.dcv.digicert.com")],
        f"_dnsauth.shop.{ZONE} CNAME": [provider.cname("elsewhere.example.org")],
    }


def test_cloudflare_replaces_no_cname_that_the_name_servers_know_and_that_is_not_of_a_validation(
    tmp_path: Path, stand_ins: StandIns
) -> None:
    """The module replaces a CNAME unseen, so the role asks the name servers before."""
    stand_ins.add("community.general.cloudflare_dns", CLOUDFLARE)
    targets = {NAME: "elsewhere.example.org.", f"_dnsauth.shop.{ZONE}": "old.dcv.digicert.com."}
    for name, target in targets.items():
        stand_ins.put(name, "CNAME", target.rstrip("."))

    def answer(wire: bytes) -> bytes:
        query = dns.message.from_wire(wire)
        name = query.question[0].name
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.AA
        target = targets.get(name.to_text(omit_final_dot=True))
        if target:
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", target))
        return reply.to_wire()

    server = DnsServer(answer)
    server.start()
    try:
        common = {
            "dcv_provider": "cloudflare",
            "dcv_cloudflare_api_token": "token-of-the-api",
            "dcv_zones": [ZONE],
            "dcv_authoritative_servers": [f"127.0.0.1:{server.port}"],
            "dcv_wait": False,
        }
        before = stand_ins.records()
        played = Controller(tmp_path / "controller", collections=stand_ins.path).play(
            Step("in the way", "dcv", {**common, "dcv_records": [record("new.dcv.digicert.com", NAME, "CNAME")]}),
            Step(
                "of a validation",
                "dcv",
                {**common, "dcv_records": [record("new.dcv.digicert.com", f"_dnsauth.shop.{ZONE}", "CNAME")]},
            ),
        )
    finally:
        server.stop()
    assert "is already a CNAME of elsewhere.example.org." in (played["in the way"].failure or "")
    assert played["of a validation"].failure is None
    replaced = {f"_dnsauth.shop.{ZONE} CNAME": {"values": ["new.dcv.digicert.com"], "ttl": 120}}
    assert stand_ins.records() == {**before, **replaced}


def test_a_missing_collection_is_told_with_the_way_to_get_it(tmp_path: Path) -> None:
    only_needed = tmp_path / "needed"
    link_needed(only_needed)
    controller = Controller(tmp_path / "controller", collections=str(only_needed))
    common = {"dcv_records": [record("token")], "dcv_zones": [ZONE]}

    played = controller.play(
        *(Step(name, "dcv", {**common, "dcv_provider": name}) for name in ("route53", "azure", "google", "infoblox"))
    )

    for name, collection in {
        "route53": "amazon.aws",
        "azure": "azure.azcollection",
        "google": "google.cloud",
        "infoblox": "infoblox.nios_modules",
    }.items():
        assert f"needs the collection {collection}, which is not installed: ansible-galaxy" in (
            played[name].failure or ""
        )


def link_needed(folder: Path) -> None:
    """Make a collections path that holds what galaxy.yml names and this collection, and no provider's."""
    target = folder / "ansible_collections" / "community"
    target.mkdir(parents=True)
    for name in ("crypto", "general", "digicert"):
        (target / name).symlink_to((collections_path() / "ansible_collections/community" / name).resolve())
