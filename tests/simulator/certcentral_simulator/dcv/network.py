# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network settings of DCV: the resolver, the ports of the HTTP methods, timeout, and which addresses may be reached."""

from __future__ import annotations

import ipaddress
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Network:
    """Settings of the DCV checks. Public addresses are refused unless ``allow_public``, so tests stay local."""

    resolver: str = "127.0.0.1:53"
    http_port: int = 80
    https_port: int = 443
    allow_public: bool = False
    timeout: float = 2.0
    """Seconds after which a query or a fetch is given up."""

    @property
    def resolver_address(self) -> tuple[str, int]:
        """IP address and port of the resolver."""
        return split_address(self.resolver)

    def may_reach(self, address: str) -> bool:
        """Whether the address is loopback or private, or everything is allowed."""
        ip = ipaddress.ip_address(address)
        return self.allow_public or ip.is_loopback or ip.is_private

    def as_json(self) -> dict[str, Any]:
        """The settings by name."""
        return asdict(self)


def split_address(text: str, default_port: int = 53) -> tuple[str, int]:
    """Split ``IP``, ``IP:PORT`` or ``[IPv6]:PORT``.

    :raises ValueError: it contains no IP address, or the port is not valid.
    """
    if text.startswith("["):
        host, _other, port = text[1:].partition("]")
        port = port.lstrip(":")
    elif text.count(":") == 1:
        host, _other, port = text.partition(":")
    else:
        host, port = text, ""
    number = int(port) if port else default_port
    if not 0 < number < 65536:
        raise ValueError(f"{number} is not a port")
    return str(ipaddress.ip_address(host)), number


def network_from(values: dict[str, Any], base: Network) -> Network:
    """The settings with the given changes.

    :raises ValueError: a value is invalid.
    """
    resolver = str(values.get("resolver") or base.resolver)
    split_address(resolver)
    return Network(
        resolver=resolver,
        http_port=int(values.get("http_port", base.http_port)),
        https_port=int(values.get("https_port", base.https_port)),
        allow_public=bool(values.get("allow_public", base.allow_public)),
        timeout=float(values.get("timeout", base.timeout)),
    )
