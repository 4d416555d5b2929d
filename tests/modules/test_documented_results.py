# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules return what they document."""

from __future__ import annotations

import datetime as dt
import importlib
import re
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ansible_collections.community.digicert.tests.modules.arguments import csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller
from ansible_collections.community.digicert.tests.modules.documentation import read
from ansible_collections.community.digicert.tests.modules.execution import PACKAGE, execute
from ansible_collections.community.digicert.tests.modules.tls_server import server_context, serving
from ansible_collections.community.digicert.tests.roles.support.authority import Authority

# what ansible-core itself adds
_COMMON = {"changed", "failed", "msg", "invocation", "warnings", "deprecations"}

# modules that do not talk to the service have their own tests below
_API_MODULES = {path.stem for path in (Path(__file__).parents[2] / "plugins" / "modules").glob("digicert_*.py")} - {
    "digicert_host_certificate",
    "digicert_host_certificate_info",
    "digicert_served_certificate_info",
}

Documented = dict[str, dict[str, t.Any]]


def _documented(module: str) -> Documented:
    found: Documented = yaml.safe_load(importlib.import_module(f"{PACKAGE}.{module}").RETURN)
    return found


def _differences(documented: Documented, result: dict[str, t.Any], when: set[str], path: str) -> Iterator[str]:
    """Yield the differences: keys that are not documented, and documented keys that are missing."""
    for key in result.keys() - documented.keys() - _COMMON:
        yield f"{path}{key} is not documented"
    for key, entry in documented.items():
        if entry["returned"] in when and key not in result:
            yield f"{path}{key} is missing"
        if key in result and not _is_of_type(result[key], entry):
            yield f"{path}{key} is {result[key]!r}, not of type {entry['type']}"
        contents = result.get(key) if isinstance(result.get(key), list) else [result.get(key)]
        for content in contents or []:
            if isinstance(content, dict) and "contains" in entry:
                yield from _differences(entry["contains"], content, {"always", "success"}, f"{path}{key}.")


_TYPES: dict[str, t.Any] = {
    "str": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
    "dict": dict,
    "list": list,
    "raw": object,
}


def _is_of_type(value: object, entry: dict[str, t.Any]) -> bool:
    """Compare a value with its documented type. The descriptions say when it is None."""
    if value is None:
        return True
    if isinstance(value, bool) and entry["type"] not in ("bool", "raw"):
        return False
    if not isinstance(value, _TYPES[entry["type"]]):
        return False
    return not isinstance(value, list) or all(_is_of_type(item, {"type": entry["elements"]}) for item in value)


# the vendor page that documents a request, by the first part of its path
_PAGES = {
    "order": "orders",
    "certificate": "certificates",
    "domain": "domains",
    "organization": "organizations",
    "request": "requests",
    "product": "products",
    "container": "containers",
    "user": "users",
    "account": "account",
}


def _unlinked(module: str, calls: list[dict[str, t.Any]]) -> set[str]:
    """Return the pages on the requests of a run without a link; reads of a writing module do not count."""
    documented = read(module)
    writes = [call for call in calls if call["method"] != "GET"]
    documented_calls = calls if documented.reads_only else writes
    linked = {
        match[1]
        for match in (re.search(r"/services-api/([a-z-]+)", link) for link in documented.links())
        if match is not None
    }
    return {_PAGES[call["path"].removeprefix("/services/v2/").split("/")[0]] for call in documented_calls} - linked


def _success(module: str, result: dict[str, t.Any]) -> list[str]:
    return list(_differences(_documented(module), result, {"always", "success"}, ""))


def _runs(controller: Controller, folder: Path) -> Iterator[tuple[str, dict[str, t.Any]]]:
    """Yield module and arguments of successful runs, several for a module whose results differ in shape."""
    yield "digicert_order", order_args()
    issued = controller.ok("digicert_order", **order_args())["order"]["id"]
    yield "digicert_order", order_args("www.pending.example")
    pending = controller.ok("digicert_order", **order_args("www.pending.example"))["order"]["id"]
    yield "digicert_order_info", {"order_id": issued, "include_certificates": True}
    yield "digicert_order_info", {"filters": {"status": "issued"}}
    yield "digicert_order_status", {"order_id": pending}
    yield "digicert_order_wait", {"order_ids": [issued, pending], "wait_timeout": 0}
    yield "digicert_dcv", {"order_id": pending}
    yield "digicert_dcv", {"order_id": pending, "check": True}
    yield "digicert_dcv", {"order_id": issued}
    yield "digicert_certificate", order_args()
    yield "digicert_certificate", {"requests": [order_args("www.pending.example"), order_args("a.valid.example")]}
    yield "digicert_certificate_download", {"order_id": issued}
    yield "digicert_certificate_plan", {"dns_names": ["www.valid.example"], "organization_id": 112233}
    yield "digicert_certificate_plan", {"dns_names": ["new.valid.example"], "organization_id": 112233}
    yield "digicert_org_validation_info", {}
    yield "digicert_request_info", {"order_id": issued}
    yield "digicert_request_info", {}
    waiting = controller.ok("digicert_order", **order_args("api.valid.example", skip_approval=False))["order"]["id"]
    yield "digicert_request", {"order_id": waiting, "status": "approved"}
    domain = {"name": "new.example", "organization_id": 112233, "dcv_method": "dns-txt-token"}
    yield "digicert_domain", domain
    yield "digicert_domain", {**domain, "check": True}
    yield "digicert_domain_info", {"name": "new.example"}
    yield "digicert_domain_info", {}
    address = {"name": "Shop GmbH", "address": "Hauptstr. 1", "city": "Munich", "country": "de"}
    yield "digicert_organization", {**address, "validations": [{"type": "ov"}]}
    yield "digicert_organization", {"organization_id": 112233}
    yield "digicert_organization_info", {}
    yield "digicert_product_info", {}
    yield "digicert_product_info", {"name_id": "ssl_basic", "limits": True, "intermediates": True}
    yield "digicert_account_info", {}
    yield "digicert_account_info", {"check_permissions": True}
    host = {"name": "web1", "requests": [{"name": "www", "dns_names": ["www.valid.example"]}]}
    yield "digicert_report", {"csv_dest": str(folder / "report.csv"), "hosts": [host]}
    yield "digicert_duplicate", {"order_id": issued, "csr_content": csr("c"), "skip_approval": True}
    yield "digicert_reissue", {"order_id": issued, "csr_content": csr("b"), "skip_approval": True}
    yield "digicert_revoke", {"order_id": issued, "skip_approval": True}
    yield "digicert_order_status", {"order_id": pending, "status": "canceled", "note": "x"}


def test_success(controller: Controller, tmp_path: Path) -> None:
    seen = set()
    wrong: list[str] = []
    for module, arguments in _runs(controller, tmp_path):
        seen.add(module)
        for check_mode in (True, False):
            result = controller.ok(module, check_mode=check_mode, **arguments)
            wrong += [f"{module}: {difference}" for difference in _success(module, result)]
            # permissions that are only probed do not need a link
            calls = [] if arguments.get("check_permissions") else controller.calls
            wrong += [f"{module}: no link to {page}" for page in _unlinked(module, calls)]
    assert sorted(set(wrong)) == []
    assert seen == _API_MODULES


_FAILING: dict[str, dict[str, t.Any]] = {
    "digicert_order": order_args(dns_names=[]),
    "digicert_order_info": {"order_id": 999},
    "digicert_order_status": {"order_id": 999},
    "digicert_order_wait": {"order_ids": [999]},
    "digicert_dcv": {"order_id": 999},
    "digicert_certificate": order_args(order_id=999),
    "digicert_certificate_download": {"order_id": 999},
    "digicert_certificate_plan": {"dns_names": []},
    "digicert_org_validation_info": {"organization_id": 999},
    "digicert_reissue": {"order_id": 999},
    "digicert_revoke": {"order_id": 999},
    "digicert_domain": {"name": "new.example"},
    "digicert_domain_info": {"domain_id": 999},
    "digicert_organization": {"organization_id": 999},
    "digicert_organization_info": {"organization_id": 999},
    "digicert_product_info": {"name_id": "ssl_gold"},
    "digicert_account_info": {"api_key": "THIS0KEY1WAS2REVOKED"},
    "digicert_report": {"dest": "/nonexistent/report.html"},
    "digicert_duplicate": {"order_id": 999, "csr_content": csr()},
    "digicert_request_info": {"request_id": 999},
    "digicert_request": {"request_id": 999, "status": "approved"},
}


def test_every_module_is_made_to_fail() -> None:
    assert set(_FAILING) == _API_MODULES


@pytest.mark.parametrize("module", _FAILING)
def test_failure(controller: Controller, module: str) -> None:
    failed = controller.fails(module, **_FAILING[module])
    assert list(_differences(_documented(module), failed, {"always", "failure"}, "")) == []


def test_the_host_module(controller: Controller, tmp_path: t.Any) -> None:
    from ansible_collections.community.digicert.tests.unit.test_host_certificate import Host

    host = Host(tmp_path)
    module = "digicert_host_certificate_info"
    request = {
        "name": "www",
        "directory": str(tmp_path),
        "dns_names": ["www.example.com"],
        "outputs": ["combined"],
        "served": [{"port": 1}],
    }
    for install in (False, True):
        if install:
            host.install()
        printed = execute(module, {"certificates": [request]})
        assert printed.status == 0
        assert _success(module, printed.result) == []


def test_the_module_that_installs_on_a_host(tmp_path: Path) -> None:
    from ansible_collections.community.digicert.tests.unit.host_scene import NAMES, Scene, issue, with_certificate

    module, scene, issued = (
        "digicert_host_certificate",
        Scene(tmp_path),
        issue(not_before=dt.datetime.now(dt.timezone.utc)),
    )
    request = {"name": "www", "directory": str(scene.directory), "dns_names": NAMES, "key_type": "ECC"}
    states = (("staged", 0), ("installed", 1), ("installed", 0), ("in_service", 0), ("previous", 1))
    for state, status in states:
        if state == "installed" and status == 0:
            scene.stage(issued.key)
        printed = execute(module, {"state": state, "certificates": [{**request, **with_certificate(issued)}]})
        assert printed.status == status, printed.result
        when = {"always", "success", "if diff mode is enabled"} if status == 0 else {"always"}
        assert list(_differences(_documented(module), printed.result, when, "")) == []


def test_the_module_of_the_served_check(tmp_path: Path) -> None:
    authority = Authority()
    context = server_context(tmp_path, authority.issue("www.example.com"), authority.intermediate.pem)
    module = "digicert_served_certificate_info"
    with serving(context) as port:
        printed = execute(module, {"endpoints": [{"port": port}, {"port": port, "starttls": "imap"}], "timeout": 1})
    assert [entry["certificate"] is None for entry in printed.result["endpoints"]] == [False, True]
    assert _success(module, printed.result) == []
