# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of a run of the role deploy, however far it got."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.filter.deploy_outcome import FilterModule

NEW, OLD = "2b", "1a"
_STEPS = [{"label": "first"}, {"label": "second"}, {"label": "third"}]
_FAILED = [{"step": "deploy", "reason": "it broke"}]
_STALE = {"certificates": [{"serial_number": "99", "certificate_pem": "stale", "needs_reload": True}]}


def _host(**entry: Any) -> dict[str, Any]:
    """Return a result of digicert_host_certificate."""
    about = {"requested_serial_number": NEW, "changed": True, "needs_reload": True, "interrupted": False, **entry}
    return {"failed": bool(about.get("failed")), "certificates": [about]}


_INSTALLED = _host(serial_number=NEW, previous_serial_number=OLD)
_FIRST = _host(serial_number=NEW, previous_serial_number=None)
_BACK = _host(serial_number=OLD, certificate_pem="pem of 1a")
_REFUSED = _host(failed=True, serial_number=OLD, needs_reload=False, changed=False)


def _outcome(**state: Any) -> dict[str, Any]:
    given = {"name": "www", "home": "/etc/digicert/www", "steps": _STEPS, "predicted": {"skipped": True}, **state}
    found: dict[str, Any] = FilterModule().filters()["deploy_outcome"](given)
    return found


def _reloaded(outcome: dict[str, Any]) -> list[str]:
    return [step["label"] for step in outcome["reload"]]


@pytest.mark.parametrize(
    ("installed", "changed", "previous"),
    [
        (_INSTALLED, True, OLD),
        (_FIRST, True, ""),
        (_host(serial_number=NEW, changed=False, needs_reload=False), False, ""),
        (_host(serial_number=NEW, changed=False), True, ""),
    ],
)
def test_a_success_has_a_result_and_no_message(installed: dict[str, Any], changed: bool, previous: str) -> None:
    found = _outcome(installed=installed, taken_back=_STALE, reached=3)
    assert (found["msg"], found["reload"], found["certificate"]) == ("", [], "")
    assert found["result"] == {
        "changed": changed,
        "serial_number": NEW,
        "directory": "/etc/digicert/www/current",
        "previous_serial_number": previous,
        "rolled_back": False,
    }


def test_what_was_not_installed_needs_no_return() -> None:
    found = _outcome(installed=_REFUSED, taken_back=_STALE, tests={"failed": True}, reached=3, problems=_FAILED)
    assert found["was_in_use"] is False
    assert (found["reload"], found["certificate"]) == ([], "")
    assert found["msg"] == (
        "The certificate 2b of www was not installed: it broke; the certificate 1a stays in use. Correct this and run "
        "the play again."
    )
    assert (found["result"]["rolled_back"], found["result"]["previous_serial_number"]) == (False, OLD)
    none = _host(failed=True, serial_number=None, requested_serial_number=None, needs_reload=False)
    advice = [{"step": "deploy", "reason": "it is full. Free some space"}]
    assert (
        "The certificate of www was not installed: it is full. Free some space; no certificate was installed"
        in (_outcome(installed=none, problems=advice)["msg"])
    )
    assert (
        "Free some space. Meanwhile, the certificate 1a stays in use."
        in (_outcome(installed=_REFUSED, problems=advice)["msg"])
    )
    # the module did not even start
    assert "The certificate of www was not installed" in _outcome(installed={"failed": True}, problems=_FAILED)["msg"]


def test_a_return_reloads_what_was_reached() -> None:
    state = {"installed": _INSTALLED, "taken_back": _BACK, "problems": _FAILED, "is_served_checked": True}
    assert _outcome(**state)["was_in_use"] is True
    assert _reloaded(_outcome(**state, reached=2)) == ["first", "second"]
    # the number is that of another certificate if the configuration does not fit
    assert _reloaded(_outcome(**state, reached=2, tests={"failed": True})) == []
    interrupted = {**state, "installed": _host(serial_number=NEW, interrupted=True)}
    assert _reloaded(_outcome(**interrupted, tests={"failed": True})) == ["first", "second", "third"]
    found = _outcome(**state)
    assert found["certificate"] == "pem of 1a"
    assert found["result"]["rolled_back"] is True
    assert found["msg"] == (
        "The certificate 2b of www was not put into use: it broke; the previous certificate 1a is in place again and "
        "is served. Correct the cause and run the play again."
    )


@pytest.mark.parametrize(
    ("more", "is_checked", "text", "rolled_back"),
    [
        ([], False, "the previous certificate 1a is in place again. ", True),
        (["reload"], True, "1a is in place again and is served, although a service did not reload it: no", True),
        (["reload"], False, "restoring the previous certificate 1a failed too: no. ", False),
        (["return"], True, "restoring the previous certificate 1a failed too: no. ", False),
        (["reload", "return"], True, "restoring the previous certificate 1a failed too: no. ", False),
    ],
)
def test_further_problems_are_named(more: list[str], is_checked: bool, text: str, rolled_back: bool) -> None:
    problems = [*_FAILED, *({"step": step, "reason": "no"} for step in more)]
    state = {"installed": _INSTALLED, "taken_back": _BACK, "problems": problems, "is_served_checked": is_checked}
    found = _outcome(**state)
    assert text in found["msg"]
    assert found["result"]["rolled_back"] is rolled_back


def test_without_a_previous_certificate_nothing_is_reloaded_or_proven() -> None:
    back = _host(serial_number=None, certificate_pem=None)
    found = _outcome(installed=_FIRST, taken_back=back, problems=_FAILED, reached=3, is_served_checked=True)
    assert (found["reload"], found["certificate"]) == ([], "")
    assert "there was no previous certificate, so none is installed now" in found["msg"]
    assert found["result"]["rolled_back"] is True


def test_a_set_that_was_in_use_stays() -> None:
    same = {"installed": _FIRST, "problems": _FAILED, "reached": 3, "is_served_checked": True}
    found = _outcome(**same, taken_back=_host(serial_number=NEW, certificate_pem="pem", needs_reload=False))
    assert (found["reload"], found["certificate"]) == ([], "")
    assert "its files stay in place, because they were already in use. " in found["msg"]
    assert found["result"]["rolled_back"] is False
    # links led elsewhere for a moment
    links = _host(serial_number=NEW, certificate_pem="pem")
    assert _reloaded(_outcome(**same, taken_back=links)) == ["first", "second", "third"]
    same["problems"] = [*_FAILED, {"step": "reload", "reason": "no"}]
    assert "but services could not be reloaded with them: no" in _outcome(**same, taken_back=links)["msg"]


def test_a_return_that_fails_names_the_certificate_before() -> None:
    problems = [*_FAILED, {"step": "return", "reason": "full"}]
    found = _outcome(installed=_INSTALLED, taken_back=_host(failed=True, serial_number=NEW), problems=problems)
    assert "restoring the previous certificate 1a failed too: full" in found["msg"]
    assert found["result"]["rolled_back"] is False
    found = _outcome(installed=_FIRST, taken_back={"failed": True}, problems=problems)
    assert "restoring the previous certificate failed too: full" in found["msg"]


def test_commands_before_the_installation_have_a_failure_of_their_own() -> None:
    broken = {"failed": True, "results": [{"failed": True}]}
    state = {"predicted": _INSTALLED, "commands": broken, "installed": _STALE, "problems": _FAILED, "reached": 3}
    found = _outcome(**state)
    assert (found["was_in_use"], found["reload"]) == (False, [])
    assert "was not put into use: it broke; the previous certificate 1a stays in use. Correct" in found["msg"]
    assert "there was no previous certificate" in _outcome(**{**state, "predicted": _FIRST})["msg"]
    refused = _outcome(**{**state, "predicted": _REFUSED})
    assert "was not installed: it broke; the certificate 1a stays in use" in refused["msg"]


def test_a_set_in_use_stays_although_a_command_or_the_return_fails() -> None:
    repair = _host(serial_number=NEW, previous_serial_number=None, action="repair")
    stopped = _outcome(predicted=repair, commands={"failed": True}, problems=_FAILED)
    assert "its files stay in place, because they were already in use. " in stopped["msg"]
    problems = [*_FAILED, {"step": "return", "reason": "full"}]
    found = _outcome(installed=repair, taken_back={"failed": True}, problems=problems)
    assert "because they were already in use, but services could not be reloaded with them: full" in found["msg"]


def test_what_commands_may_have_stopped_is_started_again() -> None:
    state = {"predicted": _FIRST, "commands": {"results": []}, "problems": _FAILED}
    assert len(_outcome(**state, installed=_REFUSED)["reload"]) == 3
    assert len(_outcome(**state, installed=_FIRST, taken_back=_host(serial_number=None))["reload"]) == 3
    again = {**state, "problems": [*_FAILED, {"step": "reload", "reason": "no"}]}
    assert "but a service could not be started again: no" in _outcome(**again, installed=_REFUSED)["msg"]
    # an earlier certificate of the play left the result of its commands
    same = {**state, "predicted": _host(serial_number=NEW, needs_reload=False), "installed": _REFUSED}
    assert _outcome(**same)["reload"] == []
