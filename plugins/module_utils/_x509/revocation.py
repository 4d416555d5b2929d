# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a certificate is revoked: OCSP (RFC 6960) and revocation lists (RFC 5280), read and verified.

Only for the controller. Nothing here opens a connection, and the current time is an argument.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Iterator
from dataclasses import dataclass

from .certificates import has_signed, is_ca, is_signed_by, read_certificates, utc_moment
from .pem import InvalidPemError

try:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.x509 import ocsp
    from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, ExtensionOID

    _UNREADABLE: tuple[type[Exception], ...] = (
        ValueError,
        TypeError,
        UnsupportedAlgorithm,
        x509.InvalidVersion,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
    )
except ImportError:
    # the modules report that the library is missing; without it nothing here is called
    pass

# how far the clocks of the controller and of the CA may differ
_SKEW = dt.timedelta(minutes=5)
# an answer that does not say when the next one is expected describes the present
_WITHOUT_NEXT_UPDATE = dt.timedelta(hours=1)
_TRUSTED_HASHES = ("sha256", "sha384", "sha512")
# extensions of a list that are evaluated; others that are critical make it unusable, such as that of a delta
_KNOWN_CRITICAL = ("2.5.29.28",)
# RFC 5280 names the reasons in this way, and so does CertCentral
_UNSPECIFIED = "unspecified"


class UnusableAnswerError(ValueError):
    """An answer that says nothing about the certificate; the text says why."""


@dataclass(frozen=True)
class Status:
    """What the CA says of a certificate."""

    revoked_at: dt.datetime | None = None
    """None if it is not revoked."""
    reason: str | None = None
    """As RFC 5280 names it; None if the CA does not give one."""
    until: dt.datetime | None = None
    """When a newer answer is available; None if that may be at any time."""


@dataclass(frozen=True)
class Revocable:
    """A certificate with its issuer, and the addresses at which the CA says whether it is revoked."""

    certificate: t.Any
    issuer: t.Any
    not_after: dt.datetime
    responders: tuple[str, ...]
    lists: tuple[str, ...]

    @property
    def identity(self) -> bytes:
        """What identifies the certificate, for a cache."""
        return bytes(self.certificate.fingerprint(hashes.SHA256()))


def read_revocable(text: str) -> Revocable | None:
    """Read a certificate that is followed by its chain; return None if it does not say where to ask.

    Raises InvalidPemError if it cannot be read, or if its issuer is not in the chain.
    """
    try:
        return _revocable(text)
    except InvalidPemError:
        raise
    except _UNREADABLE as exc:
        raise InvalidPemError("its extensions cannot be read") from exc


def _revocable(text: str) -> Revocable | None:
    leaf, *chain = read_certificates(text)
    certificate = _load(leaf.pem)
    responders, lists = tuple(_responders(certificate)), tuple(_lists(certificate))
    if not responders and not lists:
        return None
    issuer = next((one for one in chain if is_ca(one) and is_signed_by(leaf, one)), None)
    if issuer is None:
        raise InvalidPemError("the certificate of its issuer is not installed")
    return Revocable(certificate, _load(issuer.pem), leaf.not_after, responders, lists)


def _load(pem: str) -> t.Any:
    return x509.load_pem_x509_certificate(pem.encode("ascii"))


def _extension(described: t.Any, oid: t.Any) -> t.Any:
    try:
        return described.extensions.get_extension_for_oid(oid).value
    except x509.ExtensionNotFound:
        return None


def _responders(certificate: t.Any) -> Iterator[str]:
    for access in _extension(certificate, ExtensionOID.AUTHORITY_INFORMATION_ACCESS) or ():
        is_address = isinstance(access.access_location, x509.UniformResourceIdentifier)
        if is_address and access.access_method == AuthorityInformationAccessOID.OCSP:
            yield access.access_location.value


def _lists(certificate: t.Any) -> Iterator[str]:
    for point in _extension(certificate, ExtensionOID.CRL_DISTRIBUTION_POINTS) or ():
        # a list of another issuer, or one for some reasons only, does not decide
        if point.reasons is None and point.crl_issuer is None:
            yield from _addresses(point.full_name)


def _addresses(names: t.Any) -> Iterator[str]:
    yield from (name.value for name in names or () if isinstance(name, x509.UniformResourceIdentifier))


def ocsp_request(revocable: Revocable) -> bytes:
    """Return the request in DER. Its hashes are SHA-1 because RFC 5019 requires that; nothing relies on them."""
    return t.cast(bytes, _certificate_id(revocable, hashes.SHA1()).public_bytes(serialization.Encoding.DER))


def _certificate_id(revocable: Revocable, algorithm: t.Any) -> t.Any:
    builder = ocsp.OCSPRequestBuilder().add_certificate(revocable.certificate, revocable.issuer, algorithm)
    return builder.build()


def read_ocsp(der: bytes, revocable: Revocable, now: dt.datetime) -> Status:
    """Return what an OCSP response says of a certificate. Raises UnusableAnswerError if it may not be believed."""
    try:
        response = ocsp.load_der_ocsp_response(der)
        if response.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise UnusableAnswerError(f"the responder answers {response.response_status.name.lower()}")
        if not _is_signed_by_responder(response, revocable, now):
            raise UnusableAnswerError("the answer is not signed by the issuer, or by a responder that it appointed")
        single = _answer_for(response, revocable)
        until = _check_time(single, "this_update", now)
        return _status_of(single, until)
    except UnusableAnswerError:
        raise
    except _UNREADABLE as exc:
        raise UnusableAnswerError("the answer is not a readable OCSP response") from exc


def _is_signed_by_responder(response: t.Any, revocable: Revocable, now: dt.datetime) -> bool:
    algorithm = response.signature_hash_algorithm
    if not _is_trusted(algorithm):
        return False
    signed = (response.signature, response.tbs_response_bytes, algorithm)
    if has_signed(revocable.issuer.public_key(), *signed):
        return True
    appointed = (one for one in response.certificates if _is_appointed(one, revocable.issuer, now))
    return any(has_signed(one.public_key(), *signed) for one in appointed)


def _is_trusted(algorithm: t.Any) -> bool:
    return algorithm is not None and algorithm.name in _TRUSTED_HASHES


def _is_appointed(certificate: t.Any, issuer: t.Any, now: dt.datetime) -> bool:
    """Whether the issuer itself lets a certificate sign OCSP responses (RFC 6960 section 4.2.2.2)."""
    purposes = _extension(certificate, ExtensionOID.EXTENDED_KEY_USAGE) or ()
    algorithm = certificate.signature_hash_algorithm
    return (
        ExtendedKeyUsageOID.OCSP_SIGNING in purposes
        and certificate.issuer == issuer.subject
        and utc_moment(certificate, "not_valid_before") - _SKEW <= now <= utc_moment(certificate, "not_valid_after")
        and _is_trusted(algorithm)
        and has_signed(issuer.public_key(), certificate.signature, certificate.tbs_certificate_bytes, algorithm)
    )


def _answer_for(response: t.Any, revocable: Revocable) -> t.Any:
    # cryptography before 37 reads responses with a single answer only
    for single in getattr(response, "responses", None) or (response,):
        asked = _certificate_id(revocable, single.hash_algorithm)
        parts = ("serial_number", "issuer_name_hash", "issuer_key_hash")
        if all(getattr(single, part) == getattr(asked, part) for part in parts):
            return single
    raise UnusableAnswerError("the answer is for another certificate")


def _check_time(answer: t.Any, since: str, now: dt.datetime) -> dt.datetime | None:
    """Return until when an answer counts. Raises UnusableAnswerError if it does not count now."""
    start = utc_moment(answer, since)
    if start > now + _SKEW:
        raise UnusableAnswerError(f"the answer is of {_day(start)}, which is in the future")
    until = _moment_or_none(answer, "next_update")
    if (until or start + _WITHOUT_NEXT_UPDATE) + _SKEW < now:
        raise UnusableAnswerError(f"the answer is of {_day(start)} and out of date")
    return until


def _moment_or_none(described: t.Any, attribute: str) -> dt.datetime | None:
    # the attribute with a time zone is asked for first: the other one warns
    is_there = getattr(described, f"{attribute}_utc" if hasattr(described, f"{attribute}_utc") else attribute)
    return utc_moment(described, attribute) if is_there is not None else None


def _status_of(single: t.Any, until: dt.datetime | None) -> Status:
    if single.certificate_status == ocsp.OCSPCertStatus.UNKNOWN:
        raise UnusableAnswerError("the responder does not know the certificate")
    if single.certificate_status == ocsp.OCSPCertStatus.GOOD:
        return Status(until=until)
    return Status(utc_moment(single, "revocation_time"), _reason(single.revocation_reason), until)


def _reason(flag: t.Any) -> str | None:
    return None if flag is None or flag.value == _UNSPECIFIED else str(flag.value)


def read_crl(der: bytes, revocable: Revocable, now: dt.datetime) -> Status:
    """Return what a revocation list says of a certificate. Raises UnusableAnswerError if it may not be believed."""
    try:
        listed = x509.load_der_x509_crl(der)
        if not _is_trusted(listed.signature_hash_algorithm):
            raise UnusableAnswerError("the list is signed with a hash that is not trusted")
        issuer = revocable.issuer
        if listed.issuer != issuer.subject or not listed.is_signature_valid(issuer.public_key()):
            raise UnusableAnswerError("the list is not signed by the issuer")
        _check_scope(listed, revocable)
        until = _check_time(listed, "last_update", now)
        entry = listed.get_revoked_certificate_by_serial_number(revocable.certificate.serial_number)
        if entry is None:
            return Status(until=until)
        reason = _extension(entry, x509.CRLReason.oid)
        flag = reason.reason if reason is not None else None
        return Status(utc_moment(entry, "revocation_date"), _reason(flag), until)
    except UnusableAnswerError:
        raise
    except _UNREADABLE as exc:
        raise UnusableAnswerError("the answer is not a readable revocation list") from exc


def _check_scope(listed: t.Any, revocable: Revocable) -> None:
    """Refuse a list that is not about the certificate (RFC 5280 section 6.3.3): a CA may divide its lists."""
    for extension in listed.extensions:
        if extension.critical and extension.oid.dotted_string not in _KNOWN_CRITICAL:
            raise UnusableAnswerError(f"the list has the critical extension {extension.oid.dotted_string}")
    scope = _extension(listed, ExtensionOID.ISSUING_DISTRIBUTION_POINT)
    if scope is None:
        return
    partial = (scope.only_contains_ca_certs, scope.only_contains_attribute_certs, scope.indirect_crl)
    if any(partial) or scope.only_some_reasons is not None or scope.relative_name is not None:
        raise UnusableAnswerError("the list is not about certificates of this kind")
    if scope.full_name and set(revocable.lists).isdisjoint(_addresses(scope.full_name)):
        raise UnusableAnswerError("the list is another part of the lists of the CA than the certificate names")


def _day(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
