# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The return values that modules share come from one file, and a module that differs from it is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import return_values

_MODULE = "digicert_reissue"


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """Return a copy of a module in a folder of its own."""
    return Path(shutil.copy(return_values.MODULES / f"{_MODULE}.py", tmp_path))


def test_a_changed_text_is_found_and_written_again(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = module.read_text(encoding="utf-8")
    changed = source.replace("description: How to resolve the failure.", "description: Ask somebody.")
    assert changed != source
    module.write_text(changed, encoding="utf-8")
    assert return_values.main(["--check"], module.parent) == 1
    assert f"{_MODULE}: out of date" in capsys.readouterr().out
    assert module.read_text(encoding="utf-8") == changed
    assert return_values.main([], module.parent) == 0
    assert module.read_text(encoding="utf-8") == source
    assert return_values.main(["--check"], module.parent) == 0


def test_samples_and_other_values_belong_to_the_module(module: Path) -> None:
    source = module.read_text(encoding="utf-8")
    changed = source.replace('["the certificate lacks shop.example.com"]', '["another reason"]').replace(
        "description: Whether the reissue costs", "description: Whether this costs"
    )
    assert "another reason" in changed
    assert "Whether this costs" in changed
    module.write_text(changed, encoding="utf-8")
    assert return_values.main(["--check"], module.parent) == 0


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("yml: common.reasons, order", "yml: common.reasons, oder", r"does not contain 'oder'"),
        ("# end of generated", "# end", r"has no line '# end of generated' after it"),
    ],
)
def test_a_mistake_in_a_comment_is_explained(module: Path, old: str, new: str, problem: str) -> None:
    source = module.read_text(encoding="utf-8")
    assert old in source
    module.write_text(source.replace(old, new), encoding="utf-8")
    with pytest.raises(SystemExit, match=problem):
        return_values.main(["--check"], module.parent)
