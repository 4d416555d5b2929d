# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands of CONTRIBUTING.md, and of the README's first lines."""

from __future__ import annotations

import re
import subprocess
import textwrap
from pathlib import Path

from checkout import copy_checkout
from lane import IMPORTED
from paths import ROOT, VENV

_DIFF = re.compile(r"^ *```diff\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)


def test_a_single_test_is_run_as_it_is_typed() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```console\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    make, typed = (line.removeprefix("$ ") for line in block.splitlines())
    # the lane that runs this test has made the environment
    assert make == "make env"
    done = subprocess.run(["sh", "-c", typed], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d+ passed", done.stdout)


def test_every_target_that_the_documents_name_is_one() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("*/*/README.md")]
    named = {
        target
        for page in pages
        for words in re.findall(r"`make ([a-z -]+)`|^make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
        for target in " ".join(words).split()
    }
    assert len(named) > 10
    assert named <= targets


def _apply(root: Path, diff: str) -> None:
    """Insert the lines that begin with + below the lines above them, which must be in the file, once."""
    name, *lines = textwrap.dedent(diff).splitlines()
    above = [line[1:] for line in lines if not line.startswith("+")]
    before = [line[1:] for line in lines[: next(i for i, line in enumerate(lines) if line.startswith("+"))]]
    after = [line[1:] for line in lines]
    text = (root / name).read_text(encoding="utf-8")
    assert text.count("\n".join(above) + "\n") == 1, f"{name} does not contain these lines, or not once: {above}"
    assert before, f"nothing in {name} says where to insert: {diff}"
    (root / name).write_text(text.replace("\n".join(above) + "\n", "\n".join(after) + "\n"), encoding="utf-8")


def test_your_first_change_is_followed_as_it_is_written(tmp_path: Path) -> None:
    root = copy_checkout(tmp_path / "ansible_collections" / "community" / "digicert")
    diffs = _DIFF.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert len(diffs) > 5
    for diff in diffs:
        _apply(root, diff)
    tests = ["tests/unit/test_domain.py", "tests/modules/test_domain_modules.py", "-k", "below or TestInfo"]
    paths = " ".join(map(str, [tmp_path, *(root / "tests" / name for name in IMPORTED)]))
    command = [str(VENV / "bin" / "python"), "-m", "pytest", "--quiet", "--override-ini", f"pythonpath={paths}"]
    done = subprocess.run([*command, *tests], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
