# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clean up after a certificate whose services present it."""

from __future__ import annotations

from .files import HostError
from .home import Home, open_home
from .host_result import HostResult
from .layout import PENDING, SETS
from .set_links import remove_temporaries
from .set_request import SetRequest
from .take_back import settle
from .trace import TRACE, Trace


def clean_up(request: SetRequest, lock_timeout: float, check_mode: bool) -> HostResult:
    """Remove the staged key, old sets and what interrupted runs left, and at last the trace. Raises HostError."""
    with open_home(request, lock_timeout, check_mode) as home:
        in_use = home.in_use() if home is not None else ""
        trace = home.trace() if home is not None else None
        if home is None or not in_use or (trace is not None and trace.serial_number != in_use):
            raise HostError(_refusal(home, trace, check_mode))
        if not check_mode:
            settle(home)
        result = _result(home, trace, in_use)
        if not check_mode:
            _remove(home, trace, result.before["remove"])
        return result


def _refusal(home: Home | None, trace: Trace | None, check_mode: bool) -> str:
    if home is None or trace is None:
        return "no certificate is installed. Run the task with state=installed first"
    if not check_mode:
        settle(home)
    return (
        f"the installation of the certificate {trace.serial_number} was interrupted before it was put into use, and is "
        "taken back. Run the task with state=installed again"
    )


def _result(home: Home, trace: Trace | None, in_use: str) -> HostResult:
    previous = trace.previous if trace is not None else ""
    reasons, paths = [], home.leftovers()
    if paths:
        reasons.append("an interrupted run left incomplete files behind")
    if home.staged_key_is_installed():
        paths.append(PENDING)
        reasons.append("the staged key is installed")
    old = _old_sets(home, in_use, previous)
    if old:
        paths += [f"{SETS}/{name}" for name in old]
        reasons.append(f"more than {home.request.keep} previous sets are kept")
    if trace is not None:
        paths.append(TRACE)
        reasons.append("the new certificate is proven")
    return HostResult(
        action="clean_up" if paths else "none",
        reasons=reasons,
        serial_number=in_use,
        previous_serial_number=previous if previous not in ("", in_use) else None,
        before={"remove": paths},
        after={"remove": []},
    )


def _old_sets(home: Home, in_use: str, previous: str) -> list[str]:
    """Return the sets that are not kept. The one in use and its predecessor always are."""
    sets = home.sets()
    others = [name for name in sets if name != in_use]
    # the previous set counts as the newest one, whatever its date
    others.sort(key=lambda name: (name == previous, sets[name], name), reverse=True)
    return others[max(home.request.keep, 1) :]


def _remove(home: Home, trace: Trace | None, paths: list[str]) -> None:
    links = [str(link.path) for link in home.request.files.links]
    remove_temporaries({*links, *(link.path for link in (trace.links if trace is not None else ()))})
    for path in paths:
        # the trace is the last one
        home.remove(path)
