# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reissues that the service requests on its own for orders with ``auto_reissue`` (D: Multi-year Plans)."""

from __future__ import annotations

from certcentral_simulator.cases.issuing import auto_reissue_moment
from certcentral_simulator.cases.placing import Requester, submit
from certcentral_simulator.cases.statuses import set_status
from certcentral_simulator.rules.kinds import is_true
from certcentral_simulator.state.rows import Certificate, Order
from certcentral_simulator.state.work import Work

DUE = "auto_reissue_due_at IS NOT NULL AND auto_reissue_due_at <= ?"


def reissue_due(work: Work) -> None:
    """Request every reissue that is due, dated with the time at which it was due."""
    for order in work.orders.find(f"{DUE} AND status = 'issued'", work.now, order="auto_reissue_due_at"):
        then = work.at(order.auto_reissue_due_at or work.now)
        # Nothing is requested twice: after a rejected reissue nothing happens until the setting is made again.
        order.auto_reissue_due_at = None
        then.orders.update(order)
        _reissue(then, order)


def set_auto_reissue(work: Work, order: Order, value: object) -> None:
    """Change the setting of an order."""
    order.settings = {**order.settings, "auto_reissue": int(is_true(value))}
    order.auto_reissue_due_at = auto_reissue_moment(work, order, work.certificates.need(order.certificate_id))
    work.orders.update(order)


def _reissue(work: Work, order: Order) -> None:
    current = work.certificates.need(order.certificate_id)
    if current.status != "issued":
        return
    certificate = work.certificates.insert(
        Certificate(
            order_id=order.id,
            kind="reissue",
            common_name=current.common_name,
            names=list(current.names),
            # The requested validity belonged to the earlier certificate.
            request={**current.request, "cert_validity": None},
            key_bits=current.key_bits,
            user_id=order.user_id,
            created_at=work.now,
            ica=current.ica,
        )
    )
    order.pending_certificate_id = certificate.id
    set_status(work, order, "reissue_pending")
    requester = Requester(work.users.need(order.user_id), work.keys.first("name = ?", order.key_name))
    skipped = work.switches.text("auto_reissue_approval") == "approved"
    submit(work, order, certificate, "reissue", {}, requester, skipped=skipped)
