# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the set of files on a host, with real files."""

from __future__ import annotations

import grp
import os
import pwd
import ssl
import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._host.certificate import (
    describe_host_certificate,
    read_host_certificate,
)
from ansible_collections.community.digicert.plugins.module_utils._host.plan import InvalidHostRequestError
from ansible_collections.community.digicert.plugins.module_utils._host.served import look_at_services
from ansible_collections.community.digicert.tests.modules.tls_server import serving
from ansible_collections.community.digicert.tests.unit import pki

ENDPOINT: dict[str, t.Any] = {
    "host": "127.0.0.1",
    "port": 443,
    "server_name": None,
    "from": "host",
    "starttls": None,
    "ca_path": None,
    "former_only": False,
}


class Host:
    """The folder of a request as the role deploy writes it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.home = directory / "www"
        self.set = self.home / "sets" / "1"
        self.current = self.home / "current"

    def install(self, leaf: pki.Issued | None = None) -> None:
        """Write a complete set and make it the current one."""
        made = pki.hierarchy()
        leaf = leaf or made.leaf
        self.set.mkdir(parents=True)
        self.write("cert.pem", leaf.pem)
        self.write("chain.pem", made.intermediate.pem)
        self.write("fullchain.pem", leaf.pem + made.intermediate.pem)
        self.write("privkey.pem", pki.key_pem(leaf.key).decode())
        self.current.symlink_to("sets/1")

    def write(self, name: str, text: str) -> None:
        """Write a file of the set."""
        path = self.set / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600 if name == "privkey.pem" else 0o644)

    def describe(self, **changes: t.Any) -> dict[str, t.Any]:
        """Return what the module returns for the request."""
        options: dict[str, t.Any] = {
            "name": "www",
            "directory": str(self.directory),
            "dns_names": ["www.example.com", "example.com"],
            "renew_before": "auto",
            "key_type": None,
            "key_size": None,
            "key_curve": None,
            "allow_name_removal": False,
        }
        options.update(dict.fromkeys(("owner", "group", "mode", "key_owner", "key_group", "key_mode")))
        options.update(
            {
                "outputs": [],
                "links": [],
                "keystore_alias": None,
                "keystore_passphrase": None,
                "encryption_level": "auto",
            }
        )
        served = [{**ENDPOINT, **endpoint} for endpoint in changes.pop("served", ())]
        reading = read_host_certificate({**options, **changes})
        (shown,) = look_at_services([(reading, served)], pki.NOW, timeout=5)
        return describe_host_certificate(reading, shown, pki.NOW)


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """Return an empty host."""
    return Host(tmp_path)


def test_nothing_is_there(host: Host) -> None:
    assert host.describe() == {
        "name": "www",
        "needs": "certificate",
        "reasons": ["no certificate is installed"],
        "certificate": None,
        "key": None,
        "pending_key": None,
        "published": None,
        "served": [],
        "certificate_pem": None,
        "chain_pem": None,
        "fullchain_pem": None,
    }


def test_everything_is_there(host: Host) -> None:
    host.install()
    found = host.describe(mode="0644", key_mode="0600", owner=str(os.getuid()), group=str(os.getgid()))
    assert (found["needs"], found["reasons"]) == ("none", [])
    leaf = pki.hierarchy().leaf.certificate
    assert found["certificate"]["serial_number"] == f"{leaf.serial_number:x}"
    assert found["certificate"]["dns_names"] == ["www.example.com", "example.com"]
    assert found["certificate"]["days_left"] == 198
    assert found["certificate"]["not_after"] == "2027-06-06T12:00:00+00:00"
    assert found["key"] == {
        "public_key_fingerprint": found["certificate"]["public_key_fingerprint"],
        "type": "ECC",
        "size": "secp256r1",
        "fits": True,
    }


def test_the_private_key_is_never_returned(host: Host) -> None:
    host.install()
    lines = (host.set / "privkey.pem").read_text(encoding="ascii").splitlines()[1:-1]
    assert not any(line in str(host.describe()) for line in lines)


def test_a_broken_link_is_not_an_empty_host(host: Host) -> None:
    host.home.mkdir()
    host.current.symlink_to("sets/gone")
    found = host.describe()
    assert found["needs"] == "certificate"
    assert "cert.pem cannot be read: No such file or directory" in found["reasons"][0]


@pytest.mark.parametrize("name", ["cert.pem", "privkey.pem"])
def test_a_broken_certificate_or_key_needs_another_certificate(host: Host, name: str) -> None:
    host.install()
    host.write(name, "garbage é")
    found = host.describe()
    assert found["needs"] == "certificate"
    assert "garbage" not in str(found)


@pytest.mark.parametrize("name", ["chain.pem", "fullchain.pem"])
@pytest.mark.parametrize("text", ["garbage", None])
def test_a_broken_or_missing_chain_is_installed_again(host: Host, name: str, text: str | None) -> None:
    host.install()
    (host.set / name).unlink()
    if text is not None:
        host.write(name, text)
    found = host.describe()
    assert found["needs"] == "install"
    assert name in found["reasons"][0]


def test_an_empty_chain_is_right_for_a_self_signed_certificate(host: Host) -> None:
    leaf = pki.issue("www.example.com", dns_names=["example.com"])
    host.install(leaf)
    host.write("chain.pem", "")
    host.write("fullchain.pem", leaf.pem)
    assert host.describe()["needs"] == "none"


def test_a_key_of_another_certificate_is_noticed(host: Host) -> None:
    host.install()
    host.write("privkey.pem", pki.key_pem(pki.new_key()).decode())
    found = host.describe()
    assert found["needs"] == "certificate"
    assert "the private key does not belong to the certificate" in found["reasons"]


def test_a_staged_key_is_not_mistaken_for_the_installed_one(host: Host) -> None:
    host.install()
    staged = host.home / "pending" / "privkey.pem"
    staged.parent.mkdir()
    staged.write_bytes(pki.key_pem(pki.rsa_key()))
    found = host.describe()
    assert (found["pending_key"]["type"], found["pending_key"]["size"]) == ("RSA", 2048)
    assert found["key"]["type"] == "ECC"
    staged.write_bytes(b"half a ke")
    assert host.describe()["pending_key"] is None


def test_a_key_of_another_type_does_not_fit(host: Host) -> None:
    host.install()
    assert host.describe(key_type="RSA")["key"]["fits"] is False
    assert host.describe(key_type="ECC", key_curve="secp256r1")["key"]["fits"] is True


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("mode", "0640", "cert.pem has the mode 0644, not 0640"),
        ("key_mode", "0400", "privkey.pem has the mode 0600, not 0400"),
        ("owner", "nosuchuser", "cert.pem belongs to the user"),
        ("key_owner", "nosuchuser", "privkey.pem belongs to the user"),
        ("group", "nosuchgroup", "cert.pem belongs to the group"),
        ("key_group", "nosuchgroup", "privkey.pem belongs to the group"),
    ],
)
def test_owner_group_and_mode_are_compared_if_they_are_set(host: Host, option: str, value: str, reason: str) -> None:
    host.install()
    found = host.describe(**{option: value})
    assert found["needs"] == "install"
    assert reason in "; ".join(found["reasons"])


def test_owner_and_group_may_be_names_or_numbers(host: Host) -> None:
    host.install()
    user, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
    assert host.describe(owner=user, group=group, key_owner=user, key_group=group)["needs"] == "none"
    assert host.describe(owner=str(os.getuid()), key_group=str(os.getgid()))["needs"] == "none"


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give files away")
def test_an_owner_without_a_name_is_shown_as_a_number(host: Host) -> None:
    host.install()
    os.chown(host.set / "cert.pem", 54321, 54322)
    found = host.describe(owner="root", group="root")
    assert "cert.pem belongs to the user 54321, not root" in "; ".join(found["reasons"])
    assert "cert.pem belongs to the group 54322, not root" in "; ".join(found["reasons"])


@pytest.mark.parametrize("mode", ["u=rw", "0999", "rw"])
def test_a_mode_that_is_not_an_octal_number_is_refused(host: Host, mode: str) -> None:
    with pytest.raises(InvalidHostRequestError, match="octal"):
        host.describe(key_mode=mode)


def test_an_unfinished_reload_is_remembered(host: Host) -> None:
    host.install()
    (host.home / ".deploying").write_text("", encoding="ascii")
    found = host.describe()
    assert found["needs"] == "install"
    assert "reload" in found["reasons"][0]


def test_a_folder_that_may_not_be_read_is_an_error_and_not_an_empty_host(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.install()

    def refuse(self: Path, *args: object, **kwargs: object) -> t.NoReturn:
        raise PermissionError(13, "Permission denied", str(self))

    # root may read every folder, so the refusal is simulated
    monkeypatch.setattr(Path, "stat", refuse)
    monkeypatch.setattr(Path, "lstat", refuse)
    monkeypatch.setattr(os, "stat", refuse)
    monkeypatch.setattr(os, "lstat", refuse)
    with pytest.raises(PermissionError):
        host.describe()


def test_further_files_and_links_are_compared_if_they_are_requested(host: Host, tmp_path: Path) -> None:
    host.install()
    link = tmp_path / "haproxy.pem"
    link.symlink_to(host.current / "combined.pem")
    requested: dict[str, t.Any] = {"links": [{"path": str(link), "output": "combined", "copy": False}]}
    parts = [(host.set / name).read_text(encoding="ascii") for name in ("fullchain.pem", "privkey.pem")]
    host.write("combined.pem", "".join(parts))
    assert host.describe(**requested)["needs"] == "none"
    found = host.describe(**requested, key_mode="0600")
    assert (found["needs"], found["reasons"]) == (
        "install",
        [f"{host.current}/combined.pem has the mode 0644, not 0600"],
    )
    link.unlink()
    assert host.describe(**requested)["reasons"] == [f"{link} is missing"]


@pytest.mark.parametrize(
    ("name", "text", "suffices"),
    [
        ("fullchain.pem", "garbage", True),
        ("chain.pem", "garbage", False),
        # an empty chain: only the other file shows that there was one
        ("chain.pem", "", False),
    ],
)
def test_certificate_and_chain_are_returned_if_they_suffice(host: Host, name: str, text: str, suffices: bool) -> None:
    host.install()
    assert host.describe()["certificate_pem"] is None
    host.write(name, text)
    found, made = host.describe(), pki.hierarchy()
    assert found["needs"] == "install"
    pems = (found["certificate_pem"], found["chain_pem"])
    assert pems == ((made.leaf.pem, made.intermediate.pem) if suffices else (None, None))


def test_services_are_contacted_from_the_host(host: Host, tmp_path: Path) -> None:
    """Except those of requests that need another certificate, and those that only the controller contacts."""
    host.install()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(host.set / "fullchain.pem", host.set / "privkey.pem")
    with serving(context) as port:
        found = host.describe(served=[{"port": port}, {"port": 1}, {"port": port, "from": "controller"}])
        assert host.describe(served=[{"port": port}], dns_names=["other.example"])["served"] == []
    assert found["needs"] == "none"
    right, closed = found["served"]
    assert (right["place"], right["state"]) == (f"127.0.0.1:{port}", "installed")
    assert right["serial_number"] == found["certificate"]["serial_number"]
    assert (closed["state"], closed["serial_number"]) == ("unreachable", None)
    assert "Connection refused" in closed["problem"]


def test_a_service_that_presents_another_certificate_has_to_be_reloaded(host: Host, tmp_path: Path) -> None:
    host.install()
    former = pki.issue("www.example.com")
    (host.home / "sets" / f"{former.certificate.serial_number:x}").mkdir()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    path = tmp_path / "former.pem"
    path.write_bytes(former.pem.encode() + pki.key_pem(former.key))
    context.load_cert_chain(path)
    with serving(context) as port:
        found = host.describe(served=[{"port": port, "former_only": True}])
    assert (found["needs"], found["served"][0]["state"]) == ("install", "former")
    assert found["reasons"] == [
        f"127.0.0.1:{port} serves the certificate {former.certificate.serial_number:x}, not the installed one"
    ]
    assert found["certificate_pem"] == pki.hierarchy().leaf.pem
