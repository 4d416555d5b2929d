# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read keys, CSRs, certificates and chains with the library cryptography.

Runs on controllers and on managed hosts, with cryptography 3.3 and later.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import traceback
import typing as t
from dataclasses import dataclass

from .names import normalise_leniently
from .pem import CSR_LABEL, InvalidPemError, is_base64, pem_blocks

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
    _NO_KEY: tuple[type[Exception], ...] = (ValueError, TypeError, UnsupportedAlgorithm)
    CRYPTOGRAPHY_IMPORT_ERROR = None
except ImportError:
    CRYPTOGRAPHY_IMPORT_ERROR = traceback.format_exc()

# CA/Browser Forum TLS Baseline Requirements, section 6.1.5
_ACCEPTED_CURVES = ("secp256r1", "secp384r1", "secp521r1")

# hashes that every library and every policy of a system verifies; SHA-1 and MD5 fail although nothing is wrong
_VERIFIABLE = ("sha256", "sha384", "sha512")
_RSASSA_PSS = "1.2.840.113549.1.1.10"
_DAMAGED = "it is damaged, or not encoded as X.509 prescribes"


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


def _curve_weakness(key: t.Any) -> str | None:
    """Return why a public CA would refuse the curve of this public key, or None."""
    kind, size = describe_key(key)
    if kind == "RSA" or size in _ACCEPTED_CURVES:
        return None
    return f"the curve {size}; one of {', '.join(_ACCEPTED_CURVES)} is needed"


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
    """Why a public CA would refuse the key, or None: a phrase with its article, and what is needed instead."""


def read_csr(given: str | bytes) -> Csr:
    """Read a CSR in whatever form it was given. Raises InvalidPemError if it cannot be read or trusted."""
    from .key_rules import weakness_of_csr  # hosts read certificates only

    pem = _plain_csr(given)
    problem = weakness_of_csr(pem)
    try:
        request = x509.load_pem_x509_csr(pem.encode("ascii"))
        common_name, names = _names_of(request.subject, request.extensions)
        key = request.public_key()
        fingerprint = _public_key_fingerprint(key)
        if _is_forged(request, key):
            raise InvalidPemError("its signature does not match its own public key")
    except _UNREADABLE as exc:
        if isinstance(exc, InvalidPemError):
            raise
        raise InvalidPemError(f"it has {problem}" if problem else _DAMAGED) from exc
    return Csr(pem, common_name, names, fingerprint, problem or _curve_weakness(key))


def _plain_csr(given: str | bytes) -> str:
    blocks = pem_blocks(_text(given), CSR_LABEL)
    if len(blocks) == 1 and is_base64(blocks[0]):
        return blocks[0]
    from .as_given import clean_csr  # few are not plain PEM

    return clean_csr(given)


def _text(given: str | bytes) -> str:
    return given if isinstance(given, str) else given.decode("ascii", errors="replace")


def _is_forged(request: t.Any, key: t.Any) -> bool:
    """Whether the signature of a CSR is that of another key. One that cannot be verified here is left to the CA."""
    try:
        algorithm = request.signature_hash_algorithm
        if algorithm is None or algorithm.name not in _VERIFIABLE:
            return False
        if request.signature_algorithm_oid.dotted_string == _RSASSA_PSS or request.is_signature_valid:
            return False
        return isinstance(key, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey))
    except (UnsupportedAlgorithm, ValueError):
        return False


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
        raise InvalidPemError(_DAMAGED, "Copy it again") from exc


def _describe(pem: str) -> Certificate:
    certificate = _load(pem)
    try:
        key = certificate.public_key()
        common_name, names = _names_of(certificate.subject, certificate.extensions)
        subject, issuer = (name.public_bytes() for name in (certificate.subject, certificate.issuer))
        key_type, key_size = describe_key(key)
        public_key = _public_key_fingerprint(key)
    except _UNREADABLE as exc:
        raise InvalidPemError(_DAMAGED, "Copy it again") from exc
    return Certificate(
        pem=pem,
        common_name=common_name,
        dns_names=names,
        serial_number=f"{certificate.serial_number:x}",
        thumbprint=certificate.fingerprint(hashes.SHA1()).hex().upper(),
        public_key=public_key,
        key_type=key_type,
        key_size=key_size,
        not_before=utc_moment(certificate, "not_valid_before"),
        not_after=utc_moment(certificate, "not_valid_after"),
        subject=subject,
        issuer=issuer,
        issuer_common_name=_common_name_of(certificate.issuer),
    )


def read_certificates(given: str | bytes) -> list[Certificate]:
    """Read every certificate of a text or file, in order, in whatever form it was given; their PEM is plain.

    Raises InvalidPemError if there is none, or one is broken.
    """
    text = _text(given)
    blocks = pem_blocks(text, "CERTIFICATE")
    if blocks and len(blocks) == text.count("BEGIN ") and all(map(is_base64, blocks)):
        with contextlib.suppress(InvalidPemError):
            return [_describe(block) for block in blocks]
    from .as_given import clean_certificates  # few are not plain PEM

    return [_describe(pem) for pem in clean_certificates(given)]


def is_signed_by(certificate: Certificate, issuer: Certificate) -> bool:
    """Whether a certificate was signed with the key of the other one."""
    if certificate.issuer != issuer.subject:
        return False
    child, parent = _load(certificate.pem), _load(issuer.pem)
    try:
        algorithm = child.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return False
    if child.signature_algorithm_oid.dotted_string == _RSASSA_PSS:
        return _has_issued(parent, child)
    return has_signed(parent.public_key(), child.signature, child.tbs_certificate_bytes, algorithm)


def _has_issued(parent: t.Any, child: t.Any) -> bool:
    """Whether a signature with RSASSA-PSS is that of a CA, as far as this release of cryptography can verify it."""
    try:
        child.verify_directly_issued_by(parent)  # cryptography 40 and later
    except (InvalidSignature, UnsupportedAlgorithm, AttributeError, TypeError, ValueError):
        return False
    return True


def has_signed(key: t.Any, signature: bytes, data: bytes, algorithm: t.Any) -> bool:
    """Whether a signature was made with the private half of a public key; EdDSA has no ``algorithm`` for the hash."""
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm is not None:
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm is not None:
            key.verify(signature, data, ec.ECDSA(algorithm))
        elif isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)) and algorithm is None:
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
    candidates = {c.thumbprint: c for c in certificates if c.subject not in issuers}
    return next(iter(candidates.values())) if len(candidates) == 1 else None


def read_private_key_fingerprint(data: bytes) -> tuple[str, str, int | str]:
    """Return the public-key fingerprint, type and size of an unencrypted private key. Raises InvalidPemError."""
    try:
        return _describe_private_key(data)
    except _NO_KEY:
        from .as_given import clean_key, why_no_key  # few are not plain PEM

        pem = clean_key(data)
        try:
            return _describe_private_key(pem)
        except _NO_KEY as exc:
            # the message of the library may quote the key
            raise why_no_key(pem) from exc


def _describe_private_key(pem: bytes) -> tuple[str, str, int | str]:
    key = serialization.load_pem_private_key(pem, password=None)
    return _public_key_fingerprint(key.public_key()), *describe_key(key)
