# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The contacts of an order in ``organization.contacts`` (D), by user id or in full."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from certcentral_simulator.rules.kinds import read_id, read_objects, read_texts

KINDS = ("organization_contact", "technical_contact")
FIELDS = ("first_name", "last_name", "job_title", "telephone", "telephone_extension", "email")


def read_contacts(body: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The contacts by kind: either ``{"user_id": …}`` or the fields of a person.

    :raises Refusal: an entry is not a valid contact.
    """
    organization = body.get("organization")
    given = read_objects(organization.get("contacts") if isinstance(organization, Mapping) else None, "contacts")
    return {_kind(entry): _contact(entry) for entry in given if _kind(entry) in KINDS}


def _kind(entry: Mapping[str, Any]) -> str:
    return str(entry.get("contact_type"))


def _contact(entry: Mapping[str, Any]) -> dict[str, Any]:
    if entry.get("user_id"):
        return {"user_id": read_id(entry["user_id"], "user_id")}
    return read_person(entry)


def read_person(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a person that are set.

    :raises Refusal: one of them is not a text.
    """
    return dict(read_texts(entry, FIELDS))
