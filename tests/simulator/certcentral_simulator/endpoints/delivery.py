# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The certificate and the chain that an answer delivers, with the faults that exchange them."""

from __future__ import annotations

from cryptography import x509
from flask import Response

from certcentral_simulator.cases.placing import Placed
from certcentral_simulator.cases.throwaway import ca_certificate, foreign_certificate, throwaway_certificate
from certcentral_simulator.errors import Refusal
from certcentral_simulator.render.orders import render_chain, render_placed
from certcentral_simulator.state.rows import Certificate
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import Call, json_reply


def above_of(work: Work, call: Call, certificate: Certificate) -> list[x509.Certificate]:
    """Return the certificates above a leaf; the faults exchange the intermediate."""
    ica = certificate.ica
    if call.has_fault("wrong_chain"):
        ica = next(name for name in work.authority.intermediates if name != ica)
    above = work.authority.chain(ica, crossed=call.has_fault("four_certificates"))
    return [work.authority.expired(ica), *above[1:]] if call.has_fault("expired_intermediate") else above


def delivered(work: Work, call: Call, certificate: Certificate) -> Certificate:
    """Return the certificate; the faults deliver another one of the order, or one that nobody requested."""
    if not certificate.pem:
        raise Refusal("download_not_issued")
    if call.has_fault("wrong_names"):
        return foreign_certificate(work, certificate)
    if call.has_fault("ca_certificate"):
        return ca_certificate(work, certificate)
    if not call.has_fault("wrong_pem"):
        return certificate
    other = work.certificates.first("order_id = ? AND id != ? AND pem != ''", certificate.order_id, certificate.id)
    return other or throwaway_certificate(work, certificate)


def render_delivered(work: Work, call: Call, certificate: Certificate) -> list[dict[str, str]]:
    """Return leaf to root, each with its name."""
    leaf = delivered(work, call, certificate)
    return render_chain(work, leaf, above_of(work, call, leaf))


def placed_reply(work: Work, call: Call, placed: Placed) -> Response:
    """Return the answer to an order, a reissue or a duplicate."""
    body = render_placed(work, placed)
    if "certificate_chain" in body:
        body["certificate_chain"] = render_delivered(work, call, placed.certificate)
    return json_reply(body, 201)
