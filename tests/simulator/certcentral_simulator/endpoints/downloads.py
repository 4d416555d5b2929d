# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Downloads in every format, certificate chain, intermediates."""

from __future__ import annotations

from cryptography import x509
from flask import Blueprint, Response

from certcentral_simulator.ca.formats import Bundle, build_download, platform_format
from certcentral_simulator.endpoints.delivery import above_of, delivered, render_delivered
from certcentral_simulator.errors import Refusal
from certcentral_simulator.render.certificates import sub_id_of
from certcentral_simulator.rules.kinds import whole_number
from certcentral_simulator.state.rows import Certificate, Order
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import Call, in_transaction, json_reply, list_reply
from certcentral_simulator.web.lookups import find_certificate, find_order

blueprint = Blueprint("downloads", __name__)


@blueprint.get("/certificate/<reference>/download/format/<format_name>")
@in_transaction
def download_format(work: Work, call: Call, reference: str, format_name: str) -> Response:
    """A certificate in a format (D)."""
    return _download(work, call, find_certificate(work, reference), format_name)


@blueprint.get("/certificate/<reference>/download/platform")
@blueprint.get("/certificate/<reference>/download/platform/<platform_id>")
@in_transaction
def download_platform(work: Work, call: Call, reference: str, platform_id: str = "") -> Response:
    """A certificate in the format of the given server platform, or that of the order (D)."""
    certificate = find_certificate(work, reference)
    given = whole_number(platform_id)
    platform = int(certificate.request.get("server_platform", -1)) if given is None else given
    return _download(work, call, certificate, platform_format(platform))


@blueprint.get("/certificate/download/order/<reference>")
@blueprint.get("/certificate/download/order/<reference>/format/<format_name>")
@in_transaction
def download_order(work: Work, call: Call, reference: str, format_name: str = "") -> Response:
    """The active certificate of an order (D).

    The vendor's own clients name a duplicate and the format in the query, in either spelling (C).
    """
    order = find_order(work, reference)
    sub_id = call.argument("sub_id") or call.argument("subId")
    certificate = _duplicate(work, order, sub_id) if sub_id else work.certificates.need(order.certificate_id)
    platform = int(certificate.request.get("server_platform", -1))
    wanted = format_name or call.argument("format_type") or call.argument("formatType") or platform_format(platform)
    return _download(work, call, certificate, wanted)


@blueprint.get("/certificate/<reference>/chain")
@in_transaction
def certificate_chain(work: Work, call: Call, reference: str) -> Response:
    """Leaf to root, under the key ``intermediates`` (C)."""
    return json_reply({"intermediates": render_delivered(work, call, find_certificate(work, reference))})


@blueprint.get("/certificate/intermediates")
@in_transaction
def list_intermediates(work: Work, call: Call) -> Response:
    """The intermediates that issue for this account (C)."""
    root = work.authority.root.name
    found = [
        {"subject_common_name": issuer.name, "issuer_common_name": root, "pem": issuer.pem}
        for issuer in work.authority.intermediates.values()
    ]
    return list_reply(work, "intermediates", found)


def _duplicate(work: Work, order: Order, sub_id: str) -> Certificate:
    for certificate in work.certificates.find("order_id = ? AND kind = 'duplicate'", order.id):
        if sub_id_of(certificate) == sub_id:
            return certificate
    raise Refusal("certificate_unknown")


def _download(work: Work, call: Call, certificate: Certificate, format_name: str) -> Response:
    leaf = delivered(work, call, certificate)
    bundle = Bundle(
        name=certificate.common_name.replace("*", "star").replace(".", "_"),
        leaf=x509.load_pem_x509_certificate(leaf.pem.encode()),
        above=above_of(work, call, certificate),
    )
    download = build_download(bundle, format_name, crlf=work.switches.flag("crlf_pem"))
    response = Response(download.body, content_type=download.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{download.file_name}"'
    return response
