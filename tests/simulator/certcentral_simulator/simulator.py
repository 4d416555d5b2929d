# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator as a whole: state, clock, switches, CA, faults and background work, without HTTP."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from certcentral_simulator.ca.authority import Authority
from certcentral_simulator.cases.caa import identifiers, store_findings
from certcentral_simulator.cases.console import make_order
from certcentral_simulator.cases.issuing import progress_these
from certcentral_simulator.clock import Clock
from certcentral_simulator.dcv.caa_lookup import look_up_caa
from certcentral_simulator.dcv.network import Network, network_from
from certcentral_simulator.errors import Refusal
from certcentral_simulator.faults import Faults
from certcentral_simulator.jobs import Jobs
from certcentral_simulator.rate_windows import RateWindows
from certcentral_simulator.state.account import load_account
from certcentral_simulator.state.lock import StateLock
from certcentral_simulator.state.ready_account import READY_ACCOUNT
from certcentral_simulator.state.store import Store
from certcentral_simulator.state.work import Work
from certcentral_simulator.switches import Switches, Value, parse_value

T = TypeVar("T")
_MAX_ATTEMPTS = 5
DATABASE = "state.sqlite3"


class CaaLookupNeeded(Exception):
    """A transaction cannot be committed until the CAA records of some names are looked up."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(names)))
        self.names = names


@dataclass(frozen=True)
class Options:
    """The settings with which the simulator starts, and to which a reset returns."""

    account: dict[str, Any] = field(default_factory=lambda: READY_ACCOUNT)
    api_key: str | None = None
    network: Network = field(default_factory=Network)
    now: int | None = None
    switches: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class _Kept:
    """A state to which the simulator can return."""

    rows: sqlite3.Connection
    switches: Switches
    network: Network


class Simulator:
    """Owns everything that lives longer than a request."""

    def __init__(self, directory: Path, options: Options | None = None, revocation_url: str = "") -> None:
        self.options = options or Options()
        directory.mkdir(parents=True, exist_ok=True)
        self._lock = StateLock(directory)
        try:
            self._set_up(directory, revocation_url)
        except BaseException:
            self._lock.release()
            raise

    def _set_up(self, directory: Path, revocation_url: str) -> None:
        self.authority = Authority(directory / "ca")
        self.authority.revocation_url = revocation_url
        self.clock = Clock()
        self.faults = Faults(self._keep_faults)
        self.rate_windows = RateWindows()
        self.switches = Switches(self.options.switches)
        self.network = self.options.network
        self._store = Store(directory / DATABASE)
        self._kept: list[_Kept] = []
        self.jobs = Jobs(self)
        # set before the servers are stopped, so that nobody is waited for
        self.stopping = threading.Event()
        with self.work() as work:
            if work.containers.count():
                self._take_up(work)
            else:
                self._fill(work)

    @contextmanager
    def work(self) -> Iterator[Work]:
        """A transaction over the whole state, at the simulated time; certificates it releases are signed afterwards."""
        with self._store.transaction() as connection:
            work = Work(connection, self.clock.now(), self.switches, self.authority)
            yield work
        if work.postponed:
            self.carry_out(lambda later: progress_these(later, work.postponed))

    def carry_out(self, action: Callable[[Work], T], switches: Switches | None = None) -> T:
        """Run a transaction in which certificates may be signed.

        The CAA records that it needs are looked up outside the transaction, which is then run again from the start.

        :param action: what to do; it must change nothing but the state.
        :param switches: used instead of those that are set.
        """
        for _number in range(_MAX_ATTEMPTS):
            try:
                with self._store.transaction() as connection:
                    work = Work(connection, self.clock.now(), switches or self.switches, self.authority, set())
                    result = action(work)
                    if work.caa_needed:
                        raise CaaLookupNeeded(frozenset(work.caa_needed))
                    return result
            except CaaLookupNeeded as needed:
                self._look_up_caa(needed.names)
        raise RuntimeError("the CAA records of a certificate keep changing their names")

    def _look_up_caa(self, names: frozenset[str]) -> None:
        with self.work() as work:
            ours = identifiers(work)
        findings = look_up_caa(self.network, names, ours)
        with self.work() as work:
            store_findings(work, findings)

    def close(self) -> None:
        """Stop the background jobs and close the database."""
        self.jobs.stop()
        self._store.close()
        self._lock.release()

    def reset(self) -> None:
        """Reset to the initial state; the CA and the API keys stay."""
        self.faults.clear()
        self.rate_windows.clear()
        self.switches = Switches(self.options.switches)
        self.network = self.options.network
        with self.work() as work:
            secrets = {key.name: key.secret for key in work.keys.find()}
            work.clear()
            self._fill(work)
            for key in work.keys.find():
                key.secret = secrets.get(key.name, key.secret)
                work.keys.update(key)
        self.jobs.wake()

    def keep(self) -> int:
        """Keep a copy of the state until the simulator ends; the number with which it is restored."""
        self._kept.append(_Kept(self._store.copy(), self.switches, self.network))
        return len(self._kept)

    def restore(self, number: int) -> None:
        """Return to a state that was kept, as often as needed; the clock has its offset of that time.

        :raises ValueError: no state was kept under this number.
        """
        if not 1 <= number <= len(self._kept):
            raise ValueError(f"there is no state {number}: {len(self._kept)} were kept")
        kept = self._kept[number - 1]
        self._store.overwrite(kept.rows)
        self.rate_windows.clear()
        self.switches, self.network = kept.switches, kept.network
        with self.work() as work:
            self.clock.set_offset(int(work.setting("clock")["offset"]))
            faults = work.setting("faults").get("faults", [])
        self.faults.take_up(faults)
        self.jobs.wake()

    def set_clock(self, moment: int) -> None:
        """Set the simulated clock (seconds since 1970) and do everything that is then due."""
        self.clock.set_now(moment)
        with self.work() as work:
            work.store_setting("clock", {"offset": self.clock.offset})
        self.jobs.run_due()
        self.jobs.wake()

    def set_switches(self, values: Mapping[str, Any]) -> None:
        """Set some switches.

        :raises ValueError: a switch is unknown or its value is not allowed; then none is set.
        """
        parsed = {name: parse_value(name, value) for name, value in values.items()}
        self.switches = Switches({**self.switches.changed(), **parsed})
        with self.work() as work:
            work.store_setting("switches", dict(self.switches.changed()))

    def set_network(self, values: dict[str, Any]) -> None:
        """Change the resolver, the ports or the allowed addresses of DCV.

        :raises ValueError: a value is invalid.
        """
        self.network = network_from(values, self.network)
        with self.work() as work:
            work.store_setting("network", self.network.as_json())

    def _keep_faults(self, faults: list[dict[str, Any]]) -> None:
        with self.work() as work:
            work.store_setting("faults", {"faults": faults})

    def _fill(self, work: Work) -> None:
        if self.options.now is None:
            self.clock.set_offset(0)
        else:
            self.clock.set_now(self.options.now)
        now = work.at(self.clock.now())
        now.store_setting("clock", {"offset": self.clock.offset})
        of_account = Switches(self.options.account.get("switches") or {})
        now.store_setting("switches", of_account.changed())
        self.switches = now.switches = Switches({**of_account.changed(), **self.options.switches})
        try:
            load_account(now, self.options.account, self.options.api_key)
            for values in self.options.account.get("orders") or []:
                make_order(now, values)
        except Refusal as exc:
            raise ValueError(f"the service refuses an order of the account: {exc.situation} {exc.field}") from exc
        except (TypeError, KeyError, AttributeError) as exc:
            raise ValueError(f"the account has an invalid entry: {exc}") from exc

    def _take_up(self, work: Work) -> None:
        # An existing state continues where it stopped; command-line options take precedence.
        self.clock.set_offset(int(work.setting("clock").get("offset", 0)))
        if self.options.now is not None:
            self.clock.set_now(self.options.now)
            work.store_setting("clock", {"offset": self.clock.offset})
        self.switches = Switches({**work.setting("switches"), **self.options.switches})
        self.faults.take_up(work.setting("faults").get("faults", []))
        stored = work.setting("network")
        if stored and self.options.network == Network():
            self.network = network_from(stored, Network())
        key = work.keys.first("1")
        if self.options.api_key and key is not None:
            key.secret = self.options.api_key
            work.keys.update(key)
