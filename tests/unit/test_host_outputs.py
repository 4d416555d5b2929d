# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comparing the further files of a set, and the paths that lead to it, on disk."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._host.outputs import (
    FILES,
    Link,
    RequestedFiles,
    link_differences,
    output_differences,
)
from ansible_collections.community.digicert.plugins.module_utils._x509.certificates import read_certificates
from ansible_collections.community.digicert.tests.unit import java_keystore, pki
from ansible_collections.community.digicert.tests.unit.test_keystores import made_pkcs12

PASSPHRASE = "correct-horse-9"


@pytest.fixture
def current(tmp_path: Path) -> Path:
    """Return a set with all its files but the Java keystore."""
    made = pki.hierarchy()
    fullchain, key = made.leaf.pem + made.intermediate.pem, pki.key_pem(made.leaf.key)
    (tmp_path / "fullchain.pem").write_text(fullchain, encoding="ascii")
    (tmp_path / "privkey.pem").write_bytes(key)
    (tmp_path / "combined.pem").write_bytes(fullchain.encode() + key)
    (tmp_path / "certificate.p12").write_bytes(made_pkcs12(made.leaf, [made.intermediate], PASSPHRASE, "Shop"))
    return tmp_path


def _differences(current: Path, *outputs: str, **changes: t.Any) -> list[str]:
    made = pki.hierarchy()
    requested = RequestedFiles(outputs, **{"alias": "shop", "passphrase": PASSPHRASE, **changes})
    return output_differences(current, requested, read_certificates(made.leaf.pem + made.intermediate.pem))


def test_correct_files_do_not_differ(current: Path) -> None:
    assert _differences(current, "combined", "pkcs12") == []


def test_a_link_needs_its_file(current: Path) -> None:
    links = (Link(Path("/nowhere"), "jks"), Link(Path("/nowhere"), "fullchain"))
    (difference,) = _differences(current, links=links)
    assert difference == f"{current}/keystore.jks cannot be read: No such file or directory"


def test_a_combined_file_with_other_content_is_reported(current: Path) -> None:
    with (current / "combined.pem").open("ab") as file:
        file.write(b"more\n")
    (difference,) = _differences(current, "combined", "pkcs12")
    assert difference == f"{current}/combined.pem does not consist of certificate, chain and key, in this order"


@pytest.mark.parametrize(
    ("changes", "difference"),
    [
        ({"passphrase": "battery-staple-7"}, "must be written again: it cannot be opened with the passphrase"),
        ({"alias": "www"}, "has the alias Shop, not www"),
    ],
)
def test_another_passphrase_or_alias_is_reported(current: Path, changes: dict[str, str], difference: str) -> None:
    assert _differences(current, "pkcs12", **changes) == [f"{current}/certificate.p12 {difference}"]


def test_a_keystore_with_another_certificate_key_or_chain_is_reported(current: Path) -> None:
    made, file = pki.hierarchy(), current / "certificate.p12"
    for leaf, chain in ((pki.issue("www.example.com"), [made.intermediate]), (made.leaf, [])):
        file.write_bytes(made_pkcs12(leaf, chain, PASSPHRASE, "shop"))
        assert _differences(current, "pkcs12") == [
            f"{file} does not hold the installed certificate with its chain",
        ]


def test_a_java_keystore_is_compared_with_the_installed_certificates(tmp_path: Path) -> None:
    (tmp_path / FILES["jks"]).write_bytes(java_keystore.KEYSTORE)
    requested = RequestedFiles(("jks",), alias="Shop", passphrase=java_keystore.PASSPHRASE)
    assert output_differences(tmp_path, requested, read_certificates(java_keystore.FULLCHAIN)) == []
    other = read_certificates(pki.hierarchy().leaf.pem)
    (difference,) = output_differences(tmp_path, requested, other)
    assert difference == f"{tmp_path}/keystore.jks does not hold the installed certificate with its chain"


def test_correct_paths_do_not_differ(current: Path) -> None:
    linked, copied = current / "linked.pem", current / "copied.pem"
    linked.symlink_to(f"{current}/./fullchain.pem")
    copied.write_bytes((current / "fullchain.pem").read_bytes())
    copied.chmod((current / "fullchain.pem").stat().st_mode & 0o777)
    assert link_differences(current, [Link(linked, "fullchain"), Link(copied, "fullchain", is_copy=True)]) == []


def test_paths_that_do_not_lead_to_the_set_are_reported(current: Path) -> None:
    elsewhere, plain, loose = current / "elsewhere", current / "plain", current / "loose"
    elsewhere.symlink_to("nowhere.pem")
    plain.write_text("old", encoding="ascii")
    loose.write_bytes((current / "privkey.pem").read_bytes())
    loose.chmod(0o604)
    source, key = current / "fullchain.pem", current / "privkey.pem"

    assert link_differences(
        current,
        [
            Link(current / "gone", "fullchain"),
            Link(elsewhere, "fullchain"),
            Link(plain, "fullchain"),
            Link(current / "gone", "fullchain", is_copy=True),
            Link(elsewhere, "fullchain", is_copy=True),
            Link(plain, "fullchain", is_copy=True),
            Link(loose, "key", is_copy=True),
            Link(plain, "jks", is_copy=True),
        ],
    ) == [
        f"{current}/gone is missing",
        f"{elsewhere} points to nowhere.pem, not to {source}",
        f"{plain} is not a link to {source}",
        f"{current}/gone is missing",
        f"{elsewhere} is not a copy of {source}",
        f"{plain} differs from {source}",
        f"{loose} does not have the owner, group and mode of {key}",
        f"{plain} cannot be compared with {current}/keystore.jks: No such file or directory",
    ]
