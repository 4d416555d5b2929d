# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role dcv on several hosts: one of those with the same settings publishes for all, and nobody waits for a host."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.digicert.tests.roles.support.dns_primary import DnsPrimary
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller, Played, Step

HOSTS = ("web1", "web2", "web3")
OWN = "_dnsauth.{{ inventory_hostname }}.example.test"


def txt(value: str = "token", name: str = OWN) -> dict[str, str | None]:
    """Return a TXT record as the modules describe it."""
    return {"domain": "www.example.test", "type": "TXT", "name": name, "value": value, "path": None, "expires": None}


@pytest.fixture
def variables(primary: DnsPrimary, tsig_secret: str) -> dict[str, Any]:
    """Return variables with which the primary is updated; each host has a record at a name of its own."""
    return {
        "dcv_provider": "nsupdate",
        "dcv_nsupdate_server": "127.0.0.1",
        "dcv_nsupdate_port": primary.port,
        "dcv_nsupdate_key_name": primary.key_name,
        "dcv_nsupdate_key_secret": tsig_secret,
        "dcv_zones": ["example.test"],
        "dcv_wait_timeout": 2,
        "dcv_wait_interval": 1,
        "dcv_records": [txt()],
    }


def failures(played: Played, label: str) -> dict[str, str]:
    """Return the messages of the hosts that failed in a step."""
    return {host: steps[label].failure or "" for host, steps in played.by_host.items() if steps[label].failure}


def published(primary: DnsPrimary) -> list[str]:
    """Return the hosts whose records the server has."""
    return sorted(name.split(".")[1] for name in primary.names())


def test_one_update_has_the_records_of_all_hosts_and_another_removes_them(
    tmp_path: Path, primary: DnsPrimary, variables: dict[str, Any]
) -> None:
    fleet = Controller(tmp_path / "fleet", HOSTS)

    played = fleet.play(Step("place", "dcv", variables))

    assert failures(played, "place") == {}
    assert [host for host in HOSTS if played.by_host[host]["place"].changed] == ["web1"]
    assert (primary.updates, published(primary)) == (1, list(HOSTS))

    played = fleet.play(Step("remove", "dcv", {**variables, "dcv_state": "absent"}))

    assert failures(played, "remove") == {}
    assert (primary.updates, published(primary)) == (2, [])


def test_hosts_with_other_settings_have_a_host_of_their_own(
    tmp_path: Path, primary: DnsPrimary, variables: dict[str, Any]
) -> None:
    """Here one host has another time to live, and one has a record for another provider besides."""
    own = {
        **variables,
        "dcv_ttl": "{{ 90 if inventory_hostname == 'web2' else 60 }}",
        "dcv_records": "{{ [mine] + ([other] if inventory_hostname == 'web3' else []) }}",
        "mine": txt(),
        "other": {**txt(name="_dnsauth.example.org"), "provider": "manual"},
    }

    played = Controller(tmp_path / "fleet", HOSTS).play(Step("place", "dcv", own))

    assert failures(played, "place") == {}
    assert [host for host in HOSTS if played.by_host[host]["place"].changed] == ["web1", "web2"]
    assert (primary.updates, published(primary)) == (2, list(HOSTS))
    assert [primary.ttl(f"_dnsauth.{host}.example.test") for host in HOSTS] == [60, 90, 60]
    unpublished = {host: facts["dcv_unpublished"] for host, facts in played["place"].facts_of.items() if facts}
    assert {host: len(records) for host, records in unpublished.items()} == {"web3": 1}


def test_a_first_host_that_fails_takes_no_other_with_it(
    tmp_path: Path, primary: DnsPrimary, variables: dict[str, Any]
) -> None:
    name = (
        "{{ 'no host name' if inventory_hostname == 'web1' else '_dnsauth.' ~ inventory_hostname ~ '.example.test' }}"
    )

    played = Controller(tmp_path / "fleet", HOSTS).play(
        Step("place", "dcv", {**variables, "dcv_records": [txt(name=name)]})
    )

    assert "cannot be published" in failures(played, "place").pop("web1")
    assert (primary.updates, published(primary)) == (1, ["web2", "web3"])


def test_if_one_host_fails_to_publish_all_that_rely_on_it_say_why_and_nothing_stays(
    tmp_path: Path, primary: DnsPrimary, variables: dict[str, Any]
) -> None:
    lagging = {**variables, "dcv_authoritative_servers": [f"127.0.0.1:{primary.port}", "127.0.0.1:9"]}
    refused = {**variables, "dcv_zones": ["example.org"], "dcv_records": [txt(name="_dnsauth.example.org")]}

    played = Controller(tmp_path / "fleet", HOSTS).play(
        Step("lagging", "dcv", lagging),
        Step("refused", "dcv", refused),
        Step("again", "dcv", variables),
    )

    for said in failures(played, "lagging").values():
        assert "127.0.0.1:9 does not answer" in said
        assert "The published records have been removed." in said
    assert list(failures(played, "lagging")) == list(failures(played, "refused")) == list(HOSTS)
    assert all("NOTAUTH" in said for said in failures(played, "refused").values())
    assert failures(played, "again") == {}
    assert (primary.updates, published(primary)) == (3, list(HOSTS))


def test_what_fails_on_the_host_that_publishes_for_others_afterwards_does_not_concern_them(
    tmp_path: Path, primary: DnsPrimary, variables: dict[str, Any]
) -> None:
    """The first host also has a file to write, and no folder for it."""
    path = "/.well-known/pki-validation/fileauth.txt"
    own = {
        **variables,
        "dcv_records": "{{ [mine] + ([file] if inventory_hostname == 'web1' else []) }}",
        "dcv_http_webroot": str(tmp_path / "missing"),
        "mine": txt(),
        "file": {**txt(name="www.example.test"), "type": "HTTP", "path": path, "provider": "http"},
    }

    played = Controller(tmp_path / "fleet", HOSTS).play(Step("place", "dcv", own))

    assert list(failures(played, "place")) == ["web1"]
    assert "missing is not a folder on this host" in failures(played, "place")["web1"]
    assert "The published records have been removed." in failures(played, "place")["web1"]
    assert (primary.updates, published(primary)) == (2, ["web2", "web3"])


@pytest.mark.parametrize("strategy", ["free", "host_pinned"])
def test_hosts_that_do_not_meet_publish_their_own_records(
    tmp_path: Path, primary: DnsPrimary, variables: dict[str, Any], strategy: str
) -> None:
    seen = Controller(tmp_path / "fleet", HOSTS).transcript(
        Step("place", "dcv", variables), options=["--forks=3"], settings={"ANSIBLE_STRATEGY": strategy}
    )

    assert seen.count("rescued=0") == len(HOSTS), seen
    assert (primary.updates, published(primary)) == (3, list(HOSTS))


def test_each_batch_has_its_own_update(tmp_path: Path, primary: DnsPrimary, variables: dict[str, Any]) -> None:
    played = Controller(tmp_path / "fleet", HOSTS, serial=2).play(Step("place", "dcv", variables))

    assert failures(played, "place") == {}
    assert (primary.updates, published(primary)) == (2, list(HOSTS))


def test_no_secret_and_nothing_that_it_could_be_guessed_from_is_shown(
    tmp_path: Path, primary: DnsPrimary, tsig_secret: str, variables: dict[str, Any]
) -> None:
    fleet = Controller(tmp_path / "fleet", HOSTS)

    seen = [fleet.transcript(Step("place", "dcv", variables)) for _run in range(2)]

    assert published(primary) == list(HOSTS)
    shown = [set(re.findall(r'"settings": "([0-9a-f]{64})"', text)) for text in seen]
    assert [len(one) for one in shown] == [1, 1]
    # a hash of the secret alone would be the same in each run
    assert shown[0] != shown[1]
    assert not any(tsig_secret in text for text in seen)
