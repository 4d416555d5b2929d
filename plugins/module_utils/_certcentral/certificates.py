# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates: download them, revoke them, and list the CAs that sign them.

Pages: https://dev.digicert.com/certcentral-apis/services-api/certificates.html
"""

from __future__ import annotations

import typing as t

from . import shape
from .client import Client, path

TEXT_FORMATS = ("pem_all", "pem_nointermediate", "pem_noroot", "pem", "cer", "p7b", "crt")
"""Formats with a text as their body; the others are ZIP archives."""

ARCHIVE_FORMATS = ("default", "default_cer", "default_pem", "apache")


def download(client: Client, certificate_id: int, format_name: str) -> bytes:
    """Return an issued certificate in one of the formats, as the service gave it."""
    return client.get_bytes(path("certificate", certificate_id, "download", "format", format_name))


def download_for_platform(client: Client, certificate_id: int, platform_id: int | None) -> bytes:
    """Return an issued certificate in the format of a server platform; None means the platform of the order."""
    platform = () if platform_id is None else (platform_id,)
    return client.get_bytes(path("certificate", certificate_id, "download", "platform", *platform))


def intermediates(client: Client) -> list[dict[str, str | None]]:
    """Return the intermediate CAs that sign for the account: common names of subject and issuer, and PEM."""
    raw = shape.mapping(client.get(path("certificate", "intermediates")), "the intermediates")
    keys = ("subject_common_name", "issuer_common_name", "pem")
    return [
        {key: shape.text(entry.get(key), f"intermediates.{key}") for key in keys}
        for entry in shape.mappings(raw.get("intermediates"), "intermediates")
    ]


def revoke(client: Client, certificate: int | str, body: t.Mapping[str, t.Any]) -> object:
    """Request the revocation of a certificate by its ID or serial number. Return the request, or None."""
    return client.put(path("certificate", certificate, "revoke"), body)
