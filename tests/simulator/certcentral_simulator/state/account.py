# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account that a new state starts with: read from a YAML file, or the ready one."""

from __future__ import annotations

import secrets
import string
from pathlib import Path
from typing import Any

import yaml

from certcentral_simulator.cases.validation import DAY
from certcentral_simulator.clock import as_date
from certcentral_simulator.rules.permissions import RESTRICTIONS, ROLES
from certcentral_simulator.rules.placement import METHODS, approval_scope
from certcentral_simulator.rules.validity import dcv_reuse_days, organization_reuse_days
from certcentral_simulator.state.rows import ApiKey, Container, Domain, Organization, User
from certcentral_simulator.state.work import Work

STATES = ("valid", "pending", "expired")
_KEY_LENGTH = 64

_ADDRESS = {
    "address": "2801 North Thanksgiving Way",
    "address2": "Suite 500",
    "zip": "84043",
    "city": "Lehi",
    "state": "Utah",
    "country": "us",
    "telephone": "801-701-9600",
}

READY_ACCOUNT: dict[str, Any] = {
    "account": {"id": 1000001, "name": "Example Account"},
    "containers": [{"id": 5, "name": "Example Division"}],
    "users": [
        {
            "id": 14,
            "username": "john.smith",
            "first_name": "John",
            "last_name": "Smith",
            "email": "john.smith@valid.example",
            "job_title": "Administrator",
            "telephone": "801-701-9600",
            "role_id": 1,
        },
        {
            "id": 15,
            "username": "mary.jones",
            "first_name": "Mary",
            "last_name": "Jones",
            "email": "mary.jones@valid.example",
            "job_title": "Operator",
            "telephone": "801-701-9601",
            "role_id": 5,
        },
    ],
    "keys": [
        {"name": "main", "user_id": 14, "restriction": 0, "purpose": "everything that an administrator may do"},
        {"name": "orders-only", "user_id": 14, "restriction": 100, "purpose": "orders, requests and certificates only"},
        {"name": "view-only", "user_id": 14, "restriction": 102, "purpose": "GET only"},
        {"name": "no-approval", "user_id": 15, "restriction": 0, "purpose": "a user who may not approve"},
    ],
    "organizations": [
        {
            "id": 112233,
            "name": "Example Corp",
            "details": _ADDRESS,
            "validations": {"ov": {"state": "valid"}, "ev": {"state": "valid", "verified_users": [14]}},
        },
        {"id": 112244, "name": "Pending Corp", "details": _ADDRESS, "validations": {"ov": {"state": "pending"}}},
    ],
    "domains": [
        {"name": "valid.example", "organization_id": 112233, "types": ["ov", "ev"], "state": "valid"},
        {"name": "pending.example", "organization_id": 112233, "types": ["ov"], "state": "pending"},
    ],
    "approval": "manual",
}


def read_account(path: Path) -> dict[str, Any]:
    """Read an account file.

    :raises ValueError: it is no YAML mapping, or misses what every account needs.
    """
    loaded = yaml.safe_load(path.read_text())
    if not isinstance(loaded, dict):
        raise ValueError(f"{path} does not hold a YAML mapping")
    unknown = set(loaded) - set(READY_ACCOUNT)
    if unknown:
        raise ValueError(f"{path} has unknown parts: {', '.join(sorted(map(str, unknown)))}")
    for part in ("containers", "users", "keys"):
        if not loaded.get(part):
            raise ValueError(f"{path} needs at least one entry in {part}")
    return loaded


def load_account(work: Work, account: dict[str, Any], api_key: str | None) -> None:
    """Fill an empty state. The first key is the one that the ready line names.

    :raises ValueError: a value in the account cannot be used.
    """
    default_container = int(account["containers"][0]["id"])
    work.store_setting("account", dict(account.get("account") or READY_ACCOUNT["account"]))
    mode = str(account.get("approval") or "manual")
    if mode not in {"manual", "auto"}:
        raise ValueError("approval is manual or auto")
    work.store_setting("approval", {"mode": mode})
    for values in account["containers"]:
        work.containers.insert(Container(**values))
    for values in account["users"]:
        user = User(**{"container_id": default_container, **values})
        if user.role_id not in ROLES:
            raise ValueError(f"there is no access role {user.role_id}")
        work.users.insert(user)
    for number, values in enumerate(account["keys"]):
        key = ApiKey(**{"secret": new_secret(), **values})
        if key.restriction not in RESTRICTIONS:
            raise ValueError(f"there is no key restriction {key.restriction}")
        if number == 0 and api_key:
            key.secret = api_key
        work.keys.insert(key)
    for values in account.get("organizations") or []:
        _load_organization(work, values, default_container)
    for values in account.get("domains") or []:
        _load_domain(work, values, default_container)


def new_secret() -> str:
    """A new API key: letters and digits."""
    alphabet = string.ascii_uppercase + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(_KEY_LENGTH))


def _load_organization(work: Work, values: dict[str, Any], container_id: int) -> None:
    organization = work.organizations.insert(
        Organization(
            id=int(values.get("id") or 0),
            name=str(values["name"]),
            container_id=int(values.get("container_id") or container_id),
            is_active=bool(values.get("is_active", True)),
            created_at=work.now,
            details=dict(values.get("details") or {}),
            contact=dict(values.get("contact") or {}),
        )
    )
    for kind, wanted in (values.get("validations") or {}).items():
        set_organization_state(
            work, organization, str(kind), str(wanted.get("state") or "pending"), wanted.get("verified_users")
        )


def set_organization_state(
    work: Work, organization: Organization, kind: str, state: str, verified_users: list[int] | None = None
) -> None:
    """Make one validation of an organization valid, pending or expired.

    :raises ValueError: there is no such state, or a verified user is unknown.
    """
    if state not in STATES:
        raise ValueError(f"a validation is {', '.join(STATES)}, not {state!r}")
    entry: dict[str, Any] = {"validated_at": None, "created_at": work.now}
    if state == "valid":
        entry["validated_at"] = work.now
    elif state == "expired":
        entry["validated_at"] = work.now - (organization_reuse_days(as_date(work.now)) + 1) * DAY
    previous = organization.validations.get(kind, {})
    entry["verified_users"] = previous.get("verified_users", [])
    if verified_users is not None:
        entry["verified_users"] = [_verified(work, user_id) for user_id in verified_users]
    organization.validations[kind] = entry
    work.organizations.update(organization)


def _verified(work: Work, user_id: int) -> dict[str, Any]:
    user = work.users.get(user_id)
    if user is None:
        raise ValueError(f"there is no user {user_id}")
    return {"id": user.id, "first_name": user.first_name, "last_name": user.last_name}


def _load_domain(work: Work, values: dict[str, Any], container_id: int) -> None:
    method = str(values.get("method") or "dns-txt-token")
    if method not in METHODS:
        raise ValueError(f"there is no DCV method {method!r}")
    domain = work.domains.insert(
        Domain(
            id=int(values.get("id") or 0),
            name=str(values["name"]).lower(),
            organization_id=values.get("organization_id"),
            container_id=int(values.get("container_id") or container_id),
            created_at=work.now,
            dcv_method=method,
            types=list(values.get("types") or ["ov"]),
        )
    )
    set_domain_state(work, domain, str(values.get("state") or "pending"))


def set_domain_state(work: Work, domain: Domain, state: str) -> None:
    """Make a domain's validation valid, pending or expired.

    :raises ValueError: there is no such state.
    """
    if state not in STATES:
        raise ValueError(f"a domain is {', '.join(STATES)}, not {state!r}")
    domain.approved_at = None
    domain.approved_method = ""
    if state != "pending":
        age = 0 if state == "valid" else (dcv_reuse_days(as_date(work.now)) + 1) * DAY
        domain.approved_at = work.now - age
        domain.approved_method = domain.dcv_method
        domain.approval_scope = approval_scope(domain.dcv_method)
    work.domains.update(domain)
