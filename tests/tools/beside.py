# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lanes that keep one processor core busy, run beside each other; each shows its output whole when it has ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from lane_outcome import Outcome
from paths import BUILD
from stage import DEVELOPER, Stage

_LOGS = BUILD / "logs"


def _log_of(lane: str) -> Path:
    """Return the emptied log of a lane."""
    _LOGS.mkdir(parents=True, exist_ok=True)
    log = _LOGS / f"{lane}.log"
    log.write_bytes(b"")
    return log


def run_beside(chains: Sequence[Sequence[str]], run: Callable[[str, Stage], Outcome]) -> list[Outcome]:
    """Run the chains beside each other, the lanes of a chain one after the other; a failure does not stop the next."""

    def follow(chain: Sequence[str]) -> list[Outcome]:
        outcomes = []
        for lane in chain:
            log = _log_of(lane)
            outcomes.append(run(lane, replace(DEVELOPER, log=log, workers=1)))
            # one call, so that two lanes that end together do not mix
            print(f"\n== {lane}\n{log.read_text(encoding='utf-8', errors='replace')}", end="", flush=True)
        return outcomes

    with ThreadPoolExecutor(len(chains)) as pool:
        return [outcome for outcomes in pool.map(follow, chains) for outcome in outcomes]
