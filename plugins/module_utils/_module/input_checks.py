# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks that the type of an option cannot express: limits of numbers, and texts that must not be empty. Pure.

They run before anything is sent, so that no call is made with a value that cannot be right.
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
    "check_interval": (1, _DAY),
    "connections": (1, 64),
    "expiring_within": (0, 36_500),
    "renew_before": (0, 36_500),
    "limit": (0, 1_000_000),
    "minutes": (0, 7 * 24 * 60),
    "seconds": (0, 7 * _DAY),
    "days": (1, 36_500),
    "count": (0, 1_000_000),
    "years": (1, 100),
    # -1 is the platform OTHER
    "server_platform_id": (-1, _LARGEST_ID),
}
"""Minimum and maximum of a number by the name of its option; every other number is an ID, and positive."""

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
"""Texts that may contain line breaks and tabs; ``api_key`` is checked elsewhere, and never shown."""

_FILES = frozenset({"certificate_content", "csr_content"})
"""Contents of files, which may be binary; what reads them says what is wrong with them."""

TRIMMED = frozenset({"api_url", "public_key_fingerprint", "renewed_thumbprint", "serial_number", "thumbprint"})
"""Texts whose leading and trailing white space is ignored."""

NOT_EMPTY = frozenset({"alternative_order_id", "name", "name_id", "product", "serial_number", "thumbprint"})
"""Texts that select something: an empty one would select something else, or everything."""

# control characters, the two separators of Unicode, halves of surrogate pairs
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Zl", "Zp", "Cs"})

Spec = t.Mapping[str, t.Mapping[str, t.Any]]


def check_input(spec: Spec, params: t.Mapping[str, t.Any]) -> None:
    """Check every option that was given, including suboptions. Raises InputError, which names the option."""
    _check(spec, params, "")


def _check(spec: Spec, params: t.Mapping[str, t.Any], prefix: str) -> None:
    for name, option in spec.items():
        value = params.get(name)
        if value is None:
            continue
        option_path = f"{prefix}{name}"
        if option.get("type") != "list":
            _check_one(option, name, value, option_path)
            continue
        for index, entry in enumerate(value):
            _check_one({**option, "type": option.get("elements", "str")}, name, entry, f"{option_path}[{index}]")


def _check_one(option: t.Mapping[str, t.Any], name: str, value: t.Any, option_path: str) -> None:
    kind = option.get("type", "str")
    if kind == "dict" and option.get("options") and isinstance(value, t.Mapping):
        _check(option["options"], value, f"{option_path}.")
    elif kind == "int" and isinstance(value, int):
        _check_number(name, value, option_path)
    elif kind in ("str", "path") and isinstance(value, str) and not (name in _FILES and _is_binary(value)):
        _check_text(name, value, option_path)


def _is_binary(value: str) -> bool:
    """Whether a text was read from a file in UTF-16, or from one that holds no text."""
    return value.count("\0") * 3 > len(value) or any("\udc80" <= char <= "\udcff" for char in value)


def _check_number(name: str, value: int, option_path: str) -> None:
    least, most = LIMITS.get(name, (1, _LARGEST_ID))
    if least <= value <= most:
        return
    expected = f"a value between {least} and {most}" if name in LIMITS else "an ID, which is a positive number"
    raise InputError(
        f"{option_path} is {value}, which is out of range.", next_action=f"Set {option_path} to {expected}."
    )


def _check_text(name: str, value: str, option_path: str) -> None:
    text = value.strip() if name in TRIMMED else value
    allowed = "\n\r\t" if name in MAY_HOLD_LINES else ""
    for char in text:
        if unicodedata.category(char) in _FORBIDDEN_CATEGORIES and char not in allowed:
            raise InputError(
                f"{option_path} contains a control character (U+{ord(char):04X}): {one_line(text)[:80]!r}.",
                next_action=f"Correct {option_path}; a value that was read from a file may need the filter trim.",
            )
    if not text.strip() and (name in NOT_EMPTY or option_path.endswith("]")):
        raise InputError(f"{option_path} is empty.", next_action=f"Give {option_path} a value, or leave it out.")
