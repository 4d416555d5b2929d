# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is installed is pinned, with the hash of each file, within what the requirements allow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from locks import LOCKED, sources
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from paths import TOOLS


def _required(kind: str) -> Iterator[Requirement]:
    for line in (TOOLS / f"requirements-{kind}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            yield from _required(line.removeprefix("-r requirements-").removesuffix(".txt"))
        elif line and not line.startswith("#"):
            yield Requirement(line)


def _entries(name: str) -> list[str]:
    """Return each entry of a file in one line."""
    return (LOCKED / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", "").strip().splitlines()


def test_there_is_a_file_for_each_environment() -> None:
    assert {path.stem for path in LOCKED.iterdir()} == set(sources())


@pytest.mark.parametrize("name", sources())
def test_everything_is_pinned_with_its_hashes(name: str) -> None:
    kind, more, _python = sources()[name]
    pinned: dict[str, list[str]] = {}
    for entry in _entries(name):
        requirement, *hashes = entry.split("--hash=")
        assert hashes, f"{requirement} has no hash"
        assert all(one.strip().startswith("sha256:") for one in hashes)
        found = Requirement(requirement.strip())
        (specifier,) = found.specifier
        assert specifier.operator == "=="
        pinned.setdefault(canonicalize_name(found.name), []).append(specifier.version)
    for required in [*_required(kind), *([Requirement(more)] if more else [])]:
        versions = pinned[canonicalize_name(required.name)]
        assert all(required.specifier.contains(version) for version in versions), f"{required}: run make locks"
