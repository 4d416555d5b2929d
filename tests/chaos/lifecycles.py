# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates that are ordered, installed, replaced and installed again while much of what the service does fails.

Each host has a job that runs every ten minutes of the simulated clock until nothing is left to do, as a scheduled job
would: it stages a key, has a certificate issued, and installs it. A job that fails is not looked at by anybody.
"""

from __future__ import annotations

import collections
import contextlib
import datetime as dt
import random
import typing as t
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from cryptography import x509

from ansible_collections.community.digicert.plugins.module_utils._module import run as _module
from ansible_collections.community.digicert.tests.chaos.api_kills import leaks
from ansible_collections.community.digicert.tests.chaos.figures import Figures
from ansible_collections.community.digicert.tests.chaos.processes import at_home
from ansible_collections.community.digicert.tests.modules.arguments import ORGANIZATION
from ansible_collections.community.digicert.tests.modules.execution import execute
from ansible_collections.community.digicert.tests.unit.host_kills import observing
from ansible_collections.community.digicert.tests.unit.host_scene import Scene
from ansible_collections.community.digicert.tests.unit.host_stories import are_a_pair, left_behind, no_key_is_open
from ansible_collections.community.digicert.tests.years.service import SimulatorHere
from certcentral_simulator.process import SimulatorProcess

_ROUNDS = 30
"""How often the job of a host may run until its certificate is installed."""
_UNTIL_DUE = dt.timedelta(days=172)

_FAULTS: tuple[tuple[float, str, dict[str, t.Any]], ...] = (
    (0.05, "error", {"status": 500, "code": "internal_server_error"}),
    (0.05, "error", {"status": 503}),
    (0.05, "error", {"status": 502, "html": True}),
    (0.05, "connection_cut", {}),
    (0.08, "reply_lost", {}),
    (0.02, "truncated_body", {}),
    # of the answers with certificates
    (0.01, "wrong_pem", {}),
    (0.01, "wrong_names", {}),
    (0.01, "wrong_chain", {}),
    (0.01, "ca_certificate", {}),
    (0.01, "expired_intermediate", {}),
)
"""The share of calls that each fault hits: 20 % fail, 10 % of the answers are lost, 5 % of certificates are wrong."""
_BURSTS = 0.1
"""Before this share of the runs, the service begins to refuse a number of calls because there are too many."""

WAYS = ("reissue", "renewal", "step by step", "strict renewal")
"""What becomes of the certificates of hosts, in turns."""


@dataclass
class Host:
    """A host, and what its job knows."""

    name: str
    way: str
    scene: Scene
    order_ids: set[int] = field(default_factory=set)
    """All orders that a result has named."""
    replaced: str = ""
    """The set that was in use when its certificate became due."""

    @property
    def names(self) -> list[str]:
        """The names that its certificate must have."""
        return [self.name, f"www.{self.name}"]

    @property
    def renews(self) -> bool:
        """Whether its order ends with the first certificate."""
        return "renewal" in self.way

    def look(self) -> dict[str, t.Any]:
        """Return what is there."""
        return self.scene.look(dns_names=self.names)

    def request(self, csr: str) -> dict[str, t.Any]:
        """Return the options that all modules share that get a certificate."""
        return {
            "dns_names": self.names,
            "csr_content": csr,
            "organization_id": ORGANIZATION,
            "skip_approval": True,
            "order_validity": {"days": 190} if self.renews else {"years": 1},
        }


class Service:
    """The simulator with its faults, and the controller that calls it."""

    def __init__(self, simulator: SimulatorProcess, home: Path, seed: int) -> None:
        self.simulator = simulator
        self.figures = Figures()
        self._home = home
        self._random = random.Random(seed)
        self._burst: int | None = None

    def break_down(self) -> None:
        """Let the calls from now on fail as often as they should."""
        left = 1.0
        for share, kind, details in _FAULTS:
            # the faults are drawn in turn, and only the first one counts
            probability = share / left
            seed = self._random.randrange(2**32)
            self.simulator.add_fault(kind, calls=-1, probability=probability, seed=seed, **details)
            left -= share if kind not in _OF_CERTIFICATES else 0

    def vary(self) -> None:
        """Let a run begin a little later, and meet a service that is busy, slow to issue or late to show orders."""
        self.simulator.advance(seconds=self._random.randint(5, 60))
        if self._random.random() < _BURSTS:
            if self._burst:
                self.simulator.admin("DELETE", f"/faults/{self._burst}")
            wait = self._random.choice((None, 1, 5))
            burst = self.simulator.add_fault("rate_limited", calls=self._random.randint(2, 12), retry_after=wait)
            self._burst = burst["id"]
        self.simulator.set_issue_delay(self._random.choice((0, 0, 0, 90)))
        self.simulator.set_switches(visibility_delay=self._random.choice((0, 0, 0, 60)))

    def run(self, module: str, where: str, **arguments: t.Any) -> dict[str, t.Any]:
        """Run a module on the controller; return its result."""
        connection = {
            "api_key": self.simulator.api_key,
            "api_url": self.simulator.base_url,
            "rate_limit": 0,
            **({"ca_path": self.simulator.ca_file} if self.simulator.ca_file else {}),
        }
        with self._controller():
            printed = execute(module, {**connection, **arguments})
        self.figures.runs += 1
        self.figures.add("leaks", where, leaks(printed, self.simulator.api_key))
        return printed.result

    @property
    def now(self) -> dt.datetime:
        """The simulated time."""
        return dt.datetime.fromisoformat(self.simulator.now())

    @contextlib.contextmanager
    def _controller(self) -> Iterator[None]:
        ahead = self.now - dt.datetime.now(dt.timezone.utc)
        here = self.simulator.answering() if isinstance(self.simulator, SimulatorHere) else contextlib.nullcontext()
        with here, at_home(self._home, self._pass_time), mock.patch.object(_module, "dt", _shifted(ahead)):
            yield

    def _pass_time(self, seconds: float) -> None:
        if seconds >= 1:
            self.simulator.advance(seconds=round(seconds))


_OF_CERTIFICATES = {kind for _share, kind, _details in _FAULTS[-5:]}


def _shifted(ahead: dt.timedelta) -> t.Any:
    """Return the module ``datetime`` with a clock that is ahead."""

    class Shifted(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> t.Any:
            return dt.datetime.now(tz) + ahead

    return mock.Mock(wraps=dt, datetime=Shifted, timezone=dt.timezone, timedelta=dt.timedelta, date=dt.date)


def live(
    simulator: SimulatorProcess, folder: Path, number: int, *, seed: int = 0, ways: t.Sequence[str] = WAYS
) -> Figures:
    """Let so many certificates live, and return what was found."""
    service = Service(simulator, folder / "controller", seed)
    hosts = [
        Host(f"host{index}.valid.example", ways[index % len(ways)], Scene(folder / f"host{index}", service.now))
        for index in range(number)
    ]
    service.break_down()
    for phase in ("first certificate", "next certificate"):
        _run_jobs(service, hosts, phase)
        if phase == "first certificate":
            for host in hosts:
                host.replaced = host.scene.in_use if host.scene.current.exists() else ""
            _let_time_pass(service)
    _count(service, hosts)
    return service.figures


def _let_time_pass(service: Service) -> None:
    simulator = service.simulator
    simulator.advance(days=_UNTIL_DUE.days)
    # as the playbook prevalidate does
    simulator.set_domain("valid.example", "valid")
    simulator.set_organization(ORGANIZATION, ov="valid")


def _run_jobs(service: Service, hosts: t.Sequence[Host], phase: str) -> None:
    left = list(hosts)
    for _round in range(_ROUNDS):
        left = [host for host in left if not _run_job(service, host, phase)]
        service.simulator.advance(minutes=10)
    for host in left:
        service.figures.add("unfinished", f"{host.name} ({host.way}), {phase}")


def _run_job(service: Service, host: Host, phase: str) -> bool:
    """Run the job of a host once; return whether nothing is left to do."""
    where = f"{host.name} ({host.way}), {phase}"
    service.vary()
    host.scene.now = service.now
    with observing(lambda _call, _path: None):
        found = host.look()
        if found["needs"] == "none":
            return True
        staged = host.scene.run("staged", key_type="ECC", dns_names=host.names)
        chain = _obtain(service, host, staged["csr"], found, where)
        if chain is not None:
            host.scene.now = service.now
            installed = host.scene.run("installed", certificate=chain[0], chain=chain[1], dns_names=host.names)
            service.figures.runs += 1
            if not installed["failed"]:
                host.scene.run("in_service", dns_names=host.names)
    _look(service, host, where)
    return False


def _obtain(service: Service, host: Host, csr: str, found: dict[str, t.Any], where: str) -> tuple[str, str] | None:
    """Return the certificate and its chain, or None if something failed or is awaited."""
    if host.way == "step by step":
        return _obtain_step_by_step(service, host, csr, where)
    installed = found.get("certificate") or {}
    result = service.run(
        "digicert_certificate",
        where,
        **host.request(csr),
        order_guard="strict" if "strict" in host.way else "basic",
        serial_number=installed.get("serial_number"),
        connections=1,
    )
    for entry in result.get("certificates", []):
        host.order_ids.update([entry["order_id"]] if entry["order_id"] else [])
        if entry["certificate_pem"] and not entry["failed"]:
            return entry["certificate_pem"], entry["chain_pem"]
    return None


def _obtain_step_by_step(service: Service, host: Host, csr: str, where: str) -> tuple[str, str] | None:
    if (host.scene.home / "current").exists():
        (order_id,) = host.order_ids
        result = service.run("digicert_reissue", where, order_id=order_id, csr_content=csr, skip_approval=True)
    else:
        result = service.run("digicert_order", where, **host.request(csr), wait=True)
    if result.get("failed") or result["phase"] != "issued":
        return None
    host.order_ids.add(result["order"]["id"])
    loaded = service.run("digicert_certificate_download", where, order_id=result["order"]["id"], csr_content=csr)
    return None if loaded.get("failed") else (loaded["certificate_pem"], loaded["chain_pem"])


def _look(service: Service, host: Host, where: str) -> None:
    """Count what must never be seen on a host."""
    current = host.scene.current
    figures = service.figures
    figures.add("leaks", where, not no_key_is_open(host.scene.folder))
    if not current.exists():
        return
    figures.add("mixed_pairs", where, not are_a_pair(current / "cert.pem", current / "privkey.pem"))
    certificate, issuer = (x509.load_pem_x509_certificates((current / name).read_bytes())[0] for name in _CHAIN)
    try:
        certificate.verify_directly_issued_by(issuer)
        problem = "" if issuer.not_valid_after_utc > host.scene.now else "its issuer has expired"
    except ValueError as exc:
        problem = str(exc)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    missing = set(host.names) - set(names.get_values_for_type(x509.DNSName))
    is_ca = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    figures.add("wrong_certificates", f"{where}: {problem or missing or 'a CA'}", bool(problem or missing or is_ca))


_CHAIN = ("cert.pem", "chain.pem")


def _count(service: Service, hosts: t.Sequence[Host]) -> None:
    """Compare the account with what the hosts need."""
    figures, tables = service.figures, service.simulator.admin("GET", "/export")
    figures.faults += sum(bool(entry["fault"]) for entry in tables["ledger"])
    orders: dict[str, list[int]] = collections.defaultdict(list)
    for entry in tables["billed"]:
        if entry["credited_at"] is None and entry["kind"] != "reissue":
            orders[entry["names"][0]].append(entry["order_id"])
    issued = {row["serial_number"].lower(): row for row in tables["certificates"] if row["status"] == "issued"}
    for host in hosts:
        figures.add(
            "unfinished",
            f"{host.name}: never replaced",
            host.scene.current.exists() and host.scene.in_use == host.replaced,
        )
        bought = orders[host.name]
        certificates = [row for row in issued.values() if row["order_id"] in bought]
        figures.add("duplicate_orders", f"{host.name}: {bought}", max(0, len(bought) - 1 - host.renews))
        lost = set(bought) - host.order_ids
        figures.add("lost_orders", f"{host.name}: {sorted(lost)}", len(lost))
        figures.add("second_requests", f"{host.name}: {len(certificates)}", max(0, len(certificates) - 2))
        left = left_behind(host.scene)
        figures.add("leftovers", f"{host.name}: {left}", len(left))
        if host.scene.current.exists() and host.scene.in_use not in issued:
            figures.add("wrong_certificates", f"{host.name}: the service has not issued what is installed")
    waiting = [row["id"] for row in tables["requests"] if row["status"] in ("pending", "submitted")]
    figures.add("second_requests", f"open requests: {waiting}", len(waiting))
