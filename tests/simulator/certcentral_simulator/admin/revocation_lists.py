# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What certificates name: the OCSP responder, and the certificate revocation lists."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import date
from urllib.parse import unquote

from cryptography import x509
from cryptography.x509 import ocsp
from flask import Blueprint, Response, request

from certcentral_simulator.admin.common import current_simulator
from certcentral_simulator.ca.authority import ROOT, Issuer
from certcentral_simulator.ca.crl import Revocation, build_crl
from certcentral_simulator.ca.ocsp import (
    Answer,
    Signer,
    build_answer,
    issuer_as_signer,
    new_responder,
    read_request,
    refused,
)
from certcentral_simulator.clock import as_date
from certcentral_simulator.state.rows import Certificate
from certcentral_simulator.state.work import Work

blueprint = Blueprint("revocation_lists", __name__)
_SILENT_SECONDS = 8
# D: distribution points lead to partitioned lists from this day on.
_PARTITIONED_FROM = date(2026, 9, 15)
_REFUSALS = {
    "try_later": ocsp.OCSPResponseStatus.TRY_LATER,
    "unauthorized": ocsp.OCSPResponseStatus.UNAUTHORIZED,
}


@blueprint.get("/crl/<name>.crl")
def revocation_list(name: str) -> Response:
    """The list of an intermediate or of the root, in DER."""
    with current_simulator().work() as work:
        issuer = work.authority.root if name == ROOT else work.authority.intermediates.get(name)
        if issuer is None:
            raise LookupError(f"there is no issuer {name}")
        found = (_shown(work, one) for one in work.certificates.find("ica = ? AND status = 'revoked'", name))
        revoked = [one for one in found if one is not None]
        now = work.now
        # intermediates do not name a distribution point
        since = as_date(now) >= _PARTITIONED_FROM
        is_part = name != ROOT and since and work.switches.flag("crl_partitioned")
        part = work.authority.list_url(name) if is_part else ""
    etag = hashlib.sha256(f"{name} {as_date(now)} {part} {revoked}".encode()).hexdigest()
    if etag in request.if_none_match:
        answer = Response(status=304)
    else:
        answer = Response(build_crl(issuer, revoked, now, part), content_type="application/pkix-crl")
    answer.set_etag(etag)
    return answer


def _shown(work: Work, certificate: Certificate | None) -> Revocation | None:
    """The revocation of a certificate, if lists and responder show it by now."""
    if certificate is None or certificate.status != "revoked":
        return None
    revoked_at = certificate.revoked_at or 0
    if work.now < revoked_at + work.switches.number("revocation_shown_after_seconds"):
        return None
    return Revocation(certificate.serial_number or "0", revoked_at, certificate.revocation_reason)


# Base64 contains slashes, also two in a row.
@blueprint.get("/ocsp/<name>/<path:encoded>", merge_slashes=False)
def ocsp_by_get(name: str, encoded: str) -> Response:
    """The answer to a request in the path."""
    try:
        # the server leaves %2F as it is
        return _ocsp(name, base64.b64decode(unquote(encoded), validate=True))
    except binascii.Error:
        return _response(refused(ocsp.OCSPResponseStatus.MALFORMED_REQUEST))


@blueprint.post("/ocsp/<name>")
def ocsp_by_post(name: str) -> Response:
    """The answer to a request in the body."""
    return _ocsp(name, request.get_data())


def _response(content: bytes) -> Response:
    return Response(content, content_type="application/ocsp-response")


def _ocsp(name: str, der: bytes) -> Response:
    behaviour = current_simulator().switches.text("ocsp_answer")
    if behaviour == "silent":
        current_simulator().stopping.wait(_SILENT_SECONDS)
        return Response(status=503)
    if behaviour == "malformed":
        return _response(b"<html>This is not an answer.</html>")
    if behaviour in _REFUSALS:
        return _response(refused(_REFUSALS[behaviour]))
    try:
        asked = read_request(der)
    except ValueError:
        return _response(refused(ocsp.OCSPResponseStatus.MALFORMED_REQUEST))
    with current_simulator().work() as work:
        issuer = work.authority.intermediates.get(name)
        if issuer is None:
            raise LookupError(f"there is no issuer {name}")
        found = work.certificates.first("serial_number = ? AND ica = ?", f"{asked.serial_number:X}", name)
        if found is None or not found.pem:
            return _response(refused(ocsp.OCSPResponseStatus.UNAUTHORIZED))
        answer = Answer(
            x509.load_pem_x509_certificate(found.pem.encode()),
            _shown(work, found),
            work.now,
            work.switches.number("ocsp_valid_seconds"),
            expired=behaviour == "expired",
            unknown=behaviour == "unknown",
        )
        signer = _signer(work, issuer, behaviour)
    return _response(build_answer(asked, answer, issuer, signer))


def _signer(work: Work, issuer: Issuer, behaviour: str) -> Signer:
    if behaviour == "wrong_signature":
        return new_responder(issuer, work.now, appointed=False)
    if work.switches.text("ocsp_signer") == "responder":
        return new_responder(issuer, work.now, appointed=True)
    return issuer_as_signer(issuer)
