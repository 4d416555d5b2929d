# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Actions on a certificate besides downloading and revoking it (C: the endpoints exist)."""

from __future__ import annotations

from flask import Blueprint, Response

from certcentral_simulator.errors import Refusal
from certcentral_simulator.state.rows import Certificate
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import Call, in_transaction, no_content, updated
from certcentral_simulator.web.lookups import find_certificate

blueprint = Blueprint("certificates", __name__)


@blueprint.put("/certificate/<reference>/archive")
@in_transaction
def archive(work: Work, call: Call, reference: str) -> Response:
    """Archive a certificate; lists then show it only with ``show_archived=true`` (D: 204)."""
    certificate = find_certificate(work, reference)
    if work.orders.need(certificate.order_id).certificate_id == certificate.id:
        raise Refusal("primary_not_archived")
    _set_archived(work, certificate, archived=True)
    return no_content()


@blueprint.put("/certificate/<reference>/unarchive")
@in_transaction
def unarchive(work: Work, call: Call, reference: str) -> Response:
    """Show an archived certificate again."""
    _set_archived(work, find_certificate(work, reference), archived=False)
    return updated(work)


@blueprint.put("/certificate/<reference>/sendemail")
@in_transaction
def send_email(work: Work, call: Call, reference: str) -> Response:
    """Send an issued certificate by e-mail. The simulator sends no mail."""
    if not find_certificate(work, reference).pem:
        raise Refusal("download_not_issued")
    return updated(work)


def _set_archived(work: Work, certificate: Certificate, *, archived: bool) -> None:
    certificate.archived = archived
    work.certificates.update(certificate)
