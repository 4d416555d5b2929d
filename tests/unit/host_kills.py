# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill digicert_host_certificate before each system call that changes a file, and run it again.

Each run is a process of its own that sends SIGKILL to itself. With ``python -m` it kills at every call of every story,
and prints one line of JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import typing as t
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from ansible_collections.community.digicert.plugins.module_utils._host import files as _files
from ansible_collections.community.digicert.tests.unit.host_stories import (
    CHANGES,
    STORIES,
    Published,
    Story,
    no_key_is_open,
)


@dataclass
class Counts:
    """What was found. Everything but the kills must be 0."""

    kills: int = 0
    mixed_pairs: int = 0
    open_keys: int = 0
    unreported: int = 0
    """Something was left behind, and digicert_host_certificate_info said that nothing is needed."""
    not_noted: int = 0
    """A record was published that no note on the host mentions."""
    unfinished: int = 0
    """The next run failed, or ended in another state than a run that is not interrupted."""
    leftovers: int = 0
    """Something was still there after the next run."""
    examples: list[str] = field(default_factory=list)

    def add(self, name: str, where: str) -> None:
        """Count one violation."""
        setattr(self, name, getattr(self, name) + 1)
        self.examples.append(f"{name}: {where}")

    def found(self) -> dict[str, int]:
        """Return the violations that were found, by kind."""
        return {name: number for name, number in vars(self).items() if name not in ("kills", "examples") and number}

    def __iadd__(self, other: Counts) -> Counts:
        """Add the counts of another story."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)
        return self


@contextlib.contextmanager
def observing(observer: Callable[[str, str], None]) -> Iterator[None]:
    """Have a function called before every system call. The disk is not what is tested, so nothing is synchronized."""
    with mock.patch.object(_files, "observe", observer), mock.patch.object(os, "fsync"):
        yield


class Place:
    """The folder in which a story is played again and again, always from the same state."""

    def __init__(self, kind: type[Story], folder: Path) -> None:
        self._work, self._before = folder / "work", folder / "before"
        self.story = kind(self._work)
        with observing(_ignore):
            self.story.prepare()
        shutil.copytree(self._work, self._before, symlinks=True)
        self.calls: list[str] = []
        with observing(self._count):
            self.story.act()
        self.expected = self.story.result()
        # the trace of a previous set that is not proven to be served again
        self._stays = self.story.left_behind()

    def _count(self, call: str, path: str) -> None:
        if call in CHANGES:
            self.calls.append(f"{call} {path}")

    def reset(self) -> None:
        """Go back to the state before the story."""
        shutil.rmtree(self._work)
        shutil.copytree(self._before, self._work, symlinks=True)

    def kill(self, number: int) -> bool:
        """Play the story in a process that is killed before this call. Return whether it came so far."""
        pid = os.fork()
        if pid == 0:
            self._die(number)
        _pid, status = os.waitpid(pid, 0)
        return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL

    def _die(self, number: int) -> t.NoReturn:
        calls = iter(range(number + 1))

        def observe(call: str, _path: str) -> None:
            if call in CHANGES and next(calls, None) == number:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            with observing(observe):
                self.story.act()
        finally:
            os._exit(1)

    def look(self, counts: Counts, where: str) -> None:
        """Count what must never be seen after a kill."""
        story = self.story
        if not story.is_a_pair():
            counts.add("mixed_pairs", where)
        if not no_key_is_open(story.scene.folder):
            counts.add("open_keys", where)
        if isinstance(story, Published) and not story.is_noted():
            counts.add("not_noted", where)
        if story.left_behind() and story.scene.look(**story.look_options())["needs"] == "none":
            counts.add("unreported", where)

    def finish(self, counts: Counts, where: str) -> None:
        """Run again until done, and count what is wrong then."""
        with observing(_ignore):
            try:
                self.story.act()
            except AssertionError as exc:
                counts.add("unfinished", f"{where}: {exc}")
                return
        left = [name for name in self.story.left_behind() if name not in self._stays]
        if left:
            counts.add("leftovers", f"{where}: {left}")
        elif self.story.result() != self.expected:
            counts.add("unfinished", where)


def _ignore(_call: str, _path: str) -> None:
    """Let a call happen."""


def kill_everywhere(
    kind: type[Story], folder: Path, step: int = 1, further: int = 0, *, until_found: bool = False
) -> Counts:
    """Kill a story at one of ``step`` calls each, and ``further`` times in the runs after that one.

    With ``until_found`` it ends when something is found.
    """
    counts, place = Counts(), Place(kind, folder)
    for number in range(0, len(place.calls), step):
        where = f"{kind.__name__}, killed before {place.calls[number]}"
        place.reset()
        assert place.kill(number), where
        counts.kills += 1
        place.look(counts, where)
        for nth in range(1, further + 1):
            if place.kill((number * 7 + nth * 5) % len(place.calls)):
                counts.kills += 1
                place.look(counts, f"{where}, and again")
        place.finish(counts, where)
        if until_found and counts.found():
            break
    return counts


def main() -> int:
    """Kill at every call of every story. Return 1 if something is wrong."""
    counts = Counts()
    for kind in STORIES:
        with tempfile.TemporaryDirectory() as folder:
            counts += kill_everywhere(kind, Path(folder), further=2)
    print(json.dumps({**vars(counts), "examples": counts.examples[:10]}))
    return 1 if counts.found() else 0


if __name__ == "__main__":
    sys.exit(main())
