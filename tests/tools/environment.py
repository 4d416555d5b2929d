# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make, complete or adopt the environment: a virtual environment and the collections below ``.build``.

Needs nothing but Python 3.10 and the Python package index.  A warm call compares one stamp and ends.

Usage: python3 tests/tools/environment.py developer|demo|importer|mutation
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bundle import DEPENDENCIES, DNS_PROVIDERS, fetch_wheel, install_collections
from cores import CORES, Core, core_of
from paths import BUILD, COLLECTIONS, DEMO_VENV, IMPORTER_VENV, MUTATION_VENV, TOOLS, VENV

OLDEST_PYTHON = (3, 10)
KINDS = {"developer": VENV, "demo": DEMO_VENV, "importer": IMPORTER_VENV, "mutation": MUTATION_VENV}
_INCLUDE = re.compile(r"^-r\s+(\S+)", re.MULTILINE)


class Unusable(Exception):
    """This machine lacks something; the text says what to install."""


def requirement_files(kind: str) -> list[Path]:
    """Return the requirements file of a kind of environment and those that it includes."""
    first = TOOLS / f"requirements-{kind}.txt"
    included = _INCLUDE.findall(first.read_text(encoding="utf-8"))
    return [first, *(file for name in included for file in requirement_files(_kind_of(name)))]


def _kind_of(file_name: str) -> str:
    return file_name.removeprefix("requirements-").removesuffix(".txt")


def stamp(kind: str) -> str:
    """Return what an environment of this kind was made from: it is complete while this does not change."""
    digest = hashlib.sha256()
    for file in [*requirement_files(kind), TOOLS / "environment.py", TOOLS / "bundle.py"]:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def venv_python(venv: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    return venv / "bin" / "python"


def make_venv(venv: Path, interpreter: Path) -> None:
    """Make a virtual environment with pip; raises ``Unusable`` where the interpreter cannot."""
    command: list[str | Path] = [interpreter, "-m", "venv", venv]
    if interpreter == Path(sys.executable) and importlib.util.find_spec("ensurepip") is None:
        # Debian keeps ensurepip in a package of its own; a pip that is there can fill the environment as well.
        command.insert(3, "--without-pip")
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode == 0 and "--without-pip" in command:
        fill = [str(interpreter), "-m", "pip", "--python", str(venv_python(venv)), "install", "-qq", "pip"]
        made = subprocess.run(fill, capture_output=True, text=True, check=False)
    if made.returncode:
        release = "{}.{}".format(*sys.version_info)
        raise Unusable(
            f"{interpreter} cannot make a virtual environment: {(made.stderr or made.stdout).strip()[-300:]}\n"
            f"On Debian and Ubuntu: apt-get install python{release}-venv (or python3-pip).  "
            "Another interpreter: make PYTHON=/path/to/python3."
        )


def install(venv: Path, *arguments: str | Path) -> None:
    """Install packages into a virtual environment."""
    command = [venv_python(venv), "-m", "pip", "install", "-qq", "--disable-pip-version-check", *arguments]
    if subprocess.run(command, check=False).returncode:
        raise Unusable(f"the packages for {venv.name} could not be installed: see pip's message above")


def core_in(venv: Path) -> Core:
    """Return the release of ansible-core that a virtual environment holds."""
    code = "import importlib.metadata as m; print(m.version('ansible-core'))"
    found = subprocess.run([venv_python(venv), "-c", code], capture_output=True, text=True, check=True)
    return core_of(found.stdout.strip())


@contextmanager
def _alone() -> Iterator[None]:
    """Keep two runs from making the same environment at the same time."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "environment.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure(kind: str) -> Path:
    """Make the environment of a kind where it is missing or outdated; return its folder."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        raise Unusable(f"Python 3.10 or newer is needed, this is {sys.version.split()[0]}: make PYTHON=python3.11")
    venv = KINDS[kind]
    wanted = stamp(kind)
    stamp_file = venv / "complete"
    with _alone():
        if stamp_file.exists() and stamp_file.read_text(encoding="utf-8") == wanted and venv_python(venv).exists():
            return venv
        if not venv_python(venv).exists():
            print(f"environment: making {venv.relative_to(BUILD.parent)}", flush=True)
            make_venv(venv, Path(sys.executable))
        print("environment: installing the packages", flush=True)
        # The last supported core: a newer one is not tested.
        newest = int(CORES[-1].release.split(".")[1])
        install(venv, "-r", requirement_files(kind)[0], f"ansible-core<2.{newest + 1}")
        if kind != "importer":
            names = DEPENDENCIES if kind == "demo" else (*DEPENDENCIES, *DNS_PROVIDERS)
            placed = install_collections(fetch_wheel(core_in(venv), venv_python(venv)), COLLECTIONS, names)
            print(f"environment: collections {', '.join(placed) or 'were there'}", flush=True)
        stamp_file.write_text(wanted, encoding="utf-8")
    return venv


def main() -> int:
    """Make the environment that the command line names."""
    parser = argparse.ArgumentParser(description="Make or complete the environment below .build.")
    parser.add_argument("kind", choices=sorted(KINDS))
    try:
        ensure(parser.parse_args().kind)
    except Unusable as problem:
        print(f"environment: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
