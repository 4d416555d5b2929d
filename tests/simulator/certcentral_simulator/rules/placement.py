# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the random value of a DCV method must be published, and what counts as proof (D)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

EMAIL = "email"
DNS_METHODS = ("dns-txt-token", "dns-cname-token")
HTTP_METHODS = ("http-token", "http-token-dynamic")
METHODS = (EMAIL, *DNS_METHODS, *HTTP_METHODS)
CNAME_TARGET = "dcv.digicert.com"
DIRECTORY = "/.well-known/pki-validation/"


@dataclass(frozen=True)
class Record:
    """One DNS record that proves control: its type, its owner name, and what its value must be or contain."""

    type: str
    name: str
    value: str


def dns_records(method: str, domain: str, value: str) -> list[Record]:
    """The records, any of which is enough, in the order of lookup."""
    if method == "dns-txt-token":
        return [Record("TXT", f"_dnsauth.{domain}", value), Record("TXT", domain, value)]
    return [
        Record("CNAME", f"_dnsauth.{domain}", f"{value}.{CNAME_TARGET}"),
        Record("CNAME", f"{value}.{domain}", CNAME_TARGET),
    ]


def record_proves(record: Record, found: str) -> bool:
    """A TXT record must contain the value; a CNAME must point to it, regardless of case and final dot."""
    if record.type == "TXT":
        return record.value in found
    return found.rstrip(".").lower() == record.value.lower()


def file_path(method: str, domain: str, value: str) -> str:
    """Path of the file with the random value; the dynamic method uses a separate file name for each value."""
    if method == "http-token":
        return f"{DIRECTORY}fileauth.txt"
    return f"{DIRECTORY}{hashlib.sha256(f'{domain}/{value}'.encode()).hexdigest()[:32]}.txt"


def approval_scope(method: str) -> str:
    """What a validation covers: with DNS and e-mail also the subdomains, with HTTP only the exact name."""
    return "fqdn" if method in HTTP_METHODS else "subdomains"


def token_fields(method: str, domain: str, value: str) -> dict[str, str]:
    """The fields of an answer besides the token itself."""
    if method == "dns-cname-token":
        return {"verification_value": CNAME_TARGET}
    if method in HTTP_METHODS:
        return {"http_token_url": f"http://{domain}{file_path(method, domain, value)}"}
    return {}
