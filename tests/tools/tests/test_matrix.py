# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which lanes of the matrix run, with which Python."""

from __future__ import annotations

import os
import re
import sys

import pytest
from cores import CORES, Core, Version, choose_python, core_of
from matrix import interpreters, lanes

_DEVELOPER = (core_of("2.19.1"), (3, 11))


def _plan(*pythons: Version) -> dict[Core, Version | None]:
    return {core: choose_python(core, pythons) for core in CORES}


def test_this_interpreter_is_found_where_it_lies() -> None:
    found = interpreters()
    assert sys.version_info[:2] in found
    for version, path in found.items():
        assert re.match(r"python3?(\.\d+)?$", path.name), f"{version} answers as {path}"
        assert os.access(path, os.X_OK)


def test_each_release_shows_what_no_other_lane_shows() -> None:
    """2.19 is the developer's; sanity and the roles are shown on it by make test, its modules on another Python."""
    assert list(lanes(_plan((3, 10), (3, 11), (3, 12), (3, 13)), _DEVELOPER)) == [
        "2.16-roles",
        "2.16-modules",
        "2.17-modules-core",
        "2.18-modules-core",
        "2.19-modules-core",
        "2.20-modules-core",
        "2.21-modules-core",
        "2.16-sanity",
        "2.17-sanity",
        "2.18-sanity",
        "2.20-sanity",
        "2.21-sanity",
        "2.16-unit",
        "2.17-unit",
        "2.19-unit",
    ]


def test_with_one_python_the_releases_that_it_fits_are_tested() -> None:
    found = list(lanes(_plan((3, 11)), _DEVELOPER))
    assert found == [
        "2.16-roles",
        "2.16-modules",
        "2.17-modules-core",
        "2.18-modules-core",
        "2.16-sanity",
        "2.17-sanity",
        "2.18-sanity",
    ]


@pytest.mark.parametrize("release", ["2.16", "2.21"])
def test_one_release_alone_is_tested_in_full(release: str) -> None:
    core = core_of(f"{release}.0")
    plan = {core: choose_python(core, [(3, 10), (3, 13)])}
    assert list(lanes(plan, _DEVELOPER)) == [f"{release}-{name}" for name in ("roles", "modules", "sanity", "unit")]


def test_without_an_interpreter_there_is_nothing_to_run() -> None:
    assert list(lanes(_plan((3, 9)), _DEVELOPER)) == []
