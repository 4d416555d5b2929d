# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The README of a role beside its argument specs, and plays of its examples as they are written."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.community.digicert.tests.roles.support.playbook import (
    CONFIGURATION,
    PATIENCE,
    collections_path,
)

ROOT = Path(__file__).parents[3]
_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Row:
    """One row of a table of variables."""

    kind: str
    default: str
    meaning: str


class RoleReadme:
    """A role's README; the columns of its table of variables are variable, type, default and meaning."""

    def __init__(self, role: str) -> None:
        """Read README, argument specs and defaults of the role."""
        self.folder = ROOT / "roles" / role
        self.text = (self.folder / "README.md").read_text(encoding="utf-8")
        self.options: dict[str, dict[str, Any]] = _yaml(self.folder / "meta/argument_specs.yml")["argument_specs"][
            "main"
        ]["options"]
        self.defaults: dict[str, Any] = _yaml(self.folder / "defaults/main.yml") or {}
        self._row = re.compile(rf"^\| `({role}_\w+)` \| (\w+) \| (.*?)\| (.+) \|$", re.MULTILINE)

    @property
    def rows(self) -> dict[str, Row]:
        """The rows of the table of variables, by variable, in their order."""
        return {
            name: Row(kind, default.strip(), meaning) for name, kind, default, meaning in self._row.findall(self.text)
        }

    @property
    def examples(self) -> list[dict[str, Any]]:
        """The plays of all YAML blocks."""
        return examples(self.text)

    def expected_row(self, name: str) -> Row:
        """Return what the argument specs say of a variable, written as in the table."""
        about = self.options[name]
        return Row(about["type"], self._expected_default(name), meaning(about))

    def _expected_default(self, name: str) -> str:
        if self.options[name].get("required"):
            return "required"
        value = self.defaults.get(name)
        if isinstance(value, str) and "{{" in value:
            return _computed(value, name.split("_", 1)[0])
        return "" if value is None else f"`{json.dumps(value)}`"


def _computed(template: str, role: str) -> str:
    """Return how the table describes a default that comes from another variable."""
    below = re.fullmatch(r"\{\{ (\w+) \}\}/([\w./]+)", template)
    if below:
        return f"`{below[2]}` in `{below[1]}`"
    same = re.fullmatch(r"\{\{ (\w+) \}\}", template)
    (other, *_more) = same.groups() if same else re.findall(rf"\b{role}_\w+", template)
    return f"as `{other}`" if same else f"by `{other}`"


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def meaning(about: dict[str, Any]) -> str:
    """Return a description with its choices as a table has them: in one paragraph, without the markup of Ansible."""
    description = about["description"]
    text = " ".join([description] if isinstance(description, str) else description)
    text = re.sub(r"P\(community\.digicert\.(\w+)#role\)", r"`\1`", text)
    # a key of the same entry needs no path
    plain = " ".join(re.sub(r"[VOCE]\((?:\w+\[\]\.)?([^)]*)\)", r"`\1`", text).split())
    return plain + (f" One of {', '.join(f'`{choice}`' for choice in about['choices'])}." if "choices" in about else "")


def examples(text: str) -> list[dict[str, Any]]:
    """Return the plays of all YAML blocks of a page."""
    return [play for block in _BLOCK.findall(text) for play in yaml.safe_load(block)]


def play(folder: Path, written: dict[str, Any], hosts: str = "localhost,", **own: Any) -> str:
    """Play one play as it is written on this machine; return what was shown.

    ``own`` are extra variables: what differs on this machine from what the page says, such as addresses and folders.
    """
    (folder / "example.yml").write_text(yaml.safe_dump([written], sort_keys=False), encoding="utf-8")
    variables = {"ansible_python_interpreter": sys.executable, "ansible_become": False, **own}
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "--connection=local", f"--inventory={hosts}"]
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(collections_path()),
        "ANSIBLE_CONFIG": str(CONFIGURATION),
        "ANSIBLE_LOCALHOST_WARNING": "0",
    }
    done = subprocess.run(
        [*command, "--extra-vars", json.dumps(variables), "example.yml"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
