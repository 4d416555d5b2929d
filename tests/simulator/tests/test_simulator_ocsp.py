# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The OCSP responder and the revocation lists that certificates name."""

from __future__ import annotations

import base64
import urllib.error
import urllib.request
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtensionOID
from simulator_testing.client import Client

from certcentral_simulator.process import SimulatorProcess


def chain_of(client: Client) -> tuple[int, x509.Certificate, x509.Certificate]:
    """The ID of a new certificate, the certificate and its issuer."""
    placed = client.issued("www.valid.example")
    leaf, issuer = (x509.load_pem_x509_certificate(one["pem"].encode()) for one in placed["certificate_chain"][:2])
    return placed["certificate_id"], leaf, issuer


def responder_of(leaf: x509.Certificate) -> str:
    """The address of the responder."""
    [access] = leaf.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    assert access.access_method.dotted_string == "1.3.6.1.5.5.7.48.1"
    return str(access.access_location.value)


def request_for(leaf: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """A request in DER."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(leaf, issuer, hashes.SHA1())
    return builder.build().public_bytes(Encoding.DER)


def send(request: urllib.request.Request) -> tuple[int, bytes, str]:
    """Status, body and ETag of an answer, without a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=60) as answer:
            return answer.status, answer.read(), answer.headers.get("ETag", "")
    except urllib.error.HTTPError as exc:
        return exc.code, exc.read(), exc.headers.get("ETag", "")


def ask(leaf: x509.Certificate, issuer: x509.Certificate) -> ocsp.OCSPResponse:
    """The answer to a request by POST."""
    _status, body, _etag = send(urllib.request.Request(responder_of(leaf), request_for(leaf, issuer)))
    return ocsp.load_der_ocsp_response(body)


def revoke(client: Client, certificate_id: int, reason: str = "keyCompromise") -> None:
    """Revoke a certificate at once."""
    client.put(f"/certificate/{certificate_id}/revoke", {"revocation_reason": reason, "skip_approval": True})


def test_a_certificate_is_good_until_it_is_revoked(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_clock("2026-12-05T09:30:00Z")
    certificate_id, leaf, issuer = chain_of(client)
    good = ask(leaf, issuer)
    assert good.certificate_status == ocsp.OCSPCertStatus.GOOD
    assert good.this_update_utc.isoformat()[:16] == "2026-12-05T09:30"
    assert good.next_update_utc is None
    revoke(client, certificate_id)
    revoked = ask(leaf, issuer)
    assert revoked.certificate_status == ocsp.OCSPCertStatus.REVOKED
    assert revoked.revocation_reason == x509.ReasonFlags.key_compromise
    assert revoked.revocation_time_utc is not None
    assert revoked.revocation_time_utc.isoformat()[:16] == "2026-12-05T09:30"


def test_requests_by_get_are_answered_whatever_their_base64_contains(client: Client) -> None:
    _id, leaf, issuer = chain_of(client)
    encoded = base64.b64encode(request_for(leaf, issuer)).decode()
    for path in (encoded, quote(encoded, safe="")):
        _status, body, _etag = send(urllib.request.Request(f"{responder_of(leaf)}/{path}"))
        assert ocsp.load_der_ocsp_response(body).serial_number == leaf.serial_number
    # two slashes in a row are not one
    status, body, _etag = send(urllib.request.Request(f"{responder_of(leaf)}/AAAA//AA"))
    assert status == 200
    assert ocsp.load_der_ocsp_response(body).response_status == ocsp.OCSPResponseStatus.MALFORMED_REQUEST


@pytest.mark.parametrize("signer", ["issuer", "responder"])
def test_answers_are_signed_by_the_issuer_or_by_its_responder(
    client: Client, simulator: SimulatorProcess, signer: str
) -> None:
    simulator.set_switches(ocsp_signer=signer, ocsp_valid_seconds=600)
    _id, leaf, issuer = chain_of(client)
    answer = ask(leaf, issuer)
    certificate = answer.certificates[0] if answer.certificates else issuer
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(hashes.SHA256()))
    assert len(answer.certificates) == (signer == "responder")
    if answer.certificates:
        certificate.verify_directly_issued_by(issuer)
    assert answer.next_update_utc is not None
    assert (answer.next_update_utc - answer.this_update_utc).total_seconds() == 600


def test_faulty_responders(client: Client, simulator: SimulatorProcess) -> None:
    _id, leaf, issuer = chain_of(client)
    simulator.set_switches(ocsp_answer="malformed")
    with pytest.raises(ValueError, match="parsing"):
        ask(leaf, issuer)
    simulator.set_switches(ocsp_answer="try_later")
    assert ask(leaf, issuer).response_status == ocsp.OCSPResponseStatus.TRY_LATER
    simulator.set_switches(ocsp_answer="unknown")
    assert ask(leaf, issuer).certificate_status == ocsp.OCSPCertStatus.UNKNOWN
    simulator.set_switches(ocsp_answer="expired")
    expired = ask(leaf, issuer)
    assert expired.next_update_utc is not None
    assert (expired.next_update_utc - expired.this_update_utc).days == 7
    simulator.set_switches(ocsp_answer="wrong_signature")
    [stranger] = ask(leaf, issuer).certificates
    with pytest.raises(InvalidSignature):
        stranger.verify_directly_issued_by(issuer)


def test_a_responder_answers_for_certificates_of_its_issuer_only(client: Client, simulator: SimulatorProcess) -> None:
    _id, leaf, issuer = chain_of(client)
    elsewhere = responder_of(leaf).rpartition("/")[0] + "/ica-private"
    _status, body, _etag = send(urllib.request.Request(elsewhere, request_for(leaf, issuer)))
    assert ocsp.load_der_ocsp_response(body).response_status == ocsp.OCSPResponseStatus.UNAUTHORIZED
    assert send(urllib.request.Request(elsewhere + "-none", request_for(leaf, issuer)))[0] == 400


def test_certificates_without_a_responder_name_their_list(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_switches(ocsp_in_certificates=False)
    _id, leaf, _issuer = chain_of(client)
    oids = [extension.oid for extension in leaf.extensions]
    assert ExtensionOID.AUTHORITY_INFORMATION_ACCESS not in oids
    assert ExtensionOID.CRL_DISTRIBUTION_POINTS in oids


def test_revocations_can_be_shown_later(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_clock("2026-12-05T00:00:00Z")
    simulator.set_switches(revocation_shown_after_seconds=3600)
    certificate_id, leaf, issuer = chain_of(client)
    revoke(client, certificate_id)
    assert ask(leaf, issuer).certificate_status == ocsp.OCSPCertStatus.GOOD
    assert list(list_of(leaf)) == []
    # The clock goes on while the certificate is revoked.
    simulator.set_clock("2026-12-05T01:01:00Z")
    assert ask(leaf, issuer).certificate_status == ocsp.OCSPCertStatus.REVOKED
    assert [entry.serial_number for entry in list_of(leaf)] == [leaf.serial_number]


def list_address(leaf: x509.Certificate) -> str:
    """The address of the list."""
    [point] = leaf.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert point.full_name is not None
    return str(point.full_name[0].value)


def list_of(leaf: x509.Certificate) -> x509.CertificateRevocationList:
    """The list that a certificate names."""
    return x509.load_der_x509_crl(send(urllib.request.Request(list_address(leaf)))[1])


@pytest.mark.parametrize(
    ("today", "switch", "partitioned"),
    [("2026-09-15", True, True), ("2026-09-15", False, False), ("2026-09-14", True, False)],
)
def test_a_list_says_of_which_address_it_is_d(
    client: Client, simulator: SimulatorProcess, today: str, switch: bool, partitioned: bool
) -> None:
    simulator.set_clock(f"{today}T12:00:00Z")
    simulator.set_domain("valid.example")
    simulator.set_organization(112233, ov="valid")
    simulator.set_switches(crl_partitioned=switch)
    _id, leaf, _issuer = chain_of(client)
    scopes = [one.value for one in list_of(leaf).extensions if isinstance(one.value, x509.IssuingDistributionPoint)]
    names = [name.value for scope in scopes for name in scope.full_name or ()]
    assert names == ([list_address(leaf)] if partitioned else [])


def test_a_list_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    certificate_id, leaf, _issuer = chain_of(client)
    _status, _body, etag = send(urllib.request.Request(list_address(leaf)))
    conditional = urllib.request.Request(list_address(leaf), headers={"If-None-Match": etag})
    assert send(conditional)[:2] == (304, b"")
    revoke(client, certificate_id)
    assert send(conditional)[0] == 200
