# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check a certificate and its chain before anything is written. Pure: the current time is an argument."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from .._x509.certificates import Certificate, build_chain, find_leaf, is_ca, read_certificates
from .._x509.chain_checks import expiry_warnings
from .._x509.hexadecimal import normalise_serial_number
from .._x509.names import missing_names
from .._x509.pem import InvalidPemError
from .files import HostError

# a clock that is a little slow does no harm
_TOLERANCE = dt.timedelta(minutes=5)
_TIME = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class CheckedCertificate:
    """A certificate that may be installed."""

    leaf: Certificate
    chain: tuple[Certificate, ...]
    """Each signed by the next one."""
    warnings: tuple[str, ...] = ()
    """What will be a problem later."""

    @property
    def all(self) -> tuple[Certificate, ...]:
        """The certificate, followed by its chain."""
        return (self.leaf, *self.chain)


def check_certificate(
    certificate: str, chain: str, names: t.Sequence[str], serial_number: str, now: dt.datetime
) -> CheckedCertificate:
    """Return certificate and chain in one form. Raises HostError if the certificate must not be installed."""
    given = _read(certificate, "certificate")
    others = _read(chain, "chain") if chain.strip() else []
    leaf = _leaf_of(given, others)
    if leaf is None:
        raise HostError(
            "certificate contains several certificates. Give the certificate, and its intermediates as chain"
        )
    if serial_number and normalise_serial_number(serial_number) != leaf.serial_number:
        raise HostError(f"the certificate has the serial number {leaf.serial_number}, not {serial_number}. Correct one")
    _check_leaf(leaf, names, now)
    checked = _check_chain(leaf, [*given, *others], bool(others) or len(given) > 1, now)
    return CheckedCertificate(leaf, checked, tuple(expiry_warnings(leaf, checked)))


def _leaf_of(given: t.Sequence[Certificate], others: t.Sequence[Certificate]) -> Certificate | None:
    """Return the certificate of the host; people exchange certificate and chain, too."""
    leaf = given[0] if len(given) == 1 else find_leaf(given, None)
    if leaf is None or not is_ca(leaf):
        return leaf
    return next((one for one in others if not is_ca(one)), leaf)


def serial_number_of(certificate: str) -> str | None:
    """Return the serial number of a certificate that may be refused, or None if it cannot be read."""
    try:
        given = read_certificates(certificate)
    except InvalidPemError:
        return None
    leaf = given[0] if len(given) == 1 else find_leaf(given, None)
    return leaf.serial_number if leaf is not None else None


def _read(text: str, option: str) -> list[Certificate]:
    try:
        return read_certificates(text)
    except InvalidPemError as exc:
        raise HostError(f"{option} cannot be read: {exc}. {exc.advice or 'Give it in PEM format'}") from exc


def _check_leaf(leaf: Certificate, names: t.Sequence[str], now: dt.datetime) -> None:
    if is_ca(leaf):
        raise HostError(
            f"the certificate {leaf.serial_number} is that of a CA (it has CA:TRUE). Give the certificate of the host"
        )
    _check_validity("the certificate", leaf, now)
    missing = missing_names(names, leaf.dns_names)
    if missing:
        raise HostError(
            f"the certificate {leaf.serial_number} does not cover {', '.join(missing)}; it covers "
            f"{', '.join(leaf.dns_names)}. Give the right certificate, or correct dns_names"
        )


def _check_validity(what: str, certificate: Certificate, now: dt.datetime, otherwise: str = "") -> None:
    at = now + _TOLERANCE
    if certificate.not_before <= at <= certificate.not_after:
        return
    limit, verb = (
        (certificate.not_after, "expired on")
        if at > certificate.not_after
        else (certificate.not_before, "is not valid before")
    )
    raise HostError(
        f"{what} {verb} {limit.strftime(_TIME)} UTC, and the clock of the host says {now.strftime(_TIME)} UTC: "
        f"set the clock if it is wrong{otherwise}"
    )


def _check_chain(
    leaf: Certificate, given: t.Sequence[Certificate], has_chain: bool, now: dt.datetime
) -> tuple[Certificate, ...]:
    """Return the chain from the leaf upwards, without certificates that do not belong to it."""
    path = build_chain(given, leaf)
    if has_chain and not path.intermediates and path.root is None and not leaf.is_self_issued:
        raise HostError("the chain does not sign the certificate. Give the intermediates that the CA returned with it")
    issuers = path.intermediates if path.root is None else (*path.intermediates, path.root)
    for issuer in issuers:
        name = f"the {'intermediate' if issuer != path.root else 'root'} {issuer.common_name}"
        if not is_ca(issuer):
            raise HostError(f"{name} is not the certificate of a CA. Give the intermediates that the CA returned")
        if issuer != path.root:
            _check_validity(name, issuer, now, "; if it is right, give the intermediates that the CA uses now")
    # clients have the root already
    return path.intermediates or issuers
