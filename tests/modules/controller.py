# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A controller: runs modules against the simulator, and checks in each run what must always hold.

Nothing secret is printed or logged, check mode sends only GET requests, ``api_calls`` matches the simulator's ledger,
and the result or failure keeps the contract that all modules share.
"""

from __future__ import annotations

import collections
import json
import typing as t
from dataclasses import dataclass, field

from ansible_collections.community.digicert.tests.modules.execution import Printed, execute
from certcentral_simulator.process import SimulatorProcess

PHASES = {
    "issued",
    "waiting_approval",
    "waiting_dcv",
    "waiting_organization",
    "processing",
    "canceled",
    "rejected",
    "revoked",
    "expired",
}
# their action is only reported, not carried out
_READING = {
    "digicert_certificate_plan",
    "digicert_order_info",
    "digicert_order_wait",
    "digicert_org_validation_info",
}
_SUCCESS = {
    "changed",
    "action",
    "reasons",
    "phase",
    "is_final",
    "blocked_on",
    "order",
    "certificate",
    "dcv",
    "diff",
    "api_calls",
}
_FAILURE = {"failed", "msg", "errors", "next_action", "order_id", "api_calls"}
_RECORD = {"domain", "type", "name", "value", "path", "expires"}
_BLOCKER = {"what", "detail", "since", "next_action"}

Result = dict[str, t.Any]


def assert_success(module: str, result: Result) -> None:
    """Check that a result is a success and keeps the contract of all modules."""
    assert not result.get("failed"), result
    assert result.keys() >= _SUCCESS, result.keys()
    assert result["phase"] is None or result["phase"] in PHASES
    assert all(set(blocker) == _BLOCKER and blocker["next_action"] for blocker in result["blocked_on"])
    assert all(set(record) == _RECORD for record in result["dcv"]["records"])
    assert set(result["diff"]) == {"before", "after"}
    changes = module not in _READING and result["action"] not in ("none", "adopt")
    assert result["changed"] is changes


def assert_failure(result: Result) -> None:
    """Check that a result is a failure with a single clear message."""
    assert result.get("failed"), result
    assert result.keys() >= _FAILURE, result.keys()
    assert "exception" not in result, result
    assert "Traceback" not in result["msg"]
    assert "\n" not in result["msg"]
    assert result["next_action"]
    assert result["next_action"] in result["msg"]
    assert all(set(error) == {"code", "message"} for error in result["errors"])
    assert all(error["code"] in result["msg"] for error in result["errors"])


class VirtualClock:
    """A clock for the client: sleeping takes no time and can trigger an event."""

    def __init__(self) -> None:
        self.now = 0.0
        self.naps: list[float] = []
        self.on_nap: t.Callable[[float], object] | None = None

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.naps.append(seconds)
        self.now += seconds
        if self.on_nap is not None:
            self.on_nap(seconds)

    def monotonic(self) -> float:
        """Return the time."""
        return self.now


@dataclass
class Controller:
    """Runs modules."""

    simulator: SimulatorProcess
    api_key: str
    secrets: list[str] = field(default_factory=list)
    """What must never be shown, besides the API key."""
    last: Printed | None = None
    calls: list[dict[str, t.Any]] = field(default_factory=list)
    """The ledger's entries of the last run."""
    _ledger_end: int = 0

    def ok(self, module: str, *, check_mode: bool = False, **arguments: t.Any) -> Result:
        """Run a module that must succeed."""
        result = self._run(module, check_mode, arguments)
        assert_success(module, result)
        return result

    def fails(self, module: str, *, check_mode: bool = False, **arguments: t.Any) -> Result:
        """Run a module that must fail with a single clear message."""
        result = self._run(module, check_mode, arguments)
        assert_failure(result)
        return result

    def methods(self) -> dict[str, int]:
        """Count the calls of the last run by method."""
        return dict(collections.Counter(call["method"] for call in self.calls))

    def warnings(self, result: Result) -> str:
        """Return the warnings of a result as one string; since ansible-core 2.19 they are not plain strings."""
        return "\n".join(json.dumps(warning) for warning in result.get("warnings", []))

    def writes(self) -> list[tuple[str, str]]:
        """Return method and path of the last run's calls other than GET."""
        return [(call["method"], call["path"]) for call in self.calls if call["method"] != "GET"]

    def ordered(self) -> list[dict[str, t.Any]]:
        """Return all orders and renewals billed so far."""
        return [entry for entry in self.simulator.billed_orders() if entry["kind"] in ("order", "renewal")]

    def forget_calls(self) -> None:
        """Exclude the calls made so far from the next count."""
        self._ledger_end = max([self._ledger_end, *(call["id"] for call in self.simulator.ledger(self._ledger_end))])

    def _run(self, module: str, check_mode: bool, arguments: dict[str, t.Any]) -> Result:
        connection = {
            "api_key": self.api_key,
            "api_url": self.simulator.base_url,
            "ca_path": self.simulator.ca_file,
        }
        given = {name: value for name, value in {**connection, **arguments}.items() if value is not None}
        self.last = printed = execute(module, given, check_mode=check_mode)
        self.calls = self.simulator.ledger(self._ledger_end)
        self._ledger_end = max([self._ledger_end, *(call["id"] for call in self.calls)])
        self._assert_nothing_leaked(printed, {given.get("api_key"), *self.secrets})
        result = printed.result
        assert printed.status == (1 if result.get("failed") else 0)
        if given["api_url"] == self.simulator.base_url:
            assert result.get("api_calls", {}) == self.methods(), (result, self.calls)
        if check_mode:
            assert self.writes() == []
        return result

    def _assert_nothing_leaked(self, printed: Printed, secrets: set[t.Any]) -> None:
        for secret in filter(None, secrets):
            for text in (printed.stdout, printed.stderr, printed.log):
                assert secret not in text
                assert json.dumps(secret)[1:-1] not in text
