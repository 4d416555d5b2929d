# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shapes of JSON answers: the keys of an object, and the type of each value.

A shape is a type, a tuple of types, a compiled pattern that must match the whole text, a value that must be equal
(in a tuple: one of several), a list with the shape of each item, or a dictionary of shapes. A key that ends with "?"
is optional. A key that is not in the shape is a mismatch.
"""

from __future__ import annotations

import re
from typing import Any

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
SERIAL = re.compile(r"[0-9A-F]{32}")
THUMBPRINT = re.compile(r"[0-9A-F]{40}")
TOKEN = re.compile(r"[0-9a-z]{32}")
DIGITS = re.compile(r"\d+")
PEM = re.compile(r"(-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/=\r\n]+-----END CERTIFICATE-----\r?\n)")


def mismatches(value: object, shape: Any, place: str = "answer") -> list[str]:
    """The differences from the shape; empty if the value matches."""
    if isinstance(shape, dict):
        return _of_object(value, shape, place)
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{place} is not a list: {value!r}"]
        return [
            found for number, item in enumerate(value) for found in mismatches(item, shape[0], f"{place}[{number}]")
        ]
    choices = shape if isinstance(shape, tuple) else (shape,)
    return [] if any(_fits(value, choice) for choice in choices) else [f"{place} is {value!r}, not {shape!r}"]


def _fits(value: object, choice: Any) -> bool:
    if isinstance(choice, type):
        # JSON distinguishes true from 1, and so does this check.
        return isinstance(value, choice) and (choice is bool) == isinstance(value, bool)
    if isinstance(choice, re.Pattern):
        return isinstance(value, str) and choice.fullmatch(value) is not None
    if isinstance(choice, dict):
        return not mismatches(value, choice)
    return type(value) is type(choice) and value == choice


def _of_object(value: object, shape: dict[str, Any], place: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{place} is not an object: {value!r}"]
    known = {key.rstrip("?"): inner for key, inner in shape.items()}
    found = [f"{place} has no {key}" for key in shape if not key.endswith("?") and key not in value]
    found += [f"{place} has {key}, which is not documented" for key in value if key not in known]
    for key, inner in known.items():
        if key in value:
            found += mismatches(value[key], inner, f"{place}.{key}")
    return found
