# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client with a server that misbehaves: what is repeated, what never is, and what the messages say."""

from __future__ import annotations

import datetime as dt
import email.utils
import gzip
import socket
import threading
import time
import typing as t
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral import client as _client
from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import (
    Client,
    ConnectionSettings,
    check_url,
    path,
)
from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import (
    ApiError,
    DigicertError,
    InputError,
    TransportError,
    UnexpectedAnswerError,
)
from ansible_collections.community.digicert.tests.unit import pki, scripted_server
from ansible_collections.community.digicert.tests.unit.scripted_server import Scripted, refusal, reply, serve

_API_KEY = "SECRET0KEY1OF2THE3TESTS4"
_URL_OF_NOBODY = "http://127.0.0.1:9/services/v2"


class FakeClock:
    """A clock that only moves if the client sleeps or a test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.naps: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Move the clock."""
        self.naps.append(seconds)
        self.now += seconds

    def monotonic(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def server() -> Iterator[Scripted]:
    """Run a server without TLS."""
    with serve() as scripted:
        yield scripted


@pytest.fixture
def clock() -> FakeClock:
    """Return a clock."""
    return FakeClock()


def _client_of(url: str, clock: FakeClock | None = None, **settings: t.Any) -> Client:
    made = ConnectionSettings(api_key=_API_KEY, api_url=url, **settings)
    if clock is None:
        return Client(made)
    return Client(made, sleep=clock.sleep, monotonic=clock.monotonic)


def _assert_told(error: DigicertError, *words: str) -> None:
    """Check that an error says what happened and what to do, without the key."""
    text = f"{error} {error.next_action} {error.errors} {error!r} {error.__context__!r} {error.__cause__!r}"
    assert _API_KEY not in text
    assert error.next_action
    for word in words:
        assert word in f"{error} {error.next_action}"


class TestRequest:
    def test_it_carries_key_agent_and_json(self, server: Scripted) -> None:
        server.script = [reply(201, {"id": 1})]
        client = _client_of(server.url)
        assert client.post("/order/certificate/ssl_basic", {"a": "é"}) == {"id": 1}
        (seen,) = server.seen
        assert (seen.method, seen.target) == ("POST", "/services/v2/order/certificate/ssl_basic")
        assert seen.headers["x-dc-devkey"] == _API_KEY
        assert seen.headers["user-agent"].startswith("ansible-community.digicert/")
        assert seen.headers["accept"] == "application/json"
        assert seen.headers["content-type"] == "application/json"
        assert seen.body in (b'{"a": "\\u00e9"}', '{"a": "é"}'.encode())

    def test_parameters_are_encoded(self, server: Scripted) -> None:
        server.script = [reply(200, {})]
        _client_of(server.url).get("/order/certificate", {"filters[status]": "issued", "limit": 2})
        assert server.seen[0].target == "/services/v2/order/certificate?filters%5Bstatus%5D=issued&limit=2"

    def test_a_path_cannot_be_left(self) -> None:
        assert path("order", "../user", "a b/é?#") == "/order/..%2Fuser/a%20b%2F%C3%A9%3F%23"

    @pytest.mark.parametrize("body", [None, b"", b"  \r\n"])
    def test_an_empty_answer_is_returned_as_none(self, server: Scripted, body: bytes | None) -> None:
        server.script = [reply(204 if body is None else 200, body)]
        assert _client_of(server.url).put("/x", {"status": "canceled"}) is None

    def test_a_download_is_not_decoded(self, server: Scripted) -> None:
        server.script = [reply(200, b"\x00PK\r\n", {"Content-Type": "application/zip"})]
        assert _client_of(server.url).get_bytes("/x") == b"\x00PK\r\n"
        assert server.seen[0].headers["accept"] == "*/*"

    def test_calls_are_counted_by_method_with_their_repetitions(self, server: Scripted, clock: FakeClock) -> None:
        server.script = [refusal(503, "x"), reply(200, {}), reply(201, {}), reply()]
        client = _client_of(server.url, clock)
        client.get("/x")
        client.post("/x", {})
        client.put("/x")
        client.close()
        assert client.api_calls == {"GET": 2, "POST": 1, "PUT": 1}


class TestRepeating:
    @pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
    def test_a_get_is_repeated_until_it_succeeds(self, server: Scripted, clock: FakeClock, status: int) -> None:
        server.script = [refusal(status, "later"), reply(status, b""), reply(200, {"ok": True})]
        assert _client_of(server.url, clock).get("/x") == {"ok": True}
        assert len(server.seen) == 3
        assert all(nap >= 0.5 for nap in clock.naps)
        assert clock.naps == sorted(clock.naps)

    @pytest.mark.parametrize("fault", [scripted_server.cut, scripted_server.reset, scripted_server.cut_in_the_body])
    def test_a_get_is_repeated_after_a_cut(self, server: Scripted, clock: FakeClock, fault: t.Any) -> None:
        server.script = [fault, reply(200, {"ok": True})]
        assert _client_of(server.url, clock).get("/x") == {"ok": True}

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 501])
    def test_a_refusal_is_final(self, server: Scripted, clock: FakeClock, status: int) -> None:
        server.script = [refusal(status, "invalid_value:x")]
        with pytest.raises(ApiError) as refused:
            _client_of(server.url, clock).get("/x")
        assert refused.value.status == status
        assert refused.value.errors[0].code == "invalid_value:x"
        assert len(server.seen) == 1
        _assert_told(refused.value, "invalid_value:x", "message of invalid_value:x")

    @pytest.mark.parametrize(
        "fault",
        [
            refusal(429, "request_limit_exceeded", {"Retry-After": "1"}),
            refusal(500, "x"),
            refusal(503, "x"),
            scripted_server.cut,
            scripted_server.reset,
            scripted_server.cut_in_the_body,
        ],
    )
    @pytest.mark.parametrize("method", ["post", "put"])
    def test_what_may_cost_money_is_sent_exactly_once(
        self, server: Scripted, clock: FakeClock, fault: t.Any, method: str
    ) -> None:
        server.script = [fault, reply(201, {"id": 2})]
        client = _client_of(server.url, clock)
        with pytest.raises(DigicertError) as failed:
            getattr(client, method)("/x", {})
        assert len(server.seen) == 1
        assert clock.naps == []
        _assert_told(failed.value)
        if isinstance(failed.value, TransportError):
            assert failed.value.sent

    def test_a_put_is_repeated_if_the_caller_allows_it(self, server: Scripted, clock: FakeClock) -> None:
        server.script = [refusal(503, "x"), reply(200, {"token": "a"})]
        assert _client_of(server.url, clock).put("/x", repeatable=True) == {"token": "a"}

    def test_repeating_ends_with_the_time_limit_and_reports_the_last_fault(
        self, server: Scripted, clock: FakeClock
    ) -> None:
        server.script = [refusal(503, "service_unavailable")] * 50
        with pytest.raises(ApiError) as refused:
            _client_of(server.url, clock, timeout=20.0).get("/x")
        assert clock.now - 1000.0 <= 20.0
        assert 3 < len(server.seen) < 20
        _assert_told(refused.value, "503", "service_unavailable")


class TestRetryAfter:
    def _nap(self, server: Scripted, clock: FakeClock, value: str, timeout: float = 500.0) -> float:
        server.script = [refusal(429, "request_limit_exceeded", {"Retry-After": value}), reply(200, {})]
        _client_of(server.url, clock, timeout=timeout).get("/x")
        (nap,) = clock.naps
        return nap

    def test_seconds(self, server: Scripted, clock: FakeClock) -> None:
        assert self._nap(server, clock, "7") == 7.0

    def test_a_date(self, server: Scripted, clock: FakeClock) -> None:
        later = dt.datetime.now(dt.timezone.utc) + dt.timedelta(seconds=30)
        assert 25.0 < self._nap(server, clock, email.utils.format_datetime(later, usegmt=True)) <= 30.0

    def test_a_date_in_the_past(self, server: Scripted, clock: FakeClock) -> None:
        assert self._nap(server, clock, "Fri, 20 Nov 2020 10:00:00 GMT") == 0.0

    @pytest.mark.parametrize("value", ["soon", "-5", "1.5", "", "Fri, 20 Bla 2026", "1e9"])
    def test_garbage_is_ignored(self, server: Scripted, clock: FakeClock, value: str) -> None:
        assert self._nap(server, clock, value) <= 2.0

    def test_a_long_wait_is_shortened(self, server: Scripted, clock: FakeClock) -> None:
        assert self._nap(server, clock, "86400") == 120.0

    def test_a_wait_beyond_the_time_limit_is_not_started(self, server: Scripted, clock: FakeClock) -> None:
        server.script = [refusal(429, "request_limit_exceeded", {"Retry-After": "90"}), reply(200, {})]
        with pytest.raises(ApiError) as refused:
            _client_of(server.url, clock, timeout=60.0).get("/x")
        assert clock.naps == []
        _assert_told(refused.value, "rate limit")


class TestDeadline:
    def _assert_ends(self, server: Scripted, answer: t.Any, *, method: str) -> TransportError:
        """Check that the call fails long before the answer, which takes a minute, is complete."""
        server.script = [answer, answer]
        client = _client_of(server.url, timeout=1.5)
        started = time.monotonic()
        with pytest.raises(TransportError) as lost:
            client.post("/x", {}) if method == "POST" else client.get("/x")
        assert time.monotonic() - started < 40
        _assert_told(lost.value, server.url.split("/")[2])
        return lost.value

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_a_server_that_says_nothing(self, server: Scripted, method: str) -> None:
        error = self._assert_ends(server, scripted_server.silence(60), method=method)
        assert error.sent

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_a_body_that_comes_byte_by_byte(self, server: Scripted, method: str) -> None:
        error = self._assert_ends(server, scripted_server.drip(600, 0.1), method=method)
        assert error.sent


class TestAnswers:
    @pytest.mark.parametrize("status", [200, 403, 404])
    @pytest.mark.parametrize(
        ("content_type", "body"),
        [
            ("text/html; charset=utf-8", b"anything"),
            ("application/json", b"  <!DOCTYPE html><title>Sign in</title>"),
            ("text/plain", b"<html>"),
        ],
    )
    def test_html_is_named(self, server: Scripted, status: int, content_type: str, body: bytes) -> None:
        server.script = [reply(status, body, {"Content-Type": content_type})]
        with pytest.raises(UnexpectedAnswerError) as unexpected:
            _client_of(server.url).get("/x")
        _assert_told(unexpected.value, "HTML", f"HTTP {status}", "api_url", "proxy")

    def test_a_compressed_answer_is_read(self, server: Scripted) -> None:
        server.script = [reply(200, gzip.compress(b'{"ok": true}' + b" " * 100_000), {"Content-Encoding": "gzip"})]
        assert _client_of(server.url).get("/x") == {"ok": True}

    def test_a_chunked_answer_is_read(self, server: Scripted) -> None:
        server.script = [scripted_server.chunked(b'{"ok": ', b"true}")]
        assert _client_of(server.url).get("/x") == {"ok": True}

    def test_a_broken_compression_is_a_lost_answer(self, server: Scripted) -> None:
        server.script = [reply(200, b"no gzip at all", {"Content-Encoding": "gzip"})]
        with pytest.raises(TransportError) as lost:
            _client_of(server.url).post("/x", {})
        assert lost.value.sent
        _assert_told(lost.value)

    def test_other_content_is_not_called_html(self, server: Scripted) -> None:
        server.script = [reply(200, b"OK", {"Content-Type": "text/plain"})]
        with pytest.raises(UnexpectedAnswerError) as unexpected:
            _client_of(server.url).get("/x")
        _assert_told(unexpected.value, "not JSON")

    def test_html_of_a_failing_gateway_is_a_failure_of_the_service(self, server: Scripted, clock: FakeClock) -> None:
        server.script = [reply(502, b"<html>Bad Gateway</html>", {"Content-Type": "text/html"}), reply(200, {"a": 1})]
        assert _client_of(server.url, clock).get("/x") == {"a": 1}

    def test_bytes_that_are_not_text_are_not_json(self, server: Scripted) -> None:
        server.script = [reply(200, b"\xff\xfe\x00garbage")]
        with pytest.raises(UnexpectedAnswerError):
            _client_of(server.url).get("/x")

    def test_a_huge_body_is_not_read_to_its_end(self, server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_client, "LARGEST_JSON", 3_000_000)
        server.script = [scripted_server.flood(200_000_000)]
        with pytest.raises(UnexpectedAnswerError) as unexpected:
            _client_of(server.url).get("/x")
        _assert_told(unexpected.value, "more than 3000000 bytes", "api_url")

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_a_redirect_is_reported_and_not_followed_with_the_key(self, server: Scripted, status: int) -> None:
        with serve() as elsewhere:
            target = f"{elsewhere.url}/x?key={_API_KEY}"
            server.script = [reply(status, None, {"Location": target})]
            with pytest.raises(UnexpectedAnswerError) as unexpected:
                _client_of(server.url).get("/x")
            assert elsewhere.seen == []
        _assert_told(unexpected.value, "redirected", elsewhere.url, "api_url")

    def test_a_key_that_is_echoed_is_hidden(self, server: Scripted) -> None:
        errors = [{"code": f"bad|{_API_KEY}", "message": f"no such key: {_API_KEY}"}]
        server.script = [reply(403, {"errors": errors})]
        with pytest.raises(ApiError) as refused:
            _client_of(server.url).get("/x")
        assert "********" in str(refused.value)
        assert all(_API_KEY not in str(entry) for entry in refused.value.errors)
        _assert_told(refused.value)


class TestReaching:
    def test_a_refused_connection_was_not_sent(self, clock: FakeClock) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with pytest.raises(TransportError) as lost:
            _client_of(f"http://127.0.0.1:{port}", clock).post("/x", {})
        assert not lost.value.sent
        _assert_told(lost.value, "cannot be reached", "refused", f"127.0.0.1:{port}")

    def test_a_name_that_does_not_resolve_was_not_sent(self, clock: FakeClock) -> None:
        with pytest.raises(TransportError) as lost:
            _client_of("https://certcentral.invalid/services/v2", clock, timeout=3.0).post("/x", {})
        assert not lost.value.sent
        _assert_told(lost.value, "certcentral.invalid", "DNS")

    def test_a_missing_proxy_is_reported(self, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        with pytest.raises(TransportError) as lost:
            _client_of("https://certcentral.invalid/services/v2", clock).post("/x", {})
        assert not lost.value.sent
        _assert_told(lost.value, "proxy", "HTTPS_PROXY")

    def test_a_key_that_cannot_be_a_header_is_an_input_error(self) -> None:
        client = Client(ConnectionSettings(api_key="two\nlines-of-secret", api_url=_URL_OF_NOBODY))
        with pytest.raises(InputError) as refused:
            client.get("/x")
        assert "lines-of-secret" not in f"{refused.value} {refused.value.next_action}"

    @pytest.mark.parametrize(
        ("url", "word"),
        [
            ("http://certcentral.example/services/v2", "in clear"),
            ("http://192.0.2.1/services/v2", "in clear"),
            ("http://127.0.0.1.example/", "in clear"),
            ("ftp://certcentral.example", "not an https://"),
            ("certcentral.example/services/v2", "not an https://"),
            ("", "not an https://"),
            ("https://", "not an https://"),
            ("https://[::1", "not an https://"),
            ("https://host:notaport/x", "not an https://"),
            ("https://user:hidden@certcentral.example", "credentials"),
            ("ftp://user:hidden@certcentral.example", "not an https://"),
            ("https://certcentral.example/?a=b", "query"),
            ("https://certcentral.example/#a", "fragment"),
        ],
    )
    def test_an_address_that_cannot_be_used_is_refused(self, url: str, word: str) -> None:
        with pytest.raises(InputError) as refused:
            check_url(url)
        assert "hidden" not in str(refused.value)
        _assert_told(refused.value, word)

    @pytest.mark.parametrize(
        "url", ["http://localhost:1/x", "http://127.0.0.1/x", "http://127.8.8.8:5/x", "http://[::1]:80/x"]
    )
    def test_loopback_may_do_without_tls(self, url: str) -> None:
        assert check_url(f" {url}/ ") == url

    def test_the_regions_are_accepted(self) -> None:
        assert [check_url(url) for url in _client.REGIONS.values()] == list(_client.REGIONS.values())


class TestTls:
    def test_ca_path_makes_it_trusted(self, tmp_path: Path) -> None:
        both, ca_file = pki.server_certificate(tmp_path)
        with serve(both) as server:
            server.script = [reply(200, {"ok": True})]
            assert _client_of(server.url, ca_path=str(ca_file)).get("/x") == {"ok": True}

    def test_ca_path_wins_over_the_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        both, ca_file = pki.server_certificate(tmp_path)
        (tmp_path / "other").mkdir()
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pki.server_certificate(tmp_path / "other")[1]))
        with serve(both) as server:
            server.script = [reply(200, {"ok": True})]
            assert _client_of(server.url, ca_path=str(ca_file)).get("/x") == {"ok": True}

    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize("name", ["127.0.0.1", "192.0.2.1"])
    def test_a_certificate_that_does_not_verify_is_not_retried(
        self, tmp_path: Path, clock: FakeClock, method: str, name: str
    ) -> None:
        both, ca_file = pki.server_certificate(tmp_path, name)
        ca_path = None if name == "127.0.0.1" else str(ca_file)
        with serve(both) as server:
            server.script = [reply(200, {})]
            client = _client_of(server.url, clock, ca_path=ca_path)
            with pytest.raises(TransportError) as lost:
                client.get("/x") if method == "get" else client.post("/x", {})
            assert server.seen == []
        assert not lost.value.sent
        assert clock.naps == []
        _assert_told(lost.value, "does not verify", "api_url", "was not sent")

    def test_verification_can_be_switched_off(self, tmp_path: Path) -> None:
        both, _ca_file = pki.server_certificate(tmp_path)
        with serve(both) as server:
            server.script = [reply(200, {"ok": True})]
            with pytest.warns(match="Unverified HTTPS request"):
                assert _client_of(server.url, validate_certs=False).get("/x") == {"ok": True}

    def test_a_server_without_tls_has_its_own_fault(self, server: Scripted, clock: FakeClock) -> None:
        with pytest.raises(TransportError) as lost:
            _client_of(server.url.replace("http:", "https:"), clock, timeout=5.0).post("/x", {})
        _assert_told(lost.value, "TLS", "api_url")

    def test_a_missing_ca_path_is_an_input_error(self, tmp_path: Path) -> None:
        with pytest.raises(InputError) as refused:
            _client_of("https://127.0.0.1:9/x", ca_path=str(tmp_path / "none.pem")).get("/x")
        _assert_told(refused.value, "ca_path")

    def test_a_ca_path_without_certificates_is_reported(self, tmp_path: Path, clock: FakeClock) -> None:
        empty = tmp_path / "empty.pem"
        empty.write_text("nothing", encoding="ascii")
        both, _ca_file = pki.server_certificate(tmp_path)
        with serve(both) as server, pytest.raises(DigicertError) as refused:
            _client_of(server.url, clock, ca_path=str(empty)).get("/x")
        _assert_told(refused.value, "ca_path")


class TestPacing:
    def _sent_at(self, server: Scripted, clock: FakeClock, limit: int, calls: int) -> list[float]:
        server.script = [reply(200, {}) for _call in range(calls)]
        client = _client_of(server.url, clock, rate_limit=limit)
        moments = []
        for _call in range(calls):
            client.get("/x")
            moments.append(clock.now)
        return moments

    def test_no_five_seconds_have_more_requests_than_the_limit(self, server: Scripted, clock: FakeClock) -> None:
        moments = self._sent_at(server, clock, limit=3, calls=10)
        assert all(late - early >= 5.0 for early, late in zip(moments, moments[3:], strict=False))
        assert moments[-1] - moments[0] == pytest.approx(15.0)

    def test_slow_calls_do_not_wait(self, server: Scripted, clock: FakeClock) -> None:
        server.script = [reply(200, {}) for _call in range(6)]
        client = _client_of(server.url, clock, rate_limit=3)
        for _call in range(6):
            client.get("/x")
            clock.now += 2.0
        assert clock.naps == []

    def test_zero_means_no_limit(self, server: Scripted, clock: FakeClock) -> None:
        assert self._sent_at(server, clock, limit=0, calls=8)[-1] == 1000.0

    def test_the_long_window_holds_ten_times_as_many(self, server: Scripted, clock: FakeClock) -> None:
        moments = self._sent_at(server, clock, limit=1, calls=12)
        assert moments[9] - moments[0] == pytest.approx(45.0)
        assert all(late - early >= 180.0 for early, late in zip(moments, moments[10:], strict=False))

    def test_threads_with_clients_of_their_own_share_the_windows(self, server: Scripted) -> None:
        lock, now, moments = threading.Lock(), [1000.0], []

        def sleep(seconds: float) -> None:
            with lock:
                now[0] += seconds

        settings = ConnectionSettings(api_key=_API_KEY, api_url=server.url, rate_limit=3)
        client = Client(settings, sleep=sleep, monotonic=lambda: now[0])
        server.script = [reply(200, {}) for _call in range(24)]
        clients = [client, *(client.sibling() for _number in range(3))]

        def call_six_times(one: Client) -> None:
            for _call in range(6):
                one.get("/x")
                with lock:
                    moments.append(now[0])

        with ThreadPoolExecutor(4) as executor:
            list(executor.map(call_six_times, clients))
        assert client.api_calls == {"GET": 24}
        # a request is counted before it is sent, so at most one of each other client may show a later moment
        assert now[0] - 1000.0 >= 35.0
        assert all(sum(start <= moment < start + 5.0 for moment in moments) <= 3 + 3 for start in moments)

    def test_repetitions_are_paced_too(self, server: Scripted, clock: FakeClock) -> None:
        server.script = [refusal(429, "x", {"Retry-After": "0"})] * 5 + [reply(200, {})]
        _client_of(server.url, clock, rate_limit=2).get("/x")
        assert clock.now - 1000.0 >= 10.0
