# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One simulator in this process for all clients, in its initial state before each test.

Each file describes one public client of CertCentral in our own words: what it sends, in which order, and what it reads
of the answers. It holds none of its code.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from simulator_testing.in_process import InProcess


@pytest.fixture(scope="session")
def _in_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    running = InProcess(tmp_path_factory.mktemp("zoo"), caa=False)
    yield running
    running.close()


@pytest.fixture
def service(_in_process: InProcess) -> InProcess:
    """The service as the client of this file meets it."""
    _in_process.simulator.reset()
    return _in_process
