# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands in for a person who publishes the requested DNS records while a playbook runs."""

from __future__ import annotations

import threading

from simulator_testing.dns_server import DnsServer

from certcentral_simulator.process import SimulatorProcess


class Publisher:
    """Publishes each random value that the service issues, until the block ends."""

    def __init__(self, simulator: SimulatorProcess, dns_zone: DnsServer) -> None:
        self._simulator = simulator
        self._dns_zone = dns_zone
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_details: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(0.5):
            tables = self._simulator.admin("GET", "/export")
            values = [f'"{token["value"]}"' for token in tables["tokens"]]
            names = {name for certificate in tables["certificates"] for name in certificate["names"]}
            for name in names | {domain["name"] for domain in tables["domains"]}:
                if values:
                    self._dns_zone.add(f"_dnsauth.{name.removeprefix('*.')}", "TXT", *values)
