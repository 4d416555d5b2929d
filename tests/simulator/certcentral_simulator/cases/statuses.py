# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changing the status of an order, which status-changes reports."""

from __future__ import annotations

from datetime import date

from certcentral_simulator.clock import as_date
from certcentral_simulator.rules.lifecycle import shown_status
from certcentral_simulator.state.rows import Certificate, Order, StatusChange
from certcentral_simulator.state.work import Work


def current_status(work: Work, order: Order) -> str:
    """The status shown in answers: an order whose validity is over is ``expired``."""
    end = date.fromisoformat(order.valid_till) if order.valid_till else None
    return shown_status(order.status, end, as_date(work.now))


def set_status(work: Work, order: Order, status: str) -> None:
    """Set the status of the order, record the change, and store the order."""
    if order.status != status:
        order.status = status
        order.status_changed_at = work.now
        record_change(work, order)
    work.orders.update(order)


def record_change(work: Work, order: Order) -> None:
    """Record the current status of the order."""
    work.status_changes.insert(
        StatusChange(
            order_id=order.id,
            certificate_id=shown_certificate_id(work, order),
            status=order.status,
            changed_at=work.now,
        )
    )


def shown_certificate_id(work: Work, order: Order) -> int:
    """Id of the certificate shown in answers about the order."""
    if order.pending_certificate_id is not None and work.switches.text("info_while_reissue_pending") == "pending":
        return order.pending_certificate_id
    return order.certificate_id


def shown_certificate(work: Work, order: Order) -> Certificate:
    """The certificate shown in answers about the order."""
    return work.certificates.need(shown_certificate_id(work, order))


def awaited_certificate(work: Work, order: Order) -> Certificate | None:
    """The pending certificate, of a new order or of a reissue; None if there is none."""
    certificate = work.certificates.need(order.pending_certificate_id or order.certificate_id)
    return certificate if certificate.status == "pending" else None
