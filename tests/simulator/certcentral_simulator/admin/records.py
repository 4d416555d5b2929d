# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read-only data: state, keys, ledger, billed orders, export."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request

from certcentral_simulator.admin.common import current_simulator, json_answer
from certcentral_simulator.cases.approving import OPEN
from certcentral_simulator.cases.statuses import current_status
from certcentral_simulator.clock import iso
from certcentral_simulator.state.rows import SCHEMAS, Billed, LedgerEntry, Order
from certcentral_simulator.state.table import Table
from certcentral_simulator.state.work import Work

blueprint = Blueprint("records", __name__)


@blueprint.get("/state")
def state() -> Response:
    """Settings, orders, open requests, organizations and domains."""
    simulator = current_simulator()
    with simulator.work() as work:
        return json_answer(
            {
                "now": iso(work.now),
                "approval_mode": work.setting("approval").get("mode", "manual"),
                "issue_delay_seconds": int(work.setting("issue_delay").get("seconds", 0)),
                "network": simulator.network.as_json(),
                "orders": [_order(work, order) for order in work.orders.find()],
                "requests_pending": [entry.id for entry in work.requests.find("status IN (?, ?)", *OPEN)],
                "organizations": [asdict(organization) for organization in work.organizations.find()],
                "domains": [asdict(domain) for domain in work.domains.find()],
            }
        )


@blueprint.get("/keys")
def keys() -> Response:
    """Every API key in full: tests need them, and this address is on loopback."""
    with current_simulator().work() as work:
        return json_answer([asdict(key) for key in work.keys.find()])


@blueprint.get("/ledger")
def ledger() -> Response:
    """Every request to the API and its answer; ``?after=<id>`` returns only later ones."""
    after = int(request.args.get("after", "0"))
    with current_simulator().work() as work:
        return json_answer([_ledger_entry(entry) for entry in work.ledger.find("id > ?", after)])


@blueprint.get("/billed")
def billed() -> Response:
    """Everything that would be billed."""
    with current_simulator().work() as work:
        return json_answer([_billed_entry(entry) for entry in work.billed.find()])


@blueprint.get("/export")
def export() -> Response:
    """Every table; API keys are truncated to their first four characters."""
    exported: dict[str, Any] = {}
    with current_simulator().work() as work:
        for schema in SCHEMAS:
            table: Table[Any] = work.table(schema)
            exported[schema.name] = [asdict(row) for row in table.find()]
    for key in exported["api_keys"]:
        key["secret"] = f"{key['secret'][:4]}…"
    return json_answer(exported)


def _order(work: Work, order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "status": current_status(work, order),
        "common_name": order.common_name,
        "product": order.product,
        "alternative_order_id": order.alternative_order_id,
    }


def _ledger_entry(entry: LedgerEntry) -> dict[str, Any]:
    return {**asdict(entry), "time": iso(entry.time), "body": _parsed(entry.body), "answer": _parsed(entry.answer)}


def _billed_entry(entry: Billed) -> dict[str, Any]:
    return {
        **asdict(entry),
        "billed_at": iso(entry.billed_at),
        "credited_at": iso(entry.credited_at) if entry.credited_at is not None else None,
    }


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
