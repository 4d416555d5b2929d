# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environment tool: its stamp, what it takes out of the wheel, the interpreters it finds."""

from __future__ import annotations

import json
import os
import re
import sys
import zipfile
from pathlib import Path

import bundle
import pytest
import yaml
from environment import requirement_files
from interpreters import find_interpreters, interpreter_folders
from paths import ROOT
from surroundings import clean_environment, with_interpreters


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """Return a wheel with two small collections."""
    path = tmp_path / "ansible-12.0.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, version in (("community/crypto", "3.0.0"), ("community/general", "11.0.0"), ("other/thing", "1.0.0")):
            manifest = {"collection_info": {"version": version}}
            archive.writestr(f"ansible_collections/{name}/MANIFEST.json", json.dumps(manifest))
            archive.writestr(f"ansible_collections/{name}/plugins/modules/one.py", "one = 1\n")
    return path


def test_what_galaxy_yml_depends_on_is_installed() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert sorted(galaxy["dependencies"]) == sorted(bundle.DEPENDENCIES)


def test_a_requirements_file_brings_what_it_includes() -> None:
    names = [file.name for file in requirement_files("developer")]
    assert names == ["requirements-developer.txt", "requirements-test.txt", "requirements-demo.txt"]


def test_only_the_named_collections_are_taken(wheel: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundle, "ROOT", tmp_path)
    folder = tmp_path / "made" / "collections"
    assert bundle.install_collections(wheel, folder) == ["community.crypto", "community.general"]
    root = folder / "ansible_collections"
    assert sorted(path.name for path in (root / "community").iterdir()) == ["crypto", "digicert", "general"]
    assert not (root / "other").exists()
    assert (root / "community" / "digicert").resolve() == tmp_path


def test_what_is_there_stays_and_what_is_old_is_replaced(
    wheel: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bundle, "ROOT", tmp_path)
    folder = tmp_path / "collections"
    bundle.install_collections(wheel, folder)
    community = folder / "ansible_collections" / "community"
    (community / "crypto" / "mine").write_text("kept", encoding="utf-8")
    (community / "general" / "MANIFEST.json").write_text("{}", encoding="utf-8")
    (community / "general" / "old").write_text("gone", encoding="utf-8")
    assert bundle.install_collections(wheel, folder) == ["community.general"]
    assert (community / "crypto" / "mine").exists()
    assert not (community / "general" / "old").exists()


def test_a_wheel_without_the_collection_is_refused(wheel: Path, tmp_path: Path) -> None:
    with pytest.raises(LookupError, match=r"community\.missing"):
        bundle.install_collections(wheel, tmp_path / "collections", ["community.missing"])


def test_this_interpreter_is_found_where_it_lies() -> None:
    found = find_interpreters()
    assert sys.version_info[:2] in found
    for version, path in found.items():
        assert re.match(r"python3?(\.\d+)?$", path.name), f"{version} answers as {path}"
        assert os.access(path, os.X_OK)
    assert "shims" not in os.pathsep.join(interpreter_folders())


def test_a_lane_sees_no_setting_that_leads_to_the_service(tmp_path: Path) -> None:
    base = {
        "PATH": "/bin",
        "HOME": "/home/me",
        "DIGICERT_API_KEY": "secret",
        "DIGICERT_API_URL": "https://www.digicert.com",
        "ANSIBLE_VAULT_PASSWORD_FILE": "/home/me/vault",
        "https_proxy": "http://proxy:3128",
        "no_proxy": "intranet",
    }
    seen = clean_environment(tmp_path / "venv", tmp_path / "collections", base)
    assert not [name for name in seen if name.startswith("DIGICERT_")]
    assert "ANSIBLE_VAULT_PASSWORD_FILE" not in seen
    assert seen["no_proxy"] == "intranet,127.0.0.1,::1,localhost"
    assert seen["PATH"] == f"{tmp_path / 'venv' / 'bin'}:/bin"
    assert with_interpreters(seen)["PATH"].split(":")[0] == str(tmp_path / "venv" / "bin")
