# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role dcv with two real name servers for a zone, of which the second one lags behind."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import PLAYBOOKS, about
from lab.ansible import Controller, Played
from lab.bind import locked_zone
from lab.lab import Lab, Plan, running

ZONE = "example.com"
NAME = f"_dnsauth.www.{ZONE}"
QUICK = {"dcv_wait_timeout": 3, "dcv_wait_interval": 1}


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """Boot a primary and a secondary, and no other host."""
    if os.geteuid() != 0:
        pytest.fail("the lab needs root: run make test-system as root")
    with running(Plan(name="dcdns", prefix="10.98.9", hosts=(), zone=ZONE, secondaries=("ns2",))) as made:
        yield made


@pytest.fixture(scope="module")
def controller(lab: Lab) -> Controller:
    """Return a controller that knows the primary and its key."""
    inventory = lab.folder / "inventory.yml"
    inventory.write_text("all: {}\n", encoding="utf-8")
    return Controller(lab.folder / "controller", inventory, about(lab))


@pytest.fixture(autouse=True)
def _empty(lab: Lab, controller: Controller) -> Iterator[None]:
    """Leave no record to the next test."""
    yield
    assert lab.dns.query(NAME, "TXT") == []
    lab.secondaries[0].catch_up()


def txt(value: str, name: str = NAME) -> dict[str, Any]:
    """Return a TXT record as the modules describe it."""
    return {"domain": "www.example.com", "type": "TXT", "name": name, "value": value, "path": None, "expires": None}


def play(controller: Controller, *records: dict[str, Any], **variables: Any) -> Played:
    """Play the role with these records."""
    return controller.play(PLAYBOOKS / "dcv.yml", dcv_records=list(records), **{**QUICK, **variables})


def said(played: Played) -> str:
    """Return what a run showed in one line, whatever the width of its lines."""
    return " ".join(played.text.split())


def test_a_secondary_that_lags_is_named_and_the_record_removed_again(lab: Lab, controller: Controller) -> None:
    played = play(controller, txt("too-slow"))

    assert played.status != 0
    assert f"ns2.{ZONE} ({lab.secondaries[0].address}) answers" in said(played)
    assert f"the expected TXT record of {NAME} is too-slow" in said(played)
    assert "within 3 seconds" in said(played)
    assert "The published records have been removed." in said(played)
    # what is removed is the teardown's assertion


def test_the_role_goes_on_as_soon_as_the_secondary_has_caught_up(lab: Lab, controller: Controller) -> None:
    over = threading.Event()
    secondary = lab.secondaries[0]
    secondary.log_queries()

    def catch_up_once_asked() -> None:
        while not secondary.was_asked(NAME, "TXT") and not over.wait(0.2):
            pass
        secondary.catch_up()

    late = threading.Thread(target=catch_up_once_asked)
    late.start()
    played = play(controller, txt("token"), dcv_wait_timeout=600)
    over.set()
    late.join()

    assert played.status == 0, played.text
    assert f"ns2.{ZONE} ({lab.secondaries[0].address}) answers" in said(played)
    for server in (lab.dns.address, lab.secondaries[0].address):
        assert dig(server, NAME) == ['"token"']

    again = play(controller, txt("token"))
    assert (again.status, again.total("changed")) == (0, 0), again.text
    removed = play(controller, txt("token"), dcv_state="absent")
    assert (removed.status, removed.total("changed")) == (0, 1), removed.text


def dig(server: str, name: str) -> list[str]:
    """Ask one server for the TXT records of a name, without recursion."""
    command = ["dig", "+short", "+norecurse", f"@{server}", name, "TXT"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"dcv_nsupdate_key_secret": "d3Jvbmcgc2VjcmV0IG9mIGEga2V5"}, "TSIG update error"),
        ({"dcv_nsupdate_server": "10.98.9.99"}, "The DNS server 10.98.9.99 did not accept the query"),
    ],
    ids=["wrong-key", "unreachable-server"],
)
def test_a_server_that_does_not_take_the_update(controller: Controller, wrong: dict[str, Any], message: str) -> None:
    played = play(controller, txt("token"), **wrong)
    assert played.status != 0
    assert message in said(played)
    assert "and check the TSIG key." in said(played)
    assert "In addition" not in said(played)


def test_a_zone_that_nobody_may_update_takes_the_other_one_along(lab: Lab, controller: Controller) -> None:
    locked = locked_zone(ZONE)
    played = play(
        controller, txt("token"), txt("token", f"_dnsauth.{locked}"), dcv_zones=[ZONE, locked], dcv_wait=False
    )

    assert played.status != 0
    assert f"refuses an update of _dnsauth.{locked}.: REFUSED" in said(played)
    assert dig(lab.dns.address, f"_dnsauth.{locked}") == []
