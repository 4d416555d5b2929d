# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A certificate authority for tests: root, intermediate, and as many leaves as a test needs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_ONE_DAY = dt.timedelta(days=1)


def new_key() -> ec.EllipticCurvePrivateKey:
    """Return a key that is quick to make."""
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    """Return the private key as unencrypted PKCS #8 text."""
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode("ascii")


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        """The certificate as PEM text."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")

    @property
    def serial_number(self) -> str:
        """Lower-case hexadecimal, as the folders of the sets are named."""
        return f"{self.certificate.serial_number:x}"

    def stage(self, path: Path) -> Path:
        """Write the private key where a role expects it; return the path."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(key_pem(self.key), encoding="ascii")
        path.chmod(0o600)
        return path


def _may(*, sign_certificates: bool) -> x509.KeyUsage:
    """Return the key usage of a CA, or that of a server (RFC 5280 section 4.2.1.3)."""
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _issue(name: str, *, issuer: Issued | None, is_ca: bool, age: dt.timedelta = _ONE_DAY) -> Issued:
    """Issue a certificate that the strict verification of Python 3.13 accepts as well."""
    key, subject = new_key(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = issuer.key if issuer else key
    now = dt.datetime.now(dt.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - age)
        .not_valid_after(now - age + 31 * _ONE_DAY)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(_may(sign_certificates=is_ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if not is_ca:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    return Issued(builder.sign(signer, hashes.SHA256()), key)


class Authority:
    """A root with one intermediate that issues the leaves."""

    def __init__(self, name: str = "Test") -> None:
        """Make root and intermediate."""
        self.root = _issue(f"{name} root", issuer=None, is_ca=True)
        self.intermediate = _issue(f"{name} intermediate", issuer=self.root, is_ca=True)

    def issue(self, name: str, *, days_old: int = 1) -> Issued:
        """Issue a certificate for a host name, with a new key and a random serial number.

        It is valid for 31 days, of which ``days_old`` have passed; a negative number makes it begin in the future.
        """
        return _issue(name, issuer=self.intermediate, is_ca=False, age=days_old * _ONE_DAY)
