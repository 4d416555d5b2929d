# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A first certificate through DNS validation: the role certificate beside the ACME tasks of community.crypto.

Both use the same BIND 9. The ACME server is Pebble, without its random pauses. Debian has both: bind9 and pebble.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import json
import secrets
import shutil
import socket
import statistics
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from figures import Figure
from plays import Play, ping, play, role

from certcentral_simulator.process import SimulatorProcess

_HOSTS = (10, 20)
_MANY = 100
_ROUNDS = 3
_ZONE = "example.test"
_KEY = "update."
_PATIENCE = 30
# Of the time of the peer; calls with DNS validation and waiting.
_MOST_OF_PEER, _MOST_CALLS = 0.7, 3.2


@dataclass(frozen=True)
class Servers:
    """What both sides use."""

    dns_port: int
    secret: str
    directory: str
    """Address of the ACME server."""
    ca_file: Path


def measure(folder: Path) -> Iterator[Figure]:
    """Measure both in turn, on hosts that have nothing yet."""
    for program in ("named", "pebble"):
        if shutil.which(program) is None and not Path("/usr/sbin", program).exists():
            raise LookupError(f"{program} is not installed; on Debian: apt-get install bind9 pebble")
    with contextlib.ExitStack() as stack:
        dns_port, secret = stack.enter_context(_bind(folder / "bind"))
        directory, ca_file = stack.enter_context(_pebble(folder / "pebble", dns_port))
        servers = Servers(dns_port, secret, directory, ca_file)
        arguments = ["--no-rate-limit", "--resolver", f"127.0.0.1:{dns_port}"]
        simulator = stack.enter_context(SimulatorProcess(arguments))
        play(folder, ["localhost"], _account(folder, servers), simulator, _trust(servers))
        for count in _HOSTS:
            yield from _race(folder, count, servers, simulator)
        yield _calls(folder, servers, simulator)


def _race(folder: Path, count: int, servers: Servers, simulator: SimulatorProcess) -> Iterator[Figure]:
    ours, peers, pings = [], [], []
    calls = len(simulator.ledger())
    for number in range(_ROUNDS):
        hosts = [f"r{count}-{number}-{host}" for host in range(count)]
        pings.append(play(folder, hosts, ping(), simulator).seconds)
        peers.append(play(folder, hosts, _acme(folder, servers), simulator, _trust(servers)).seconds)
        ours.append(play(folder, hosts, _ours(folder, servers), simulator).seconds)
    calls = len(simulator.ledger()) - calls
    one, peer, own = statistics.median(pings), statistics.median(peers), statistics.median(ours)
    yield Figure(
        f"role: first certificate with DNS validation / ACME tasks, {count} hosts",
        own / peer,
        "times",
        _MOST_OF_PEER,
        note=f"medians of {_ROUNDS}: {own / one:.1f} and {peer / one:.1f} pings",
    )
    # a few calls are the same for any number: the lists of orders and of changes, and the product
    yield Figure(
        f"role: API calls a certificate with DNS validation, {count} hosts", calls / (count * _ROUNDS), "calls"
    )


def _calls(folder: Path, servers: Servers, simulator: SimulatorProcess) -> Figure:
    """Count the calls for many certificates of one host; those of many hosts are sent by one task, too."""
    before = len(simulator.ledger())
    requests = [{"name": f"n{number}", "dns": [f"n{number}.{_ZONE}"]} for number in range(_MANY)]
    play(folder, ["many"], _ours(folder, servers, requests), simulator)
    calls = (len(simulator.ledger()) - before) / _MANY
    name = f"role: API calls a certificate with DNS validation, {_MANY} certificates"
    return Figure(name, calls, "calls", _MOST_CALLS)


def _trust(servers: Servers) -> dict[str, str]:
    return {"SSL_CERT_FILE": str(servers.ca_file)}


def _ours(folder: Path, servers: Servers, requests: Sequence[Mapping[str, Any]] = ()) -> Play:
    own = {"name": "www", "dns": [f"{{{{ inventory_hostname }}}}.{_ZONE}"]}
    here = f"127.0.0.1:{servers.dns_port}"
    return role(
        {
            "certificate_directory": f"{folder}/ours/{{{{ inventory_hostname }}}}",
            "certificate_requests": list(requests) or [own],
            "certificate_dcv_provider": "nsupdate",
            "dcv_nsupdate_server": "127.0.0.1",
            "dcv_nsupdate_port": servers.dns_port,
            "dcv_nsupdate_key_name": _KEY,
            "dcv_nsupdate_key_secret": servers.secret,
            "dcv_authoritative_servers": [here],
            "dcv_resolvers": [here],
            "dcv_zones": [_ZONE],
        }
    )


def _connection(folder: Path, servers: Servers) -> dict[str, Any]:
    return {
        "acme_version": 2,
        "acme_directory": servers.directory,
        "account_key_src": f"{folder}/account.pem",
    }


def _account(folder: Path, servers: Servers) -> Play:
    return {
        "tasks": [
            {
                "community.crypto.openssl_privatekey": {
                    "path": f"{folder}/account.pem",
                    "type": "ECC",
                    "curve": "secp256r1",
                }
            },
            {
                "community.crypto.acme_account": {
                    **_connection(folder, servers),
                    "state": "present",
                    "terms_agreed": True,
                    "allow_creation": True,
                }
            },
        ]
    }


def _acme(folder: Path, servers: Servers) -> Play:
    """Return the tasks that people write for an ACME server: key, CSR, order, record, certificate, record away."""
    home = f"{folder}/peer/{{{{ inventory_hostname }}}}"
    name = f"{{{{ inventory_hostname }}}}.{_ZONE}"
    order = {
        **_connection(folder, servers),
        "challenge": "dns-01",
        "modify_account": False,
        "csr": f"{home}/request.csr",
        "dest": f"{home}/cert.pem",
        "fullchain_dest": f"{home}/fullchain.pem",
    }
    record = {
        "server": "127.0.0.1",
        "port": servers.dns_port,
        "zone": f"{_ZONE}.",
        "key_name": _KEY,
        "key_algorithm": "hmac-sha256",
        "key_secret": servers.secret,
        "record": "{{ item.key }}.",
        "type": "TXT",
    }
    on_change = {"loop": "{{ challenge.challenge_data_dns | dict2items }}", "when": "challenge is changed"}
    csr = {"path": f"{home}/request.csr", "privatekey_path": f"{home}/key.pem", "common_name": name}
    return {
        "tasks": [
            {"ansible.builtin.file": {"path": home, "state": "directory", "mode": "0700"}},
            {"community.crypto.openssl_privatekey": {"path": f"{home}/key.pem", "type": "ECC", "curve": "secp256r1"}},
            {"community.crypto.openssl_csr": {**csr, "subject_alt_name": [f"DNS:{name}"]}},
            {"community.crypto.acme_certificate": order, "register": "challenge"},
            {"community.general.nsupdate": {**record, "ttl": 5, "value": "{{ item.value }}"}, **on_change},
            {
                "community.crypto.acme_certificate": {**order, "data": "{{ challenge }}"},
                "when": "challenge is changed",
            },
            {"community.general.nsupdate": {**record, "state": "absent"}, **on_change},
        ]
    }


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _wait_for(port: int, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"a server did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")


@contextlib.contextmanager
def _server(command: list[str], port: int, folder: Path, variables: dict[str, str]) -> Iterator[None]:
    log = folder / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=variables)
    try:
        _wait_for(port, log)
        yield
    finally:
        server.terminate()
        server.wait(timeout=_PATIENCE)


@contextlib.contextmanager
def _bind(folder: Path) -> Iterator[tuple[int, str]]:
    """Run a primary server of the zone; return its port and the TSIG secret for updates."""
    folder.mkdir(parents=True)
    port, secret = _free_port(), b64encode(secrets.token_bytes(32)).decode("ascii")
    (folder / "zone.db").write_text(
        f"$TTL 60\n@ IN SOA ns.{_ZONE}. admin.{_ZONE}. 1 3600 600 86400 60\n@ IN NS ns.{_ZONE}.\n* IN A 127.0.0.1\n"
        "ns IN A 127.0.0.1\n",
        encoding="ascii",
    )
    (folder / "named.conf").write_text(
        f"""key "{_KEY}" {{ algorithm hmac-sha256; secret "{secret}"; }};
options {{
  directory "{folder}"; pid-file "{folder}/pid"; session-keyfile "{folder}/session.key";
  managed-keys-directory "{folder}"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
  recursion no; dnssec-validation no;
}};
controls {{ }};
zone "{_ZONE}" {{
  type primary; file "{folder}/zone.db"; journal "{folder}/zone.jnl"; update-policy {{ grant {_KEY} zonesub ANY; }};
}};
""",
        encoding="ascii",
    )
    program = shutil.which("named") or "/usr/sbin/named"
    with _server([program, "-c", str(folder / "named.conf"), "-g"], port, folder, {}):
        yield port, secret


def _api_certificate(folder: Path) -> Path:
    """Write a key and a self-signed certificate for the ACME server's own address; return the latter's path."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.timezone.utc)
    addresses = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(addresses), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    content = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "api.key").write_bytes(content)
    (folder / "api.pem").write_bytes(certificate.public_bytes(encoding))
    return folder / "api.pem"


@contextlib.contextmanager
def _pebble(folder: Path, dns_port: int) -> Iterator[tuple[str, Path]]:
    """Run the ACME server; return the address of its directory and its root certificate."""
    folder.mkdir(parents=True)
    certificate, port = _api_certificate(folder), _free_port()
    configuration = {
        "listenAddress": f"127.0.0.1:{port}",
        "managementListenAddress": f"127.0.0.1:{_free_port()}",
        "certificate": str(certificate),
        "privateKey": str(folder / "api.key"),
        "httpPort": 5002,
        "tlsPort": 5001,
        "ocspResponderURL": "",
        "externalAccountBindingRequired": False,
    }
    (folder / "config.json").write_text(json.dumps({"pebble": configuration}), encoding="ascii")
    # no random pauses, no random refusals, and a validation for each order
    variables = {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0", "PEBBLE_AUTHZREUSE": "0"}
    command = [shutil.which("pebble") or "pebble", "-config", str(folder / "config.json")]
    command += ["-dnsserver", f"127.0.0.1:{dns_port}"]
    with _server(command, port, folder, variables):
        yield f"https://127.0.0.1:{port}/dir", certificate
