# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write docs/errors.md from the tables of what can go wrong.

To make it anew, with PYTHONPATH=.build/collections:
``python -m ansible_collections.community.digicert.tests.unit.error_page``
"""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.community.digicert.plugins.module_utils._certcentral.error_codes import (
    ANYTHING_ELSE,
    BY_STATUS,
    CLIENT,
    DOCUMENTED,
    KNOWN_CODES,
    PATTERN,
    RECORDED,
    SERVICE_FAILED,
)
from ansible_collections.community.digicert.plugins.module_utils._certcentral.transport_faults import TRANSPORT_FAULTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "errors.md"

_SOURCES = {
    DOCUMENTED: "on a page of DigiCert",
    RECORDED: "seen in real traffic",
    CLIENT: "known from other clients of the service",
    PATTERN: "assumed from the pattern of the documented codes",
}

_HEAD = """# What can go wrong, and what to do

Every module fails with one message: what happened, the code of the service where it gave one, and what to do next.
The same is in the result by itself: `errors` (each with `code` and `message`, as the service gave them), `next_action`,
and `order_id` where an order is known. A code that is not listed here is passed through as it came.

The list of DigiCert: <https://dev.digicert.com/certcentral-apis/services-api/errors.html>. This page is written by
`tests/unit/error_page.py` from the tables that the modules use.
"""


def _row(cells: t.Iterable[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _table(titles: t.Sequence[str], rows: t.Iterable[t.Sequence[object]]) -> list[str]:
    return [_row(titles), _row(["---"] * len(titles)), *map(_row, rows)]


def render() -> str:
    """Return the text of the page."""
    codes = ((f"`{entry.code}`", entry.status, entry.next_action, entry.source) for entry in KNOWN_CODES)
    statuses: list[tuple[object, str]] = [
        *BY_STATUS.items(),
        ("500 and more", SERVICE_FAILED),
        ("other", ANYTHING_ELSE),
    ]
    blanks = {"host": "`<host>`", "request": "`<request>`", "cause": "`<cause>`"}
    faults = (
        (fault.what.format(**blanks), fault.next_action, "yes" if fault.sent else "no")
        for fault in TRANSPORT_FAULTS.values()
    )
    parts = [
        _HEAD,
        "## Codes of the service\n",
        "A code may have a detail after `|` or `:`; the longest entry that fits counts. How a code is known:\n",
        *(f"- {source}: {meaning}" for source, meaning in _SOURCES.items()),
        "",
        *_table(("code", "HTTP", "what to do", "known"), codes),
        "\n## HTTP status, where no code is known\n",
        *_table(("HTTP", "what to do"), statuses),
        "\n## No answer, or one that is not from the service\n",
        "Where the service may have carried out what it was asked, the module looks before it fails; nothing that",
        "costs money is sent twice.\n",
        *_table(("what happened", "what to do", "may have been carried out"), faults),
    ]
    return "\n".join(parts) + "\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
