# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An unusable CSR, name or product: one clear message that says what to do, and nothing is ordered."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result
from ansible_collections.community.digicert.tests.unit import pki

_ORDER = "digicert_order"


def _refused(controller: Controller, *words: str, **arguments: t.Any) -> Result:
    """Run in check mode and for real; both must refuse without ordering anything."""
    for check_mode in (True, False):
        failed = controller.fails(_ORDER, check_mode=check_mode, **arguments)
        for word in words:
            assert word in failed["msg"]
        assert controller.ordered() == []
    return failed


class TestCsr:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "not a CSR",
            "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
            csr()[:-60],
            csr() + csr("b"),
        ],
        ids=["nothing", "words", "empty block", "cut", "two"],
    )
    def test_an_unreadable_csr(self, controller: Controller, text: str) -> None:
        _refused(controller, "CSR cannot be read", "Create a new CSR", **order_args(csr_content=text))
        assert controller.calls == []

    def test_a_private_key_given_instead_is_not_shown(self, controller: Controller) -> None:
        pem = pki.key_pem(pki.new_key()).decode()
        failed = _refused(controller, "CSR cannot be read", **order_args(csr_content=pem))
        assert pem.splitlines()[1] not in failed["msg"]

    @pytest.mark.parametrize("place", ["missing.csr", "."])
    def test_an_unreadable_file(self, controller: Controller, tmp_path: Path, place: str) -> None:
        arguments = order_args(csr_path=str(tmp_path / place))
        del arguments["csr_content"]
        _refused(controller, "csr_path", **arguments)

    def test_no_csr(self, controller: Controller) -> None:
        _refused(controller, "csr_content", "csr_path", **order_args(csr_content=None))

    @pytest.mark.parametrize("module", [_ORDER, "digicert_reissue", "digicert_duplicate"])
    def test_a_key_that_is_too_weak(self, controller: Controller, module: str) -> None:
        weak = pki.csr_pem(pki.rsa_key(1024), "www.valid.example")
        if module == _ORDER:
            failed = _refused(controller, "1024 bits", "2048", **order_args(csr_content=weak))
        else:
            failed = controller.fails(module, order_id=1, csr_content=weak)
        assert "new key" in failed["next_action"]
        assert controller.calls == []


class TestNamesAndProducts:
    @pytest.mark.parametrize(
        "name", ["www valid.example", "localhost", "192.0.2.7", "a_b.valid.example", "*.*.valid.example", "-"]
    )
    def test_a_name_that_is_not_a_valid_host_name(self, controller: Controller, name: str) -> None:
        _refused(controller, repr(name), "dns_names", **order_args("www.valid.example", name))
        assert controller.calls == []

    def test_no_name(self, controller: Controller) -> None:
        _refused(controller, "dns_names", **{**order_args(), "dns_names": []})

    @pytest.mark.parametrize("method", ["http-token", "http-token-dynamic"])
    def test_a_wildcard_with_http(self, controller: Controller, method: str) -> None:
        arguments = order_args("www.valid.example", "*.valid.example", dcv_method=method)
        _refused(controller, "*.valid.example", method, "dns-txt-token", **arguments)
        assert controller.calls == []

    def test_an_unknown_product(self, controller: Controller) -> None:
        failed = _refused(controller, "product", **order_args(product="ssl_gold"))
        assert failed["errors"][0]["code"] == "not_found|product"
        assert "product identifier" in failed["next_action"]
        assert controller.ordered() == []

    def test_an_unknown_organization(self, controller: Controller) -> None:
        failed = controller.fails(_ORDER, **order_args(organization_id=999))
        assert failed["errors"][0]["code"] == "not_found|organization"
        assert "organization ID" in failed["next_action"]
        assert controller.ordered() == []

    def test_no_organization(self, controller: Controller) -> None:
        _refused(controller, "organization_id", **order_args(organization_id=None))
        assert controller.calls == []

    @pytest.mark.parametrize("rule", ["soon", "-1", "²", "9" * 30])
    def test_an_invalid_renewal_rule(self, controller: Controller, rule: str) -> None:
        _refused(controller, "renew_before", **order_args(renew_before=rule))
        assert controller.calls == []
