# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read decoded JSON that may be anything: a missing key is allowed, a wrong type is a clear error."""

from __future__ import annotations

import datetime as dt
import re
import typing as t

from .errors import UnexpectedAnswerError

_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})")
_LARGEST_ID = 2**63 - 1
_NUMBER = re.compile(r"\s*-?[0-9]{1,19}\s*")
_TIMESTAMP = re.compile(r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}")


def _short(value: object) -> str:
    # Python refuses to print a number with thousands of digits
    return repr(value)[:80] if not isinstance(value, int) or abs(value) <= _LARGEST_ID else "a huge number"


def _wrong(location: str, value: object, expected: str) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(
        f"CertCentral returned {location} = {_short(value)} instead of {expected}.",
        next_action="Report this to the maintainers of the collection, with the version of the collection.",
    )


def mapping(value: object, location: str) -> dict[str, t.Any]:
    """Return an object. None and an empty array count as an empty object, as the service uses them."""
    if value is None or value == []:
        return {}
    if isinstance(value, dict):
        return value
    raise _wrong(location, value, "an object")


def sequence(value: object, location: str) -> list[t.Any]:
    """Return an array. None counts as empty, because empty lists come without their key."""
    if value is None:
        return []
    if isinstance(value, list):
        return value
    raise _wrong(location, value, "an array")


def mappings(value: object, location: str) -> list[dict[str, t.Any]]:
    """Return an array of objects. Null and arrays as entries are errors: they would look like empty objects."""
    found = sequence(value, location)
    for index, entry in enumerate(found):
        if not isinstance(entry, dict):
            raise _wrong(f"{location}[{index}]", entry, "an object")
    return found


def entries(decoded: object, key: str) -> list[dict[str, t.Any]]:
    """Return the entries of a list. An empty list may come without its key, but not with other keys instead."""
    raw = mapping(decoded, f"the list of {key}")
    if raw and key not in raw and "page" not in raw:
        raise _wrong(f"the list of {key}", raw, f"an object with {key}")
    return mappings(raw.get(key), key)


def page_entries(decoded: object, key: str) -> list[dict[str, t.Any]]:
    """Return the entries of a page of a list. An answer with nothing in it does not say that the list is empty."""
    if not decoded:
        raise _wrong(f"the list of {key}", decoded, f"an object with {key} or page")
    return entries(decoded, key)


def text(value: object, location: str) -> str | None:
    """Return a text, or None if it is missing or empty."""
    if value is None or value == "":
        return None
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return str(value)
    raise _wrong(location, value, "a text")


def word(value: object, location: str) -> str | None:
    """Return a status or another fixed word, or None if it is missing or empty; a number is no word."""
    if isinstance(value, int):
        raise _wrong(location, value, "a word")
    return text(value, location)


def folded_word(value: object, location: str) -> str | None:
    """Return a word of a list of known ones, such as a status, in the one spelling that the documentation uses."""
    found = text(value, location)
    return "_".join(found.lower().replace("-", " ").split()) or None if found is not None else None


def folded_method(value: object, location: str) -> str | None:
    """Return the name of a DCV method in the one spelling that the documentation uses."""
    found = folded_word(value, location)
    return found.replace("_", "-") if found is not None else None


def required_text(value: object, location: str) -> str:
    """Return a text, which must not be missing or empty."""
    found = text(value, location)
    if found is None:
        raise _wrong(location, value, "a text")
    return found


def texts(value: object, location: str) -> tuple[str, ...]:
    """Return an array of texts without empty ones."""
    found = (text(entry, location) for entry in sequence(value, location))
    return tuple(entry for entry in found if entry and entry.strip())


def whole_number(value: object, location: str, *, least: int, most: int) -> int | None:
    """Return a number within the limits, which may come as a text, or None if it is missing or empty."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    raise _wrong(location, value, "a number" if least < 0 else f"a number between {least} and {most}")


def identifier(value: object, location: str) -> int | None:
    """Return an ID as a number. IDs come as numbers or texts; 0 means none, as in the examples of the service."""
    if value is False:
        return None
    try:
        return whole_number(value, location, least=0, most=_LARGEST_ID) or None
    except UnexpectedAnswerError:
        raise _wrong(location, value, "an ID") from None


def platform(value: object, location: str) -> int | None:
    """Return the ID of a server platform; -1 is the platform OTHER."""
    return whole_number(value, location, least=-1, most=_LARGEST_ID)


def required_identifier(value: object, location: str) -> int:
    """Return an ID, which must not be missing."""
    found = identifier(value, location)
    if found is None:
        raise _wrong(location, value, "an ID")
    return found


def check_identifier(found: int, requested: int, location: str) -> None:
    """Refuse the answer if it is about another object, because later calls would act on that one."""
    if found != requested:
        raise _wrong(location, found, f"the requested {requested}")


def total_of(decoded: object, so_far: int) -> int:
    """Return how many entries a list has in total, or 0 if it does not say; ``so_far`` includes this page.

    Raises UnexpectedAnswerError if a list claims to have entries but returns none: taken for an empty list, it would
    lead to another order.
    """
    page = mapping(mapping(decoded, "the list").get("page"), "page")
    total = identifier(page.get("total"), "page.total") or 0
    if total and not so_far:
        raise _wrong("page.total", total, "0 for a list without entries")
    return total


def flag(value: object, location: str = "a flag", *, default: bool = False) -> bool:
    """Return a boolean, which may come as true, 1 or ``"1"``, or the default if it is missing or empty."""
    if value is None or value == "":
        return default
    if isinstance(value, (bool, int, str)):
        if value in (True, 1, "1", "true"):
            return True
        if value in (False, 0, "0", "false"):
            return False
    raise _wrong(location, value, "a boolean")


def date(value: object, location: str) -> dt.date | None:
    """Return the date of a ``yyyy-MM-dd`` text or of an ISO 8601 timestamp."""
    found = text(value, location)
    if found is None:
        return None
    match = _DATE.match(found)
    try:
        if match:
            return dt.date(*(int(part) for part in match.groups()))
    except ValueError:
        pass
    raise _wrong(location, value, "a date")


def moment(value: object, location: str) -> dt.datetime | None:
    """Return an ISO 8601 timestamp; without a time zone it is UTC."""
    found = text(value, location)
    if found is None:
        return None
    if not _TIMESTAMP.match(found):
        day = date(value, location)
        return dt.datetime(day.year, day.month, day.day, tzinfo=dt.timezone.utc) if day else None
    try:
        parsed = dt.datetime.fromisoformat(found.replace("Z", "+00:00"))
    except ValueError as exc:
        raise _wrong(location, value, "a timestamp") from exc
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=dt.timezone.utc)
