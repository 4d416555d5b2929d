# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of the role certificate that another controller goes on with: each has an empty folder and home of its own."""

from __future__ import annotations

import json
import ssl
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.digicert.tests.roles.support.dns_primary import DnsPrimary
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller, Done, Step
from ansible_collections.community.digicert.tests.roles.support.reached_names import (
    QuietHandler,
    reached_names,
)
from ansible_collections.community.digicert.tests.roles.support.tree import tree
from certcentral_simulator.process import SimulatorProcess

pytestmark = pytest.mark.once

NAME = "www.shop.example"
# Days for which the random value of an order is good; source: the vendor's page on domain control validation.
TOKEN_DAYS = 30


@pytest.fixture(scope="module")
def webroot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the web server of the tests serves."""
    return tmp_path_factory.mktemp("webroot")


@pytest.fixture(scope="module")
def network(webroot: Path) -> Iterator[dict[str, str | int]]:
    """Run a web server that serves the folder, and a DNS server; return the settings that lead to both."""
    with reached_names([NAME], partial(QuietHandler, directory=str(webroot))) as settings:
        yield settings


@pytest.fixture
def simulator(simulator: SimulatorProcess, network: dict[str, str | int]) -> SimulatorProcess:
    """Return a simulator that reaches the web server of the tests."""
    simulator.set_network(**network)
    return simulator


@pytest.fixture
def anybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Controller]:
    """Return what makes a controller that has never seen the host nor the service."""
    numbers = iter(range(100))

    def make() -> Controller:
        folder = tmp_path / f"controller-{next(numbers)}"
        (folder / "home").mkdir(parents=True)
        monkeypatch.setenv("HOME", str(folder / "home"))
        monkeypatch.setenv("ANSIBLE_HOME", str(folder / "home" / ".ansible"))
        return Controller(folder)

    return make


def _step(label: str, folder: Path, **variables: Any) -> Step:
    """Return a step in which the role provides one certificate; variables come without their prefix."""
    given = {
        "directory": str(folder),
        "organization_id": 112233,
        "skip_approval": True,
        "dcv_provider": "http",
        "requests": [{"name": "www", "dns": NAME, "dcv_method": "http-token"}],
        # a busy machine may keep the service waiting for the file
        "dcv_check_for": 600,
        "dcv_check_interval": 1,
        "wait_timeout": 0,
        **variables,
    }
    prefixed = {f"certificate_{name}": value for name, value in given.items() if not name.startswith("dcv_http")}
    return Step(label, "certificate", {**prefixed, "dcv_http_webroot": given.get("dcv_http_webroot", "/nowhere")})


def _result(done: Done) -> dict[str, Any]:
    assert done.failure is None, done.failure
    (result,) = done.facts["certificate_results"]
    assert isinstance(result, dict)
    return result


def _paid_posts(simulator: SimulatorProcess) -> list[str]:
    return [entry["path"] for entry in simulator.ledger() if entry["method"] == "POST"]


def test_what_a_person_publishes_is_found_by_the_next_run_and_a_value_that_ended_is_replaced(
    simulator: SimulatorProcess, tmp_path: Path, webroot: Path, anybody: Callable[[], Controller]
) -> None:
    """Three controllers, the provider manual, and a person who was away for longer than the first value was good."""
    folder = tmp_path / "digicert"
    by_hand = partial(_step, folder=folder, dcv_provider="manual")
    now = datetime.now(timezone.utc)
    simulator.set_clock((now - timedelta(days=TOKEN_DAYS + 1)).isoformat())
    asked = _result(anybody().play(by_hand("ask"))["ask"])
    assert asked["phase"] == "waiting_dcv"
    (first,) = asked["records"]
    # The answer to the order has the value: nothing is requested again.
    assert not any(entry["path"].endswith("/dcv-random-value") for entry in simulator.ledger())
    assert datetime.fromisoformat(first["expires"]) < now
    key = (folder / "www/pending/privkey.pem").read_bytes()

    simulator.set_clock(now.isoformat())
    repeated = anybody().play(by_hand("repeat"))["repeat"]
    assert _result(repeated)["phase"] == "waiting_dcv"
    assert (repeated.changed, _result(repeated)["order_id"]) == ([], asked["order_id"])
    (second,) = _result(repeated)["records"]
    assert second["value"] != first["value"]
    assert datetime.fromisoformat(second["expires"]) > now

    file = webroot / second["path"][1:]
    file.parent.mkdir(parents=True)
    file.write_text(second["value"], encoding="ascii")
    done = _result(anybody().play(by_hand("fetch"))["fetch"])
    assert (done["phase"], done["order_id"]) == ("issued", asked["order_id"])
    assert (folder / "www/current/privkey.pem").read_bytes() == key
    assert len(_paid_posts(simulator)) == len(simulator.billed_orders()) == 1
    # What a person placed is the person's.
    assert file.exists()
    file.unlink()
    for emptied in (file.parent, file.parent.parent):
        emptied.rmdir()


def test_a_run_that_is_killed_in_whatever_phase_is_gone_on_with(
    simulator: SimulatorProcess, tmp_path: Path, webroot: Path, anybody: Callable[[], Controller]
) -> None:
    """Killed with the key made, with the order placed, with the file published: one order, one key, nothing left."""
    folder = tmp_path / "digicert"
    step = _step("www", folder, dcv_http_webroot=str(webroot))
    key = folder / "www" / "pending" / "privkey.pem"

    anybody().kill_when(key.exists, step)
    made = key.read_bytes()
    assert _paid_posts(simulator) == []
    anybody().kill_when(lambda: bool(simulator.billed_orders()), step)
    anybody().kill_when(lambda: any(path.is_file() and path.stat().st_size for path in webroot.rglob("*.txt")), step)
    assert tree(webroot)

    done = _result(anybody().play(step)["www"])
    assert done["phase"] == "issued"
    assert (folder / "www/current/privkey.pem").read_bytes() == made
    assert not (folder / "www" / "pending").exists()
    assert len(_paid_posts(simulator)) == len(simulator.billed_orders()) == 1
    assert tree(webroot) == {}


def test_records_of_a_killed_run_are_removed_although_the_order_was_issued_meanwhile(
    simulator: SimulatorProcess,
    tmp_path: Path,
    anybody: Callable[[], Controller],
    primary: DnsPrimary,
    tsig_secret: str,
) -> None:
    """Nothing is published any more when the next run begins, so only the note on the host says what is left."""
    folder = tmp_path / "digicert"
    note, name = folder / "www" / ".published", "_dnsauth.www.example.test"
    simulator.set_network(resolver=f"127.0.0.1:{primary.port}")
    settings = {
        "dcv_nsupdate_server": "127.0.0.1",
        "dcv_nsupdate_port": primary.port,
        "dcv_nsupdate_key_name": primary.key_name,
        "dcv_nsupdate_key_secret": tsig_secret,
        "dcv_zones": ["example.test"],
    }
    request = {"name": "www", "dns": "www.example.test", "dcv_method": "dns-txt-token"}
    step = _step("www", folder, dcv_provider="nsupdate", requests=[request])
    step = Step(step.label, step.role, {**step.variables, **settings})

    # the record is published, but the role waits for name servers that do not answer
    primary.mute_answers = True
    anybody().kill_when(lambda: bool(primary.names()), step)
    primary.mute_answers = False
    assert primary.values(name)
    assert json.loads(note.read_text(encoding="ascii"))["records"][0]["provider"] == "nsupdate"
    assert tsig_secret not in note.read_text(encoding="ascii")
    _check_dcv(simulator)

    done = anybody().play(step)["www"]
    assert (_result(done)["phase"], done.changed.count("Update the zones")) == ("issued", 1)
    assert primary.names() == set()
    assert sorted(path.name for path in (folder / "www").iterdir()) == [".lock", "current", "sets"]
    assert len(simulator.billed_orders()) == 1


def _check_dcv(simulator: SimulatorProcess) -> None:
    """Have the service check the domain of the only order, as it may do by itself at any time."""
    (order,) = simulator.billed_orders()
    url = f"{simulator.base_url}/order/certificate/{order['order_id']}/check-dcv"
    headers = {"X-DC-DEVKEY": simulator.api_key, "Content-Type": "application/json"}
    request = urllib.request.Request(url, b"{}", headers, method="PUT")
    trusted = ssl.create_default_context(cafile=simulator.ca_file)
    with urllib.request.urlopen(request, context=trusted, timeout=60) as answer:
        assert json.load(answer)["dcv_status"] == "valid"
