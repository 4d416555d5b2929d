# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A TLS service of the tests, in a process of its own."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.community.digicert.tests.demo import tls_service


@dataclass(frozen=True)
class RunningService:
    """A TLS service in a process of its own."""

    port: int
    pid: int

    @property
    def reload_command(self) -> list[str]:
        """The command that makes it read its certificate again."""
        return ["kill", "-HUP", str(self.pid)]


@contextlib.contextmanager
def running_service(certificate: Path, key: Path) -> Iterator[RunningService]:
    """Run a TLS service that is configured with these two paths, for as long as the block lasts."""
    files = ["--certificate", str(certificate), "--key", str(key)]
    command = [sys.executable, tls_service.__file__, *files]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            ready = json.loads(process.stdout.readline())
            yield RunningService(ready["port"], ready["pid"])
        finally:
            process.kill()
