# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the providers of the role dcv need: files of web servers, variables, and the results of their modules."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.module_utils._dcv.found import found_by, zones_of_google
from ansible_collections.community.digicert.plugins.module_utils._dcv.providers import (
    collection_problem,
    provider_problem,
    web_files,
    web_hosts,
    web_problem,
)
from ansible_collections.community.digicert.plugins.module_utils._dcv.publication import (
    UnpublishableError,
    check_providers,
    instructions,
    place,
)
from ansible_collections.community.digicert.plugins.plugin_utils._dcv_settings import (
    fingerprint,
    hosts_meet,
    is_shared,
    settings_of,
)

SETTINGS: dict[str, Any] = {
    "dcv_http_host": "",
    "dcv_http_hosts": {},
    "dcv_http_webroot": "/srv",
    "dcv_http_webroots": {},
}


def file(name: str, content: str = "token") -> dict[str, str]:
    """Return a file of a web server."""
    return {"name": name, "path": "/.well-known/pki-validation/fileauth.txt", "content": content}


class TestWebFiles:
    def test_names_with_the_same_folder_share_a_file(self) -> None:
        files = web_files([file("a.example"), file("b.example")], SETTINGS, "web1")
        assert [(one["host"], one["webroot"]) for one in files] == [("web1", "/srv")]
        (host,) = web_hosts(files)
        assert (host["host"], [one["webroot"] for one in host["files"]]) == ("web1", ["/srv"])
        assert web_problem(files, ["web1"]) == ""

    def test_hosts_and_folders_of_single_names(self) -> None:
        own = {**SETTINGS, "dcv_http_hosts": {"a.example": "proxy"}, "dcv_http_webroots": {"b.example": "/b"}}
        files = web_files([file("a.example"), file("b.example"), file("c.example")], own, "web1")
        assert [(one["host"], one["webroot"]) for one in files] == [("proxy", "/srv"), ("web1", "/b"), ("web1", "/srv")]
        assert [(one["host"], len(one["files"])) for one in web_hosts(files)] == [("proxy", 1), ("web1", 2)]
        assert "which proxy is not" in web_problem(files, ["web1"])

    def test_what_cannot_be_written_is_named(self) -> None:
        nowhere = web_files([file("a.example")], {**SETTINGS, "dcv_http_webroot": ""}, "web1")
        assert web_problem(nowhere, ["web1"]).startswith("dcv_http_webroot is not set")
        both = web_files([file("a.example"), file("b.example", "other")], SETTINGS, "web1")
        assert "different contents in the same file" in web_problem(both, ["web1"])


class TestVariables:
    @pytest.mark.parametrize(
        ("provider", "settings", "said"),
        [
            ("azure", {"dcv_azure_resource_group": ""}, "dcv_azure_resource_group is not set"),
            ("azure", {"dcv_azure_resource_group": "dns"}, ""),
            ("infoblox", {"dcv_infoblox_host": "grid", "dcv_infoblox_username": ""}, "must be set, to connect"),
            ("infoblox", {"dcv_infoblox_host": "grid", "dcv_infoblox_username": "me"}, ""),
            ("hook", {"dcv_hook_present": "a.yml", "dcv_hook_absent": ""}, ""),
            ("hook", {"dcv_hook_present": "", "dcv_hook_absent": "a.yml"}, "dcv_hook_present is not set"),
            ("nsupdate", {}, ""),
        ],
    )
    def test_a_variable_that_is_missing_is_named(self, provider: str, settings: dict[str, str], said: str) -> None:
        problem = provider_problem(provider, settings, "present")
        assert said in problem
        assert bool(problem) == bool(said)

    def test_a_collection_that_is_missing_is_named(self) -> None:
        assert collection_problem("cloudflare").endswith("ansible-galaxy collection install community.general")

    def test_settings_of_a_domain_come_before_those_of_the_role(self) -> None:
        variables = {
            "dcv_providers": {"example.com": {"dcv_ttl": 5, "dcv_route53_private_zone": True}},
            "dcv_ttl": 60,
            "dcv_zones": [],
            "dcv_route53_private_zone": False,
            "dcv_route53_hosted_zone_id": "",
            "dcv_azure_resource_group": "dns",
        }
        own = settings_of({"provider": "route53", "suffix": "example.com"}, variables, lambda value: value)
        assert own == {
            "dcv_ttl": 5,
            "dcv_zones": [],
            "dcv_route53_private_zone": True,
            "dcv_route53_hosted_zone_id": "",
        }
        of_role = settings_of({"provider": "route53", "suffix": ""}, variables, lambda value: value)
        assert of_role["dcv_ttl"] == 60

    def test_a_fingerprint_is_equal_for_equal_values_only(self) -> None:
        assert fingerprint({"a": "secret", "b": 1}) == fingerprint({"b": 1, "a": "secret"})
        assert fingerprint({"a": "secret"}) != fingerprint({"a": "other"})
        assert "secret" not in fingerprint("secret")

    def test_only_what_does_not_depend_on_the_host_is_shared(self) -> None:
        assert [name for name in ("http", "hook", "manual") if is_shared(name)] == []

    @pytest.mark.parametrize(
        ("strategy", "meet"), [("linear", True), ("ansible.builtin.linear", True), ("free", False), ("other", False)]
    )
    def test_hosts_meet_if_the_strategy_is_known_for_it(self, strategy: str, meet: bool) -> None:
        task = SimpleNamespace(get_play=lambda: SimpleNamespace(strategy=strategy))
        assert hosts_meet(task) is meet
        assert hosts_meet(SimpleNamespace()) is False


class TestFound:
    def test_results_of_modules_are_read(self) -> None:
        sets = [{"name": "a", "owner": "a.", "type": "TXT"}]
        nothing: dict[str, Any] = {"values": []}
        there = {"values": ['"v"'], "ttl": 5}
        assert found_by("route53", [{"set": {}}], sets) == [nothing]
        assert found_by("route53", [{"set": {"values": ['"v"'], "ttl": 5}}], sets) == [there]
        assert found_by("azure", [{}], sets) == [nothing]
        assert found_by("azure", [{"dnsrecordsets": [{"records": ['"v"'], "time_to_live": 5}]}], sets) == [there]
        listed = [{"name": "b.", "type": "TXT"}, {"name": "a.", "type": "TXT", "rrdatas": ['"v"'], "ttl": 5}]
        assert found_by("google", [{"resources": listed}], sets) == [there]
        assert found_by("google", [{"resources": listed[:1]}], sets) == [nothing]

    def test_answers_of_name_servers_are_read(self) -> None:
        sets = [{"name": "a", "records": ["x."]}, {"name": "b", "records": ["y."]}]
        missing = [{"name": "b", "answers": ["z"]}, {"name": "b", "answers": ["late"]}]
        assert found_by("name_servers", missing, sets) == [{"values": ["x."]}, {"values": ["z"]}]

    def test_there_is_one_managed_zone(self) -> None:
        sets, zones = [{"name": "a.b.c"}], ["b.c"]
        resources = [{"name": "one", "dnsName": "b.c.", "id": 1}, {"name": "two", "dnsName": "b.c.", "id": 2}]
        found, problem = zones_of_google(sets, zones, resources, "two")
        assert (found, problem) == ([{"name": "two", "dnsName": "b.c."}], "")
        assert "has 2 managed zones for b.c (one, two)" in zones_of_google(sets, zones, resources, "")[1]
        assert "has 0 managed zones for b.c. Set" in zones_of_google(sets, zones, [], "")[1]


class TestRecords:
    def record(self, name: str, **more: str) -> dict[str, str]:
        """Return a TXT record."""
        return {"type": "TXT", "name": name, "value": "v", **more}

    def test_a_record_may_choose_its_provider_unless_its_domain_has_one(self) -> None:
        records = [self.record("_a.x", provider="manual"), self.record("_b.y", provider="manual"), self.record("_c.x")]
        providers = {"y": {"dcv_provider": "nsupdate"}}
        found = place(records, provider="route53", providers=providers, delegations={}, now=None)
        assert [one.provider for one in found] == ["manual", "nsupdate", "route53"]
        with pytest.raises(UnpublishableError, match="unknown provider 'pigeon'"):
            place([self.record("_a.x", provider="pigeon")], provider="http", providers={}, delegations={}, now=None)

    def test_variables_of_a_provider_that_a_record_chooses_are_known(self) -> None:
        own = {"x": {"dcv_nsupdate_server": "192.0.2.53"}}
        check_providers(own, "http", others=["nsupdate"])
        with pytest.raises(UnpublishableError, match="cannot be set for the provider 'http'"):
            check_providers(own, "http")

    def test_a_person_gets_a_line_for_each_record(self) -> None:
        http = {"type": "HTTP", "name": "x.y", "path": "/.well-known/pki-validation/f.txt", "value": "v"}
        assert instructions([self.record("_long.x.y"), self.record("_b.y"), http]) == [
            "TXT    _long.x.y  v",
            "TXT    _b.y       v",
            "HTTP   http://x.y/.well-known/pki-validation/f.txt  v",
        ]
