# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do when the answer to a call that is sent once was lost: look, never send it again."""

from __future__ import annotations

import typing as t

from .._certcentral.client import Client
from .._certcentral.errors import ApiError, DigicertError, TransportError, UnexpectedAnswerError

LOOKS = (1.0, 3.0, 6.0)
"""Seconds before each look: what was made may be seen late."""

Found = t.TypeVar("Found")


def may_have_been_carried_out(exc: DigicertError) -> bool:
    """Tell whether a call that ended in this error may have taken effect."""
    if isinstance(exc, TransportError):
        return exc.sent
    if isinstance(exc, ApiError):
        return exc.may_have_been_carried_out
    return isinstance(exc, UnexpectedAnswerError)


def look_for(client: Client, look: t.Callable[[], Found | None], delays: t.Sequence[float] = LOOKS) -> Found | None:
    """Look until something is found; a look that fails counts as one that found nothing."""
    for delay in delays:
        client.sleep(delay)
        try:
            found = look()
        except DigicertError:
            continue
        if found is not None:
            return found
    return None
