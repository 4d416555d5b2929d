# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guides in docs/docsite: their playbooks are written to files unchanged, and their commands run in sequence.

Nothing is replaced. The test substitutes the running simulator for ``make simulator``, and publishes the DNS records
in place of the reader.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from simulator_testing.dns_server import DnsServer

from ansible_collections.community.digicert.tests.modules.publisher import Publisher
from ansible_collections.community.digicert.tests.roles.support.playbook import collections_path
from certcentral_simulator.process import SimulatorProcess
from certcentral_simulator.switches import TABLE

pytestmark = pytest.mark.once

_DOCSITE = Path(__file__).parents[2] / "docs" / "docsite"
_GUIDES = sorted(path.stem for path in (_DOCSITE / "rst").glob("*.rst"))
_BLOCK = re.compile(r"^\.\. code-block:: (\S+)\n((?:    :\w+:.*\n)*)\n((?:    .*\n|\n)+)", re.MULTILINE)
_NAME = re.compile(r"^    :caption: (\S+)$", re.MULTILINE)
_PROMPT = "$ "


@dataclass
class Guide:
    """What a guide asks its reader to write and type."""

    files: dict[str, str] = field(default_factory=dict)
    """By name."""
    commands: list[str] = field(default_factory=list)


def _text(guide: str) -> str:
    return (_DOCSITE / "rst" / f"{guide}.rst").read_text(encoding="utf-8")


def _read(guide: str) -> Guide:
    found = Guide()
    for language, options, indented in _BLOCK.findall(_text(guide)):
        body = textwrap.dedent(indented).strip("\n") + "\n"
        if language == "console":
            lines = body.splitlines()
            assert all(line.startswith(_PROMPT) for line in lines), lines
            found.commands += [line.removeprefix(_PROMPT) for line in lines]
        else:
            name = _NAME.search(options)
            assert name, f"a block of {guide} has no file name"
            found.files[name[1]] = body
    return found


@pytest.fixture
def shell(simulator: SimulatorProcess, tmp_path: Path) -> dict[str, str]:
    """Return the environment of a reader: the tools of this environment, and a ``make`` with a single target."""
    tools = tmp_path / "tools"
    tools.mkdir()
    keys = ("base_url", "api_key", "ca_file", "root_file", "admin_url")
    ready = json.dumps({key: getattr(simulator, key) for key in keys})
    make = tools / "make"
    make.write_text(f'#!/bin/sh\ntest "$*" = simulator || exit 2\necho {shlex.quote(ready)}\n', encoding="utf-8")
    make.chmod(0o755)
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("DIGICERT_", "ANSIBLE_"))}
    return {
        **clean,
        "PATH": os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]]),
        "ANSIBLE_COLLECTIONS_PATH": str(collections_path()),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_LOCAL_TEMP": str(tmp_path / "local"),
        "ANSIBLE_REMOTE_TEMP": str(tmp_path / "remote"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_PIPELINING": "1",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
    }


@pytest.mark.parametrize("guide", _GUIDES)
def test_the_steps_of_a_guide_work(
    guide: str, shell: dict[str, str], simulator: SimulatorProcess, dns_zone: DnsServer, tmp_path: Path
) -> None:
    read = _read(guide)
    folder = tmp_path / "reader"
    folder.mkdir()
    for name, text in read.files.items():
        assert yaml.safe_load(text), name
        (folder / name).write_text(text, encoding="utf-8")
    if not read.commands:
        assert not any(name.endswith(".yml") for name in read.files)
        return
    if "make simulator" not in read.commands[0]:
        shell.update(
            DIGICERT_API_KEY=simulator.api_key, DIGICERT_API_URL=simulator.base_url, DIGICERT_CA_PATH=simulator.ca_file
        )
    # each line is echoed before it runs, so that a failure shows which it was
    script = "\n".join(["set -eu", *(f"echo {shlex.quote(_PROMPT + line)}\n{line}" for line in read.commands)])
    with Publisher(simulator, dns_zone):
        typed = subprocess.run(
            ["bash", "-c", script], cwd=folder, env=shell, capture_output=True, text=True, check=False, timeout=600
        )
    assert typed.returncode == 0, typed.stdout + typed.stderr
    assert "\nchanged: " not in _last_output(typed.stdout)
    played = {word for line in read.commands for word in line.split() if word.endswith(".yml")}
    assert {name for name in read.files if "hosts:" in read.files[name]} <= played


def _last_output(stdout: str) -> str:
    """Return the output of the last command that was run twice; its second run changes nothing."""
    parts = stdout.split(_PROMPT)
    commands = [part.splitlines()[0] for part in parts[1:]]
    twice = [number for number, line in enumerate(commands) if number and commands[number - 1] == line]
    return "".join(parts[number + 1] for number in twice)


def test_the_index_lists_every_guide() -> None:
    index = yaml.safe_load((_DOCSITE / "extra-docs.yml").read_text(encoding="utf-8"))
    assert sorted(name for section in index["sections"] for name in section["toctree"]) == _GUIDES


@pytest.mark.parametrize("guide", _GUIDES)
def test_references_lead_somewhere(guide: str) -> None:
    prefix = "ansible_collections.community.digicert.docsite."
    text = _text(guide)
    assert f".. _{prefix}{guide}:" in text
    assert set(re.findall(rf":ref:`{re.escape(prefix)}(\w+)`", text)) <= set(_GUIDES)
    modules = {path.stem for path in (_DOCSITE.parents[1] / "plugins" / "modules").glob("*.py")}
    assert set(re.findall(r":ansplugin:`community\.digicert\.(\w+)#module`", text)) <= modules


def test_the_named_switches_exist() -> None:
    text = _text("guide_not_established")
    named = set(re.findall(r"^     - ``([a-z_.]+)``$", text, re.MULTILINE))
    assert len(named) > 10
    assert named <= set(TABLE)
