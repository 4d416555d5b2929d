# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Custom fields: those of the account, and their values in orders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.rules.forms import read_custom_field
from certcentral_simulator.rules.kinds import is_true, read_text
from certcentral_simulator.state.rows import Order
from certcentral_simulator.state.work import Work

_ADDRESS = r"[^@\s,;]+@[^@\s,;]+"
# The data types (D); a field without one takes any value.
DATA_TYPES = {
    "text": re.compile(r".*", re.DOTALL),
    "int": re.compile(r"-?[0-9]+", re.ASCII),
    "email_address": re.compile(_ADDRESS),
    "email_list": re.compile(rf"{_ADDRESS}(\s*[,;]\s*{_ADDRESS})*"),
}
_FIRST_ID = 101


def custom_fields(work: Work) -> list[dict[str, Any]]:
    """The custom fields of the account."""
    found: list[dict[str, Any]] = work.setting("custom_fields").get("metadata", [])
    return found


def add_custom_fields(work: Work, entries: Iterable[Mapping[str, Any]]) -> None:
    """Add custom fields to the account.

    :raises Refusal: a label is missing, or a data type is unknown.
    """
    fields = custom_fields(work)
    for entry in entries:
        number = max([_FIRST_ID - 1, *(field["id"] for field in fields)]) + 1
        fields = [*fields, read_metadata(entry, number)]
    work.store_setting("custom_fields", {"metadata": fields})


def change_custom_field(work: Work, metadata_id: int, entry: Mapping[str, Any]) -> None:
    """Change a custom field of the account.

    :raises Refusal: it is unknown, or a value is not allowed.
    """
    known = _field(work, metadata_id)
    changed = read_metadata({**known, **entry}, metadata_id)
    fields = [changed if field["id"] == metadata_id else field for field in custom_fields(work)]
    work.store_setting("custom_fields", {"metadata": fields})


def remove_custom_field(work: Work, metadata_id: int) -> None:
    """Remove a custom field from the account; orders keep their values.

    :raises Refusal: it is unknown.
    """
    known = _field(work, metadata_id)
    work.store_setting("custom_fields", {"metadata": [field for field in custom_fields(work) if field != known]})


def read_metadata(entry: Mapping[str, Any], number: int) -> dict[str, Any]:
    """A custom field as listed (D).

    :raises Refusal: the label is missing, or the data type is unknown.
    """
    label, data_type = read_text(entry.get("label"), "label"), read_text(entry.get("data_type"), "data_type")
    if not label:
        raise invalid("label")
    if data_type and data_type not in DATA_TYPES:
        raise invalid("data_type")
    field = {
        "id": number,
        "label": label,
        "is_required": is_true(entry.get("is_required", False)),
        "is_active": is_true(entry.get("is_active", True)),
    }
    return {**field, "data_type": data_type} if data_type else field


def check_values(work: Work, values: Iterable[Mapping[str, Any]]) -> None:
    """Check the custom fields of an order.

    :raises Refusal: one of them does not exist, or its value does not fit its data type.
    """
    for entry in values:
        field = _field(work, entry["metadata_id"])
        if "data_type" in field and not DATA_TYPES[field["data_type"]].fullmatch(entry["value"]):
            raise Refusal("custom_field_value")


def set_value(work: Work, order: Order, body: Mapping[str, Any]) -> None:
    """Set one custom field of an order (D).

    :raises Refusal: the field does not exist, or the value does not fit.
    """
    changed = read_custom_field(body)
    check_values(work, [changed])
    others = [
        entry for entry in order.settings.get("custom_fields", []) if entry["metadata_id"] != changed["metadata_id"]
    ]
    order.settings = {**order.settings, "custom_fields": [*others, changed]}
    work.orders.update(order)


def render_values(work: Work, order: Order) -> list[dict[str, Any]]:
    """The custom fields of an order with their labels."""
    labels = {field["id"]: field["label"] for field in custom_fields(work)}
    return [
        {"metadata_id": entry["metadata_id"], "label": labels.get(entry["metadata_id"], ""), "value": entry["value"]}
        for entry in order.settings.get("custom_fields", [])
    ]


def _field(work: Work, metadata_id: int) -> dict[str, Any]:
    for field in custom_fields(work):
        if field["id"] == metadata_id:
            return field
    raise Refusal("custom_field_unknown")
