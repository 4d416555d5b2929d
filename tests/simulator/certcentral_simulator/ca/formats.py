# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Download formats of an issued certificate.

D: default, apache, default_cer, default_pem (zip files), cer and p7b (PKCS #7 in PEM), pem_all (leaf, ICA, root).
C: the names pem_nointermediate, pem_noroot, pem and crt; their content is inferred from their names.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs7

from certcentral_simulator.ca.authority import to_pem
from certcentral_simulator.errors import Refusal

ZIP, PKCS7, PEM = "application/zip", "application/x-pkcs7-certificates", "application/x-pem-file"

# Server platforms of the glossary that have their own format (D: 29 is pem_all, 2 is Apache).
_PLATFORM_FORMATS = {2: "apache", 29: "pem_all", 45: "pem_all", 14: "p7b", 40: "p7b", 67: "p7b"}


@dataclass(frozen=True)
class Bundle:
    """A leaf and the certificates above it: intermediates first, root last."""

    name: str
    leaf: x509.Certificate
    above: Sequence[x509.Certificate]

    @property
    def intermediates(self) -> Sequence[x509.Certificate]:
        """Everything between leaf and root."""
        return self.above[:-1]

    @property
    def everything(self) -> list[x509.Certificate]:
        """Leaf to root."""
        return [self.leaf, *self.above]


@dataclass(frozen=True)
class Download:
    """The answer to a download."""

    content_type: str
    body: bytes
    file_name: str


def build_download(bundle: Bundle, format_name: str, *, crlf: bool) -> Download:
    """Convert a certificate to one of the formats.

    :raises Refusal: the format is unknown.
    """
    builder = _BUILDERS.get(format_name)
    if builder is None:
        raise Refusal("download_format_unknown")
    return builder(bundle, crlf)


def platform_format(platform_id: int) -> str:
    """The format for a server platform; ``default`` if none is known."""
    return _PLATFORM_FORMATS.get(platform_id, "default")


def pem_text(certificates: Sequence[x509.Certificate], *, crlf: bool) -> str:
    """Certificates as concatenated PEM."""
    text = "".join(to_pem(certificate) for certificate in certificates)
    return text.replace("\n", "\r\n") if crlf else text


def _pem(
    choose: Callable[[Bundle], Sequence[x509.Certificate]], content_type: str, suffix: str
) -> Callable[[Bundle, bool], Download]:
    def build(bundle: Bundle, crlf: bool) -> Download:
        body = pem_text(choose(bundle), crlf=crlf).encode()
        return Download(content_type, body, f"{bundle.name}.{suffix}")

    return build


def _zip(choose: Callable[[Bundle], Sequence[x509.Certificate]], suffix: str) -> Callable[[Bundle, bool], Download]:
    def build(bundle: Bundle, crlf: bool) -> Download:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for certificate in choose(bundle):
                name = bundle.name if certificate == bundle.leaf else _file_name(certificate)
                archive.writestr(f"{bundle.name}/{name}.{suffix}", pem_text([certificate], crlf=crlf))
        return Download(ZIP, stream.getvalue(), f"{bundle.name}.zip")

    return build


def _pkcs7(suffix: str) -> Callable[[Bundle, bool], Download]:
    def build(bundle: Bundle, crlf: bool) -> Download:
        text = pkcs7.serialize_certificates(bundle.everything, serialization.Encoding.PEM).decode()
        return Download(PKCS7, (text.replace("\n", "\r\n") if crlf else text).encode(), f"{bundle.name}.{suffix}")

    return build


def _file_name(certificate: x509.Certificate) -> str:
    name = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
    return str(name).replace(" ", "")


_BUILDERS: dict[str, Callable[[Bundle, bool], Download]] = {
    "default": _zip(lambda bundle: bundle.everything, "crt"),
    "default_cer": _zip(lambda bundle: bundle.everything, "cer"),
    "default_pem": _zip(lambda bundle: bundle.everything, "crt"),
    "apache": _zip(lambda bundle: [bundle.leaf, *bundle.intermediates], "crt"),
    "cer": _pkcs7("cer"),
    "p7b": _pkcs7("p7b"),
    "pem_all": _pem(lambda bundle: bundle.everything, PEM, "pem"),
    "pem_noroot": _pem(lambda bundle: [bundle.leaf, *bundle.intermediates], PEM, "pem"),
    "pem_nointermediate": _pem(lambda bundle: [bundle.leaf], PEM, "pem"),
    "pem": _pem(lambda bundle: [bundle.leaf, *bundle.intermediates], PEM, "pem"),
    "crt": _pem(lambda bundle: [bundle.leaf], PEM, "crt"),
}
FORMATS = tuple(_BUILDERS)
