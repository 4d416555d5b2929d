# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a report on 1000 requests takes, from the gathered data to the three files, and how large they are."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from figures import Figure, seconds_of

_COLLECTIONS = Path(__file__).resolve().parents[2] / ".build" / "collections"
_SIZE = 1000
_RUNS = 7


def measure(folder: Path) -> Iterator[Figure]:
    """Make a new report each time, without calling a service or writing files."""
    del folder
    sys.path.insert(0, str(_COLLECTIONS))
    from ansible_collections.community.digicert.plugins.module_utils._report.html_page import to_html
    from ansible_collections.community.digicert.plugins.module_utils._report.tables import to_csv, to_json
    from ansible_collections.community.digicert.tests.unit.made_reports import fleet

    note = f"{_SIZE} requests, median of {_RUNS}"
    made = fleet(_SIZE)
    decided = statistics.median(seconds_of(partial(fleet, _SIZE)) for _run in range(_RUNS))
    yield Figure("report: decisions", decided * 1000, "ms", note=f"{note}, including making the hosts")
    for name, write in (("HTML", to_html), ("JSON", to_json), ("CSV", to_csv)):
        took = statistics.median(seconds_of(partial(write, made)) for _run in range(_RUNS))
        yield Figure(f"report: {name}", took * 1000, "ms", note=note)
        yield Figure(f"report: {name}, size", len(write(made)) / 1e6, "MB", note=f"{_SIZE} requests")
