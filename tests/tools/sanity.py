# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``ansible-test sanity`` on a copy of the checkout, on every Python of this machine or on the one of the stage."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from checkout import copy_checkout
from lane_outcome import Outcome, broken
from paths import BUILD, NAME, NAMESPACE, TOOLS
from running import output_of
from stage import Stage
from surroundings import with_interpreters

_RUNNING = re.compile(r'^Running sanity test "([^"]+)"(?: on Python ([\d.]+))?', re.MULTILINE)
# Below this line stand the names of the failed tests, and nothing else.
_FAILED = re.compile(
    r"^(?:ERROR|FATAL): The \d+ sanity test\(s\) listed below \(out of \d+\) failed[^\n]*\n(.*)",
    re.MULTILINE | re.DOTALL,
)
_PINNED_PIP = re.compile(r"""pip=['"]([\d.]+)['"]""")


def _provide_pip(stage: Stage) -> None:
    """Put the bootstrap script under each name that this release of ansible-test may look for."""
    cache = stage.home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    pins = next(stage.venv.glob("lib/python*/site-packages/ansible_test/_internal/python_requirements.py"))
    for version in set(_PINNED_PIP.findall(pins.read_text(encoding="utf-8"))):
        shutil.copyfile(TOOLS / "bootstrap_pip.py", cache / f"get_pip_{version.replace('.', '_')}.py")


def _environment(stage: Stage) -> dict[str, str]:
    environment = with_interpreters(stage.environment)
    # The collection's own place comes from the folder in which ansible-test is started.
    del environment["ANSIBLE_COLLECTIONS_PATH"]
    home = Path(environment.get("HOME", "/"))
    return {
        **environment,
        "HOME": str(stage.home),
        # pip's settings and downloads stay those of the user.
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(home / ".cache")),
        "XDG_CONFIG_HOME": os.environ.get("XDG_CONFIG_HOME", str(home / ".config")),
    }


def read_report(lane: str, status: int, text: str) -> Outcome:
    """Count what ansible-test printed: one check is one sanity test on one Python."""
    checks = {" on Python ".join(filter(None, found)) for found in _RUNNING.findall(text)}
    match = _FAILED.search(text)
    names = [line.strip() for line in match[1].splitlines() if line.strip()] if match else []
    remarks = [f"failed: {name}" for name in names]
    if status and not names:
        last = (text.strip().splitlines() or ["it printed nothing"])[-1]
        remarks = [f"ansible-test ended with status {status}: {last}"]
    bad = len(remarks)
    return Outcome(lane, passed=max(len(checks) - bad, 0), failed=bad, remarks=remarks)


def run_sanity(stage: Stage) -> Outcome:
    """Run every sanity test; an ignore file is a failure, because there is to be none."""
    lane = stage.lane("sanity")
    root = BUILD / "sanity" / (stage.label or "developer") / "ansible_collections"
    folder = copy_checkout(root / NAMESPACE / NAME)
    # ansible-test asks the next git repository above for the files, and this checkout's ignores .build.
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    ignored = sorted(file.name for file in folder.glob("tests/sanity/ignore-*.txt"))
    if ignored:
        return broken(lane, f"tests/sanity holds {', '.join(ignored)}: mend what it ignores")
    _provide_pip(stage)
    command = [str(stage.tool("ansible-test")), "sanity", "--local", "--requirements", "--color", "no"]
    if stage.python is not None:
        command += ["--python", "{}.{}".format(*stage.python)]
    status, text = output_of(command, environment=_environment(stage), folder=folder)
    if stage.log is None:
        print(text, end="", flush=True)
    else:
        with stage.log.open("a", encoding="utf-8") as stream:
            stream.write(text)
    return read_report(lane, status, text)
