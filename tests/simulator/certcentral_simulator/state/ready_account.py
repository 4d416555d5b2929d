# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account that is used if no account file is given."""

from __future__ import annotations

from typing import Any

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
    "custom_fields": [{"id": 11, "label": "Invoice #"}, {"id": 12, "label": "Cost centre", "data_type": "int"}],
}
