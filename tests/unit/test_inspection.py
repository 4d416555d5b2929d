# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The first step of the role certificate, and the filters that it loads for all workers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.module_utils._decisions import inspection
from ansible_collections.community.digicert.plugins.module_utils._decisions.requested_certificates import (
    complete_requests,
)

_FILTERS = Path(__file__).parents[2] / "plugins" / "filter"
_DEFAULTS = {
    "directory": "/etc/digicert",
    "force": False,
    "key_type": "RSA",
    "key_reuse": False,
    "setype": "",
    "key_size": None,
    "key_curve": None,
    "key_strategy": "per_host",
    "owner": "",
    "group": "",
    "mode": "0644",
    "key_owner": "",
    "key_group": "",
    "key_mode": "0600",
    "renew_before": "auto",
    "allow_name_removal": False,
    "outputs": [],
    "keystore_alias": "",
    "links": [],
    "reload": [],
    "served": None,
    "usual_port": 443,
}


def _requests(**more: Any) -> list[dict[str, Any]]:
    given = [{"name": "www", "dns": ["www.example.com"], **more}, {"name": "mail", "dns": ["mail.example.com"]}]
    completed = complete_requests(given, _DEFAULTS)
    assert completed["problem"] == ""
    requests: list[dict[str, Any]] = completed["requests"]
    return requests


def _found(name: str, needs: str = "none", **more: Any) -> dict[str, Any]:
    certificate = {"serial_number": "0A", "days_left": 198, "public_key_fingerprint": "AA"}
    return {
        "name": name,
        "needs": needs,
        "reasons": [],
        "certificate": certificate,
        "certificate_pem": "PEM",
        "pending_key": None,
        "served": [],
        **more,
    }


def test_services_are_only_contacted_if_that_was_asked_for() -> None:
    requests = _requests(served=[{"port": 8443}])
    assert [one["served"] for one in inspection.options_of(requests, {}, services=True)] == [[{"port": 8443}], []]
    assert [one["served"] for one in inspection.options_of(requests, {}, services=False)] == [[], []]


def test_each_request_gets_its_own_passphrase() -> None:
    options = inspection.options_of(_requests(), {"mail": "secret"}, services=True)
    assert [one.get("keystore_passphrase") for one in options] == [None, "secret"]


@pytest.mark.parametrize("more", [{"force": True}, {"key_reuse": True}, {"key_strategy": "shared"}])
def test_a_key_that_depends_on_more_than_the_host_is_not_staged_with_the_look(more: dict[str, Any]) -> None:
    requests = _requests(**more)
    staging = inspection.with_staging(requests, inspection.options_of(requests, {}, services=True))
    assert [(one["name"], one["stage"]) for one in staging] == [("www", "never"), ("mail", "if_needed")]


def test_an_entry_is_staged_or_could_not_be() -> None:
    entries = [
        {"name": "staged", "failed": False, "csr_path": "/d/staged/pending/request.csr", "installed": {}},
        {"name": "failed", "failed": True, "csr_path": None, "installed": {}},
        {"name": "in order", "failed": False, "csr_path": None, "installed": {}},
    ]
    found = inspection.staged_in(entries)
    assert [one["name"] for one in found] == ["staged", "failed"]
    assert all("installed" not in one for one in found)


def test_what_the_ca_decides_is_a_warning() -> None:
    (warning,) = inspection.decisions_of_the_ca(_requests(country="DE"))
    assert warning.startswith("www: country is not taken from the request")
    assert inspection.decisions_of_the_ca(_requests()) == []


def test_services_that_do_not_answer_are_a_warning() -> None:
    seen = [
        {"place": "127.0.0.1:443", "state": "unreachable", "problem": "connection refused"},
        {"place": "127.0.0.1:8443", "state": "installed", "problem": ""},
    ]
    assert inspection.unchecked_services([_found("www", served=seen), _found("mail")]) == [
        "www: the certificate that 127.0.0.1:443 serves was not checked: connection refused"
    ]


def test_nothing_is_left_to_do_if_every_request_is_in_order() -> None:
    outcome = inspection.outcome(_requests(), [_found("www"), _found("mail")])
    assert outcome["in_order"]
    assert [(one["name"], one["action"], one["phase"]) for one in outcome["results"]] == [
        ("www", "none", "issued"),
        ("mail", "none", "issued"),
    ]
    assert outcome["lines"] == ["www: in order, 198 days left", "mail: in order, 198 days left"]


def test_a_host_without_requests_is_in_order() -> None:
    assert inspection.outcome([], []) == {"in_order": True, "results": [], "lines": []}


def test_one_request_that_needs_something_is_enough() -> None:
    outcome = inspection.outcome(_requests(), [_found("www"), _found("mail", "install")])
    assert outcome == {"in_order": False, "results": [], "lines": []}
    assert not inspection.outcome(_requests(force=True), [_found("www"), _found("mail")])["in_order"]


def test_a_shared_key_depends_on_other_hosts() -> None:
    assert not inspection.outcome(_requests(key_strategy="shared"), [_found("www"), _found("mail")])["in_order"]


def test_every_filter_is_loaded() -> None:
    """In a process of its own: modules warn in another way if parts of ansible-core for the controller are loaded."""
    package = "ansible_collections.community.digicert.plugins"
    load = f"from {package}.plugin_utils._filters import load_filters; load_filters()"
    command = [sys.executable, "-c", f"{load}; import sys; print(*sys.modules)"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    names = {f"{package}.filter.{path.stem}" for path in _FILTERS.glob("[a-z]*.py")}
    assert names
    assert names <= set(done.stdout.split())
