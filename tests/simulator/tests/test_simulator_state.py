# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state directory: one simulator at a time, and a sentence if something in it cannot be used."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from certcentral_simulator.process import SimulatorError, SimulatorProcess
from certcentral_simulator.simulator import DATABASE, Simulator


def why_not(state: Path) -> str:
    """The sentence with which a simulator does not start."""
    with pytest.raises(SimulatorError) as caught, SimulatorProcess(["--state", str(state)]):
        pass
    text = str(caught.value)
    assert "Traceback" not in text
    return text


def test_second_simulator_on_a_state_does_not_start_c4(tmp_path: Path) -> None:
    with SimulatorProcess(["--state", str(tmp_path)]) as first:
        text = why_not(tmp_path)
        assert f"in use by another simulator, process {first.pid}" in text
        assert str(tmp_path) in text
        assert first.state()["orders"] == []
        first.kill()
    with SimulatorProcess(["--state", str(tmp_path)]) as after_the_kill:
        assert after_the_kill.state()["orders"] == []


def test_a_state_is_free_after_close_and_after_a_failure(tmp_path: Path) -> None:
    Simulator(tmp_path).close()
    database = (tmp_path / DATABASE).read_bytes()
    (tmp_path / DATABASE).write_bytes(b"not a database, but long enough for one" * 30)
    for _number in range(2):
        with pytest.raises(sqlite3.DatabaseError):
            Simulator(tmp_path)
    (tmp_path / DATABASE).write_bytes(database)
    Simulator(tmp_path).close()


def _overwrite(path: Path) -> None:
    path.write_bytes(b"not a database, but long enough for one" * 30)


def _spoil_pages(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))


def _drop_settings(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE settings SET value = '{'")


@pytest.mark.parametrize("spoil", [_overwrite, _spoil_pages, _drop_settings])
def test_broken_database_ends_in_a_sentence_c4(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    Simulator(tmp_path).close()
    spoil(tmp_path / DATABASE)
    text = why_not(tmp_path)
    assert re.search(rf"cannot serve: the database {re.escape(str(tmp_path / DATABASE))} cannot be used: ", text)


@pytest.mark.parametrize(("name", "holds"), [("root.key", "a private key"), ("ica-1.pem", "a certificate")])
def test_broken_ca_ends_in_a_sentence(tmp_path: Path, name: str, holds: str) -> None:
    Simulator(tmp_path).close()
    (tmp_path / "ca" / name).write_text("nothing")
    assert f"{tmp_path / 'ca' / name} does not hold {holds}" in why_not(tmp_path)
