# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter certificate_step: what each step of the role certificate works on."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ansible.errors import AnsibleFilterError

from ..module_utils._dcv.withdrawal import left_records, problem_of_note, to_withdraw
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
      - The step. V(ways) returns what to do with each request. V(order) and V(collect) return the requests of all hosts
        of the batch to M(community.digicert.digicert_certificate), V(is_open) whether a certificate can still be issued
        for this host in this run or something is left published, V(records) what has to be published for it, and
        V(names) for which names that may be.
      - V(withdrawn) returns what is removed in the end, which includes what an interrupted run left published, V(notes)
        what is noted on the host before something is published, and V(noted) which notes are removed.
      - V(sets) returns what to install, V(left) the names of the sets that the role
        P(community.digicert.deploy#role) installs, and V(report) the results of the role.
    type: str
    required: true
    choices: [ways, order, is_open, records, names, withdrawn, notes, noted, collect, sets, left, report]
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
    def inspected(self) -> Mapping[str, t.Any]:
        """What the first step of the role returned."""
        return t.cast("Mapping[str, t.Any]", self._value("__certificate_inspected", {}))

    @property
    def takes_part(self) -> bool:
        """Whether this use of the role has something to do for the host."""
        return bool(self._value("__certificate_takes_part", False))

    @property
    def requests(self) -> Entries:
        """The completed requests."""
        return [one["request"] for one in self.inspected.get("certificates", [])]

    @property
    def found(self) -> Entries:
        """What is installed."""
        return [one["installed"] for one in self.inspected.get("certificates", []) if one["installed"]]

    @property
    def ways(self) -> Mapping[str, t.Any]:
        """What is done with each request."""
        return t.cast("Mapping[str, t.Any]", self._value("__certificate_ways", {}))

    @property
    def staged(self) -> Mapping[str, t.Any]:
        """The staged keys and CSRs, and the requests to digicert_certificate."""
        return t.cast("Mapping[str, t.Any]", self._value("__certificate_staged", {}))

    @property
    def installed(self) -> Mapping[str, Mapping[str, t.Any]]:
        """What digicert_host_certificate reported of the sets that no service reads, by the name of the request."""
        return {one["name"]: one for one in self._value("__certificate_installed", {}).get("certificates", ())}

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

    def to_publish(self, *names: str) -> list[dict[str, t.Any]]:
        """Return the records that the named requests, or all of them, wait for."""
        entries = self.answer("__certificate_ordered")
        return delivery.to_publish(self.requests, [one for one in entries if not names or one["name"] in names])

    def left_published(self, *names: str) -> list[dict[str, t.Any]]:
        """Return the records that an interrupted run left for the named requests, or for all of them."""
        requests = [one for one in self.requests if not names or one["name"] in names]
        return [record for one in requests for record in left_records(one, delivery.named(self.found, one["name"]))]

    def withdrawn(self, *names: str) -> list[dict[str, t.Any]]:
        """Return what is removed in the end for the named requests, or for all of them."""
        return to_withdraw(self.to_publish(*names), self.left_published(*names))

    def notes(self) -> list[dict[str, t.Any]]:
        """Return the records to note for each request for which something is published."""
        return [_note(one, self.withdrawn(one["name"])) for one in self.requests if self.to_publish(one["name"])]

    def noted(self) -> list[dict[str, t.Any]]:
        """Return the requests whose notes are removed."""
        return [_note(one, []) for one in self.requests if self.withdrawn(one["name"])]

    def prepared(self, requests: Entries) -> dict[str, t.Any]:
        """Return requests of this host for the option ``prepared`` of digicert_certificate."""
        return {"host": self.name, "account": self.staged.get("account"), "requests": list(requests)}

    def as_peer(self, results: Entries) -> Peer:
        """Return what hosts that share a key with this one have to know."""
        return Peer(self.name, self.requests, self.found, results)

    @property
    def results(self) -> Entries:
        """What the role has done on this host so far, or did in an earlier batch."""
        if not self.takes_part:
            return t.cast(Entries, self._value("certificate_results", []))
        own = [request for request in self.requests if request["name"] not in self.ways["copied"]]
        return delivery_report.results(_run(self, own, {}, check_mode=False))


def _note(request: Mapping[str, t.Any], records: Sequence[Mapping[str, t.Any]]) -> dict[str, t.Any]:
    return {"name": request["name"], "directory": request["directory"], "records": list(records)}


class _Play:
    """The hosts of a play, as far as a step needs them."""

    def __init__(self, hostvars: Mapping[str, t.Any], host: str, about: Mapping[str, t.Any]) -> None:
        """Take what the role knows of the play."""
        self._hostvars = hostvars
        self._about = about
        self.here = _Host(hostvars, host)

    def _others(self) -> list[_Host]:
        """Return the hosts of the batch for which this use of the role has something to do."""
        batch = [_Host(self._hostvars, name) for name in self._about["batch"]]
        return [host for host in batch if host.takes_part]

    def ways(self) -> dict[str, t.Any]:
        """Return what is done with each request."""
        host, copied = self.here, {}
        if any(request["key_strategy"] == "shared" for request in host.requests):
            # of hosts of this batch, what was found is newer than the results of an earlier use of the role
            batch = self._about["batch"]
            hosts = [_Host(self._hostvars, name) for name in self._about["hosts"]]
            peers = [one.as_peer([] if one.name in batch else one.results) for one in hosts]
            copied = shared_keys.sources_of(host.name, host.requests, peers, batch)
        return {**delivery.ways(host.requests, host.found, copied), "sources": copied}

    def ordered(self) -> list[dict[str, t.Any]]:
        """Return the requests of the batch."""
        return [host.prepared(host.staged.get("requests", [])) for host in self._others()]

    def is_open(self) -> bool:
        """Return whether a certificate can still be issued, or something is left published."""
        here = self.here
        return any(map(delivery.is_open, here.answer("__certificate_ordered"))) or bool(here.left_published())

    def collected(self) -> list[dict[str, t.Any]]:
        """Return the requests of the batch for which a certificate can still be issued."""
        return [
            host.prepared(
                delivery.to_collect(
                    host.requests, host.staged.get("requests", []), host.answer("__certificate_ordered")
                )
            )
            for host in self._others()
        ]

    def _sources(self) -> dict[str, shared_keys.Source]:
        host = self.here
        found = {}
        for request in host.requests:
            if request["name"] in host.ways["sources"]:
                source = _Host(self._hostvars, host.ways["sources"][request["name"]])
                found[request["name"]] = shared_keys.source_named(request, source.as_peer(source.results))
        return found

    def run(self) -> delivery_report.Run:
        """Return what happened on the host."""
        return _run(self.here, self.here.requests, self._sources(), check_mode=bool(self._about["check_mode"]))

    def left(self) -> list[str]:
        """Return the names of the sets that the role deploy installs."""
        chosen, installed = delivery_report.sets(self.run()), self.here.installed
        return [
            name
            for name, one in chosen.items()
            if name not in self.here.ways["copied"]
            if delivery.is_read_by_a_service(one) or installed.get(name, {"failed": True})["failed"]
        ]

    def report(self) -> dict[str, t.Any]:
        """Return results, lines and problems of the host."""
        inspected = self.here.inspected
        if inspected.get("in_order"):
            return {"results": inspected["results"], "lines": inspected["lines"], "problems": []}
        if not self.here.takes_part:
            return {"results": [], "lines": [], "problems": []}
        return delivery_report.report(self.run())


def _run(
    host: _Host, requests: Entries, sources: Mapping[str, shared_keys.Source], *, check_mode: bool
) -> delivery_report.Run:
    return delivery_report.Run(
        requests,
        host.found,
        host.ways,
        staged=host.staged.get("certificates", []),
        entries=host.entries,
        sources=sources,
        failures=host.failures,
        unusable_notes=[problem_of_note(one, delivery.named(host.found, one["name"])) for one in requests],
        is_check_mode=check_mode,
    )


def certificate_step(
    hostvars: Mapping[str, t.Any],
    host: str,
    step: str,
    play: Mapping[str, t.Any] | None = None,
) -> t.Any:
    """Return what a step is given."""
    about = _Play(hostvars, host, {"hosts": (), "batch": (), "check_mode": False, **(play or {})})
    here = about.here
    steps: dict[str, Callable[[], t.Any]] = {
        "ways": about.ways,
        "order": about.ordered,
        "is_open": about.is_open,
        "records": here.to_publish,
        "names": lambda: delivery.names_of(here.requests),
        "withdrawn": here.withdrawn,
        "notes": here.notes,
        "noted": here.noted,
        "collect": about.collected,
        "sets": lambda: delivery_report.sets(about.run()),
        "left": about.left,
        "report": about.report,
    }
    if step not in steps:
        raise AnsibleFilterError(f"certificate_step: {step!r} is not one of {', '.join(steps)}.")
    return steps[step]()


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"certificate_step": certificate_step}
