# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demonstration: one certificate from the order to its revocation, each step shown and verified."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.community.digicert.tests.demo.playing import Event, Player, Run
from ansible_collections.community.digicert.tests.demo.proof import Books, Calls, require, served_serial_number
from ansible_collections.community.digicert.tests.demo.table import table

NAMES = ["shop.example", "www.shop.example"]
ADDED = "api.shop.example"
HEAD = ("step", "action", "order id", "serial", "days left", "API calls")

# What is shown if a task of the roles did something; the other tasks are only in the log.
_SHOWN = {
    "Read what is installed on the host, and stage keys for what is needed": (
        "a private key is generated on the host, where it stays, and a CSR"
    ),
    "Order, renew, reissue or duplicate": "CertCentral accepts the request",
    "Write or remove the files": "the token for domain control validation is written to the folder of the web server",
    "Have the records checked, wait, and collect the certificates": (
        "CertCentral resolves the names, fetches the token over HTTP, and issues; the certificate belongs to the key"
    ),
    "Install the set": "key, certificate and chain are put into use with one rename",
    "Run the reload command": "the TLS service reads them again",
    "Check from the controller which certificate is served": "a TLS handshake shows the new certificate",
    "Write or remove the files, again": "the token is removed",
    "Revoke the certificate": "CertCentral revokes the certificate",
}


@dataclass
class Step:
    """One line of the table at the end."""

    title: str
    action: str = "-"
    order_id: str = "-"
    serial_number: str = "-"
    days_left: str = "-"
    calls: str = "-"
    held: bool = False

    def row(self, number: int) -> tuple[str, ...]:
        """Return the cells; a long serial number is truncated."""
        serial = self.serial_number if len(self.serial_number) <= 16 else f"{self.serial_number[:16]}…"
        title = f"{number} {self.title}" if self.held else f"{number} {self.title}: FAILED"
        return (title, self.action, self.order_id, serial, self.days_left, self.calls)


@dataclass
class Story:
    """The steps so far, and what they work with."""

    player: Player
    books: Books
    service_port: int
    root_file: str
    say: Callable[[str], None]
    steps: list[Step] = field(default_factory=list)
    _shown: set[str] = field(default_factory=set)

    def run(self) -> None:
        """Run all steps; raise NotProven if one of them cannot be verified."""
        self._step("order for two names", f"Order an OV certificate for {' and '.join(NAMES)}.", self._order)
        self._step("the same again", "Run the same playbook again.", self._again)
        self._step("one more name", f"Add {ADDED} to the names and run it again.", self._add)
        self._step("revoke", "Revoke the certificate.", self._revoke)

    def table(self) -> str:
        """Return the table of the steps."""
        return table(HEAD, [step.row(number) for number, step in enumerate(self.steps, start=1)])

    def _step(self, title: str, announcement: str, action: Callable[[Step], str]) -> None:
        step = Step(title)
        self.steps.append(step)
        self._shown.clear()
        self.say(f"\n{len(self.steps)}. {announcement}")
        start = time.monotonic()
        proven = action(step)
        step.held = True
        self.say(f"   Verified: {proven} ({time.monotonic() - start:.1f} s)")

    def _order(self, step: Step) -> str:
        run, calls = self._certificate(step, NAMES)
        require(run.changed > 0, "the run reported no change")
        require(step.action == "order", f"the action was {step.action}, not order")
        require(self.books.billed() == 1, f"{self.books.billed()} orders were billed, not one")
        require(_count(calls, "POST /order/certificate/[a-z_]+") == 1, "not exactly one order was placed")
        self._require_served(step, NAMES)
        return f"TLS handshakes for {len(NAMES)} names show this certificate; one order was placed and billed"

    def _again(self, step: Step) -> str:
        run, calls = self._certificate(step, NAMES)
        require(run.changed == 0, f"{run.changed} tasks reported a change")
        require(len(calls) == 0, f"CertCentral was called {len(calls)} times")
        require(step.serial_number == self.steps[0].serial_number, "the certificate has changed")
        self._require_served(step, NAMES)
        return "changed=0, no API call, the same certificate is served"

    def _add(self, step: Step) -> str:
        names = [*NAMES, ADDED]
        run, calls = self._certificate(step, names)
        first = self.steps[0]
        require(run.changed > 0, "the run reported no change")
        require(step.action == "reissue", f"the action was {step.action}, not reissue")
        require(step.order_id == first.order_id, f"order {step.order_id} was used, not {first.order_id}")
        require(step.serial_number != first.serial_number, "the certificate is the old one")
        require(self.books.billed() == 1, "another order was billed")
        require(_count(calls, r"POST /order/certificate/\d+/reissue") == 1, "not exactly one reissue was requested")
        self._require_served(step, names)
        return f"TLS handshakes for {len(names)} names show the new certificate; there is still only one order"

    def _revoke(self, step: Step) -> str:
        current = self.steps[-2]
        serial = current.serial_number
        result: dict[str, Any] = {}

        def watch(event: Event) -> None:
            result.update(event.get("result", {}))
            self._watch(event)

        run = self.player.play("revoke.yml", watch, demo_serial_number=serial)
        calls = self._finish(step, run)
        step.action, step.order_id, step.serial_number = str(result.get("action")), current.order_id, serial
        require(step.action == "revoke", f"the action was {step.action}, not revoke")
        require(_count(calls, r"PUT /certificate/[0-9A-Fa-f]+/revoke") == 1, "not exactly one certificate was revoked")
        statuses = self.books.statuses()
        require(statuses.get(serial) == "revoked", f"its status in the records of the CA is {statuses.get(serial)}")
        first = self.steps[0].serial_number
        require(statuses.get(first) == "issued", f"the first certificate is {statuses.get(first)}, not issued")
        return "according to the records of the CA, this certificate is revoked, and no other"

    def _certificate(self, step: Step, names: list[str]) -> tuple[Run, Calls]:
        """Run the playbook of the role and record its result for the certificate."""
        run = self.player.play("certificate.yml", self._watch, demo_names=names)
        calls = self._finish(step, run)
        results: list[Mapping[str, Any]] = run.facts.get("certificate_results") or []
        require(len(results) == 1, f"the role returned {len(results)} certificates, not one")
        result = results[0]
        step.action = str(result["action"])
        # if the certificate needs nothing, the role does not look up its order
        step.order_id = str(result["order_id"] or "-")
        step.serial_number = str(result["serial_number"])
        step.days_left = str(result["days_left"])
        return run, calls

    def _finish(self, step: Step, run: Run) -> Calls:
        """Record the calls of a run, and require that it succeeded."""
        calls = self.books.new_calls()
        step.calls = str(len(calls))
        reason = "; ".join(run.failures[-1:]) or f"see {self.player.log}"
        require(run.status == 0, f"ansible-playbook exited with {run.status}: {reason}")
        return calls

    def _require_served(self, step: Step, names: list[str]) -> None:
        """Require that a client that trusts only the root gets this certificate for every name."""
        for name in names:
            served = served_serial_number(self.service_port, name, self.root_file)
            require(served == step.serial_number, f"{name} is served with {served}, not with {step.serial_number}")

    def _watch(self, event: Event) -> None:
        name = str(event.get("task", "")).rsplit(" : ", 1)[-1]
        # a task that runs several times is shown once, unless the second time is something else
        if name in self._shown:
            name += ", again"
        if event.get("status") in ("ok", "changed") and name in _SHOWN and name not in self._shown:
            self._shown.add(name)
            self.say(f"   - {_SHOWN[name]}")


def _count(calls: Calls, pattern: str) -> int:
    """Count the matching requests that changed something; a path may start with the base path of the API."""
    expected = pattern.replace(" /", " (?:/services/v2)?/", 1)
    return sum(bool(re.fullmatch(expected, call)) for call in calls.that_changed())
