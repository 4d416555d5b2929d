# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter certificate_step: what each step of the role certificate works on."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ansible.errors import AnsibleFilterError

from ..module_utils._decisions import delivery, delivery_report, shared_keys
from ..module_utils._decisions.shared_keys import Peer

DOCUMENTATION = r"""
name: certificate_step
short_description: Decide what a step of the role certificate works on
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Decides for one host, from what the earlier steps of the role P(community.digicert.certificate#role) have found,
    what the next one is given.
positional: host, step
options:
  _input:
    description: The variable C(hostvars).
    type: dict
    required: true
  host:
    description: Name of the host in the inventory.
    type: str
    required: true
  step:
    description:
      - The step. V(found) returns what was found on the host, V(ways) what to do with each request, V(results) the
        results before anything was done, and V(stage) the options of M(community.digicert.digicert_host_certificate).
      - V(order) and V(collect) return requests to M(community.digicert.digicert_certificate), V(is_open) whether a
        certificate can still be issued in this run, V(records) what has to be published, V(names) the names for which
        something may be published, V(by_hand) what a person publishes while the run waits, V(sets) what to install, and
        V(report) the results of the role.
    type: str
    required: true
    choices: [found, ways, results, stage, order, is_open, records, names, by_hand, collect, sets, report]
  play:
    description:
      - What the role knows of the play. C(hosts) are the hosts that did not fail, C(batch) those of them that are in
        the current batch, and C(check_mode) says whether it runs in check mode.
    type: dict
    default: {}
seealso:
  - module: community.digicert.certificate_inspect
"""

EXAMPLES = r"""
- name: Show what the role reported about this host
  ansible.builtin.debug:
    msg: "{{ (hostvars | community.digicert.certificate_step(inventory_hostname, 'report')).lines }}"
  when: __certificate_inspected is defined
"""

RETURN = r"""
_value:
  description: What the step is given.
  type: raw
"""

Entries = Sequence[Mapping[str, t.Any]]


class _Host:
    """What the role keeps of a host in registered variables and facts."""

    def __init__(self, hostvars: Mapping[str, t.Any], name: str) -> None:
        """Read the variables of ``name``."""
        self._hostvars = hostvars
        self._variables = hostvars[name]
        self.name = name

    def _value(self, name: str, default: t.Any) -> t.Any:
        return self._variables.get(name, default)

    @property
    def requests(self) -> Entries:
        """The completed requests."""
        return t.cast(Entries, self._value("__certificate_inspected", {}).get("requests", []))

    @property
    def found(self) -> Entries:
        """What is installed."""
        return t.cast(Entries, self._value("__certificate_inspected", {}).get("certificates", []))

    @property
    def problem(self) -> str:
        """Why the host could not be read, or an empty text."""
        read = self._value("__certificate_inspected", {})
        return str(read.get("msg") or "the host cannot be reached") if read.get("unreachable") else ""

    @property
    def ways(self) -> Mapping[str, t.Any]:
        """What is done with each request."""
        return t.cast("Mapping[str, t.Any]", self._value("__certificate_ways", {}))

    @property
    def staged(self) -> Entries:
        """The staged keys and CSRs."""
        return t.cast(Entries, self._value("__certificate_staged", {}).get("certificates", []))

    @property
    def prepared(self) -> Entries:
        """The requests to digicert_certificate."""
        return t.cast(Entries, self._value("__certificate_prepared", {}).get("requests", []))

    @property
    def failures(self) -> Mapping[str, str]:
        """Why sets could not be put into use, by request."""
        return t.cast("Mapping[str, str]", self._value("__certificate_failures", {}))

    def answer(self, name: str) -> list[Mapping[str, t.Any]]:
        """Return what digicert_certificate answered for this host, perhaps in the task of another host."""
        answer = self._value(name, {})
        if answer.get("handled_by"):
            answer = _Host(self._hostvars, answer["handled_by"])._value(name, {})
        return [entry for entry in answer.get("certificates") or [] if entry.get("host") == self.name]

    @property
    def entries(self) -> list[dict[str, t.Any]]:
        """The newest entry of each request."""
        return delivery.latest(self.answer("__certificate_ordered"), self.answer("__certificate_collected"))

    def as_peer(self) -> Peer:
        """Return what hosts that share a key with this one have to know."""
        return Peer(self.name, self.requests, self.found, self._value("certificate_results", []))


def _ways(host: _Host, hostvars: Mapping[str, t.Any], hosts: Sequence[str], batch: Sequence[str]) -> dict[str, t.Any]:
    copied: dict[str, str] = {}
    if any(request["key_strategy"] == "shared" for request in host.requests):
        peers = [_Host(hostvars, name).as_peer() for name in hosts]
        copied = shared_keys.sources_of(host.name, host.requests, peers, batch)
    return {**delivery.ways(host.requests, host.found, copied), "sources": copied}


def _run(host: _Host, hostvars: Mapping[str, t.Any], check_mode: bool) -> delivery_report.Run:
    sources = {
        request["name"]: shared_keys.source_named(
            request, _Host(hostvars, host.ways["sources"][request["name"]]).as_peer()
        )
        for request in host.requests
        if request["name"] in host.ways["sources"]
    }
    return delivery_report.Run(
        host.requests,
        host.found,
        host.ways,
        staged=host.staged,
        entries=host.entries,
        sources=sources,
        failures=host.failures,
        is_check_mode=check_mode,
    )


def _first_run(host: _Host, ways: Mapping[str, t.Any]) -> delivery_report.Run:
    """Return what is known before anything was done: what needs nothing has its result already."""
    kept = {**dict.fromkeys(("install", "copied", "obtain"), ()), "keep": [one["name"] for one in host.requests]}
    requests = [one for one in host.requests if one["name"] in ways["keep"]]
    return delivery_report.Run(requests, host.found, kept)


def certificate_step(
    hostvars: Mapping[str, t.Any],
    host: str,
    step: str,
    play: Mapping[str, t.Any] | None = None,
) -> t.Any:
    """Return what a step is given."""
    here = _Host(hostvars, host)
    about = {"hosts": (), "batch": (), "check_mode": False, **(play or {})}
    hosts, batch, check_mode = about["hosts"], about["batch"], bool(about["check_mode"])
    steps: dict[str, Callable[[], t.Any]] = {
        "found": lambda: delivery.found_of(here.requests, here.found, here.problem),
        "ways": lambda: _ways(here, hostvars, hosts, batch),
        "stage": lambda: delivery.to_stage(here.requests, here.found, here.ways["obtain"]),
        "order": lambda: delivery.to_order(host, here.requests, here.found, here.staged),
        "is_open": lambda: any(delivery.is_open(one) for one in here.answer("__certificate_ordered")),
        "records": lambda: delivery.to_publish(here.requests, here.answer("__certificate_ordered")),
        "names": lambda: delivery.names_of(here.requests),
        "by_hand": lambda: delivery.by_hand(here.requests, here.answer("__certificate_ordered")),
        "collect": lambda: delivery.to_collect(here.requests, here.prepared, here.answer("__certificate_ordered")),
        "results": lambda: delivery_report.results(_first_run(here, _ways(here, hostvars, hosts, batch))),
        "sets": lambda: delivery_report.sets(_run(here, hostvars, check_mode)),
        "report": lambda: delivery_report.report(_run(here, hostvars, check_mode)),
    }
    if step not in steps:
        raise AnsibleFilterError(f"certificate_step: {step!r} is not one of {', '.join(steps)}.")
    return steps[step]()


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"certificate_step": certificate_step}
