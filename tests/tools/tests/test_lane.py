# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A lane: the environment that it sees, and what becomes of lanes that run at the same time."""

from __future__ import annotations

import subprocess
from pathlib import Path

import lane
import lane_outcome
import pytest
from paths import ROOT, VENV, VENV_COLLECTIONS
from surroundings import clean_environment

# Two lanes, each of which goes on only when the other has started, and a third.
_MAKEFILE = f"""\
include {ROOT}/Makefile
suite: ; $(call together,2,left right last)
left right: ; @touch $@; echo $@ one; until [ -e left -a -e right ]; do sleep 0.1; done; echo $@ two; test $@ = right
last: ; @echo $@ one; echo $@ two
.PHONY: suite left right last
"""


def test_a_lane_sees_no_setting_that_leads_to_the_service(tmp_path: Path) -> None:
    base = {
        "PATH": "/bin",
        "HOME": "/home/me",
        "DIGICERT_API_KEY": "secret",
        "DIGICERT_API_URL": "https://www.digicert.com",
        "ANSIBLE_VAULT_PASSWORD_FILE": "/home/me/vault",
        "https_proxy": "http://proxy:3128",
        "no_proxy": "intranet",
        "MAKEFLAGS": "-j2",
    }
    seen = clean_environment(tmp_path / "venv", tmp_path / "collections", base)
    assert not [name for name in seen if name.startswith("DIGICERT_")]
    assert not {"ANSIBLE_VAULT_PASSWORD_FILE", "MAKEFLAGS"} & seen.keys()
    assert seen["no_proxy"] == "intranet,127.0.0.1,::1,localhost"
    assert seen["PATH"] == f"{tmp_path / 'venv' / 'bin'}:/bin"


@pytest.mark.parametrize(("workers", "added"), [("", []), ("1", []), ("4", ["--numprocesses", "4"])])
def test_as_many_tests_run_at_a_time_as_the_makefile_says(
    workers: str, added: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKERS", workers)
    command = [str(word) for word in lane.pytest_command("unit", tmp_path, ["tests/unit"])]
    start = command.index("--numprocesses") if added else len(command)
    assert command[start : start + 2] == added
    assert command[-1] == "tests/unit"


def test_a_lane_is_counted_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lane_outcome, "RESULTS", tmp_path / "results")
    (tmp_path / "test_both.py").write_text("def test_good(): pass\ndef test_bad(): assert False\n", encoding="utf-8")
    reports = tmp_path / "reports"
    command = [*lane.pytest_command("both", reports, ["--rootdir", str(tmp_path), "-c", "/dev/null"]), str(tmp_path)]
    environment = clean_environment(VENV, VENV_COLLECTIONS)
    assert lane.run_lane("both", command, reports, environment, tmp_path) == 1
    outcome = lane_outcome.load("both")
    assert (outcome.passed, outcome.failed, outcome.remarks) == (1, 1, ["failed: test_both::test_bad"])
    assert capfd.readouterr().out.splitlines()[-1] == "1 passed, 1 failed"


def test_a_lane_in_which_nothing_runs_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane_outcome, "RESULTS", tmp_path / "results")
    command = [*lane.pytest_command("none", tmp_path, ["--rootdir", str(tmp_path), "-c", "/dev/null"]), str(tmp_path)]
    assert (
        lane.run_lane("none", command, tmp_path / "reports", clean_environment(VENV, VENV_COLLECTIONS), tmp_path) == 1
    )
    assert not lane_outcome.load("none").good


def test_lanes_run_at_the_same_time_and_show_their_output_whole(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(_MAKEFILE, encoding="utf-8")
    environment = clean_environment(VENV, VENV_COLLECTIONS)
    # what would count the lanes prints their names
    command = ["make", "suite", "python=echo counted"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    for name in ("left", "right", "last"):
        assert f"{name} one\n{name} two\n" in done.stdout, done.stdout + done.stderr
    assert done.stdout.endswith("lane_outcome.py left right last\n")
