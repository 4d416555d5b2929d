# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a certificate that was issued may be used: names, validity, and the CAs above it. Pure."""

from __future__ import annotations

import datetime as dt
import typing as t

from .certificates import Certificate, Chain, is_ca
from .names import InvalidNameError, missing_names, normalise, surplus_names

# a clock that is a little slow does no harm
_TOLERANCE = dt.timedelta(minutes=5)
# more names than this are not listed in a message
_MOST_SHOWN = 10


def why_unusable(chain: Chain, now: dt.datetime, names: t.Iterable[str], *, is_exact: bool) -> str | None:
    """Return why a certificate must not be used, as the end of a sentence about it, or None.

    ``names`` are the requested ones, normalised. Only if they are ``is_exact``, a certificate must not have others,
    besides those that a CA adds on its own.
    """
    leaf = chain.leaf
    if is_ca(leaf):
        return "is that of a CA (it has CA:TRUE)"
    desired = list(filter(_is_host_name, names))
    missing = missing_names(desired, leaf.dns_names)
    if missing:
        return f"lacks the requested names {_list(missing)}; it has {_list(leaf.dns_names)}"
    surplus = surplus_names(desired, leaf.dns_names) if is_exact and desired else []
    if surplus:
        return f"has names that nobody requested: {_list(surplus)}"
    problem = _why_not_valid(leaf, now)
    if problem:
        return problem
    return next(filter(None, (_why_not_above(issuer, now) for issuer in chain.intermediates)), None)


def expiry_warnings(leaf: Certificate, chain: t.Iterable[Certificate]) -> t.Iterator[str]:
    """Yield a sentence without a full stop for each intermediate that expires before the certificate does."""
    for issuer in chain:
        if issuer.not_after < leaf.not_after and not issuer.is_self_issued:
            yield (
                f"the intermediate {issuer.common_name} expires on {issuer.not_after:%Y-%m-%d}, before the certificate "
                f"{leaf.serial_number}, which expires on {leaf.not_after:%Y-%m-%d}: from then on, clients refuse it"
            )


def _why_not_above(issuer: Certificate, now: dt.datetime) -> str | None:
    name = issuer.common_name or issuer.serial_number
    if not is_ca(issuer):
        return f"is signed by {name}, which is not the certificate of a CA"
    problem = _why_not_valid(issuer, now)
    return f"comes with the intermediate {name}, which {problem}" if problem else None


def _why_not_valid(certificate: Certificate, now: dt.datetime) -> str | None:
    if certificate.not_before > now + _TOLERANCE:
        return f"is not valid before {certificate.not_before:%Y-%m-%d %H:%M:%S} UTC"
    if certificate.not_after <= now:
        return f"expired on {certificate.not_after:%Y-%m-%d}"
    return None


def _is_host_name(name: str) -> bool:
    """Other products than TLS certificates are for persons or companies, whose names are spelled in many ways."""
    try:
        return normalise(name) == name
    except InvalidNameError:
        return False


def _list(names: t.Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_SHOWN]) or "none"
    return f"{shown} and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else shown
