# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demonstration: that it leaves nothing behind, and that its proofs can fail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.demo import processes
from ansible_collections.community.digicert.tests.demo.proof import NotProven, served_serial_number
from ansible_collections.community.digicert.tests.demo.story import HEAD
from ansible_collections.community.digicert.tests.demo.table import table
from ansible_collections.community.digicert.tests.roles.support.authority import Authority
from ansible_collections.community.digicert.tests.roles.support.deploy_host import NAME, Host
from ansible_collections.community.digicert.tests.roles.support.running_service import RunningService

pytestmark = pytest.mark.once

RUN = Path(processes.__file__).with_name("run")


def processes_with(marker: str) -> list[str]:
    """Return the command lines of all processes whose environment holds a text."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_after_an_interruption(tmp_path: Path, number: signal.Signals) -> None:
    marker = f"DEMONSTRATION={uuid.uuid4()}"
    name, value = marker.split("=")
    environment = {**os.environ, name: value, "TMPDIR": str(tmp_path)}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
    with subprocess.Popen(
        [RUN], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as demonstration:
        assert demonstration.stdout is not None
        output = ""
        # in the middle of the first run of ansible-playbook
        while "a private key is generated" not in output and (line := demonstration.stdout.readline()):
            output += line
        assert len(processes_with(marker)) > 4, output
        # a terminal signals the whole group, another program only the leader
        (os.killpg if number == signal.SIGINT else os.kill)(demonstration.pid, number)
        output += demonstration.stdout.read()

    assert demonstration.returncode == 128 + signal.SIGINT, output
    assert output.endswith("Stopped; nothing is left running.\n")
    assert processes_with(marker) == []
    assert list(tmp_path.glob("*demo*")) == []


def test_a_handshake_proves_the_name_and_the_root(
    authority: Authority, service: RunningService, tmp_path: Path
) -> None:
    host = Host(tmp_path, authority)
    issued = authority.issue(NAME)
    root, stranger = tmp_path / "root.pem", tmp_path / "stranger.pem"
    root.write_text(authority.root.pem, encoding="ascii")
    stranger.write_text(Authority("Other").root.pem, encoding="ascii")

    with pytest.raises(NotProven, match=f"the handshake for {NAME} failed"):
        served_serial_number(service.port, NAME, str(root))
    host.install(issued, service)
    # it reads its certificate when it gets to handle the signal
    deadline = time.monotonic() + 120
    while True:
        try:
            assert served_serial_number(service.port, NAME, str(root)) == issued.serial_number
            break
        except NotProven:
            assert time.monotonic() < deadline, "the service did not read its certificate"
            time.sleep(0.05)
    for name, trusted in {"other.example.com": root, NAME: stranger}.items():
        with pytest.raises(NotProven, match=f"the handshake for {name} failed"):
            served_serial_number(service.port, name, str(trusted))


def test_columns_of_the_table_are_aligned() -> None:
    rows = [("1 order", "order", "101", "0a1b", "198", "18"), ("2 the same again", "none", "-", "0a1b", "198", "0")]

    lines = table(HEAD, rows).splitlines()

    assert lines[0].split() == ["step", "action", "order", "id", "serial", "days", "left", "API", "calls"]
    assert {len(line) for line in lines[1:]} == {len(lines[1])}
    assert lines[2].endswith(" 18")
    assert lines[3].endswith("  0")
