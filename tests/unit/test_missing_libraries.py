# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Python library that is missing is named, with what to do; nothing ends with a traceback of its import."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t

import pytest

from ansible_collections.community.digicert.tests.roles.support.playbook import collections_path

# slow, and nothing of ansible-core is in it
pytestmark = pytest.mark.once

_PACKAGE = "ansible_collections.community.digicert"
_MODULE = f"from {_PACKAGE}.tests.modules.execution import main; main()"
_API = {"api_key": "KEY", "api_url": "http://127.0.0.1:9"}
_HOST = {"certificates": [{"name": "www", "directory": "/nonexistent", "dns_names": ["www.example.com"]}]}

_BEYOND_ASCII = {"certificates": [{**_HOST["certificates"][0], "dns_names": ["straße.example"]}]}


def _run_without(library: str, code: str, given: object = None) -> subprocess.CompletedProcess[str]:
    """Run code in a process in which a library cannot be imported."""
    command = [sys.executable, "-c", f"import sys; sys.modules[{library!r}] = None; {code}"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        command, env=environment, input=json.dumps(given), capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize(
    ("library", "module", "arguments", "said"),
    [
        ("requests", "digicert_account_info", _API, "(requests)"),
        ("cryptography", "digicert_order", {**_API, "dns_names": ["www.example.com"]}, "(cryptography)"),
        ("cryptography", "digicert_host_certificate", {**_HOST, "state": "staged"}, "(cryptography)"),
        ("cryptography", "digicert_host_certificate_info", _HOST, "(cryptography)"),
        ("cryptography", "digicert_served_certificate_info", {"endpoints": [{"host": "127.0.0.1"}]}, "(cryptography)"),
        # requests brings it to controllers, and hosts are given names in ASCII
        (
            "idna",
            "digicert_host_certificate",
            {**_BEYOND_ASCII, "state": "staged"},
            "library idna is needed. Install it",
        ),
        ("idna", "digicert_host_certificate_info", _BEYOND_ASCII, "library idna is needed. Install it"),
        # most of this module works without it
        (
            "cryptography",
            "digicert_revoke",
            {**_API, "certificate_content": "x", "reason": "superseded"},
            "cryptography, which reads certificates, is missing",
        ),
    ],
)
def test_a_module_names_the_library_that_it_lacks(
    library: str, module: str, arguments: dict[str, t.Any], said: str
) -> None:
    done = _run_without(library, _MODULE, {"module": module, "arguments": arguments})
    result = json.loads(done.stdout)
    assert (done.returncode, result["failed"]) == (1, True)
    assert said in result["msg"]
    assert "Traceback" not in result["msg"] + done.stderr


_LOOKUP = (
    "from ansible.plugins.loader import init_plugin_loader, lookup_loader; init_plugin_loader();"
    " lookup_loader.get('community.digicert.{}').run(terms={!r}, variables={{}})"
)
_NSUPDATE = f"from {_PACKAGE}.plugins.action.dcv_nsupdate import _check; _check({{'server': '192.0.2.53'}})"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (_NSUPDATE, "Dynamic updates need dnspython: install it on the controller."),
        (_LOOKUP.format("dns_missing", []), "The lookup dns_missing needs dnspython: install it on the controller."),
        (
            _LOOKUP.format("dns_zone", ["www.example.com"]),
            "The lookup of the zone of www.example.com needs dnspython: install it on the controller, or add the zone"
            " to dcv_zones.",
        ),
    ],
    ids=["nsupdate", "dns_missing", "dns_zone"],
)
def test_what_asks_name_servers_names_dnspython(call: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", str(collections_path()))
    done = _run_without("dns", call)
    assert done.stderr.splitlines()[-1].endswith(said)
