# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floors of plugins/module_utils hold, as docs/architecture.md lists them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_UTILS = _ROOT / "plugins" / "module_utils"
_PACKAGE = "ansible_collections.community.digicert.plugins.module_utils"
_ROW = re.compile(r"^\| (\d) \| (.+?) \|", re.MULTILINE)
_USE_CASES = 5


def _documented_floors() -> dict[str, int]:
    """Return the floor of each name in the table; ``…`` there stands for the use cases that are not listed."""
    text = (_ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text.split("## The floors of", 1)[1].split("\n## ", 1)[0]
    return {name: int(floor) for floor, names in _ROW.findall(section) for name in re.findall(r"`([^`]+)`", names)}


_FLOORS = _documented_floors()
_FILES = {path.relative_to(_UTILS).as_posix(): path for path in sorted(_UTILS.rglob("*.py"))}


def _floor(name: str) -> int:
    if name.startswith("_certcentral/"):
        return _FLOORS["_certcentral/"]
    return _FLOORS.get(name, _USE_CASES)


def _imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, ``from package import module`` resolved to the module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _own_imports(path: Path) -> set[str]:
    found = set()
    for module in _imports(path):
        if module.startswith(f"{_PACKAGE}."):
            name = module[len(_PACKAGE) + 1 :].replace(".", "/") + ".py"
            if name in _FILES:
                found.add(name)
    return found


def test_the_table_names_files_that_exist() -> None:
    assert len(_FLOORS) > 10
    assert [name for name in _FLOORS if not (_UTILS / name).exists()] == []


@pytest.mark.parametrize("name", _FILES)
def test_nothing_is_imported_from_a_higher_floor(name: str) -> None:
    higher = {other for other in _own_imports(_FILES[name]) if _floor(other) > _floor(name)}
    assert higher == set()


def test_there_is_no_circle() -> None:
    left = {name: _own_imports(path) for name, path in _FILES.items()}
    while left:
        free = {name for name, needed in left.items() if not needed & left.keys()}
        assert free, f"these import each other: {sorted(left)}"
        left = {name: needed for name, needed in left.items() if name not in free}


def test_only_options_and_the_run_of_a_module_know_ansible() -> None:
    users = {name for name, path in _FILES.items() if any(m.startswith("ansible.") for m in _imports(path))}
    assert users == {"_module.py", "_options.py"}


def test_only_the_client_speaks_http() -> None:
    libraries = ("requests", "urllib3", "urllib.request", "http.")
    users = {name for name, path in _FILES.items() if any(m.startswith(libraries) for m in _imports(path))}
    assert users == {"_client.py"}


def test_only_the_client_and_the_served_check_connect() -> None:
    users = {name for name, path in _FILES.items() if any(m.startswith("socket") for m in _imports(path))}
    assert users == {"_client.py", "_served_certificate.py"}


@pytest.mark.parametrize("name", [name for name, floor in _FLOORS.items() if floor == 3])
def test_decisions_have_neither_clock_nor_files(name: str) -> None:
    tree = ast.parse(_FILES[name].read_text(encoding="utf-8"))
    outside = {"os", "time", "pathlib", "subprocess", "tempfile", "random", "socket"}
    assert {module.split(".")[0] for module in _imports(_FILES[name])} & outside == set()
    calls = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert calls & {"now", "today", "utcnow", "read_text", "read_bytes"} == set()


def test_plugins_do_not_know_the_simulator() -> None:
    told = [path for path in (_ROOT / "plugins").rglob("*.py") if "simulator" in path.read_text(encoding="utf-8")]
    assert told == []
