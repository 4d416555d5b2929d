# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start ansible-playbook and read what it counted."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paths import COLLECTIONS, ROOT
from surroundings import clean_environment

_RECAP = re.compile(r"^(\S+)\s+: (ok=\d+.*)$", re.MULTILINE)
_COUNT = re.compile(r"(\w+)=(\d+)")


@dataclass(frozen=True)
class Played:
    """What one run of a playbook did; ``counts`` holds the recap of each host."""

    status: int
    text: str
    counts: dict[str, dict[str, int]]

    def total(self, what: str) -> int:
        """Return one number of the recap, summed over the hosts."""
        return sum(counts[what] for counts in self.counts.values())


def read_recap(text: str) -> dict[str, dict[str, int]]:
    """Return the numbers of PLAY RECAP by host."""
    recap = text.rpartition("PLAY RECAP")[2]
    return {host: {what: int(number) for what, number in _COUNT.findall(line)} for host, line in _RECAP.findall(recap)}


def play(playbook: Path, inventory: Path, variables: dict[str, Any], *arguments: str, **secrets: str) -> Played:
    """Run a playbook; ``secrets`` become environment variables, so that no list of processes shows them."""
    environment = {
        **clean_environment(Path(sys.prefix), COLLECTIONS),
        **secrets,
        "ANSIBLE_FORKS": "10",
        "ANSIBLE_PIPELINING": "1",
        # The lab's ssh_config says how connections are shared.
        "ANSIBLE_SSH_ARGS": "-C",
    }
    extra = inventory.with_name(f"{playbook.stem}-variables.json")
    extra.write_text(json.dumps(variables), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(inventory), "-e", f"@{extra}"]
    done = subprocess.run(
        [*command, str(playbook), *arguments],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return Played(done.returncode, done.stdout, read_recap(done.stdout))
