# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts, handshakes and orders as plain values, and a fleet of them, for tests of the report."""

from __future__ import annotations

import datetime as dt
import random
import typing as t
from dataclasses import replace

from ansible_collections.community.digicert.plugins.module_utils._report.model import (
    AccountOrder,
    Entry,
    Handshake,
    Place,
    Report,
    SeenCertificate,
)
from ansible_collections.community.digicert.plugins.module_utils._report.report import build_report
from ansible_collections.community.digicert.tests.unit import made_orders
from ansible_collections.community.digicert.tests.unit.made_orders import TODAY

_DAY = dt.timedelta(days=1)
NAMES = ("www.example.com", "example.com")


def seen(
    number: int = 101, *, names: tuple[str, ...] = NAMES, expires_in: int = 189, **changes: t.Any
) -> SeenCertificate:
    """Return the certificate of the order ``number``, as found on a host or in a handshake."""
    made = SeenCertificate(
        serial_number=f"{number:x}",
        common_name=names[0] if names else None,
        names=names,
        valid_from=TODAY - 10 * _DAY,
        valid_till=TODAY + expires_in * _DAY,
        public_key="key-a",
    )
    return replace(made, **changes)


def place(certificate: SeenCertificate | None, **changes: t.Any) -> Place:
    """Return the request ``www`` of the host ``web1`` with this certificate installed."""
    made = Place(
        host="web1",
        request="www",
        path="/etc/digicert/www/current",
        names=certificate.names if certificate else NAMES,
        product="ssl_basic",
        organization_id=112233,
        container_id=None,
        renew_before="auto",
        allow_name_removal=False,
        certificate=certificate,
        key=certificate.public_key if certificate else None,
        needs="none" if certificate else "certificate",
        reasons=() if certificate else ("no certificate is installed",),
        failure=None,
        handshakes=(),
    )
    return replace(made, **changes)


def shown(certificate: SeenCertificate | None, **changes: t.Any) -> Handshake:
    """Return what port 443 of the host presents."""
    failure = None if certificate else "the connection fails: Connection refused"
    return replace(Handshake("192.0.2.1", 443, "www.example.com", certificate, failure), **changes)


def account_order(number: int = 101, *, multi_year: bool = False, **changes: t.Any) -> AccountOrder:
    """Return an order as in a list, without the key of its certificate."""
    waits_for = changes.pop("waits_for", ())
    more = changes.pop("more", ())
    made = made_orders.order(number, key=None, **changes)
    carried = replace(made.certificate, serial_number=None if made.is_pending else f"{number:x}")
    made = replace(made, certificate=carried, raw={"is_multi_year_plan": "1"} if multi_year else {})
    return AccountOrder(made, (carried, *more), waits_for)


def report(*places: Place, orders: t.Sequence[AccountOrder] = (), today: dt.date = TODAY) -> Report:
    """Return a report on these places and orders."""
    return build_report("Certificates", places, orders, renew_before="auto", today=today)


def only(made: Report) -> Entry:
    """Return the only entry of a report."""
    (entry,) = made.entries
    return entry


_REASONS = (
    "/etc/digicert/www/current/privkey.pem has the mode 0644, not 0600",
    "fullchain.pem is not the certificate followed by its chain",
)


def fleet(size: int) -> Report:
    """Return a report on ``size`` requests with every kind of problem, always the same for the same size."""
    chosen = random.Random(size)
    places, orders = [], []
    for number in range(1, size + 1):
        name = f"app{number:04}.{chosen.choice(('shop', 'intranet', 'api', 'mail'))}.example.com"
        names = (name, *(f"{other}.{name}" for other in ("www", "static", "login")[: chosen.randrange(4)]))
        expires_in, host = (
            chosen.randrange(2, 199),
            f"web{chosen.randrange(1, size // 3 + 2):03}.dc{number % 3 + 1}.example.com",
        )
        certificate = seen(number, names=names, expires_in=expires_in)
        fate = chosen.randrange(100)
        request = {"host": host, "request": name.split(".")[0], "path": f"/etc/digicert/{name.split('.')[0]}/current"}
        order: dict[str, t.Any] = {"names": names, "certificate_expires_in": expires_in, "multi_year": number % 4 == 0}
        order["expires_in"] = max(expires_in, chosen.randrange(3, 360))
        answer = shown(certificate, address=host, server_name=name)
        there = place(certificate, handshakes=(answer,), **request)
        if fate < 2:
            there = replace(there, needs="install", reasons=(_REASONS[number % 2],))
        elif fate < 4:
            there = replace(
                there, handshakes=(replace(answer, certificate=seen(number + 70000, names=names, expires_in=9)),)
            )
        elif fate < 5:
            there = replace(there, handshakes=(shown(None, address=host, server_name=name),))
        elif fate < 6:
            order["status"] = "revoked"
        elif fate < 7:
            certificate = replace(certificate, serial_number=f"f{number:x}")
            there = replace(there, certificate=certificate, handshakes=(replace(answer, certificate=certificate),))
        elif fate < 10:
            there = replace(there, certificate=None, needs="none", failure="the host is unreachable", handshakes=())
        elif fate < 13:
            order.update(status="needs_approval", waits_for=(f"request {number} waits for approval",))
            there = place(None, names=names, **request)
        if fate < 94:
            places.append(there)
        orders.append(account_order(number, **order))
    return report(*places, orders=orders)
