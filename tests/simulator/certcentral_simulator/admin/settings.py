# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clock, switches, network, approval mode, issue delay, faults, reset, states that are kept."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from certcentral_simulator.admin.common import current_simulator, json_answer, json_body
from certcentral_simulator.clock import iso, parse_moment
from certcentral_simulator.faults import fault_from
from certcentral_simulator.switches import TABLE

blueprint = Blueprint("settings", __name__)

_UNITS = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}


@blueprint.get("/clock")
def get_clock() -> Response:
    """The simulated time."""
    return json_answer(_clock())


@blueprint.put("/clock")
def put_clock() -> Response:
    """Set or advance the clock; everything that is then due is done before the answer."""
    simulator = current_simulator()
    body = json_body()
    if "now" in body:
        simulator.set_clock(parse_moment(str(body["now"])))
    elif isinstance(body.get("advance"), dict):
        seconds = sum(int(number) * _UNITS[unit] for unit, number in body["advance"].items())
        simulator.set_clock(simulator.clock.now() + seconds)
    else:
        raise ValueError('the clock takes {"now": "<ISO 8601>"} or {"advance": {"days": 1}}')
    return json_answer(_clock())


@blueprint.get("/switches")
def get_switches() -> Response:
    """Every switch: value, default, meaning and source."""
    values = current_simulator().switches.everything()
    return json_answer(
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


@blueprint.put("/switches")
def put_switches() -> Response:
    """Set switches by name."""
    current_simulator().set_switches(json_body())
    return json_answer(current_simulator().switches.everything())


@blueprint.get("/network")
def get_network() -> Response:
    """Resolver, ports and allowed addresses of DCV."""
    return json_answer(current_simulator().network.as_json())


@blueprint.put("/network")
def put_network() -> Response:
    """Set the resolver and the ports of DCV."""
    current_simulator().set_network(json_body())
    return json_answer(current_simulator().network.as_json())


@blueprint.put("/approval-mode")
def put_approval_mode() -> Response:
    """Make requests wait for approval (manual), approve them at once (auto), or make none (skip)."""
    mode = str(json_body().get("mode") or "")
    if mode not in {"manual", "auto", "skip"}:
        raise ValueError("mode must be manual, auto or skip")
    with current_simulator().work() as work:
        work.store_setting("approval", {"mode": mode})
    return json_answer({"mode": mode})


@blueprint.post("/issue-delay")
def post_issue_delay() -> Response:
    """Set how many seconds of the simulated clock issuing takes."""
    seconds = int(json_body().get("seconds", 0))
    with current_simulator().work() as work:
        work.store_setting("issue_delay", {"seconds": seconds})
    return json_answer({"seconds": seconds})


@blueprint.get("/faults")
def get_faults() -> Response:
    """The faults that are set, with the number of hits of each."""
    return json_answer([fault.as_json() for fault in current_simulator().faults.everything()])


@blueprint.post("/faults")
def post_fault() -> Response:
    """Add a fault."""
    return json_answer(current_simulator().faults.add(fault_from(json_body())).as_json(), 201)


@blueprint.delete("/faults")
@blueprint.delete("/faults/<int:fault_id>")
def delete_faults(fault_id: int | None = None) -> Response:
    """Remove one fault, or all."""
    current_simulator().faults.clear(fault_id)
    return Response(status=204)


@blueprint.post("/jobs")
def run_jobs() -> Response:
    """Run everything that is due now."""
    current_simulator().jobs.run_due()
    return Response(status=204)


@blueprint.post("/reset")
def reset() -> Response:
    """Reset to the initial state."""
    current_simulator().reset()
    return Response(status=204)


@blueprint.post("/states")
def keep_state() -> Response:
    """Keep the present state."""
    return json_answer({"id": current_simulator().keep()}, 201)


@blueprint.post("/states/<int:number>/restore")
def restore_state(number: int) -> Response:
    """Return to a state that was kept."""
    current_simulator().restore(number)
    return Response(status=204)


def _clock() -> dict[str, Any]:
    clock = current_simulator().clock
    return {"now": iso(clock.now()), "offset_seconds": clock.offset}
