# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fetching the file of the HTTP methods (D): ports 80 and 443, at most five redirects, at most 5000 bytes.

Names are resolved with the configured resolver; ports 80 and 443 are replaced by the configured ones.
"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

import urllib3
from urllib3.util import Timeout

from certcentral_simulator.dcv.dns_lookup import Lookup
from certcentral_simulator.dcv.network import Network
from certcentral_simulator.rules.names import base_domain

_REDIRECTS = (301, 302, 307, 308)
_MAX_REDIRECTS = 5
_MAX_BYTES = 5000
_USER_AGENT = "DigiCert DCV/1.1"


def fetch_file(network: Network, lookup: Lookup, domain: str, path: str) -> str | None:
    """Content of the file, or None. HTTPS is tried first; its certificate is not verified."""
    for scheme in ("https", "http"):
        content = _follow(network, lookup, f"{scheme}://{domain}{path}", domain)
        if content is not None:
            return content
    return None


def _follow(network: Network, lookup: Lookup, url: str, domain: str) -> str | None:
    for _number in range(_MAX_REDIRECTS + 1):
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in {"http", "https"} or base_domain(host) != base_domain(domain):
            return None
        port = _real_port(network, parts)
        if port is None:
            return None
        answer = _get(network, lookup, parts, port)
        if answer is None:
            return None
        status, location, body = answer
        if status == 200:
            return body
        if status not in _REDIRECTS or not location:
            return None
        url = location if "://" in location else f"{parts.scheme}://{parts.netloc}{location}"
    return None


def _real_port(network: Network, parts: SplitResult) -> int | None:
    configured = {"http": network.http_port, "https": network.https_port}
    if parts.port is None:
        return configured[parts.scheme]
    standard = {80: network.http_port, 443: network.https_port}
    if parts.port in standard:
        return standard[parts.port]
    return parts.port if parts.port in configured.values() else None


def _get(network: Network, lookup: Lookup, parts: SplitResult, port: int) -> tuple[int, str, str] | None:
    host = parts.hostname or ""
    path = parts.path or "/"
    if parts.query:
        path = f"{path}?{parts.query}"
    timeout = Timeout(total=network.timeout)
    for address in lookup.addresses(host):
        if not network.may_reach(address):
            continue
        pool: urllib3.HTTPConnectionPool
        if parts.scheme == "https":
            pool = urllib3.HTTPSConnectionPool(
                address, port, cert_reqs="CERT_NONE", assert_hostname=False, server_hostname=host, timeout=timeout
            )
        else:
            pool = urllib3.HTTPConnectionPool(address, port, timeout=timeout)
        try:
            answer = pool.request(
                "GET",
                path,
                headers={"Host": host, "User-Agent": _USER_AGENT},
                redirect=False,
                retries=False,
                preload_content=False,
            )
            body = answer.read(_MAX_BYTES + 1)
            answer.release_conn()
        except (urllib3.exceptions.HTTPError, OSError):
            continue
        finally:
            pool.close()
        if len(body) > _MAX_BYTES:
            return None
        return answer.status, answer.headers.get("Location", ""), body.decode("utf-8", "replace")
    return None
