# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret is in what a module prints or logs, also if it is in an option in which it does not belong."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._module import host_options, options, run
from ansible_collections.community.digicert.tests.modules.execution import Printed, execute
from ansible_collections.community.digicert.tests.roles.support.canaries import Canaries
from ansible_collections.community.digicert.tests.unit import pki

_API_KEY = "KEY0OF1THE2TESTS"
_CONNECTION = {"api_key": _API_KEY, "api_url": "http://127.0.0.1:9/services/v2", "timeout": 1}


def _hits(canaries: Canaries, printed: Printed) -> set[str]:
    """Return where secrets are."""
    places = {"stdout": printed.stdout, "stderr": printed.stderr, "log": printed.log}
    return {place for _name, place in canaries.hits(places)}


def _host_options(folder: Path, **more: t.Any) -> dict[str, t.Any]:
    certificate = {"name": "www", "directory": str(folder), "dns_names": ["www.example.com"], **more}
    return {"state": "installed", "certificates": [certificate]}


@pytest.mark.parametrize("option", ["keystore_passphrase", "private_key"])
def test_secrets_of_a_host_are_hidden_and_one_that_is_not_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    canaries = Canaries()
    arguments = _host_options(tmp_path, certificate="none", **{option: canaries.new("secret")})
    assert _hits(canaries, execute("digicert_host_certificate", arguments)) == set()
    hidden = host_options.install_options()
    shown = {**hidden, option: {**hidden[option], "no_log": False}}
    monkeypatch.setattr(
        "ansible_collections.community.digicert.plugins.modules.digicert_host_certificate.install_options",
        lambda: shown,
    )
    assert _hits(canaries, execute("digicert_host_certificate", arguments)) == {"stdout", "log"}


def test_a_passphrase_that_is_only_compared_is_hidden(tmp_path: Path) -> None:
    canaries = Canaries()
    (certificate,) = _host_options(tmp_path, keystore_passphrase=canaries.new("secret"))["certificates"]
    for wrong in ({}, {"renew_before": "soon"}, {"no_such_option": True}):
        printed = execute("digicert_host_certificate_info", {"certificates": [{**certificate, **wrong}]})
        assert printed.status == bool(wrong)
        assert _hits(canaries, printed) == set()


def test_an_api_key_that_is_not_hidden_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    canaries, declared = Canaries({"api_key": _API_KEY}), options.connection_argument_spec()
    arguments = {**_CONNECTION, "order_id": 1}
    assert _hits(canaries, execute("digicert_order_info", arguments)) == set()
    shown = {**declared, "api_key": {**declared["api_key"], "no_log": False}}
    monkeypatch.setattr(run, "connection_argument_spec", lambda: shown)
    assert "log" in _hits(canaries, execute("digicert_order_info", arguments))


_KEY = pki.key_pem(pki.new_key()).decode()


@pytest.mark.parametrize("text", [_KEY, f"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n{_KEY}"])
@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("digicert_order", {"dns_names": ["www.example.com"], "organization_id": 1, "csr_content": "{}"}),
        ("digicert_order", {"dns_names": ["{}"], "organization_id": 1}),
        ("digicert_reissue", {"order_id": 1, "csr_content": "{}"}),
        ("digicert_duplicate", {"order_id": 1, "csr_content": "{}"}),
        ("digicert_certificate", {"requests": [{"name": "www", "dns_names": ["a.example"], "csr_content": "{}"}]}),
        ("digicert_order", {"no_such_option": "{}", "csr_content": "{}"}),
        ("digicert_host_certificate", {"certificate": "{}"}),
        ("digicert_host_certificate", {"chain": "{}"}),
    ],
)
def test_a_private_key_in_place_of_something_else_is_hidden(
    tmp_path: Path, module: str, arguments: dict[str, t.Any], text: str
) -> None:
    canaries = Canaries({"key": _KEY})
    given = _filled(arguments, text)
    given = _host_options(tmp_path, **given) if "host" in module else {**_CONNECTION, **given}
    printed = execute(module, given)
    assert printed.status == 1
    assert _hits(canaries, printed) == set()


def _filled(value: t.Any, text: str) -> t.Any:
    """Return arguments in which the text stands for each placeholder."""
    if isinstance(value, dict):
        return {name: _filled(one, text) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, text) for one in value]
    return text if value == "{}" else value


def test_a_password_in_an_address_is_hidden() -> None:
    canaries = Canaries()
    password = canaries.new("password", "canary0of1the2address")
    arguments = {**_CONNECTION, "order_id": 1, "api_url": f"https://someone:{password}@certcentral.example/services/v2"}
    assert _hits(canaries, execute("digicert_order_info", arguments)) == set()


def test_a_password_of_a_proxy_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    canaries = Canaries()
    password = canaries.new("password", "canary0of1the2proxy")
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://someone:{password}@127.0.0.1:9")
    arguments = {**_CONNECTION, "order_id": 1, "api_url": "https://certcentral.example/services/v2"}
    printed = execute("digicert_order_info", arguments)
    assert "proxy" in printed.result["msg"]
    assert _hits(canaries, printed) == set()
