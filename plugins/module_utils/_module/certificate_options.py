# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of digicert_certificate, and the requests that are made from them."""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import replace
from pathlib import Path

from .._certcentral.errors import DigicertError, InputError
from .._decisions.certificate import Need
from .._decisions.order import OrderIntent
from .._decisions.order_match import identity_of
from .._decisions.request_checks import (
    check_common_name,
    check_dcv_method,
    check_organization,
    require_csr,
    require_names,
)
from .._use_cases.certificate import CertificateRules
from .._use_cases.certificate_entry import CertificateRequest, Entry, Work
from .._use_cases.order_lookups import organization_id_of
from .._x509.certificates import Certificate, Csr, find_leaf, read_certificates
from .._x509.hexadecimal import normalise_serial_number
from .._x509.pem import InvalidPemError
from .options import ArgumentSpec, Params
from .order_options import CONFLICTS, guard_argument_spec, order_argument_spec, order_budget, order_request
from .run import Run

FILES = ("dest", "chain_dest", "fullchain_dest")

_CHECK_FOR = 60

# this module finds the order to renew, and what to do with another key, by itself
_DECIDED = {"renewal_of_order_id": None, "renewed_thumbprint": None, "other_key": "adopt"}

REQUEST_CONFLICTS = [group for group in CONFLICTS if not set(group) & set(_DECIDED)]
"""Groups of mutually exclusive options of a request."""


def request_argument_spec() -> ArgumentSpec:
    """Return the options of one requested certificate."""
    of_order = {name: option for name, option in order_argument_spec().items() if name not in _DECIDED}
    return {
        "host": {"type": "str"},
        "name": {"type": "str"},
        **of_order,
        # this option has key in its name, but its value is not secret
        "public_key_fingerprint": {"type": "str", "no_log": False},
        "serial_number": {"type": "str"},
        "order_id": {"type": "int"},
        "renew_before": {"type": "str", "default": "auto"},
        "replace": {"type": "bool", "default": False},
        "duplicates": {"type": "bool", "default": True},
        "allow_name_removal": {"type": "bool", "default": False},
        "check_for": {"type": "int"},
        **{name: {"type": "path"} for name in FILES},
    }


def certificate_argument_spec() -> ArgumentSpec:
    """Return the options of the module."""
    request = request_argument_spec()
    return {
        **request,
        "requests": {
            "type": "list",
            "elements": "dict",
            "options": request,
            "mutually_exclusive": REQUEST_CONFLICTS,
        },
        **guard_argument_spec(),
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": 300},
        "interval": {"type": "int", "default": 10},
        "check_interval": {"type": "int", "default": 5},
        "connections": {"type": "int", "default": 8},
        "fail_on_error": {"type": "bool", "default": True},
        # the action plugin of the same name acts on it
        "prepared": {"type": "list", "elements": "dict"},
        "until_change": {"type": "bool", "default": False},
        "resume": {"type": "dict"},
    }


def conflicts_with_requests() -> list[tuple[str, str]]:
    """Return the options at the top level that must not be given together with ``requests``."""
    return [
        ("requests", name)
        for name, option in request_argument_spec().items()
        if option.get("default") is None and name != "check_for"
    ]


def works_of(run: Run) -> list[Work]:
    """Return the requests; one that cannot be used has failed already. Raises InputError for a name beside them."""
    given = run.params["requests"]
    if given is not None and run.params["dns_names"]:
        raise InputError(
            "dns_names was given at the top level and in requests.",
            next_action="Move the names into an entry of requests, or leave out requests.",
        )
    organizations: dict[str, int | DigicertError] = {}
    works = []
    for params in [run.params] if given is None else given:
        entry = Entry(params["host"], params["name"] or _first_name(params))
        try:
            request = _request(run, params, organizations)
        except DigicertError as exc:
            entry.fail(exc)
            request = _unusable(params)
        works.append(Work(request, entry))
    return works


def _first_name(params: Params) -> str | None:
    return params["common_name"] or next(iter(params["dns_names"] or ()), None)


def _unusable(params: Params) -> CertificateRequest:
    """Return a request that stands for one that cannot be used."""
    need = Need(OrderIntent(("invalid",), params["product"], None, None, None))
    return CertificateRequest(need, None, params["product"], params["dcv_method"], 0.0)


def _request(run: Run, params: Params, organizations: dict[str, int | DigicertError]) -> CertificateRequest:
    """Turn the options of one certificate into a request. Raises InputError if they cannot be used."""
    names = require_names(run.names(params["common_name"], params["dns_names"]))
    renew_before = run.renew_before(params)
    complete = _with_organization_id(run, {**params, **_DECIDED}, organizations)
    csr = run.csr(params)
    present = _present(params)
    if csr is None and not run.check_mode:
        require_csr(csr)
    order = order_request(complete, names, csr, renew_before, run.now.date()) if csr else None
    if order is not None:
        order = replace(order, is_strict=run.params["order_guard"] == "strict")
    intent = order.intent if order else _intent_without_key(complete, names)
    given = params["serial_number"]
    serial_number = normalise_serial_number(given) if given else _serial_number_in(present, csr)
    if params["replace"] and not serial_number:
        raise InputError(
            "replace needs the serial number of the certificate to replace.", next_action="Set serial_number."
        )
    need = Need(
        intent,
        own_key=run.fingerprint("public_key_fingerprint", params),
        order_id=params["order_id"],
        serial_number=serial_number,
        renew_before=renew_before,
        allow_name_removal=params["allow_name_removal"],
        replace=params["replace"],
        duplicates=params["duplicates"],
        alternative_order_id=params["alternative_order_id"] or None,
    )
    given_seconds = [seconds for seconds in (params["check_for"], run.params["check_for"]) if seconds is not None]
    check_for = given_seconds[0] if given_seconds else _CHECK_FOR
    return CertificateRequest(
        need,
        order,
        params["product"],
        params["dcv_method"],
        float(check_for),
        present=present,
        is_file_only=not given,
    )


def _with_organization_id(run: Run, params: Params, organizations: dict[str, int | DigicertError]) -> Params:
    """Return the options with the ID of an organization that is given by name; each name is looked up once."""
    name = params["organization_name"]
    if not name:
        return params
    if name not in organizations:
        try:
            organizations[name] = organization_id_of(run.client, name)
        except DigicertError as exc:
            organizations[name] = exc
    found = organizations[name]
    if isinstance(found, DigicertError):
        raise found
    return {**params, "organization_id": found, "organization_name": None}


def _intent_without_key(params: Params, names: tuple[str, ...]) -> OrderIntent:
    """Return the intent of a request whose key does not exist yet, for a prediction."""
    details = params["organization"]
    check_organization(params["product"], is_given=params["organization_id"] is not None or bool(details))
    check_dcv_method(names, params["dcv_method"])
    check_common_name(names)
    return OrderIntent(
        names,
        params["product"],
        params["organization_id"],
        params["container_id"],
        None,
        organization_details=identity_of(details) if details else (),
        type_hint=params["type_hint"] or None,
    )


def _present(params: Params) -> str:
    """Return what the files of a request hold, as PEM; those that cannot be read are written later, or fail then."""
    found: list[Certificate] = []
    for path in filter(None, (params[name] for name in FILES)):
        with contextlib.suppress(OSError, InvalidPemError):
            found += read_certificates(Path(path).read_bytes())
    return "".join(certificate.pem for certificate in found)


def _serial_number_in(present: str, csr: Csr | None) -> str | None:
    """Return the serial number of the certificate in the files of a request, if there is exactly one leaf."""
    if not present.strip():
        return None
    try:
        found = read_certificates(present)
    except InvalidPemError:
        return None
    leaf = (find_leaf(found, csr.public_key) if csr else None) or find_leaf(found, None)
    return leaf.serial_number if leaf else None


def write_files(run: Run, works: t.Sequence[Work]) -> None:
    """Write the files of each certificate that was compared with its request; in check mode only compare them."""
    given = run.params["requests"]
    for params, work in zip([run.params] if given is None else given, works):
        entry = work.entry
        if entry.failed or entry.certificate_pem is None:
            continue
        contents = {
            "dest": entry.certificate_pem,
            "chain_dest": entry.chain_pem or "",
            "fullchain_dest": entry.certificate_pem + (entry.chain_pem or ""),
        }
        try:
            for name, content in contents.items():
                if params[name] and run.write_file(params[name], content.encode("ascii")):
                    entry.note_file()
        except DigicertError as exc:
            entry.fail(exc)


def rules_of(run: Run) -> CertificateRules:
    """Return how the requests are worked on."""
    params = run.params
    return CertificateRules(
        wait=params["wait"],
        timeout=float(params["wait_timeout"]),
        interval=float(params["interval"]),
        check_interval=float(params["check_interval"]),
        connections=params["connections"],
        until_change=params["until_change"],
        budget=order_budget(params),
    )
