# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request for a certificate, and what a run has found and done for it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import typing as t
from dataclasses import dataclass, field

from .._certcentral.errors import DigicertError, InputError
from .._certcentral.model import Order
from .._decisions.certificate import Need
from .._decisions.certificate_plan import CertificatePlan
from .._decisions.phase import FINAL_PHASES
from .._x509.certificates import Chain, Csr
from .order import OrderRequest
from .outcome import Standing


@dataclass(frozen=True)
class CertificateRequest:
    """One requested certificate."""

    need: Need
    order: OrderRequest | None
    """None in check mode if there is no CSR yet."""
    product: str
    dcv_method: str
    check_for: float
    """Seconds to repeat the DCV check while the service does not see the records; 0 means once."""
    present: str = ""
    """The PEM texts in the files of the request."""
    is_file_only: bool = False
    """Whether the serial number is that of the file: it may be from any CA, so it is only compared with the list."""

    @property
    def csr(self) -> Csr | None:
        """The CSR, if there is one yet."""
        return self.order.csr if self.order else None


@dataclass
class Entry:
    """What a run has found and done for one request. Plain values, so that a run can be continued by another."""

    host: str | None
    name: str | None
    action: str = "none"
    reasons: list[str] = field(default_factory=list)
    failed: bool = False
    msg: str = ""
    errors: list[dict[str, str]] = field(default_factory=list)
    next_action: str = ""
    phase: str | None = None
    blocked_on: list[dict[str, str | None]] = field(default_factory=list)
    order_id: int | None = None
    status: str | None = None
    """Of the order."""
    certificate_id: int | None = None
    serial_number: str | None = None
    not_after: str | None = None
    days_left: int | None = None
    public_key_fingerprint: str | None = None
    certificate_pem: str | None = None
    chain_pem: str | None = None
    records: list[dict[str, str | None]] = field(default_factory=list)
    paid: bool = False
    order: dict[str, t.Any] | None = None
    certificate: dict[str, t.Any] | None = None
    before: dict[str, t.Any] = field(default_factory=dict)
    after: dict[str, t.Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    is_new: bool = False
    """Whether this run has placed or reissued the order, so that nobody can have published its records yet."""
    follows: bool = False
    """Whether the order is for the key of another host, so that this one gets a certificate once it is issued."""
    is_assumed: bool = False
    """Whether the order was found in the list only, and its key has not been compared yet."""

    @property
    def label(self) -> str:
        """The request in messages."""
        name = self.name or "the certificate"
        return f"{name} of {self.host}" if self.host else name

    @property
    def changed(self) -> bool:
        """Whether something was, or in check mode would be, changed."""
        return self.action not in ("none", "adopt")

    @property
    def is_final(self) -> bool:
        """Whether the order waits for nothing and nobody."""
        return self.phase in FINAL_PHASES

    def fail(self, exc: DigicertError) -> None:
        """Record why the request cannot be fulfilled."""
        self.failed = True
        self.order_id = self.order_id or exc.order_id
        self.next_action = exc.next_action
        self.errors = [error.as_dict() for error in exc.errors]
        self.msg = exc.message

    def stand(self, order: Order, standing: Standing, now: dt.datetime) -> None:
        """Record the state of the order."""
        self.order_id, self.status = order.id, order.status
        self.certificate_id = order.certificate.id
        self.phase = standing.phase
        self.blocked_on = [blocker.as_result() for blocker in standing.blocked_on]
        self.records = list(standing.records)
        self.order, self.certificate = order.as_result(), order.certificate.as_result(now)

    def hold(self, chain: Chain, now: dt.datetime) -> None:
        """Record the issued certificate, which was compared with the request."""
        leaf = chain.leaf
        self.phase, self.blocked_on, self.records, self.is_assumed = "issued", [], [], False
        self.serial_number = leaf.serial_number
        self.not_after = leaf.not_after.isoformat()
        self.days_left = (leaf.not_after - now).days
        self.public_key_fingerprint = leaf.public_key
        self.certificate_pem = leaf.pem
        self.chain_pem = "".join(certificate.pem for certificate in chain.intermediates)

    def note_file(self) -> None:
        """Record that a file was, or in check mode would be, written."""
        if self.action in ("none", "adopt"):
            self.action = "write"

    def as_result(self) -> dict[str, t.Any]:
        """Return the form in which the module reports it."""
        keys = (
            "host",
            "name",
            "action",
            "reasons",
            "failed",
            "phase",
            "blocked_on",
            "order_id",
            "certificate_id",
            "serial_number",
            "not_after",
            "days_left",
            "public_key_fingerprint",
            "certificate_pem",
            "chain_pem",
            "records",
            "paid",
        )
        return {
            **{key: getattr(self, key) for key in keys},
            "changed": self.changed,
            "is_final": self.is_final,
            "msg": self._message(),
        }

    def _message(self) -> str:
        """Return why the request failed and what to do, or what it is waiting for."""
        if self.failed:
            return f"{self.msg} {self.next_action}".strip()
        if self.is_final or self.phase is None:
            return self.msg
        steps = dict.fromkeys(str(blocker["next_action"]) for blocker in self.blocked_on)
        return " ".join(filter(None, [f"Order {self.order_id} is in the phase {self.phase}.", self.msg, *steps]))

    def as_state(self) -> dict[str, t.Any]:
        """Return everything, for a run that continues; see ``entry_of_state()``."""
        return dataclasses.asdict(self)


_FIELDS = {entry.name for entry in dataclasses.fields(Entry)}


def entry_of_state(state: t.Mapping[str, t.Any]) -> Entry:
    """Return the entry of an earlier run. Raises InputError if it is anything else."""
    if set(state) != _FIELDS:
        raise refused_resume()
    return Entry(**state)


def refused_resume() -> InputError:
    """Return the error for a value that an earlier run did not return."""
    return InputError(
        "resume is not the value that an earlier run with the same requests returned.",
        next_action="Pass on the value resume of that run unchanged, or leave resume out.",
    )


@dataclass
class Work:
    """A request with its entry."""

    request: CertificateRequest
    entry: Entry
    installed_order: int | None = None
    """The order of the installed certificate, if the list does not show that."""
    renewal_of: int | None = None
    """The order that is or was renewed."""
    placed: Order | None = None
    """The order that was placed, until it is known that no other run has placed the same one."""

    first_plan: CertificatePlan | None = None
    """The plan before this run has changed anything."""

    @property
    def need(self) -> Need:
        """The request as far as decisions know it."""
        return self.request.need

    @property
    def is_open(self) -> bool:
        """Whether the request can still be worked on."""
        return not self.entry.failed
