# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The README of the role certificate: its tables are those of the argument specs, its example is played."""

from __future__ import annotations

import grp
import os
import re
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.module_utils._decisions.requested_certificates import defaults_of
from ansible_collections.community.digicert.plugins.module_utils._x509.certificates import read_certificates
from ansible_collections.community.digicert.tests.roles.support.dns_primary import DnsPrimary
from ansible_collections.community.digicert.tests.roles.support.readme import RoleReadme, meaning, play
from ansible_collections.community.digicert.tests.roles.support.tree import mode
from certcentral_simulator.process import SimulatorProcess

pytestmark = pytest.mark.once

README = RoleReadme("certificate")
ENTRY: dict[str, Any] = README.options["certificate_requests"]["options"]
_KEY = re.compile(r"^\| `(\w+)` \| (\w+)(, required)? \| (.+) \|$", re.MULTILINE)
# From this variable on they are about the run or the host, not about one certificate.
FIRST_OF_THE_RUN = "certificate_served_port"


def _is_a_variable_too(key: str) -> bool:
    return bool(ENTRY[key]["description"].strip().startswith(f"As O(certificate_{key}), for this request."))


def test_the_table_of_variables_is_that_of_the_argument_specs() -> None:
    assert list(README.rows) == list(README.options)
    for name in README.options:
        assert README.rows[name] == README.expected_row(name)


def test_the_argument_specs_state_the_defaults() -> None:
    assert README.defaults.keys() | {"certificate_requests"} == README.options.keys()
    for name, about in README.options.items():
        if "default" in about:
            assert about["default"] == README.defaults[name], name


def test_the_table_of_an_entry_has_the_keys_that_are_no_variables() -> None:
    section = README.text.partition("## Entries of `certificate_requests`")[2].partition("\n## ")[0]
    rows = {key: (kind, bool(required), text) for key, kind, required, text in _KEY.findall(section)}
    own = {key: about for key, about in ENTRY.items() if not _is_a_variable_too(key)}
    assert rows == {key: (about["type"], about.get("required", False), meaning(about)) for key, about in own.items()}
    assert list(rows) == list(own)


def test_every_variable_up_to_the_one_that_is_named_can_be_set_for_a_request() -> None:
    assert f"except for those from\n`{FIRST_OF_THE_RUN}` on" in README.text
    names = [name.removeprefix("certificate_") for name in README.options if name != "certificate_requests"]
    end = names.index(FIRST_OF_THE_RUN.removeprefix("certificate_"))
    assert names[:end] == [key for key in ENTRY if _is_a_variable_too(key)]
    for key in names[:end]:
        assert ENTRY[key]["type"] == README.options[f"certificate_{key}"]["type"], key
        assert ENTRY[key].get("choices") == README.options[f"certificate_{key}"].get("choices"), key


def test_every_key_of_a_request_reaches_the_role() -> None:
    """What an entry does not say comes from the variable of the same name."""
    variables = {name: name for name in README.options}
    completed = defaults_of(variables, lambda name: name)
    for key in filter(_is_a_variable_too, ENTRY):
        # completed apart from the others, because it is in no result
        assert key == "keystore_passphrase" or completed[key] == f"certificate_{key}", key


@pytest.fixture
def no_services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this machine one on which no service is installed yet, regardless of what it has."""
    program = tmp_path / "programs" / "systemctl"
    program.parent.mkdir()
    # systemctl(1): 4 stands for no such unit
    program.write_text("#!/bin/sh\nexit 4\n", encoding="ascii")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.usefixtures("no_services")
def test_the_example_has_two_certificates_installed_and_then_changes_nothing(
    simulator: SimulatorProcess, tmp_path: Path, tsig_secret: str
) -> None:
    """As it is written, except for the group: a test machine has no postfix."""
    (example,) = README.examples
    (mail,) = [entry for entry in example["vars"]["certificate_requests"] if entry["name"] == "mail"]
    assert mail["key_group"] == "postfix"
    mail["key_group"] = grp.getgrgid(os.getgid()).gr_name
    primary = DnsPrimary("example.com", tsig_secret)
    own = {
        "certificate_directory": str(tmp_path / "digicert"),
        "dcv_nsupdate_server": "127.0.0.1",
        "dcv_nsupdate_port": primary.port,
        "dcv_nsupdate_key_name": primary.key_name,
        "vault_tsig_secret": tsig_secret,
        "certificate_wait_interval": 1,
    }
    try:
        simulator.set_network(resolver=f"127.0.0.1:{primary.port}")
        play(tmp_path, example, "web,", **own)
        again = play(tmp_path, example, "web,", **own)
        assert len(simulator.billed_orders()) == 2
    finally:
        primary.stop()
    assert " changed=0 " in again
    www, mail_set = tmp_path / "digicert/www/current", tmp_path / "digicert/mail/current"
    assert read_certificates((www / "cert.pem").read_text())[0].dns_names == ("www.example.com", "example.com")
    assert read_certificates((mail_set / "cert.pem").read_text())[0].key_type == "ECC"
    assert (mode(www / "privkey.pem"), mode(mail_set / "privkey.pem")) == ("600", "640")
    assert primary.values("_dnsauth.example.com") == primary.values("_dnsauth.mail.example.com") == []
