# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates are ordered, installed and replaced although the service fails all the time, and no mistake is made.

``make chaos`` does the same with 500 certificates.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral import orders
from ansible_collections.community.digicert.plugins.module_utils._host import install_checks, written_set
from ansible_collections.community.digicert.plugins.module_utils._host.home import Home
from ansible_collections.community.digicert.plugins.module_utils._use_cases import (
    candidates,
    certificate_answer,
    certificate_download,
    reissue,
)
from ansible_collections.community.digicert.plugins.module_utils._use_cases.send_once import Sent
from ansible_collections.community.digicert.tests.chaos import lifecycles
from ansible_collections.community.digicert.tests.chaos.figures import Figures
from ansible_collections.community.digicert.tests.chaos.lifecycles import WAYS, live
from ansible_collections.community.digicert.tests.unit import pki
from ansible_collections.community.digicert.tests.unit.host_scene import Scene
from ansible_collections.community.digicert.tests.years.service import SimulatorHere

# slow, and nothing of ansible-core is in it
pytestmark = pytest.mark.once


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SimulatorHere]:
    """Return a simulator in this process."""
    with SimulatorHere(tmp_path / "simulator", dt.datetime.now(dt.timezone.utc)) as simulator:
        yield simulator


def test_certificates_are_installed_and_replaced_without_a_person(here: SimulatorHere, tmp_path: Path) -> None:
    figures = live(here, tmp_path, 32, seed=1)
    assert figures.found() == {}, figures.examples[:3]
    assert figures.faults > 400


def test_every_fault_hits_as_many_calls_as_it_should(here: SimulatorHere, tmp_path: Path) -> None:
    live(here, tmp_path, 8, seed=2)
    ledger = [entry for entry in here.ledger() if entry["fault"] != "rate_limited"]
    shares = {kind: sum(entry["fault"] in kinds for entry in ledger) / len(ledger) for kind, kinds in _KINDS.items()}
    assert shares == pytest.approx({"fail": 0.2, "are lost": 0.1}, abs=0.06)


_KINDS = {"fail": ("error", "connection_cut"), "are lost": ("reply_lost", "truncated_body")}


# Below, the code is broken on purpose. The proof must notice each of these mistakes.


def _broken(here: SimulatorHere, folder: Path, *ways: str) -> Figures:
    return live(here, folder, 4, seed=3, ways=ways or WAYS)


def _only(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Let one fault hit half of the calls, and no other one."""
    monkeypatch.setattr(lifecycles, "_FAULTS", ((0.5, kind, {}),))


@pytest.mark.parametrize("kind", ["wrong_names", "ca_certificate"])
def test_wrong_certificates_are_noticed(
    here: SimulatorHere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    _only(monkeypatch, kind)
    for module in (certificate_answer, certificate_download):
        monkeypatch.setattr(module, "why_unusable", lambda *_of, **_more: None)
    monkeypatch.setattr(install_checks, "_check_leaf", lambda *_of: None)
    monkeypatch.setattr(written_set, "missing_names", lambda *_of: [])
    assert _broken(here, tmp_path, "reissue").wrong_certificates > 0


def test_mixed_pairs_are_noticed(here: SimulatorHere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original, other = Home.point_to, pki.key_pem(pki.new_key())

    def point_to(self: Home, name: str) -> None:
        original(self, name)
        (Path(self.path) / "current" / "privkey.pem").write_bytes(other)

    monkeypatch.setattr(Home, "point_to", point_to)
    assert _broken(here, tmp_path, "reissue").mixed_pairs > 0


def test_orders_that_nobody_looks_for_are_noticed(
    here: SimulatorHere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _only(monkeypatch, "reply_lost")
    monkeypatch.setattr(orders, "by_alternative_id", lambda *_of: [])
    monkeypatch.setattr(candidates, "_by_common_name", lambda *_of: [])
    monkeypatch.setattr(orders, "status_changes", lambda *_of: [])
    monkeypatch.setattr(orders, "search", lambda *_of, **_more: [])
    monkeypatch.setattr(lifecycles, "_ROUNDS", 5)
    figures = _broken(here, tmp_path, "step by step")
    assert figures.duplicate_orders > 0
    assert figures.lost_orders > 0


def test_second_reissues_are_noticed(here: SimulatorHere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(_client: object, call: t.Callable[[], t.Any], _look: object, **_more: object) -> Sent[t.Any, t.Any]:
        call()
        return Sent(call())

    monkeypatch.setattr(reissue, "send_once", twice)
    monkeypatch.setattr(lifecycles, "_FAULTS", ())
    assert _broken(here, tmp_path, "step by step").second_requests > 0


def test_what_stays_behind_or_undone_is_noticed(
    here: SimulatorHere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Scene.run

    def run(self: Scene, state: str, **options: t.Any) -> dict[str, t.Any]:
        return {} if state == "in_service" else original(self, state, **options)

    monkeypatch.setattr(Scene, "run", run)
    monkeypatch.setattr(lifecycles, "_ROUNDS", 3)
    monkeypatch.setattr(lifecycles, "_FAULTS", ())
    assert _broken(here, tmp_path, "reissue").found().keys() >= {"leftovers", "unfinished"}


def test_open_keys_are_noticed(here: SimulatorHere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Home.point_to

    def point_to(self: Home, name: str) -> None:
        original(self, name)
        (Path(self.path) / "current" / "privkey.pem").chmod(0o644)

    monkeypatch.setattr(Home, "point_to", point_to)
    assert _broken(here, tmp_path, "reissue").leaks > 0
