# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ``ansible-test sanity`` on a copy of the checkout, count what it reports and keep the result.

Usage: PYTHON tests/tools/sanity.py LANE every|own

The ansible-test is that of PYTHON's virtual environment. With "every" it checks all files for every Python of this
machine. With "own" it checks for PYTHON alone, and leaves out the tests: each release would say the same of them, and
pylint needs minutes for that.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from checkout import copy_checkout, own_files
from lane import run_lane
from matrix import interpreters
from paths import BUILD, NAME, NAMESPACE, TOOLS, VENV, VENV_COLLECTIONS
from surroundings import clean_environment

# What ansible-test itself reads.
_SETTINGS = ("tests/config.yml", "tests/sanity/")
_PINNED_PIP = re.compile(r"""pip=['"]([\d.]+)['"]""")


def _provide_pip(home: Path) -> None:
    """Put the bootstrap script under each name that this release of ansible-test may look for."""
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    pins = next(VENV.glob("lib/python*/site-packages/ansible_test/_internal/python_requirements.py"))
    for version in set(_PINNED_PIP.findall(pins.read_text(encoding="utf-8"))):
        shutil.copyfile(TOOLS / "bootstrap_pip.py", cache / f"get_pip_{version.replace('.', '_')}.py")


def environment_of(home: Path) -> dict[str, str]:
    """Return the variables for ansible-test, which keeps its environments below ``home``."""
    environment = clean_environment(VENV, VENV_COLLECTIONS)
    # The collection's own place comes from the folder in which ansible-test is started.
    del environment["ANSIBLE_COLLECTIONS_PATH"]
    # It starts python3.9 and its like by name; pyenv's shims refuse all but the active ones.
    own, rest = environment["PATH"].split(os.pathsep, 1)
    folders = dict.fromkeys(str(path.parent) for path in interpreters().values())
    user = Path(environment.get("HOME", "/"))
    return {
        **environment,
        "HOME": str(home),
        "PATH": os.pathsep.join([own, *folders, rest]),
        # pip's settings and downloads stay those of the user.
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(user / ".cache")),
        "XDG_CONFIG_HOME": os.environ.get("XDG_CONFIG_HOME", str(user / ".config")),
    }


def main(lane: str, pythons: str) -> int:
    """Run every sanity test; an ignore file is a failure, because there must be none."""
    # two runs at a time must share neither
    home, root = BUILD / "ansible-test" / lane, BUILD / "sanity" / lane
    names = own_files()
    if pythons == "own":
        names = [name for name in names if not name.startswith("tests/") or name.startswith(_SETTINGS)]
    folder = copy_checkout(root / "ansible_collections" / NAMESPACE / NAME, names)
    # ansible-test asks the next git repository above for the files, and this checkout's ignores .build.
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    ignored = [name for name in names if name.startswith("tests/sanity/ignore-")]
    if ignored:
        print(f"correct what is ignored in {', '.join(ignored)}", file=sys.stderr)
        return 1
    _provide_pip(home)
    command: list[str | Path] = [VENV / "bin" / "ansible-test", "sanity", "--local", "--requirements", "--color", "no"]
    command += ["--junit"]
    if pythons == "own":
        command += ["--python", "{}.{}".format(*sys.version_info)]
    reports = folder / "tests" / "output" / "junit"
    return run_lane(lane, command, reports, environment_of(home), folder)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
