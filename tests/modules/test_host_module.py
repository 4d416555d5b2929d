# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_host_certificate_info: all requests of a host in one call, and failures that say what to fix."""

from __future__ import annotations

import os
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral import client as _client
from ansible_collections.community.digicert.plugins.module_utils._host import look
from ansible_collections.community.digicert.plugins.module_utils._x509 import certificates
from ansible_collections.community.digicert.plugins.modules import digicert_host_certificate_info
from ansible_collections.community.digicert.tests.modules.controller import Controller
from ansible_collections.community.digicert.tests.modules.execution import PACKAGE, execute
from ansible_collections.community.digicert.tests.unit.test_host_certificate import Host

_MODULE = "digicert_host_certificate_info"


def _run(*requests: dict[str, t.Any], check_mode: bool = False) -> dict[str, t.Any]:
    printed = execute(_MODULE, {"certificates": list(requests)}, check_mode=check_mode)
    assert printed.status == (1 if printed.result.get("failed") else 0)
    assert "PRIVATE KEY" not in printed.stdout + printed.stderr + printed.log
    return printed.result


def test_every_request_gets_a_result_and_nothing_is_changed(tmp_path: Path) -> None:
    Host(tmp_path).install()
    good = {"name": "www", "directory": str(tmp_path), "dns_names": ["www.example.com"], "key_mode": "0600"}
    for check_mode in (True, False):
        found = _run(good, {**good, "name": "mail"}, check_mode=check_mode)
        assert found["changed"] is False
        assert [(entry["name"], entry["needs"]) for entry in found["certificates"]] == [
            ("www", "none"),
            ("mail", "certificate"),
        ]


def test_files_links_and_services_are_compared_and_no_passphrase_is_returned(tmp_path: Path) -> None:
    Host(tmp_path).install()
    passphrase = "correct-horse-9"
    request = {
        "name": "www",
        "directory": str(tmp_path),
        "dns_names": ["www.example.com"],
        "outputs": ["pkcs12"],
        "keystore_passphrase": passphrase,
        "links": [{"path": str(tmp_path / "www.pem"), "output": "fullchain"}],
        "served": [{"port": 1}, {"from": "controller"}],
    }
    printed = execute(_MODULE, {"certificates": [request], "timeout": 5})
    (found,) = printed.result["certificates"]
    assert found["needs"] == "install"
    home = tmp_path / "www" / "current"
    assert found["reasons"] == [
        f"{home}/certificate.p12 cannot be read: No such file or directory",
        f"{tmp_path}/www.pem is missing",
    ]
    assert [(entry["place"], entry["state"]) for entry in found["served"]] == [("127.0.0.1:1", "unreachable")]
    assert passphrase not in printed.stdout + printed.stderr + printed.log


def test_a_timeout_of_zero_is_refused(tmp_path: Path) -> None:
    printed = execute(_MODULE, {"certificates": [], "timeout": 0})
    assert printed.result["msg"] == "timeout is 0. Set it to at least 1 second."


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"dns_names": ["bad name.example"]}, "bad name.example"),
        ({"dns_names": []}, "dns_names"),
        ({"renew_before": "soon"}, "soon"),
        ({"mode": "rw"}, "mode"),
    ],
)
def test_an_invalid_request_is_named(tmp_path: Path, wrong: dict[str, t.Any], word: str) -> None:
    failed = _run({"name": "www", "directory": str(tmp_path), "dns_names": ["www.example.com"], **wrong})
    assert failed["failed"]
    assert "exception" not in failed
    assert "'www'" in failed["msg"]
    assert word in failed["msg"]


def test_a_closed_folder_asks_for_become(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_options: object) -> t.NoReturn:
        raise PermissionError(13, "Permission denied")

    # nothing is refused to root, so the refusal is simulated
    monkeypatch.setattr(look, "read_host_certificate", refuse)
    failed = _run({"name": "www", "directory": str(tmp_path), "dns_names": ["www.example.com"]})
    assert "exception" not in failed
    assert "become" in failed["msg"]
    assert str(tmp_path / "www") in failed["msg"]


_READ_X509: dict[str, dict[str, t.Any]] = {
    "digicert_certificate": {"dns_names": ["www.example.com"], "csr_path": "/nowhere"},
    "digicert_certificate_download": {"order_id": 1, "format": "pem_all", "dest": "/nowhere"},
    "digicert_certificate_plan": {"dns_names": ["www.example.com"], "product": "ssl_basic"},
    "digicert_duplicate": {"order_id": 1},
    "digicert_order": {"dns_names": ["www.example.com"], "product": "ssl_basic"},
    "digicert_reissue": {"order_id": 1},
}


@pytest.mark.parametrize(
    ("owner", "name", "library", "modules"),
    [
        (_client, "REQUESTS_IMPORT_ERROR", "requests", {"digicert_order_info": {}, **_READ_X509}),
        (certificates, "CRYPTOGRAPHY_IMPORT_ERROR", "cryptography", _READ_X509),
    ],
)
def test_a_missing_library_is_named(
    controller: Controller,
    monkeypatch: pytest.MonkeyPatch,
    owner: t.Any,
    name: str,
    library: str,
    modules: dict[str, dict[str, t.Any]],
) -> None:
    monkeypatch.setattr(owner, name, "ImportError: it is not there")
    for module, arguments in modules.items():
        printed = execute(module, {"api_key": controller.api_key, **arguments})
        assert printed.status == 1
        assert library in printed.result["msg"], module
    if library == "cryptography":
        assert library in _run({"name": "www", "dns_names": ["www.example.com"]})["msg"]


def test_only_modules_that_read_x509_load_cryptography() -> None:
    # loading it takes a tenth of the time of a task that reads one order
    found = sorted(path.stem for path in Path(digicert_host_certificate_info.__file__).parent.glob("digicert_*.py"))
    with_x509 = (*_READ_X509, _MODULE, "digicert_host_certificate", "digicert_served_certificate_info")
    others = [name for name in found if name not in with_x509]
    assert len(others) > 10
    imports = "".join(f"import {PACKAGE}.{name}\n" for name in others)
    script = f"{imports}import sys\nprint('cryptography' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"
