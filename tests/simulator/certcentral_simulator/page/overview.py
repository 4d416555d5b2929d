# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The first page: orders by status and what waits for a person; also the stylesheet, the icon and unknown pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from flask import Response, abort, send_from_directory

from certcentral_simulator.admin.common import current_simulator
from certcentral_simulator.cases.approving import OPEN
from certcentral_simulator.page.orders import ValidatedDomain, validated_domains
from certcentral_simulator.page.requests import listed_request
from certcentral_simulator.page.search import ORDER_STATUSES, orders_with_status
from certcentral_simulator.page.site import PREFIX, make_part, show
from certcentral_simulator.state.rows import Order
from certcentral_simulator.state.work import Work

part = make_part("overview")

_MAX_SHOWN = 5
_STATIC = Path(__file__).parent / "static"
# Number of newest pending certificates to examine: enough for an overview of an account of any size.
_MAX_EXAMINED = 100


@dataclass(frozen=True)
class WaitingOrder:
    """An approved order whose names are not all validated, with the missing domains."""

    order: Order
    domains: list[ValidatedDomain]


@part.get(PREFIX)
@part.get("/")
def show_all() -> str:
    """The overview."""
    with current_simulator().work() as work:
        counts = {}
        for status in ORDER_STATUSES:
            condition = orders_with_status(status, work.today)
            counts[status] = work.orders.count(condition.where, *condition.values)
        requests = work.requests.find("status IN (?, ?)", *OPEN, limit=_MAX_SHOWN)
        return show(
            work,
            "overview.html",
            counts={status: count for status, count in counts.items() if count},
            order_count=work.orders.count(),
            requests=[listed_request(work, request) for request in requests],
            waiting=list(islice(_waiting_for_dcv(work), _MAX_SHOWN)),
            faults=[fault for fault in current_simulator().faults.everything() if fault.calls != 0],
        )


@part.get(f"{PREFIX}/style.css")
def style() -> Response:
    """The stylesheet."""
    return send_from_directory(_STATIC, "style.css", mimetype="text/css")


@part.get(f"{PREFIX}/icon.svg")
def icon() -> Response:
    """The icon of the browser tab."""
    return send_from_directory(_STATIC, "icon.svg", mimetype="image/svg+xml")


@part.get(f"{PREFIX}/<path:place>")
def unknown_page(place: str) -> Response:
    """A page that does not exist."""
    abort(404, f"There is no page {place}.")


def _waiting_for_dcv(work: Work) -> Iterator[WaitingOrder]:
    pending = work.certificates.find(
        "status = 'pending' AND approved = 1 AND kind != 'duplicate'", order="id DESC", limit=_MAX_EXAMINED
    )
    for certificate in pending:
        order = work.orders.need(certificate.order_id)
        missing = [domain for domain in validated_domains(work, order, certificate) if not domain.approved]
        if missing:
            yield WaitingOrder(order, missing)
