# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of the role deploy, read: what its README promises, and what it has written by the host module."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.community.digicert.plugins.module_utils._host.outputs import FILES
from ansible_collections.community.digicert.plugins.module_utils._module.host_options import install_options

# the module behind it is tested on the oldest release, too
pytestmark = pytest.mark.once

ROLE = Path(__file__).parents[2] / "roles" / "deploy"
README = (ROLE / "README.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| `(deploy_\w+)` \| (\w+) \| (.+?) \| (.+) \|$", re.MULTILINE)


def _options() -> dict[str, dict[str, Any]]:
    specs = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    found: dict[str, dict[str, Any]] = specs["argument_specs"]["main"]["options"]
    return found


def _defaults() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text(encoding="utf-8"))
    return found


def _tasks(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        yield entry
        for part in ("block", "rescue", "always"):
            yield from _tasks(entry.get(part, []))


def _variables() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROLE / "vars" / "main.yml").read_text(encoding="utf-8"))
    return found


def _written_default(options: dict[str, Any], name: str) -> str:
    """Return what the table must say about a default."""
    if options[name].get("required"):
        return "required"
    value = _defaults()[name]
    if isinstance(value, str) and "{{" in value:
        other = re.fullmatch(r"\{\{ (deploy_\w+) \}\}", value)
        return f"as `{other[1]}`" if other else "`pending/privkey.pem` in the folder of the certificate"
    if isinstance(value, str):
        return f"`{value}`" if value and not value.isdigit() else f'`"{value}"`'
    return f"`{str(value).lower()}`" if isinstance(value, bool) else f"`{value}`"


def test_the_table_of_the_readme_is_that_of_the_argument_specs() -> None:
    options = _options()
    rows = {name: (kind, default) for name, kind, default, _meaning in _ROW.findall(README)}
    assert rows == {name: (about["type"], _written_default(options, name)) for name, about in options.items()}


def test_the_argument_specs_state_the_defaults() -> None:
    defaults = _defaults()
    options = _options()
    assert defaults.keys() == {name for name, about in options.items() if not about.get("required")}
    for name, about in options.items():
        if "default" in about:
            assert about["default"] == defaults[name], name


@pytest.mark.parametrize("option", ["deploy_links", "deploy_served"])
def test_the_readme_names_every_key_and_choice_of_an_entry(option: str) -> None:
    for key, about in _options()[option]["options"].items():
        assert f"`{key}`" in README, key
        for choice in about.get("choices", []):
            assert f"`{choice}`" in README, choice


def test_every_output_is_described_with_its_file() -> None:
    section = README.partition("### Outputs and links")[2].partition("\n### ")[0]
    described = dict(re.findall(r"^\| `(\w+)` \| `([\w.]+)` \|", section, re.MULTILINE))
    assert described == FILES
    assert set(_options()["deploy_links"]["options"]["output"]["choices"]) == described.keys()


def test_the_host_module_gets_every_variable_about_files() -> None:
    """What it does with owner, group, mode and SELinux type is shown in tests/unit/test_host_install.py."""
    request = _variables()["__deploy_request"]
    # decided by what is reloaded and what must be served
    assert "clean_up" in install_options()
    del request["clean_up"]
    passed = {re.fullmatch(r"\{\{ deploy_(\w+) \}\}", value)[1]: name for name, value in request.items()}  # type: ignore[index]
    for_other_steps = {
        name for name in _options() if name.startswith(("deploy_served", "deploy_before", "deploy_reload"))
    }
    assert {f"deploy_{name}" for name in passed} == _options().keys() - for_other_steps
    assert {variable for variable, name in passed.items() if variable != name} == {"force_reload"}
    assert request.keys() < install_options().keys()
    assert install_options()["keystore_passphrase"]["no_log"] is True


def test_no_task_but_those_of_the_host_module_writes_a_file() -> None:
    modules = {
        key
        for path in sorted((ROLE / "tasks").glob("*.yml"))
        for task in _tasks(yaml.safe_load(path.read_text(encoding="utf-8")))
        for key in task
        if "." in key
    }
    ours = {name.rpartition(".")[2] for name in modules if name.startswith("community.")}
    assert ours == {"digicert_host_certificate", "digicert_served_certificate_info"}
    assert {name.rpartition(".")[2] for name in modules if name.startswith("ansible.")} == {
        "assert",
        "command",
        "fail",
        "import_tasks",
        "include_tasks",
        "service",
        "set_fact",
    }
