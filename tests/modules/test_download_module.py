# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_certificate_download: the right certificate with its chain, or nothing."""

from __future__ import annotations

import hashlib
import io
import typing as t
import zipfile
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._x509 import certificates
from ansible_collections.community.digicert.tests.modules.arguments import csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result

_DOWNLOAD = "digicert_certificate_download"


@pytest.fixture
def issued(controller: Controller) -> Result:
    """Return the result of an issued order."""
    return controller.ok("digicert_order", **order_args())


def _both(controller: Controller, **arguments: t.Any) -> Result:
    predicted = controller.ok(_DOWNLOAD, check_mode=True, **arguments)
    done = controller.ok(_DOWNLOAD, **arguments)
    assert predicted["action"] == done["action"]
    assert controller.writes() == []
    return done


class TestResult:
    @pytest.mark.parametrize("crlf", [True, False])
    def test_it_is_split_into_certificate_chain_and_root(
        self, controller: Controller, issued: Result, crlf: bool
    ) -> None:
        controller.simulator.set_switches(crlf_pem=crlf)
        found = _both(controller, order_id=issued["order"]["id"], csr_content=csr())
        assert (found["action"], found["phase"]) == ("none", "issued")
        assert "\r" not in found["fullchain_pem"]
        leaf, *chain = certificates.read_certificates(found["fullchain_pem"])
        assert found["fullchain_pem"] == found["certificate_pem"] + found["chain_pem"]
        assert leaf.dns_names == ("www.valid.example", "valid.example") == tuple(found["dns_names"])
        assert leaf.serial_number == found["serial_number"]
        assert leaf.thumbprint == found["thumbprint"] == issued["certificate"]["thumbprint"]
        assert leaf.public_key == found["public_key_fingerprint"] == issued["certificate"]["public_key_fingerprint"]
        assert found["certificate_id"] == issued["certificate"]["id"]
        (root,) = certificates.read_certificates(found["root_pem"])
        assert root.pem == Path(controller.simulator.root_file).read_text(encoding="ascii").replace("\r", "")
        assert certificates.is_signed_by(leaf, chain[0])
        assert certificates.is_signed_by(chain[-1], root)

    def test_a_certificate_is_downloaded_by_its_own_id_without_its_order(
        self, controller: Controller, issued: Result
    ) -> None:
        controller.ok("digicert_reissue", order_id=issued["order"]["id"], csr_content=csr("b"), skip_approval=True)
        found = _both(controller, certificate_id=issued["certificate"]["id"], csr_content=csr())
        assert found["order"] is None
        assert found["serial_number"] == issued["certificate"]["serial_number"]

    def test_the_fingerprint_can_replace_the_csr(self, controller: Controller, issued: Result) -> None:
        digits = issued["certificate"]["public_key_fingerprint"].upper()
        colons = ":".join(digits[index : index + 2] for index in range(0, len(digits), 2))
        assert _both(controller, order_id=issued["order"]["id"], public_key_fingerprint=colons)["serial_number"]

    def test_four_certificates_make_the_same_chain(self, controller: Controller, issued: Result) -> None:
        three = controller.ok(_DOWNLOAD, order_id=issued["order"]["id"], csr_content=csr())
        controller.simulator.add_fault("four_certificates", calls=2)
        ways: list[dict[str, t.Any]] = [{"csr_content": csr()}, {}]
        for arguments in ways:
            four = controller.ok(_DOWNLOAD, order_id=issued["order"]["id"], **arguments)
            assert (four["fullchain_pem"], four["root_pem"]) == (three["fullchain_pem"], three["root_pem"])


class TestRefused:
    def test_a_certificate_for_another_key(self, controller: Controller, issued: Result) -> None:
        failed = controller.fails(_DOWNLOAD, order_id=issued["order"]["id"], csr_content=csr("b"))
        assert "no certificate for the key" in failed["msg"]
        assert failed["order_id"] == issued["order"]["id"]

    @pytest.mark.parametrize("arguments", [{}, {"csr_content": csr()}])
    def test_a_corrupt_download(
        self, controller: Controller, issued: Result, tmp_path: Path, arguments: dict[str, t.Any]
    ) -> None:
        dest = tmp_path / "www.pem"
        dest.write_text("as before", encoding="ascii")
        controller.simulator.add_fault("wrong_pem", calls=-1)
        if not arguments:
            arguments = {"public_key_fingerprint": issued["certificate"]["public_key_fingerprint"]}
        failed = controller.fails(_DOWNLOAD, order_id=issued["order"]["id"], dest=str(dest), **arguments)
        assert failed["order_id"] == issued["order"]["id"]
        assert dest.read_text(encoding="ascii") == "as before"

    @pytest.mark.parametrize(
        ("kind", "words"),
        [
            ("wrong_names", "lacks the requested names"),
            ("ca_certificate", "CA:TRUE"),
            ("expired_intermediate", "which expired on 2010-12-31"),
        ],
    )
    def test_a_wrong_certificate_for_the_right_key(
        self, controller: Controller, issued: Result, tmp_path: Path, kind: str, words: str
    ) -> None:
        dest = tmp_path / "www.pem"
        controller.simulator.add_fault(kind, calls=-1)
        failed = controller.fails(_DOWNLOAD, order_id=issued["order"]["id"], csr_content=csr(), dest=str(dest))
        assert words in failed["msg"]
        assert failed["order_id"] == issued["order"]["id"]
        assert not dest.exists()

    def test_a_certificate_without_a_name_that_is_required(self, controller: Controller, issued: Result) -> None:
        same = {"certificate_id": issued["certificate"]["id"], "csr_content": csr()}
        controller.ok(_DOWNLOAD, **same, dns_names=["WWW.valid.example", "valid.example."])
        failed = controller.fails(_DOWNLOAD, **same, dns_names=["mail.valid.example"])
        assert "lacks the requested names mail.valid.example" in failed["msg"]

    @pytest.mark.parametrize("file_format", ["default", "p7b", "crt", "platform"])
    def test_a_file_with_another_certificate(
        self, controller: Controller, issued: Result, tmp_path: Path, file_format: str
    ) -> None:
        """The second download is compared with the first one, which was compared with the key."""
        dest = tmp_path / "www"
        path = "*/platform*" if file_format == "platform" else f"*/format/{file_format}"
        controller.simulator.add_fault("wrong_pem", path=path)
        same = {"order_id": issued["order"]["id"], "csr_content": csr(), "format": file_format, "dest": str(dest)}
        failed = controller.fails(_DOWNLOAD, **same)
        assert f"in the format {file_format} holds another certificate" in failed["msg"]
        assert not dest.exists()
        assert controller.ok(_DOWNLOAD, **same)["action"] == "write"

    def test_an_html_response(self, controller: Controller, issued: Result) -> None:
        controller.simulator.add_fault("error", path="*/download/*", status=404, html=True)
        failed = controller.fails(_DOWNLOAD, order_id=issued["order"]["id"])
        assert failed["order_id"] == issued["order"]["id"]

    def test_an_order_that_is_not_issued(self, controller: Controller) -> None:
        order = controller.ok("digicert_order", **order_args("www.pending.example"))["order"]
        failed = controller.fails(_DOWNLOAD, order_id=order["id"])
        assert "digicert_order_wait" in failed["next_action"]
        assert failed["order_id"] == order["id"]
        failed = controller.fails(_DOWNLOAD, certificate_id=order["certificate_id"])
        assert failed["errors"]

    def test_not_found(self, controller: Controller) -> None:
        assert controller.fails(_DOWNLOAD, order_id=999)["errors"][0]["code"] == "not_found|order"
        assert controller.fails(_DOWNLOAD, certificate_id=999)["errors"][0]["code"] == "not_found|certificate"


class TestFile:
    def test_it_is_written_once(self, controller: Controller, issued: Result, tmp_path: Path) -> None:
        dest = tmp_path / "www.pem"
        arguments = {"order_id": issued["order"]["id"], "dest": str(dest)}
        predicted = controller.ok(_DOWNLOAD, check_mode=True, **arguments)
        assert (predicted["action"], dest.exists()) == ("write", False)
        done = controller.ok(_DOWNLOAD, **arguments)
        assert (done["action"], done["dest"]) == ("write", str(dest))
        assert len(certificates.read_certificates(dest.read_text(encoding="ascii"))) == 3
        assert _both(controller, **arguments)["action"] == "none"
        assert [path.name for path in tmp_path.iterdir()] == ["www.pem"]

    def test_it_is_replaced_when_the_certificate_changes(
        self, controller: Controller, issued: Result, tmp_path: Path
    ) -> None:
        dest = tmp_path / "www.pem"
        arguments = {"order_id": issued["order"]["id"], "dest": str(dest)}
        controller.ok(_DOWNLOAD, **arguments)
        dest.chmod(0o640)
        controller.ok("digicert_reissue", order_id=issued["order"]["id"], csr_content=csr("b"), skip_approval=True)
        before = dest.stat().st_ino
        assert controller.ok(_DOWNLOAD, **arguments)["action"] == "write"
        assert dest.stat().st_ino != before
        assert dest.stat().st_mode & 0o777 == 0o640

    @pytest.mark.parametrize("format_name", ["pem_noroot", "pem_nointermediate", "pem", "crt", "cer", "p7b"])
    def test_text_formats(self, controller: Controller, issued: Result, tmp_path: Path, format_name: str) -> None:
        dest = tmp_path / "file"
        arguments = {"order_id": issued["order"]["id"], "dest": str(dest), "format": format_name}
        assert controller.ok(_DOWNLOAD, **arguments)["action"] == "write"
        assert b"-----BEGIN " in dest.read_bytes()
        assert _both(controller, **arguments)["action"] == "none"

    @pytest.mark.parametrize("format_name", ["default", "default_cer", "default_pem", "apache"])
    def test_archives(self, controller: Controller, issued: Result, tmp_path: Path, format_name: str) -> None:
        dest = tmp_path / "file.zip"
        arguments = {"order_id": issued["order"]["id"], "dest": str(dest), "format": format_name}
        assert controller.ok(_DOWNLOAD, **arguments)["action"] == "write"
        before = dest.read_bytes()
        assert zipfile.ZipFile(io.BytesIO(before)).testzip() is None
        with zipfile.ZipFile(dest, "a") as archive:
            archive.comment = b"made at another time"
        assert dest.read_bytes() != before
        assert _both(controller, **arguments)["action"] == "none"
        with zipfile.ZipFile(dest, "a") as archive:
            archive.writestr("more.txt", "more")
        assert controller.ok(_DOWNLOAD, **arguments)["action"] == "write"
        dest.write_bytes(before[:40])
        assert controller.ok(_DOWNLOAD, **arguments)["action"] == "write"

    def test_the_diff_shows_the_file_before_and_after(
        self, controller: Controller, issued: Result, tmp_path: Path
    ) -> None:
        dest = tmp_path / "www.pem"
        arguments = {"order_id": issued["order"]["id"], "dest": str(dest)}
        predicted = controller.ok(_DOWNLOAD, check_mode=True, **arguments)
        done = controller.ok(_DOWNLOAD, **arguments)
        digest = hashlib.sha256(dest.read_bytes()).hexdigest()
        assert (predicted["diff"], predicted["reasons"]) == (done["diff"], done["reasons"])
        assert done["diff"]["before"] == {"file": str(dest), "sha256": None}
        assert done["diff"]["after"] == {"file": str(dest), "sha256": digest}
        assert controller.ok(_DOWNLOAD, **arguments)["diff"] == {"before": {}, "after": {}}

    @pytest.mark.parametrize(("platform", "is_archive"), [(2, True), (45, False), (None, False)])
    def test_the_format_of_a_server_platform(
        self, controller: Controller, tmp_path: Path, platform: int | None, is_archive: bool
    ) -> None:
        """Without one it is that of the order, here 29, which is a single file."""
        order_id = controller.ok("digicert_order", **order_args(server_platform_id=29))["order"]["id"]
        dest = tmp_path / "file"
        arguments = {"order_id": order_id, "dest": str(dest), "format": "platform", "server_platform_id": platform}
        assert controller.ok(_DOWNLOAD, **arguments)["action"] == "write"
        paths = [call["path"] for call in controller.calls if "/platform" in call["path"]]
        assert [path.rsplit("/platform", 1)[1] for path in paths] == [f"/{platform}" if platform else ""]
        assert zipfile.is_zipfile(dest) is is_archive
        assert _both(controller, **arguments)["action"] == "none"

    def test_a_platform_that_would_have_no_effect(self, controller: Controller, issued: Result) -> None:
        failed = controller.fails(_DOWNLOAD, order_id=issued["order"]["id"], server_platform_id=2)
        assert "Set format to platform" in failed["next_action"]

    @pytest.mark.parametrize("dest", ["no/such/folder/www.pem", "."])
    def test_a_path_that_cannot_be_written(
        self, controller: Controller, issued: Result, tmp_path: Path, dest: str
    ) -> None:
        for check_mode in (True, False):
            failed = controller.fails(
                _DOWNLOAD, check_mode=check_mode, order_id=issued["order"]["id"], dest=str(tmp_path / dest)
            )
            assert "dest" in failed["next_action"]
        assert list(tmp_path.iterdir()) == []
