# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one module in many processes at the same moment, as so many controllers.

As a program it reads ``{"runs": [{"module", "arguments", "home"}], "broken": …}`` from standard input, and prints a
list of what each run printed. Everything is imported once, and then a process is forked for each run: 50 are cheap.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import subprocess
import sys
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.community.digicert.tests.modules import execution

_PLUGINS = "ansible_collections.community.digicert.plugins"
_ORDER = f"{_PLUGINS}.module_utils._use_cases.order"
_LOCKS = f"{_PLUGINS}.module_utils._host.run_locks"
_CERTIFICATE = f"{_PLUGINS}.module_utils._use_cases.certificate"


def _take_nothing(_locks: object, _subjects: t.Iterable[str]) -> set[str]:
    return set()


def _see_nobody(*_arguments: object) -> None:
    return None


def _settle_for_own(*arguments: t.Any) -> t.Any:
    return arguments[3]


SABOTAGES: dict[str, tuple[tuple[str, str, t.Any], ...]] = {
    "no lock": ((_LOCKS, "RunLocks.take", _take_nothing),),
    "no look for rivals": (
        (_ORDER, "settle_race", _settle_for_own),
        (_CERTIFICATE, "settle_race", _settle_for_own),
        (_ORDER, "_earlier_rival", _see_nobody),
    ),
}
"""Ways to break the code, with which a proof must fail."""


@dataclass(frozen=True)
class Run:
    """One run of a module on a controller whose disk is ``home``."""

    module: str
    arguments: dict[str, t.Any]
    home: Path


def race(runs: t.Sequence[Run], *, broken: str = "", timeout: float = 400.0) -> list[dict[str, t.Any]]:
    """Start all runs at once; return what each has printed."""
    given = {
        "runs": [{"module": run.module, "arguments": run.arguments, "home": str(run.home)} for run in runs],
        "broken": broken,
    }
    for run in runs:
        run.home.mkdir(mode=0o700, exist_ok=True)
    done = subprocess.run(
        [sys.executable, __file__],
        input=json.dumps(given),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
    assert done.returncode == 0, done.stderr
    results: list[dict[str, t.Any]] = json.loads(done.stdout)
    return results


def _break(which: str) -> None:
    for module, path, value in SABOTAGES.get(which, ()):
        target: t.Any = importlib.import_module(module)
        *holders, name = path.split(".")
        for holder in holders:
            target = getattr(target, holder)
        assert hasattr(target, name)
        setattr(target, name, value)


def _start(run: dict[str, t.Any]) -> tuple[int, int]:
    """Fork a process for a run; return its ID and where to read what it prints."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    status = 1
    with contextlib.suppress(BaseException), os.fdopen(writing, "w", encoding="utf-8") as stream:
        os.environ["HOME"] = run["home"]
        stream.write(execution.execute(run["module"], run["arguments"]).stdout)
        status = 0
    os._exit(status)


def main() -> None:
    """Run what standard input says."""
    given = json.load(sys.stdin)
    for module in {run["module"] for run in given["runs"]}:
        importlib.import_module(f"{execution.PACKAGE}.{module}")
    _break(given["broken"])
    started = [_start(run) for run in given["runs"]]
    printed = []
    for pid, reading in started:
        with os.fdopen(reading, encoding="utf-8") as stream:
            printed.append(stream.read())
        os.waitpid(pid, 0)
    print(json.dumps([json.loads(text) for text in printed]))


if __name__ == "__main__":
    main()
