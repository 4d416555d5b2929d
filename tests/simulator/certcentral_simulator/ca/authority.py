# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hierarchy of the simulated CA: a root, its intermediates, and an older root that cross-signs the root."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, CertificatePoliciesOID, NameOID

from certcentral_simulator.rules.csr import SigningKey
from certcentral_simulator.rules.profiles import SERVER_AUTH

# The hierarchy is valid long enough for any setting of the simulated clock.
_CA_FROM, _CA_UNTIL = datetime(2010, 1, 1, tzinfo=timezone.utc), datetime(2059, 12, 31, tzinfo=timezone.utc)
_EXPIRED = datetime(2010, 12, 31, tzinfo=timezone.utc)
_COUNTRY, _ORGANIZATION = "US", "CertCentral Simulator"
_HASHES: dict[str, hashes.SHA256 | hashes.SHA384 | hashes.SHA512] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}

OLD_ROOT, ROOT, CROSS_ROOT = "old-root", "root", "cross-root"
# Intermediates: file name, common name. Public TLS uses the first unless the order selects another.
INTERMEDIATES = (
    ("ica-1", "CertCentral Simulator TLS CA G1"),
    ("ica-2", "CertCentral Simulator TLS CA G2"),
    ("ica-ev", "CertCentral Simulator EV TLS CA G1"),
    ("ica-dv", "CertCentral Simulator DV TLS CA G1"),
    ("ica-private", "CertCentral Simulator Private TLS CA G1"),
)


@dataclass(frozen=True)
class Issuer:
    """A CA certificate with its key. ``id`` is hexadecimal, like the service's ``ca_cert_id``."""

    id: str
    name: str
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        """The certificate as PEM with LF."""
        return to_pem(self.certificate)


@dataclass(frozen=True)
class LeafRequest:
    """The content of a leaf certificate.

    ``organization`` maps name, country, state, city and, for EV, business_category, jurisdiction_country and
    registration_number to texts. ``usages`` and ``policy`` are object identifiers; "" means no policy.
    ``names_responder``: whether the certificate contains the address of the OCSP responder.
    """

    common_name: str
    names: Sequence[str]
    organization: dict[str, str]
    public_key: SigningKey
    signature_hash: str
    first_day: date
    last_day: date
    usages: Sequence[str] = (SERVER_AUTH,)
    policy: str = ""
    is_ca: bool = False
    names_responder: bool = True


@dataclass(frozen=True)
class Leaf:
    """An issued certificate: PEM, serial number and SHA-1 thumbprint in upper-case hexadecimal."""

    pem: str
    serial_number: str
    thumbprint: str


class Authority:
    """Signs certificates. The hierarchy is made once for a state directory."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        # Where revocation lists and OCSP are served; "" if they are not served.
        self.revocation_url = ""
        old_root = self._load_or_make(OLD_ROOT, "CertCentral Simulator Root CA G0", None)
        self.root = self._load_or_make(ROOT, "CertCentral Simulator Root CA G1", None)
        self.cross_root = self._load_or_make(CROSS_ROOT, self.root.name, old_root, key=self.root.key)
        self.intermediates = {
            name: self._load_or_make(name, common_name, self.root) for name, common_name in INTERMEDIATES
        }
        self.root_file = directory / f"{ROOT}.pem"

    def chain(self, ica: str, *, crossed: bool = False) -> list[x509.Certificate]:
        """The certificates above a leaf: intermediate, then root; ``crossed`` inserts the cross-signed root."""
        above = [self.intermediates[ica].certificate]
        if crossed:
            above.append(self.cross_root.certificate)
        return [*above, self.root.certificate]

    def expired(self, ica: str) -> x509.Certificate:
        """The certificate of an intermediate as it would be if it had expired long ago."""
        issuer = self.intermediates[ica]
        return _sign_ca(issuer.name, issuer.key, self.root, until=_EXPIRED)

    def issue(self, request: LeafRequest, ica: str) -> Leaf:
        """Sign a TLS server certificate that is valid from the start of its first day to the end of its last."""
        issuer = self.intermediates[ica]
        usages = [x509.ObjectIdentifier(usage) for usage in request.usages]
        builder = (
            x509.CertificateBuilder()
            .subject_name(_subject(request))
            .issuer_name(issuer.certificate.subject)
            .public_key(request.public_key)
            .serial_number(_serial())
            .not_valid_before(datetime.combine(request.first_day, time(), tzinfo=timezone.utc))
            .not_valid_after(datetime.combine(request.last_day, time(23, 59, 59), tzinfo=timezone.utc))
            .add_extension(x509.BasicConstraints(ca=request.is_ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in request.names]), critical=False)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
            .add_extension(
                _usage(digital_signature=True, key_encipherment=not _is_ec(request.public_key)), critical=True
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(request.public_key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
        )
        if request.policy:
            builder = builder.add_extension(_policies(x509.ObjectIdentifier(request.policy)), critical=False)
        if self.revocation_url:
            builder = builder.add_extension(_distribution_point(self.list_url(ica)), critical=False)
        if self.revocation_url and request.names_responder:
            builder = builder.add_extension(_responder(f"{self.revocation_url}/ocsp/{ica}"), critical=False)
        certificate = builder.sign(issuer.key, _HASHES[request.signature_hash])
        return Leaf(to_pem(certificate), serial_hex(certificate), thumbprint(certificate))

    def list_url(self, ica: str) -> str:
        """The address of the revocation list of an issuer."""
        return f"{self.revocation_url}/crl/{ica}.crl"

    def _load_or_make(
        self, name: str, common_name: str, parent: Issuer | None, key: ec.EllipticCurvePrivateKey | None = None
    ) -> Issuer:
        path = self._directory / f"{name}.pem"
        key_path = self._directory / f"{name}.key"
        if path.exists() and key_path.exists():
            return _issuer(common_name, _load_certificate(path), _load_key(key_path))
        # EC keys take a millisecond to make; the simulator must start within a second.
        key = key or ec.generate_private_key(ec.SECP256R1())
        certificate = _sign_ca(common_name, key, parent)
        write_key(key_path, key)
        path.write_text(to_pem(certificate))
        return _issuer(common_name, certificate, key)


def _load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        loaded = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as exc:
        raise ValueError(f"{path} does not hold a private key") from exc
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path} does not hold an EC key")
    return loaded


def _load_certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError as exc:
        raise ValueError(f"{path} does not hold a certificate") from exc


def to_pem(certificate: x509.Certificate) -> str:
    """PEM with LF."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def thumbprint(certificate: x509.Certificate) -> str:
    """SHA-1 in upper-case hexadecimal, as the service names certificates."""
    return certificate.fingerprint(hashes.SHA1()).hex().upper()


def serial_hex(certificate: x509.Certificate) -> str:
    """Serial number in upper-case hexadecimal, whole bytes (R)."""
    number = certificate.serial_number
    return number.to_bytes((number.bit_length() + 7) // 8, "big").hex().upper()


def write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Write a private key so that only its owner can read it."""
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(pem)


def _issuer(name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Issuer:
    return Issuer(thumbprint(certificate)[:15], name, certificate, key)


def _sign_ca(
    common_name: str, key: ec.EllipticCurvePrivateKey, parent: Issuer | None, *, until: datetime = _CA_UNTIL
) -> x509.Certificate:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, _COUNTRY),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
    signer = parent.key if parent else key
    is_root = parent is None or "Root" in common_name
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(parent.certificate.subject if parent else subject)
        .public_key(key.public_key())
        .serial_number(_serial())
        .not_valid_before(_CA_FROM)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None if is_root else 0), critical=True)
        .add_extension(_usage(digital_signature=True, key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if not is_root:
        builder = builder.add_extension(_policies(CertificatePoliciesOID.ANY_POLICY), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _policies(identifier: x509.ObjectIdentifier) -> x509.CertificatePolicies:
    return x509.CertificatePolicies([x509.PolicyInformation(identifier, None)])


def _distribution_point(url: str) -> x509.CRLDistributionPoints:
    names = [x509.UniformResourceIdentifier(url)]
    return x509.CRLDistributionPoints([x509.DistributionPoint(names, None, None, None)])


def _responder(url: str) -> x509.AuthorityInformationAccess:
    address = x509.UniformResourceIdentifier(url)
    return x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, address)])


def _subject(request: LeafRequest) -> x509.Name:
    kinds = (
        ("business_category", NameOID.BUSINESS_CATEGORY),
        ("jurisdiction_country", NameOID.JURISDICTION_COUNTRY_NAME),
        ("registration_number", NameOID.SERIAL_NUMBER),
        ("country", NameOID.COUNTRY_NAME),
        ("state", NameOID.STATE_OR_PROVINCE_NAME),
        ("city", NameOID.LOCALITY_NAME),
        ("name", NameOID.ORGANIZATION_NAME),
    )
    parts = [
        x509.NameAttribute(oid, _cased(key, request.organization[key]))
        for key, oid in kinds
        if request.organization.get(key)
    ]
    # X.520 allows 64 characters for a common name; a longer name appears only in the SAN.
    if len(request.common_name) <= 64:
        parts.append(x509.NameAttribute(NameOID.COMMON_NAME, request.common_name))
    return x509.Name(parts)


def _cased(key: str, value: str) -> str:
    return value.upper() if key.endswith("country") else value


def _usage(
    *,
    digital_signature: bool,
    key_encipherment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=key_encipherment,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _is_ec(key: SigningKey) -> bool:
    return isinstance(key, ec.EllipticCurvePublicKey)


def _serial() -> int:
    # Sixteen random bytes with a leading 0x0…7 bit pattern: always positive, always the same length.
    return int.from_bytes(bytes([secrets.randbelow(0x70) + 0x10]) + secrets.token_bytes(15), "big")
