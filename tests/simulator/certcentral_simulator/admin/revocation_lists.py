# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The certificate revocation lists, at the distribution points of the leaf certificates."""

from __future__ import annotations

from flask import Blueprint, Response

from certcentral_simulator.admin.common import current_simulator
from certcentral_simulator.ca.authority import ROOT
from certcentral_simulator.ca.crl import Revocation, build_crl

blueprint = Blueprint("revocation_lists", __name__)
PATH = "/crl"


@blueprint.get(f"{PATH}/<name>.crl")
def revocation_list(name: str) -> Response:
    """The list of an intermediate or of the root, in DER."""
    with current_simulator().work() as work:
        issuer = work.authority.root if name == ROOT else work.authority.intermediates.get(name)
        if issuer is None:
            raise LookupError(f"there is no issuer {name}")
        revoked = [
            Revocation(certificate.serial_number or "0", certificate.revoked_at or 0, certificate.revocation_reason)
            for certificate in work.certificates.find("ica = ? AND status = 'revoked'", name)
        ]
        now = work.now
    return Response(build_crl(issuer, revoked, now), content_type="application/pkix-crl")
