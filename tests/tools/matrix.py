# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which lanes to run on which release of ansible-core, and with which Python.

Usage: python matrix.py lanes [RELEASE...]
       python matrix.py python RELEASE

A lane of the matrix is called RELEASE-NAME, for example 2.16-sanity, and the Makefile knows how to run it. What the
lanes of ``make test`` show already, on the release and the Python of the developer, is not shown again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

from cores import CORES, Core, Version, choose_python, core_of
from paths import UV


@cache
def interpreters() -> dict[Version, Path]:
    """Return each CPython of this machine, by version: on PATH, those of uv and, if there is a pyenv, all of that."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    # pyenv's shims answer to every name, but start only what is active
    folders = [folder for folder in folders if not Path(folder).is_relative_to(pyenv)]
    folders += sorted(map(str, pyenv.glob("versions/3.*/bin")))
    command: list[str | Path] = [UV, "python", "list", "--only-installed", "--no-python-downloads"]
    listed = subprocess.run(
        [*command, "--output-format", "json"],
        env={**os.environ, "PATH": os.pathsep.join(folders)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    ).stdout
    found: dict[Version, Path] = {}
    for one in json.loads(listed):
        parts, path = one["version_parts"], Path(one["path"])
        # only the name python3.X says which version it starts
        if path.name == f"python{parts['major']}.{parts['minor']}" and one["variant"] == "default":
            found.setdefault((parts["major"], parts["minor"]), path)
    return dict(sorted(found.items()))


def planned(only: Sequence[str]) -> dict[Core, Version | None]:
    """Return each release, or each in ``only``, with the Python for it; None if there is none here."""
    return {core: choose_python(core, interpreters()) for core in CORES if not only or core.release in only}


def lanes(plan: Mapping[Core, Version | None], developer: tuple[Core, Version]) -> Iterator[str]:
    """Yield the lanes of the releases that can be tested, the slow ones first."""
    own_core, own_python = developer
    tested = {core: python for core, python in plan.items() if python and (core, python) != developer}
    others = [core for core in tested if core != own_core]
    if others:
        # templates changed once; the developer's release stands for those after that
        yield f"{others[0].release}-roles"
    for core in tested:
        # everything on the oldest one; on those after it only what meets ansible-core itself
        yield f"{core.release}-{'modules' if core in others[:1] else 'modules-core'}"
    # the developer's lane runs on every Python
    yield from (f"{core.release}-sanity" for core in others)
    # the code itself depends on the Python alone
    seen = {own_python}
    for core, python in tested.items():
        if python not in seen:
            yield f"{core.release}-unit"
            seen.add(python)


def main() -> int:
    """Print what the command line asks for."""
    what, *names = sys.argv[1:]
    plan = planned(names)
    if what == "python":
        (python,) = plan.values()
        print(interpreters()[python] if python else "")
        return 0 if python else 1
    for core, python in plan.items():
        first, last = ("{}.{}".format(*limit) for limit in core.pythons)
        chosen = "Python {}.{}".format(*python) if python else f"not run: no Python {first} to {last} here"
        print(f"ansible-core {core.release}: {chosen}", file=sys.stderr)
    found = list(lanes(plan, (core_of(version("ansible-core")), sys.version_info[:2])))
    print(*found)
    if not found:
        print("there is nothing to run: no release has a Python here, or make test shows all of it", file=sys.stderr)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
