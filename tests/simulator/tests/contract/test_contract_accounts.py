# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: account, custom fields, containers, users (facts, section 4)."""

from __future__ import annotations

import re

import pytest
from simulator_testing.client import Client, code_of
from simulator_testing.order_shapes import PAGE
from simulator_testing.shapes import DIGITS, MOMENT, mismatches

from certcentral_simulator.process import SimulatorProcess

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
CORE = {
    "id": int,
    "public_id": str,
    "name": str,
    "parent_id": int,
    "template_id": int,
    "has_logo": bool,
    "is_active": bool,
}
CHILD = {**CORE, "description": str, "allowed_domain_names": [str]}
CONTAINER = {
    **CHILD,
    "ekey": str,
    "user_id_assignments": [DIGITS],
    "organization_assignments": [
        {"id": int, "status": ("active", "inactive"), "name": str, "display_name": str, "is_active": ("0", "1")}
    ],
}
USER = {
    "id": int,
    "username": str,
    "account_id": int,
    "first_name": str,
    "last_name": str,
    "email": str,
    "job_title?": str,
    "telephone?": str,
    "status": "active",
    "last_login_date": MOMENT,
    "container": {**CORE, "ekey": str},
    "access_roles": [{"id": int, "name": str}],
    "type": "standard",
    "has_container_assignments": bool,
}
USER_INFO = {
    **USER,
    "last_login_date": re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"),
    "is_cert_central": bool,
    "is_enterprise": bool,
    "is_saml_sso_only": bool,
    "container_visibility": [CORE],
    "language_id": int,
    "account_language_id": int,
}
FIELD = {"id": int, "label": str, "is_required": bool, "is_active": bool, "data_type?": str}


def test_account_r(client: Client) -> None:
    assert mismatches(client.get("/account").json(), ACCOUNT) == []


def test_custom_fields_d(client: Client) -> None:
    body = client.get("/account/metadata").json()
    assert mismatches(body, {"metadata": [FIELD]}) == []
    for field in body["metadata"]:
        client.call("DELETE", f"/account/metadata/{field['id']}")
    assert client.get("/account/metadata").json() == {}


@pytest.mark.parametrize("status", [204, 200])
def test_custom_fields_are_added_and_changed_d_c(client: Client, simulator: SimulatorProcess, status: int) -> None:
    simulator.set_switches(update_status_code=status)
    answer = client.post("/account/metadata", {"label": "Mails", "is_required": True, "data_type": "email_list"})
    assert (answer.status_code, answer.content) == (status, b"")
    client.post("/account/metadata/bulk", {"metadata": [{"label": "One"}, {"label": "Two", "is_active": False}]})
    added = client.get("/account/metadata").json()["metadata"][2:]
    assert mismatches(added, [FIELD]) == []
    assert [(field["label"], field.get("data_type")) for field in added] == [
        ("Mails", "email_list"),
        ("One", None),
        ("Two", None),
    ]
    assert (added[0]["is_required"], added[2]["is_active"]) == (True, False)
    client.put(f"/account/metadata/{added[1]['id']}", {"label": "First"})
    assert [field["label"] for field in client.get("/account/metadata").json()["metadata"]][3] == "First"
    for body in ({}, {"label": "x", "data_type": "date"}):
        assert code_of(client.post("/account/metadata", body)).startswith("invalid_value:")


def test_containers(client: Client) -> None:
    body = client.get("/container").json()
    assert mismatches(body, {"containers": [CONTAINER]}) == []
    assert client.get("/container/5").json() == body["containers"][0]
    assert body["containers"][0]["user_id_assignments"] == ["14", "15"]


def test_children_and_organizations_of_a_container_d_a10(client: Client) -> None:
    assert client.get("/container/5/children").json() == {"containers": []}
    organizations = client.get("/container/5/order/organization").json()["organizations"]
    assert [(entry["id"], entry["is_active"], "validations" in entry) for entry in organizations] == [
        (112233, True, True),
        (112244, True, True),
    ]
    assert code_of(client.get("/container/6/children")) == "not_found|container"


def test_users_r(client: Client) -> None:
    body = client.get("/user?limit=500").json()
    assert mismatches(body, {"users": [USER], "page": PAGE}) == []
    assert body["page"] == {"total": 2, "limit": 500, "offset": 0}


def test_user_of_the_key_d(client: Client) -> None:
    body = client.get("/user/me").json()
    assert mismatches(body, USER_INFO) == []
    assert client.get("/user/14").json() == body
    assert code_of(client.get("/user/99")) == "not_found|user"
    assert body["access_roles"] == [{"id": 1, "name": "Administrator"}]


def test_auth_keys_d(client: Client) -> None:
    assert client.get("/account").json()["has_auth_key"] is False
    key = {"auth_key_id": str, "auth_key": str}
    answer = client.post("/account/auth-key")
    assert (answer.status_code, mismatches(answer.json(), key)) == (200, [])
    assert client.get("/account").json()["has_auth_key"] is True
    answer = client.post("/account/auth-key")
    assert (answer.status_code, code_of(answer)) == (400, "auth_key_exists_for_account")
    for _number in range(2):
        answer = client.post("/account/auth-key/30")
        assert mismatches(answer.json(), {**key, "expiration_datetime": MOMENT}) == []
    assert client.post("/account/auth-key/0").status_code == 400
