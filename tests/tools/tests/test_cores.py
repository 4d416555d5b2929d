# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which release of ansible-core goes with which Python and which bundle of collections."""

from __future__ import annotations

import pytest
from cores import CORES, choose_python, core_of
from paths import TOOLS

ALL_PYTHONS = [(3, minor) for minor in range(9, 15)]


def test_a_full_version_finds_its_release() -> None:
    assert core_of("2.19.14").bundle == 12
    assert core_of("2.21.0rc1").bundle == 14


@pytest.mark.parametrize("version", ["2.15.13", "2.22.0", "3.0"])
def test_an_unsupported_version_is_refused(version: str) -> None:
    with pytest.raises(LookupError, match=r"supported are 2\.16 to 2\.21"):
        core_of(version)


def test_the_releases_cover_the_oldest_and_the_newest_python() -> None:
    chosen = {core.release: choose_python(core, ALL_PYTHONS) for core in CORES}
    assert chosen == {
        "2.16": (3, 10),
        "2.17": (3, 12),
        "2.18": (3, 11),
        "2.19": (3, 13),
        "2.20": (3, 12),
        "2.21": (3, 14),
    }


def test_no_python_is_chosen_where_none_fits() -> None:
    assert choose_python(core_of("2.21"), [(3, 9), (3, 11)]) is None
    assert choose_python(core_of("2.19"), [(3, 9), (3, 11)]) == (3, 11)


def test_the_requirements_take_no_release_that_is_not_tested() -> None:
    newest = int(CORES[-1].release.split(".")[1])
    limit = f"ansible-core>={CORES[0].release},<2.{newest + 1}\n"
    for kind in ("demo", "importer"):
        assert limit in (TOOLS / f"requirements-{kind}.txt").read_text(encoding="utf-8")
