# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of validations below the folder of a web server, also if its user and the service are hostile."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.module_utils._host.files import FileAccess, HostError
from ansible_collections.community.digicert.plugins.module_utils._host.web_files import (
    MARKER,
    WebAccess,
    WebFile,
    publish,
    withdraw,
)

TOKEN = "fdy6m0wy5lq063sz4h0r6qmdt722gyfc"
NAME = "/.well-known/pki-validation/fileauth.txt"
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two users")


def access(**more: Any) -> WebAccess:
    """Return how files are created, as the role does by default."""
    settings = {"file": FileAccess(mode=0o644), "folder_mode": 0o755, "host": "this host", "check_mode": False, **more}
    return WebAccess(labels=lambda _path: None, **settings)


@pytest.fixture
def webroot(tmp_path: Path) -> Path:
    """Return the folder of a web server with one page."""
    folder = tmp_path / "webroot"
    folder.mkdir()
    (folder / "index.html").write_text("hello", encoding="ascii")
    return folder


def everything(folder: Path) -> list[str]:
    """Return the names below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_file_is_written_once_and_removed_with_its_folders(webroot: Path) -> None:
    file = WebFile(str(webroot), NAME, TOKEN)
    assert publish([file, file], access(check_mode=True)) == [file.full_path]
    assert everything(webroot) == ["index.html"]
    assert publish([file, file], access()) == [file.full_path]
    assert Path(file.full_path).read_text(encoding="ascii") == TOKEN
    assert stat.S_IMODE(Path(file.full_path).stat().st_mode) == 0o644
    assert publish([file], access()) == []
    assert withdraw([file], access(check_mode=True)) == [file.full_path]
    assert Path(file.full_path).exists()
    assert withdraw([file], access()) == [file.full_path]
    assert withdraw([file], access()) == []
    assert everything(webroot) == ["index.html"]


def test_a_changed_mode_is_corrected(webroot: Path) -> None:
    file = WebFile(str(webroot), NAME, TOKEN)
    publish([file], access())
    Path(file.full_path).chmod(0o600)
    assert publish([file], access()) == [file.full_path]
    assert stat.S_IMODE(Path(file.full_path).stat().st_mode) == 0o644


@pytest.mark.parametrize("content", [f"{TOKEN[:-1]}x", f"{TOKEN}\n", f"{TOKEN}\r\n"])
def test_an_older_token_is_replaced(webroot: Path, content: str) -> None:
    file = WebFile(str(webroot), NAME, "another-token")
    Path(file.full_path).parent.mkdir(parents=True)
    Path(file.full_path).write_text(content, encoding="ascii")
    assert publish([file], access()) == [file.full_path]
    assert Path(file.full_path).read_text(encoding="ascii") == "another-token"
    # the folders were there before
    withdraw([file], access())
    assert everything(webroot) == [".well-known", ".well-known/pki-validation", "index.html"]


@pytest.mark.parametrize("content", [b"", b"<html>", b"two words", b"\xff\xfe", b"a" * 256, b"a\nb", b"a" * 2_000_000])
def test_anything_else_is_neither_replaced_nor_removed(webroot: Path, content: bytes) -> None:
    file = WebFile(str(webroot), NAME, TOKEN)
    Path(file.full_path).parent.mkdir(parents=True)
    Path(file.full_path).write_bytes(content)
    other = WebFile(str(webroot), NAME.replace("fileauth", "other"), TOKEN)
    with pytest.raises(HostError, match="exists and does not hold a token of a validation, so it is not replaced"):
        publish([other, file], access())
    assert not Path(other.full_path).exists(), "nothing is written if one of the files cannot be"
    assert withdraw([file], access()) == []
    assert Path(file.full_path).read_bytes() == content


def test_a_token_of_another_validation_stays(webroot: Path) -> None:
    theirs = WebFile(str(webroot), NAME, "their-token")
    publish([theirs], access())
    assert withdraw([WebFile(str(webroot), NAME, TOKEN)], access()) == []
    assert Path(theirs.full_path).read_text(encoding="ascii") == "their-token"


def test_links_and_folders_in_place_of_the_file_are_left_alone(webroot: Path) -> None:
    link, folder = (WebFile(str(webroot), NAME.replace("fileauth", name), TOKEN) for name in ("link", "folder"))
    Path(link.full_path).parent.mkdir(parents=True)
    (webroot / "token.html").write_text(TOKEN, encoding="ascii")
    Path(link.full_path).symlink_to(webroot / "token.html")
    Path(folder.full_path).mkdir()
    before = everything(webroot)
    for file in (link, folder):
        with pytest.raises(HostError, match="is not replaced"):
            publish([file], access())
        assert withdraw([file], access()) == []
    assert everything(webroot) == before


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/index.html", TOKEN),
        ("/.well-known/pki-validation/../../index.txt", TOKEN),
        ("/.well-known/pki-validation/shell.php", TOKEN),
        (NAME, "<?php evil() ?>"),
        (NAME, "a" * 256),
        (NAME, ""),
    ],
)
def test_what_is_not_a_token_in_its_folder_is_refused(webroot: Path, path: str, content: str) -> None:
    for change in (publish, withdraw):
        with pytest.raises(HostError, match="is not a file of a validation"):
            change([WebFile(str(webroot), path, content)], access())
    with pytest.raises(HostError, match="two contents"):
        publish([WebFile(str(webroot), NAME, "a"), WebFile(str(webroot), NAME, "b")], access())
    assert everything(webroot) == ["index.html"]


def test_a_missing_folder_is_named_with_its_host(tmp_path: Path) -> None:
    file = WebFile(f"{tmp_path}/missing", NAME, TOKEN)
    with pytest.raises(HostError, match=f"{tmp_path}/missing is not a folder on web2. dcv_http_webroot must be"):
        publish([file], access(host="web2"))
    assert withdraw([file], access()) == []
    assert everything(tmp_path) == []


def test_what_others_put_into_a_folder_keeps_it(webroot: Path) -> None:
    file = WebFile(str(webroot), NAME, TOKEN)
    publish([file], access())
    (webroot / ".well-known" / "security.txt").write_text("Contact:", encoding="ascii")
    withdraw([file], access())
    assert everything(webroot) == [".well-known", f".well-known/{MARKER}", ".well-known/security.txt", "index.html"]


@root_only
@pytest.mark.parametrize("place", ["", "/.well-known", "/.well-known/pki-validation"])
def test_no_link_of_the_user_of_the_web_server_is_followed(webroot: Path, place: str) -> None:
    """Root writes where a service user may exchange folders for links."""
    elsewhere = webroot.parent / "elsewhere"
    elsewhere.mkdir()
    service = webroot.parent / "service"
    webroot.rename(service)
    root = service / "web"
    for path in (service, root, root / ".well-known"):
        path.mkdir(exist_ok=True)
    for path in (service, root, root / ".well-known"):
        os.chown(path, 65534, 65534)
    taken = Path(f"{root}{place}")
    if taken.is_dir():
        taken.rename(service / "moved")
    taken.symlink_to(elsewhere)
    os.chown(taken, 65534, 65534, follow_symlinks=False)
    file = WebFile(str(root), NAME, TOKEN)
    with pytest.raises(HostError, match="is a symbolic link that another user could have made, so it is not followed"):
        publish([file], access(file=FileAccess(65534, 65534, 0o644)))
    assert everything(elsewhere) == []
    assert elsewhere.stat().st_uid == 0


@root_only
def test_created_folders_belong_to_the_owner_of_the_files(webroot: Path) -> None:
    os.chown(webroot, 65534, 65534)
    file = WebFile(str(webroot), NAME, TOKEN)
    publish([file], access(file=FileAccess(65534, 65534, 0o640)))
    for path in (Path(file.full_path), Path(file.folder), Path(file.folder).parent):
        assert (path.stat().st_uid, path.stat().st_gid) == (65534, 65534)
    assert withdraw([file], access()) == [file.full_path]
    assert everything(webroot) == ["index.html"]
