# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collections beside an environment: what is taken out of the wheel, and what stays."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import bundle
import pytest
import yaml
from paths import ROOT


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


def test_the_collection_depends_on_no_other() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert galaxy["dependencies"] == {}


def test_only_the_named_collections_are_taken(wheel: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundle, "ROOT", tmp_path)
    folder = tmp_path / "made" / "collections"
    assert bundle.install_collections(wheel, folder, bundle.USED_BY_TESTS) == ["community.crypto", "community.general"]
    root = folder / "ansible_collections"
    assert sorted(path.name for path in (root / "community").iterdir()) == ["crypto", "digicert", "general"]
    assert not (root / "other").exists()
    assert (root / "community" / "digicert").resolve() == tmp_path


def test_what_is_there_stays_and_what_is_old_is_replaced(
    wheel: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bundle, "ROOT", tmp_path)
    folder = tmp_path / "collections"
    bundle.install_collections(wheel, folder, bundle.USED_BY_TESTS)
    community = folder / "ansible_collections" / "community"
    (community / "crypto" / "mine").write_text("kept", encoding="utf-8")
    (community / "general" / "MANIFEST.json").write_text("{}", encoding="utf-8")
    (community / "general" / "old").write_text("gone", encoding="utf-8")
    assert bundle.install_collections(wheel, folder, bundle.USED_BY_TESTS) == ["community.general"]
    assert (community / "crypto" / "mine").exists()
    assert not (community / "general" / "old").exists()


def test_a_wheel_without_the_collection_is_refused(wheel: Path, tmp_path: Path) -> None:
    with pytest.raises(LookupError, match=r"community\.missing"):
        bundle.install_collections(wheel, tmp_path / "collections", ["community.missing"])
