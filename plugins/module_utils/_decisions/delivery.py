# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role certificate does with each request of a host, and what it reports about it in the end.

``requests`` are completed, ``found`` is what ``digicert_host_certificate_info`` returned, ``entries`` are those of
``digicert_certificate``, in each case for the requests of one host.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Mapping, Sequence

from .revocation import is_key_compromised, is_revoked

Entry = Mapping[str, t.Any]

# Keys of a request that digicert_certificate takes under the same name.
_ORDERED = (
    "product",
    "organization_id",
    "container_id",
    "order_id",
    "order_validity",
    "dcv_method",
    "renew_before",
    "allow_name_removal",
    "skip_approval",
    "comments",
)
# Actions that request a certificate.
_OBTAINING = ("order", "renew", "reissue", "duplicate")
_KEY = ("key_type", "key_size", "key_curve")
_ACCESS = ("owner", "group", "mode", "key_owner", "key_group", "key_mode")
_FILES = ("outputs", "keystore_alias", "encryption_level", "links")


def named(entries: Iterable[Entry], name: str) -> dict[str, t.Any]:
    """Return the entry of a request, empty if there is none."""
    return next((dict(entry) for entry in entries if entry["name"] == name), {})


def _without_none(values: Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {key: value for key, value in values.items() if value is not None}


def look_options(request: Entry, passphrase: str) -> dict[str, t.Any]:
    """Return the options with which ``digicert_host_certificate_info`` reads what is there for a request."""
    served = request["served"]
    if served is None:
        # the service at the usual port may not be configured with this certificate yet
        served = [{"port": int(request["usual_port"]), "former_only": True}] if request["reload"] else []
    options = {key: request[key] for key in ("name", "directory", *_KEY, *_ACCESS, *_FILES)}
    rest = {key: request[key] for key in ("renew_before", "allow_name_removal")}
    secret = {"keystore_passphrase": passphrase or None}
    return _without_none({**options, **rest, **secret, "dns_names": request["dns"], "served": served})


def joined(requests: Sequence[Entry], found: Sequence[Entry]) -> list[dict[str, t.Any]]:
    """Return each request with what is installed for it, or None if that is not known."""
    return [{"name": one["name"], "request": one, "installed": named(found, one["name"]) or None} for one in requests]


def _stage_options(request: Entry, found: Entry) -> dict[str, t.Any]:
    key = found.get("key") or {}
    options = {key: request[key] for key in ("name", "directory", *_KEY, "setype")}
    reuse = bool(request["key_reuse"] and key.get("fits") and not is_key_compromised(found))
    return _without_none({**options, "dns_names": request["dns"], "key_reuse": reuse})


def to_stage(requests: Sequence[Entry], found: Sequence[Entry], names: Sequence[str]) -> list[dict[str, t.Any]]:
    """Return the options with which ``digicert_host_certificate`` stages a key and a CSR for the named requests."""
    return [_stage_options(one, named(found, one["name"])) for one in requests if one["name"] in names]


def is_left_published(found: Entry) -> bool:
    """Return whether an interrupted run left records published."""
    return bool(found.get("published"))


def _needs_no_file(found: Entry) -> bool:
    """Return whether the files of a request are as they should be, whatever is left published."""
    published = found.get("published")
    return found["needs"] == "none" or bool(published and found["reasons"] == [published["reason"]])


def ways(requests: Sequence[Entry], found: Sequence[Entry], copied: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the names of the requests by what the role does with them.

    ``keep`` if nothing is needed, ``install`` if the host has everything to correct its files, ``copied`` if another
    host has the shared key, ``obtain`` if the service is needed.
    """
    sorted_out: dict[str, list[str]] = {"keep": [], "install": [], "copied": [], "obtain": []}
    for request in requests:
        there = named(found, request["name"])
        if request["name"] in copied:
            way = "copied"
        elif request["force"]:
            way = "obtain"
        elif _needs_no_file(there):
            way = "keep"
        elif there["needs"] == "install" and there["certificate_pem"] and not there["pending_key"]:
            # a staged key belongs to a newer certificate
            way = "install"
        else:
            way = "obtain"
        sorted_out[way].append(request["name"])
    return sorted_out


def _order_options(request: Entry, found: Entry, staged: Entry) -> dict[str, t.Any]:
    installed, key = found.get("certificate") or {}, found.get("key") or {}
    pending = found.get("pending_key") or {}
    # an order may have been placed for a key that an earlier run staged: the certificate for that one counts
    is_current = bool(key.get("fits")) and not pending.get("fits") and not is_key_compromised(found)
    return _without_none(
        {
            **{key: request[key] for key in _ORDERED},
            "name": request["name"],
            "dns_names": request["dns"],
            # in check mode there may be no CSR yet
            "csr_content": staged.get("csr") or None,
            "public_key_fingerprint": key.get("public_key_fingerprint") if is_current else None,
            "serial_number": installed.get("serial_number"),
            "replace": bool((request["force"] or is_revoked(found)) and installed),
            "duplicates": request["key_strategy"] == "per_host",
        }
    )


def to_order(
    host: str, requests: Sequence[Entry], found: Sequence[Entry], staged: Sequence[Entry]
) -> list[dict[str, t.Any]]:
    """Return the requests to ``digicert_certificate`` for which a key and a CSR are staged."""
    names = [one["name"] for one in staged if not one["failed"]]
    return [
        {"host": host, **_order_options(one, named(found, one["name"]), named(staged, one["name"]))}
        for one in requests
        if one["name"] in names
    ]


def is_open(entry: Entry) -> bool:
    """Return whether a certificate may still be issued for an entry."""
    return not entry["failed"] and not entry["is_final"] and not entry.get("certificate_pem")


def _is_by_hand(request: Entry) -> bool:
    """Return whether a person publishes the records of a request, without a pause of the run for it."""
    return request["dcv_provider"] == "manual" and not request["dcv_providers"] and not request["dcv_manual_pause"]


def _is_left_to_a_person(request: Entry) -> bool:
    """Return whether a person publishes the records of a request after the run, which reports them."""
    return _is_by_hand(request) and not request["wait_for_manual"]


def names_of(requests: Sequence[Entry]) -> list[str]:
    """Return the names of all requests, each once."""
    return list(dict.fromkeys(str(name) for request in requests for name in request["dns"]))


def to_publish(requests: Sequence[Entry], entries: Sequence[Entry]) -> list[dict[str, t.Any]]:
    """Return the records of all entries that wait for them, each with the provider of its request."""
    by_name = {request["name"]: request for request in requests}
    return [
        {**record, "provider": by_name[entry["name"]]["dcv_provider"]}
        for entry in entries
        if is_open(entry) and entry["phase"] == "waiting_dcv" and not _is_left_to_a_person(by_name[entry["name"]])
        for record in entry["records"]
    ]


def record_line(record: Entry) -> str:
    """Return where to publish which value, for a person."""
    if record["type"] == "HTTP":
        return f"http://{record['domain']}{record['path']} = {record['value']}"
    return f"{record['type']} {record['name']} = {record['value']}"


def _collect_options(ordered: Entry, request: Entry, entry: Entry) -> dict[str, t.Any] | None:
    waits_by_hand = entry["phase"] == "waiting_dcv" and _is_by_hand(request)
    is_waited_for = waits_by_hand and bool(request["wait_for_manual"])
    if waits_by_hand and not is_waited_for and entry["action"] in _OBTAINING:
        # placed in this run: nobody can have published anything yet
        return None
    check_for = request["check_for"]
    if waits_by_hand:
        check_for = request["wait_timeout"] if is_waited_for else 0
    return {**ordered, "replace": False, "check_for": check_for}


def to_collect(requests: Sequence[Entry], ordered: Sequence[Entry], entries: Sequence[Entry]) -> list[dict[str, t.Any]]:
    """Return the requests with which ``digicert_certificate`` goes on with the entries that are open.

    What a person had to publish after an earlier run is checked once.
    """
    found = (
        _collect_options(one, named(requests, one["name"]), entry)
        for one in ordered
        for entry in entries
        if entry["name"] == one["name"] and is_open(entry)
    )
    return [one for one in found if one is not None]


def latest(*answers: Sequence[Entry]) -> list[dict[str, t.Any]]:
    """Return the newest entry of each request; what an earlier answer did and why is kept."""
    merged: dict[str, dict[str, t.Any]] = {}
    for entries in answers:
        for entry in entries:
            before = merged.get(entry["name"])
            merged[entry["name"]] = dict(entry) if before is None else _continued(before, entry)
    return list(merged.values())


def _continued(before: Entry, entry: Entry) -> dict[str, t.Any]:
    is_new = entry["action"] in _OBTAINING
    return {
        **entry,
        "action": entry["action"] if is_new else before["action"],
        "reasons": list(dict.fromkeys([*before["reasons"], *(entry["reasons"] if is_new else [])])),
        "changed": bool(before["changed"] or entry["changed"]),
    }


def _place(served: Entry) -> str:
    return f"{served.get('host') or '127.0.0.1'}:{served.get('port') or 443}"


def _served(request: Entry, check_usual_port: bool, stopped: Iterable[str] = ()) -> list[dict[str, t.Any]]:
    """Return the services that must present the certificate, without those that are not running."""
    served = request["served"]
    if served is None:
        served = [{"port": int(request["usual_port"])}] if check_usual_port else []
    not_running = set(stopped)
    return [dict(one) for one in served if _place(one) not in not_running]


def _deploy(request: Entry, certificate: Entry, **more: t.Any) -> dict[str, t.Any]:
    """Return the variables of the role ``deploy``, without their prefix."""
    kept = (*_ACCESS, *_FILES, "setype", "keep", "reload", "before", "directory", "name")
    return {
        **{key: "" if request[key] is None else request[key] for key in kept},
        "keystore_alias": request["keystore_alias"] or request["name"],
        "certificate": certificate.get("certificate_pem") or "",
        "chain": certificate.get("chain_pem") or "",
        "serial_number": certificate.get("serial_number") or "",
        **more,
    }


def is_read_by_a_service(chosen: Entry) -> bool:
    """Return whether commands, services or handshakes belong to the installation of a set."""
    return bool(chosen["before"] or chosen["reload"] or chosen["served"])


def install_options(chosen: Entry, passphrase: str) -> dict[str, t.Any]:
    """Return the options with which ``digicert_host_certificate`` installs a set that no service has to read."""
    kept = ("name", "directory", "certificate", "chain", "serial_number", *_ACCESS, *_FILES, "setype", "keep")
    return {
        **{key: chosen[key] for key in kept if chosen[key] != ""},
        "keystore_passphrase": passphrase,
        "force": chosen["force_reload"],
        "clean_up": True,
    }


def new_set(request: Entry, found: Entry, certificate: Entry) -> dict[str, t.Any]:
    """Return the variables of the role ``deploy``, without their prefix, for a certificate that was issued."""
    # no service is configured with a first certificate yet
    check = bool(request["reload"]) and bool(found.get("certificate"))
    return _deploy(request, certificate, force_reload=False, served=_served(request, check))


def same_set(request: Entry, found: Entry) -> dict[str, t.Any]:
    """Return the same for a certificate that is installed, whose files, links or services are not as requested."""
    states = {one["place"]: one["state"] for one in found["served"]}
    # if no service, or one with an unrelated certificate, was found, it may not be configured yet
    check = any(state in ("installed", "former") for state in states.values())
    # services that are not running read the certificate when they start
    stopped = [place for place, state in states.items() if state == "unreachable"]
    certificate = {**found, "serial_number": found["certificate"]["serial_number"]}
    return _deploy(request, certificate, force_reload=True, served=_served(request, check, stopped))
