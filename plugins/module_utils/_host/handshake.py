# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the certificate that a service presents in a TLS handshake."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from .._x509.certificates import Certificate, read_certificates
from .starttls import StartTlsError, start_tls

# Handshakes mostly wait; more threads only help if many services do not answer.
_AT_ONCE = 16


@dataclass(frozen=True)
class Endpoint:
    """The address at which a certificate is served."""

    host: str
    port: int
    server_name: str | None = None
    """Name to request with SNI, or None."""
    starttls: str | None = None
    """Protocol in which the client requests TLS, or None if TLS begins at once."""
    ca_path: str | None = None
    """File with the roots to verify the chain against, or None if it is not verified."""


@dataclass(frozen=True)
class Served:
    """What a service presented."""

    certificate: Certificate | None = None
    verified: bool | None = None
    """Whether chain and name verify; None if this was not requested, or if there is no certificate."""
    tls_version: str | None = None
    problem: str | None = None
    """Why there is no certificate, or why it does not verify."""
    reached: bool = True
    """Whether a connection was established."""


class _NotReachedError(Exception):
    """No connection was established; the cause is the error of the socket."""


class _Connection:
    """A connection with one time limit for the whole dialogue, however slowly the server sends."""

    def __init__(self, plain: socket.socket, deadline: float) -> None:
        self._plain = plain
        self._deadline = deadline

    def apply_limit(self) -> None:
        """Give the next operation the time that is left. Raises ``socket.timeout`` if there is none."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        self._plain.settimeout(left)

    def sendall(self, data: bytes, /) -> None:
        self.apply_limit()
        self._plain.sendall(data)

    def recv(self, size: int, /) -> bytes:
        self.apply_limit()
        return self._plain.recv(size)


def _context(endpoint: Endpoint) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    if endpoint.ca_path is None:
        # An untrusted certificate must be readable, too; nothing is sent to the server.
        context.verify_mode = ssl.CERT_NONE
    else:
        context.load_verify_locations(cafile=endpoint.ca_path)
        context.check_hostname = endpoint.server_name is not None
    return context


def _shake_hands(endpoint: Endpoint, context: ssl.SSLContext, timeout: float) -> Served:
    deadline = time.monotonic() + timeout
    try:
        plain = socket.create_connection((endpoint.host, endpoint.port), timeout=timeout)
    except OSError as exc:
        raise _NotReachedError(_why(exc, timeout)) from exc
    with plain:
        connection = _Connection(plain, deadline)
        if endpoint.starttls:
            start_tls(endpoint.starttls, connection)
        connection.apply_limit()
        with context.wrap_socket(plain, server_hostname=endpoint.server_name) as secured:
            der, version = secured.getpeercert(binary_form=True), secured.version()
    if der is None:
        return Served(problem="the service presents no certificate", tls_version=version)
    return Served(read_certificates(ssl.DER_cert_to_PEM_cert(der))[0], tls_version=version)


def _why(problem: Exception, timeout: float) -> str:
    """Return why a handshake did not succeed."""
    if isinstance(problem, StartTlsError):
        return str(problem)
    if isinstance(problem, socket.timeout):
        return f"there is no answer within {timeout:g} seconds"
    if isinstance(problem, socket.gaierror):
        return f"the name cannot be resolved: {problem.strerror}"
    if isinstance(problem, ssl.SSLError):
        return f"the TLS handshake fails: {problem.reason or problem}"
    if isinstance(problem, OSError):
        return f"the connection fails: {problem.strerror or problem}"
    return f"what is served cannot be read: {problem}"


def read_served(endpoint: Endpoint, timeout: float) -> Served:
    """Return what a service presents; failures are reported in ``problem`` and do not raise.

    ``timeout`` is in seconds, for connection, dialogue and handshake together. A certificate that does not verify is
    read in a second handshake.
    """
    try:
        context = _context(endpoint)
    except OSError as exc:
        return Served(problem=f"the roots in {endpoint.ca_path} cannot be read: {exc.strerror or exc}")
    try:
        served = _shake_hands(endpoint, context, timeout)
    except ssl.SSLCertVerificationError as exc:
        distrusted = Endpoint(endpoint.host, endpoint.port, endpoint.server_name, endpoint.starttls)
        shown = read_served(distrusted, timeout)
        reason = f"the certificate does not verify: {exc.verify_message}"
        return Served(shown.certificate, False, shown.tls_version, reason)
    except _NotReachedError as exc:
        return Served(problem=str(exc), reached=False)
    except (StartTlsError, OSError, ValueError) as exc:
        return Served(problem=_why(exc, timeout))
    verified = None if endpoint.ca_path is None or served.certificate is None else True
    return Served(served.certificate, verified, served.tls_version, served.problem)


def read_all_served(endpoints: t.Sequence[Endpoint], timeout: float) -> list[Served]:
    """Return what each service presents, in the order of the endpoints. Several handshakes run at the same time."""
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as threads:
        return list(threads.map(lambda endpoint: read_served(endpoint, timeout), endpoints))


def default_server_name(certificate: Certificate) -> str | None:
    """Return the first name of a certificate without a wildcard."""
    return next((name for name in certificate.dns_names if not name.startswith("*")), None)


def compare_served(served: Served, expected: Certificate) -> Served:
    """Report it as a problem if a service presents another certificate."""
    shown = served.certificate
    if shown is None or served.problem is not None or shown.thumbprint == expected.thumbprint:
        return served
    return replace(served, problem=f"it serves the one with the serial number {shown.serial_number}")


def describe_served(endpoint: Endpoint, served: Served, now: dt.datetime) -> dict[str, t.Any]:
    """Return an endpoint and what it presented in the form that modules report."""
    certificate = served.certificate
    return {
        "host": endpoint.host,
        "port": endpoint.port,
        "server_name": endpoint.server_name,
        "starttls": endpoint.starttls,
        "verified": served.verified,
        "tls_version": served.tls_version,
        "problem": served.problem,
        "certificate": {**certificate.as_result(now), "pem": certificate.pem} if certificate else None,
    }
