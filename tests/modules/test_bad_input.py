# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bad input: one clear message that says what to do, the service's code where it gave one, nothing ordered."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.modules.controller import Controller, Result
from ansible_collections.community.digicert.tests.modules.wishes import csr, wish
from ansible_collections.community.digicert.tests.unit import pki
from ansible_collections.community.digicert.tests.unit.scripted_server import reply, serve

_ORDER = "digicert_order"
_API_MODULES: dict[str, dict[str, t.Any]] = {
    _ORDER: wish(),
    "digicert_order_info": {"order_id": 1},
    "digicert_order_status": {"order_id": 1},
    "digicert_order_wait": {"order_ids": [1]},
    "digicert_reissue": {"order_id": 1},
    "digicert_revoke": {"order_id": 1},
    "digicert_dcv": {"order_id": 1},
    "digicert_certificate_download": {"order_id": 1},
    "digicert_certificate_plan": {"dns_names": ["www.valid.example"], "organization_id": 112233},
    "digicert_org_validation_info": {"organization_id": 1},
    "digicert_domain": {"name": "new.example"},
    "digicert_domain_info": {"domain_id": 1},
    "digicert_organization": {"name": "Example Corp"},
    "digicert_organization_info": {"organization_id": 1},
    "digicert_product_info": {"name_id": "ssl_basic"},
    "digicert_account_info": {},
    "digicert_duplicate": {"order_id": 1, "csr_content": csr()},
    "digicert_request_info": {"request_id": 1},
    "digicert_request": {"request_id": 1, "status": "approved"},
}


def _refused(controller: Controller, *words: str, **arguments: t.Any) -> Result:
    """Check mode and a real run must both refuse, without ordering anything."""
    for check_mode in (True, False):
        failed = controller.fails(_ORDER, check_mode=check_mode, **arguments)
        for word in words:
            assert word in failed["msg"]
        assert controller.ordered() == []
    return failed


@pytest.mark.parametrize("module", _API_MODULES)
class TestEveryModule:
    def test_a_missing_api_key(self, controller: Controller, module: str) -> None:
        for nothing in ("", "  ", None):
            failed = controller.fails(module, **{**_API_MODULES[module], "api_key": nothing})
            assert "DIGICERT_API_KEY" in failed["next_action"]
            assert failed["api_calls"] == {}

    def test_a_refused_api_key(self, controller: Controller, module: str) -> None:
        failed = controller.fails(module, **{**_API_MODULES[module], "api_key": "THIS0KEY1WAS2REVOKED"})
        assert failed["errors"][0]["code"] == "access_denied|access_denied_invalid_key"
        assert "Check the API key" in failed["next_action"]

    def test_an_address_that_answers_html(self, controller: Controller, module: str) -> None:
        with serve() as server:
            page = reply(200, b"<!DOCTYPE html><title>Sign in</title>", {"Content-Type": "text/html"})
            server.script = [page]
            failed = controller.fails(module, **{**_API_MODULES[module], "api_url": server.url})
            assert len(server.seen) == 1
        assert "HTML" in failed["msg"]
        assert "api_url" in failed["next_action"]

    def test_a_tls_certificate_that_does_not_verify(self, controller: Controller, module: str) -> None:
        address = f"{controller.simulator.base_url}/"
        failed = controller.fails(module, **{**_API_MODULES[module], "api_url": address, "ca_path": None})
        assert "does not verify" in failed["msg"]
        assert "ca_path" in failed["next_action"]
        assert controller.calls == []


class TestApiKey:
    def test_it_may_come_from_the_environment_and_is_hidden_there_too(
        self, controller: Controller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DIGICERT_API_KEY", controller.api_key)
        monkeypatch.setenv("DIGICERT_API_URL", controller.simulator.base_url)
        monkeypatch.setenv("DIGICERT_CA_PATH", controller.simulator.ca_file)
        controller.secrets.append(controller.api_key)
        assert controller.ok("digicert_order_info", api_key=None, ca_path=None)["orders"] == []

    @pytest.mark.parametrize("key", ["two\nlines of it", "$ANSIBLE_VAULT;1.1;AES256\n3966", "schlüssel", "with blank"])
    def test_one_that_cannot_be_a_key_is_not_sent(self, controller: Controller, key: str) -> None:
        failed = controller.fails("digicert_order_info", api_key=key)
        assert "characters that no API key has" in failed["msg"]
        assert controller.calls == []

    def test_one_without_the_permission(self, controller: Controller) -> None:
        failed = controller.fails(_ORDER, **wish(api_key=controller.simulator.keys()["view-only"]))
        assert failed["errors"][0]["code"] == "access_denied|missing_permission"
        assert "permission" in failed["next_action"]
        assert controller.ordered() == []

    def test_one_that_may_not_skip_the_approval(self, controller: Controller) -> None:
        key = controller.simulator.keys()["no-approval"]
        controller.simulator.set_switches(skip_approval_without_right="refuse")
        failed = controller.fails(_ORDER, **wish(api_key=key))
        assert failed["errors"]
        assert controller.ordered() == []
        controller.simulator.set_switches(skip_approval_without_right="ignore")
        assert controller.ok(_ORDER, **wish(api_key=key))["phase"] == "waiting_approval"


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
    def test_one_that_cannot_be_read(self, controller: Controller, text: str) -> None:
        _refused(controller, "CSR cannot be read", "Make a new CSR", **wish(csr_content=text))
        assert controller.calls == []

    def test_a_private_key_in_its_place_is_not_shown_by_the_message(self, controller: Controller) -> None:
        pem = pki.key_pem(pki.new_key()).decode()
        failed = _refused(controller, "CSR cannot be read", **wish(csr_content=pem))
        assert pem.splitlines()[1] not in failed["msg"]

    @pytest.mark.parametrize("place", ["missing.csr", "."])
    def test_a_file_that_cannot_be_read(self, controller: Controller, tmp_path: Path, place: str) -> None:
        arguments = wish(csr_path=str(tmp_path / place))
        del arguments["csr_content"]
        _refused(controller, "csr_path", **arguments)

    def test_none_at_all(self, controller: Controller) -> None:
        _refused(controller, "csr_content", "csr_path", **wish(csr_content=None))

    @pytest.mark.parametrize("module", [_ORDER, "digicert_reissue", "digicert_duplicate"])
    def test_a_key_that_is_too_weak(self, controller: Controller, module: str) -> None:
        weak = pki.csr_pem(pki.rsa_key(1024), "www.valid.example")
        if module == _ORDER:
            failed = _refused(controller, "1024 bits", "2048", **wish(csr_content=weak))
        else:
            failed = controller.fails(module, order_id=1, csr_content=weak)
        assert "new key" in failed["next_action"]
        assert controller.calls == []


class TestNamesAndProducts:
    @pytest.mark.parametrize(
        "name", ["www valid.example", "localhost", "192.0.2.7", "a_b.valid.example", "*.*.valid.example", "-"]
    )
    def test_a_name_that_is_no_host_name(self, controller: Controller, name: str) -> None:
        _refused(controller, repr(name), "dns_names", **wish("www.valid.example", name))
        assert controller.calls == []

    def test_no_name(self, controller: Controller) -> None:
        _refused(controller, "dns_names", **{**wish(), "dns_names": []})

    @pytest.mark.parametrize("method", ["http-token", "http-token-dynamic"])
    def test_a_wildcard_with_http(self, controller: Controller, method: str) -> None:
        arguments = wish("www.valid.example", "*.valid.example", dcv_method=method)
        _refused(controller, "*.valid.example", method, "dns-txt-token", **arguments)
        assert controller.calls == []

    def test_an_unknown_product(self, controller: Controller) -> None:
        failed = _refused(controller, "product", **wish(product="ssl_gold"))
        assert failed["errors"][0]["code"] == "not_found|product"
        assert "product identifier" in failed["next_action"]
        assert controller.ordered() == []

    def test_an_unknown_organization(self, controller: Controller) -> None:
        failed = controller.fails(_ORDER, **wish(organization_id=999))
        assert failed["errors"][0]["code"] == "not_found|organization"
        assert "organization ID" in failed["next_action"]
        assert controller.ordered() == []

    def test_no_organization(self, controller: Controller) -> None:
        _refused(controller, "organization_id", **wish(organization_id=None))
        assert controller.calls == []

    @pytest.mark.parametrize("rule", ["soon", "-1", "²", "9" * 30])
    def test_a_rule_for_renewing_that_is_none(self, controller: Controller, rule: str) -> None:
        _refused(controller, "renew_before", **wish(renew_before=rule))
        assert controller.calls == []


class TestAddress:
    @pytest.mark.parametrize(
        ("address", "word"),
        [
            ("http://certcentral.example/services/v2", "in clear"),
            ("certcentral.example", "https://"),
            ("https://[::1", "https://"),
            ("https://someone:hidden@certcentral.example", "credentials"),
        ],
    )
    def test_one_that_cannot_be_used(self, controller: Controller, address: str, word: str) -> None:
        failed = controller.fails("digicert_order_info", api_url=address)
        assert word in failed["msg"]
        assert "hidden" not in failed["msg"]

    def test_one_that_nobody_answers_at(self, controller: Controller) -> None:
        failed = controller.fails(_ORDER, **wish(api_url="http://127.0.0.1:9/services/v2", timeout=1))
        assert "cannot be reached" in failed["msg"]

    def test_one_below_which_there_is_no_services_api(self, controller: Controller) -> None:
        address = controller.simulator.base_url.replace("/v2", "/v3")
        failed = controller._run("digicert_order_info", False, {"order_id": 1, "api_url": address})
        assert "/services/v2" in failed["msg"]

    def test_a_ca_path_that_is_not_there(self, controller: Controller) -> None:
        failed = controller.fails(
            "digicert_order_info", ca_path="/no/such/file.pem", api_url=f"{controller.simulator.base_url}/"
        )
        assert "ca_path" in failed["next_action"]

    def test_a_timeout_of_nothing(self, controller: Controller) -> None:
        assert "timeout" in controller.fails("digicert_order_info", timeout=0)["msg"]
