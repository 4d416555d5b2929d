# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn what was gathered from hosts into places. Pure. Raises InputError for what cannot be used."""

from __future__ import annotations

import datetime as dt
import typing as t

from .._certcentral.errors import InputError
from .._decisions.renewal import InvalidRenewBeforeError, renewal_window
from .._decisions.revocation import revoked_reason
from .._x509.hexadecimal import normalise_serial_number
from .._x509.names import normalise_leniently
from .model import Handshake, Place, SeenCertificate

Given = t.Mapping[str, t.Any]
_ANY_PRODUCT = "ssl"
_NEXT = (
    "Use the options and results of digicert_host_certificate_info and digicert_served_certificate_info, as the "
    "playbook report does."
)


def _refuse(subject: str, what: str) -> InputError:
    return InputError(f"{subject} {what}.", next_action=_NEXT)


def _text(given: Given, key: str, subject: str) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _refuse(subject, f"has no {key}")
    return value


def _names(given: Given, subject: str) -> tuple[str, ...]:
    names = given.get("dns_names")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _refuse(subject, "has no list dns_names")
    return normalise_leniently(names)


def _day(given: Given, key: str, subject: str) -> dt.date:
    try:
        moment = dt.datetime.fromisoformat(_text(given, key, subject).replace("Z", "+00:00"))
    except ValueError as exc:
        raise _refuse(subject, f"has no timestamp {key}") from exc
    return moment.astimezone(dt.timezone.utc).date() if moment.tzinfo else moment.date()


def _seen(given: object, subject: str) -> SeenCertificate | None:
    """Return a certificate from the results of the modules that read hosts and services."""
    if given is None:
        return None
    if not isinstance(given, dict):
        raise _refuse(subject, "is not a dictionary")
    common_name = given.get("common_name")
    return SeenCertificate(
        serial_number=normalise_serial_number(_text(given, "serial_number", subject)),
        common_name=str(common_name) if common_name else None,
        names=_names(given, subject),
        valid_from=_day(given, "not_before", subject),
        valid_till=_day(given, "not_after", subject),
        public_key=_text(given, "public_key_fingerprint", subject),
    )


def _shown(given: Given, subject: str) -> Handshake:
    """Return what a service presented, from the result of digicert_served_certificate_info."""
    certificate = _seen(given.get("certificate"), subject)
    failure = given.get("problem")
    if certificate is None and not failure:
        failure = "no certificate was presented"
    name = given.get("server_name")
    return Handshake(
        address=_text(given, "host", subject),
        port=_number(given, "port", subject) or 443,
        server_name=str(name) if name else None,
        certificate=certificate,
        failure=str(failure) if failure else None,
    )


def _number(given: Given, key: str, subject: str) -> int | None:
    value = given.get(key)
    if value in (None, "", 0):
        return None
    if isinstance(value, bool) or not str(value).isdecimal():
        raise _refuse(subject, f"has no number {key}")
    return int(str(value))


def _key(found: Given) -> str | None:
    """Return the fingerprint of the key that the role will use: the staged one or the current one, if it fits."""
    for name in ("pending_key",) if _revoked(found) else ("pending_key", "key"):
        key = found.get(name)
        if isinstance(key, dict) and key.get("fits") and key.get("public_key_fingerprint"):
            return str(key["public_key_fingerprint"])
    return None


def _revoked(found: Given) -> str | None:
    """Return when and why the certificate was revoked, if the role has asked the CA."""
    revocation = found.get("revocation")
    if not isinstance(revocation, dict) or not revocation:
        return None
    try:
        return revoked_reason(revocation)
    except (KeyError, TypeError, ValueError):
        return "the certificate is revoked"


def _place(host: str, failure: str | None, request: Given, found: Given | None, shown: tuple[Handshake, ...]) -> Place:
    name = _text(request, "name", f"A request of the host {host}")
    subject = f"The request {name} of the host {host}"
    renew_before = str(request.get("renew_before") or "auto")
    try:
        renewal_window(renew_before, dt.timedelta(days=1))
    except InvalidRenewBeforeError as exc:
        raise InputError(f"{subject}: {exc}.", next_action="Correct renew_before of the request.") from exc
    if found is None:
        found, failure = {}, failure or "the host did not report it"
    reasons = found.get("reasons")
    return Place(
        host=host,
        request=name,
        path=f"{str(request.get('directory') or '/etc/digicert').rstrip('/')}/{name}/current",
        names=_names(request, subject),
        # if the request names no product, any product will do
        product=str(request.get("product") or _ANY_PRODUCT),
        organization_id=_number(request, "organization_id", subject),
        container_id=_number(request, "container_id", subject),
        renew_before=renew_before,
        allow_name_removal=str(request.get("allow_name_removal")).lower() in ("true", "yes", "1"),
        certificate=_seen(found.get("certificate"), f"The certificate of {name} of the host {host}"),
        key=_key(found),
        needs=str(found.get("needs") or "none"),
        reasons=tuple(str(reason) for reason in reasons) if isinstance(reasons, list) else (),
        failure=failure,
        handshakes=shown,
        revoked=_revoked(found),
    )


def _nothing_known(host: str, failure: str) -> Place:
    """Return a place for a host whose requests are not known."""
    return Place(host, "", "", (), _ANY_PRODUCT, None, None, "auto", False, None, None, "none", (), failure, ())


def places_of(hosts: t.Iterable[Given]) -> tuple[Place, ...]:
    """Return one place for each request of each host. Raises InputError."""
    places = []
    for given in hosts:
        failure = given["failure"] or None
        found = {str(entry.get("name")): entry for entry in given["certificates"] or ()}
        shown: dict[str, list[Handshake]] = {}
        for entry in given["served"] or ():
            subject = f"A handshake of the host {given['name']}"
            shown.setdefault(_text(entry, "request", subject), []).append(_shown(entry, subject))
        requests = given["requests"] or ()
        if failure is not None and not requests:
            places.append(_nothing_known(given["name"], failure))
        for request in requests:
            name = str(request.get("name"))
            places.append(_place(given["name"], failure, request, found.get(name), tuple(shown.get(name, ()))))
    return tuple(places)
