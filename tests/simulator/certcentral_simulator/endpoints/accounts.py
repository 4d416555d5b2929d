# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Account, containers and users."""

from __future__ import annotations

from flask import Blueprint, Response

from certcentral_simulator.cases.custom_fields import (
    add_custom_fields,
    change_custom_field,
    custom_fields,
    remove_custom_field,
)
from certcentral_simulator.cases.divisions import container_for, visible_clause
from certcentral_simulator.clock import iso
from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.render.people import (
    account_id,
    render_child,
    render_container_full,
    render_user,
    render_user_full,
)
from certcentral_simulator.rules.kinds import read_id, read_objects
from certcentral_simulator.state import filters
from certcentral_simulator.state.account import new_secret
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import (
    Call,
    container_clause,
    in_transaction,
    json_reply,
    list_reply,
    page_of,
    updated,
)

blueprint = Blueprint("accounts", __name__)

# A limit of the simulator.
_MAXIMUM_AUTH_KEY_DAYS = 36500
_USER_FILTERS = {"search": filters.search("username", "first_name", "last_name", "email")}


@blueprint.get("/account")
@in_transaction
def account(work: Work, call: Call) -> Response:
    """The account (R)."""
    primary = work.organizations.first("1")
    root = work.containers.first("1")
    stored = work.setting("account")
    body: dict[str, object] = {"id": account_id(work)}
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
            "cert_transparency": str(stored.get("cert_transparency") or "embed"),
            "cert_central_type": "retail",
            "billing_account_id": account_id(work),
            "billing_account_name": str(stored.get("name", "")),
            "language_id": 1,
            "migrated": False,
            "has_auth_key": bool(work.setting("auth_keys").get("keys")),
            "client_mgr_photo_id": 0,
            "ent_support_plan": "1",
            "default_country": "us",
        }
    )
    return json_reply(body)


@blueprint.post("/account/auth-key")
@blueprint.post("/account/auth-key/<int:days>")
@in_transaction
def make_auth_key(work: Work, call: Call, days: int | None = None) -> Response:
    """Make an AuthKey (D): one without validity at most, any number with one. Request tokens are not simulated."""
    keys = work.setting("auth_keys").get("keys", [])
    if days is None and any(key["expires_at"] is None for key in keys):
        raise Refusal("auth_key_exists")
    if days is not None and not 1 <= days <= _MAXIMUM_AUTH_KEY_DAYS:
        raise invalid("days")
    expires = work.now + days * 86400 if days is not None else None
    number = len(keys) + 1
    work.store_setting("auth_keys", {"keys": [*keys, {"id": number, "expires_at": expires}]})
    body: dict[str, object] = {"auth_key_id": f"auth-key-{number}", "auth_key": new_secret()}
    return json_reply({**body, "expiration_datetime": iso(expires)} if expires is not None else body)


@blueprint.get("/account/metadata")
@in_transaction
def account_metadata(work: Work, call: Call) -> Response:
    """The custom fields of the account; without any the key is left out (D)."""
    fields = custom_fields(work)
    return json_reply({"metadata": fields} if fields else {})


@blueprint.post("/account/metadata")
@in_transaction
def add_metadata(work: Work, call: Call) -> Response:
    """Add a custom field (D)."""
    add_custom_fields(work, [call.body()])
    return updated(work)


@blueprint.post("/account/metadata/bulk")
@in_transaction
def add_metadata_in_bulk(work: Work, call: Call) -> Response:
    """Add several custom fields (D)."""
    add_custom_fields(work, read_objects(call.body().get("metadata"), "metadata"))
    return updated(work)


@blueprint.put("/account/metadata/<int:metadata_id>")
@in_transaction
def put_metadata(work: Work, call: Call, metadata_id: int) -> Response:
    """Change a custom field (C)."""
    change_custom_field(work, metadata_id, call.body())
    return updated(work)


@blueprint.delete("/account/metadata/<int:metadata_id>")
@in_transaction
def delete_metadata(work: Work, call: Call, metadata_id: int) -> Response:
    """Remove a custom field (C)."""
    remove_custom_field(work, metadata_id)
    return updated(work)


@blueprint.get("/container")
@in_transaction
def list_containers(work: Work, call: Call) -> Response:
    """The containers (D)."""
    found = work.containers.find(visible_clause(work, "id"))
    return list_reply(work, "containers", [render_container_full(work, container) for container in found])


@blueprint.get("/container/<int:container_id>")
@in_transaction
def container_info(work: Work, call: Call, container_id: int) -> Response:
    """One container (D)."""
    return json_reply(render_container_full(work, container_for(work, container_id, container_id)))


@blueprint.get("/container/<int:container_id>/children")
@in_transaction
def container_children(work: Work, call: Call, container_id: int) -> Response:
    """The containers directly below one (D)."""
    parent = container_for(work, container_id, container_id)
    found = work.containers.find(f"parent_id = ? AND {visible_clause(work, 'id')}", parent.id)
    return list_reply(work, "containers", [render_child(container) for container in found])


@blueprint.get("/user/me")
@in_transaction
def user_me(work: Work, call: Call) -> Response:
    """The user of the key (D)."""
    return json_reply(render_user_full(work, call.user))


@blueprint.get("/user/<int:user_id>")
@in_transaction
def user_info(work: Work, call: Call, user_id: int) -> Response:
    """One user (D)."""
    user = work.users.get(user_id)
    if user is None:
        raise Refusal("user_unknown")
    return json_reply(render_user_full(work, user))


@blueprint.get("/user")
@in_transaction
def list_users(work: Work, call: Call) -> Response:
    """The users (R), by container, role and search (D)."""
    listing = call.listing()
    roles = read_id(call.argument("access_role_id"), "access_role_id")
    first = [container_clause(call, "container_id"), "1" if roles is None else f"role_id = {roles}"]
    clause, values = filters.where(work, listing.conditions, _USER_FILTERS, first)
    found = work.users.find(clause, *values, limit=listing.limit, offset=listing.offset)
    items = [render_user(work, user) for user in found]
    if call.argument("without_container") in {"1", "true"}:
        items = [{key: value for key, value in item.items() if key != "container"} for item in items]
    return list_reply(work, "users", items, page_of(work.users.count(clause, *values), listing))
