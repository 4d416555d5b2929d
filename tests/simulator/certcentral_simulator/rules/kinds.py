# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kinds of values: what a client may send in any place is checked here before anything else reads it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from certcentral_simulator.errors import Refusal, invalid

# A limit of the simulator, far beyond every documented body.
_MAXIMUM_DEPTH = 50
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)


def read_json(raw: bytes) -> Any:
    """The value of a JSON text in UTF-8 (D).

    :raises Refusal: it is not JSON, is nested too deeply, or has a number or a character that cannot be stored.
    """
    try:
        value = json.loads(raw.decode(), parse_constant=_not_a_number)
    except (ValueError, RecursionError) as exc:
        raise Refusal("body_unreadable") from exc
    _check_parts(value)
    return value


def whole_number(text: str) -> int | None:
    """The whole number that the text is; None if it is none, or more than the database holds."""
    return int(text) if _WHOLE.fullmatch(text) else None


def natural_number(text: str) -> int | None:
    """The whole number that the text is; None if it is none or negative."""
    number = whole_number(text)
    return number if number is not None and number >= 0 else None


def read_id(value: object, field: str) -> int | None:
    """An id, given as a number or a text; None, 0 and "" mean that it is not set (clients send all of them).

    :raises Refusal: it is not a number.
    """
    if value in (None, "", 0, "0"):
        return None
    number = whole_number(str(value).strip())
    if number is None:
        raise invalid(field)
    return number


def nested_id(body: Mapping[str, Any], field: str) -> int | None:
    """The id in an object such as ``container``; None if it is not set."""
    value = body.get(field)
    return read_id(value.get("id"), field) if isinstance(value, Mapping) else None


def read_flag(value: object, field: str) -> bool:
    """A flag; see :func:`is_true`.

    :raises Refusal: it is neither true nor false.
    """
    if str(value).lower() not in {"0", "1", "true", "false", "none", ""}:
        raise invalid(field)
    return is_true(value)


def is_true(value: object) -> bool:
    """Whether a flag is set; clients send booleans, 0 and 1, or texts."""
    return value is True or str(value).lower() in {"1", "true"}


def read_object(value: object, field: str) -> dict[str, Any]:
    """A JSON object; empty if the field is not set.

    :raises Refusal: it is something else.
    """
    if value in (None, "", []):
        return {}
    if not isinstance(value, dict):
        raise invalid(field)
    return value


def read_list(value: object, field: str) -> list[Any]:
    """A JSON array; empty if the field is not set.

    :raises Refusal: it is something else.
    """
    if value in (None, "", {}):
        return []
    if not isinstance(value, list):
        raise invalid(field)
    return value


def read_objects(value: object, field: str) -> list[dict[str, Any]]:
    """A JSON array of objects; empty if the field is not set.

    :raises Refusal: it is something else.
    """
    entries = read_list(value, field)
    if not all(isinstance(entry, dict) for entry in entries):
        raise invalid(field)
    return entries


def read_text(value: object, field: str) -> str:
    """A text; a number counts as one; empty if the field is not set.

    :raises Refusal: it is something else.
    """
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise invalid(field)
    return str(value)


def read_texts(values: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, str]:
    """Those of the fields that are set.

    :raises Refusal: one of them is not a text.
    """
    found = {name: read_text(values.get(name), name) for name in fields}
    return {name: text for name, text in found.items() if text}


def _not_a_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _check_parts(value: object) -> None:
    level: list[object] = [value]
    for _depth in range(_MAXIMUM_DEPTH):
        if not level:
            return
        if not all(_can_be_stored(entry) for entry in level):
            raise Refusal("body_unreadable")
        level = [part for entry in level for part in _parts(entry)]
    raise Refusal("body_unreadable")


def _parts(value: object) -> list[object]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []


def _can_be_stored(value: object) -> bool:
    if isinstance(value, str):
        # A lone surrogate is no character.
        return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)
    return not isinstance(value, float) or math.isfinite(value)
