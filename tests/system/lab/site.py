# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site that ``playbooks/site.yml`` makes on each host, seen from outside, and what the role reported about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cryptography import x509

from .ansible import Played
from .handshake import served_certificate
from .hosts import Host

FOLDER = "etc/digicert/site"


def names_of(host: str, zone: str) -> list[str]:
    """Return the names of a host's site, the common name first."""
    return [f"{host}.{zone}", f"www.{host}.{zone}"]


def installed_file(host: Host, file: str) -> Path:
    """Return the real path of a file of the set that the host uses, seen from this machine."""
    return (host.root / FOLDER / "current" / file).resolve()


def served(hosts: dict[str, Host], zone: str, root_file: str) -> dict[str, x509.Certificate]:
    """Return by host the certificate that is served; raises ``ssl.SSLError`` where one does not verify."""
    return {name: served_certificate(host.address, f"{name}.{zone}", root_file) for name, host in hosts.items()}


def serial_numbers(certificates: dict[str, x509.Certificate]) -> dict[str, str]:
    """Return the serial numbers as the collection writes them."""
    return {name: f"{certificate.serial_number:x}" for name, certificate in certificates.items()}


def reported(played: Played, what: str) -> dict[str, Any]:
    """Return by host one value of what the role ``certificate`` reported about the site's certificate."""
    return {host: results[0][what] for host, results in played.shown("certificate_results").items()}
