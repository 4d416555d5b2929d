# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A bridge on this machine, and for each host a network namespace that is plugged into it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass

from .journal import Journal


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


@dataclass(frozen=True)
class Network:
    """One bridge with the addresses ``prefix.0/24``; this machine itself is ``prefix.1``."""

    bridge: str
    prefix: str
    journal: Journal

    @property
    def controller(self) -> str:
        """The address of this machine on the bridge."""
        return f"{self.prefix}.1"

    def up(self) -> None:
        """Make the bridge."""
        self.journal.note("link", self.bridge)
        _ip("link", "add", self.bridge, "type", "bridge")
        _ip("address", "add", f"{self.controller}/24", "dev", self.bridge)
        _ip("link", "set", self.bridge, "up")

    def plug(self, host: str, address: str) -> str:
        """Make a network namespace with one interface of that address; return its path."""
        name = f"{self.bridge}-{host}"
        # A name of an interface has at most 15 characters.
        port = f"{self.bridge}{host}"[:15]
        self.journal.note("namespace", name)
        _ip("netns", "add", name)
        self.journal.note("link", port)
        _ip("link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("link", "set", port, "master", self.bridge, "up")
        _ip("-netns", name, "link", "set", "lo", "up")
        _ip("-netns", name, "address", "add", f"{address}/24", "dev", "eth0")
        _ip("-netns", name, "link", "set", "eth0", "up")
        return f"/run/netns/{name}"
