# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The progress of waiting for orders, in one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._decisions.order_wait import progress_line


def test_issued_orders_come_first_and_early_phases_later() -> None:
    phases = ["waiting_dcv"] * 4 + ["issued"] * 7 + ["waiting_approval"]
    assert progress_line(phases, 180) == ("12 orders: 7 issued, 4 waiting for DCV, 1 waiting for approval, 3 min left")


@pytest.mark.parametrize(
    ("seconds", "left"),
    [(-3, "0 s left"), (0.4, "0 s left"), (119.4, "119 s left"), (119.6, "2 min left"), (3600, "60 min left")],
)
def test_the_time_left(seconds: float, left: str) -> None:
    assert progress_line(["processing"], seconds) == f"1 order: 1 with the CA, {left}"


@given(st.lists(st.sampled_from(["issued", "waiting_dcv", "rejected", "new_phase", None]), min_size=1))
def test_every_order_is_counted(phases: list[str | None]) -> None:
    counts = progress_line(phases, 60).split(": ", 1)[1].split(", ")[:-1]
    assert sum(int(count.split(" ", 1)[0]) for count in counts) == len(phases)
    assert len(counts) == len(set(phases))
