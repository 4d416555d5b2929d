# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of ``make chaos`` and its exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.chaos import __main__ as program
from ansible_collections.community.digicert.tests.chaos.figures import Figures

# nothing of ansible-core is in it
pytestmark = pytest.mark.once


def _proof(*found: Figures) -> dict[str, object]:
    def prove(extent: program.Extent, folder: Path) -> Iterator[Figures]:
        assert (extent.seed, extent.controllers) == (7, 50)
        yield from found

    return {"kills": prove}


@pytest.mark.parametrize(
    ("found", "status"), [("", 0), ("duplicate_orders", 1), ("mixed_pairs", 1), ("leaks", 1), ("unfinished", 1)]
)
def test_anything_that_is_found_is_shown_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], found: str, status: int
) -> None:
    figures = Figures(runs=3, kills=2)
    if found:
        figures.add(found, "at the second call", 4)
    monkeypatch.setattr(program, "PROOFS", _proof(Figures(runs=1), figures))
    monkeypatch.setattr(sys, "argv", ["chaos", "--seed", "7"])
    assert program.main() == status
    first, titles, row, total, *examples = capsys.readouterr().out.splitlines()
    assert "ARGS=--seed=7" in first
    shown = dict(zip(titles.replace(" orders", "-orders").split(), row.split()[1:], strict=False))
    assert (shown["runs"], shown["kills"]) == ("4", "2")
    assert row.split()[1:] == total.split()[1:]
    assert row.split().count("4") == (2 if found else 1)
    assert examples == ([f"kills: {found.replace('_', ' ')}: at the second call"] if found else [])
