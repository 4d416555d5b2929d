# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CSRs of other programs, names that are too long or not in ASCII, and an approval that cannot be skipped."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result
from ansible_collections.community.digicert.tests.unit import made_csrs, pki

_LONG = "the-very-long-host-name-of-a-machine-that-nobody-can-remember.valid.example"
_N = pki.rsa_key().public_key().public_numbers().n


class TestCsr:
    @pytest.mark.parametrize(
        "form",
        [
            lambda pem: pem.replace("\n", "\\n").encode(),
            lambda pem: pem.replace("\n", " ").encode(),
            lambda pem: pem.encode("utf-16"),
            lambda pem: b"\xef\xbb\xbf" + pem.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST").encode(),
        ],
        ids=["written line ends", "blanks", "UTF-16", "BOM and the older label"],
    )
    def test_it_is_sent_in_plain_pem_whatever_its_form(
        self, controller: Controller, tmp_path: Path, form: t.Callable[[str], bytes]
    ) -> None:
        file = tmp_path / "www.csr"
        file.write_bytes(form(csr()))
        by_path = order_args(csr_path=str(file), csr_content=None)
        by_content = order_args(csr_content=form(csr()).decode(errors="replace"))
        assert controller.ok("digicert_order", **by_path)["action"] == "order"
        assert controller.ok("digicert_order", **by_content)["action"] == "none"

    def test_one_that_is_signed_with_sha1_is_accepted(self, controller: Controller) -> None:
        pem = made_csrs.unsigned_csr(made_csrs.rsa_key_info(_N, 65537))
        assert controller.ok("digicert_order", check_mode=True, **order_args(csr_content=pem))["action"] == "order"

    @pytest.mark.parametrize("module", ["digicert_order", "digicert_reissue", "digicert_duplicate"])
    def test_a_key_that_public_cas_refuse_is_refused_before_anything_is_sent(
        self, controller: Controller, module: str
    ) -> None:
        pem = made_csrs.unsigned_csr(made_csrs.rsa_key_info(_N, 65537, "1.2.840.113549.1.1.10"))
        arguments = order_args(csr_content=pem) if module == "digicert_order" else {"order_id": 7, "csr_content": pem}
        for check_mode in (True, False):
            failed = controller.fails(module, check_mode=check_mode, **arguments)
            assert "RSASSA-PSS" in failed["msg"]
            assert controller.calls == []


class TestCommonName:
    @pytest.mark.parametrize(
        ("module", "arguments"),
        [
            ("digicert_order", order_args(_LONG)),
            ("digicert_order", order_args("www.valid.example", common_name=_LONG)),
            ("digicert_order", order_args(f"{'ü' * 45}.valid.example")),
            ("digicert_certificate_plan", {"dns_names": [_LONG], "organization_id": 112233}),
            ("digicert_duplicate", {"order_id": 7, "csr_content": csr(), "common_name": _LONG}),
        ],
    )
    def test_one_that_is_too_long_is_refused_before_anything_is_sent(
        self, controller: Controller, module: str, arguments: dict[str, t.Any]
    ) -> None:
        for check_mode in (True, False):
            failed = controller.fails(module, check_mode=check_mode, **arguments)
            assert failed["errors"][0]["code"] == "rfc5280_common_name_too_long"
            assert "at most 64 characters" in failed["next_action"]
            assert controller.calls == []

    def test_one_of_many_requests_fails_alone(self, controller: Controller) -> None:
        requests = [{**order_args(_LONG, "valid.example"), "name": "long"}, {**order_args(), "name": "short"}]
        for check_mode in (True, False):
            done = controller._run("digicert_certificate", check_mode, {"requests": requests, "fail_on_error": False})
            long, short = done["certificates"]
            assert (long["failed"], short["failed"]) == (True, False)
            assert "rfc5280_common_name_too_long" in long["msg"]

    def test_a_reissue_keeps_the_common_name_or_refuses_one_that_is_too_long(self, controller: Controller) -> None:
        order_id = controller.ok("digicert_order", **order_args("www.valid.example"))["order"]["id"]
        kept = {"order_id": order_id, "dns_names": [_LONG, "www.valid.example"]}
        assert controller.ok("digicert_reissue", check_mode=True, **kept)["action"] == "reissue"
        other = {"order_id": order_id, "dns_names": [_LONG], "allow_name_removal": True}
        for check_mode in (True, False):
            assert "rfc5280" in controller.fails("digicert_reissue", check_mode=check_mode, **other)["msg"]
            assert controller.writes() == []

    def test_a_long_name_may_follow_a_short_one(self, controller: Controller) -> None:
        assert controller.ok("digicert_order", **order_args("valid.example", _LONG))["phase"] == "issued"


class TestUnskippedApproval:
    @pytest.fixture
    def without_right(self, controller: Controller) -> Controller:
        """Return a controller whose user may not approve."""
        controller.api_key = controller.simulator.keys()["no-approval"]
        return controller

    def _says_so(self, controller: Controller, done: Result) -> None:
        assert done["phase"] == "waiting_approval"
        assert "skip_approval had no effect, because the user of the API key may not" in controller.warnings(done)

    def test_an_order_says_why_it_waits(self, without_right: Controller) -> None:
        self._says_so(without_right, without_right.ok("digicert_order", **order_args()))
        again = without_right.ok("digicert_order", **order_args())
        assert again["action"] == "none"
        assert "it waits for approval although skip_approval is set" in without_right.warnings(again)
        plain = without_right.ok("digicert_order", **order_args("a.valid.example", skip_approval=False))
        assert "skip_approval" not in without_right.warnings(plain)

    def test_many_requests_say_why_they_wait(self, without_right: Controller) -> None:
        self._says_so(without_right, without_right.ok("digicert_certificate", **order_args(), wait=False))

    def test_a_reissue_and_a_duplicate_say_why_they_wait(self, controller: Controller) -> None:
        order_id = controller.ok("digicert_order", **order_args())["order"]["id"]
        controller.api_key = controller.simulator.keys()["no-approval"]
        asked = {"order_id": order_id, "skip_approval": True}
        self._says_so(controller, controller.ok("digicert_duplicate", **asked, csr_content=csr("b")))
        self._says_so(controller, controller.ok("digicert_reissue", **asked, csr_content=csr("c")))
