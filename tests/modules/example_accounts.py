# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account and the files that the examples of each module refer to, made in the simulator and in a folder.

Every module starts with the simulator's ready account, in which control of ``example.com`` is proven and order 112233
is issued for ``www.example.com``. :data:`ACCOUNTS` lists what a module needs in addition or instead.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

import requests

from ansible_collections.community.digicert.tests.modules.arguments import ORGANIZATION
from ansible_collections.community.digicert.tests.unit import pki
from certcentral_simulator.process import SimulatorProcess

ORDER = 112233
"""The order that most examples use."""

FOLDERS = ("/etc/pki/", "/srv/certificates/", "/etc/digicert")
"""Folders in examples that are replaced by a folder of the test; nothing else in an example is replaced."""

CSR_HOSTS = ("www.example.com", "www2.example.com")
"""Each has a CSR ``/etc/pki/<host>.csr``; an order uses the CSR of the first host unless it names another."""


def order(names: str = "www.example.com example.com", **values: t.Any) -> dict[str, t.Any]:
    """Return an order as made in the console; ``certificate`` may extend its names and CSR."""
    common_name, *others = names.split()
    certificate = {"common_name": common_name, "dns_names": others, **values.pop("certificate", {})}
    return {"id": ORDER, "status": "issued", "organization": {"id": ORGANIZATION}, **values, "certificate": certificate}


def _days_ago(days: int) -> str:
    return (dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=days)).isoformat()


@dataclass(frozen=True)
class Account:
    """What the examples of one module need."""

    orders: tuple[dict[str, t.Any], ...] = (order(),)
    domains: dict[str, str] = field(default_factory=lambda: {"example.com": "valid"})
    """State of each domain, by name."""
    reissues: tuple[int, ...] = ()
    """Orders with a reissue that waits for approval."""
    duplicates: tuple[int, ...] = ()
    """Orders with a duplicate for the key of the second host."""
    variables: dict[str, t.Any] = field(default_factory=dict)
    """Values of variables that the examples use but do not define."""
    repeated: tuple[str, ...] = ()
    """Tasks that deliberately act on every run, as the module documents."""
    refused_again: tuple[str, ...] = ()
    """Tasks that the service refuses a second time, as the module documents."""
    switches: dict[str, t.Any] = field(default_factory=dict)
    """Settings of the account, by the name of the simulator's switch."""


ACCOUNTS: dict[str, Account] = {
    "digicert_dcv": Account(
        orders=(
            order(status="pending", dcv_method="email"),
            order("www.example.org", id=112244, status="pending", dcv_method="email"),
        ),
        domains={},
        repeated=("Send the e-mails again if control of a name is not proven",),
    ),
    "digicert_certificate": Account(orders=()),
    "digicert_certificate_download": Account(duplicates=(ORDER,)),
    "digicert_domain": Account(domains={}),
    "digicert_domain_info": Account(domains={"example.com": "valid", "pending.example": "valid"}),
    "digicert_duplicate": Account(orders=(order(), order("*.example.com", id=112244, product="ssl_wildcard"))),
    "digicert_host_certificate": Account(orders=()),
    "digicert_order": Account(orders=()),
    "digicert_order_info": Account(orders=(order(), order("www.example.org", id=112234, status="pending"))),
    "digicert_order_status": Account(
        orders=(
            order(status="pending"),
            order("a.example.com", id=112234),
            order("b.example.com", id=112235, migrated=True, created=_days_ago(150)),
            order("c.example.org", id=112236, status="pending"),
        ),
        reissues=(112234,),
    ),
    "digicert_order_wait": Account(
        orders=(order(), order("www.example.org", id=112234, status="canceled")), variables={"my_order_id": ORDER}
    ),
    "digicert_reissue": Account(
        orders=(
            order(),
            order("www.example.com a.example.com", id=112234),
            order("b.example.com", id=112235),
        ),
    ),
    "digicert_request": Account(orders=(order(status="needs_approval"), order(id=112244, status="needs_approval"))),
    "digicert_request_info": Account(orders=(order(), order(id=112244, status="needs_approval"))),
    "digicert_revoke": Account(
        orders=(order(), order("a.example.com", id=112234)),
        duplicates=(112234,),
        switches={"revoke_order_with_last_certificate": True},
        refused_again=("Revoke its duplicates one at a time",),
    ),
}


@dataclass(frozen=True)
class Prepared:
    """Where the examples find what they refer to."""

    folder: Path
    variables: dict[str, t.Any]
    repeated: tuple[str, ...]
    refused_again: tuple[str, ...]

    def place(self, text: str) -> str:
        """Return an example with its folders moved into the test's folder."""
        for original in FOLDERS:
            text = text.replace(original, f"{self.folder}{original}")
        return text


def prepare(module: str, simulator: SimulatorProcess, folder: Path) -> Prepared:
    """Make the account and the files for the examples of a module."""
    account = ACCOUNTS.get(module, Account())
    for original in FOLDERS:
        (folder / original.strip("/")).mkdir(parents=True)
    csrs = {host: pki.csr_pem(pki.new_key(), host) for host in CSR_HOSTS}
    for host, text in csrs.items():
        (folder / f"etc/pki/{host}.csr").write_text(text, encoding="ascii")
    if account.switches:
        simulator.set_switches(**account.switches)
    for name, state in account.domains.items():
        simulator.set_domain(name, state)
    for values in account.orders:
        certificate = {"csr": csrs[CSR_HOSTS[0]], **values["certificate"]}
        simulator.make_order(**{**values, "certificate": certificate})
    for order_id in account.reissues:
        certificate = _certificate_of(account, order_id, csrs[CSR_HOSTS[1]])
        _request(simulator, order_id, "reissue", certificate, skip_approval=False)
    for order_id in account.duplicates:
        _request(simulator, order_id, "duplicate", _certificate_of(account, order_id, csrs[CSR_HOSTS[1]]))
    issued = [entry for entry in simulator.admin("GET", "/export")["certificates"] if entry["pem"]]
    if issued:
        (folder / "www.example.com.pem").write_text(issued[0]["pem"], encoding="ascii")
    return Prepared(
        folder,
        {
            "vault_digicert_api_key": simulator.api_key,
            **({"stolen_serial_number": issued[0]["serial_number"]} if issued else {}),
            **account.variables,
        },
        account.repeated,
        account.refused_again,
    )


def _certificate_of(account: Account, order_id: int, csr: str) -> dict[str, t.Any]:
    """Return the names of an order with a CSR, as needed for a reissue or a duplicate."""
    (values,) = [entry for entry in account.orders if entry["id"] == order_id]
    return {**values["certificate"], "csr": csr}


def _request(
    simulator: SimulatorProcess,
    order_id: int,
    what: str,
    certificate: dict[str, t.Any],
    *,
    skip_approval: bool = True,
) -> None:
    """Request a reissue or a duplicate from the service."""
    answer = requests.post(
        f"{simulator.base_url}/order/certificate/{order_id}/{what}",
        json={"certificate": {"signature_hash": "sha256", **certificate}, "skip_approval": skip_approval},
        headers={"X-DC-DEVKEY": simulator.api_key},
        verify=simulator.ca_file,
        timeout=30,
    )
    assert answer.status_code == 201, answer.text
