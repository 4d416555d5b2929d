# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start a command of a lane: on the terminal, or into a log where several run at a time."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

Command = Sequence[str | Path]


def run(command: Command, *, environment: Mapping[str, str], folder: Path, log: Path | None = None) -> int:
    """Run a command and return its exit status; its output goes to the terminal or is added to ``log``."""
    words = [str(word) for word in command]
    heading = f"$ {shlex.join(words)}\n"
    if log is None:
        print(heading, end="", flush=True)
        return subprocess.run(words, env=environment, cwd=folder, check=False).returncode
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as stream:
        stream.write(heading)
        stream.flush()
        return subprocess.run(
            words, env=environment, cwd=folder, check=False, stdout=stream, stderr=subprocess.STDOUT
        ).returncode


def output_of(command: Command, *, environment: Mapping[str, str], folder: Path) -> tuple[int, str]:
    """Run a command; return its exit status and everything it printed."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, env=environment, cwd=folder, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.returncode, done.stdout
