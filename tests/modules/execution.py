# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module in this process as ansible-core would: arguments in, one JSON document and an exit status out.

As a program it reads ``{"module": …, "arguments": …}`` from standard input.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import sys
import tempfile
import typing as t
from dataclasses import dataclass
from unittest import mock

from ansible.module_utils import basic
from ansible.module_utils.common import warnings as ansible_warnings

PACKAGE = "ansible_collections.community.digicert.plugins.modules"


@dataclass(frozen=True)
class Printed:
    """What a module left behind."""

    status: int
    """Exit status of the process."""
    stdout: str
    stderr: str
    log: str
    """What it sent to the system log."""

    @property
    def result(self) -> dict[str, t.Any]:
        """The JSON document."""
        found: dict[str, t.Any] = json.loads(self.stdout)
        return found


@contextlib.contextmanager
def _arguments(arguments: dict[str, t.Any]) -> t.Iterator[None]:
    """Pass the arguments; since ansible-core 2.19 they need a serialization profile."""
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:
        encoded = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
        with mock.patch.object(basic, "_ANSIBLE_ARGS", encoded):
            yield
    else:
        with patch_module_args(arguments):
            yield


def execute(module: str, arguments: dict[str, t.Any], *, check_mode: bool = False, diff: bool = True) -> Printed:
    """Run a module with the highest verbosity."""
    # ansible-core keeps both for the whole process, which normally runs only one module
    for kept in ("_global_warnings", "_global_deprecations"):
        getattr(ansible_warnings, kept).clear()
    logged: list[str] = []

    def log(_module: object, msg: object, log_args: object = None) -> None:
        # the journal gets the second one as fields
        logged.append(f"{msg} {log_args or ''}")

    out, err = io.StringIO(), io.StringIO()
    with tempfile.TemporaryDirectory() as scratch:
        internal = {
            "_ansible_check_mode": check_mode,
            "_ansible_diff": diff,
            "_ansible_verbosity": 5,
            "_ansible_debug": True,
            "_ansible_tmpdir": scratch,
        }
        with (
            _arguments({**arguments, **internal}),
            mock.patch.object(basic.AnsibleModule, "log", log),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                importlib.import_module(f"{PACKAGE}.{module}").main()
                status = 0
            except SystemExit as exc:
                status = int(exc.code or 0)
    return Printed(status, out.getvalue(), err.getvalue(), "\n".join(logged))


def main() -> None:
    """Run the module that is named on standard input."""
    request = json.load(sys.stdin)
    printed = execute(request["module"], request["arguments"])
    sys.stdout.write(printed.stdout)
    sys.stderr.write(printed.stderr)
    sys.exit(printed.status)


if __name__ == "__main__":
    main()
