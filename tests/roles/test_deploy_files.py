# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of the role deploy, read: what its README promises, and who may read what it writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROLE = Path(__file__).parents[2] / "roles" / "deploy"
README = (ROLE / "README.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| `(deploy_\w+)` \| (\w+) \| (.+?) \| (.+) \|$", re.MULTILINE)
# Modules that write files on the host.
_WRITERS = {"assemble", "copy", "file", "java_keystore", "openssl_pkcs12", "x509_certificate_convert"}


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


def _writing_tasks() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield name, module and arguments of every task that writes a file or a folder with a content."""
    for path in sorted((ROLE / "tasks").glob("*.yml")):
        for task in _tasks(yaml.safe_load(path.read_text(encoding="utf-8"))):
            for key, arguments in task.items():
                module = key.rpartition(".")[2]
                if module in _WRITERS and arguments.get("state") not in ("absent", "link"):
                    yield task["name"], module, arguments


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
    variables = yaml.safe_load((ROLE / "vars" / "main.yml").read_text(encoding="utf-8"))
    section = README.partition("### Outputs and links")[2].partition("\n### ")[0]
    described = dict(re.findall(r"^\| `(\w+)` \| `([\w.]+)` \|", section, re.MULTILINE))
    assert described == variables["__deploy_output_files"]
    assert set(_options()["deploy_links"]["options"]["output"]["choices"]) == described.keys()


def test_whatever_is_written_gets_owner_mode_and_selinux_type() -> None:
    """What is written without a type of its own gets the one that the policy has for the place.

    Ansible's modules move a new file into its place and then set that. Only a host with SELinux can show it.
    """
    found = list(_writing_tasks())
    assert {module for _name, module, _arguments in found} == _WRITERS
    for name, module, arguments in found:
        assert arguments["setype"] == "{{ deploy_setype | default(omit, true) }}", name
        assert "mode" in arguments, name
        # the trace of a run belongs to whoever runs it
        if arguments.get("dest") != "{{ __deploy_marker }}":
            assert {"owner", "group"} <= arguments.keys(), (name, module)


def test_whatever_holds_the_key_gets_the_access_of_the_key() -> None:
    with_key = [
        arguments
        for name, module, arguments in _writing_tasks()
        if module in ("assemble", "openssl_pkcs12", "java_keystore") or "private key" in name
    ]
    assert len(with_key) == 4
    for arguments in with_key:
        assert arguments["mode"] == "{{ deploy_key_mode }}"
        assert arguments["owner"] == "{{ deploy_key_owner | default(omit, true) }}"
        assert arguments["group"] == "{{ deploy_key_group | default(omit, true) }}"
