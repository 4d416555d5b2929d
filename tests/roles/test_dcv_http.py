# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role dcv with the provider http: files below the folder of a web server."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.roles.support.playbook import Controller, Done, Step
from ansible_collections.community.digicert.tests.roles.support.tree import tree

TOKEN = "fdy6m0wy5lq063sz4h0r6qmdt722gyfc"
PATH = "/.well-known/pki-validation/fileauth.txt"


def record(name: str, value: str = TOKEN, path: str | None = PATH, kind: str = "HTTP") -> dict[str, str | None]:
    """Return a record as the modules describe it."""
    return {"domain": name, "type": kind, "name": name, "value": value, "path": path, "expires": None}


def http_step(label: str, webroot: Path | str, *records: dict[str, str | None], **more: object) -> Step:
    """Return a step that publishes records, one for www.example.com unless some are given."""
    common = {"dcv_records": list(records or [record("www.example.com")]), "dcv_http_webroot": str(webroot)}
    return Step(label, "dcv", {**common, **more})


def failure(done: Done) -> str:
    """Return the message with which a step failed."""
    assert done.failure is not None, "the step did not fail"
    return done.failure


@pytest.fixture
def webroot(tmp_path: Path) -> Path:
    """Return the folder of a web server with one page."""
    folder = tmp_path / "webroot"
    folder.mkdir()
    (folder / "index.html").write_text("hello", encoding="ascii")
    return folder


def test_names_share_a_file_which_is_written_once(controller: Controller, webroot: Path) -> None:
    records = [record("www.example.com"), record("example.com")]

    played = controller.play(
        http_step("foreseen", webroot, *records), http_step("foreseen again", webroot, *records), check=True
    )
    assert [step.failure for step in played.steps.values()] == [None, None]
    assert "Write or remove the files" in played["foreseen"].changed
    assert tree(webroot) == {"index.html": "file 644 hello"}

    played = controller.play(http_step("first", webroot, *records), http_step("again", webroot, *records))

    assert played["first"].failure is None
    assert (webroot / PATH[1:]).read_text(encoding="ascii") == TOKEN
    assert played["again"].changed == []

    played = controller.play(
        http_step("gone", webroot, *records, dcv_state="absent"),
        http_step("gone again", webroot, *records, dcv_state="absent"),
    )

    assert played["gone"].failure is None
    assert played["gone again"].changed == []
    assert tree(webroot) == {"index.html": "file 644 hello"}


def test_what_others_put_there_stays(controller: Controller, tmp_path: Path, webroot: Path) -> None:
    theirs = webroot / ".well-known"
    theirs.mkdir(mode=0o750)
    (theirs / "security.txt").write_text("Contact:", encoding="ascii")
    other = tmp_path / "other"
    other.mkdir()
    (other / "pki").mkdir()
    foreign = other / PATH[1:]
    foreign.parent.mkdir(parents=True)
    foreign.write_text("another order's token", encoding="ascii")
    before, other_before = tree(webroot), tree(other)
    webroots = {"api.example.com": str(other)}
    both = [record("www.example.com"), record("api.example.com", path=PATH.replace("fileauth", "8f3a"))]

    played = controller.play(
        http_step("place", webroot, *both, dcv_http_webroots=webroots),
        http_step("foreseen", webroot, *both, dcv_http_webroots=webroots),
        http_step("remove", webroot, *both, dcv_http_webroots=webroots, dcv_state="absent"),
        http_step("not ours", other, dcv_state="absent"),
    )

    assert [step.failure for step in played.steps.values()] == [None] * 4
    assert "Write or remove the files" in played["place"].changed
    assert played["foreseen"].changed == []
    assert "Write or remove the files" in played["remove"].changed
    assert played["not ours"].changed == []
    assert tree(webroot) == before
    assert tree(other) == other_before


def test_what_cannot_be_published_is_refused_clearly(controller: Controller, webroot: Path) -> None:
    outside = record("www.example.com", path="/.well-known/pki-validation/../../index.html")

    played = controller.play(
        http_step("dns record", webroot, record("www.example.com", kind="TXT", path=None)),
        http_step("no folder", ""),
        http_step("missing folder", webroot / "missing"),
        http_step("outside", webroot, outside),
        http_step("no path", webroot, record("www.example.com", path=None)),
        http_step("conflict", webroot, record("www.example.com"), record("example.com", value="other")),
        Step("provider", "dcv", {"dcv_records": [record("www.example.com")], "dcv_provider": "carrier-pigeon"}),
        http_step("nothing", webroot, dcv_records=[]),
    )

    assert "'http' publishes records of the type HTTP, but www.example.com needs TXT" in failure(played["dns record"])
    assert "dcv_http_webroot is not set" in failure(played["no folder"])
    assert f"{webroot}/missing is not a folder on this host" in failure(played["missing folder"])
    assert "'/.well-known/pki-validation/../../index.html'" in failure(played["outside"])
    assert "which is not a file directly in /.well-known/pki-validation/" in failure(played["no path"])
    assert "different contents in the same file" in failure(played["conflict"])
    assert "carrier-pigeon" in failure(played["provider"])
    assert played["nothing"].failure is None
    assert tree(webroot) == {"index.html": "file 644 hello"}


def test_only_tokens_are_replaced_and_only_for_requested_names(controller: Controller, webroot: Path) -> None:
    """The service chooses the names of the files, and the names that they are for."""
    folder = webroot / PATH[1:].rpartition("/")[0]
    folder.mkdir(parents=True)
    contents = {"page": "<h1>Our page</h1>", "old": "fdy6m0wy5lq063sz4h0r6qmdt722gyf0\n"}
    for name, content in contents.items():
        (folder / f"{name}.txt").write_text(content, encoding="ascii")
    (folder / "linked.txt").symlink_to(webroot / "index.html")

    played = controller.play(
        *(
            http_step(name, webroot, record("www.example.com", path=f"/.well-known/pki-validation/{name}.txt"))
            for name in ("page", "linked", "old")
        ),
        http_step("foreign", webroot, dcv_names=["www.example.net"]),
    )

    for name in ("page", "linked"):
        assert f"{folder}/{name}.txt exists and does not hold a token" in failure(played[name])
    assert "neither in dcv_names nor a domain above" in failure(played["foreign"])
    assert played["old"].failure is None
    assert (folder / "page.txt").read_text(encoding="ascii") == contents["page"]
    assert (folder / "old.txt").read_text(encoding="ascii") == TOKEN
    assert (webroot / "index.html").read_text(encoding="ascii") == "hello"
