# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/errors.md matches the messages of the modules."""

from __future__ import annotations

import re

from ansible_collections.community.digicert.plugins.module_utils._certcentral.error_codes import KNOWN_CODES
from ansible_collections.community.digicert.plugins.module_utils._certcentral.transport_faults import TRANSPORT_FAULTS
from ansible_collections.community.digicert.tests.unit.error_page import PAGE, render


def test_the_page_matches_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == render()


def test_every_entry_has_one_row_with_all_its_cells() -> None:
    rows = [re.split(r"(?<!\\)\|", line) for line in render().splitlines() if line.startswith("|")]
    codes = [cells[1].strip().strip("`").replace("\\|", "|") for cells in rows if len(cells) == 6]
    assert codes[2:] == [entry.code for entry in KNOWN_CODES]
    faults = [cells for cells in rows if len(cells) == 5]
    assert len(faults) == len(TRANSPORT_FAULTS) + 2
    assert "{" not in render()
