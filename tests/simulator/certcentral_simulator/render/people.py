# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users and containers in answers."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timezone
from typing import Any

from certcentral_simulator.clock import iso
from certcentral_simulator.render.organizations import display_name
from certcentral_simulator.rules.permissions import ROLES
from certcentral_simulator.state.rows import Container, User
from certcentral_simulator.state.work import Work

_ROOT_TEMPLATE, _TEMPLATE = 5, 6
_DAY = 86400


def render_person(user: User) -> dict[str, Any]:
    """A user as referred to by another object."""
    return {"id": user.id, "first_name": user.first_name, "last_name": user.last_name, "email": user.email}


def render_contact(user: User) -> dict[str, Any]:
    """A user as a contact of an order."""
    return {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "job_title": user.job_title,
        "telephone": user.telephone,
    }


def render_verified_user(user: User) -> dict[str, Any]:
    """A user who is verified for an organization (D)."""
    return {"id": user.id, **render_contact(user)}


def render_container(container: Container) -> dict[str, Any]:
    """A container as referred to by another object."""
    return {"id": container.id, "name": container.name, "is_active": container.is_active}


def account_id(work: Work) -> int:
    """The id of the account."""
    return int(work.setting("account").get("id", 0))


def render_user(work: Work, user: User) -> dict[str, Any]:
    """A user in the list (R), where a title or a telephone number that is not known is left out."""
    container = work.containers.need(user.container_id)
    known = {"job_title": user.job_title, "telephone": user.telephone}
    return {
        "id": user.id,
        "username": user.username,
        "account_id": account_id(work),
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        **{name: value for name, value in known.items() if value},
        "status": "active",
        "last_login_date": iso(_last_login(work)),
        "container": {**_container_core(container), "ekey": _opaque("ekey", container.id)},
        "access_roles": [{"id": user.role_id, "name": ROLES[user.role_id]}],
        "type": "standard",
        "has_container_assignments": bool(user.assigned_containers),
    }


def render_user_full(work: Work, user: User) -> dict[str, Any]:
    """A user in user info (D), where the last login has another form than in the list."""
    login = datetime.fromtimestamp(_last_login(work), timezone.utc)
    return {
        **render_user(work, user),
        "last_login_date": login.strftime("%Y-%m-%d %H:%M:%S"),
        "is_cert_central": True,
        "is_enterprise": False,
        "is_saml_sso_only": False,
        "container_visibility": [_container_core(work.containers.need(number)) for number in user.assigned_containers],
        "language_id": 1,
        "account_language_id": 1,
    }


def render_child(container: Container) -> dict[str, Any]:
    """A container among the children of another one (D)."""
    return {
        **_container_core(container),
        "description": container.description,
        "allowed_domain_names": container.allowed_domain_names,
    }


def render_container_full(work: Work, container: Container) -> dict[str, Any]:
    """A container in its own list and info (D)."""
    users = [str(user.id) for user in work.users.find("container_id = ?", container.id)]
    organizations = [
        {
            "id": organization.id,
            "status": "active" if organization.is_active else "inactive",
            "name": organization.name,
            "display_name": display_name(organization),
            "is_active": str(int(organization.is_active)),
        }
        for organization in work.organizations.find("container_id = ?", container.id)
    ]
    return {
        **render_child(container),
        "ekey": _opaque("ekey", container.id),
        "user_id_assignments": users,
        "organization_assignments": organizations,
    }


def _container_core(container: Container) -> dict[str, Any]:
    return {
        "id": container.id,
        "public_id": _opaque("container", container.id),
        "name": container.name,
        "parent_id": container.parent_id,
        "template_id": _TEMPLATE if container.parent_id else _ROOT_TEMPLATE,
        "has_logo": False,
        "is_active": container.is_active,
    }


def _last_login(work: Work) -> int:
    # Nobody logs in to the simulator: the start of the day.
    return work.now - work.now % _DAY


def _opaque(kind: str, number: int) -> str:
    """A text that says nothing, the same for each object."""
    return base64.b32encode(hashlib.sha256(f"{kind}/{number}".encode()).digest()).decode()[:26]
