# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The folders of plugins/module_utils are floors: a file imports only from its own folder and from floors below it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

# slow, and nothing of ansible-core is in it
pytestmark = pytest.mark.once

_ROOT = Path(__file__).resolve().parents[2]
_PLUGINS = _ROOT / "plugins"
_UTILS = _PLUGINS / "module_utils"

# From the bottom up; folders of one line are neighbours that do not know each other.
_FLOORS = (
    ("_x509",),
    ("_certcentral",),
    ("_decisions",),
    ("_dcv", "_host", "_report"),
    ("_use_cases",),
    ("_module",),
)
_LEVEL = {folder: level for level, folders in enumerate(_FLOORS) for folder in folders}
_FILES = {path.relative_to(_UTILS).as_posix(): path for path in sorted(_UTILS.rglob("*.py"))}
_PURE = [name for name in _FILES if name.startswith(("_decisions/", "_dcv/", "_report/"))]

# Names of the calls that read a clock, a file or a random source.
_IMPURE_CALLS = {"now", "today", "utcnow", "read_text", "read_bytes", "write_text", "write_bytes", "open", "urandom"}
_IMPURE_MODULES = {"os", "time", "pathlib", "subprocess", "tempfile", "random", "secrets", "socket"}


def _imports(path: Path) -> Iterator[str]:
    """Yield what a file imports as dotted names; those of the collection start at ``plugins``."""
    package = path.relative_to(_ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join(filter(None, (*above, node.module)))
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _own_imports(path: Path) -> set[str]:
    """Return the files of module_utils that a file imports, by their path below it."""
    prefix = "plugins.module_utils."
    found = (name[len(prefix) :].replace(".", "/") + ".py" for name in _imports(path) if name.startswith(prefix))
    return {name for name in found if name in _FILES}


def _users_of(*libraries: str) -> set[str]:
    """Return the files that import one of the libraries or a module below it."""
    below = tuple(f"{library}." for library in libraries)
    return {
        name
        for name, path in _FILES.items()
        if any(module in libraries or module.startswith(below) for module in _imports(path))
    }


def _folder(name: str) -> str:
    return name.split("/", maxsplit=1)[0]


def test_every_file_is_on_a_floor() -> None:
    assert {_folder(name) for name in _FILES} == set(_LEVEL)


@pytest.mark.parametrize("name", _FILES)
def test_a_file_imports_only_from_its_folder_and_from_lower_floors(name: str) -> None:
    own = _folder(name)
    others = {_folder(other) for other in _own_imports(_FILES[name])} - {own}
    assert {folder for folder in others if _LEVEL[folder] >= _LEVEL[own]} == set()


def test_no_import_is_circular() -> None:
    left = {name: _own_imports(path) for name, path in _FILES.items()}
    while left:
        free = {name for name, needed in left.items() if not needed & left.keys()}
        assert free, f"these import each other: {sorted(left)}"
        left = {name: needed for name, needed in left.items() if name not in free}


@pytest.mark.parametrize("name", _FILES)
def test_no_file_imports_the_private_names_of_another(name: str) -> None:
    tree = ast.parse(_FILES[name].read_text(encoding="utf-8"))
    private = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
        for alias in node.names
        if alias.name.startswith("_") and not (_UTILS / _folder(name) / f"{alias.name}.py").exists()
    }
    assert private <= {"shape", "listing"}


def test_every_import_of_the_collection_is_relative() -> None:
    absolute = [
        path.relative_to(_ROOT).as_posix()
        for path in sorted(_PLUGINS.rglob("*.py"))
        if any(name.startswith("ansible_collections.community.digicert") for name in _imports(path))
    ]
    assert absolute == []


def test_only_the_top_floor_imports_ansible() -> None:
    assert {_folder(name) for name in _users_of("ansible")} == {"_module"}


def test_only_the_client_speaks_http() -> None:
    assert _users_of("requests", "urllib3", "urllib.request", "http") == {"_certcentral/client.py"}


def test_only_the_client_and_the_handshake_open_connections() -> None:
    assert _users_of("socket") == {"_certcentral/client.py", "_host/handshake.py"}


def test_only_the_folder_changes_files_of_a_host() -> None:
    """Of the others, one makes the system calls that it is given, one opens folders, one compares links,
    and one only locks a file of its own.
    """
    users = _users_of("os", "fcntl", "shutil", "tempfile", "subprocess")
    expected = {f"_host/{name}.py" for name in ("files", "folder", "walk", "outputs", "run_locks")}
    assert {name for name in users if _folder(name) == "_host"} == expected


@pytest.mark.parametrize("name", _PURE)
def test_decisions_read_no_clock_and_no_files(name: str) -> None:
    assert {module.split(".")[0] for module in _imports(_FILES[name])} & _IMPURE_MODULES == set()
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
        for node in ast.walk(ast.parse(_FILES[name].read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    assert called & _IMPURE_CALLS == set()


def test_plugins_do_not_mention_the_simulator() -> None:
    mentions = [path for path in _PLUGINS.rglob("*.py") if "simulator" in path.read_text(encoding="utf-8")]
    assert mentions == []
