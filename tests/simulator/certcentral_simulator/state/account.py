# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The initial account of a new state: from a YAML file, or the ready account."""

from __future__ import annotations

import secrets
import string
from pathlib import Path
from typing import Any

import yaml

from certcentral_simulator.cases.custom_fields import read_metadata
from certcentral_simulator.cases.validation import DAY
from certcentral_simulator.clock import as_date, parse_moment
from certcentral_simulator.errors import Refusal
from certcentral_simulator.rules.permissions import RESTRICTIONS, ROLES
from certcentral_simulator.rules.placement import METHODS, approval_scope
from certcentral_simulator.rules.products import PRODUCTS
from certcentral_simulator.rules.validity import dcv_reuse_days, organization_reuse_days
from certcentral_simulator.state.ready_account import READY_ACCOUNT
from certcentral_simulator.state.rows import ApiKey, Container, Domain, Organization, User
from certcentral_simulator.state.work import Work

STATES = ("valid", "pending", "expired")
_KEY_LENGTH = 64

PARTS = {*READY_ACCOUNT, "orders", "switches"}


def read_account(path: Path) -> dict[str, Any]:
    """Read an account file.

    :raises ValueError: it is not a YAML mapping, or lacks what every account needs.
    """
    loaded = yaml.safe_load(path.read_text())
    if not isinstance(loaded, dict):
        raise ValueError(f"{path} does not hold a YAML mapping")
    unknown = set(loaded) - PARTS
    if unknown:
        raise ValueError(f"{path} has unknown parts: {', '.join(sorted(map(str, unknown)))}")
    for part in ("containers", "users", "keys"):
        if not loaded.get(part):
            raise ValueError(f"{path} needs at least one entry in {part}")
    return loaded


def load_account(work: Work, account: dict[str, Any], api_key: str | None) -> None:
    """Fill an empty state. The first key is printed in the ready line.

    :raises ValueError: a value in the account is invalid.
    """
    default_container = int(account["containers"][0]["id"])
    work.store_setting("account", dict(account.get("account") or READY_ACCOUNT["account"]))
    work.store_setting("approval", {"mode": _approval(account.get("approval") or "manual")})
    fields = [_custom_field(entry) for entry in account.get("custom_fields") or []]
    work.store_setting("custom_fields", {"metadata": fields})
    for values in account["containers"]:
        _load_container(work, values)
    for values in account["users"]:
        _load_user(work, values, default_container)
    for number, values in enumerate(account["keys"]):
        _load_key(work, values, api_key if number == 0 else None)
    for values in account.get("organizations") or []:
        _load_organization(work, values, default_container)
    for values in account.get("domains") or []:
        _load_domain(work, values, default_container)


def _load_container(work: Work, values: dict[str, Any]) -> None:
    container = Container(**values)
    if container.approval:
        _approval(container.approval)
    for limit in container.product_limits:
        if limit.get("product_name_id") not in PRODUCTS:
            raise ValueError(f"there is no product {limit.get('product_name_id')!r}")
    work.containers.insert(container)


def _load_user(work: Work, values: dict[str, Any], container_id: int) -> None:
    user = User(**{"container_id": container_id, **values})
    if user.role_id not in ROLES:
        raise ValueError(f"there is no access role {user.role_id}")
    for assigned in (user.container_id, *user.assigned_containers):
        if work.containers.get(assigned) is None:
            raise ValueError(f"there is no container {assigned}")
    work.users.insert(user)


def _load_key(work: Work, values: dict[str, Any], secret: str | None) -> None:
    key = ApiKey(**{"secret": new_secret(), **values})
    if key.restriction not in RESTRICTIONS:
        raise ValueError(f"there is no key restriction {key.restriction}")
    if work.users.get(key.user_id) is None:
        raise ValueError(f"there is no user {key.user_id}")
    key.secret = secret or key.secret
    work.keys.insert(key)


def _approval(mode: object) -> str:
    if mode not in {"manual", "auto", "skip"}:
        raise ValueError("approval must be manual, auto or skip")
    return str(mode)


def _custom_field(entry: dict[str, Any]) -> dict[str, Any]:
    try:
        return read_metadata(entry, int(entry["id"]))
    except Refusal as exc:
        raise ValueError(f"a custom field has an invalid {exc.field}") from exc


def new_secret() -> str:
    """A new API key: letters and digits."""
    alphabet = string.ascii_uppercase + string.digits
    return "".join(secrets.choice(alphabet) for _number in range(_KEY_LENGTH))


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
    for kind, given in (values.get("validations") or {}).items():
        set_organization_state(
            work,
            organization,
            str(kind),
            str(given.get("state") or "pending"),
            given.get("verified_users"),
            given.get("validated"),
        )


def set_organization_state(
    work: Work,
    organization: Organization,
    kind: str,
    state: str,
    verified_users: list[int] | None = None,
    validated: object = None,
) -> None:
    """Set one validation of an organization to valid, pending or expired.

    :param validated: when a valid validation was made, ISO 8601; None: now.
    :raises ValueError: the state or a verified user is unknown.
    """
    if state not in STATES:
        raise ValueError(f"a validation must be one of {', '.join(STATES)}, not {state!r}")
    entry: dict[str, Any] = {"validated_at": None, "created_at": work.now}
    if state == "valid":
        entry["validated_at"] = work.now if validated is None else parse_moment(str(validated))
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
            submitted_at=work.now,
            dcv_method=method,
            types=list(values.get("types") or ["ov"]),
        )
    )
    set_domain_state(work, domain, str(values.get("state") or "pending"), values.get("validated"))


def set_domain_state(work: Work, domain: Domain, state: str, validated: object = None) -> None:
    """Set a domain's validation to valid, pending or expired.

    :param validated: when a valid validation was made, ISO 8601; None: now.
    :raises ValueError: the state is unknown.
    """
    if state not in STATES:
        raise ValueError(f"a domain must be one of {', '.join(STATES)}, not {state!r}")
    domain.approved_at = None
    domain.approved_method = ""
    if state != "pending":
        age = 0 if state == "valid" else (dcv_reuse_days(as_date(work.now)) + 1) * DAY
        domain.approved_at = (work.now if validated is None else parse_moment(str(validated))) - age
        domain.approved_method = domain.dcv_method
        domain.approval_scope = approval_scope(domain.dcv_method)
    work.domains.update(domain)
