# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create certificate signing requests, and compare those that are there with what is requested."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .certificates import read_csr
from .pem import InvalidPemError

try:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.x509.oid import ExtensionOID, NameOID
except ImportError:
    pass  # reported by certificates.CRYPTOGRAPHY_IMPORT_ERROR

DIGESTS = ("sha256", "sha384", "sha512")


@dataclass(frozen=True)
class CsrRequest:
    """What a CSR must contain."""

    subject: tuple[tuple[str, str], ...]
    """Pairs of attribute and value, for example ``("common_name", "www.example.com")``."""
    names: tuple[str, ...]
    """Normalised names of the subject alternative name extension."""
    digest: str


class InvalidSubjectError(ValueError):
    """A value that a subject cannot contain; the text names the attribute."""


# RFC 5280, appendix A.1
_LONGEST = {
    "common_name": 64,
    "organization": 64,
    "organizational_unit": 64,
    "locality": 128,
    "state_or_province": 128,
    "email": 255,
}


def _attribute(name: str, value: str) -> t.Any:
    oid = {
        "common_name": NameOID.COMMON_NAME,
        "organization": NameOID.ORGANIZATION_NAME,
        "organizational_unit": NameOID.ORGANIZATIONAL_UNIT_NAME,
        "locality": NameOID.LOCALITY_NAME,
        "state_or_province": NameOID.STATE_OR_PROVINCE_NAME,
        "country": NameOID.COUNTRY_NAME,
        "email": NameOID.EMAIL_ADDRESS,
    }[name]
    problem = _problem(name, value)
    if problem is None:
        try:
            return x509.NameAttribute(oid, value)
        except (ValueError, TypeError):
            problem = "it has characters that cannot be encoded"
    raise InvalidSubjectError(f"{name} is {value!r}, which a subject cannot contain: {problem}")


def _problem(name: str, value: str) -> str | None:
    if name == "country":
        return (
            None if len(value) == 2 and value.isascii() and value.isalpha() else "a country has a code of two letters"
        )
    longest = _LONGEST[name]
    return f"it must have 1 to {longest} characters" if not 1 <= len(value) <= longest else None


def _subject(request: CsrRequest) -> t.Any:
    return x509.Name([_attribute(name, value) for name, value in request.subject])


def _digest(name: str) -> t.Any:
    return {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[name]


def check_subject(request: CsrRequest) -> None:
    """Raise InvalidSubjectError if an attribute has a value that a subject cannot contain."""
    _subject(request)


def build_csr(request: CsrRequest, key_pem: bytes) -> str:
    """Return a CSR as PEM text, signed with an unencrypted private key."""
    key: t.Any = serialization.load_pem_private_key(key_pem, password=None)
    builder = x509.CertificateSigningRequestBuilder().subject_name(_subject(request))
    san = x509.SubjectAlternativeName([x509.DNSName(name) for name in request.names])
    signed = builder.add_extension(san, critical=False).sign(key, _digest(request.digest))
    return signed.public_bytes(serialization.Encoding.PEM).decode("ascii")


def csr_difference(request: CsrRequest, text: str, public_key: str) -> str | None:
    """Describe how a CSR differs from what is requested, or return None."""
    try:
        csr = read_csr(text)
    except InvalidPemError as exc:
        return f"the CSR cannot be read: {exc}"
    if csr.public_key != public_key:
        return "the CSR is for another key"
    loaded = x509.load_pem_x509_csr(csr.pem.encode("ascii"))
    if _values(loaded.subject) != _values(_subject(request)):
        return "the subject of the CSR differs"
    if set(_alternative_names(loaded)) != set(request.names):
        return "the names of the CSR differ"
    used = loaded.signature_hash_algorithm
    if used is None or used.name != request.digest:
        return f"the CSR is signed with {used.name if used else 'no digest'}, not with {request.digest}"
    return None


def _values(name: t.Any) -> list[tuple[str, str]]:
    return sorted((attribute.oid.dotted_string, str(attribute.value)) for attribute in name)


def _alternative_names(csr: t.Any) -> list[str]:
    try:
        san = csr.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    except x509.ExtensionNotFound:
        return []
    return [str(name) for name in san.get_values_for_type(x509.DNSName)]
