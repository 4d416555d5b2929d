# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys, CSRs and certificates for tests, generated with the library cryptography."""

from __future__ import annotations

import datetime as dt
import functools
import ipaddress
import typing as t
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.timezone.utc)
_DAY = dt.timedelta(days=1)


def new_key() -> ec.EllipticCurvePrivateKey:
    """Return a new key of a type that is quick to generate."""
    return ec.generate_private_key(ec.SECP256R1())


@functools.cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return an RSA key, always the same for each size because they are slow to generate."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def key_pem(key: SigningKey, password: bytes | None = None) -> bytes:
    """Return a private key as PKCS #8 text."""
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def key_der(key: SigningKey) -> bytes:
    """Return an unencrypted private key as PKCS #8 in DER."""
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _hash_for(key: SigningKey) -> t.Any:
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


def _name(common_name: str | None) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)] if common_name else []
    return x509.Name(attributes)


def _san(names: t.Sequence[str]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([x509.DNSName(name) for name in names])


def csr_pem(key: SigningKey, common_name: str | None = None, dns_names: t.Sequence[str] = ()) -> str:
    """Return a CSR as PEM text."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(_name(common_name))
    if dns_names:
        builder = builder.add_extension(_san(dns_names), critical=False)
    return builder.sign(key, _hash_for(key)).public_bytes(serialization.Encoding.PEM).decode("ascii")


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: SigningKey

    @property
    def pem(self) -> str:
        """The certificate as PEM text."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def issue(
    common_name: str | None,
    *,
    issuer: Issued | None = None,
    dns_names: t.Sequence[str] = (),
    key: SigningKey | None = None,
    serial_number: int | None = None,
    not_before: dt.datetime = NOW - _DAY,
    lifetime: dt.timedelta = 199 * _DAY,
    ca: bool | None = None,
    extensions: t.Sequence[x509.ExtensionType] = (),
) -> Issued:
    """Issue a certificate; without an issuer it is self-signed. ``ca`` adds the basic constraints."""
    own_key: SigningKey = key or new_key()
    subject = _name(common_name)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(own_key.public_key())
        .serial_number(serial_number or x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_before + lifetime)
    )
    if dns_names:
        builder = builder.add_extension(_san(dns_names), critical=False)
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    signer = issuer.key if issuer else own_key
    return Issued(builder.sign(signer, _hash_for(signer)), own_key)


@dataclass(frozen=True)
class Hierarchy:
    """A root, an intermediate, a leaf, and the root again, cross-signed by an older root."""

    root: Issued
    intermediate: Issued
    leaf: Issued
    old_root: Issued
    cross_signed_root: Issued


@functools.cache
def hierarchy() -> Hierarchy:
    """Return one hierarchy for all tests."""
    root = issue("Root", lifetime=3650 * _DAY, ca=True)
    old_root = issue("Old root", lifetime=3650 * _DAY, ca=True)
    intermediate = issue("Intermediate", issuer=root, lifetime=1825 * _DAY, ca=True)
    leaf = issue("www.example.com", issuer=intermediate, dns_names=["www.example.com", "example.com"])
    cross_signed = issue("Root", issuer=old_root, key=root.key, lifetime=1825 * _DAY, ca=True)
    return Hierarchy(root, intermediate, leaf, old_root, cross_signed)


def server_certificate(folder: Path, address: str = "127.0.0.1", *, days: int = 1) -> tuple[Path, Path]:
    """Write a self-signed certificate that expires in so many days, with its key and alone."""
    key, now = new_key(), dt.datetime.now(dt.timezone.utc)
    san = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name("server"))
        .issuer_name(_name("server"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 10 * _DAY)
        .not_valid_after(now + days * _DAY)
        .add_extension(san, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    both, alone = folder / "server.pem", folder / "ca.pem"
    both.write_bytes(pem + key_pem(key))
    alone.write_bytes(pem)
    return both, alone
