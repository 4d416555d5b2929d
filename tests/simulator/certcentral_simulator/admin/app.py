# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control address. Everything a test sets or reads that the service itself has no endpoint for."""

from __future__ import annotations

import json
import sys
import traceback
from dataclasses import asdict
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from certcentral_simulator.cases.approving import OPEN, approve, reject
from certcentral_simulator.cases.console import administrator, decide_domain, decide_organization, make_order
from certcentral_simulator.clock import iso, parse_moment
from certcentral_simulator.errors import Refusal
from certcentral_simulator.faults import fault_from
from certcentral_simulator.render.orders import order_status
from certcentral_simulator.simulator import Simulator
from certcentral_simulator.state.rows import SCHEMAS, Billed, LedgerEntry, Request
from certcentral_simulator.state.table import Table
from certcentral_simulator.state.work import Work
from certcentral_simulator.switches import TABLE

_UNITS = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}


def make_admin_app(simulator: Simulator) -> Flask:
    """The control address as a WSGI application."""
    app = Flask("certcentral_simulator.admin")
    app.url_map.strict_slashes = False

    @app.get("/state")
    def state() -> Response:
        with simulator.work() as work:
            return _json(
                {
                    "now": iso(work.now),
                    "approval_mode": work.setting("approval").get("mode", "manual"),
                    "issue_delay_seconds": int(work.setting("issue_delay").get("seconds", 0)),
                    "network": simulator.network.as_json(),
                    "orders": [
                        {
                            "id": order.id,
                            "status": order_status(work, order),
                            "common_name": order.common_name,
                            "product": order.product,
                        }
                        for order in work.orders.find()
                    ],
                    "requests_pending": [entry.id for entry in work.requests.find("status IN (?, ?)", *OPEN)],
                    "organizations": [asdict(organization) for organization in work.organizations.find()],
                    "domains": [asdict(domain) for domain in work.domains.find()],
                }
            )

    @app.get("/keys")
    def keys() -> Response:
        with simulator.work() as work:
            return _json([asdict(key) for key in work.keys.find()])

    @app.get("/clock")
    def get_clock() -> Response:
        return _json(_clock(simulator))

    @app.put("/clock")
    def put_clock() -> Response:
        body = _body()
        if "now" in body:
            simulator.set_clock(parse_moment(str(body["now"])))
        elif isinstance(body.get("advance"), dict):
            seconds = sum(int(number) * _UNITS[unit] for unit, number in body["advance"].items())
            simulator.set_clock(simulator.clock.now() + seconds)
        else:
            raise ValueError('the clock takes {"now": "<ISO 8601>"} or {"advance": {"days": 1}}')
        return _json(_clock(simulator))

    @app.get("/switches")
    def get_switches() -> Response:
        values = simulator.switches.everything()
        return _json(
            {
                name: {
                    "value": values[name],
                    "default": switch.default,
                    "meaning": switch.meaning,
                    "source": switch.source,
                }
                for name, switch in TABLE.items()
            }
        )

    @app.put("/switches")
    def put_switches() -> Response:
        simulator.set_switches(_body())
        return _json(simulator.switches.everything())

    @app.get("/network")
    def get_network() -> Response:
        return _json(simulator.network.as_json())

    @app.put("/network")
    def put_network() -> Response:
        simulator.set_network(_body())
        return _json(simulator.network.as_json())

    @app.put("/approval-mode")
    def put_approval_mode() -> Response:
        mode = str(_body().get("mode") or "")
        if mode not in {"manual", "auto"}:
            raise ValueError("mode is manual or auto")
        with simulator.work() as work:
            work.store_setting("approval", {"mode": mode})
        return _json({"mode": mode})

    @app.post("/issue-delay")
    def post_issue_delay() -> Response:
        seconds = int(_body().get("seconds", 0))
        with simulator.work() as work:
            work.store_setting("issue_delay", {"seconds": seconds})
        return _json({"seconds": seconds})

    @app.put("/organizations/<int:organization_id>")
    def put_organization(organization_id: int) -> Response:
        with simulator.work() as work:
            decide_organization(work, organization_id, _body())
            return _json(asdict(work.organizations.need(organization_id)))

    @app.put("/domains/<name>")
    def put_domain(name: str) -> Response:
        with simulator.work() as work:
            return _json(asdict(decide_domain(work, name, _body())))

    @app.post("/orders")
    def post_orders() -> Response:
        given: Any = json.loads(request.get_data() or b"{}")
        with simulator.work() as work:
            made = [make_order(work, values) for values in (given if isinstance(given, list) else [given])]
            return _json(
                [{"id": order.id, "certificate_id": order.certificate_id, "status": order.status} for order in made],
                201,
            )

    @app.post("/requests/<which>/<decision>")
    def post_decision(which: str, decision: str) -> Response:
        if decision not in {"approve", "reject"}:
            raise ValueError("the decision is approve or reject")
        with simulator.work() as work:
            decided = _requests(work, which)
            user = administrator(work)
            for entry in decided:
                if decision == "approve":
                    approve(work, entry, user, str(_body().get("comment") or ""))
                else:
                    reject(work, entry, user, str(_body().get("comment") or ""))
            return _json([entry.id for entry in decided])

    @app.get("/faults")
    def get_faults() -> Response:
        return _json([fault.as_json() for fault in simulator.faults.everything()])

    @app.post("/faults")
    def post_fault() -> Response:
        return _json(simulator.faults.add(fault_from(_body())).as_json(), 201)

    @app.delete("/faults")
    @app.delete("/faults/<int:fault_id>")
    def delete_faults(fault_id: int | None = None) -> Response:
        simulator.faults.clear(fault_id)
        return Response(status=204)

    @app.get("/ledger")
    def ledger() -> Response:
        after = int(request.args.get("after", "0"))
        with simulator.work() as work:
            return _json([_ledger_entry(entry) for entry in work.ledger.find("id > ?", after)])

    @app.get("/billed")
    def billed() -> Response:
        with simulator.work() as work:
            return _json([_billed_entry(entry) for entry in work.billed.find()])

    @app.post("/jobs")
    def run_jobs() -> Response:
        simulator.jobs.run_due()
        return Response(status=204)

    @app.post("/reset")
    def reset() -> Response:
        simulator.reset()
        return Response(status=204)

    @app.get("/export")
    def export() -> Response:
        with simulator.work() as work:
            return _json(_export(work))

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        if isinstance(error, HTTPException):
            return _json({"error": error.description}, error.code or 500)
        if isinstance(error, Refusal):
            return _json({"error": f"the service refuses this: {error.situation}", "field": error.field}, 400)
        if isinstance(error, (ValueError, LookupError, TypeError)):
            return _json({"error": str(error)}, 400)
        traceback.print_exception(error, file=sys.stderr)
        return _json({"error": repr(error)}, 500)

    return app


def _json(body: object, status: int = 200) -> Response:
    return Response(json.dumps(body), status=status, content_type="application/json")


def _body() -> dict[str, Any]:
    raw = request.get_data()
    loaded: Any = json.loads(raw) if raw.strip() else {}
    if not isinstance(loaded, dict):
        raise ValueError("the body is a JSON object")
    return loaded


def _clock(simulator: Simulator) -> dict[str, Any]:
    return {"now": iso(simulator.clock.now()), "offset_seconds": simulator.clock.offset}


def _requests(work: Work, which: str) -> list[Request]:
    if which == "all":
        return list(work.requests.find("status IN (?, ?)", *OPEN))
    return [work.requests.need(int(which))]


def _ledger_entry(entry: LedgerEntry) -> dict[str, Any]:
    return {**asdict(entry), "time": iso(entry.time), "body": _parsed(entry.body), "answer": _parsed(entry.answer)}


def _billed_entry(entry: Billed) -> dict[str, Any]:
    return {
        **asdict(entry),
        "billed_at": iso(entry.billed_at),
        "credited_at": iso(entry.credited_at) if entry.credited_at is not None else None,
    }


def _export(work: Work) -> dict[str, Any]:
    exported: dict[str, Any] = {}
    for schema in SCHEMAS:
        table: Table[Any] = work.table(schema)
        exported[schema.name] = [asdict(row) for row in table.find()]
    for key in exported["api_keys"]:
        key["secret"] = f"{key['secret'][:4]}…"
    return exported


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
