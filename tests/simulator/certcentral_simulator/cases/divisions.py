# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Divisions (containers): which ones a user may access, and to which one a new object belongs."""

from __future__ import annotations

from certcentral_simulator.errors import Refusal
from certcentral_simulator.state.rows import Container, User
from certcentral_simulator.state.work import Work


def visible_containers(work: Work, user: User) -> frozenset[int] | None:
    """The divisions that the user is assigned to and those below them; None if the user is not restricted."""
    if not user.assigned_containers:
        return None
    found = set(user.assigned_containers)
    containers = list(work.containers.find())
    # Each iteration goes one level down.
    for _number in containers:
        found |= {container.id for container in containers if container.parent_id in found}
    return frozenset(found)


def is_visible(work: Work, container_id: int) -> bool:
    """Whether the caller may see what belongs to this division."""
    return work.visible is None or container_id in work.visible


def visible_clause(work: Work, column: str) -> str:
    """The same as an SQL condition."""
    if work.visible is None:
        return "1"
    return f"{column} IN ({', '.join(str(container_id) for container_id in sorted(work.visible))})"


def container_for(work: Work, requested: int | None, default: int) -> Container:
    """The requested division, or the default one.

    :raises Refusal: it is unknown, or the caller has no access to it.
    """
    container = work.containers.get(requested or default)
    if container is None:
        raise Refusal("container_unknown")
    if not is_visible(work, container.id):
        raise Refusal("container_forbidden")
    return container
