# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of the simulator's README, run unchanged."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

from simulator_testing.client import Client

from certcentral_simulator.process import SimulatorProcess

SIMULATOR = Path(__file__).resolve().parents[1]
README = (SIMULATOR / "README.md").read_text(encoding="utf-8")


def _example(language: str) -> str:
    """Return the only block in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return str(found)


def test_the_command_prints_the_ready_line_that_is_shown() -> None:
    install, start, shown = _example("console").splitlines()
    requirements = shlex.split(install.removeprefix("$ "))[-1]
    root = SIMULATOR.parents[1]
    assert (root / requirements).is_file()
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = ["sh", "-c", "exec env " + start.removeprefix("$ ")]
    with subprocess.Popen(
        command, cwd=root, env={**os.environ, "PATH": tools}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    assert json.loads(line).keys() == json.loads(shown).keys()


def test_the_python_example_runs() -> None:
    """The ellipsis in the example is replaced by a call, as a reader would."""
    source = _example("python")
    (ellipsis,) = re.findall(r"^    \.\.\. .*$", source, re.MULTILINE)
    own = source.replace(ellipsis, "    order(simulator)")

    def order(simulator: SimulatorProcess) -> None:
        assert simulator.now().startswith("2027-03-15")
        assert Client(simulator).order("www.shop.example").status_code == 201

    assert own != source
    exec(own, {"order": order})


def test_the_account_of_the_example_can_be_used(tmp_path: Path) -> None:
    account = tmp_path / "account.yml"
    account.write_text(_example("yaml"), encoding="utf-8")
    with SimulatorProcess(["--no-rate-limit", "--account", str(account)]) as simulator:
        client = Client(simulator)
        assert client.get("/account").json()["id"] == 2000002
        assert client.get("/order/certificate/7001").json()["certificate"]["common_name"] == "www.corp.example"
        assert "certificate_chain" in client.order("api.corp.example", organization={"id": 500}).json()
        assert client.get("/organization/500").json()["name"] == "Corp"
        user = Client(simulator, "TENKEY").get("/user/me").json()
        assert user["id"] == 4
        # What is not known of a user is left out (B7, R).
        assert not {"job_title", "telephone"} & set(user)
