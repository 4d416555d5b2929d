# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CAA before signing: what is known about the names of a certificate, and what must be looked up."""

from __future__ import annotations

from collections.abc import Iterable

from certcentral_simulator.cases.validation import outstanding
from certcentral_simulator.dcv.caa_lookup import CaaFinding
from certcentral_simulator.errors import Refusal
from certcentral_simulator.rules.products import PRODUCTS
from certcentral_simulator.state.rows import CaaCheck, Certificate, Order
from certcentral_simulator.state.work import Work

# The Baseline Requirements allow reuse of a result for eight hours; a refusal is checked again after a minute.
_PERMITTED_SECONDS, _REFUSED_SECONDS = 8 * 3600, 60
NOT_CALLED = "CAA check is not called yet"


def identifiers(work: Work) -> frozenset[str]:
    """The names that identify this CA in CAA records."""
    return frozenset(work.switches.text("caa_identifiers").lower().split())


def may_sign(work: Work, order: Order, certificate: Certificate) -> bool:
    """Whether CAA allows the certificate to be signed now.

    Names that must be looked up first are added to ``work.caa_needed``; the transaction is run again once they are
    known. If that is not possible, the answer is no, and the order is tried again after the transaction.
    """
    if PRODUCTS[order.product].private or not work.switches.flag("caa"):
        return True
    checks = {name: _known(work, name) for name in certificate.names}
    unknown = {name for name, check in checks.items() if check is None}
    if not unknown:
        return all(check.permitted for check in checks.values() if check is not None)
    if work.caa_needed is None:
        work.postponed.add(order.id)
        return False
    work.caa_needed |= unknown
    return True


def check_caa_refusal(work: Work, order: Order, certificate: Certificate) -> None:
    """Refuse a request that only CAA keeps from being issued at once, if the switch says so.

    :raises Refusal: a record forbids this CA to issue.
    """
    stored = work.certificates.need(certificate.id)
    if work.switches.text("caa_refused") == "wait" or stored.status != "pending" or outstanding(work, order, stored):
        return
    for name in certificate.names:
        check = _known(work, name)
        if check is not None and not check.permitted:
            raise Refusal("caa_refused", name)


def caa_message(work: Work, certificate: Certificate) -> dict[str, str]:
    """``caa_status_message`` of a pending certificate: a text for each name (D)."""
    return {name: _message(work.caa_checks.first("name = ?", name)) for name in certificate.names}


def _message(check: CaaCheck | None) -> str:
    if check is None:
        return NOT_CALLED
    return "CAA check passed" if check.permitted else "CAA check failed"


def store_findings(work: Work, findings: Iterable[CaaFinding]) -> None:
    """Store the results of lookups."""
    for finding in findings:
        check = work.caa_checks.first("name = ?", finding.name) or work.caa_checks.insert(CaaCheck(name=finding.name))
        check.permitted, check.detail, check.checked_at = finding.permitted, finding.detail, work.clock_now
        work.caa_checks.update(check)


def _known(work: Work, name: str) -> CaaCheck | None:
    check = work.caa_checks.first("name = ?", name)
    if check is None:
        return None
    life = _PERMITTED_SECONDS if check.permitted else _REFUSED_SECONDS
    # If the clock was set back, every result is stale.
    return check if 0 <= work.clock_now - check.checked_at < life else None
