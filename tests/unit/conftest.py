# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of hypothesis for all unit tests."""

from __future__ import annotations

import os

# what other packages of the environment plug into hypothesis is not under test, and may not be importable
os.environ.setdefault("HYPOTHESIS_NO_PLUGINS", "1")

from hypothesis import HealthCheck, Phase, settings

# machines with many neighbours are slow at times: how long one example takes says nothing
settings.register_profile("plain", deadline=None, database=None)
settings.register_profile(
    "mutation",
    settings.get_profile("plain"),
    # the same mutants must die in each run, and the first example that kills one is enough
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    # the tool runs each test many times in one process
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)
settings.load_profile("plain")
