# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_served_certificate_info: real handshakes on loopback, and the problems reported if they fail."""

from __future__ import annotations

import socket
import ssl
import time
import typing as t
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._x509 import certificates
from ansible_collections.community.digicert.tests.modules.execution import execute
from ansible_collections.community.digicert.tests.modules.tls_server import server_context, serving
from ansible_collections.community.digicert.tests.roles.support.authority import Authority, Issued

MODULE = "digicert_served_certificate_info"
NAME = "www.example.com"


def read(*endpoints: dict[str, t.Any], timeout: int = 5, check_mode: bool = False) -> list[dict[str, t.Any]]:
    """Run the module; return its result for each endpoint."""
    printed = execute(MODULE, {"endpoints": list(endpoints), "timeout": timeout}, check_mode=check_mode)
    assert printed.status == 0, printed.stdout
    assert printed.result["changed"] is False
    found: list[dict[str, t.Any]] = printed.result["endpoints"]
    return found


@dataclass(frozen=True)
class Site:
    """A certificate, what a server needs to serve it, and the file with its root."""

    issued: Issued
    context: ssl.SSLContext
    root: str


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Return one certificate authority for all tests."""
    return Authority()


@pytest.fixture
def site(tmp_path: Path, authority: Authority) -> Site:
    """Return a certificate for ``www.example.com`` with its chain."""
    issued = authority.issue(NAME)
    root = tmp_path / "root.pem"
    root.write_text(authority.root.pem, encoding="ascii")
    return Site(issued, server_context(tmp_path, issued, authority.intermediate.pem), str(root))


@pytest.fixture
def port(site: Site) -> Iterator[int]:
    """Serve the certificate and return the port."""
    with serving(site.context) as listening:
        yield listening


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_certificate_is_read_and_verified(site: Site, port: int, check_mode: bool) -> None:
    unverified, verified = read(
        {"port": port}, {"port": port, "server_name": NAME, "ca_path": site.root}, check_mode=check_mode
    )
    assert unverified["certificate"] == verified["certificate"]
    assert verified["certificate"]["pem"] == site.issued.pem
    assert verified["certificate"]["serial_number"] == site.issued.serial_number
    assert verified["certificate"]["dns_names"] == [NAME]
    assert verified["certificate"]["days_left"] == 29
    assert verified["tls_version"].startswith("TLSv1.")
    assert (unverified["verified"], verified["verified"]) == (None, True)
    assert (unverified["problem"], verified["problem"]) == (None, None)


def test_the_requested_name_decides_which_certificate_is_shown(
    tmp_path: Path, authority: Authority, site: Site
) -> None:
    other = authority.issue("other.example.com")
    other_context = server_context(tmp_path, other, authority.intermediate.pem)

    def choose(connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        if name == "other.example.com":
            connection.context = other_context

    site.context.sni_callback = choose
    with serving(site.context) as listening:
        shown = read(
            {"port": listening},
            {"port": listening, "server_name": NAME},
            {"port": listening, "server_name": "other.example.com", "ca_path": site.root},
        )
    expected = [site.issued.serial_number, site.issued.serial_number, other.serial_number]
    assert [entry["certificate"]["serial_number"] for entry in shown] == expected
    assert shown[2]["verified"] is True


@pytest.mark.parametrize(
    ("protocol", "dialogue"),
    [
        ("smtp", [b"220 hello\r\n", b"250-hello\r\n250 STARTTLS\r\n", b"220 go\r\n"]),
        ("imap", [b"* OK hello\r\n", b"t OK go\r\n"]),
        ("postgres", [b"", b"S"]),
    ],
)
def test_starttls(site: Site, protocol: str, dialogue: list[bytes]) -> None:
    with serving(site.context, dialogue) as listening:
        (shown,) = read({"port": listening, "starttls": protocol, "server_name": NAME, "ca_path": site.root})
    assert shown["problem"] is None
    assert shown["certificate"]["serial_number"] == site.issued.serial_number
    assert shown["verified"] is True
    assert shown["starttls"] == protocol


def test_a_certificate_that_does_not_verify_is_still_returned(tmp_path: Path, site: Site, port: int) -> None:
    stranger = tmp_path / "stranger.pem"
    stranger.write_text(Authority("Other").root.pem, encoding="ascii")
    untrusted, misnamed = read(
        {"port": port, "server_name": NAME, "ca_path": str(stranger)},
        {"port": port, "server_name": "mail.example.com", "ca_path": site.root},
    )
    assert untrusted["problem"].startswith("the certificate does not verify: ")
    assert "mail.example.com" in misnamed["problem"]
    for shown in (untrusted, misnamed):
        assert shown["verified"] is False
        assert shown["certificate"]["serial_number"] == site.issued.serial_number


def test_an_endpoint_without_a_certificate_is_reported_and_delays_no_other(
    site: Site, port: int, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        closed = unused.getsockname()[1]
    endless = [b"220-still here\r\n"] * 3
    began = time.monotonic()
    with (
        serving(None) as silent,
        serving(None, [b"HTTP/1.1 400 Bad Request\r\n\r\n"]) as plain,
        serving(None, endless) as slow,
        serving(None, [b"", b"N"]) as without,
    ):
        refused, mute, unencrypted, trickling, off, rootless, good = read(
            {"port": closed},
            {"port": silent, "starttls": "smtp"},
            {"port": plain},
            {"port": slow, "starttls": "smtp"},
            {"port": without, "starttls": "postgres"},
            {"port": port, "ca_path": str(tmp_path / "nowhere.pem")},
            {"port": port},
            timeout=2,
        )
    assert time.monotonic() - began < 2 * 5, "the services were not contacted at the same time"
    assert refused["problem"] == "the connection fails: Connection refused"
    assert mute["problem"] == trickling["problem"] == "there is no answer within 2 seconds"
    assert unencrypted["problem"].startswith("the TLS handshake fails: ")
    assert off["problem"] == "the server has TLS switched off"
    assert rootless["problem"] == f"the roots in {tmp_path / 'nowhere.pem'} cannot be read: No such file or directory"
    for shown in (refused, mute, unencrypted, trickling, off, rootless):
        assert (shown["certificate"], shown["verified"]) == (None, None)
    assert good["certificate"]["serial_number"] == site.issued.serial_number


def test_another_certificate_than_the_installed_one_is_a_failure(site: Site, port: int, authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        closed = unused.getsockname()[1]

    def run(certificate: str, *endpoints: dict[str, t.Any]) -> dict[str, t.Any]:
        given = {"endpoints": list(endpoints), "certificate": certificate, "timeout": 5}
        result: dict[str, t.Any] = execute(MODULE, given).result
        return result

    proven = run(site.issued.pem, {"port": port, "ca_path": site.root})
    assert not proven.get("failed")
    # the name of the certificate is sent, and verified
    assert (proven["endpoints"][0]["server_name"], proven["endpoints"][0]["verified"]) == (NAME, True)

    other = authority.issue("*.example.com")
    failed = run(other.pem, {"port": port}, {"port": closed})
    problem = f"it serves the one with the serial number {site.issued.serial_number}"
    assert failed["msg"] == f"127.0.0.1:{port} does not serve the installed certificate: {problem}"
    assert [one["problem"] for one in failed["endpoints"]] == [problem, "the connection fails: Connection refused"]
    assert failed["endpoints"][0]["server_name"] is None
    assert "Connection refused" in run(site.issued.pem, {"port": port}, {"port": closed})["msg"]
    assert "certificate cannot be read" in run("garbage", {"port": port})["msg"]


def test_a_name_that_cannot_be_resolved_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_arguments: object, **_more: object) -> t.NoReturn:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    # no test queries a real name server
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    (shown,) = read({"host": "www.missing.example"})
    assert shown["problem"] == "the name cannot be resolved: Name or service not known"


def test_an_empty_string_counts_as_not_given(site: Site, port: int) -> None:
    (shown,) = read({"port": port, "server_name": "", "ca_path": ""})
    assert (shown["server_name"], shown["verified"]) == (None, None)
    assert shown["certificate"]["serial_number"] == site.issued.serial_number


def test_invalid_options_and_a_missing_library(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = execute(MODULE, {"endpoints": [], "timeout": 0})
    assert printed.status == 1
    assert "Set it to at least 1 second" in printed.result["msg"]
    monkeypatch.setattr(certificates, "CRYPTOGRAPHY_IMPORT_ERROR", "ImportError: it is not there")
    printed = execute(MODULE, {"endpoints": []})
    assert "cryptography" in printed.result["msg"]
