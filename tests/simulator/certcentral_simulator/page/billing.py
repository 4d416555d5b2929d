# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ledger of everything that would be billed."""

from __future__ import annotations

from flask import request

from certcentral_simulator.admin.common import current_simulator
from certcentral_simulator.page.paging import read_paging
from certcentral_simulator.page.search import orders_about
from certcentral_simulator.page.site import PREFIX, make_part, show

part = make_part("billing")


@part.get(f"{PREFIX}/billed")
def show_list() -> str:
    """Billed orders, renewals and added names, newest first, by ``search`` (like orders) and ``page``."""
    text = request.args.get("search", "")
    with current_simulator().work() as work:
        about = orders_about(text)
        where = f"order_id IN (SELECT id FROM orders WHERE {about.where})" if text.strip() else "1"
        paging = read_paging(request.args, work.billed.count(where, *about.values))
        entries = work.billed.find(where, *about.values, order="id DESC", limit=paging.rows, offset=paging.offset)
        everything = list(work.billed.find(where, *about.values))
        return show(
            work,
            "billed.html",
            entries=list(entries),
            paging=paging,
            search=text,
            amount=sum(entry.amount for entry in everything if entry.credited_at is None),
            credited=sum(entry.amount for entry in everything if entry.credited_at is not None),
        )
