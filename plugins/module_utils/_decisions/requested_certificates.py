# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The entries of ``certificate_requests``: completed with the variables of the role, or refused with a reason."""

from __future__ import annotations

import posixpath
import re
import typing as t
from collections.abc import Callable, Iterator, Mapping, Sequence

Request = dict[str, t.Any]

_NAME = re.compile(r"(/([^/]+/)*)?[A-Za-z0-9_][A-Za-z0-9._-]*")
# Keys of the Linux system role that the CA takes from the organization that it has validated.
_SUBJECT_KEYS = ("country", "state", "locality", "organization", "organizational_unit", "contact_email")
_GRANTED_USAGES = ("digitalSignature", "keyEncipherment")
_GRANTED_PURPOSES = ("id-kp-serverAuth", "1.3.6.1.5.5.7.3.1")
_SHELL = ["/bin/sh", "-c"]
# The keys of an entry whose default is the variable of the role with the same name.
_NAMED_AS_VARIABLES = (
    "directory",
    "product",
    "organization_id",
    "container_id",
    "order_validity",
    "skip_approval",
    "comments",
    "renew_before",
    "force",
    "allow_name_removal",
    "key_type",
    "key_size",
    "key_curve",
    "key_reuse",
    "key_strategy",
    "owner",
    "group",
    "mode",
    "key_owner",
    "key_group",
    "key_mode",
    "dcv_provider",
    "dcv_method",
    "setype",
    "keep",
    "outputs",
    "keystore_alias",
    "links",
    "reload",
    "served",
    "wait_for_manual",
    "wait_timeout",
)
_VARIABLES: Mapping[str, str] = {
    **{key: f"certificate_{key}" for key in _NAMED_AS_VARIABLES},
    "usual_port": "certificate_served_port",
    "check_for": "certificate_dcv_check_for",
    "dcv_providers": "dcv_providers",
    "dcv_manual_pause": "dcv_manual_pause",
}
# What applies if nothing is set: no variable stands for these keys, or only one of the role dcv.
_NOT_SET: Mapping[str, t.Any] = {"common_name": "", "order_id": None, "dcv_providers": {}, "dcv_manual_pause": False}
# Keys whose value may be a text, for example from the command line.
_FLAGS = ("force", "allow_name_removal", "skip_approval", "key_reuse", "dcv_manual_pause", "wait_for_manual")
_TRUE = ("true", "yes", "on", "1", "y", "t")


def defaults_of(variables: Mapping[str, t.Any], template: Callable[[t.Any], t.Any]) -> Request:
    """Return a value for each key that an entry may leave out, from the variables of the role certificate.

    ``template`` returns the value of a variable. Most of them have no template, and cost nothing here: as arguments of
    a task, each would be one.
    """
    set_here = {key: name for key, name in _VARIABLES.items() if name in variables}
    return {**_NOT_SET, **{key: template(variables[name]) for key, name in set_here.items()}}


def _listed(value: t.Any) -> list[t.Any]:
    """Return a list for what may be a list, a single value or nothing."""
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _given(value: t.Any) -> t.Any:
    """Return None for an empty text: before ansible-core 2.19 a template turns null into one."""
    return None if isinstance(value, str) and not value else value


def _is_true(value: t.Any) -> bool:
    """Return what a flag means; a text that means nothing is false, because true costs or removes something."""
    return value.lower() in _TRUE if isinstance(value, str) else bool(value)


def _octal(mode: t.Any) -> t.Any:
    """Return a mode as text: YAML reads one without quotes as a number."""
    return f"{mode:04o}" if isinstance(mode, int) and not isinstance(mode, bool) else mode


def naming_problem(requests: Sequence[Mapping[str, t.Any]]) -> str | None:
    """Return what is wrong with the names of the requests, or None."""
    folders = [posixpath.basename(str(request["name"])) for request in requests if "name" in request]
    for request in requests:
        name = str(request.get("name", ""))
        if not _NAME.fullmatch(name) or folders.count(posixpath.basename(name)) != 1:
            return (
                f"The request {name or 'without a name'} cannot be used: each entry of certificate_requests needs a "
                "unique name, which is a plain folder name or an absolute path that ends with one."
            )
    return None


def _refusals(request: Mapping[str, t.Any]) -> Iterator[str]:
    """Yield why the CA cannot fulfill a request, and what to do instead."""
    if request.get("ip"):
        yield "certificates of this role are for host names: remove ip, and use host names in dns"
    elif not request.get("dns") and not request.get("email"):
        yield "it has no name in dns, but certificates of this role are for host names: add at least one"
    if request.get("email"):
        yield (
            "TLS certificates do not contain email addresses: remove email, or use contact_email for the one in the "
            "subject"
        )
    if request.get("principal"):
        yield (
            "public CAs do not put Kerberos principals into certificates: remove principal, or use your own CA for "
            "this one"
        )
    ca, provider = (request.get(key) or "digicert" for key in ("ca", "provider"))
    if ca.lower() != "digicert":
        yield (f"its ca is {ca}, but this role only gets certificates from DigiCert: set it to digicert, or remove ca")
    if provider.lower() != "digicert":
        yield (
            f"its provider is {provider}, but this role uses CertCentral directly: set it to digicert, or remove "
            "provider"
        )
    usages = [usage for usage in _listed(request.get("key_usage")) if usage not in _GRANTED_USAGES]
    if usages:
        yield (
            f"the CA does not grant the key_usage {', '.join(usages)}: remove key_usage, or only use "
            f"{' and '.join(_GRANTED_USAGES)}"
        )
    purposes = [usage for usage in _listed(request.get("extended_key_usage")) if usage not in _GRANTED_PURPOSES]
    if purposes:
        yield (
            f"the CA issues for servers and does not grant the extended_key_usage {', '.join(purposes)}: remove "
            f"extended_key_usage, or only use {_GRANTED_PURPOSES[0]}"
        )


def refusal(requests: Sequence[Mapping[str, t.Any]]) -> str | None:
    """Return why the first request that cannot be fulfilled is refused, or None.

    What the CA does not put into a certificate must not be dropped silently.
    """
    for request in requests:
        reasons = list(_refusals(request))
        if reasons:
            return f"The request {request['name']} cannot be used: {'; '.join(reasons)}."
    return None


def _warnings(request: Mapping[str, t.Any]) -> list[str]:
    """Return messages about requested values that the CA decides."""
    unused = [key for key in _SUBJECT_KEYS if key in request]
    if not unused:
        return []
    return [
        f"{', '.join(unused)} {'is' if len(unused) == 1 else 'are'} not taken from the request: the subject is that of "
        "the organization that DigiCert has validated, see organization_id"
    ]


def _names(request: Mapping[str, t.Any]) -> list[str]:
    """Return the DNS names, the common name first, each once."""
    return list(dict.fromkeys([*_listed(request.get("common_name")), *_listed(request.get("dns"))]))


def _links_of(name: str) -> list[dict[str, str]]:
    """Return the links that a request has if its name is an absolute path, as in the Linux system role."""
    if not name.startswith("/"):
        return []
    return [{"path": f"{name}.crt", "output": "fullchain"}, {"path": f"{name}.key", "output": "key"}]


def _key_accounts(request: Mapping[str, t.Any], defaults: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return who owns the key: who owns the certificate, unless the owner of keys was set."""
    return {
        f"key_{kind}": request[kind]
        for kind in ("owner", "group")
        if kind in request and f"key_{kind}" not in request and defaults[f"key_{kind}"] == defaults[kind]
    }


def _services(request: Mapping[str, t.Any], plain: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the commands before, what to reload, and which services must present the certificate; None: the usual."""
    before, after = request.get("run_before"), request.get("run_after")
    reload = _listed(plain["reload"])
    commands = [{"command": [*_SHELL, after]}] if after else []
    served = _given(plain.get("served"))
    if "served" not in request and served is None and commands and not reload:
        # run_after need not concern a service: on its own, it does not cause a check of the usual port
        served = []
    return {"before": [[*_SHELL, before]] if before else [], "reload": reload + commands, "served": served}


def complete_request(request: Mapping[str, t.Any], defaults: Mapping[str, t.Any]) -> Request:
    """Return a request with all keys that the role uses; ``warnings`` are about values that the CA decides.

    ``defaults`` has a value for each key that a request may leave out.
    """
    plain = {**defaults, **request}
    return {
        **{key: _given(plain[key]) for key in defaults},
        **{key: _is_true(plain[key]) for key in _FLAGS if key in defaults},
        **_key_accounts(request, defaults),
        "name": posixpath.basename(request["name"]),
        "dns": _names(request),
        "key_type": "RSA" if plain["key_type"] == "RSA" else "ECC",
        "renew_before": str(plain["renew_before"]) if _is_true(plain.get("auto_renew", True)) else "never",
        "mode": _octal(plain["mode"]),
        "key_mode": _octal(plain["key_mode"]),
        "links": [*_listed(plain["links"]), *_links_of(request["name"])],
        **_services(request, plain),
        "warnings": _warnings(request),
    }


def complete_requests(requests: Sequence[Mapping[str, t.Any]], defaults: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return ``requests``, completed and without their secrets, and ``problem``: why they cannot be used, or "".

    If there is a problem, there are no requests.
    """
    problem = naming_problem(requests) or refusal(requests)
    shown = [{key: value for key, value in one.items() if key != "keystore_passphrase"} for one in requests]
    return {
        "problem": problem or "",
        "requests": [] if problem else [complete_request(one, defaults) for one in shown],
    }


def passphrases_of(requests: Sequence[Mapping[str, t.Any]], default: str) -> dict[str, str]:
    """Return the passphrase of the keystores of each request, by the name of its folder."""
    return {posixpath.basename(one["name"]): str(one.get("keystore_passphrase", default) or "") for one in requests}
