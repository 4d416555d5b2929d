# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that want something published: only tokens are, and only for names that were requested.

Each run is recorded against the simulator, and replayed with answers that lie.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Callable, Iterator

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result
from ansible_collections.community.digicert.tests.modules.execution import execute
from ansible_collections.community.digicert.tests.modules.replaying import Exchange, played, recorded

_NAME = "www.pending.example"
_OTHER = "bank.test"
# a lie in the answer to an order makes the module read the order, which was not recorded
_NOT_RECORDED = "CertCentral does not show it yet"
_METHODS = ("dns-txt-token", "dns-cname-token", "http-token")
_CODE = "<?php system($_GET[1]) ?>"

Arguments = dict[str, t.Any]
Scene = tuple[str, Callable[[Controller, str], Arguments]]


def _order(controller: Controller, method: str) -> Arguments:
    return order_args(_NAME, dcv_method=method)


def _again(controller: Controller, method: str) -> Arguments:
    controller.ok("digicert_order", **_order(controller, method))
    return _order(controller, method)


def _requests(controller: Controller, method: str) -> Arguments:
    return {**_order(controller, method), "wait": False}


def _requested_again(controller: Controller, method: str) -> Arguments:
    controller.ok("digicert_order", **_order(controller, method))
    return _requests(controller, method)


def _of_order(controller: Controller, method: str) -> Arguments:
    return {"order_id": controller.ok("digicert_order", **_order(controller, method))["order"]["id"]}


def _added(controller: Controller, _method: str) -> Arguments:
    issued = controller.ok("digicert_order", **order_args())
    names = ["www.valid.example", _NAME]
    return {"order_id": issued["order"]["id"], "dns_names": names, "csr_content": csr("b"), "skip_approval": True}


def _domain(_controller: Controller, method: str) -> Arguments:
    return {"name": _NAME, "keep_www": True, "organization_id": 112233, "dcv_method": method}


_SCENES: dict[str, Scene] = {
    "order": ("digicert_order", _order),
    "order, again": ("digicert_order", _again),
    "certificate": ("digicert_certificate", _requests),
    "certificate, again": ("digicert_certificate", _requested_again),
    "dcv": ("digicert_dcv", _of_order),
    "reissue": ("digicert_reissue", _added),
    "domain": ("digicert_domain", _domain),
}


def _texts(value: t.Any, key: str, change: Callable[[str, str], str]) -> t.Any:
    """Return JSON in which every text is changed; ``key`` is that of the nearest object."""
    if isinstance(value, dict):
        return {name: _texts(inner, name, change) for name, inner in value.items()}
    if isinstance(value, list):
        return [_texts(inner, key, change) for inner in value]
    return change(key, value) if isinstance(value, str) else value


def _lying(exchanges: list[Exchange], change: Callable[[str, str], str], *, only: str = "") -> list[Exchange]:
    return [
        exchange.with_body(json.dumps(_texts(exchange.decoded(), "", change)).encode())
        if exchange.is_json and only in exchange.target
        else exchange
        for exchange in exchanges
    ]


def _another_name(_key: str, text: str) -> str:
    return _OTHER if text in (_NAME, "pending.example") else text


def _code(key: str, text: str) -> str:
    return _CODE if key in ("token", "dcv_random_value") else text


def _program(key: str, text: str) -> str:
    return text.rpartition("/")[0] + "/shell.php" if key == "http_token_url" else text


def _no_address(key: str, text: str) -> str:
    return "http://[" if key == "http_token_url" else text


def _replayed(controller: Controller, name: str, method: str, lie: Callable[..., list[Exchange]]) -> Iterator[Result]:
    """Yield the results of a run with true answers and of one with lies; neither may do more than the first one."""
    module, prepare = _SCENES[name]
    arguments = prepare(controller, method)
    with recorded() as exchanges:
        yield controller.ok(module, **arguments)
    connection = {"api_key": "KEY0OF1THE2TESTS", "api_url": controller.simulator.base_url, "rate_limit": 0}
    with played(lie(exchanges)) as player:
        yield execute(module, {**arguments, **connection}).result
    posts = [call for call in player.guesses() if call[0] == "POST" and "/order/" in call[1]]
    assert posts == []


def _records(result: Result) -> list[dict[str, t.Any]]:
    return list(result.get("dcv", {}).get("records", ()))


def _assert_refused(result: Result, *words: str) -> None:
    assert _records(result) == []
    assert result["failed"]
    assert any(word in result["msg"] for word in words), result["msg"]


# what is asked for later makes the lie of an earlier answer useless, so both forms are tried
@pytest.mark.parametrize("only", ["", "/validation"])
@pytest.mark.parametrize("name", _SCENES)
def test_records_are_only_returned_for_requested_names(controller: Controller, name: str, only: str) -> None:
    if (name == "dcv" and not only) or (name == "domain" and only):
        # who only knows the ID of an order has to believe its names; a domain has no validation of its own
        return
    true, lying = _replayed(
        controller, name, "dns-txt-token", lambda exchanges: _lying(exchanges, _another_name, only=only)
    )
    assert {record["domain"].removeprefix("www.") for record in _records(true)} == {"pending.example"}
    assert _OTHER not in json.dumps(_records(lying))
    if only and name != "certificate":
        _assert_refused(lying, f"a proof of control of {_OTHER}, which is neither a requested name")


@pytest.mark.parametrize("method", _METHODS)
@pytest.mark.parametrize("name", _SCENES)
def test_only_a_token_is_returned(controller: Controller, name: str, method: str) -> None:
    true, lying = _replayed(controller, name, method, lambda exchanges: _lying(exchanges, _code))
    assert _records(true)
    _assert_refused(lying, "which is not one of domain control validation; nothing was published", _NOT_RECORDED)


@pytest.mark.parametrize("change", [_program, _no_address])
@pytest.mark.parametrize("name", ["order", "domain"])
def test_only_a_file_for_tokens_is_returned(
    controller: Controller, name: str, change: Callable[[str, str], str]
) -> None:
    true, lying = _replayed(controller, name, "http-token", lambda exchanges: _lying(exchanges, change))
    assert _records(true)[0]["path"] == "/.well-known/pki-validation/fileauth.txt"
    if name == "domain":
        _assert_refused(lying, "for a token, which is not one of domain control validation")
    assert "shell" not in json.dumps(_records(lying))
