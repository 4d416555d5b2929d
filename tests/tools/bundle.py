# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put the collections that the tests need beside a virtual environment, without Galaxy.

Usage: PYTHON tests/tools/bundle.py

They are taken out of the package ``ansible`` of the Python package index: out of the release that was made for the
ansible-core of the virtual environment to which PYTHON belongs.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from cores import Core, core_of
from paths import NAME, NAMESPACE, ROOT, UV, VENV_COLLECTIONS, WHEELS

# What tests and examples use: the collection itself depends on no other one.
USED_BY_TESTS = ("community.crypto", "community.general")
# What the role dcv can publish with; users install those that they need.
DNS_PROVIDERS = ("amazon.aws", "azure.azcollection", "google.cloud", "infoblox.nios_modules")


def _version(wheel: Path) -> tuple[int, ...]:
    match = re.match(r"ansible-([\d.]+)-", wheel.name)
    return tuple(int(part) for part in match[1].split(".")) if match else ()


def fetch_wheel(core: Core) -> Path:
    """Return the wheel of the package ``ansible`` that fits the core, downloaded once (about 54 MB)."""
    pattern = f"ansible-{core.bundle}.*.whl"
    if not list(WHEELS.glob(pattern)):
        print(f"collections: fetching the package ansible {core.bundle}.x (about 54 MB, once)", flush=True)
        command: list[str | Path] = [UV, "tool", "run", "--quiet", "--python", sys.executable, "pip", "download", "-qq"]
        command += ["--disable-pip-version-check", "--no-deps", "--dest", WHEELS, f"ansible=={core.bundle}.*"]
        subprocess.run(command, check=True)
    return max(WHEELS.glob(pattern), key=_version)


def installed_version(collection: Path) -> str | None:
    """Return the version of a collection's folder, or None if that is not a whole collection."""
    try:
        manifest = json.loads((collection / "MANIFEST.json").read_text(encoding="utf-8"))
        return str(manifest["collection_info"]["version"])
    except (OSError, ValueError, KeyError):
        return None


def _prefix(name: str) -> str:
    return f"ansible_collections/{name.replace('.', '/')}/"


def _offered_version(wheel: zipfile.ZipFile, name: str) -> str:
    try:
        manifest = json.loads(wheel.read(_prefix(name) + "MANIFEST.json"))
    except KeyError:
        raise LookupError(f"{wheel.filename} does not hold {name}") from None
    return str(manifest["collection_info"]["version"])


def _extract(wheel: zipfile.ZipFile, name: str, target: Path) -> None:
    """Put one collection in place by a rename, so that an interrupted run leaves no half of it."""
    members = [member for member in wheel.namelist() if member.startswith(_prefix(name))]
    staging = target.with_name(f".{target.name}.new")
    shutil.rmtree(staging, ignore_errors=True)
    wheel.extractall(staging, members)
    shutil.rmtree(target, ignore_errors=True)
    (staging / _prefix(name)).rename(target)
    shutil.rmtree(staging)


def install_collections(
    wheel_path: Path, folder: Path, names: Iterable[str] = (*USED_BY_TESTS, *DNS_PROVIDERS)
) -> list[str]:
    """Make ``folder`` an ANSIBLE_COLLECTIONS_PATH with the named collections and this checkout.

    What is there in the right version stays untouched.  Returns the names that were put in place.
    """
    root = folder / "ansible_collections"
    placed = []
    with zipfile.ZipFile(wheel_path) as wheel:
        for name in names:
            target = root / name.replace(".", "/")
            if installed_version(target) == _offered_version(wheel, name):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            _extract(wheel, name, target)
            placed.append(name)
    link_checkout(root)
    return placed


def link_checkout(root: Path) -> None:
    """Make the checkout visible as the collection below an ``ansible_collections`` folder."""
    link = root / NAMESPACE / NAME
    if link.is_symlink() and link.resolve() == ROOT:
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    # Relative, so that a checkout can be moved.
    up = len(link.parent.relative_to(ROOT).parts)
    link.symlink_to(Path(*[".."] * up), target_is_directory=True)


if __name__ == "__main__":
    install_collections(fetch_wheel(core_of(version("ansible-core"))), VENV_COLLECTIONS)
