# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role dcv with the provider route53: amazon.aws against moto's server, and a name server that answers from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.roles.support.playbook import Controller, Done, Step
from ansible_collections.community.digicert.tests.roles.support.route53 import Route53

# the module behind it is tested on the oldest release, too
pytestmark = pytest.mark.once

ZONE = "example.com"
NAME = f"_dnsauth.www.{ZONE}"

MakeStep = Callable[..., Step]


def record(value: str, name: str = NAME, kind: str = "TXT") -> dict[str, str | None]:
    """Return a record as the modules describe it."""
    return {"domain": "www.example.com", "type": kind, "name": name, "value": value, "path": None, "expires": None}


def failure(done: Done) -> str:
    """Return the message with which a step failed."""
    assert done.failure is not None, "the step did not fail"
    return done.failure


@pytest.fixture
def route53(monkeypatch: pytest.MonkeyPatch) -> Iterator[Route53]:
    """Run a Route 53 with one zone, to which the environment leads."""
    with Route53(ZONE) as service:
        for name, value in service.environment.items():
            monkeypatch.setenv(name, value)
        yield service


@pytest.fixture
def step(route53: Route53) -> MakeStep:
    """Return what makes a step that publishes through the service."""
    common = {
        "dcv_provider": "route53",
        "dcv_zones": [ZONE],
        "dcv_authoritative_servers": [f"127.0.0.1:{route53.dns_port}"],
        "dcv_wait_timeout": 2,
        "dcv_wait_interval": 1,
    }

    def make(label: str, *records: dict[str, str | None], **more: object) -> Step:
        return Step(label, "dcv", {**common, "dcv_records": list(records), **more})

    return make


@pytest.mark.once
def test_values_of_others_survive_and_the_second_run_changes_nothing(
    controller: Controller, route53: Route53, step: MakeStep
) -> None:
    route53.put(ZONE, "TXT", 300, '"v=spf1 -all"', '"two" "strings"')
    route53.put(f"_dnsauth.old.{ZONE}", "CNAME", 300, "old.dcv.digicert.com")
    records = [record("token-1", ZONE), record("token-2", ZONE), record("token-1")]
    cname = record("new.dcv.digicert.com", f"_dnsauth.old.{ZONE}", "CNAME")
    others = route53.values(ZONE)

    foreseen = controller.play(step("foreseen", *records, cname), check=True)["foreseen"]
    assert (foreseen.failure, foreseen.changed) == (None, ["Write the record sets"])
    assert route53.values(ZONE) == others

    played = controller.play(step("place", *records, cname), step("again", *records, cname))

    assert [done.failure for done in played.steps.values()] == [None, None]
    assert played["again"].changed == []
    assert route53.values(ZONE) == sorted([*others, '"token-1"', '"token-2"'])
    assert route53.ttl(ZONE) == 300
    assert (route53.values(NAME), route53.ttl(NAME)) == (['"token-1"'], 60)
    assert route53.values(f"_dnsauth.old.{ZONE}", "CNAME") == ["new.dcv.digicert.com."]

    played = controller.play(
        step("remove", *records, cname, dcv_state="absent"), step("again", *records, cname, dcv_state="absent")
    )

    assert [done.failure for done in played.steps.values()] == [None, None]
    assert played["again"].changed == []
    assert (route53.values(ZONE), route53.ttl(ZONE)) == (others, 300)
    assert route53.values(NAME) == route53.values(f"_dnsauth.old.{ZONE}", "CNAME") == []


@pytest.mark.once
def test_what_cannot_be_published_leaves_everything_as_it_was(
    controller: Controller, route53: Route53, step: MakeStep
) -> None:
    route53.put(f"_dnsauth.shop.{ZONE}", "CNAME", 300, "elsewhere.example.org")
    token = record("token-1")
    in_the_way = record("new.dcv.digicert.com", f"_dnsauth.shop.{ZONE}", "CNAME")

    played = controller.play(
        step("other zone", token, record("token-1", "_dnsauth.example.net"), dcv_zones=[ZONE, "example.net"]),
        step("in the way", token, in_the_way),
        step("lagging", token, dcv_authoritative_servers=[f"127.0.0.1:{route53.dns_port}", "127.0.0.1:9"]),
    )

    assert "Zone example.net. does not exist in Route53" in failure(played["other zone"])
    assert "_dnsauth.shop.example.com is already a CNAME of elsewhere.example.org." in failure(played["in the way"])
    assert "127.0.0.1:9 does not answer" in failure(played["lagging"])
    assert "The published records have been removed." in failure(played["lagging"])
    assert route53.values(NAME) == []
    assert route53.values(f"_dnsauth.shop.{ZONE}", "CNAME") == ["elsewhere.example.org"]


def test_hosts_that_share_a_name_take_turns(tmp_path: Path, route53: Route53, step: MakeStep) -> None:
    hosts = ["web1", "web2", "web3"]
    fleet = Controller(tmp_path / "fleet", hosts)

    seen = fleet.transcript(step("all", record("token-of-{{ inventory_hostname }}")), options=["--forks=3"])

    assert seen.count("rescued=0") == len(hosts), seen
    assert route53.values(NAME) == [f'"token-of-{host}"' for host in hosts]
