# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking responders and reading lists: what is sent, what is kept, and that nothing of it can fail or be misled."""

from __future__ import annotations

import base64
import datetime as dt
import os
import socket
import threading
import time
import typing as t
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from ansible_collections.community.digicert.plugins.plugin_utils._plain_http import FetchError, Limits, fetch
from ansible_collections.community.digicert.plugins.plugin_utils._revocation_cache import Cache
from ansible_collections.community.digicert.plugins.plugin_utils._revocations import (
    Asking,
    add_revocations,
    ask_for,
)
from ansible_collections.community.digicert.tests.unit import pki
from ansible_collections.community.digicert.tests.unit import scripted_server as scripted

HOUR = dt.timedelta(hours=1)
ISSUER = pki.issue("Issuer", ca=True, lifetime=dt.timedelta(days=999))
REQUESTS: list[dict[str, t.Any]] = [{"name": name, "key_reuse": True} for name in ("www", "mail", "shop")]


@dataclass
class Scene:
    """A responder with a script, and where answers are kept."""

    server: scripted.Scripted
    asking: Asking
    folder: Path

    @property
    def base(self) -> str:
        """The address of the server."""
        return self.server.url.removesuffix("/services/v2")

    def certificate(self, *, responder: str | None = "/ocsp", listed: str | None = None, **more: t.Any) -> pki.Issued:
        """Return a certificate that names a responder or a list on the server, or another address."""
        extensions: list[x509.ExtensionType] = []
        if responder:
            address = x509.UniformResourceIdentifier(self._url(responder))
            access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, address)
            extensions.append(x509.AuthorityInformationAccess([access]))
        if listed:
            names = [x509.UniformResourceIdentifier(self._url(listed))]
            extensions.append(x509.CRLDistributionPoints([x509.DistributionPoint(names, None, None, None)]))
        return pki.issue("www.example.com", issuer=ISSUER, extensions=extensions, **more)

    def _url(self, address: str) -> str:
        return self.base + address if address.startswith("/") else address

    def ask(self, *leaves: pki.Issued, **more: t.Any) -> tuple[list[dict[str, t.Any]], list[str]]:
        """Ask for certificates that are installed for www, mail and shop."""
        found = [found_of(request["name"], leaf) for request, leaf in zip(REQUESTS, leaves, strict=False)]
        return ask_for(REQUESTS, found, replace(self.asking, **more))

    def problem(self, leaf: pki.Issued, **more: t.Any) -> str:
        """Return the only warning, which does not change what is needed."""
        [entry], [warning] = self.ask(leaf, **more)
        assert (entry["needs"], entry.get("revocation")) == ("none", None)
        assert warning.startswith("www: whether the certificate is revoked was not checked: ")
        return warning.partition("checked: ")[2]


def found_of(name: str, leaf: pki.Issued | None, chain: str = ISSUER.pem) -> dict[str, t.Any]:
    """Return what the host reports."""
    text = leaf.pem + chain if leaf else None
    return {"name": name, "needs": "none", "reasons": [], "fullchain_pem": text}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Return a scene with an empty script."""
    folder = tmp_path / "home" / "kept"
    with scripted.serve() as server:
        yield Scene(server, Asking(pki.NOW, Cache(folder, may_write=True), "run-1", responder_seconds=30), folder)


def answer(
    leaf: pki.Issued, *, revoked: bool = False, until: dt.datetime | None = pki.NOW + HOUR, signer: pki.Issued = ISSUER
) -> bytes:
    """Return an OCSP response in DER."""
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=leaf.certificate,
        issuer=ISSUER.certificate,
        algorithm=hashes.SHA1(),
        cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
        this_update=pki.NOW,
        next_update=until,
        revocation_time=pki.NOW if revoked else None,
        revocation_reason=x509.ReasonFlags.key_compromise if revoked else None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def list_with(*leaves: pki.Issued) -> bytes:
    """Return a revocation list in DER."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(ISSUER.certificate.subject)
    builder = builder.last_update(pki.NOW - HOUR).next_update(pki.NOW + HOUR)
    for leaf in leaves:
        entry = x509.RevokedCertificateBuilder().serial_number(leaf.certificate.serial_number)
        builder = builder.add_revoked_certificate(entry.revocation_date(pki.NOW - HOUR).build())
    return builder.sign(ISSUER.key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_a_responder_is_asked_with_a_get_that_says_nothing_else(scene: Scene) -> None:
    leaf = scene.certificate()
    scene.server.script += [scripted.reply(body=answer(leaf))]
    entries, warnings = scene.ask(leaf)
    assert (entries, warnings) == ([{"name": "www", "needs": "none", "reasons": []}], [])
    [seen] = scene.server.seen
    assert (seen.method, seen.body) == ("GET", b"")
    assert seen.headers.keys() == {"host", "accept-encoding", "user-agent"}
    folder, _slash, encoded = seen.target.rpartition("/")
    assert folder == "/ocsp"
    request = ocsp.load_der_ocsp_request(base64.b64decode(unquote(encoded)))
    assert request.serial_number == leaf.certificate.serial_number


def test_a_revoked_certificate_needs_a_new_one_with_a_new_key(scene: Scene) -> None:
    leaf = scene.certificate()
    scene.server.script += [scripted.reply(body=answer(leaf, revoked=True))]
    [entry], [warning] = scene.ask(leaf)
    assert entry["needs"] == "certificate"
    assert entry["revocation"] == {"revoked_at": pki.NOW.isoformat(), "reason": "keyCompromise"}
    when = "the certificate was revoked on 2026-11-20 at 12:00 UTC, reason keyCompromise"
    assert entry["reasons"] == [f"{when}: a new key is generated although key_reuse is set"]
    assert warning == f"www: {when}. It must be replaced."


def test_an_answer_is_kept_until_there_is_a_newer_one(scene: Scene) -> None:
    leaf = scene.certificate()
    scene.server.script += [scripted.reply(body=answer(leaf)), scripted.reply(body=answer(leaf, revoked=True))]
    scene.ask(leaf)
    scene.ask(leaf)
    assert len(scene.server.seen) == 1
    [kept] = scene.folder.iterdir()
    assert (scene.folder.stat().st_mode & 0o777, kept.stat().st_mode & 0o777) == (0o700, 0o600)
    assert "out of date" in scene.ask(leaf, now=pki.NOW + 2 * HOUR)[1][0]
    assert len(scene.server.seen) == 2


def test_an_answer_that_may_change_at_any_time_is_not_kept(scene: Scene) -> None:
    leaf = scene.certificate()
    scene.server.script += [scripted.reply(body=answer(leaf, until=None))] * 2
    assert [scene.ask(leaf)[1] for _time in range(2)] == [[], []]
    assert len(scene.server.seen) == 2


@pytest.mark.parametrize("planted", ["stranger", "other", "nonsense", "large", "link", "pipe"])
def test_nothing_that_is_kept_is_trusted(scene: Scene, tmp_path: Path, planted: str) -> None:
    leaf, other = scene.certificate(), scene.certificate()
    scene.server.script += [scripted.reply(body=answer(leaf)), scripted.reply(body=answer(leaf, revoked=True))]
    scene.ask(leaf)
    [kept] = scene.folder.iterdir()
    kept.unlink()
    contents = {
        "stranger": answer(leaf, signer=pki.issue("Issuer", ca=True)),
        "other": answer(other),
        "nonsense": b"nonsense",
        "large": answer(leaf) + b" " * 70_000,
    }
    if planted == "link":
        (tmp_path / "elsewhere").write_bytes(answer(leaf))
        kept.symlink_to(tmp_path / "elsewhere")
    elif planted == "pipe":
        os.mkfifo(kept)
    else:
        kept.write_bytes(contents[planted])
    assert scene.ask(leaf)[0][0]["needs"] == "certificate"
    assert len(scene.server.seen) == 2


@pytest.mark.parametrize("spoiled", ["open", "link", "file", "check_mode"])
def test_a_folder_that_may_not_be_used_keeps_nothing(scene: Scene, tmp_path: Path, spoiled: str) -> None:
    folder = tmp_path / "used"
    if spoiled == "open":
        folder.mkdir(mode=0o755)
    elif spoiled == "link":
        (tmp_path / "target").mkdir(mode=0o700)
        folder.symlink_to(tmp_path / "target")
    elif spoiled == "file":
        folder.write_text("")
    leaf, listed = scene.certificate(), scene.certificate(responder=None, listed="/1.crl")
    cache = Cache(folder, may_write=spoiled != "check_mode")
    body = [scripted.reply(body=answer(leaf)), scripted.reply(body=list_with())]
    for _time in range(2):
        for certificate, reply in zip((leaf, listed), body, strict=True):
            scene.server.script.append(reply)
            assert scene.ask(certificate, cache=cache)[1] == []
    assert len(scene.server.seen) == 4
    assert sorted(path.name for path in tmp_path.rglob("*.ocsp")) == []


def test_a_certificate_on_several_requests_is_asked_for_once(scene: Scene) -> None:
    leaf = scene.certificate()
    scene.server.script += [scripted.reply(body=answer(leaf, revoked=True))]
    entries, _warnings = scene.ask(leaf, leaf)
    assert [entry["needs"] for entry in entries] == ["certificate", "certificate"]


def test_several_are_asked_at_once(scene: Scene) -> None:
    leaves = [scene.certificate() for _number in range(3)]
    together = threading.Barrier(len(leaves), timeout=30)

    def meet(connection: socket.socket) -> None:
        # nobody gets an answer until all have asked
        together.wait()
        scripted.reply(503)(connection)

    scene.server.script += [meet] * len(leaves)
    _entries, warnings = scene.ask(*leaves)
    assert len(warnings) == 3
    assert all("it answers with the status 503" in warning for warning in warnings)


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (scripted.reply(302, headers={"Location": "http://127.0.0.1:1/"}), "it answers with the status 302"),
        (scripted.reply(404), "it answers with the status 404"),
        (scripted.reply(body=b"<html>"), "not a readable OCSP response"),
        (scripted.flood(10_000_000), "more than 65536 bytes"),
        (scripted.cut, "Remote end closed connection"),
        (scripted.reset, "reset by peer"),
        (scripted.cut_in_the_body, "ends too early"),
        (lambda connection: connection.sendall(b"SSH-2.0-OpenSSH\r\n"), "SSH-2.0"),
    ],
)
def test_a_responder_that_does_not_answer_properly_is_a_warning(
    scene: Scene, reply: scripted.Answer, problem: str
) -> None:
    leaf = scene.certificate()
    scene.server.script += [reply]
    assert problem in scene.problem(leaf)
    assert len(scene.server.seen) == 1


@pytest.mark.parametrize("slow", [scripted.silence(3), scripted.drip(30, 0.1)])
def test_a_slow_responder_is_not_waited_for(scene: Scene, slow: scripted.Answer) -> None:
    leaf = scene.certificate()
    scene.server.script += [slow]
    start = time.monotonic()
    problem = scene.problem(leaf, responder_seconds=0.2)
    assert any(text in problem for text in ("no answer within 0.2 seconds", "it takes too long", "timed out"))
    assert time.monotonic() - start < 2


def test_a_header_that_never_ends_is_not_waited_for(scene: Scene) -> None:
    def trickle(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for _piece in range(30):
            connection.sendall(b"a")
            time.sleep(0.1)

    scene.server.script += [trickle]
    assert "there was no answer within 0.3 seconds" in scene.problem(scene.certificate(), responder_seconds=0.3)


def test_a_responder_that_does_not_exist(scene: Scene) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        assert "refused" in scene.problem(scene.certificate(responder=address))


def test_a_certificate_that_has_expired_or_names_nothing_is_not_asked_for(scene: Scene) -> None:
    expired = scene.certificate(lifetime=dt.timedelta(hours=25), not_before=pki.NOW - 26 * HOUR)
    silent = scene.certificate(responder=None)
    entries, warnings = scene.ask(expired, silent)
    assert (len(entries), warnings, scene.server.seen) == (2, [], [])


def test_a_certificate_without_its_issuer_is_a_warning(scene: Scene) -> None:
    found = [found_of("www", scene.certificate(), ""), found_of("mail", None)]
    entries, [warning] = ask_for(REQUESTS, found, scene.asking)
    assert "the certificate of its issuer is not installed" in warning
    assert [entry["needs"] for entry in entries] == ["none", "none"]


def test_a_list_is_read_once_a_run_and_then_only_if_it_has_changed(scene: Scene) -> None:
    leaf, other = (scene.certificate(responder=None, listed="/1.crl") for _number in range(2))
    first = scripted.reply(body=list_with(other), headers={"ETag": '"one"', "Last-Modified": "yesterday"})
    scene.server.script += [first, scripted.reply(304), scripted.reply(body=list_with(leaf))]
    entries, warnings = scene.ask(leaf, other)
    assert ([entry["needs"] for entry in entries], len(warnings)) == (["none", "certificate"], 1)
    scene.ask(leaf)
    assert len(scene.server.seen) == 1
    assert scene.ask(leaf, run="run-2")[1] == []
    assert scene.ask(leaf, run="run-2")[1] == []
    conditional = scene.server.seen[1].headers
    assert (conditional["if-none-match"], conditional["if-modified-since"]) == ('"one"', "yesterday")
    [entry], _warnings = scene.ask(leaf, run="run-3")
    assert entry["revocation"]["reason"] is None
    assert entry["reasons"] == ["the certificate was revoked on 2026-11-20 at 11:00 UTC, without a reason"]
    assert len(scene.server.seen) == 3


@pytest.mark.parametrize("note", [b"[" * 4000, b'{"etag": 7}', b"nonsense", b'{"etag": "a\\r\\nX: y"}'])
def test_a_kept_list_with_a_spoiled_note_is_read_again(scene: Scene, note: bytes) -> None:
    leaf = scene.certificate(responder=None, listed="/1.crl")
    scene.server.script += [scripted.reply(body=list_with()), scripted.reply(body=list_with())]
    scene.ask(leaf)
    [kept] = scene.folder.glob("*.json")
    kept.write_bytes(note)
    assert scene.ask(leaf)[1] == []
    assert all("x" not in seen.headers for seen in scene.server.seen)


def test_a_list_that_is_said_to_be_unchanged_although_nothing_is_kept(scene: Scene) -> None:
    scene.server.script += [scripted.reply(304)]
    assert "nothing is known" in scene.problem(scene.certificate(responder=None, listed="/1.crl"))


def test_a_list_is_only_read_from_a_path_of_a_list(scene: Scene) -> None:
    assert "does not end with .crl" in scene.problem(scene.certificate(responder=None, listed="/delete"))
    assert scene.server.seen == []


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://ocsp.example.com", "not an http:// address"),
        ("ldap://ocsp.example.com/x", "not an http:// address"),
        ("file:///etc/passwd", "not an http:// address"),
        ("http://", "not an http:// address"),
        ("http://user@ocsp.example.com", "credentials"),
        ("http://ocsp.example.com/?delete=1", "a query"),
        ("http://ocsp.example.com/#x", "a fragment"),
        ("http://ocsp.example.com:x/", "not an address"),
        ("http://169.254.169.254/latest", "an IP address"),
        ("http://[fe80::1]/", "an IP address"),
        ("http://10.0.0.1:8080/job", "an IP address"),
    ],
)
def test_addresses_that_are_never_used(url: str, problem: str) -> None:
    with pytest.raises(FetchError, match=problem):
        fetch(url, Limits(10, time.monotonic() + 5))


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fd00::1", "0.0.0.0"])
def test_a_name_that_leads_into_the_own_network_is_not_used(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (where, 80)) for where in ("93.184.216.34", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)
    for variable in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(FetchError, match="not lead to a public address"):
        fetch("http://ocsp.example.com/", Limits(10, time.monotonic() + 5))


def test_the_proxy_of_the_environment_is_used(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", scene.base.replace("//", "//me:p%40ss@"))
    monkeypatch.setenv("no_proxy", "")
    leaf = scene.certificate(responder="http://ocsp.example.com/x/")
    scene.server.script += [scripted.reply(body=answer(leaf))]
    assert scene.ask(leaf)[1] == []
    [seen] = scene.server.seen
    assert seen.target.startswith("http://ocsp.example.com/x/")
    assert seen.headers["host"] == "ocsp.example.com"
    assert base64.b64decode(seen.headers["proxy-authorization"].partition(" ")[2]) == b"me:p@ss"


def test_a_full_cache_drops_the_oldest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ansible_collections.community.digicert.plugins.plugin_utils._revocation_cache._MOST_FILES", 3)
    cache = Cache(tmp_path / "kept", may_write=True)
    for number in range(5):
        cache.write(f"{number}.ocsp", b"x")
        os.utime(tmp_path / "kept" / f"{number}.ocsp", (number, number))
    assert cache.read("0.ocsp", 10) is None
    assert cache.read("4.ocsp", 10) == b"x"
    assert len(list((tmp_path / "kept").iterdir())) == 3


def test_the_action_asks_with_the_clock_of_the_controller(tmp_path: Path) -> None:
    assert add_revocations(REQUESTS, [found_of("www", None)], tmp_path / "kept", may_write=False) == (
        [{"name": "www", "needs": "none", "reasons": []}],
        [],
    )
    assert not (tmp_path / "kept").exists()
