# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the type of an option cannot say: limits of numbers, texts that must hold something. Pure, one place for all.

Checked before anything is sent, so that no call is made for a value that cannot be meant.
"""

from __future__ import annotations

import typing as t
import unicodedata

from .._certcentral.errors import InputError, one_line

_DAY = 24 * 3600
_LARGEST_ID = 2**63 - 1

LIMITS: dict[str, tuple[int, int]] = {
    "timeout": (1, _DAY),
    "rate_limit": (0, 100_000),
    "interval": (1, _DAY),
    "wait_timeout": (0, 365 * _DAY),
    "check_for": (0, 365 * _DAY),
    "expiring_within": (0, 36_500),
    "renew_before": (0, 36_500),
    "limit": (0, 1_000_000),
    "minutes": (0, 7 * 24 * 60),
    "seconds": (0, 7 * _DAY),
    "days": (1, 36_500),
    "years": (1, 100),
    # -1 is the platform OTHER
    "server_platform_id": (-1, _LARGEST_ID),
}
"""Least and greatest value of a number, by the option's own name; every other number is an ID, and positive."""

MAY_HOLD_LINES = frozenset(
    {
        "api_key",
        "certificate_content",
        "comment",
        "comments",
        "csr_content",
        "custom_renewal_message",
        "failure",
        "note",
        "value",
    }
)
"""Texts in which line ends and tabs have a place; ``api_key`` is checked, and never shown, elsewhere."""

TRIMMED = frozenset({"api_url", "public_key_fingerprint", "renewed_thumbprint", "serial_number", "thumbprint"})
"""Texts whose blanks and line ends at both ends mean nothing."""

NOT_EMPTY = frozenset({"alternative_order_id", "name", "name_id", "product", "serial_number", "thumbprint"})
"""Texts that say what is meant: an empty one would mean something else, or everything."""

# control characters, the two separators of Unicode, halves of surrogate pairs
_NO_TEXT = frozenset({"Cc", "Zl", "Zp", "Cs"})

Spec = t.Mapping[str, t.Mapping[str, t.Any]]


def check_input(spec: Spec, params: t.Mapping[str, t.Any]) -> None:
    """Check every option that was given, suboptions too. Raises InputError, which names the option."""
    _check(spec, params, "")


def _check(spec: Spec, params: t.Mapping[str, t.Any], above: str) -> None:
    for name, option in spec.items():
        value = params.get(name)
        if value is None:
            continue
        where = f"{above}{name}"
        if option.get("type") != "list":
            _check_one(option, name, value, where)
            continue
        for index, entry in enumerate(value):
            _check_one({**option, "type": option.get("elements", "str")}, name, entry, f"{where}[{index}]")


def _check_one(option: t.Mapping[str, t.Any], name: str, value: t.Any, where: str) -> None:
    kind = option.get("type", "str")
    if kind == "dict" and option.get("options") and isinstance(value, t.Mapping):
        _check(option["options"], value, f"{where}.")
    elif kind == "int" and isinstance(value, int):
        _check_number(name, value, where)
    elif kind in ("str", "path") and isinstance(value, str):
        _check_text(name, value, where)


def _check_number(name: str, value: int, where: str) -> None:
    least, most = LIMITS.get(name, (1, _LARGEST_ID))
    if least <= value <= most:
        return
    unit = f"between {least} and {most}" if name in LIMITS else "an ID, which is a positive number"
    raise InputError(f"{where} is {value}, which is out of range.", next_action=f"Give {where} {unit}.")


def _check_text(name: str, value: str, where: str) -> None:
    text = value.strip() if name in TRIMMED else value
    allowed = "\n\r\t" if name in MAY_HOLD_LINES else ""
    for char in text:
        if unicodedata.category(char) in _NO_TEXT and char not in allowed:
            raise InputError(
                f"{where} holds a control character (U+{ord(char):04X}): {one_line(text)[:80]!r}.",
                next_action=f"Correct {where}; a value that comes from a file may need the filter trim.",
            )
    if not text.strip() and (name in NOT_EMPTY or where.endswith("]")):
        raise InputError(f"{where} is empty.", next_action=f"Give {where} a value, or leave it out.")
