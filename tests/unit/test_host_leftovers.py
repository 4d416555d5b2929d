# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What interrupted runs leave on a host is reported and removed, and no key is used for a second certificate."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._decisions.delivery import ways
from ansible_collections.community.digicert.plugins.module_utils._host import files as _files
from ansible_collections.community.digicert.plugins.module_utils._host.files import HostError
from ansible_collections.community.digicert.plugins.module_utils._host.folder import Folder
from ansible_collections.community.digicert.plugins.module_utils._host.walk import make_path
from ansible_collections.community.digicert.tests.unit import host_scene, pki
from ansible_collections.community.digicert.tests.unit.host_scene import Scene, issue, tree, with_certificate

_OLD, _USED, _NEW = issue(), issue(), issue()


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Return a host on which a certificate is in use, with a former one."""
    monkeypatch.setattr(os, "fsync", lambda _fd: None)
    found = Scene(tmp_path)
    found.put_into_service(_OLD)
    found.put_into_service(_USED)
    return found


def _way(scene: Scene) -> str:
    """Return what the role certificate does after a look at the host."""
    request = {"name": "www", "force": False}
    return next(way for way, names in ways([request], [scene.look()], {}).items() if names)


def test_an_installed_key_that_is_still_staged_is_drift_and_goes(scene: Scene) -> None:
    assert _way(scene) == "keep"
    scene.stage(_USED.key)
    (scene.home / "pending" / "request.csr").write_text(pki.csr_pem(_USED.key), encoding="ascii")
    found = scene.look()
    assert (found["needs"], found["pending_key"]) == ("install", None)
    assert "pending/privkey.pem is already installed" in found["reasons"][0]
    # nothing is ordered for it
    assert _way(scene) == "install"
    predicted = scene.ok("installed", check_mode=True, **with_certificate(_USED))
    done = scene.ok("installed", **with_certificate(_USED))
    assert (predicted["action"], done["action"], done["needs_reload"]) == ("clean_up", "clean_up", False)
    assert done["reasons"] == ["an interrupted run left pending behind"]
    assert not (scene.home / "pending").exists()
    assert _way(scene) == "keep"


def test_a_run_killed_after_the_switch_is_completed_without_an_order(scene: Scene) -> None:
    scene.install(_NEW)
    found = scene.look()
    assert (found["needs"], found["pending_key"]) == ("install", None)
    assert _way(scene) == "install"
    done = scene.ok("installed", **with_certificate(_NEW))
    assert (done["action"], done["interrupted"]) == ("reload", True)
    assert (scene.home / "pending").exists()
    scene.ok("in_service")
    assert not (scene.home / "pending").exists()
    assert _way(scene) == "keep"


@pytest.mark.parametrize("left", [".new-current", "sets/.new-1", "pending/.new-privkey.pem", "sets/{}/.new-cert.pem"])
def test_what_is_incomplete_is_drift_and_goes(scene: Scene, left: str) -> None:
    path = scene.home / left.format(scene.in_use)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text("half", encoding="ascii")
    assert f"{path} was left incomplete by an interrupted run" in scene.look()["reasons"]
    assert _way(scene) == "install"
    assert scene.ok("installed", **with_certificate(_USED))["action"] == "clean_up"
    assert not path.exists()
    assert _way(scene) == "keep"


def test_a_staged_key_of_an_open_order_is_no_drift(scene: Scene) -> None:
    scene.stage(_NEW.key)
    assert scene.look()["needs"] == "none"
    assert scene.look()["pending_key"]["fits"]
    scene.ok("installed", **with_certificate(_USED))
    assert (scene.home / "pending" / "privkey.pem").exists()


@pytest.mark.parametrize("staged", [_USED, _OLD])
def test_the_key_of_an_installed_set_is_never_staged_again(scene: Scene, staged: pki.Issued) -> None:
    """Neither that of the set in use nor that of a former one: it may not be trusted any more."""
    scene.stage(staged.key)
    predicted = scene.ok("staged", check_mode=True, key_type="ECC")
    done = scene.ok("staged", key_type="ECC")
    assert "already installed" in done["reasons"][0]
    assert predicted["reasons"] == done["reasons"]
    content = (scene.home / "pending" / "privkey.pem").read_bytes()
    assert content not in (pki.key_pem(_USED.key), pki.key_pem(_OLD.key))
    assert scene.ok("staged", key_type="ECC")["action"] == "none"


def test_the_key_in_use_is_staged_if_that_is_requested(scene: Scene) -> None:
    scene.ok("staged", key_reuse=True)
    assert (scene.home / "pending" / "privkey.pem").read_bytes() == pki.key_pem(_USED.key)
    assert scene.ok("staged", key_reuse=True)["action"] == "none"


@pytest.mark.parametrize("name", ["privkey.pem", "cert.pem", "fullchain.pem"])
def test_a_set_that_is_changed_before_the_switch_is_not_put_into_use(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """As if the owner of its files exchanged one of them between the comparison and the switch."""
    scene.stage(_NEW.key)
    path = scene.home / "sets" / host_scene.serial(_NEW) / name

    def exchange(call: str, where: str) -> None:
        if call == "rename" and where.endswith(".deploying"):
            path.write_bytes((scene.current / name).read_bytes())

    monkeypatch.setattr(_files, "observe", exchange)
    said = scene.fails("installed", **with_certificate(_NEW))
    assert f"the certificate {host_scene.serial(_USED)} stays in use" in said
    assert scene.in_use == host_scene.serial(_USED)
    assert not (scene.home / ".deploying").exists()


def test_a_file_that_disappears_meanwhile_leaves_the_old_certificate(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the owner of a folder with a copy removed the file before it is renamed."""
    links = [{"path": str(scene.site / "www.pem"), "output": "fullchain", "copy": True}]
    scene.stage(_NEW.key)

    def remove(call: str, where: str) -> None:
        if call == "rename" and where.endswith("www.pem"):
            (scene.site / ".new-www.pem").unlink(missing_ok=True)

    monkeypatch.setattr(_files, "observe", remove)
    said = scene.fails("installed", links=links, **with_certificate(_NEW))
    assert "disappeared while the certificate was installed" in said
    assert f"the certificate {host_scene.serial(_USED)} stays in use" in said
    assert scene.in_use == host_scene.serial(_USED)


def test_a_trace_that_others_may_write_is_not_carried_out(scene: Scene) -> None:
    scene.stage(_NEW.key)
    trace = scene.home / ".deploying"
    trace.write_text("{}", encoding="ascii")
    trace.chmod(0o666)
    before = tree(scene.home)
    for state in ("installed", "in_service", "previous", "staged"):
        assert f"{trace} could have been written by another user" in scene.fails(state, **with_certificate(_NEW))
    assert tree(scene.home) == before


def _make_huge(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 40)


@pytest.mark.parametrize("name", ["cert.pem", "privkey.pem", "combined.pem"])
def test_a_pipe_or_a_huge_file_does_not_block_the_look(scene: Scene, name: str) -> None:
    used = scene.current.resolve()
    for spoil in (os.mkfifo, _make_huge):
        (used / name).unlink(missing_ok=True)
        spoil(used / name)
        found = scene.look(outputs=["combined"])
        assert found["needs"] in ("certificate", "install")
        assert any(f"{scene.current / name}" in reason or "key is missing" in reason for reason in found["reasons"])


def test_the_look_says_what_an_installation_would_refuse(scene: Scene) -> None:
    (scene.home / "sets").chmod(0o777)
    found = scene.look()
    assert found["needs"] == "install"
    assert f"chmod go-w {scene.home}/sets" in str(found["reasons"])


def test_no_tree_is_removed_from_the_folder_of_somebody_else(scene: Scene) -> None:
    theirs = scene.site / ".new-www.pem" / "deep"
    theirs.mkdir(parents=True)
    links = [{"path": str(scene.site / "www.pem"), "output": "fullchain", "copy": True}]
    scene.stage(_NEW.key)
    said = scene.fails("installed", links=links, **with_certificate(_NEW))
    assert f"{theirs.parent} is a folder. Move it away" in said
    assert theirs.is_dir()
    assert scene.in_use == host_scene.serial(_USED)


def test_a_tree_deeper_than_ours_is_refused_and_not_a_traceback(scene: Scene) -> None:
    deep = scene.home / ".new-x"
    for _number in range(20):
        deep = deep / "x"
    deep.mkdir(parents=True)
    assert "is nested deeper" in scene.fails("in_service")
    with make_path(str(scene.home), 0o755) as home, pytest.raises(HostError, match="is a folder"):
        Folder.discard(home, "sets")
