# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""BIND 9 as Debian ships it, on a host of the lab: one zone that takes updates signed with a TSIG key."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from dataclasses import dataclass, replace

from .hosts import Host

_START_SECONDS = 120.0
KEY_NAME = "dcv-updates"
KEY_ALGORITHM = "hmac-sha256"

_CONFIGURATION = """{key}
options {{
    directory "/var/cache/bind";
    recursion no;
    dnssec-validation no;
    listen-on {{ any; }};
    listen-on-v6 {{ none; }};
}};
# A zone that nobody may update.
zone "{locked}" {{
    type primary;
    file "/var/lib/bind/{locked}.zone";
}};
zone "{zone}" {{
    type primary;
    # Secondaries get a change when a test says so.
    notify no;
    # The folder in which Debian's rules let BIND write a zone that changes.
    file "/var/lib/bind/{zone}.zone";
    # A key that publishes validation records can change nothing else.
    update-policy {{ grant {name} zonesub TXT CNAME; }};
}};
"""

_SECONDARY_CONFIGURATION = """
options {{
    directory "/var/cache/bind";
    recursion no;
    dnssec-validation no;
    listen-on {{ any; }};
    listen-on-v6 {{ none; }};
}};
zone "{zone}" {{
    type secondary;
    primaries {{ {primary}; }};
}};
"""


@dataclass(frozen=True)
class Bind:
    """A running BIND: where it answers, its zone, and the key that may change it."""

    address: str
    port: int
    zone: str
    key_name: str
    key_algorithm: str
    key_secret: str
    host: Host

    def query(self, name: str, kind: str) -> list[str]:
        """Ask for a record set, past every cache; return its values as dig prints them."""
        command = ["dig", "+short", "+tries=3", "+time=20", "-p", str(self.port), f"@{self.address}", name, kind]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()

    def unlock(self) -> None:
        """Let the key update the other zone, too, which nobody may update until then."""
        settings = self.host.root / "etc/bind/named.conf"
        file = f'file "/var/lib/bind/{locked_zone(self.zone)}.zone";'
        allowed = f"{file} update-policy {{ grant {self.key_name} zonesub TXT CNAME; }};"
        settings.write_text(settings.read_text(encoding="utf-8").replace(file, allowed), encoding="utf-8")
        self.host.run("rndc", "reconfig")


@dataclass(frozen=True)
class Secondary:
    """A BIND that holds a copy of a zone, as old as its last transfer."""

    host: Host
    zone: str

    @property
    def address(self) -> str:
        """Where it answers."""
        return self.host.address

    def log_queries(self) -> None:
        """Write down from now on what it is asked."""
        self.host.run("rndc", "querylog", "on")

    def was_asked(self, name: str, kind: str) -> bool:
        """Return whether somebody has asked for a record set since then."""
        return f"query: {name} IN {kind} " in self.host.run("journalctl", "--no-pager", "--unit", "named").stdout

    def catch_up(self) -> None:
        """Transfer the zone now."""
        self.host.run("rndc", "retransfer", self.zone)


def _zone_file(zone: str, server: str, addresses: dict[str, str], secondaries: tuple[str, ...] = ()) -> str:
    records = [
        "$TTL 60",
        f"@ IN SOA ns.{zone}. hostmaster.{zone}. 1 3600 600 86400 60",
        f"@ IN NS ns.{zone}.",
        *(f"@ IN NS {name}.{zone}." for name in secondaries),
        f"ns IN A {server}",
        *(f"{name} IN A {address}" for name, address in addresses.items()),
    ]
    return "\n".join(records) + "\n"


def locked_zone(zone: str) -> str:
    """Return the name of the zone beside ``zone`` that nobody may update."""
    return f"locked-{zone}"


def _write_zone(host: Host, zone: str, text: str) -> None:
    data = host.root / f"var/lib/bind/{zone}.zone"
    data.write_text(text, encoding="utf-8")
    shutil.chown(data, "bind", "bind")


def _configure(host: Host, text: str) -> None:
    settings = host.root / "etc/bind/named.conf"
    settings.write_text(text, encoding="utf-8")
    shutil.chown(settings, "root", "bind")
    host.run("named-checkconf", "-z")
    host.run("systemctl", "start", "named.service")


def _await(bind: Bind, host: Host) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not bind.query(f"ns.{bind.zone}", "A"):
        if time.monotonic() > deadline:
            raise RuntimeError(f"BIND does not answer: {host.run('journalctl', '-u', 'named', check=False).stdout}")
        time.sleep(0.1)


def start(host: Host, zone: str, addresses: dict[str, str], secondaries: tuple[str, ...] = ()) -> Bind:
    """Configure BIND on a host for a zone with these addresses and return it when it answers.

    ``secondaries`` are those of the addresses that answer for the zone, too.
    """
    made = subprocess.run(["tsig-keygen", "-a", KEY_ALGORITHM, KEY_NAME], capture_output=True, text=True, check=True)
    secret = re.search(r'secret "([^"]+)"', made.stdout)
    if secret is None:
        raise RuntimeError("tsig-keygen printed no secret")
    locked = locked_zone(zone)
    _write_zone(host, zone, _zone_file(zone, host.address, addresses, secondaries))
    _write_zone(host, locked, _zone_file(locked, host.address, {}))
    _configure(host, _CONFIGURATION.format(key=made.stdout, zone=zone, locked=locked, name=KEY_NAME))
    bind = Bind(host.address, 53, zone, KEY_NAME, KEY_ALGORITHM, secret[1], host)
    _await(bind, host)
    return bind


def start_secondary(host: Host, primary: Bind) -> Secondary:
    """Configure BIND on a host as a secondary of a running primary and return it when it has the zone."""
    _configure(host, _SECONDARY_CONFIGURATION.format(zone=primary.zone, primary=primary.address))
    _await(replace(primary, address=host.address), host)
    return Secondary(host, primary.zone)
