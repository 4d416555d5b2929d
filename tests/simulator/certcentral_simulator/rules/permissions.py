# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an API key may do, according to its restriction and the role of its user (D: glossary)."""

from __future__ import annotations

NO_RESTRICTION, ORDERS, ORDERS_DOMAINS_ORGANIZATIONS, VIEW_ONLY, USER_MANAGEMENT = 0, 100, 101, 102, 103
RESTRICTIONS = (NO_RESTRICTION, ORDERS, ORDERS_DOMAINS_ORGANIZATIONS, VIEW_ONLY, USER_MANAGEMENT)

ROLES = {1: "Administrator", 2: "Limited user", 3: "Finance Manager", 4: "Manager", 5: "Standard user"}
_APPROVERS = {1, 4}

_SECTIONS = {
    ORDERS: {"order", "request", "certificate"},
    ORDERS_DOMAINS_ORGANIZATIONS: {"order", "request", "certificate", "domain", "organization"},
    USER_MANAGEMENT: {"user"},
}


def may_call(restriction: int, method: str, section: str, rest: str = "") -> bool:
    """Whether a key with this restriction may make the call.

    :param section: first part of the path, for example ``order``.
    :param rest: the rest of the path; every key may read its own user (``/user/me``).
    """
    if section == "user" and rest == "me":
        return method == "GET"
    if restriction == VIEW_ONLY:
        return method in {"GET", "HEAD"}
    sections = _SECTIONS.get(restriction)
    return sections is None or section in sections


def may_approve(role_id: int) -> bool:
    """Whether a user with this role may approve requests, and therefore skip approval."""
    return role_id in _APPROVERS
