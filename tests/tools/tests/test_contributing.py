# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands of CONTRIBUTING.md, and of the README's first lines."""

from __future__ import annotations

import re
import subprocess

from paths import ROOT


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
