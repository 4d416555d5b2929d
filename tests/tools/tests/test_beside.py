# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lanes beside each other: all of them run, and what each printed stays together."""

from __future__ import annotations

import threading
from pathlib import Path

import beside
import pytest
from beside import run_beside
from lane_outcome import Outcome
from lanes import BESIDE, TEST
from stage import Stage


def test_chains_run_at_the_same_time_and_show_their_output_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(beside, "_LOGS", tmp_path)
    # passes only when two lanes are under way
    both = threading.Barrier(2, timeout=10)

    def run(lane: str, stage: Stage) -> Outcome:
        assert stage.log is not None
        if lane in ("left", "right"):
            both.wait()
        stage.log.write_text(f"{lane} one\n{lane} two\n", encoding="utf-8")
        return Outcome(lane, passed=1, failed=int(lane == "left"))

    outcomes = run_beside((("left",), ("right", "last")), run)
    assert [(outcome.lane, outcome.good) for outcome in outcomes] == [("left", False), ("right", True), ("last", True)]
    shown = capsys.readouterr().out
    for lane in ("left", "right", "last"):
        assert f"== {lane}\n{lane} one\n{lane} two\n" in shown


def test_the_lanes_beside_each_other_are_lanes_of_the_suite() -> None:
    named = [lane for chain in BESIDE for lane in chain]
    assert len(named) == len(set(named))
    assert set(named) < set(TEST)
