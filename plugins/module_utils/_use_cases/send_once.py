# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send a call that must not be repeated: if its answer is lost, look for its effect instead of sending it again."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._certcentral.client import Client
from .._certcentral.errors import (
    ApiError,
    DigicertError,
    StateError,
    TransportError,
    UnexpectedAnswerError,
)

LOOKS = (1.0, 3.0, 6.0)
"""Seconds before each look: the service may show a change late."""

RUN_AGAIN = "Nothing was sent twice. Run this again in a few minutes: the current state is read first."

Answer = t.TypeVar("Answer")
Found = t.TypeVar("Found")


class LostAnswerError(StateError):
    """The answer to a call was lost, and nothing shows whether it was carried out."""


@dataclass(frozen=True)
class Sent(t.Generic[Answer, Found]):
    """The result of a call: its answer, or what was found after the answer was lost."""

    answer: Answer | None
    found: Found | None = None
    lost: DigicertError | None = None
    """Why the answer was lost; None if it arrived."""


def may_have_been_carried_out(exc: DigicertError) -> bool:
    """Return whether a call that failed with this error may have taken effect."""
    if isinstance(exc, TransportError):
        return exc.sent
    if isinstance(exc, ApiError):
        return exc.may_have_been_carried_out
    return isinstance(exc, UnexpectedAnswerError)


def look_for(client: Client, look: t.Callable[[], Found | None], delays: t.Sequence[float] = LOOKS) -> Found | None:
    """Look until something is found; a failed look counts as one that found nothing."""
    for delay in delays:
        client.sleep(delay)
        try:
            found = look()
        except DigicertError:
            continue
        if found is not None:
            return found
    return None


def send_once(
    client: Client,
    call: t.Callable[[], Answer],
    look: t.Callable[[], Found | None],
    *,
    unseen: str,
    next_action: str = RUN_AGAIN,
    order_id: int | None = None,
    delays: t.Sequence[float] = LOOKS,
) -> Sent[Answer, Found]:
    """Make a call once; if its answer is lost, look for its effect.

    ``look`` returns None if it finds nothing. ``unseen`` starts the message if nothing is ever found.
    ``order_id`` is added to each error that does not name an order.

    Raises LostAnswerError if the answer was lost and nothing is found, or the error of the call if it was refused.
    """
    try:
        return Sent(call())
    except DigicertError as exc:
        exc.order_id = exc.order_id or order_id
        if not may_have_been_carried_out(exc):
            raise
        lost = exc
    found = look_for(client, look, delays)
    if found is not None:
        return Sent(None, found, lost)
    error = LostAnswerError(f"{unseen}: {lost.message}", next_action=next_action, order_id=order_id)
    error.errors = lost.errors
    raise error
