# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tarball: it contains only what users need, installs without a network, and works once installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from checkout import copy_checkout, own_files
from paths import COLLECTIONS, IMPORTER_VENV, NAME, NAMESPACE

FQCN = f"{NAMESPACE}.{NAME}"
# What a user reads, runs or must have for the licence; everything else stays out of the tarball.
ALLOWED = re.compile(
    r"""
    (FILES|MANIFEST)\.json
    | README\.md | SECURITY\.md | COPYING | LICENSES | LICENSES/GPL-3\.0-or-later\.txt
    | CHANGELOG\.(md|rst) | changelogs | changelogs/changelog\.yaml
    | meta | meta/(runtime\.yml|execution-environment\.yml|ee-requirements\.txt|ee-bindep\.txt)
    | plugins(/(modules|module_utils|plugin_utils|doc_fragments|action|filter|inventory|lookup)(/[a-z0-9_/]+(\.py)?)?)?
    | roles(/(csr|dcv|deploy|certificate)(/README\.md)?)?
    | roles/[a-z]+/(defaults|files|handlers|meta|tasks|templates|vars)(/[A-Za-z0-9_./-]+)?
    | playbooks(/README\.md|/[a-z0-9_/]+(\.yml)?)?
    | extensions(/eda(/[a-z0-9_/]+(\.(py|yml))?)?)?
    | docs | docs/[a-z0-9_-]+\.(md|rst) | docs/(docsite|awx)(/[A-Za-z0-9_./-]+)?
    """,
    re.VERBOSE,
)
ONLY_FOR_DEVELOPERS = ("docs/architecture.md", "docs/contracts.md", "changelogs/fragments", "changelogs/config.yaml")


def _bin(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _run(*command: str, collections: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collections)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the collection from a copy of the checkout and return the tarball."""
    folder = tmp_path_factory.mktemp("build")
    source = copy_checkout(folder / "source")
    built = _run(
        _bin("ansible-galaxy"), "collection", "build", "--output-path", str(folder), collections=folder, folder=source
    )
    assert built.returncode == 0, built.stderr
    (made,) = folder.glob(f"{NAMESPACE}-{NAME}-*.tar.gz")
    return made


@pytest.fixture(scope="session")
def members(tarball: Path) -> list[str]:
    """Return the paths of everything in the tarball."""
    with tarfile.open(tarball) as archive:
        return [name for name in archive.getnames() if name != "."]


@pytest.fixture(scope="session")
def installed(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the tarball into an empty folder and return it as ANSIBLE_COLLECTIONS_PATH."""
    place = tmp_path_factory.mktemp("collections")
    command = ["collection", "install", str(tarball), "--offline", "--no-deps", "--collections-path", str(place)]
    done = _run(_bin("ansible-galaxy"), *command, collections=place, folder=place)
    assert done.returncode == 0, done.stderr
    # The collections it depends on come from their own tarballs; the checkout itself must not be visible.
    for dependency in ("crypto", "general"):
        (place / "ansible_collections" / NAMESPACE / dependency).symlink_to(
            (COLLECTIONS / "ansible_collections" / NAMESPACE / dependency).resolve()
        )
    return place


def _plugins(place: Path, kind: str) -> list[str]:
    folder = place / "ansible_collections" / NAMESPACE / NAME / kind
    if kind == "roles":
        return sorted(path.name for path in folder.iterdir() if path.is_dir())
    return sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")


def _documentation(place: Path, kind: str, names: list[str]) -> dict[str, object]:
    done = _run(
        _bin("ansible-doc"),
        "--json",
        "-t",
        kind,
        *(f"{FQCN}.{name}" for name in names),
        collections=place,
        folder=place,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_it_contains_only_what_users_need(members: list[str]) -> None:
    surplus = [name for name in members if not ALLOWED.fullmatch(name) or name.startswith(ONLY_FOR_DEVELOPERS)]
    assert not surplus


def test_it_contains_what_users_need(members: list[str]) -> None:
    needed = {"README.md", "COPYING", "LICENSES/GPL-3.0-or-later.txt", "meta/runtime.yml", "meta/ee-requirements.txt"}
    own = {name for name in own_files() if name.startswith(("plugins/", "roles/", "playbooks/"))}
    assert not (needed | own) - set(members)


def test_every_installed_module_is_documented(installed: Path) -> None:
    names = _plugins(installed, "plugins/modules")
    assert names
    assert sorted(_documentation(installed, "module", names)) == [f"{FQCN}.{name}" for name in names]


def test_every_installed_role_is_documented(installed: Path) -> None:
    names = _plugins(installed, "roles")
    assert names
    assert sorted(_documentation(installed, "role", names)) == [f"{FQCN}.{name}" for name in names]


def test_the_action_group_lists_installed_modules(installed: Path) -> None:
    done = _run(_bin("ansible-doc"), "--json", "--list", "-t", "module", FQCN, collections=installed, folder=installed)
    assert done.returncode == 0, done.stderr
    listed = set(json.loads(done.stdout))
    assert listed == {f"{FQCN}.{name}" for name in _plugins(installed, "plugins/modules")}


def test_an_installed_module_starts(installed: Path, tmp_path: Path) -> None:
    """It gets as far as the connection, to which nothing answers, so all its files are in the tarball."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"api_key=0123456789abcdef api_url=http://127.0.0.1:{port} order_id=1 timeout=2"
    command = ["localhost", "-c", "local", "-m", f"{FQCN}.digicert_order_info", "-a", options]
    interpreter = ["-e", f"ansible_python_interpreter={sys.executable}"]
    done = _run(_bin("ansible"), *command, *interpreter, collections=installed, folder=tmp_path)
    assert done.returncode != 0
    assert f"127.0.0.1:{port}" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "MODULE FAILURE" not in done.stdout


def test_galaxy_importer_accepts_it(tarball: Path, tmp_path: Path) -> None:
    """galaxy-importer reports no problems; ansible-lint is a separate lane."""
    settings = tmp_path / "galaxy-importer.cfg"
    settings.write_text("[galaxy-importer]\nrun_ansible_lint = false\nrun_ansible_test = false\n", encoding="utf-8")
    copy = shutil.copy(tarball, tmp_path)
    python = IMPORTER_VENV / "bin" / "python"
    environment = {**os.environ, "GALAXY_IMPORTER_CONFIG": str(settings)}
    environment["PATH"] = os.pathsep.join([str(python.parent), os.environ["PATH"]])
    done = subprocess.run(
        [python, "-m", "galaxy_importer.main", copy],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "Importer processing completed successfully" in said
    assert not re.findall(r"^(?:ERROR|WARNING).*", said, re.MULTILINE)
