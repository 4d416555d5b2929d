# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Notes of an order (D)."""

from __future__ import annotations

from typing import Any

from certcentral_simulator.state.rows import Order, User
from certcentral_simulator.state.work import Work


def add_note(work: Work, order: Order, text: str, user: User) -> dict[str, Any]:
    """Add a note to an order, which the caller stores; return it as stored."""
    number = max((note["id"] for note in order.notes), default=0) + 1
    note = {"id": number, "date_created": work.now, "text": text, "user_id": user.id}
    order.notes = [*order.notes, note]
    return note
