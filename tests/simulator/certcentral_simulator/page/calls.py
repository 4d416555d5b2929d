# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls to the API: every request and its answer."""

from __future__ import annotations

import json

from flask import request

from certcentral_simulator.admin.common import current_simulator
from certcentral_simulator.page.paging import read_paging
from certcentral_simulator.page.site import PREFIX, make_part, show

part = make_part("calls")


@part.get(f"{PREFIX}/calls")
def show_list() -> str:
    """Calls, newest first, by ``search`` (part of method and path), ``failed`` (1) and ``page``."""
    text, failed = request.args.get("search", "").strip(), request.args.get("failed") == "1"
    where = "instr(lower(method || ' ' || path), ?)" + (" AND (status >= 400 OR fault != '')" if failed else "")
    with current_simulator().work() as work:
        paging = read_paging(request.args, work.ledger.count(where, text.lower()))
        found = work.ledger.find(where, text.lower(), order="id DESC", limit=paging.rows, offset=paging.offset)
        return show(work, "calls.html", calls=list(found), paging=paging, search=text, failed=failed)


@part.get(f"{PREFIX}/calls/<int:call_id>")
def show_one(call_id: int) -> str:
    """One call with both bodies."""
    with current_simulator().work() as work:
        call = work.ledger.get(call_id)
        if call is None:
            raise LookupError(f"there is no call {call_id}")
        return show(work, "call.html", call=call, body=_readable(call.body), answer=_readable(call.answer))


def _readable(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
