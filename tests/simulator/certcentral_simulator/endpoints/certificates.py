# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Actions on a certificate besides downloading and revoking it (C: the endpoints exist)."""

from __future__ import annotations

from flask import Blueprint, Response

from certcentral_simulator.errors import Refusal
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import Call, in_transaction, updated
from certcentral_simulator.web.lookups import find_certificate

blueprint = Blueprint("certificates", __name__)


@blueprint.put("/certificate/<reference>/archive")
@in_transaction
def archive(work: Work, call: Call, reference: str) -> Response:
    """Archive a certificate; the list of reissues then shows it only with ``show_archived=true`` (D)."""
    return _set_archived(work, reference, archived=True)


@blueprint.put("/certificate/<reference>/unarchive")
@in_transaction
def unarchive(work: Work, call: Call, reference: str) -> Response:
    """Show an archived certificate again."""
    return _set_archived(work, reference, archived=False)


@blueprint.put("/certificate/<reference>/sendemail")
@in_transaction
def send_email(work: Work, call: Call, reference: str) -> Response:
    """Send an issued certificate by e-mail. The simulator sends no mail."""
    if not find_certificate(work, reference).pem:
        raise Refusal("download_not_issued")
    return updated(work)


def _set_archived(work: Work, reference: str, *, archived: bool) -> Response:
    certificate = find_certificate(work, reference)
    certificate.archived = archived
    work.certificates.update(certificate)
    return updated(work)
