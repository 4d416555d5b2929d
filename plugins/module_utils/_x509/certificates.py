# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read keys, CSRs, certificates and chains with the library cryptography.

Runs on controllers and on managed hosts, with cryptography 3.3 and later.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import traceback
import typing as t
from dataclasses import dataclass

from .names import normalise_leniently
from .pem import CERTIFICATE_LABEL, InvalidPemError, only_csr, pem_blocks

CRYPTOGRAPHY_IMPORT_ERROR: str | None
try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
    from cryptography.x509.oid import ExtensionOID, NameOID

    # what the library raises for input that it cannot read; not all of these are ValueErrors
    _UNREADABLE: tuple[type[Exception], ...] = (
        ValueError,
        UnsupportedAlgorithm,
        x509.InvalidVersion,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
    )
    CRYPTOGRAPHY_IMPORT_ERROR = None
except ImportError:
    CRYPTOGRAPHY_IMPORT_ERROR = traceback.format_exc()

# CA/Browser Forum TLS Baseline Requirements, section 6.1.5
_SMALLEST_RSA_KEY = 2048
_ACCEPTED_CURVES = ("secp256r1", "secp384r1", "secp521r1")


def _public_key_fingerprint(key: t.Any) -> str:
    """Return the SHA-256 of the SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) in lower-case hexadecimal."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def describe_key(key: t.Any) -> tuple[str, int | str]:
    """Return the type and size of a public or private key: ``("RSA", 2048)`` or ``("ECC", "secp256r1")``."""
    if isinstance(key, (rsa.RSAPublicKey, rsa.RSAPrivateKey)):
        return "RSA", key.key_size
    if isinstance(key, (ec.EllipticCurvePublicKey, ec.EllipticCurvePrivateKey)):
        return "ECC", key.curve.name
    return type(key).__name__.lstrip("_"), 0


def _key_weakness(key: t.Any) -> str | None:
    """Return why a public CA would refuse this public key, or None."""
    kind, size = describe_key(key)
    if kind == "RSA" and isinstance(size, int):
        if size >= _SMALLEST_RSA_KEY:
            return None
        return f"an RSA key of {size} bits; at least {_SMALLEST_RSA_KEY} are needed"
    if kind == "ECC":
        return None if size in _ACCEPTED_CURVES else f"the curve {size}; one of {', '.join(_ACCEPTED_CURVES)} is needed"
    return f"a key of the type {kind}; RSA or ECDSA is needed"


def _common_name_of(name: t.Any) -> str | None:
    attributes = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(attributes[0].value) if attributes else None


def _names_of(subject: t.Any, extensions: t.Any) -> tuple[str | None, tuple[str, ...]]:
    """Return the common name of a certificate or CSR, and all its names with the common name first."""
    common_name = _common_name_of(subject)
    names = [common_name] if common_name else []
    try:
        san = extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
        names += san.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        pass
    return common_name, normalise_leniently(names)


@dataclass(frozen=True)
class Csr:
    """The parts of a certificate signing request that the collection uses."""

    pem: str
    common_name: str | None
    dns_names: tuple[str, ...]
    public_key: str
    """SHA-256 of the SubjectPublicKeyInfo, hexadecimal."""
    weakness: str | None
    """Why a public CA would refuse the key, or None."""


def read_csr(text: str) -> Csr:
    """Read a PEM CSR, with or without line breaks. Raises InvalidPemError if it cannot be read or trusted."""
    pem = only_csr(text)
    try:
        request = x509.load_pem_x509_csr(pem.encode("ascii"))
        common_name, names = _names_of(request.subject, request.extensions)
        key = request.public_key()
        if not request.is_signature_valid:
            raise InvalidPemError("its signature does not match its own public key")
    except _UNREADABLE as exc:
        raise InvalidPemError(str(exc) or "the encoding is broken") from exc
    return Csr(pem, common_name, names, _public_key_fingerprint(key), _key_weakness(key))


@dataclass(frozen=True)
class Certificate:
    """The parts of a certificate that the collection uses."""

    pem: str
    common_name: str | None
    dns_names: tuple[str, ...]
    serial_number: str
    """Hexadecimal, lower case, without separators or leading zeros."""
    thumbprint: str
    """SHA-1 of the DER form in upper-case hexadecimal: DigiCert's thumbprint."""
    public_key: str
    """SHA-256 of the SubjectPublicKeyInfo, hexadecimal."""
    key_type: str
    key_size: int | str
    not_before: dt.datetime
    not_after: dt.datetime
    subject: bytes
    issuer: bytes
    issuer_common_name: str | None

    @property
    def is_self_issued(self) -> bool:
        """Whether subject and issuer are the same name, as in a root."""
        return self.subject == self.issuer

    def as_result(self, now: dt.datetime) -> dict[str, t.Any]:
        """Return the form that modules report."""
        return {
            "serial_number": self.serial_number,
            "thumbprint": self.thumbprint,
            "common_name": self.common_name,
            "dns_names": list(self.dns_names),
            "not_before": self.not_before.isoformat(),
            "not_after": self.not_after.isoformat(),
            "days_left": (self.not_after - now).days,
            "public_key_fingerprint": self.public_key,
        }


def utc_moment(described: t.Any, attribute: str) -> dt.datetime:
    """Return a moment that cryptography has read with its time zone; older versions have only a naive attribute."""
    aware = getattr(described, f"{attribute}_utc", None)
    if aware is not None:
        return t.cast(dt.datetime, aware)
    return t.cast(dt.datetime, getattr(described, attribute)).replace(tzinfo=dt.timezone.utc)


def _load(pem: str) -> t.Any:
    try:
        return x509.load_pem_x509_certificate(pem.encode("ascii"))
    except _UNREADABLE as exc:
        raise InvalidPemError(str(exc) or "the encoding is broken") from exc


def _describe(pem: str) -> Certificate:
    certificate = _load(pem)
    try:
        key = certificate.public_key()
        common_name, names = _names_of(certificate.subject, certificate.extensions)
        subject, issuer = (name.public_bytes() for name in (certificate.subject, certificate.issuer))
        key_type, key_size = describe_key(key)
    except _UNREADABLE as exc:
        raise InvalidPemError(str(exc) or "the encoding is broken") from exc
    return Certificate(
        pem=pem,
        common_name=common_name,
        dns_names=names,
        serial_number=f"{certificate.serial_number:x}",
        thumbprint=certificate.fingerprint(hashes.SHA1()).hex().upper(),
        public_key=_public_key_fingerprint(key),
        key_type=key_type,
        key_size=key_size,
        not_before=utc_moment(certificate, "not_valid_before"),
        not_after=utc_moment(certificate, "not_valid_after"),
        subject=subject,
        issuer=issuer,
        issuer_common_name=_common_name_of(certificate.issuer),
    )


def read_certificates(text: str) -> list[Certificate]:
    """Read every certificate of a PEM text, in order. Raises InvalidPemError if there is none, or one is broken."""
    blocks = pem_blocks(text, CERTIFICATE_LABEL)
    if not blocks:
        raise InvalidPemError("it holds no PEM block CERTIFICATE")
    return [_describe(block) for block in blocks]


def certificates_of_pkcs7(data: bytes) -> list[Certificate]:
    """Read every certificate of a PKCS #7 file in PEM format. Raises InvalidPemError."""
    from cryptography.hazmat.primitives.serialization import pkcs7  # only a few downloads have this format

    try:
        found = pkcs7.load_pem_pkcs7_certificates(data)
        return [_describe(entry.public_bytes(serialization.Encoding.PEM).decode("ascii")) for entry in found]
    except _UNREADABLE as exc:
        raise InvalidPemError(str(exc) or "the encoding is broken") from exc


def is_signed_by(certificate: Certificate, issuer: Certificate) -> bool:
    """Whether a certificate was signed with the key of the other one."""
    if certificate.issuer != issuer.subject:
        return False
    child, key = _load(certificate.pem), _load(issuer.pem).public_key()
    return has_signed(key, child.signature, child.tbs_certificate_bytes, child.signature_hash_algorithm)


def has_signed(key: t.Any, signature: bytes, data: bytes, algorithm: t.Any) -> bool:
    """Whether a signature was made with the private half of a public key."""
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(algorithm))
        elif isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
            key.verify(signature, data)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def is_ca(certificate: Certificate) -> bool:
    """Whether a certificate may sign others (RFC 5280 section 4.2.1.9)."""
    try:
        found = _load(certificate.pem).extensions.get_extension_for_oid(ExtensionOID.BASIC_CONSTRAINTS)
    except x509.ExtensionNotFound:
        return False
    return bool(found.value.ca)


@dataclass(frozen=True)
class Chain:
    """A certificate with the path to its root, each signed by the next."""

    leaf: Certificate
    intermediates: tuple[Certificate, ...]
    root: Certificate | None
    """None if the root was not among the certificates."""


def build_chain(certificates: t.Sequence[Certificate], leaf: Certificate) -> Chain:
    """Follow the signatures from the leaf, and leave out the certificates that are not on its path.

    The order of the input does not matter: the service answers with three, sometimes with four certificates.
    """
    path: list[Certificate] = []
    current = leaf
    while not current.is_self_issued:
        used = {certificate.thumbprint for certificate in (leaf, *path)}
        parents = [c for c in certificates if c.thumbprint not in used and is_signed_by(current, c)]
        if not parents:
            return Chain(leaf, tuple(path), None)
        # a self-issued parent ends the path: a cross-signed form of the same root only makes it longer
        current = next((c for c in parents if c.is_self_issued), parents[0])
        path.append(current)
    if not path:
        return Chain(leaf, (), None)
    return Chain(leaf, tuple(path[:-1]), path[-1])


def find_leaf(certificates: t.Sequence[Certificate], public_key: str | None) -> Certificate | None:
    """Return the certificate of a public key, or without a key the certificate that signed none of the others."""
    if public_key is not None:
        return next((c for c in certificates if c.public_key == public_key), None)
    issuers = {c.issuer for c in certificates if not c.is_self_issued}
    candidates = [c for c in certificates if c.subject not in issuers]
    return candidates[0] if len(candidates) == 1 else None


def read_private_key_fingerprint(data: bytes) -> tuple[str, str, int | str]:
    """Return the public-key fingerprint, type and size of an unencrypted private key. Raises InvalidPemError."""
    try:
        key = serialization.load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as exc:
        # the message of the library may quote the key: only the kind of error is reported
        raise InvalidPemError(f"not a readable unencrypted private key ({type(exc).__name__})") from exc
    kind, size = describe_key(key)
    return _public_key_fingerprint(key.public_key()), kind, size
