# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How values are displayed on the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from certcentral_simulator.clock import as_datetime, iso

# What a status means to the viewer: done, waiting for somebody, over, or failed.
_TONES: Mapping[str, str] = {
    "issued": "good",
    "approved": "good",
    "valid": "good",
    "active": "good",
    "needs_approval": "wait",
    "pending": "wait",
    "submitted": "wait",
    "processing": "wait",
    "waiting_pickup": "wait",
    "needs_csr": "wait",
    "reissue_pending": "wait",
    "revoked": "bad",
    "rejected": "bad",
    "expired": "over",
    "canceled": "over",
    "inactive": "over",
}
# What an order still waits for, by the keywords of cases.validation.outstanding.
_AWAITED: Mapping[str, str] = {
    "csr": "a CSR",
    "pickup": "being picked up",
    "approval": "approval",
    "ev_approval": "an EV approver",
    "organization": "the organization",
    "dcv": "domain control",
}


def tone(status: str) -> str:
    """Class of a status in the stylesheet: good, wait, over, bad or plain."""
    return _TONES.get(status, "plain")


def words(name: str) -> str:
    """An identifier of the service as words: ``needs_approval`` becomes ``needs approval``."""
    return name.replace("_", " ")


def awaited(what: str) -> str:
    """What an order waits for, in words."""
    return _AWAITED.get(what, words(what))


def moment(seconds: int) -> str:
    """A moment (seconds since 1970) for people, in UTC: ``2026-11-20 12:00:05``."""
    return as_datetime(seconds).strftime("%Y-%m-%d %H:%M:%S")


def machine_moment(seconds: int) -> str:
    """The same moment for the ``datetime`` attribute of the ``time`` element."""
    return iso(seconds)


def money(amount: int) -> str:
    """Whole dollars with thousands separators."""
    return f"${amount:,}"


def number(value: int) -> str:
    """A count with thousands separators."""
    return f"{value:,}"


def plural(count: int, singular: str, more: str = "") -> str:
    """A count with its noun: ``1 order``, ``2 orders``."""
    return f"{count:,} {singular if count == 1 else more or singular + 's'}"


def duration(seconds: int) -> str:
    """A time span in its two largest units: ``3 days 2 hours``."""
    parts = []
    rest = abs(seconds)
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(plural(count, unit))
    return " ".join(parts[:2]) or "0 seconds"


FILTERS: dict[str, Callable[..., Any]] = {
    "awaited": awaited,
    "duration": duration,
    "machine_moment": machine_moment,
    "moment": moment,
    "money": money,
    "number": number,
    "plural": plural,
    "tone": tone,
    "words": words,
}
