# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One lab as a whole: put up, used, taken down; what an interrupted run left is taken down first."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import bind
from .hosts import Host, Hosts
from .journal import Journal
from .network import Network

# A tmpfs on every Linux; nothing of a lab outlives a reboot.
_STATE = Path("/run")
DNS_HOST = "dns"


@dataclass(frozen=True)
class Plan:
    """What a lab is to hold.

    ``name`` (at most six characters) distinguishes the labs of one machine, ``prefix`` is the first three parts of
    the hosts' addresses. ``secondaries`` are hosts that hold copies of the zone.
    """

    name: str
    prefix: str
    hosts: tuple[str, ...]
    zone: str
    secondaries: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where the lab keeps what it makes."""
        return _STATE / f"digicert-lab-{self.name}"

    @property
    def journal(self) -> Journal:
        """The record of everything that the lab makes."""
        return Journal(_STATE / f"digicert-lab-{self.name}.journal")

    @property
    def addresses(self) -> dict[str, str]:
        """The address of each host; the name server comes first."""
        names = (DNS_HOST, *self.hosts, *self.secondaries)
        return {name: f"{self.prefix}.{number}" for number, name in enumerate(names, start=10)}


@dataclass(frozen=True)
class Lab:
    """A lab that is up."""

    hosts: dict[str, Host]
    dns: bind.Bind
    folder: Path
    controller: str
    journal: Journal
    secondaries: tuple[bind.Secondary, ...] = ()


def _put_up(plan: Plan) -> Lab:
    journal = plan.journal
    journal.note("folder", plan.folder)
    plan.folder.mkdir(mode=0o700)
    network = Network(plan.name, plan.prefix, journal)
    network.up()
    addresses = plan.addresses
    hosts = Hosts(plan.folder, network, journal).up(addresses, nameserver=addresses[DNS_HOST])
    server = hosts.pop(DNS_HOST)
    published = {name: address for name, address in addresses.items() if name != DNS_HOST}
    if plan.hosts:
        # The site of the zone itself is on the first web server.
        published |= dict.fromkeys(("@", "www"), addresses[plan.hosts[0]])
    primary = bind.start(server, plan.zone, published, plan.secondaries)
    secondaries = tuple(bind.start_secondary(hosts.pop(name), primary) for name in plan.secondaries)
    return Lab(hosts, primary, plan.folder, network.controller, journal, secondaries)


@contextmanager
def running(plan: Plan) -> Iterator[Lab]:
    """Put a lab up and take it down again, whatever happens meanwhile."""
    with (_STATE / f"digicert-lab-{plan.name}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        plan.journal.undo()
        try:
            yield _put_up(plan)
        finally:
            plan.journal.undo()
