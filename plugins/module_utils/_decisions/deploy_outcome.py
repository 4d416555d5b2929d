# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of a run of the role deploy: its result, its message, and what a return to the previous set needs.

Pure: the results of tasks in, plain values out. A result that a task registered for an earlier certificate of the same
play is never used: each one is only read if the one before it says that its task has run.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

Result = t.Mapping[str, t.Any]
_NOTHING: Result = {}
_OF_A_SET_IN_USE = ("repair", "reload")


@dataclass(frozen=True)
class Problem:
    """Something that failed: the deployment itself, a reload of the previous set, or the return to it."""

    step: str
    reason: str


class DeployRun:
    """One run of the role, as far as it got."""

    def __init__(self, state: Result) -> None:
        """Sort the registered results: a prediction, the commands before the installation, the installation."""
        self._state = state
        self.problems = [Problem(each["step"], each["reason"]) for each in state.get("problems") or ()]
        predicted = _result(state, "predicted")
        commands = _result(state, "commands") if _entry(predicted).get("needs_reload") else _NOTHING
        self.is_stopped_by_command = not _failed(predicted) and _failed(commands)
        """Whether a command before the installation failed, so that nothing was installed."""
        self.commands_ran = bool(commands) and not _failed(commands)
        """Whether these commands have run. They may have stopped services."""
        began = not _failed(predicted) and not _failed(commands)
        last = _result(state, "installed") if began else predicted
        self.new = _entry(last)
        """What digicert_host_certificate reported of the new certificate."""
        self.was_in_use = began and not _failed(last) and bool(self.new.get("needs_reload"))
        """Whether services had to read the new set, so that a failure needs a return to the previous one."""
        back = _result(state, "taken_back") if self.problems and self.was_in_use else _NOTHING
        self.back = _NOTHING if _failed(back) else _entry(back)
        """What digicert_host_certificate reported of the previous certificate."""

    @property
    def serial_number(self) -> str:
        """The serial number of the new certificate."""
        return str(self.new.get("requested_serial_number") or "")

    @property
    def previous(self) -> str:
        """The serial number of the certificate that was in use before; empty if there was none."""
        if self.back:
            return str(self.back.get("serial_number") or "")
        if not self.was_in_use and not self.is_stopped_by_command:
            # of a request that failed, the certificate in use is reported
            return str(self.new.get("serial_number") or "")
        known = self.new.get("previous_serial_number")
        if not known and self.new.get("action") in _OF_A_SET_IN_USE and not self.new.get("interrupted"):
            return self.serial_number
        return str(known or "")

    @property
    def is_same_set(self) -> bool:
        """Whether the set was already in use, so that it stays in use after a failure."""
        return self.previous == self.serial_number != ""

    @property
    def is_proven(self) -> bool:
        """Whether the certificate in use after a failure is shown by a handshake."""
        return bool(self._state.get("is_served_checked")) and self.certificate_to_prove() != ""

    def certificate_to_prove(self) -> str:
        """Return the previous certificate if it must be proven, or nothing."""
        return "" if self.is_same_set else str(self.back.get("certificate_pem") or "")

    def steps_to_reload_again(self) -> list[t.Any]:
        """Return what may have read the new set, and what the commands may have stopped."""
        steps = list(self._state.get("steps") or ())
        if self.commands_ran:
            return steps
        if not self.back.get("needs_reload") or not self.previous:
            return []
        if self.new.get("interrupted"):
            return steps
        # the others still use the certificate that they read before
        reached = 0 if _failed(_result(self._state, "tests")) else int(self._state.get("reached") or 0)
        return steps[:reached]

    def first(self, step: str) -> str:
        """Return why a step failed, or nothing if it did not."""
        return next((each.reason for each in self.problems if each.step == step), "")

    def problem_of_return(self) -> str:
        """Return why the previous set is not in use again, or nothing if it is."""
        reload = "" if self.is_proven or not self.previous else self.first("reload")
        return self.first("return") or reload


def deploy_outcome(state: Result) -> dict[str, t.Any]:
    """Return the result of the role and, if something failed, its message and what a return needs."""
    run = DeployRun(state)
    return {
        "reload": run.steps_to_reload_again(),
        "was_in_use": run.was_in_use,
        "certificate": run.certificate_to_prove(),
        "result": _result_of(run, state),
        "msg": _message(run, state) if run.problems else "",
    }


def _result_of(run: DeployRun, state: Result) -> dict[str, t.Any]:
    previous = run.previous if run.problems else str(run.new.get("previous_serial_number") or "")
    return {
        "changed": not run.problems and bool(run.new.get("changed") or run.new.get("needs_reload")),
        "serial_number": run.serial_number,
        "directory": f"{state['home']}/current",
        "previous_serial_number": previous,
        "rolled_back": bool(run.back) and not run.is_same_set and not run.problem_of_return(),
    }


def _message(run: DeployRun, state: Result) -> str:
    certificate = " ".join(filter(None, ("The certificate", run.serial_number, "of", state["name"])))
    reason = run.first("deploy")
    if run.was_in_use or run.is_stopped_by_command:
        outcome = _after_return(run)
        return f"{certificate} was not put into use: {reason}; {outcome}. Correct the cause and run the play again."
    outcome = f"the certificate {run.previous} stays in use" if run.previous else "no certificate was installed before"
    if run.first("reload"):
        outcome += f", but a service could not be started again: {run.first('reload')}"
    # advice of the module is a sentence of its own
    joint = ". Meanwhile, " if ". " in reason and run.previous else "; "
    return f"{certificate} was not installed: {reason}{joint}{outcome}. Correct this and run the play again."


def _after_return(run: DeployRun) -> str:
    """Say what is in use after the new set was not accepted."""
    problem, reload = run.problem_of_return(), run.first("reload")
    if run.is_same_set:
        text = "its files stay in place, because they were already in use"
        return f"{text}, but services could not be reloaded with them: {problem}" if problem else text
    if problem:
        return " ".join(filter(None, ("restoring the previous certificate", run.previous, f"failed too: {problem}")))
    if not run.previous:
        return "there was no previous certificate, so none is installed now"
    if run.is_stopped_by_command:
        return f"the previous certificate {run.previous} stays in use"
    text = f"the previous certificate {run.previous} is in place again" + (" and is served" if run.is_proven else "")
    return f"{text}, although a service did not reload it: {reload}" if reload else text


def _result(state: Result, name: str) -> Result:
    found = state.get(name) or _NOTHING
    return _NOTHING if found.get("skipped") else found


def _entry(result: Result) -> Result:
    entries = result.get("certificates") or ()
    return entries[0] if entries else _NOTHING


def _failed(result: Result) -> bool:
    return bool(result.get("failed"))
