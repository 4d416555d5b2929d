# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_host_certificate, run as ansible-core runs it: its result, check mode, differences and secrets."""

from __future__ import annotations

import datetime as dt
import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._module.host_run import selinux_context
from ansible_collections.community.digicert.plugins.module_utils._x509 import certificates
from ansible_collections.community.digicert.tests.modules.execution import Printed, execute
from ansible_collections.community.digicert.tests.unit import pki
from ansible_collections.community.digicert.tests.unit.host_scene import Scene, issue, serial, tree, with_certificate

_MODULE = "digicert_host_certificate"
_PASSPHRASE = "correct-horse-9"


def _run(state: str, *requests: dict[str, t.Any], check_mode: bool = False, diff: bool = True) -> Printed:
    printed = execute(_MODULE, {"state": state, "certificates": list(requests)}, check_mode=check_mode, diff=diff)
    assert printed.status == (1 if printed.result.get("failed") else 0)
    assert "exception" not in printed.result
    for secret in ("PRIVATE KEY", _PASSPHRASE):
        assert secret not in printed.stdout + printed.stderr + printed.log
    return printed


def test_a_certificate_is_staged_installed_and_taken_back(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    request = {"name": "www", "directory": str(scene.directory), "dns_names": ["www.example.com"], "key_type": "ECC"}
    predicted = _run("staged", request, check_mode=True).result
    assert (predicted["changed"], predicted["certificates"][0]["csr"]) == (True, None)
    assert not scene.directory.exists()
    staged = _run("staged", request).result["certificates"][0]
    assert staged["csr"].startswith("-----BEGIN CERTIFICATE REQUEST-----")
    assert _run("staged", request).result["changed"] is False

    issued = issue(not_before=dt.datetime.now(dt.timezone.utc))
    scene.stage(issued.key)
    more = {"outputs": ["pkcs12"], "keystore_passphrase": _PASSPHRASE, **with_certificate(issued)}
    before = tree(scene.folder)
    predicted = _run("installed", {**request, **more}, check_mode=True).result
    assert tree(scene.folder) == before
    installed = _run("installed", {**request, **more}).result
    assert installed == predicted
    (difference,) = installed["diff"]
    assert difference["before"]["in_use"] is None
    assert difference["after"]["in_use"] == serial(issued)
    assert difference["after"]["files"]["privkey.pem"].startswith("mode 0600")
    assert "diff" not in _run("installed", {**request, **more}, diff=False).result
    assert _run("in_service", request).result["changed"] is True
    assert _run("in_service", request).result["changed"] is False
    assert "no other set" in _run("previous", request).result["msg"]


def test_every_request_has_its_entry_although_one_fails(tmp_path: Path) -> None:
    good = {"name": "www", "directory": str(tmp_path), "dns_names": ["www.example.com"], "key_type": "ECC"}
    bad = {**good, "name": "mail", "dns_names": ["bad name.example"]}
    result = _run("staged", good, bad, {**good, "name": "shop"}).result
    assert result["failed"]
    assert [entry["failed"] for entry in result["certificates"]] == [False, True, False]
    assert result["changed"] is True
    assert "The request 'mail' failed: 'bad name.example' is not a host name" in result["msg"]
    assert result["msg"].endswith("2 of 3 requests succeeded.")


def test_options_that_cannot_be_used_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "lock_timeout" in execute(_MODULE, {"state": "staged", "certificates": [], "lock_timeout": -1}).result["msg"]
    monkeypatch.setattr(certificates, "CRYPTOGRAPHY_IMPORT_ERROR", "ImportError: it is not there")
    assert "cryptography" in execute(_MODULE, {"state": "staged", "certificates": []}).result["msg"]


class _Policy:
    """The part of AnsibleModule that knows the SELinux policy of the host."""

    def __init__(self, *, enabled: bool, context: list[str | None]) -> None:
        self._enabled = enabled
        self._context = context

    def selinux_enabled(self) -> bool:
        """Whether the host uses SELinux."""
        return self._enabled

    def selinux_default_context(self, path: str) -> list[str | None]:
        """Return user, role, type and level."""
        return self._context


def test_selinux_contexts_follow_the_policy_unless_a_type_is_given() -> None:
    context: list[str | None] = ["system_u", "object_r", "etc_t", "s0"]
    policy: t.Any = _Policy(enabled=True, context=context)
    assert selinux_context(policy, "/etc/digicert", None) == "system_u:object_r:etc_t:s0"
    assert selinux_context(policy, "/etc/digicert", "cert_t") == "system_u:object_r:cert_t:s0"
    assert selinux_context(t.cast(t.Any, _Policy(enabled=False, context=context)), "/etc", "cert_t") is None
    assert selinux_context(t.cast(t.Any, _Policy(enabled=True, context=[None] * 4)), "/etc", "cert_t") is None


def test_the_key_that_the_module_read_is_nowhere_else(tmp_path: Path) -> None:
    """Not in a temporary folder either: everything is written below the folder of the certificate."""
    scene = Scene(tmp_path)
    issued = issue(not_before=dt.datetime.now(dt.timezone.utc))
    scene.stage(issued.key)
    request = {"name": "www", "directory": str(scene.directory), "dns_names": ["www.example.com"]}
    _run("installed", {**request, **with_certificate(issued)})
    _run("in_service", request)
    holding = [path for path in tmp_path.rglob("*") if path.is_file() and pki.key_pem(issued.key) in path.read_bytes()]
    assert {path.resolve() for path in holding} == {(scene.current / "privkey.pem").resolve()}
