# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OCSP answers and revocation lists, made with the library cryptography: what is believed, and what is not."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass, replace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from ansible_collections.community.digicert.plugins.module_utils._x509.pem import InvalidPemError
from ansible_collections.community.digicert.plugins.module_utils._x509.revocation import (
    Revocable,
    Status,
    UnusableAnswerError,
    ocsp_request,
    read_crl,
    read_ocsp,
    read_revocable,
)
from ansible_collections.community.digicert.tests.unit import pki

RESPONDER, LIST = "http://ocsp.example.com", "http://crl.example.com/1.crl"
HOUR = dt.timedelta(hours=1)
THEN = pki.NOW - 5 * HOUR
SIGNING = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])


def _point(url: str, reasons: Any = None, issuer: Any = None) -> x509.DistributionPoint:
    return x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, reasons, issuer)


def _access(method: x509.ObjectIdentifier, url: str) -> x509.AccessDescription:
    return x509.AccessDescription(method, x509.UniformResourceIdentifier(url))


@dataclass(frozen=True)
class Scene:
    """An issuer with a certificate that names responder and list, another certificate, and a stranger."""

    issuer: pki.Issued
    leaf: pki.Issued
    sibling: pki.Issued
    stranger: pki.Issued
    revocable: Revocable


@functools.cache
def scene() -> Scene:
    """Return one scene for all tests."""
    issuer = pki.issue("Issuer", ca=True, lifetime=dt.timedelta(days=999))
    access = x509.AuthorityInformationAccess(
        [
            _access(AuthorityInformationAccessOID.CA_ISSUERS, "http://example.com/ca.crt"),
            _access(AuthorityInformationAccessOID.OCSP, RESPONDER),
        ]
    )
    key_only = _point("http://crl.example.com/key.crl", frozenset({x509.ReasonFlags.key_compromise}))
    other_issuer = [x509.DirectoryName(pki.issue("X").certificate.subject)]
    indirect = _point("http://crl.example.com/other.crl", issuer=other_issuer)
    points = x509.CRLDistributionPoints([_point(LIST), key_only, indirect])
    leaf = pki.issue("www.example.com", issuer=issuer, extensions=[access, points])
    sibling = pki.issue("other.example.com", issuer=issuer)
    stranger = pki.issue("Issuer", ca=True, lifetime=dt.timedelta(days=999))
    return Scene(issuer, leaf, sibling, stranger, read_revocable(leaf.pem + stranger.pem + issuer.pem))


def answer(
    *,
    of: pki.Issued | None = None,
    issuer: pki.Issued | None = None,
    signer: pki.Issued | None = None,
    since: dt.datetime = THEN,
    until: dt.datetime | None = THEN + 24 * HOUR,
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
    reason: x509.ReasonFlags | None = None,
    algorithm: hashes.HashAlgorithm | None = None,
    certificates: tuple[pki.Issued, ...] = (),
) -> bytes:
    """Return an OCSP response in DER."""
    made = scene()
    signed_by = signer or made.issuer
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=(of or made.leaf).certificate,
        issuer=(issuer or made.issuer).certificate,
        algorithm=algorithm or hashes.SHA1(),
        cert_status=status,
        this_update=since,
        next_update=until,
        revocation_time=THEN if status == ocsp.OCSPCertStatus.REVOKED else None,
        revocation_reason=reason,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signed_by.certificate)
    if certificates:
        builder = builder.certificates([one.certificate for one in certificates])
    return builder.sign(signed_by.key, hashes.SHA256()).public_bytes(Encoding.DER)


def refusal(der: bytes, now: dt.datetime = pki.NOW, read: Any = read_ocsp) -> str:
    """Return why an answer is not believed."""
    with pytest.raises(UnusableAnswerError) as caught:
        read(der, scene().revocable, now)
    return str(caught.value)


def test_addresses_and_issuer_come_from_the_certificate() -> None:
    revocable = scene().revocable
    assert (revocable.responders, revocable.lists) == ((RESPONDER,), (LIST,))
    assert revocable.issuer == scene().issuer.certificate
    request = ocsp.load_der_ocsp_request(ocsp_request(revocable))
    assert request.serial_number == scene().leaf.certificate.serial_number


def test_a_certificate_without_addresses_has_none() -> None:
    revocable = read_revocable(scene().sibling.pem + scene().issuer.pem)
    assert (revocable.responders, revocable.lists) == ((), ())


def test_the_issuer_must_be_a_ca_that_has_signed_the_certificate() -> None:
    made = scene()
    with pytest.raises(InvalidPemError, match="issuer is not installed"):
        read_revocable(made.leaf.pem + made.stranger.pem)
    no_ca = pki.issue("Plain")
    with pytest.raises(InvalidPemError, match="issuer is not installed"):
        read_revocable(pki.issue("www.example.com", issuer=no_ca).pem + no_ca.pem)


@pytest.mark.parametrize("algorithm", [hashes.SHA1(), hashes.SHA256()])
def test_a_good_certificate(algorithm: hashes.HashAlgorithm) -> None:
    der = answer(algorithm=algorithm)
    assert read_ocsp(der, scene().revocable, pki.NOW) == Status(until=THEN + 24 * HOUR)


@pytest.mark.parametrize(
    ("flag", "reason"),
    [
        (None, None),
        (x509.ReasonFlags.unspecified, None),
        (x509.ReasonFlags.key_compromise, "keyCompromise"),
        (x509.ReasonFlags.superseded, "superseded"),
    ],
)
def test_a_revoked_certificate(flag: x509.ReasonFlags | None, reason: str | None) -> None:
    der = answer(status=ocsp.OCSPCertStatus.REVOKED, reason=flag)
    assert read_ocsp(der, scene().revocable, pki.NOW) == Status(THEN, reason, THEN + 24 * HOUR)


def test_a_responder_that_the_issuer_has_appointed_may_sign() -> None:
    made = scene()
    appointed = pki.issue("Responder", issuer=made.issuer, extensions=[SIGNING])
    der = answer(signer=appointed, certificates=(made.sibling, appointed))
    assert read_ocsp(der, made.revocable, pki.NOW).revoked_at is None


@pytest.mark.parametrize(
    "responder",
    [
        lambda made: made.stranger,
        lambda made: made.sibling,
        lambda made: pki.issue("Responder", issuer=made.stranger, extensions=[SIGNING]),
        lambda made: pki.issue(
            "Responder", issuer=made.issuer, extensions=[SIGNING], not_before=THEN, lifetime=dt.timedelta(hours=1)
        ),
        lambda made: pki.issue("Responder", issuer=made.issuer, extensions=[SIGNING], not_before=pki.NOW + HOUR),
    ],
    ids=["stranger", "no_purpose", "other_issuer", "expired", "future"],
)
def test_nobody_else_may_sign(responder: Any) -> None:
    signer = responder(scene())
    assert "not signed by the issuer" in refusal(answer(signer=signer, certificates=(signer,)))


def test_a_signature_that_was_changed() -> None:
    der = bytearray(answer())
    der[-3] ^= 1
    assert "not signed by the issuer" in refusal(bytes(der))


def test_an_answer_for_another_certificate() -> None:
    made = scene()
    assert "another certificate" in refusal(answer(of=made.sibling))
    # the same serial number of a CA of the same name
    assert "another certificate" in refusal(answer(issuer=made.stranger))


def test_old_and_future_answers() -> None:
    assert "out of date" in refusal(answer(), THEN + 25 * HOUR)
    assert "in the future" in refusal(answer(since=pki.NOW + HOUR, until=pki.NOW + 2 * HOUR))
    assert "out of date" in refusal(answer(until=None))
    minutes = dt.timedelta(minutes=3)
    read_ocsp(answer(since=pki.NOW + minutes), scene().revocable, pki.NOW)
    assert read_ocsp(answer(since=pki.NOW - minutes, until=None), scene().revocable, pki.NOW).until is None


def test_responders_that_do_not_know() -> None:
    assert "does not know" in refusal(answer(status=ocsp.OCSPCertStatus.UNKNOWN))
    later = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(Encoding.DER)
    assert refusal(later) == "the responder answers try_later"


@pytest.mark.parametrize("der", [b"", b"<html>", b"\x30\x03\x0a\x01\x00", b"\x30\x84\xff\xff\xff\xff"])
def test_nonsense(der: bytes) -> None:
    assert "readable" in refusal(der)
    assert "readable" in refusal(der, read=read_crl)


def test_every_truncated_answer_is_refused() -> None:
    der = answer(status=ocsp.OCSPCertStatus.REVOKED)
    for length in range(len(der)):
        refusal(der[:length])


def scope_of(**values: Any) -> x509.IssuingDistributionPoint:
    """Return the extension of a list that is only a part."""
    given: dict[str, Any] = dict.fromkeys(
        ("only_contains_user_certs", "only_contains_ca_certs", "indirect_crl", "only_contains_attribute_certs"), False
    )
    names = {"full_name": None, "relative_name": None, "only_some_reasons": None}
    return x509.IssuingDistributionPoint(**{**given, **names, **values})


def listed(
    *serial_numbers: int,
    signer: pki.Issued | None = None,
    until: dt.datetime = THEN + 24 * HOUR,
    reason: x509.ReasonFlags | None = None,
    extension: x509.ExtensionType | None = None,
    algorithm: Any = None,
) -> bytes:
    """Return a revocation list in DER."""
    signed_by = signer or scene().issuer
    builder = x509.CertificateRevocationListBuilder().issuer_name(signed_by.certificate.subject)
    builder = builder.last_update(THEN).next_update(until)
    if extension:
        builder = builder.add_extension(extension, critical=True)
    for serial_number in serial_numbers:
        entry = x509.RevokedCertificateBuilder().serial_number(serial_number).revocation_date(THEN)
        entry = entry.add_extension(x509.CRLReason(reason), critical=False) if reason else entry
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(signed_by.key, algorithm or hashes.SHA256()).public_bytes(Encoding.DER)


def test_a_list_with_and_without_the_certificate() -> None:
    made = scene()
    own, other = made.leaf.certificate.serial_number, made.sibling.certificate.serial_number
    assert read_crl(listed(other), made.revocable, pki.NOW) == Status(until=THEN + 24 * HOUR)
    found = read_crl(listed(other, own, reason=x509.ReasonFlags.key_compromise), made.revocable, pki.NOW)
    assert (found.revoked_at, found.reason) == (THEN, "keyCompromise")
    assert read_crl(listed(own), made.revocable, pki.NOW).reason is None


def test_lists_that_are_not_believed() -> None:
    made = scene()
    assert "not signed by the issuer" in refusal(listed(signer=made.stranger), read=read_crl)
    assert "not signed by the issuer" in refusal(listed(signer=made.sibling), read=read_crl)
    assert "out of date" in refusal(listed(), pki.NOW + 24 * HOUR, read=read_crl)
    assert "in the future" in refusal(listed(), THEN - HOUR, read=read_crl)


def test_a_part_of_the_lists_must_be_the_one_that_the_certificate_names() -> None:
    own, other = ([x509.UniformResourceIdentifier(url)] for url in (LIST, "http://crl.example.com/2.crl"))
    read_crl(listed(extension=scope_of(full_name=own)), scene().revocable, pki.NOW)
    assert "another part" in refusal(listed(extension=scope_of(full_name=other)), read=read_crl)
    for limit in ("only_contains_ca_certs", "only_contains_attribute_certs", "indirect_crl"):
        partial = scope_of(full_name=own, **{limit: True})
        assert "of this kind" in refusal(listed(extension=partial), read=read_crl)
    some = scope_of(full_name=own, only_some_reasons=frozenset({x509.ReasonFlags.superseded}))
    assert "of this kind" in refusal(listed(extension=some), read=read_crl)


def test_a_delta_is_not_a_list() -> None:
    assert "critical extension" in refusal(listed(extension=x509.DeltaCRLIndicator(1)), read=read_crl)


def test_the_certificate_is_identified_by_all_of_it() -> None:
    made = scene()
    assert made.revocable.identity != read_revocable(made.sibling.pem + made.issuer.pem).identity
    assert replace(made.revocable, lists=()).identity == made.revocable.identity
