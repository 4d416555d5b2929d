# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A connection that cannot work because of the key, the address or the server: one clear message with a remedy."""

from __future__ import annotations

import pytest

from ansible_collections.community.digicert.tests.modules.api_modules import API_MODULES
from ansible_collections.community.digicert.tests.modules.arguments import order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller
from ansible_collections.community.digicert.tests.unit.scripted_server import reply, serve

_ORDER = "digicert_order"


@pytest.mark.parametrize("module", API_MODULES)
class TestEveryModule:
    def test_a_missing_api_key(self, controller: Controller, module: str) -> None:
        for nothing in ("", "  ", None):
            failed = controller.fails(module, **{**API_MODULES[module], "api_key": nothing})
            assert "DIGICERT_API_KEY" in failed["next_action"]
            assert failed["api_calls"] == {}

    def test_a_refused_api_key(self, controller: Controller, module: str) -> None:
        failed = controller.fails(module, **{**API_MODULES[module], "api_key": "THIS0KEY1WAS2REVOKED"})
        assert failed["errors"][0]["code"] == "access_denied|access_denied_invalid_key"
        assert "Check the API key" in failed["next_action"]

    def test_an_address_that_returns_html(self, controller: Controller, module: str) -> None:
        with serve() as server:
            page = reply(200, b"<!DOCTYPE html><title>Sign in</title>", {"Content-Type": "text/html"})
            server.script = [page]
            failed = controller.fails(module, **{**API_MODULES[module], "api_url": server.url})
            assert len(server.seen) == 1
        assert "HTML" in failed["msg"]
        assert "api_url" in failed["next_action"]

    def test_a_tls_certificate_that_does_not_verify(self, controller: Controller, module: str) -> None:
        address = f"{controller.simulator.base_url}/"
        failed = controller.fails(module, **{**API_MODULES[module], "api_url": address, "ca_path": None})
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
    def test_a_malformed_key_is_not_sent(self, controller: Controller, key: str) -> None:
        failed = controller.fails("digicert_order_info", api_key=key)
        assert "characters that are not valid in an API key" in failed["msg"]
        assert controller.calls == []

    def test_a_key_without_the_permission(self, controller: Controller) -> None:
        failed = controller.fails(_ORDER, **order_args(api_key=controller.simulator.keys()["view-only"]))
        assert failed["errors"][0]["code"] == "access_denied|missing_permission"
        assert "permission" in failed["next_action"]
        assert controller.ordered() == []

    def test_a_key_that_may_not_skip_the_approval(self, controller: Controller) -> None:
        key = controller.simulator.keys()["no-approval"]
        controller.simulator.set_switches(skip_approval_without_right="refuse")
        failed = controller.fails(_ORDER, **order_args(api_key=key))
        assert failed["errors"]
        assert controller.ordered() == []
        controller.simulator.set_switches(skip_approval_without_right="ignore")
        assert controller.ok(_ORDER, **order_args(api_key=key))["phase"] == "waiting_approval"


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
    def test_an_unusable_address(self, controller: Controller, address: str, word: str) -> None:
        failed = controller.fails("digicert_order_info", api_url=address)
        assert word in failed["msg"]
        assert "hidden" not in failed["msg"]

    def test_an_address_where_nothing_listens(self, controller: Controller) -> None:
        failed = controller.fails(_ORDER, **order_args(api_url="http://127.0.0.1:9/services/v2", timeout=1))
        assert "cannot be reached" in failed["msg"]

    def test_an_address_without_a_services_api(self, controller: Controller) -> None:
        address = controller.simulator.base_url.replace("/v2", "/v3")
        failed = controller._run("digicert_order_info", False, {"order_id": 1, "api_url": address})
        assert "/services/v2" in failed["msg"]

    def test_a_ca_path_that_does_not_exist(self, controller: Controller) -> None:
        failed = controller.fails(
            "digicert_order_info", ca_path="/no/such/file.pem", api_url=f"{controller.simulator.base_url}/"
        )
        assert "ca_path" in failed["next_action"]

    def test_a_timeout_of_zero(self, controller: Controller) -> None:
        assert "timeout" in controller.fails("digicert_order_info", timeout=0)["msg"]
