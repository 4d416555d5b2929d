# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Account, containers and users."""

from __future__ import annotations

from flask import Blueprint, Response

from certcentral_simulator.cases.divisions import container_for, visible_clause
from certcentral_simulator.render.people import render_user
from certcentral_simulator.state.rows import Container, User
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import Call, in_transaction, json_reply, list_reply, page_of

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/account")
@in_transaction
def account(work: Work, call: Call) -> Response:
    """The account (R)."""
    primary = work.organizations.first("1")
    root = work.containers.first("1")
    stored = work.setting("account")
    body: dict[str, object] = {"id": _account_id(work)}
    if primary is not None:
        body["primary_organization_id"] = primary.id
        body["primary_organization_name"] = primary.name
        body["primary_organization_country"] = primary.details.get("country", "us")
    body.update(
        {
            "make_renewal_calls": True,
            "express_install_enabled": False,
            "display_rep": True,
            "rep_photo_id": 0,
            "balance_negative_limit": 0,
            "root_container_id": root.id if root else 0,
            "cert_transparency": "embed",
            "cert_central_type": "retail",
            "billing_account_id": _account_id(work),
            "billing_account_name": str(stored.get("name", "")),
            "language_id": 1,
            "migrated": False,
            "has_auth_key": False,
            "client_mgr_photo_id": 0,
            "ent_support_plan": "1",
            "default_country": "us",
        }
    )
    return json_reply(body)


@blueprint.get("/account/metadata")
@in_transaction
def account_metadata(work: Work, call: Call) -> Response:
    """The custom fields of the account."""
    return list_reply(work, "metadata", work.setting("custom_fields").get("metadata", []))


@blueprint.get("/container")
@in_transaction
def list_containers(work: Work, call: Call) -> Response:
    """The containers."""
    return list_reply(
        work, "containers", [_container(container) for container in work.containers.find(visible_clause(work, "id"))]
    )


@blueprint.get("/container/<int:container_id>")
@in_transaction
def container_info(work: Work, call: Call, container_id: int) -> Response:
    """One container."""
    return json_reply(_container(container_for(work, container_id, container_id)))


@blueprint.get("/user/me")
@in_transaction
def user_me(work: Work, call: Call) -> Response:
    """The user of the key."""
    return json_reply(_user(work, call.user))


@blueprint.get("/user")
@in_transaction
def list_users(work: Work, call: Call) -> Response:
    """The users (R)."""
    listing = call.listing()
    users = work.users.find(limit=listing.limit, offset=listing.offset)
    return list_reply(work, "users", [_user(work, user) for user in users], page_of(work.users.count(), listing))


def _user(work: Work, user: User) -> dict[str, object]:
    return render_user(user, work.containers.need(user.container_id), _account_id(work))


def _container(container: Container) -> dict[str, object]:
    return {
        "id": container.id,
        "name": container.name,
        "parent_id": container.parent_id,
        "is_active": container.is_active,
    }


def _account_id(work: Work) -> int:
    return int(work.setting("account").get("id", 0))
