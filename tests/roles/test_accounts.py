# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts of one play that belong to different accounts, and strategies with which they do not wait for each other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.module_utils._x509.certificates import read_certificates
from ansible_collections.community.digicert.tests.roles.support.playbook import (
    CONFIGURATION,
    PATIENCE,
    collections_path,
)
from ansible_collections.community.digicert.tests.roles.support.reached_names import QuietHandler, reached_names
from certcentral_simulator.process import SimulatorProcess

pytestmark = pytest.mark.once

# each simulator has validated this domain for its ready account
NAMES = ["www.valid.example", "valid.example"]


@pytest.fixture(scope="module")
def second() -> Iterator[SimulatorProcess]:
    """Run another simulator: the service of another region, with an account of its own."""
    with SimulatorProcess(["--no-rate-limit", "--api-key", "SECOND" * 10], stderr=sys.stderr) as simulator:
        yield simulator


@pytest.fixture
def other(second: SimulatorProcess) -> SimulatorProcess:
    """Return the second simulator as it starts."""
    second.reset()
    return second


def _play(
    folder: Path,
    accounts: dict[str, SimulatorProcess],
    own: dict[str, dict[str, Any]] | None = None,
    **play: Any,
) -> str:
    """Play the role on hosts, each with the connection to its own account; return the output.

    ``own`` are the variables of single hosts.
    """
    hosts = {
        host: {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            "account": {"key": account.api_key, "url": account.base_url, "roots": account.ca_file},
            "certificate_directory": str(folder / host),
            "certificate_requests": [{"name": "www", "dns": NAMES}],
            **(own or {}).get(host, {}),
        }
        for host, account in accounts.items()
    }
    connection = {
        "api_key": "{{ account.key }}",
        "api_url": "{{ account.url }}",
        "ca_path": "{{ account.roots }}",
    }
    content = {
        "hosts": "all",
        "gather_facts": False,
        "module_defaults": {"group/community.digicert.digicert": connection},
        "vars": {
            "certificate_organization_id": 112233,
            "certificate_skip_approval": True,
            "certificate_key_type": "ECC",
            "certificate_wait_interval": 1,
        },
        "roles": ["community.digicert.certificate"],
        **play,
    }
    folder.mkdir(exist_ok=True)
    (folder / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    (folder / "play.json").write_text(json.dumps([content]), encoding="utf-8")
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DIGICERT_")}
    variables = {
        **kept,
        "ANSIBLE_COLLECTIONS_PATH": str(collections_path()),
        "ANSIBLE_CONFIG": str(CONFIGURATION),
        "ANSIBLE_PIPELINING": "1",
        "ANSIBLE_NOCOLOR": "1",
    }
    command = [program, "-i", str(folder / "hosts.json"), str(folder / "play.json")]
    ended = subprocess.run(command, env=variables, capture_output=True, text=True, check=False, timeout=PATIENCE)
    output = ended.stdout + ended.stderr
    assert ended.returncode == 0, output[-6000:]
    for account in accounts.values():
        assert account.api_key not in output
    return output


def _keys(folder: Path, hosts: tuple[str, ...]) -> set[str]:
    """Return the public keys of what the hosts have; each certificate has all names."""
    found = [read_certificates((folder / host / "www/current/cert.pem").read_text())[0] for host in hosts]
    assert all(set(NAMES) <= set(certificate.dns_names) for certificate in found)
    return {str(certificate.public_key) for certificate in found}


def _kinds(simulator: SimulatorProcess) -> list[str]:
    paths = [str(call["path"]) for call in simulator.ledger() if call["method"] == "POST"]
    return sorted("duplicate" if path.endswith("/duplicate") else "order" for path in paths)


def test_each_order_goes_to_the_account_of_its_host(
    simulator: SimulatorProcess, other: SimulatorProcess, tmp_path: Path
) -> None:
    """Two hosts share the order of one account, a third host with the same names has one of its own account."""
    hosts = {"one": simulator, "two": other, "three": simulator}
    output = _play(tmp_path / "play", hosts)
    assert len(_keys(tmp_path / "play", tuple(hosts))) == 3
    assert _kinds(simulator) == ["duplicate", "order"]
    assert _kinds(other) == ["order"]
    for host in hosts:
        assert f"ok: [{host}]" in output

    calls = len(simulator.ledger()), len(other.ledger())
    again = _play(tmp_path / "play", hosts)
    assert (len(simulator.ledger()), len(other.ledger())) == calls
    assert again.count("www: in order, ") == 3


@pytest.mark.parametrize("strategy", ["free", "host_pinned"])
def test_hosts_that_do_not_wait_for_each_other_share_an_order_all_the_same(
    simulator: SimulatorProcess, tmp_path: Path, strategy: str
) -> None:
    hosts = dict.fromkeys(("one", "two", "three"), simulator)
    _play(tmp_path / "play", hosts, strategy=strategy)
    assert len(_keys(tmp_path / "play", tuple(hosts))) == 3
    assert _kinds(simulator) == ["duplicate", "duplicate", "order"]


def test_a_host_whose_certificate_is_issued_at_once_leaves_the_rest_to_another(
    simulator: SimulatorProcess, tmp_path: Path
) -> None:
    """The first host orders for both; the second one, which waits for a validation, collects."""
    webroot = tmp_path / "webroot"
    webroot.mkdir()
    waiting = {
        "certificate_requests": [{"name": "www", "dns": ["www.shop.example"]}],
        "certificate_dcv_provider": "http",
        "dcv_http_webroot": str(webroot),
        # a busy machine may keep the service waiting for the file
        "certificate_dcv_check_for": 600,
        "certificate_dcv_check_interval": 1,
    }
    with reached_names(["www.shop.example"], partial(QuietHandler, directory=str(webroot))) as network:
        simulator.set_network(**network)
        output = _play(tmp_path / "play", dict.fromkeys(("one", "two"), simulator), {"two": waiting})
    assert output.count("www: order, order ") == 2
    assert _kinds(simulator) == ["order", "order"]
    assert list(webroot.iterdir()) == []


def test_a_host_that_fails_in_the_middle_stops_no_other(simulator: SimulatorProcess, tmp_path: Path) -> None:
    """The first host, which would make the calls, and the last one are gone by then."""
    hosts = dict.fromkeys(("one", "two", "three"), simulator)
    lost = [
        {
            "name": "Lose a host",
            "ansible.builtin.fail": {"msg": "lost"},
            "when": "inventory_hostname != 'two'",
        },
    ]
    with pytest.raises(AssertionError, match="failed=1"):
        _play(tmp_path / "play", hosts, pre_tasks=lost)
    assert len(_keys(tmp_path / "play", ("two",))) == 1
    assert not (tmp_path / "play" / "one").exists()
    assert _kinds(simulator) == ["order"]


def test_each_use_of_the_role_begins_anew_on_every_host(simulator: SimulatorProcess, tmp_path: Path) -> None:
    """The first host orders for both in the first use, has no part in the second, and nothing to do in the third."""

    def use(requests: object, **more: str) -> dict[str, Any]:
        role = {"ansible.builtin.include_role": {"name": "community.digicert.certificate"}}
        return {**role, "vars": {"certificate_requests": requests}, **more}

    www, more, last = ({"name": name, "dns": [f"{name}.valid.example"]} for name in ("www", "more", "last"))
    tasks = [use([www]), use([www, more], when="inventory_hostname == 'two'"), use("{{ third }}")]
    _play(
        tmp_path,
        dict.fromkeys(("one", "two"), simulator),
        {"one": {"third": [www]}, "two": {"third": [www, more, last]}},
        roles=[],
        tasks=tasks,
    )
    for name in ("more", "last"):
        installed = (tmp_path / "two" / name / "current" / "cert.pem").read_text(encoding="ascii")
        assert read_certificates(installed)[0].dns_names == (f"{name}.valid.example",)
    assert len(simulator.billed_orders()) == 3
