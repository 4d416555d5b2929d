# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The input and output of endpoints: the call with its key and user, a transaction, and JSON answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from flask import Response, g, request

from certcentral_simulator.cases.divisions import visible_containers
from certcentral_simulator.cases.placing import Requester
from certcentral_simulator.errors import Refusal
from certcentral_simulator.faults import switch_values
from certcentral_simulator.render.csv_table import render_csv
from certcentral_simulator.rules.kinds import is_true, read_id, read_json
from certcentral_simulator.rules.listing import Listing, parse_listing
from certcentral_simulator.state.rows import ApiKey, User
from certcentral_simulator.state.work import Work

if TYPE_CHECKING:
    from certcentral_simulator.simulator import Simulator

P = ParamSpec("P")
T = TypeVar("T")
FAULT_KEY = "certcentral_simulator.fault"


@dataclass(frozen=True)
class Call:
    """One authenticated call."""

    simulator: Simulator
    key: ApiKey
    user: User

    @property
    def requester(self) -> Requester:
        """Who makes the call."""
        return Requester(self.user, self.key)

    def body(self) -> dict[str, Any]:
        """The JSON body; empty if there is none, or null.

        :raises Refusal: it is not a JSON object.
        """
        raw = request.get_data(cache=True)
        if raw.strip() and request.mimetype != "application/json" and self._checks_content_type():
            raise Refusal("content_type_refused")
        loaded = read_json(raw) if raw.strip() else None
        if loaded is None:
            # Some clients send null for "no body" (C).
            return {}
        if not isinstance(loaded, dict):
            raise Refusal("body_unreadable")
        return loaded

    def _checks_content_type(self) -> bool:
        return self.simulator.switches.text("content_type") == "checked"

    def argument(self, name: str) -> str:
        """A query argument, or ""."""
        return request.args.get(name, "")

    def flag(self, name: str) -> bool:
        """Whether a query argument is true."""
        return is_true(self.argument(name))

    def listing(self) -> Listing:
        """The filters, sort order and page of a list request."""
        return parse_listing(request.args.items(multi=True))

    def carry_out(self, action: Callable[[Work], T]) -> T:
        """Run a transaction limited to what this call may see, with any switches changed by a fault."""
        fault = request.environ.get(FAULT_KEY)
        switches = self.simulator.switches.with_values(switch_values(fault)) if fault is not None else None

        def within(work: Work) -> T:
            work.visible = visible_containers(work, self.user)
            return action(work)

        return self.simulator.carry_out(within, switches)

    def has_fault(self, kind: str) -> bool:
        """Whether a fault of this kind hits this call."""
        fault = request.environ.get(FAULT_KEY)
        return fault is not None and fault.kind == kind


def current_call() -> Call:
    """The call being answered."""
    call: Call = g.call
    return call


def with_call(view: Callable[Concatenate[Call, P], Response]) -> Callable[P, Response]:
    """For endpoints that open their own transactions because they use the network in between."""

    @wraps(view)
    def run(*args: P.args, **kwargs: P.kwargs) -> Response:
        return view(current_call(), *args, **kwargs)

    return run


def in_transaction(view: Callable[Concatenate[Work, Call, P], Response]) -> Callable[P, Response]:
    """For all other endpoints: a transaction that is committed before the answer, or rolled back on a refusal."""

    @wraps(view)
    def run(*args: P.args, **kwargs: P.kwargs) -> Response:
        call = current_call()
        return call.carry_out(lambda work: view(work, call, *args, **kwargs))

    return run


def json_reply(body: object, status: int = 200) -> Response:
    """Compact JSON, as the service sends it (R)."""
    return Response(json.dumps(body, separators=(",", ":")), status=status, content_type="application/json")


def no_content() -> Response:
    """204 without a body."""
    return Response(status=204)


def page_of(total: int, listing: Listing) -> dict[str, int]:
    """The ``page`` object of lists."""
    return {"total": total, "limit": listing.limit, "offset": listing.offset}


def updated(work: Work) -> Response:
    """The empty answer to a change, whose HTTP status is unverified."""
    return Response(status=work.switches.number("update_status_code"))


def container_clause(call: Call, column: str) -> str:
    """The query argument ``container_id`` as an SQL condition.

    :raises Refusal: it is not a number.
    """
    container_id = read_id(call.argument("container_id"), "container_id")
    return "1" if container_id is None else f"{column} = {container_id}"


def list_reply(work: Work, name: str, items: list[dict[str, Any]], page: dict[str, int] | None = None) -> Response:
    """A list under its key, or as CSV if requested (D: ``Accept: text/csv``).

    A switch decides whether the key is present if the list is empty.
    """
    if "text/csv" in request.headers.get("Accept", ""):
        return Response(render_csv(items), content_type="text/csv; charset=utf-8")
    body: dict[str, Any] = {}
    if items or work.switches.text("empty_list") == "array":
        body[name] = items
    if page is not None:
        body["page"] = page
    return json_reply(body)
