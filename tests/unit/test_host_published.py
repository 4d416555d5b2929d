# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The note of what is published for a validation, on the host whose certificate it is for."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.module_utils._decisions.delivery import ways
from ansible_collections.community.digicert.plugins.module_utils._host.files import HostError
from ansible_collections.community.digicert.plugins.module_utils._host.published import PUBLISHED, note, would_note
from ansible_collections.community.digicert.tests.unit.host_scene import Scene, issue, tree, with_certificate

_USED = issue()
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two users")


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Return a host on which a certificate is in use."""
    monkeypatch.setattr(os, "fsync", lambda _fd: None)
    found = Scene(tmp_path)
    found.put_into_service(_USED)
    return found


def _way(scene: Scene) -> str:
    request = {"name": "www", "force": False}
    return next(way for way, names in ways([request], [scene.look()], {}).items() if names)


def test_what_is_noted_is_drift_until_the_note_is_removed(scene: Scene) -> None:
    before = tree(scene.folder)
    assert (scene.look()["needs"], scene.look()["published"]) == ("none", None)
    assert [scene.note(scene.record), scene.note(scene.record)] == [True, False]
    file = scene.home / PUBLISHED
    assert file.stat().st_mode & 0o777 == 0o600
    reason = f"{file} lists records that an interrupted run left published"
    found = scene.look()
    assert (found["needs"], found["reasons"]) == ("install", [reason])
    assert found["published"] == {"records": [scene.record], "reason": reason}
    # its files need nothing, and no service has to be reloaded
    assert _way(scene) == "keep"
    assert [scene.note(), scene.note()] == [True, False]
    assert tree(scene.folder) == before


def test_other_reasons_count_as_ever(scene: Scene) -> None:
    scene.note(scene.record)
    (scene.current / "chain.pem").write_text("spoiled", encoding="ascii")
    assert (scene.look()["needs"], _way(scene)) == ("install", "obtain")
    scene.ok("installed", **with_certificate(_USED))
    # the installation and the way back know nothing of it
    scene.ok("in_service")
    assert (scene.home / PUBLISHED).exists()
    assert scene.look(dns_names=["other.example.com"])["needs"] == "certificate"


def test_only_what_is_needed_to_remove_a_record_is_noted(scene: Scene) -> None:
    scene.note({**scene.record, "dcv_nsupdate_key_secret": "secret", "expires": None})
    assert "secret" not in (scene.home / PUBLISHED).read_text(encoding="ascii")
    assert scene.look()["published"]["records"] == [scene.record]


def test_check_mode_writes_nothing(scene: Scene) -> None:
    where = (str(scene.directory), "www")
    assert [would_note(*where, [scene.record]), would_note(*where, [])] == [True, False]
    assert not (scene.home / PUBLISHED).exists()
    scene.note(scene.record)
    assert [would_note(*where, [scene.record]), would_note(*where, [])] == [False, True]


def test_without_a_folder_nothing_can_be_noted_and_nothing_is_published(tmp_path: Path) -> None:
    def write(*records: dict[str, Any]) -> bool:
        return note(str(tmp_path), "www", records, lambda _path, _setype: None, lock_timeout=1)

    assert not write()
    with pytest.raises(HostError, match="www does not exist"):
        write({"name": "www.example.com"})


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"records": []}', '{"records": 5}', '{"records": ["a"]}', '{"records": null}', "[" * 99999],
)
def test_a_note_that_cannot_be_read_is_one_sentence(scene: Scene, content: str) -> None:
    (scene.home / PUBLISHED).write_text(content, encoding="ascii")
    (scene.home / PUBLISHED).chmod(0o600)
    found = scene.look()
    assert found["published"]["records"] == []
    assert found["reasons"] == [found["published"]["reason"]]
    assert "is not a list of records, so what it says is not carried out. Remove" in found["reasons"][0]
    assert _way(scene) == "keep"
    # what is published next is noted
    assert scene.note(scene.record)
    assert scene.look()["published"]["records"] == [scene.record]


def test_too_many_records_are_refused(scene: Scene) -> None:
    content = json.dumps({"records": [scene.record] * 1001})
    (scene.home / PUBLISHED).write_text(content, encoding="ascii")
    assert scene.look()["published"]["records"] == []


@pytest.mark.parametrize("kind", ["a link", "a folder", "writable by others"])
def test_what_others_could_have_written_is_not_carried_out(scene: Scene, kind: str) -> None:
    path, elsewhere = scene.home / PUBLISHED, scene.site / "note"
    scene.note(scene.record)
    if kind == "a link":
        path.rename(elsewhere)
        path.symlink_to(elsewhere)
    elif kind == "a folder":
        path.unlink()
        path.mkdir()
    else:
        path.chmod(0o666)
    found = scene.look()
    assert (found["needs"], found["published"]["records"]) == ("install", [])
    assert str(path) in found["published"]["reason"]


@root_only
def test_a_note_of_another_user_is_not_carried_out(scene: Scene) -> None:
    scene.note(scene.record)
    os.chown(scene.home / PUBLISHED, 1234, 1234)
    assert "could have been written by another user (ID 1234" in scene.look()["published"]["reason"]
