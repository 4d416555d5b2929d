# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users, containers and keys in answers."""

from __future__ import annotations

from typing import Any

from certcentral_simulator.rules.permissions import ROLES
from certcentral_simulator.state.rows import Container, User


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


def render_container(container: Container) -> dict[str, Any]:
    """A container as referred to by another object."""
    return {"id": container.id, "name": container.name, "is_active": container.is_active}


def render_user(user: User, container: Container, account_id: int) -> dict[str, Any]:
    """A user in full (R)."""
    return {
        "id": user.id,
        "username": user.username,
        "account_id": account_id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "job_title": user.job_title,
        "telephone": user.telephone,
        "status": "active",
        "container": {**render_container(container), "parent_id": container.parent_id},
        "access_roles": [{"id": user.role_id, "name": ROLES[user.role_id]}],
        "type": "standard",
        "has_container_assignments": bool(user.assigned_containers),
    }
