# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The README of the role csr: its table is that of the argument specs, its example is played as it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509

from ansible_collections.community.digicert.tests.roles.support.readme import RoleReadme, play

pytestmark = pytest.mark.once

README = RoleReadme("csr")


def test_the_table_is_that_of_the_argument_specs() -> None:
    assert list(README.rows) == list(README.options)
    for name in README.options:
        assert README.rows[name] == README.expected_row(name)


def test_the_argument_specs_state_the_defaults() -> None:
    assert README.defaults.keys() == {name for name, about in README.options.items() if not about.get("required")}
    for name, about in README.options.items():
        if "default" in about:
            assert about["default"] == README.defaults[name], name


def test_the_example_makes_a_key_and_a_csr_and_shows_the_csr_alone(tmp_path: Path) -> None:
    (example,) = README.examples
    shown = play(tmp_path, example, "web,", csr_directory=str(tmp_path / "pending"))
    request = x509.load_pem_x509_csr((tmp_path / "pending/request.csr").read_bytes())
    names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["www.example.com", "example.com"]
    assert "BEGIN CERTIFICATE REQUEST" in shown
    assert "PRIVATE KEY" in (tmp_path / "pending/privkey.pem").read_text(encoding="ascii")
    assert "PRIVATE KEY" not in shown
