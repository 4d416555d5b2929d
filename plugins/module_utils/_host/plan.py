# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide whether a host has what its request asks for. Pure: the current time is an argument."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from .._decisions.renewal import InvalidRenewBeforeError, expiry_reason, is_due, renewal_window
from .._x509.certificates import Certificate, build_chain, is_ca
from .._x509.names import InvalidNameError, missing_names, normalise_all, surplus_names


class InvalidHostRequestError(ValueError):
    """A request with an invalid option; the text says which one."""


@dataclass(frozen=True)
class HostRequest:
    """The parts of a request that can be compared with what is on the host."""

    names: tuple[str, ...]
    """Normalised, common name first."""
    renew_before: str
    key_type: str | None
    """``RSA`` or ``ECC``; None accepts both."""
    key_size: int | None
    """Bits of an RSA key; None accepts any size."""
    key_curve: str | None
    allow_name_removal: bool


@dataclass(frozen=True)
class InstalledKey:
    """What is known of a private key on the host; the key itself is never kept."""

    public_key: str
    key_type: str
    key_size: int | str


@dataclass(frozen=True)
class Shown:
    """The parts of what a service presented that are compared with what is installed."""

    place: str
    """Address and port, for people."""
    former_only: bool = False
    """Whether another certificate matters only if it is that of a former set."""
    reached: bool = True
    certificate: Certificate | None = None
    problem: str | None = None


@dataclass(frozen=True)
class InstalledSet:
    """What a set of files contains: everything that could be read, and why the rest could not."""

    certificate: Certificate | None = None
    chain: tuple[Certificate, ...] = ()
    fullchain: tuple[Certificate, ...] = ()
    key: InstalledKey | None = None
    chain_is_readable: bool = True
    faults: tuple[str, ...] = ()
    """Files that are missing or cannot be read, one sentence each."""
    drift: tuple[str, ...] = ()
    """Owners, modes, further files and links that differ, one sentence each."""
    reload_unfinished: bool = False
    former: frozenset[str] = frozenset()
    """Serial numbers of the other sets that the host keeps."""


@dataclass(frozen=True)
class HostDecision:
    """What the host needs."""

    needs: str
    """``none``, ``install`` (the certificate is correct, but its files are not) or ``certificate``."""
    reasons: tuple[str, ...]


def request_of(options: t.Mapping[str, t.Any]) -> HostRequest:
    """Check the options of one request. Raises InvalidHostRequestError."""
    try:
        names = normalise_all(options["dns_names"])
        renewal_window(options["renew_before"], dt.timedelta(days=1))
    except (InvalidNameError, InvalidRenewBeforeError) as exc:
        raise InvalidHostRequestError(str(exc)) from exc
    if not names:
        raise InvalidHostRequestError("dns_names is empty")
    return HostRequest(
        names=names,
        renew_before=options["renew_before"],
        key_type=options["key_type"],
        key_size=options["key_size"],
        key_curve=options["key_curve"],
        allow_name_removal=options["allow_name_removal"],
    )


def decide(request: HostRequest, found: InstalledSet, now: dt.datetime, shown: t.Sequence[Shown] = ()) -> HostDecision:
    """Compare what is installed, and what services present, with the request."""
    certificate = found.certificate
    if certificate is None:
        return HostDecision("certificate", found.faults or ("no certificate is installed",))
    reasons = list(_certificate_reasons(request, certificate, now))
    if found.key is None:
        reasons.append("the private key is missing or cannot be read")
    else:
        reasons += _key_reasons(request, found.key, certificate)
    if reasons:
        return HostDecision("certificate", tuple(reasons))
    install = [*found.faults, *_chain_reasons(found, certificate), *unusable_issuers(found, now), *found.drift]
    if found.reload_unfinished:
        install.append("the reload after the last installation was not finished")
    install += [reason for one in shown for reason in _served_reasons(one, certificate, found.former)]
    return HostDecision("install" if install else "none", tuple(install))


def has_all_to_install(found: InstalledSet) -> bool:
    """Whether the other files can be written again from the certificate and chain on the host."""
    certificate = found.certificate
    if certificate is None or not found.chain_is_readable:
        return False
    if found.chain:
        return _chain_signs(found, certificate)
    # if the chain is empty, only a second file can confirm that there was none
    return [entry.thumbprint for entry in found.fullchain] == [certificate.thumbprint]


def served_state(shown: Shown, installed: Certificate, former: t.Collection[str]) -> str:
    """Return how the served certificate relates to the installed one.

    ``installed``, ``former`` (from a former set: the service did not read its files again), ``other``, ``failing``
    (the handshake fails or the certificate does not verify) or ``unreachable``.
    """
    if not shown.reached:
        return "unreachable"
    if shown.certificate is not None and shown.certificate.thumbprint != installed.thumbprint:
        return "former" if shown.certificate.serial_number in former else "other"
    return "installed" if shown.problem is None else "failing"


def _served_reasons(shown: Shown, installed: Certificate, former: t.Collection[str]) -> t.Iterator[str]:
    state = served_state(shown, installed, former)
    # a service that is not running reads the certificate when it starts
    if state in ("installed", "unreachable") or (shown.former_only and state != "former"):
        return
    if state == "failing" or shown.certificate is None:
        yield f"{shown.place} does not serve the installed certificate: {shown.problem}"
    else:
        yield f"{shown.place} serves the certificate {shown.certificate.serial_number}, not the installed one"


def _certificate_reasons(request: HostRequest, certificate: Certificate, now: dt.datetime) -> t.Iterator[str]:
    missing = missing_names(request.names, certificate.dns_names)
    if missing:
        yield f"the certificate lacks {', '.join(missing)}"
    surplus = surplus_names(request.names, certificate.dns_names)
    if surplus and request.allow_name_removal:
        yield f"the certificate covers {', '.join(surplus)}, which is no longer requested"
    if is_due(request.renew_before, certificate.not_before, certificate.not_after, now):
        yield expiry_reason(certificate.not_after)


def _key_reasons(request: HostRequest, key: InstalledKey, certificate: Certificate) -> list[str]:
    reasons = []
    if key.public_key != certificate.public_key:
        reasons.append("the private key does not belong to the certificate")
    return reasons + key_differences(request, key)


def key_differences(request: HostRequest, key: InstalledKey) -> list[str]:
    """Describe how the type and size of a key differ from the request."""
    reasons = []
    if request.key_type is not None and key.key_type != request.key_type:
        reasons.append(f"the key is {key.key_type}, not {request.key_type}")
    elif key.key_type == "RSA" and request.key_size is not None and key.key_size != request.key_size:
        reasons.append(f"the RSA key has {key.key_size} bits, not {request.key_size}")
    elif key.key_type == "ECC" and request.key_curve is not None and key.key_size != request.key_curve:
        reasons.append(f"the key is on the curve {key.key_size}, not {request.key_curve}")
    return reasons


def unusable_issuers(found: InstalledSet, now: dt.datetime) -> list[str]:
    """Describe the intermediates because of which clients refuse the certificate."""
    reasons = []
    for issuer in found.chain:
        if not is_ca(issuer):
            reasons.append(f"the intermediate {issuer.common_name} is not the certificate of a CA")
        elif issuer.not_after <= now and not issuer.is_self_issued:
            reasons.append(f"the intermediate {issuer.common_name} expired on {issuer.not_after:%Y-%m-%d}")
        elif issuer.not_before > now and not issuer.is_self_issued:
            reasons.append(f"the intermediate {issuer.common_name} is not valid before {issuer.not_before:%Y-%m-%d}")
    return reasons


def _chain_signs(found: InstalledSet, certificate: Certificate) -> bool:
    path = build_chain(found.chain, certificate)
    return len(path.intermediates) + (path.root is not None) == len(found.chain)


def _chain_reasons(found: InstalledSet, certificate: Certificate) -> list[str]:
    reasons = []
    if found.chain and not _chain_signs(found, certificate):
        reasons.append("the chain does not sign the certificate")
    expected = [certificate.thumbprint, *(entry.thumbprint for entry in found.chain)]
    if found.fullchain and [entry.thumbprint for entry in found.fullchain] != expected:
        reasons.append("fullchain.pem is not the certificate followed by its chain")
    return reasons
