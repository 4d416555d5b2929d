# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The contacts of an order in ``organization.contacts`` (D), by user id or in full."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from certcentral_simulator.errors import invalid

KINDS = ("organization_contact", "technical_contact")
FIELDS = ("first_name", "last_name", "job_title", "telephone", "telephone_extension", "email")


def read_contacts(body: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The contacts by kind: either ``{"user_id": …}`` or the fields of a person.

    :raises Refusal: an entry is not a valid contact.
    """
    organization = body.get("organization")
    given = organization.get("contacts") if isinstance(organization, Mapping) else None
    if given is None:
        return {}
    if not isinstance(given, list) or not all(isinstance(entry, Mapping) for entry in given):
        raise invalid("contacts")
    return {str(entry["contact_type"]): _contact(entry) for entry in given if entry.get("contact_type") in KINDS}


def _contact(entry: Mapping[str, Any]) -> dict[str, Any]:
    if entry.get("user_id"):
        return {"user_id": int(entry["user_id"])}
    return {name: entry[name] for name in FIELDS if entry.get(name)}
