# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the state of an order from the answer to its POST, so that it does not have to be read again."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, replace

from .._certcentral import dcv
from .._certcentral.errors import DigicertError, UnexpectedAnswerError
from .._certcentral.model import IssuedCertificate, Order
from .._certcentral.orders import Placed
from .._certcentral.placed import chain_text, requests_of, tokens_of
from .._decisions.phase import blockers, dcv_records, foreign_domains, phase_of
from .._x509.certificates import Chain, Csr
from .._x509.chain_checks import why_unusable
from .certificate_download import verified_chain
from .outcome import Standing


@dataclass(frozen=True)
class Answered:
    """The order and its standing, as far as the answer shows them, and the chain if it was issued at once."""

    order: Order
    standing: Standing
    chain: Chain | None = None


def read_answer(
    placed: Placed, draft: Order, *, kind: str, csr: Csr, names: t.Sequence[str], today: dt.date
) -> Answered | None:
    """Return what the answer shows, or None if it does not show enough or contradicts the request.

    ``draft`` is the order with everything that was requested; ``kind`` is the type of its request for approval.
    """
    try:
        requests = requests_of(placed, kind)
        text, tokens = chain_text(placed), tokens_of(placed)
        if text is not None and placed.certificate_id is not None:
            return _issued(placed, draft, text, csr, names, today)
    except DigicertError:
        return None
    order = replace(
        draft,
        certificate=replace(draft.certificate, id=placed.certificate_id, names=tuple(names)),
        requests=requests,
    )
    if any(request.is_open for request in requests):
        return Answered(order, _standing(order, None, (), today))
    if not tokens or draft.dcv_method not in dcv.TOKEN_METHODS or foreign_domains(map(_bare, tokens), names):
        return None
    validation = dcv.Validation(
        tuple(dcv.DomainValidation(name, (name,), "pending", draft.dcv_method) for name in tokens), ()
    )
    try:
        records = [
            record for name, token in tokens.items() for record in dcv_records(draft.dcv_method, token, [_bare(name)])
        ]
    except UnexpectedAnswerError:
        return None
    return Answered(order, _standing(order, validation, records, today)) if records else None


def _bare(name: str) -> str:
    return name.removeprefix("*.")


def _standing(
    order: Order, validation: dcv.Validation | None, records: t.Iterable[dict[str, str | None]], today: dt.date
) -> Standing:
    return Standing(phase_of(order, validation, today), tuple(blockers(order, validation)), tuple(records), validation)


def _issued(
    placed: Placed, draft: Order, text: str, csr: Csr, names: t.Sequence[str], today: dt.date
) -> Answered | None:
    chain = verified_chain(text.encode("utf-8"), placed.certificate_id or 0, csr.public_key)
    if why_unusable(chain, dt.datetime.combine(today, dt.time.max, dt.timezone.utc), names, is_exact=True):
        return None
    certificate = issued_certificate(chain, placed.certificate_id, csr)
    order = replace(draft, status="issued", certificate=replace(draft.certificate, **_fields_of(certificate)))
    return Answered(order, Standing("issued", (), ()), chain)


def _fields_of(certificate: IssuedCertificate) -> dict[str, t.Any]:
    names = ("id", "serial_number", "thumbprint", "common_name", "names", "valid_from", "valid_till", "csr")
    return {**{name: getattr(certificate, name) for name in names}, "public_key": certificate.public_key}


def issued_certificate(chain: Chain, certificate_id: int | None, csr: Csr) -> IssuedCertificate:
    """Return an issued certificate in the form of the service."""
    leaf = chain.leaf
    return IssuedCertificate(
        id=certificate_id,
        status="issued",
        serial_number=leaf.serial_number,
        thumbprint=leaf.thumbprint,
        common_name=leaf.common_name,
        names=leaf.dns_names,
        valid_from=leaf.not_before.date(),
        valid_till=leaf.not_after.date(),
        signature_hash=None,
        server_platform_id=None,
        ca_cert_id=None,
        csr=csr.pem,
        public_key=leaf.public_key,
    )
