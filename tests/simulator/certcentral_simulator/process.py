# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator as a subprocess, for tests and the demo. Needs only the standard library."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

_PACKAGE_ROOT = Path(__file__).resolve().parents[1]
_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_MAX_DIAGNOSTICS = 65536


def _opener() -> urllib.request.OpenerDirector:
    """An opener for the control address: HTTP only.

    A proxy from the environment must not be used for a loopback address, and an HTTPS handler would load all root
    certificates of the machine for each call, which Python 3.12 and newer do when the handler is created.
    """
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.HTTPHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


_OPENER = _opener()


class SimulatorError(Exception):
    """The simulator did not start, or its control address refused a call."""


class SimulatorProcess:
    """A running simulator. As a context manager it starts on entry and always stops on exit.

    :param arguments: command-line options, for example ``["--no-rate-limit"]``.
    :param python: an interpreter that has the packages of ``requirements.txt``.
    :param stderr: where the simulator's diagnostics go; by default they are only shown if it does not start.
    """

    def __init__(
        self, arguments: Sequence[str] = (), *, python: str = sys.executable, stderr: IO[Any] | int | None = None
    ) -> None:
        self._command = [python, "-m", "certcentral_simulator", *arguments]
        self._stderr = stderr
        self._diagnostics: int | None = None
        self._process: subprocess.Popen[str] | None = None
        self.base_url = ""
        self.api_key = ""
        self.ca_file = ""
        self.root_file = ""
        self.admin_url = ""

    def __enter__(self) -> SimulatorProcess:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._running().pid

    def start(self) -> None:
        """Start it and wait for its ready line.

        :raises SimulatorError: it exited, or printed nothing within 60 seconds.
        """
        environment = dict(os.environ)
        environment["PYTHONPATH"] = os.pathsep.join(
            filter(None, [str(_PACKAGE_ROOT), environment.get("PYTHONPATH", "")])
        )
        if self._stderr is None:
            self._diagnostics = _unnamed_file()
        self._process = subprocess.Popen(
            self._command,
            stdout=subprocess.PIPE,
            stderr=self._diagnostics if self._stderr is None else self._stderr,
            text=True,
            env=environment,
        )
        try:
            ready = json.loads(self._first_line())
        except (SimulatorError, ValueError) as exc:
            said = self._said()
            self.stop()
            raise SimulatorError(f"the simulator did not start: {exc}{said}") from exc
        self.base_url = ready["base_url"]
        self.api_key = ready["api_key"]
        self.ca_file = ready["ca_file"]
        self.root_file = ready["root_file"]
        self.admin_url = ready["admin_url"]

    def stop(self) -> int:
        """Stop it with SIGTERM, or with SIGKILL if that fails; return the exit code."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
        if self._diagnostics is not None:
            os.close(self._diagnostics)
            self._diagnostics = None
        return process.returncode

    def kill(self) -> None:
        """Stop it with SIGKILL, as a crash would."""
        process = self._running()
        process.kill()
        process.wait()

    def admin(self, method: str, path: str, body: object = None) -> Any:
        """Call the control address; return the decoded JSON of its answer, None if it is empty.

        :raises SimulatorError: the call is refused.
        """
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.admin_url + path, data=data, method=method)
        try:
            with _OPENER.open(request, timeout=300) as answer:
                raw = answer.read()
        except urllib.error.HTTPError as exc:
            raise SimulatorError(f"{method} {path}: {exc.code} {exc.read().decode(errors='replace')}") from exc
        return json.loads(raw) if raw else None

    def keys(self) -> dict[str, str]:
        """Every API key by name."""
        return {entry["name"]: entry["secret"] for entry in self.admin("GET", "/keys")}

    def now(self) -> str:
        """The simulated time, ISO 8601."""
        return str(self.admin("GET", "/clock")["now"])

    def set_clock(self, now: str) -> None:
        """Set the simulated clock (ISO 8601) and do everything that is then due."""
        self.admin("PUT", "/clock", {"now": now})

    def advance(self, **units: int) -> None:
        """Advance the clock by ``days``, ``hours``, ``minutes``, ``seconds``."""
        self.admin("PUT", "/clock", {"advance": units})

    def set_switches(self, **values: str | int | bool) -> None:
        """Set switches whose names are Python identifiers; use :meth:`admin` for names with a dot."""
        self.admin("PUT", "/switches", values)

    def set_network(self, **values: str | int | bool) -> None:
        """Set ``resolver``, ``http_port``, ``https_port``, ``timeout`` of the DCV checks."""
        self.admin("PUT", "/network", values)

    def set_mode(self, mode: str) -> None:
        """Set the approval mode, ``manual``, ``auto`` or ``skip``."""
        self.admin("PUT", "/approval-mode", {"mode": mode})

    def set_issue_delay(self, seconds: int) -> None:
        """Make issuing take this long on the simulated clock."""
        self.admin("POST", "/issue-delay", {"seconds": seconds})

    def approve_all(self) -> list[int]:
        """Approve every open request as an administrator would; return their ids."""
        approved: list[int] = self.admin("POST", "/requests/all/approve")
        return approved

    def set_organization(self, organization_id: int, **validations: Any) -> None:
        """Set the validations of an organization, for example ``ov="valid"``."""
        self.admin("PUT", f"/organizations/{organization_id}", validations)

    def set_domain(self, name: str, state: str = "valid", **values: Any) -> None:
        """Set the validation of a domain: valid, pending or expired."""
        self.admin("PUT", f"/domains/{name}", {"state": state, **values})

    def make_order(self, **values: Any) -> dict[str, Any]:
        """Make an order as if in the console; return its id, certificate_id and status."""
        made: list[dict[str, Any]] = self.admin("POST", "/orders", values)
        return made[0]

    def add_fault(self, kind: str, **values: Any) -> dict[str, Any]:
        """Set a fault."""
        fault: dict[str, Any] = self.admin("POST", "/faults", {"kind": kind, **values})
        return fault

    def faults(self) -> list[dict[str, Any]]:
        """The faults that are set."""
        found: list[dict[str, Any]] = self.admin("GET", "/faults")
        return found

    def clear_faults(self) -> None:
        """Remove every fault."""
        self.admin("DELETE", "/faults")

    def ledger(self, after: int = 0) -> list[dict[str, Any]]:
        """Every request to the API with an id above ``after``, oldest first."""
        entries: list[dict[str, Any]] = self.admin("GET", f"/ledger?after={after}")
        return entries

    def billed_orders(self) -> list[dict[str, Any]]:
        """Everything that would be billed; entries canceled before issuing have ``credited_at``."""
        entries: list[dict[str, Any]] = self.admin("GET", "/billed")
        return entries

    def state(self) -> dict[str, Any]:
        """Orders, open requests, organizations, domains and settings."""
        found: dict[str, Any] = self.admin("GET", "/state")
        return found

    def reset(self) -> None:
        """Reset to the initial state."""
        self.admin("POST", "/reset")

    def keep_state(self) -> int:
        """Keep the present state; the number with which it is restored."""
        return int(self.admin("POST", "/states")["id"])

    def restore_state(self, number: int) -> None:
        """Return to a state that was kept."""
        self.admin("POST", f"/states/{number}/restore")

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            raise SimulatorError("the simulator is not running")
        return self._process

    def _said(self) -> str:
        if self._diagnostics is None:
            return ""
        lines = os.pread(self._diagnostics, _MAX_DIAGNOSTICS, 0).decode(errors="replace").strip().splitlines()
        return f": {lines[-1]}" if lines else ""

    def _first_line(self) -> str:
        process = self._running()
        if process.stdout is None:
            raise SimulatorError("it has no standard output")
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            readable, _other, _other = select.select([process.stdout], [], [], 0.2)
            if readable:
                line = process.stdout.readline()
                if line:
                    return line
            if process.poll() is not None:
                raise SimulatorError(f"it exited with {process.returncode}")
        raise SimulatorError("it printed nothing in time")


def _unnamed_file() -> int:
    descriptor, name = tempfile.mkstemp()
    Path(name).unlink()
    return descriptor
