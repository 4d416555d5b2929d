# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the service does on its own: automatic DCV checks, delayed issuing, scheduled revocations.

All of it is scheduled on the simulated clock. After the clock jumps, everything in between is done at once and dated
with the time at which it was due.
"""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from certcentral_simulator.cases.auto_reissuing import DUE, reissue_due
from certcentral_simulator.cases.dcv import due_polls, record_proofs
from certcentral_simulator.cases.issuing import progress
from certcentral_simulator.cases.revoking import mark_revoked
from certcentral_simulator.dcv.check import run_probes
from certcentral_simulator.dcv.network import Network
from certcentral_simulator.render.orders import render_chain
from certcentral_simulator.state.rows import WebhookEvent
from certcentral_simulator.state.work import Work
from certcentral_simulator.webhook_delivery import send_event

T = TypeVar("T")
_INTERVAL_SECONDS = 1.0


class Transactions(Protocol):
    """What the work needs of the simulator."""

    network: Network

    def work(self) -> AbstractContextManager[Work]:
        """Begin a transaction."""

    def carry_out(self, action: Callable[[Work], T]) -> T:
        """Run a transaction in which certificates may be signed."""


def _issue_due(work: Work) -> None:
    due = work.certificates.find("issue_due_at IS NOT NULL AND issue_due_at <= ?", work.now, order="issue_due_at")
    for certificate in due:
        then = work.at(certificate.issue_due_at or work.now)
        progress(then, then.orders.need(certificate.order_id))


def _reissue_all_due(work: Work) -> None:
    # The clock may jump past the expiry of several successive certificates of the same order.
    while work.orders.count(f"{DUE} AND status = 'issued'", work.now):
        reissue_due(work)


class Jobs:
    """Runs what is due, in its own thread and whenever the clock is set."""

    def __init__(self, simulator: Transactions) -> None:
        self._simulator = simulator
        self._running = threading.Lock()
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._loop, name="jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread and wait for it."""
        self._stopped.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def wake(self) -> None:
        """Check now what is due."""
        self._wake.set()

    def run_due(self) -> None:
        """Do everything that is due now."""
        with self._running:
            self._poll_domains()
            self._issue()
            self._simulator.carry_out(_reissue_all_due)
            self._revoke()
            self._send_events()

    def _loop(self) -> None:
        while not self._stopped.is_set():
            self._wake.wait(_INTERVAL_SECONDS)
            self._wake.clear()
            if self._stopped.is_set():
                return
            try:
                self.run_due()
            except Exception:  # noqa: BLE001  (one broken order must not stop the thread)
                traceback.print_exc(file=sys.stderr)

    def _poll_domains(self) -> None:
        with self._simulator.work() as work:
            due, waiting = due_polls(work)
        # Network checks run outside any transaction.
        found = run_probes(self._simulator.network, due)
        if waiting or any(found.values()):
            self._simulator.carry_out(lambda work: record_proofs(work, found, waiting))

    def _issue(self) -> None:
        self._simulator.carry_out(_issue_due)

    def _revoke(self) -> None:
        with self._simulator.work() as work:
            due = work.certificates.find(
                "revoke_due_at IS NOT NULL AND revoke_due_at <= ?", work.now, order="revoke_due_at"
            )
            for certificate in due:
                mark_revoked(work.at(certificate.revoke_due_at or work.now), certificate, "superseded")

    def _send_events(self) -> None:
        with self._simulator.work() as work:
            webhook = work.webhooks.first("1")
            waiting = [(event, _payload(work, event)) for event in work.webhook_events.find("sent_at IS NULL")]
        for event, payload in waiting:
            # Nobody listens anymore if the webhook was changed meanwhile.
            if webhook is not None and webhook.status == "active":
                event.status = send_event(self._simulator.network, webhook.endpoint, webhook.secret, payload)
            with self._simulator.work() as work:
                event.sent_at = work.now
                work.webhook_events.update(event)


def _payload(work: Work, event: WebhookEvent) -> dict[str, Any]:
    certificate = work.certificates.get(event.data["certificate_id"])
    if not event.with_chain or certificate is None or not certificate.pem:
        return {"event": event.name, "data": event.data}
    chain = render_chain(work, certificate, work.authority.chain(certificate.ica), crlf=True)
    return {"event": event.name, "data": {**event.data, "certificate_chain": chain}}
