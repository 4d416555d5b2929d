# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done if files on the host are damaged, lost, or left behind by a run that was interrupted."""

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from ansible_collections.community.digicert.plugins.module_utils._host.files import HostError
from ansible_collections.community.digicert.plugins.module_utils._host.folder import Folder
from ansible_collections.community.digicert.plugins.module_utils._host.install_checks import CheckedCertificate
from ansible_collections.community.digicert.plugins.module_utils._host.trace import Trace, read_trace
from ansible_collections.community.digicert.plugins.module_utils._host.walk import open_path
from ansible_collections.community.digicert.plugins.module_utils._host.written_set import SetFile, verify_set
from ansible_collections.community.digicert.plugins.module_utils._x509.certificates import read_certificates
from ansible_collections.community.digicert.plugins.module_utils._x509.private_keys import read_private_key
from ansible_collections.community.digicert.tests.unit import host_scene, pki
from ansible_collections.community.digicert.tests.unit.host_scene import Scene, issue, serial, tree, with_certificate

_ECC: dict[str, t.Any] = {"key_type": "ECC"}


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Return a host without certificates."""
    return Scene(tmp_path)


def _link(path: Path, output: str = "certificate", *, copy: bool = False) -> dict[str, t.Any]:
    return {"links": [{"path": str(path), "output": output, "copy": copy}]}


def _renewed(scene: Scene, **options: t.Any) -> tuple[pki.Issued, pki.Issued]:
    """Put a certificate into service, and install the next one, which no service has shown yet."""
    old, new = issue(), issue()
    scene.put_into_service(old, **options)
    scene.install(new, **options)
    return old, new


class TestCleaningUp:
    def test_an_installation_that_never_got_into_use_is_taken_back(self, scene: Scene) -> None:
        old, new = _renewed(scene)
        # as if the run had been killed right before it switched
        scene.current.unlink()
        scene.current.symlink_to(f"sets/{serial(old)}")
        before = tree(scene.home)
        said = f"the installation of the certificate {serial(new)} was interrupted before it was put into use"
        assert said in scene.fails("in_service", check_mode=True)
        assert tree(scene.home) == before
        assert said in scene.fails("in_service")
        assert (scene.in_use, scene.sets) == (serial(old), {serial(old)})
        # the certificate that stayed is in service
        assert scene.ok("in_service")["serial_number"] == serial(old)

    def test_incomplete_files_of_an_interrupted_run_are_removed(self, scene: Scene) -> None:
        scene.put_into_service(issue())
        half = scene.home / "sets" / ".new-0a"
        half.mkdir()
        (half / "privkey.pem").write_bytes(pki.key_pem(pki.new_key()))
        predicted = scene.ok("in_service", check_mode=True)
        assert half.exists()
        done = scene.ok("in_service")
        assert predicted == done
        assert (done["action"], done["reasons"]) == ("clean_up", ["an interrupted run left incomplete files behind"])
        assert not half.exists()

    def test_installing_again_removes_them_too_and_reloads_nothing(self, scene: Scene) -> None:
        issued = issue()
        scene.put_into_service(issued)
        half = scene.home / ".new-current"
        half.symlink_to("sets/0a")
        done = scene.ok("installed", **with_certificate(issued))
        assert (done["action"], done["needs_reload"]) == ("clean_up", False)
        assert not half.is_symlink()
        assert scene.in_use == serial(issued)

    def test_the_folder_of_a_link_may_be_gone_when_nothing_is_left_to_do(self, scene: Scene) -> None:
        options = _link(scene.site / "www.pem")
        scene.put_into_service(issue(), **options)
        (scene.site / "www.pem").unlink()
        scene.site.rmdir()
        assert scene.ok("in_service", **options)["action"] == "none"

    def test_a_copy_is_not_completed_from_a_set_that_lacks_its_file(self, scene: Scene) -> None:
        options = _link(scene.site / "www.pem", copy=True)
        scene.install(issue(), **options)
        (scene.site / "www.pem").unlink()
        lost = scene.current.resolve() / "cert.pem"
        lost.unlink()
        assert f"{lost.name} is missing. Install the certificate again" in scene.fails("in_service", **options)


class TestGoingBack:
    def test_a_previous_certificate_that_cannot_be_read_is_used_and_not_shown(self, scene: Scene) -> None:
        old, _new = _renewed(scene)
        (scene.home / "sets" / serial(old) / "cert.pem").write_text("garbage", encoding="ascii")
        back = scene.ok("previous")
        assert (back["serial_number"], back["certificate_pem"]) == (serial(old), None)
        assert scene.in_use == serial(old)

    @pytest.mark.parametrize("content", ["garbage", None])
    def test_the_only_key_of_a_failed_set_is_never_removed(self, scene: Scene, content: str | None) -> None:
        old, new = issue(), issue()
        scene.put_into_service(old)
        key = scene.folder / "www.key"
        key.write_bytes(pki.key_pem(new.key))
        scene.ok("installed", key_path=str(key), **with_certificate(new))
        if content is None:
            key.unlink()
        else:
            key.write_text(content, encoding="ascii")
        assert scene.ok("previous", key_path=str(key))["serial_number"] == serial(old)
        assert (scene.home / "sets" / serial(new) / "privkey.pem").read_bytes() == pki.key_pem(new.key)

    def test_check_mode_predicts_the_switch_to_the_newest_other_set(self, scene: Scene) -> None:
        first, second = issue(), issue()
        scene.put_into_service(first)
        scene.put_into_service(second)
        before = tree(scene.home)
        predicted = scene.ok("previous", check_mode=True)
        assert (predicted["changed"], predicted["serial_number"]) == (True, serial(first))
        assert tree(scene.home) == before
        assert scene.ok("previous") == predicted

    def test_a_copy_whose_former_content_is_lost_is_named(self, scene: Scene) -> None:
        options = _link(scene.site / "www.pem", copy=True)
        old, _new = _renewed(scene, **options)
        (scene.home / "sets" / serial(old) / "cert.pem").unlink()
        said = scene.fails("previous", **options)
        assert f"sets/{serial(old)}/cert.pem is missing, so {scene.site}/www.pem is not restored" in said

    def test_a_saved_file_that_is_lost_is_named(self, scene: Scene) -> None:
        path = scene.site / "www.pem"
        path.write_text("of the administrator\n", encoding="ascii")
        scene.put_into_service(issue())
        scene.install(issue(), **_link(path))
        (saved,) = scene.home.glob("sets/replaced/*")
        saved.unlink()
        said = scene.fails("previous", **_link(path))
        assert f"sets/replaced/{saved.name} is missing, so {path} is not restored" in said


class TestInstalling:
    def test_old_files_that_are_replaced_later_are_saved_apart_from_the_earlier_ones(self, scene: Scene) -> None:
        issued, path = issue(), scene.site / "www.pem"
        for number, name in enumerate(("replaced", "replaced-1", "replaced-2")):
            path.unlink(missing_ok=True)
            path.write_text(f"of the administrator, {number}\n", encoding="ascii")
            scene.put_into_service(issued, **_link(path), keep=9)
            assert path.is_symlink()
            (saved,) = (scene.home / "sets" / name).iterdir()
            assert saved.read_text(encoding="ascii") == f"of the administrator, {number}\n"

    def test_a_key_in_the_set_that_cannot_be_read_is_written_again(self, scene: Scene) -> None:
        issued, key = issue(), scene.folder / "www.key"
        key.write_bytes(pki.key_pem(issued.key))
        scene.put_into_service(issued)
        (scene.current / "privkey.pem").write_text("garbage", encoding="ascii")
        done = scene.ok("installed", key_path=str(key), **with_certificate(issued))
        assert (done["action"], done["reasons"]) == ("repair", ["privkey.pem has another content"])
        assert (scene.current / "privkey.pem").read_bytes() == pki.key_pem(issued.key)

    def test_a_folder_in_the_place_of_a_file_is_refused(self, scene: Scene) -> None:
        issued = issue()
        scene.put_into_service(issued)
        place = scene.current.resolve() / "chain.pem"
        place.unlink()
        place.mkdir()
        said = scene.fails("installed", **with_certificate(issued))
        assert f"{place.name} is a folder. Move it away; the certificate {serial(issued)} stays in use" in said

    def test_two_certificates_without_a_choice_are_refused(self, scene: Scene) -> None:
        said = scene.fails("installed", certificate=issue().pem + issue().pem)
        assert "certificate contains several certificates. Give the certificate, and its intermediates as chain" in said

    def test_a_chain_that_ends_with_its_root_is_installed(self, scene: Scene) -> None:
        root = pki.issue("Root", ca=True)
        issued = issue(issuer=root)
        scene.stage(issued.key)
        scene.ok("installed", certificate=issued.pem, chain=root.pem)
        assert (scene.current / "chain.pem").read_text(encoding="ascii") == root.pem

    def test_a_file_with_two_private_keys_is_refused(self, scene: Scene) -> None:
        issued, key = issue(), scene.folder / "www.key"
        key.write_bytes(pki.key_pem(issued.key) + pki.key_pem(pki.new_key()))
        assert "more than one private key" in scene.fails("installed", key_path=str(key), **with_certificate(issued))

    @pytest.mark.parametrize(
        ("lost", "said"),
        [
            ({"cert.pem": b"garbage"}, "cannot be read"),
            ({"cert.pem": host_scene.intermediate().pem.encode()}, "do not belong together"),
            ({"privkey.pem": pki.key_pem(pki.new_key())}, "do not belong together"),
        ],
        ids=["unreadable", "another certificate", "another key"],
    )
    def test_what_the_disk_returns_is_compared(self, lost: dict[str, bytes], said: str) -> None:
        issued = issue()
        checked = _checked(issued)
        full = "".join(certificate.pem for certificate in checked.all)
        written = {
            "privkey.pem": pki.key_pem(issued.key),
            "cert.pem": issued.pem.encode(),
            "fullchain.pem": full.encode(),
        }
        verify_set(checked, host_scene.NAMES, written)
        with pytest.raises(HostError, match=rf"{said}\. Check the disk"):
            verify_set(checked, host_scene.NAMES, written | lost)
        with pytest.raises(HostError, match="does not cover the requested names"):
            verify_set(checked, ["mail.example.com"], written)


def _checked(issued: pki.Issued) -> CheckedCertificate:
    leaf, issuer = read_certificates(issued.pem + host_scene.intermediate().pem)
    return CheckedCertificate(leaf, (issuer,))


class TestStaging:
    def test_a_csr_that_cannot_be_read_is_created_again_for_the_same_key(self, scene: Scene) -> None:
        first = scene.ok("staged", **_ECC)
        Path(first["csr_path"]).write_text("garbage", encoding="ascii")
        done = scene.ok("staged", **_ECC)
        assert done["reasons"][0].startswith("the CSR cannot be read: ")
        assert done["public_key_fingerprint"] == first["public_key_fingerprint"]
        assert done["csr"].startswith("-----BEGIN CERTIFICATE REQUEST-----")

    def test_a_csr_without_names_or_for_another_key_is_created_again(self, scene: Scene) -> None:
        first = scene.ok("staged", **_ECC)
        path, key = Path(first["csr_path"]), pki.new_key()
        path.write_text(pki.csr_pem(key, "www.example.com", host_scene.NAMES), encoding="ascii")
        assert scene.ok("staged", **_ECC)["reasons"] == ["the CSR is for another key"]
        scene.stage(key)
        path.write_text(pki.csr_pem(key, "www.example.com"), encoding="ascii")
        assert scene.ok("staged", **_ECC)["reasons"] == ["the names of the CSR differ"]

    def test_a_key_on_a_curve_that_no_public_ca_accepts_is_replaced(self, scene: Scene) -> None:
        scene.stage(ec.generate_private_key(ec.SECP256K1()))
        done = scene.ok("staged", key_type=None)
        assert "no public CA accepts the curve secp256k1" in done["reasons"][0]


_TRACE: dict[str, t.Any] = {
    "serial_number": "a1",
    "previous_serial_number": "b2",
    "replaced": "",
    "set_existed": False,
    "links": [],
}


@pytest.mark.parametrize(
    "changes",
    [
        {"previous_serial_number": "../../etc"},
        {"replaced": "a/b"},
        {"links": [{"path": "/p", "saved": "replaced/../../shadow"}]},
        {"links": [{"path": "/p", "saved": "../replaced"}]},
    ],
)
def test_a_trace_with_a_path_that_leaves_the_sets_is_not_followed(changes: dict[str, t.Any]) -> None:
    assert read_trace(json.dumps(_TRACE).encode(), "c3") == Trace("a1", "b2", set_existed=False)
    assert read_trace(json.dumps(_TRACE | changes).encode(), "c3") == Trace("c3", "c3")


def test_a_file_that_is_printed_does_not_show_its_content(scene: Scene) -> None:
    scene.stage(pki.new_key())
    folder = t.cast(Folder, open_path(str(scene.home / "pending"), strict=False))
    with folder:
        file = folder.read("privkey.pem")
    assert file is not None
    shown = repr(file) + repr(SetFile(file.content, file.status.access)) + repr(read_private_key(file.content))
    assert "PRIVATE KEY" not in shown
    assert f"{len(file.content)} bytes" in shown


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give files away")
def test_a_folder_that_another_group_may_write_to_is_refused(scene: Scene) -> None:
    scene.directory.mkdir()
    os.chown(scene.directory, 0, 54321)
    scene.directory.chmod(0o775)
    assert "other users" in scene.fails("staged", **_ECC)
