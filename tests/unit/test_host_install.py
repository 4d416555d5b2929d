# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates that are installed on a host: what is written, what is refused, and what a second run changes."""

from __future__ import annotations

import datetime as dt
import errno
import itertools
import os
import shutil
import subprocess
import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._host import files as _files
from ansible_collections.community.digicert.plugins.module_utils._x509.certificates import read_certificates
from ansible_collections.community.digicert.plugins.module_utils._x509.keystores import read_jks, read_pkcs12
from ansible_collections.community.digicert.tests.unit import host_scene, pki
from ansible_collections.community.digicert.tests.unit.host_scene import Scene, issue, serial, tree, with_certificate

_DAY = dt.timedelta(days=1)
_PASSPHRASE = "correct-horse-9"


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Return a host without certificates."""
    return Scene(tmp_path)


def test_a_first_certificate_is_installed_once(scene: Scene) -> None:
    issued = issue()
    scene.stage(issued.key)
    predicted = scene.ok("installed", check_mode=True, **with_certificate(issued))
    done = scene.ok("installed", **with_certificate(issued))
    assert predicted == done
    assert (done["action"], done["needs_reload"]) == ("install", True)
    assert (done["serial_number"], done["previous_serial_number"]) == (serial(issued), None)
    assert done["path"] == str(scene.current)
    assert done["reasons"] == ["no certificate is installed"]
    used = tree(scene.current.resolve())
    chain = host_scene.intermediate().pem
    assert used == {
        "cert.pem": ("file 644", issued.pem),
        "chain.pem": ("file 644", chain),
        "fullchain.pem": ("file 644", issued.pem + chain),
        "privkey.pem": ("file 600", pki.key_pem(issued.key).decode()),
    }
    assert scene.current.resolve().stat().st_mode & 0o7777 == 0o755

    cleaned = scene.ok("in_service")
    assert (cleaned["action"], cleaned["needs_reload"]) == ("clean_up", False)
    assert not (scene.home / "pending").exists()
    assert not (scene.home / ".deploying").exists()
    for state in ("installed", "in_service"):
        again = scene.ok(state, **with_certificate(issued))
        assert (again["changed"], again["action"], again["needs_reload"], again["reasons"]) == (
            False,
            "none",
            False,
            [],
        )


def test_check_mode_touches_nothing(scene: Scene) -> None:
    issued = issue()
    scene.stage(issued.key)
    before = tree(scene.folder)
    assert scene.ok("installed", check_mode=True, **with_certificate(issued))["action"] == "install"
    assert scene.ok("staged", check_mode=True, key_type="RSA")["action"] == "stage"
    assert tree(scene.folder) == before
    empty = Scene(scene.folder / "empty")
    assert empty.ok("staged", check_mode=True)["csr"] is None
    assert not empty.directory.exists()


def test_the_umask_does_not_matter(scene: Scene) -> None:
    issued, key = issue(), scene.folder / "www.key"
    key.write_bytes(pki.key_pem(issued.key))
    previous = os.umask(0o077)
    try:
        scene.ok("installed", key_path=str(key), outputs=["combined"], **with_certificate(issued))
    finally:
        os.umask(previous)
    assert scene.directory.stat().st_mode & 0o7777 == 0o755
    assert scene.current.resolve().stat().st_mode & 0o7777 == 0o755
    assert (scene.current / "cert.pem").stat().st_mode & 0o7777 == 0o644
    assert (scene.current / "combined.pem").stat().st_mode & 0o7777 == 0o600


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give files away")
def test_only_files_get_an_owner(scene: Scene) -> None:
    access: dict[str, t.Any] = {"owner": "54321", "group": "54322", "key_group": "54323", "key_mode": "0640"}
    scene.put_into_service(issue(), **access)
    found = {path.name: path.stat() for path in scene.current.resolve().iterdir()}
    assert (found["cert.pem"].st_uid, found["cert.pem"].st_gid) == (54321, 54322)
    key = found["privkey.pem"]
    assert (key.st_uid, key.st_gid, key.st_mode & 0o7777) == (0, 54323, 0o640)
    folders = (scene.home, scene.home / "sets", scene.current.resolve())
    assert {folder.stat().st_uid for folder in folders} == {0}


def test_modes_can_be_numbers_that_yaml_has_read(scene: Scene) -> None:
    issued = issue()
    scene.stage(issued.key)
    scene.ok("installed", **with_certificate(issued), mode=0o640, key_mode="0400")
    files = ("cert.pem", "privkey.pem")
    assert [(scene.current / name).stat().st_mode & 0o7777 for name in files] == [0o640, 0o400]


def test_a_certificate_for_a_key_elsewhere_is_installed(scene: Scene) -> None:
    issued = issue()
    key = scene.folder / "www.key"
    key.write_bytes(pki.key_pem(issued.key))
    assert scene.ok("installed", key_path=str(key), **with_certificate(issued))["action"] == "install"
    assert key.exists()


def test_text_around_the_certificates_and_their_order_make_no_difference(scene: Scene) -> None:
    issued, root = issue(), pki.issue("Unrelated", ca=True)
    scene.stage(issued.key)
    chain = f"# first an unrelated one\r\n{root.pem}\r\n{host_scene.intermediate().pem}".replace("\n", "\r\n")
    scene.ok("installed", certificate=f"text\n{issued.pem}", chain=chain)
    assert (scene.current / "chain.pem").read_text(encoding="ascii") == host_scene.intermediate().pem
    together = issued.pem + host_scene.intermediate().pem
    assert scene.ok("installed", certificate=together)["action"] == "reload"


def test_without_names_any_names_of_the_certificate_are_accepted(scene: Scene) -> None:
    issued = issue()
    scene.stage(issued.key)
    assert scene.ok("installed", **with_certificate(issued) | {"dns_names": []})["action"] == "install"


def test_names_that_the_ca_adds_and_further_names_are_accepted(scene: Scene) -> None:
    issued = issue()
    scene.stage(issued.key)
    assert (
        scene.ok("installed", **with_certificate(issued) | {"dns_names": ["WWW.Example.COM."]})["action"] == "install"
    )


_OLD = pki.NOW - 400 * _DAY


def _refused() -> t.Iterator[tuple[dict[str, t.Any], str]]:
    good = issue()
    own = with_certificate(good)
    root = pki.issue("Root", ca=True)
    no_ca = pki.issue("No CA", issuer=root, ca=False)
    late = pki.issue("Late", issuer=root, ca=True, not_before=_OLD, lifetime=30 * _DAY)
    early = pki.issue("Early", issuer=root, ca=True, not_before=pki.NOW + _DAY)
    no_root = pki.issue("No root", ca=False)

    def by(issuer: pki.Issued) -> dict[str, t.Any]:
        return {"certificate": issue(good.key, issuer=issuer).pem, "chain": issuer.pem}

    yield {**own, "certificate": ""}, "certificate cannot be read"
    yield {**own, "certificate": "garbage"}, "certificate cannot be read"
    yield {**own, "chain": "garbage"}, "chain cannot be read"
    yield {**own, "chain": pki.issue("Other", ca=True).pem}, "the chain does not sign the certificate"
    yield {**own, "serial_number": "00:AB"}, "not 00:AB"
    yield {**own, "dns_names": ["www.example.com", "mail.example.com"]}, "does not cover mail.example.com"
    yield {**own, "certificate": issue(good.key, ca=True).pem}, "CA:TRUE"
    yield {**own, "certificate": issue(good.key, not_before=_OLD).pem}, "expired on"
    yield {**own, "certificate": issue(good.key, not_before=pki.NOW + _DAY).pem}, "is not valid before"
    yield by(no_ca), "No CA is not the certificate of a CA"
    yield by(no_root), "No root is not the certificate of a CA"
    yield by(late), "Late expired on"
    yield by(early), "Early is not valid before"
    yield {**own, "certificate": issue().pem}, "does not belong to the private key"
    yield {**own, "name": "../www"}, "'../www'"
    yield {**own, "name": ""}, "''"
    yield {**own, "name": ".."}, "'..'"
    yield {**own, "name": "a\nb"}, "is not the name"
    yield {**own, "name": ".lock"}, "does not begin with a dot"
    yield {**own, "directory": "relative"}, "absolute path"
    yield {**own, "directory": "/tmp/../etc"}, "absolute path"
    yield {**own, "mode": "rw"}, "not an octal number"
    yield {**own, "directory_mode": "0775"}, "other users"
    yield {**own, "keep": -1}, "keep"
    yield {**own, "owner": "nobody-has-this-name"}, "nobody-has-this-name"
    yield {**own, "dns_names": ["bad name.example"]}, "bad name"
    yield {**own, "outputs": ["jks"], "keystore_passphrase": "five5"}, "at least 6 characters"
    for path, word in (("relative.pem", "absolute"), ("/tmp/..", "'..'"), ("/", "''")):
        yield {**own, "links": [{"path": path, "output": "key"}]}, word
    yield {**own, "links": [{"path": "/tmp/a", "output": "key"}] * 2}, "appear once"


def test_what_must_not_be_installed_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    (tmp_path / "other.key").write_bytes(pki.key_pem(pki.new_key()))
    for options, word in _refused():
        for check_mode in (True, False):
            said = scene.fails("installed", check_mode=check_mode, key_path=str(tmp_path / "other.key"), **options)
            assert word in said, (word, said)
            assert not scene.directory.exists()


def test_a_certificate_for_another_key_leaves_the_one_in_use(scene: Scene) -> None:
    old = issue()
    scene.put_into_service(old)
    before = tree(scene.home)
    assert "does not belong to the private key" in scene.fails("installed", **with_certificate(issue()))
    assert tree(scene.home) == before


def test_paths_that_cannot_be_links_are_refused(scene: Scene) -> None:
    issued = issue()
    scene.stage(issued.key)
    before = tree(scene.folder)
    for path, word in (
        ("/no-such-folder/a.pem", "/no-such-folder does not exist: create it"),
        ("/etc", "/etc is a folder"),
    ):
        said = scene.fails("installed", links=[{"path": path, "output": "key"}], **with_certificate(issued))
        assert word in said
        (scene.home / ".lock").unlink()
        assert tree(scene.folder) == before


def test_keys_without_use_are_named(scene: Scene) -> None:
    issued = issue()
    assert "there is no private key at" in scene.fails("installed", **with_certificate(issued))
    locked = scene.folder / "locked.key"
    locked.write_bytes(pki.key_pem(issued.key, b"secret"))
    said = scene.fails("installed", key_path=str(locked), **with_certificate(issued))
    assert "unencrypted private key" in said


def test_another_certificate_with_the_same_serial_number_is_refused(scene: Scene) -> None:
    first = issue(serial_number=4711)
    scene.put_into_service(first)
    second = issue(first.key, serial_number=4711, lifetime=100 * _DAY)
    assert "another certificate with the same serial number" in scene.fails("installed", **with_certificate(second))


@pytest.mark.parametrize(
    ("file", "spoil"),
    [
        ("cert.pem", lambda path: path.write_text("garbage")),
        ("chain.pem", lambda path: path.unlink()),
        ("fullchain.pem", lambda path: path.chmod(0o600)),
        ("combined.pem", lambda path: path.write_text("garbage")),
        ("certificate.p12", lambda path: path.write_text("garbage")),
        ("keystore.jks", lambda path: path.unlink()),
        ("privkey.pem", lambda path: path.chmod(0o644)),
    ],
)
def test_only_the_file_that_differs_is_replaced(scene: Scene, file: str, spoil: t.Callable[[Path], object]) -> None:
    issued = issue()
    options: dict[str, t.Any] = {"outputs": ["combined", "pkcs12", "jks"], "keystore_passphrase": _PASSPHRASE}
    scene.put_into_service(issued, **options)
    used = scene.current.resolve()
    before = {path.name: path.stat().st_ino for path in used.iterdir()}
    spoil(used / file)
    predicted = scene.ok("installed", check_mode=True, **with_certificate(issued), **options)
    done = scene.ok("installed", **with_certificate(issued), **options)
    assert predicted == done
    assert (done["action"], done["needs_reload"]) == ("repair", True)
    assert any(file in reason for reason in done["reasons"])
    after = {path.name: path.stat().st_ino for path in used.iterdir()}
    assert {name for name in after if after[name] != before[name]} <= {file}
    assert scene.ok("in_service", **options)["changed"]
    assert not scene.ok("installed", **with_certificate(issued), **options)["changed"]


def test_keystores_contain_key_and_chain(scene: Scene) -> None:
    issued = issue()
    options: dict[str, t.Any] = {"outputs": ["pkcs12", "jks"], "keystore_passphrase": _PASSPHRASE}
    entry = scene.install(issued, **options, keystore_alias="Shop")
    assert _PASSPHRASE not in str(entry)
    expected = tuple(read_certificates(issued.pem + host_scene.intermediate().pem))
    for name, read in (("certificate.p12", read_pkcs12), ("keystore.jks", read_jks)):
        path = scene.current / name
        assert path.stat().st_mode & 0o7777 == 0o600
        found = read(path.read_bytes(), _PASSPHRASE)
        assert found.certificates == expected
        assert (found.alias or "").lower() == "shop"
    changed = scene.ok("installed", **with_certificate(issued), **options | {"keystore_passphrase": "another-one"})
    assert changed["action"] == "repair"


def test_a_reload_that_was_not_finished_is_requested_again(scene: Scene) -> None:
    issued = issue()
    scene.install(issued)
    again = scene.ok("installed", **with_certificate(issued))
    assert (again["changed"], again["action"], again["needs_reload"]) == (False, "reload", True)
    assert again["reasons"] == ["the reload after the last installation was not finished"]
    scene.ok("in_service")
    forced = scene.ok("installed", **with_certificate(issued), force=True)
    assert (forced["action"], forced["reasons"]) == ("reload", ["a reload was requested"])
    assert forced["changed"]
    assert not scene.ok("installed", **with_certificate(issued), force=True)["changed"]


def test_modes_of_folders_are_corrected_without_a_reload(scene: Scene) -> None:
    issued = issue()
    scene.put_into_service(issued)
    folders = (scene.home, scene.home / "sets", scene.current.resolve())
    for folder in folders:
        folder.chmod(0o700)
    done = scene.ok("installed", **with_certificate(issued))
    assert (done["action"], done["needs_reload"], len(done["reasons"])) == ("repair", False, 3)
    assert {folder.stat().st_mode & 0o7777 for folder in folders} == {0o755}
    assert not scene.ok("installed", **with_certificate(issued))["changed"]
    assert not (scene.home / ".deploying").exists()


@pytest.mark.parametrize("content", ["", "garbage", "[]", '{"serial_number": "../x"}', '{"links": [{"path": 1}]}'])
def test_a_trace_that_cannot_be_read_stands_for_an_unfinished_reload(scene: Scene, content: str) -> None:
    issued = issue()
    scene.put_into_service(issued)
    (scene.home / ".deploying").write_text(content, encoding="ascii")
    assert scene.ok("installed", **with_certificate(issued))["action"] == "reload"
    scene.ok("in_service")
    assert not (scene.home / ".deploying").exists()
    empty = Scene(scene.folder / "empty")
    empty.stage(issued.key)
    (empty.home / ".deploying").write_text(content, encoding="ascii")
    empty.ok("previous")
    assert not (empty.home / ".deploying").exists()
    assert empty.ok("installed", **with_certificate(issued))["action"] == "install"


def test_a_link_to_a_set_that_is_gone_stands_for_no_certificate(scene: Scene) -> None:
    scene.put_into_service(issue())
    scene.current.resolve().rename(scene.folder / "gone")
    assert "no certificate is installed" in scene.fails("in_service")
    issued = issue()
    done = scene.install(issued)
    assert (done["reasons"], done["previous_serial_number"]) == (["no certificate is installed"], None)
    assert scene.ok("previous")["serial_number"] is None
    assert not scene.current.is_symlink()


def test_copies_have_the_access_of_their_file(scene: Scene) -> None:
    copy = scene.site / "copy.key"
    options: dict[str, t.Any] = {"links": [{"path": str(copy), "output": "key", "copy": True}], "key_mode": "0640"}
    first, second = issue(), issue()
    for issued in (first, second):
        scene.put_into_service(issued, **options)
        assert copy.read_bytes() == pki.key_pem(issued.key)
        assert (copy.is_symlink(), copy.stat().st_mode & 0o7777) == (False, 0o640)
    copy.chmod(0o600)
    assert scene.ok("installed", **with_certificate(second), **options)["action"] == "repair"
    assert copy.stat().st_mode & 0o7777 == 0o640


def test_old_sets_are_removed_but_never_the_last_one(scene: Scene) -> None:
    issued = [issue() for _number in range(4)]
    for one in issued:
        scene.put_into_service(one, keep=2)
    assert scene.sets == {serial(one) for one in issued[1:]}
    assert scene.ok("in_service", keep=0)["reasons"] == ["more than 0 previous sets are kept"]
    assert scene.sets == {serial(one) for one in issued[2:]}


def test_a_staged_key_of_another_order_is_not_removed(scene: Scene) -> None:
    issued = issue()
    scene.install(issued)
    scene.stage(pki.new_key())
    scene.ok("in_service")
    assert (scene.home / "pending" / "privkey.pem").exists()


def test_a_staged_key_that_is_installed_is_removed_later_too(scene: Scene) -> None:
    issued = issue()
    scene.put_into_service(issued)
    scene.stage(issued.key)
    assert scene.ok("in_service", check_mode=True)["reasons"] == ["the staged key is installed"]
    assert scene.ok("in_service")["reasons"] == ["the staged key is installed"]
    assert not (scene.home / "pending").exists()


def test_nothing_in_service_is_an_error(scene: Scene) -> None:
    assert "no certificate is installed" in scene.fails("in_service")
    assert "nothing to go back to" in scene.fails("previous")


def test_the_previous_certificate_comes_back_with_its_files(scene: Scene) -> None:
    old, new = issue(), issue()
    absent, copy, foreign = (scene.site / name for name in ("absent.pem", "copy.pem", "foreign.pem"))
    kept = [{"path": str(copy), "output": "fullchain", "copy": True}]
    scene.put_into_service(old, links=kept)
    foreign.write_text("of somebody else\n", encoding="ascii")
    foreign.chmod(0o640)
    before = tree(scene.site)
    links = [*kept, *({"path": str(path), "output": "certificate"} for path in (absent, foreign))]
    assert scene.install(new, links=links)["previous_serial_number"] == serial(old)
    assert copy.read_text(encoding="ascii").startswith(new.pem)
    predicted = scene.ok("previous", check_mode=True, links=links)
    back = scene.ok("previous", links=links)
    assert predicted == back
    assert (back["action"], back["serial_number"], back["previous_serial_number"]) == (
        "take_back",
        serial(old),
        serial(new),
    )
    assert tree(scene.site) == before
    assert scene.in_use == serial(old)
    assert serial(new) not in scene.sets
    assert (scene.home / "pending" / "privkey.pem").exists()
    # the next attempt
    assert scene.ok("installed", links=links, **with_certificate(new))["action"] == "install"


def test_a_failed_set_goes_if_its_key_is_at_the_given_path_and_stays_if_not(scene: Scene) -> None:
    old, new = issue(), issue()
    scene.put_into_service(old)
    own = scene.folder / "own.key"
    own.write_bytes(pki.key_pem(new.key))
    in_set = str(scene.home / "sets" / serial(new) / "privkey.pem")
    for path, sets in ((in_set, {serial(old), serial(new)}), (str(own), {serial(old)})):
        scene.ok("installed", key_path=str(own), **with_certificate(new))
        back = scene.ok("previous", key_path=path)
        assert (back["certificate_pem"], back["needs_reload"]) == (old.pem, True)
        assert scene.sets == sets
        if serial(new) in sets:
            # as if it had never been tried
            scene.ok("installed", **with_certificate(old))
            shutil.rmtree(scene.home / "sets" / serial(new))


def test_a_failure_says_what_is_in_use_and_why_apart_from_advice(scene: Scene) -> None:
    old, new = issue(), issue()
    scene.put_into_service(old)
    refused = scene.run("installed", **with_certificate(new))
    assert (refused["serial_number"], refused["requested_serial_number"]) == (serial(old), serial(new))
    assert refused["problem"].startswith("the certificate does not belong")
    assert refused["msg"] == f"The request 'www' failed: {refused['problem']}."
    assert scene.run("installed", directory=str(scene.folder / "none"), certificate="x")["serial_number"] is None


def test_a_repeated_run_tells_that_a_reload_is_outstanding(scene: Scene) -> None:
    issued = issue()
    assert scene.install(issued)["interrupted"] is False
    again = scene.ok("installed", **with_certificate(issued))
    assert (again["interrupted"], again["certificate_pem"]) == (True, issued.pem)
    back = scene.ok("previous")
    assert (back["needs_reload"], back["certificate_pem"]) == (True, None)


def test_without_an_unproven_installation_the_newest_other_set_is_used(scene: Scene) -> None:
    issued = [issue() for _number in range(3)]
    copy = scene.site / "copy.pem"
    links = [{"path": str(copy), "output": "certificate", "copy": True}]
    for number, one in enumerate(issued):
        scene.put_into_service(one, links=links)
        os.utime(scene.current.resolve(), (number, number))
    (scene.home / "sets" / serial(issued[1]) / "privkey.pem").write_bytes(pki.key_pem(pki.new_key()))
    back = scene.ok("previous", links=links)
    # the one before has a key of another certificate, so that it cannot be used
    assert (back["serial_number"], scene.in_use) == (serial(issued[0]), serial(issued[0]))
    assert copy.read_text(encoding="ascii") == issued[0].pem
    assert scene.ok("in_service", links=links)["serial_number"] == serial(issued[0])
    alone = Scene(scene.folder / "alone")
    alone.put_into_service(issued[0])
    assert "no other set" in alone.fails("previous")


def test_files_of_the_same_kind_are_saved_each(scene: Scene) -> None:
    scene.put_into_service(issue())
    paths = [scene.site / f"{number}.pem" for number in range(3)]
    for number, path in enumerate(paths):
        path.write_text(f"{number % 2}\n", encoding="ascii")
    before = tree(scene.site)
    links = [{"path": str(path), "output": "fullchain"} for path in paths]
    scene.install(issue(), links=links)
    assert {path.is_symlink() for path in paths} == {True}
    scene.ok("previous", links=links)
    assert tree(scene.site) == before


def test_a_second_unproven_installation_goes_back_to_the_proven_one(scene: Scene) -> None:
    first, second, third = issue(), issue(), issue()
    copy = scene.site / "copy.pem"
    links = [{"path": str(copy), "output": "certificate", "copy": True}]
    scene.put_into_service(first, links=links)
    scene.install(second, links=links)
    assert scene.install(third, links=links)["previous_serial_number"] == serial(first)
    assert scene.ok("previous", links=links)["serial_number"] == serial(first)
    assert copy.read_text(encoding="ascii") == first.pem


def test_one_request_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    from ansible_collections.community.digicert.plugins.module_utils._host.host_certificate import ensure_all
    from ansible_collections.community.digicert.plugins.module_utils._host.run_settings import RunSettings

    requests = [
        host_scene.complete({"name": name, "directory": str(tmp_path / "d"), "dns_names": names, "key_type": "ECC"})
        for name, names in (("a", ["a.example"]), ("b", ["bad name"]), ("c", ["c.example"]), ("a", ["a.example"]))
    ]
    settings = RunSettings("staged", 1, False, lambda _path, _setype: None)
    found = ensure_all(requests, settings, pki.NOW)
    assert [entry["failed"] for entry in found] == [False, True, False, True]
    assert "belongs to the request 'a', too" in found[3]["msg"]


_FAULTS = [
    (errno.ENOSPC, {"create", "write", "mkdir", "symlink"}),
    (errno.EROFS, {"create", "mkdir", "lock", "rename"}),
]


@pytest.mark.parametrize(("number", "calls"), _FAULTS)
@pytest.mark.parametrize("takes_over", [False, True])
def test_a_full_or_read_only_disk_leaves_the_old_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, calls: set[str], takes_over: bool
) -> None:
    """The n-th call fails, and so does every later one until the disk has room again."""
    old, new = issue(), issue()
    for nth in range(60):
        scene = Scene(tmp_path / f"{number}-{nth}")
        links = [
            {"path": str(scene.site / name), "output": output} for name, output in (("c", "fullchain"), ("k", "key"))
        ]
        if takes_over:
            (scene.site / "c").write_text(old.pem, encoding="ascii")
            (scene.site / "k").write_bytes(pki.key_pem(old.key))
        else:
            scene.put_into_service(old, links=links)
        scene.stage(new.key)
        served = (scene.site / "c").read_bytes()
        seen = itertools.count()

        def fail(call: str, path: str, nth: int = nth, seen: t.Any = seen) -> None:
            if call in calls and next(seen) >= nth:
                raise OSError(number, os.strerror(number), path)

        monkeypatch.setattr(_files, "observe", fail)
        entry = scene.run("installed", links=links, outputs=["combined"], **with_certificate(new))
        monkeypatch.setattr(_files, "observe", lambda _call, _path: None)
        if not entry["failed"]:
            break
        assert os.strerror(number) in entry["msg"]
        if number == errno.ENOSPC:
            assert "Free some space" in entry["msg"]
        assert (scene.site / "c").read_bytes() == served or (scene.home / ".deploying").exists()
        done = scene.ok("installed", links=links, outputs=["combined"], **with_certificate(new))
        assert done["action"] in ("install", "reload", "repair")
        scene.ok("in_service", links=links, outputs=["combined"])
        assert not [name for name in tree(scene.folder) if ".new-" in name]
    assert 5 < nth < 59


@pytest.mark.skipif(shutil.which("keytool") is None, reason="no Java here")
def test_java_reads_the_keystore(scene: Scene) -> None:
    issued = issue(pki.rsa_key())
    scene.install(issued, outputs=["jks"], keystore_passphrase=_PASSPHRASE, keystore_alias="shop")
    store = str(scene.current / "keystore.jks")
    pkcs12 = str(scene.folder / "converted.p12")
    command = ["keytool", "-importkeystore", "-noprompt", "-srckeystore", store, "-srcstoretype", "JKS"]
    command += ["-srcstorepass", _PASSPHRASE, "-destkeystore", pkcs12, "-deststoretype", "PKCS12"]
    done = subprocess.run([*command, "-deststorepass", _PASSPHRASE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = read_pkcs12(Path(pkcs12).read_bytes(), _PASSPHRASE)
    leaf = read_certificates(issued.pem)[0]
    assert (found.certificates[0], found.public_key) == (leaf, leaf.public_key)


def test_an_installation_that_no_service_reads_is_complete_at_once(scene: Scene) -> None:
    """The staged key and the trace are gone, as after ``in_service``; check mode predicts the installation only."""
    issued = issue()
    scene.stage(issued.key)
    options = with_certificate(issued)
    predicted = scene.ok("installed", check_mode=True, clean_up=True, **options)
    assert (predicted["action"], predicted["needs_reload"]) == ("install", True)
    assert not scene.current.exists()
    done = scene.ok("installed", clean_up=True, **options)
    assert done["action"] == "install"
    assert sorted(path.name for path in scene.home.iterdir()) == [".lock", "current", "sets"]
    assert not scene.ok("installed", clean_up=True, **options)["changed"]
    assert not scene.ok("in_service")["changed"]
