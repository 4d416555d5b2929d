# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small model of order and certificate states, written from the documented facts, not from the simulator.

It decides for every call whether the service accepts it and what follows; it has no HTTP, database, CA or DNS. It
covers OV and DV orders with the method dns-txt-token; moments are in seconds since 1970. The tags show the source of a
rule: D = documentation, ? = unverified, in which case the rule is the default of one of the simulator's switches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

MINUTE, HOUR, DAY = 60, 3600, 86400
# D: 398 days, 199 from 24 February 2026, then one day less than the CA/B Forum allows.
CERTIFICATE_DAYS = ((date(2029, 3, 15), 46), (date(2027, 3, 15), 99), (date(2026, 2, 24), 199), (date.min, 398))
# CA/B Forum SC-081v3: maximum age of a domain validation and of an organization validation.
DOMAIN_DAYS = ((date(2029, 3, 15), 10), (date(2027, 3, 15), 100), (date(2026, 3, 15), 200), (date.min, 398))
ORGANIZATION_DAYS = ((date(2026, 3, 15), 398), (date.min, 825))
# D: lifetime of a random value.
TOKEN_SECONDS = 30 * DAY
# D: every minute for 15 minutes, every 5 for an hour, every 15 for a day, hourly for 10 days.
POLLS = sorted(
    {
        *range(MINUTE, 15 * MINUTE + 1, MINUTE),
        *range(5 * MINUTE, HOUR + 1, 5 * MINUTE),
        *range(15 * MINUTE, DAY + 1, 15 * MINUTE),
        *range(HOUR, 10 * DAY + 1, HOUR),
    }
)
# A reissue that drops names revokes the earlier certificates within this time (D: it does; ?: when).
REVOKE_SECONDS = 72 * HOUR


class Refused(Exception):
    """The service refuses the call with this HTTP status; ``code`` is set if it is verified."""

    def __init__(self, status: int, code: str = "") -> None:
        super().__init__(status, code)
        self.status = status
        self.code = code


@dataclass(eq=False)
class ModelCertificate:
    """A certificate. ``id`` is 0 until an answer contains it."""

    kind: str
    names: tuple[str, ...]
    id: int = 0
    status: str = "pending"
    approved: bool = False
    last_day: date | None = None
    revoke_at: int | None = None


@dataclass(eq=False)
class ModelRequest:
    """A request; ``certificate`` is None for the revocation of a whole order."""

    type: str
    certificate: ModelCertificate | None
    id: int = 0
    status: str = "pending"


@dataclass(eq=False)
class ModelToken:
    """A random value; "" until an answer contains it."""

    created_at: int
    domains: set[str]
    value: str = ""

    def counts(self, now: int) -> bool:
        """Whether it has not expired."""
        return now < self.created_at + TOKEN_SECONDS


@dataclass(eq=False)
class ModelBilled:
    """Something billed."""

    kind: str
    certificate: ModelCertificate
    names: tuple[str, ...]
    credited: bool = False


@dataclass(eq=False)
class ModelOrder:
    """An order. ``domains`` are the validations of a DV order, which no other order shares (D)."""

    validation: str
    method: str
    organization: int | None
    names: tuple[str, ...]
    status: str
    current: ModelCertificate
    certificates: list[ModelCertificate]
    id: int = 0
    pending: ModelCertificate | None = None
    requests: list[ModelRequest] = field(default_factory=list)
    billed: list[ModelBilled] = field(default_factory=list)
    tokens: list[ModelToken] = field(default_factory=list)
    validated: dict[str, int] = field(default_factory=dict)
    end: date | None = None
    changed_at: int = 0
    polling_since: int | None = None
    next_poll: int | None = None
    renews: ModelOrder | None = None
    is_renewed: bool = False

    @property
    def awaited(self) -> ModelCertificate | None:
        """The pending certificate of the order, or None."""
        certificate = self.pending or self.current
        return certificate if certificate.status == "pending" else None

    def of_kind(self, kind: str) -> list[ModelCertificate]:
        """Its certificates of a kind."""
        return [certificate for certificate in self.certificates if certificate.kind == kind]


def day_of(moment: int) -> date:
    """The UTC day of a moment."""
    return datetime.fromtimestamp(moment, tz=timezone.utc).date()


def by_date(table: tuple[tuple[date, int], ...], today: date) -> int:
    """The value of the row that applies on a day."""
    return next(days for start, days in table if today >= start)


def domains_of(names: Iterable[str]) -> list[str]:
    """The domains that must be validated for these names (D: a wildcard's without ``*.``)."""
    return list(dict.fromkeys(name.removeprefix("*.") for name in names))


class Model:
    """An account with its orders; ``published`` holds the random values found in DNS, by domain."""

    def __init__(self, now: int, domains: Iterable[str], organizations: Iterable[int]) -> None:
        self.now = now
        self.orders: list[ModelOrder] = []
        self.validated = dict.fromkeys(domains, now)
        self.organizations: dict[int, int] = dict.fromkeys(organizations, now)
        self.published: dict[str, set[str]] = {}

    # Calls. Each raises Refused if the service refuses.

    def place(
        self,
        validation: str,
        names: tuple[str, ...],
        organization: int | None,
        method: str,
        *,
        skip: bool,
        may_approve: bool,
        renews: ModelOrder | None = None,
    ) -> ModelOrder:
        """POST /order/certificate/{product}. Without the right to approve, skip_approval has no effect (?)."""
        skipped = skip and may_approve
        certificate = ModelCertificate("original", names)
        order = ModelOrder(
            validation, method, organization, names, "needs_approval", certificate, [certificate], renews=renews
        )
        order.changed_at = self.now
        order.billed.append(ModelBilled("renewal" if renews else "order", certificate, names))
        self.orders.append(order)
        if renews is not None:
            renews.is_renewed = True
        self._submit(order, certificate, "new_request", skipped=skipped)
        return order

    def reissue(self, order: ModelOrder, names: tuple[str, ...], *, skip: bool, may_approve: bool) -> ModelCertificate:
        """POST …/reissue: only for an issued order without a pending reissue (D)."""
        if self.shown_status(order) != "issued":
            raise Refused(400)
        certificate = ModelCertificate("reissue", names)
        order.certificates.append(certificate)
        order.pending = certificate
        paid = {name for entry in order.billed if not entry.credited for name in entry.names} | set(order.names)
        added = tuple(name for name in names if name not in paid)
        if added:
            order.billed.append(ModelBilled("reissue", certificate, added))
        self._set_status(order, "reissue_pending")
        self._submit(order, certificate, "reissue", skipped=skip and may_approve)
        return certificate

    def duplicate(
        self, order: ModelOrder, names: tuple[str, ...], *, skip: bool, may_approve: bool
    ) -> ModelCertificate:
        """POST …/duplicate: for an issued order, with its names, while their validation is valid (D)."""
        if self.shown_status(order) != "issued" or set(names) != set(order.current.names):
            raise Refused(400)
        certificate = ModelCertificate("duplicate", names)
        if not self._domains_validated(order, certificate):
            raise Refused(400)
        order.certificates.append(certificate)
        request = ModelRequest("duplicate", certificate)
        order.requests.append(request)
        if skip and may_approve:
            request.status = "approved"
            certificate.approved = True
            self._issue(order, certificate, self.now)
        return certificate

    def cancel(self, order: ModelOrder, note: str) -> None:
        """PUT …/status canceled: a pending order with a note, or a pending reissue (D)."""
        if order.status == "reissue_pending":
            self._close_awaited(order)
            self._set_status(order, "issued")
        elif order.status == "pending" and note:
            self._close_awaited(order)
            self._set_status(order, "canceled")
        else:
            raise Refused(400)

    def decide(self, order: ModelOrder, request: ModelRequest, decision: str, *, may_approve: bool) -> None:
        """PUT /request/{id}/status approved or rejected."""
        if not may_approve:
            raise Refused(403, "access_denied|invalid_approver")
        if request.status != "pending":
            raise Refused(400)
        if decision == "rejected":
            self._reject(order, request)
        else:
            self._approve(order, request)

    def revoke(self, order: ModelOrder, certificate: ModelCertificate | None, *, skip: bool, may_approve: bool) -> bool:
        """PUT …/revoke of one certificate or of the order (None); return whether it was done at once.

        D: a certificate with a pending reissue cannot be revoked, nor one that is not issued.
        """
        if order.status == "reissue_pending":
            raise Refused(400)
        if (certificate.status if certificate else order.status) != "issued":
            raise Refused(400)
        if skip and may_approve:
            self._revoke(order, certificate)
            return True
        order.requests.append(ModelRequest("revoke", certificate))
        return False

    def random_value(self, order: ModelOrder) -> ModelToken:
        """PUT …/dcv-random-value: the current value, or a new one if it has expired, for a pending order (D)."""
        certificate = order.awaited
        if certificate is None or order.method == "email":
            raise Refused(400)
        return self._token(order, certificate)

    def check(self, order: ModelOrder) -> tuple[str, str]:
        """PUT …/check-dcv: status of the order and of its validation after the check."""
        if order.method == "email":
            raise Refused(400, "invalid_dns_method")
        if order.status == "issued":
            return self.shown_status(order), "valid"
        certificate = order.awaited
        if certificate is None:
            raise Refused(400)
        self._look(order, certificate)
        self._progress_all()
        complete = self._domains_validated(order, certificate)
        return self.shown_status(order), "valid" if complete else "pending"

    def download(self, order: ModelOrder) -> ModelCertificate:
        """GET /certificate/download/order/{id}: the active certificate, once it is issued (D)."""
        if order.current.last_day is None:
            raise Refused(400)
        return order.current

    # Decisions of others, and automatic events.

    def validate_domain(self, name: str, order: ModelOrder | None = None) -> None:
        """Somebody clicked the link in the e-mail, or the CA validated the domain in another way."""
        (self.validated if order is None else order.validated)[name] = self.now
        self._progress_all()

    def validate_organization(self, organization: int) -> None:
        """The CA validated the organization."""
        self.organizations[organization] = self.now
        self._progress_all()

    def advance(self, seconds: int) -> None:
        """Let time pass: automatic DCV checks, then revocations that are due."""
        self.now += seconds
        found = False
        for order in self.orders:
            if order.next_poll is None or order.next_poll > self.now:
                continue
            order.next_poll = self._poll_after(order)
            certificate = order.awaited
            if certificate is not None and order.method != "email":
                found = self._look(order, certificate) or found
        if found:
            self._progress_all()
        for order in self.orders:
            for certificate in order.certificates:
                if certificate.revoke_at is not None and certificate.revoke_at <= self.now:
                    certificate.status, certificate.revoke_at = "revoked", None

    def shown_status(self, order: ModelOrder) -> str:
        """The status shown in answers: an issued order whose validity is over is expired."""
        over = order.status == "issued" and order.end is not None and order.end < day_of(self.now)
        return "expired" if over else order.status

    def changed_since(self, seconds: int) -> Iterator[ModelOrder]:
        """Orders whose status changed within the last seconds."""
        return (order for order in self.orders if order.changed_at >= self.now - seconds)

    # Consequences.

    def _submit(self, order: ModelOrder, certificate: ModelCertificate, request_type: str, *, skipped: bool) -> None:
        request = ModelRequest(request_type, certificate)
        order.requests.append(request)
        if order.method != "email" and not self._domains_validated(order, certificate):
            self._token(order, certificate)
        if skipped:
            if request_type == "new_request":
                self._set_status(order, "pending")
            self._proceed(order, request, certificate)

    def _proceed(self, order: ModelOrder, request: ModelRequest, certificate: ModelCertificate) -> None:
        request.status = "approved"
        certificate.approved = True
        order.polling_since = self.now
        order.next_poll = self._poll_after(order)
        self._progress(order)

    def _approve(self, order: ModelOrder, request: ModelRequest) -> None:
        certificate = request.certificate
        if request.type == "revoke":
            if order.status == "reissue_pending":
                raise Refused(400)
            request.status = "approved"
            self._revoke(order, certificate)
        elif certificate is not None and request.type == "duplicate":
            request.status = "approved"
            certificate.approved = True
            self._issue(order, certificate, self.now)
        elif certificate is not None:
            if request.type == "new_request":
                self._set_status(order, "pending")
            self._proceed(order, request, certificate)

    def _reject(self, order: ModelOrder, request: ModelRequest) -> None:
        request.status = "rejected"
        if request.type == "duplicate" and request.certificate is not None:
            request.certificate.status = "rejected"
        elif request.type != "revoke":
            self._close_awaited(order)
            self._set_status(order, "rejected" if request.type == "new_request" else "issued")

    def _close_awaited(self, order: ModelOrder) -> None:
        certificate = order.pending or order.current
        certificate.status = "rejected"
        order.pending = None
        order.next_poll = None
        for request in order.requests:
            # D: the request of a canceled reissue is rejected, even if it was approved.
            if request.certificate is certificate and (request.status == "pending" or request.type == "reissue"):
                request.status = "rejected"
        for entry in order.billed:
            entry.credited = entry.credited or entry.certificate is certificate
        if certificate.kind == "original" and order.renews is not None:
            # The order that would have been renewed can be renewed by another one.
            last = [other for other in self.orders if other.renews is order.renews][-1]
            if last is order:
                order.renews.is_renewed = False

    def _revoke(self, order: ModelOrder, certificate: ModelCertificate | None) -> None:
        for revoked in order.certificates if certificate is None else [certificate]:
            if revoked.status == "issued":
                revoked.status, revoked.revoke_at = "revoked", None
        # An order whose certificates were revoked one by one stays active (D).
        if certificate is None:
            self._set_status(order, "revoked")

    def _progress_all(self) -> None:
        for order in self.orders:
            self._progress(order)

    def _progress(self, order: ModelOrder) -> None:
        certificate = order.awaited
        if certificate is None or not certificate.approved or not self._domains_validated(order, certificate):
            return
        if order.validation == "ov" and not self._organization_validated(order):
            return
        if order.end is None or order.end >= day_of(self.now):
            self._issue(order, certificate, self.now)

    def _issue(self, order: ModelOrder, certificate: ModelCertificate, now: int) -> None:
        today = day_of(now)
        if order.end is None:
            order.end = today.replace(year=today.year + 1)
        certificate.status = "issued"
        certificate.last_day = min(order.end, today + timedelta(days=by_date(CERTIFICATE_DAYS, today) - 1))
        if certificate.kind == "duplicate":
            return
        if certificate.kind == "reissue":
            for earlier in order.certificates:
                dropped = set(earlier.names) - set(certificate.names)
                if earlier.status == "issued" and earlier is not certificate and dropped:
                    earlier.revoke_at = earlier.revoke_at or now + REVOKE_SECONDS
        order.current, order.pending, order.names = certificate, None, certificate.names
        order.next_poll = None
        self._set_status(order, "issued")

    def _set_status(self, order: ModelOrder, status: str) -> None:
        if order.status != status:
            order.status = status
            order.changed_at = self.now

    # Validation.

    def _domains_validated(self, order: ModelOrder, certificate: ModelCertificate) -> bool:
        return not self._missing(order, certificate)

    def _missing(self, order: ModelOrder, certificate: ModelCertificate) -> list[str]:
        known = order.validated if order.validation == "dv" else self.validated
        age = by_date(DOMAIN_DAYS, day_of(self.now)) * DAY
        counting = [domain for domain, at in known.items() if self.now < at + age]
        # D: a domain validated through DNS or e-mail covers its subdomains.
        return [
            name
            for name in domains_of(certificate.names)
            if not any(name == domain or name.endswith(f".{domain}") for domain in counting)
        ]

    def _organization_validated(self, order: ModelOrder) -> bool:
        at = self.organizations.get(order.organization or 0)
        return at is not None and self.now < at + by_date(ORGANIZATION_DAYS, day_of(self.now)) * DAY

    def _token(self, order: ModelOrder, certificate: ModelCertificate) -> ModelToken:
        if not order.tokens or not order.tokens[-1].counts(self.now):
            order.tokens.append(ModelToken(self.now, set()))
        token = order.tokens[-1]
        if order.validation == "ov":
            token.domains.update(self._missing(order, certificate))
        return token

    def _look(self, order: ModelOrder, certificate: ModelCertificate) -> bool:
        """Check the random values of every domain that is not validated; return whether one was found."""
        known = order.validated if order.validation == "dv" else self.validated
        missing = self._missing(order, certificate)
        for name in missing:
            values = {token.value for token in order.tokens if token.counts(self.now)}
            if order.validation == "ov":
                # D: the value of an order is used for its domains, and a domain accepts every value issued for it.
                others = (token for other in self.orders for token in other.tokens if name in token.domains)
                values |= {token.value for token in others if token.counts(self.now)}
            if values & self.published.get(name, set()):
                known[name] = self.now
        return len(self._missing(order, certificate)) < len(missing)

    def _poll_after(self, order: ModelOrder) -> int | None:
        since = order.polling_since if order.polling_since is not None else self.now
        return next((since + age for age in POLLS if since + age > self.now), None)
