# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: account, custom fields, containers, users (facts, section 4)."""

from __future__ import annotations

from simulator_testing.client import Client
from simulator_testing.order_shapes import PAGE
from simulator_testing.shapes import mismatches

ACCOUNT = {
    "id": int,
    "primary_organization_id": int,
    "primary_organization_name": str,
    "primary_organization_country": str,
    "make_renewal_calls": bool,
    "express_install_enabled": bool,
    "display_rep": bool,
    "rep_photo_id": int,
    "balance_negative_limit": int,
    "root_container_id": int,
    "cert_transparency": ("embed", "off", "ocsp"),
    "cert_central_type": str,
    "billing_account_id": int,
    "billing_account_name": str,
    "language_id": int,
    "migrated": bool,
    "has_auth_key": bool,
    "client_mgr_photo_id": int,
    "ent_support_plan": str,
    "default_country": str,
}
CONTAINER = {"id": int, "name": str, "parent_id": int, "is_active": bool}
USER = {
    "id": int,
    "username": str,
    "account_id": int,
    "first_name": str,
    "last_name": str,
    "email": str,
    "job_title": str,
    "telephone": str,
    "status": "active",
    "last_login_date?": str,
    "container": CONTAINER,
    "access_roles": [{"id": int, "name": str}],
    "type": "standard",
    "has_container_assignments": bool,
}


def test_account_r(client: Client) -> None:
    assert mismatches(client.get("/account").json(), ACCOUNT) == []


def test_custom_fields(client: Client) -> None:
    assert client.get("/account/metadata").json() == {"metadata": []}


def test_containers(client: Client) -> None:
    body = client.get("/container").json()
    assert mismatches(body, {"containers": [CONTAINER]}) == []
    assert client.get("/container/5").json() == body["containers"][0]


def test_users_r(client: Client) -> None:
    body = client.get("/user?limit=500").json()
    assert mismatches(body, {"users": [USER], "page": PAGE}) == []
    assert body["page"] == {"total": 2, "limit": 500, "offset": 0}


def test_user_of_the_key_d(client: Client) -> None:
    body = client.get("/user/me").json()
    assert mismatches(body, USER) == []
    assert body["access_roles"] == [{"id": 1, "name": "Administrator"}]
