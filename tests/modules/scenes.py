# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of every module, each prepared for one of the things that the module does."""

from __future__ import annotations

import datetime as dt
import tempfile
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.community.digicert.tests.modules.arguments import ORGANIZATION, csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller

Arguments = dict[str, t.Any]
_ADDRESS: Arguments = {"name": "Shop GmbH", "address": "Hauptstr. 1", "city": "Munich", "country": "de"}
_DOMAIN: Arguments = {"name": "new.example", "organization_id": 112233, "dcv_method": "dns-txt-token"}


# removed at the end of the tests
_FOLDER = tempfile.TemporaryDirectory()


@dataclass(frozen=True)
class Scene:
    """A run of a module."""

    module: str
    prepare: t.Callable[[Controller], Arguments]
    """Prepares the account and returns the arguments of the run."""
    is_settled: bool = False
    """Whether everything is already as requested, so that the run changes nothing."""


def _issued(controller: Controller) -> int:
    return int(controller.ok("digicert_order", **order_args())["order"]["id"])


def _pending(controller: Controller) -> int:
    return int(controller.ok("digicert_order", **order_args("www.pending.example"))["order"]["id"])


def _waiting(controller: Controller) -> int:
    return int(controller.ok("digicert_order", **order_args("api.valid.example", skip_approval=False))["order"]["id"])


def _of_issued(**more: t.Any) -> t.Callable[[Controller], Arguments]:
    return lambda controller: {"order_id": _issued(controller), **more}


def _of_pending(**more: t.Any) -> t.Callable[[Controller], Arguments]:
    return lambda controller: {"order_id": _pending(controller), **more}


def _revocable(controller: Controller) -> Arguments:
    # without this setting of the account nothing shows that the certificate is revoked
    controller.simulator.set_switches(revoke_order_with_last_certificate=True)
    return {"order_id": _issued(controller), "skip_approval": True}


def _just(**arguments: t.Any) -> t.Callable[[Controller], Arguments]:
    return lambda controller: arguments


def _with_another_name(controller: Controller) -> Arguments:
    return order_args("www.valid.example", "valid.example", "api.valid.example", order_id=_issued(controller))


def _with_another_key(controller: Controller) -> Arguments:
    _issued(controller)
    return order_args(key="c")


def _again(module: str, prepare: t.Callable[[Controller], Arguments]) -> t.Callable[[Controller], Arguments]:
    """Return a preparation that already runs the module once, so that nothing is left to do."""

    def twice(controller: Controller) -> Arguments:
        arguments = prepare(controller)
        controller.ok(module, **arguments)
        return arguments

    return twice


def _changing(name: str, module: str, prepare: t.Callable[[Controller], Arguments]) -> dict[str, Scene]:
    return {name: Scene(module, prepare), f"{name}, again": Scene(module, _again(module, prepare), is_settled=True)}


def _several(controller: Controller) -> Arguments:
    return {"order_ids": [_issued(controller), _pending(controller)], "wait_timeout": 0}


def _reported(controller: Controller) -> Arguments:
    _several(controller)
    return {"json_dest": str(Path(_FOLDER.name) / "report.json"), "hosts": []}


SCENES: dict[str, Scene] = {
    **_changing("order", "digicert_order", _just(**order_args())),
    **_changing("order that waits", "digicert_order", _just(**order_args("www.pending.example"))),
    "order, read": Scene("digicert_order_info", _of_pending(include_certificates=True)),
    "orders, listed": Scene("digicert_order_info", lambda c: {"filters": {"status": str(_issued(c) and "issued")}}),
    "status, read": Scene("digicert_order_status", _of_pending()),
    **_changing("status, canceled", "digicert_order_status", _of_pending(status="canceled", note="x")),
    "wait": Scene("digicert_order_wait", _several),
    **_changing("reissue", "digicert_reissue", _of_issued(csr_content=csr("b"), skip_approval=True)),
    **_changing("revoke", "digicert_revoke", _revocable),
    "dcv, read": Scene("digicert_dcv", _of_pending()),
    "dcv, checked": Scene("digicert_dcv", _of_pending(check=True)),
    **_changing("certificate", "digicert_certificate", _just(**order_args())),
    **_changing(
        "certificate that waits", "digicert_certificate", _just(**order_args("www.pending.example"), wait=False)
    ),
    **_changing("certificate, reissued", "digicert_certificate", _with_another_name),
    **_changing("certificate for another key", "digicert_certificate", _with_another_key),
    "download": Scene("digicert_certificate_download", _of_issued()),
    "plan": Scene("digicert_certificate_plan", _just(dns_names=["new.valid.example"], organization_id=112233)),
    "validation of one": Scene("digicert_org_validation_info", _just(organization_id=112233)),
    "validation of all": Scene("digicert_org_validation_info", _just()),
    **_changing("domain", "digicert_domain", _just(**_DOMAIN)),
    "domain, read": Scene(
        "digicert_domain_info", lambda c: {"name": c.ok("digicert_domain", **_DOMAIN)["domain"]["name"]}
    ),
    **_changing("organization", "digicert_organization", _just(**_ADDRESS, validations=[{"type": "ov"}])),
    "organization, read": Scene("digicert_organization_info", _just(organization_id=112233)),
    "product": Scene("digicert_product_info", _just(name_id="ssl_basic", limits=True, intermediates=True)),
    "account": Scene("digicert_account_info", _just(check_permissions=True)),
    **_changing("duplicate", "digicert_duplicate", _of_issued(csr_content=csr("c"), skip_approval=True)),
    "report": Scene("digicert_report", _reported),
    "request, read": Scene("digicert_request_info", lambda c: {"order_id": _waiting(c)}),
    **_changing("request, approved", "digicert_request", lambda c: {"order_id": _waiting(c), "status": "approved"}),
}


def _days_ago(days: int) -> str:
    return (dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=days)).isoformat()


def _of_the_console(controller: Controller, days_ago: int, key: str = "a", **values: t.Any) -> int:
    """Make an order in the console and return its ID."""
    certificate = {"common_name": "www.valid.example", "dns_names": ["valid.example"], "csr": csr(key)}
    made = controller.simulator.make_order(
        **{"certificate": certificate, "organization": {"id": ORGANIZATION}, "created": _days_ago(days_ago), **values}
    )
    return int(made["id"])


def _after(days: int, arguments: Arguments, **values: t.Any) -> t.Callable[[Controller], Arguments]:
    """Return a preparation with an order of the console that was made so many days ago."""

    def prepare(controller: Controller) -> Arguments:
        _of_the_console(controller, days, **values)
        return arguments

    return prepare


def _with_renewed(controller: Controller) -> Arguments:
    return order_args(renewal_of_order_id=_of_the_console(controller, 200))


def _with_duplicate(controller: Controller) -> int:
    order_id = _issued(controller)
    controller.ok("digicert_duplicate", order_id=order_id, csr_content=csr("c"), skip_approval=True)
    return order_id


def _of_duplicated(**more: t.Any) -> t.Callable[[Controller], Arguments]:
    return lambda controller: {"order_id": _with_duplicate(controller), **more}


def _hosts(*keys: str, **changes: t.Any) -> Arguments:
    return {"requests": [order_args(key=key, name=f"www-{key}", **changes) for key in keys]}


_FULL = {"name": "Example Corp", "address": "1 Main Street", "city": "Lehi", "state": "Utah", "zip": "84043"}
_THREE = ("www.valid.example", "valid.example", "api.valid.example")

COSTLY_SCENES: dict[str, Scene] = {
    "order for one name": Scene("digicert_order", _just(**order_args("www.valid.example"))),
    "order that waits for approval": Scene("digicert_order", _just(**order_args(skip_approval=False))),
    "order of the service's choice": Scene("digicert_order", _just(**order_args(product="ssl", type_hint="ov"))),
    "order for an organization by name": Scene(
        "digicert_order", _just(**order_args(organization_id=None, organization_name="Example Corp"))
    ),
    "order for an organization in full": Scene(
        "digicert_order",
        _just(**order_args(organization_id=None, organization={**_FULL, "country": "us", "telephone": "801-701-9600"})),
    ),
    "order in a container": Scene("digicert_order", _just(**order_args(container_id=5))),
    "order with an ID": Scene("digicert_order", _just(**order_args(alternative_order_id="shop-1"))),
    "order that expires": Scene("digicert_order", _after(364, order_args())),
    "order that is renewed": Scene("digicert_order", _with_renewed),
    "order of the console": Scene("digicert_order", _after(10, order_args(container_id=5))),
    "order for a second key": Scene("digicert_order", _after(10, order_args(other_key="order"), key="c")),
    "order for a key that another one has": Scene("digicert_order", _after(10, order_args(), key="c")),
    "reissue with another name": Scene(
        "digicert_reissue", _of_issued(csr_content=csr(), dns_names=list(_THREE), skip_approval=True)
    ),
    "reissue without a name": Scene(
        "digicert_reissue",
        _of_issued(csr_content=csr(), dns_names=["www.valid.example"], allow_name_removal=True, skip_approval=True),
    ),
    "reissue, nothing to do": Scene(
        "digicert_reissue", _of_issued(csr_content=csr(), dns_names=list(_THREE[:2]), skip_approval=True)
    ),
    "reissue that waits": Scene("digicert_reissue", _of_issued(csr_content=csr("b"))),
    "reissue before it expires": Scene(
        "digicert_reissue",
        lambda c: {
            "order_id": _of_the_console(c, 190, order_validity={"years": 2}),
            "csr_content": csr(),
            "skip_approval": True,
            "when": "expiring",
        },
    ),
    "reissue for another hash": Scene("digicert_reissue", _of_issued(signature_hash="sha384", skip_approval=True)),
    "duplicate that waits": Scene("digicert_duplicate", _of_issued(csr_content=csr("c"))),
    "second duplicate": Scene("digicert_duplicate", _of_duplicated(csr_content=csr("d"), skip_approval=True)),
    "revocation that waits": Scene("digicert_revoke", _of_issued()),
    "revocation of an order": Scene("digicert_revoke", _of_duplicated(scope="order", skip_approval=True)),
    "revocation of an order that waits": Scene("digicert_revoke", _of_duplicated(scope="order")),
    "certificate that waits for approval": Scene(
        "digicert_certificate", _just(**order_args(skip_approval=False, wait=False))
    ),
    "certificates of two hosts": Scene("digicert_certificate", _just(**_hosts("a", "b"))),
    "certificates of two hosts that wait": Scene(
        "digicert_certificate", _just(**_hosts("a", "b", skip_approval=False), wait=False)
    ),
    "certificate that expires": Scene("digicert_certificate", _after(364, order_args())),
    "certificate that is reissued": Scene(
        "digicert_certificate", _after(190, order_args(), order_validity={"years": 2})
    ),
    "certificate of the console": Scene("digicert_certificate", _after(10, order_args(container_id=5))),
    "certificate for a key that no duplicate is for": Scene(
        "digicert_certificate", _of_duplicated(**order_args(key="d"))
    ),
    "certificate for a key of a duplicate": Scene("digicert_certificate", _of_duplicated(**order_args(key="c"))),
    "certificate for the same names elsewhere": Scene(
        "digicert_certificate", _after(10, order_args(duplicates=False), key="c")
    ),
}
"""Runs in which a wrong decision would cost money or create something, in addition to those above."""
