# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every refusal with an unverified code, on both sides of its switch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from simulator_testing.client import EC_CSR, PENDING_ORGANIZATION, Client, code_of
from simulator_testing.csr import csr_for

from certcentral_simulator.process import SimulatorProcess
from certcentral_simulator.switches import BEHAVIOUR, TABLE

Scenario = Callable[[Client], requests.Response]
NAME = "www.valid.example"
CHANGED = "418 changed|code"


def renewed_body(*names: str) -> dict[str, Any]:
    """Body of a reissue or duplicate."""
    return {"certificate": {"common_name": names[0], "dns_names": list(names[1:]), "csr": EC_CSR}}


def order_in(client: Client, status: str) -> int:
    """Make an order in a given status."""
    made = client.simulator.make_order(status=status, certificate={"common_name": NAME}, organization={"id": 112233})
    return int(made["id"])


def status(client: Client, order_id: int, word: str, note: str = "x") -> requests.Response:
    """Request another status."""
    return client.put(f"/order/certificate/{order_id}/status", {"status": word, "note": note})


def missing_key(client: Client) -> requests.Response:
    """A call without a key."""
    return requests.get(f"{client.simulator.base_url}/user/me", verify=client.simulator.ca_file, timeout=60)


def reissue_twice(client: Client) -> requests.Response:
    """A reissue while one is pending."""
    path = f"/order/certificate/{client.issued()['id']}/reissue"
    client.post(path, renewed_body(NAME))
    return client.post(path, renewed_body(NAME))


def revoke_with_reissue(client: Client) -> requests.Response:
    """A revocation while a reissue is pending."""
    order_id = client.issued()["id"]
    client.post(f"/order/certificate/{order_id}/reissue", renewed_body(NAME))
    return client.put(f"/order/certificate/{order_id}/revoke", {})


def duplicate_after_dcv_expired(client: Client) -> requests.Response:
    """A duplicate whose domain is no longer validated."""
    order_id = client.issued()["id"]
    client.simulator.set_domain("valid.example", "expired")
    return client.post(f"/order/certificate/{order_id}/duplicate", renewed_body(NAME))


def inactive_organization(client: Client) -> requests.Response:
    """An order for an organization that was deactivated."""
    client.put("/organization/112233/deactivate")
    return client.order(NAME)


def processed_request(client: Client) -> requests.Response:
    """A request approved twice."""
    path = f"/request/{client.order(NAME).json()['requests'][0]['id']}/status"
    client.put(path, {"status": "approved"})
    return client.put(path, {"status": "approved"})


def two_years_without_plans(client: Client) -> requests.Response:
    """A plan of two years in an account without such plans."""
    client.simulator.set_switches(multi_year_plans=False)
    return client.order(NAME, order_validity={"years": 2})


def reissue_without_platform(client: Client) -> requests.Response:
    """A reissue that names no server platform, where it must."""
    client.simulator.set_switches(reissue_server_platform="required")
    return client.post(f"/order/certificate/{client.issued()['id']}/reissue", renewed_body(NAME))


def unknown_platform(client: Client) -> requests.Response:
    """An order for a server platform that does not exist."""
    client.simulator.set_switches(server_platform="checked")
    return client.order(NAME, certificate={"server_platform": {"id": 99999}})


SCENARIOS: dict[str, Scenario] = {
    "key_missing": missing_key,
    "key_too_weak": lambda client: client.order(NAME, csr=csr_for(rsa.generate_private_key(65537, 1024))),
    "csr_missing": lambda client: client.order(NAME, csr=""),
    "common_name_too_long": lambda client: client.order(f"{'a' * 60}.valid.example"),
    "host_name_invalid": lambda client: client.order("no_name"),
    "names_not_allowed": lambda client: client.order("*.valid.example", product="ssl_plus"),
    "dynamic_file_for_dv": lambda client: client.order(
        NAME, product="ssl_dv_geotrust", organization=None, dcv_method="http-token-dynamic"
    ),
    "plan_not_enabled": two_years_without_plans,
    "platform_missing": reissue_without_platform,
    "platform_unknown": unknown_platform,
    "user_unknown": lambda client: client.get("/user/9"),
    "custom_field_unknown": lambda client: client.order(NAME, custom_fields=[{"metadata_id": 9, "value": "x"}]),
    "custom_field_value": lambda client: client.order(NAME, custom_fields=[{"metadata_id": 12, "value": "x"}]),
    "approval_email_wrong_state": lambda client: client.put(
        f"/order/certificate/{client.issued()['id']}/order-approval/resend-emails", {"emails": ["a@b.example"]}
    ),
    "approval_email_unknown": lambda client: client.put(
        f"/order/certificate/{client.order(NAME, product='ssl_ev_basic').json()['id']}/order-approval/resend-emails",
        {"emails": ["a@b.example"]},
    ),
    "wildcard_with_http_token": lambda client: client.order("*.valid.example", dcv_method="http-token"),
    "organization_missing": lambda client: client.order(NAME, organization=None),
    "organization_unknown": lambda client: client.order(NAME, organization={"id": 9}),
    "text_too_long": lambda client: client.post(
        "/organization", {"name": "x" * 65, "address": "1 Main Street", "city": "Lehi", "country": "us"}
    ),
    "organization_inactive": inactive_organization,
    "container_unknown": lambda client: client.order(NAME, container={"id": 9}),
    "certificate_unknown": lambda client: client.get("/certificate/9/chain"),
    "domain_unknown": lambda client: client.get("/domain/9"),
    "request_unknown": lambda client: client.get("/request/9"),
    "alternate_unknown": lambda client: client.get("/order/alternate/none"),
    "ica_not_allowed": lambda client: client.order(NAME, certificate={"ca_cert_id": "0"}),
    "cancel_wrong_state": lambda client: status(client, client.issued()["id"], "canceled"),
    "renewed_wrong_state": lambda client: status(client, client.issued()["id"], "renewed"),
    "note_missing": lambda client: status(client, order_in(client, "pending"), "canceled", note=""),
    "reissue_wrong_state": lambda client: client.post(
        f"/order/certificate/{order_in(client, 'pending')}/reissue", renewed_body(NAME)
    ),
    "reissue_pending": reissue_twice,
    "duplicate_wrong_state": lambda client: client.post(
        f"/order/certificate/{order_in(client, 'pending')}/duplicate", renewed_body(NAME)
    ),
    "duplicate_differs": lambda client: client.post(
        f"/order/certificate/{client.issued()['id']}/duplicate", renewed_body("b.valid.example")
    ),
    "duplicate_dcv_expired": duplicate_after_dcv_expired,
    "revoke_with_pending_reissue": revoke_with_reissue,
    "revoke_wrong_state": lambda client: client.put(f"/order/certificate/{order_in(client, 'pending')}/revoke", {}),
    "request_already_processed": processed_request,
    "dcv_wrong_state": lambda client: client.put(f"/order/certificate/{client.issued()['id']}/resend-emails"),
    "download_not_issued": lambda client: client.get(
        f"/certificate/download/order/{order_in(client, 'pending')}/format/crt"
    ),
    "download_format_unknown": lambda client: client.get(
        f"/certificate/download/order/{client.issued()['id']}/format/none"
    ),
    "renewed_order_unknown": lambda client: client.order(NAME, renewal_of_order_id=9),
    "time_frame_missing": lambda client: client.get("/order/certificate/status-changes"),
    "filter_unknown": lambda client: client.get("/order/certificate?filters[colour]=red"),
    "verified_users_missing": lambda client: client.post(
        f"/organization/{PENDING_ORGANIZATION}/validation", {"validations": [{"type": "ev"}]}
    ),
    "domain_exists": lambda client: client.post(
        "/domain", {"name": "valid.example", "organization": {"id": 112233}, "validations": [{"type": "ov"}]}
    ),
}
FIELDS = {"host_name_invalid": "common_name", "text_too_long": "name"}
# The first two need an account with divisions (test_simulator_account_file), the third one a switch
# (test_contract_server).
ELSEWHERE = {"container_forbidden", "product_limited", "content_type_refused"}


def test_every_refusal_has_a_scenario() -> None:
    names = {name.removeprefix("error.") for name in TABLE if name.startswith("error.")}
    assert set(SCENARIOS) | ELSEWHERE == names


@pytest.mark.parametrize("situation", SCENARIOS)
def test_refusal_by_default(client: Client, situation: str) -> None:
    answer = SCENARIOS[situation](client)
    expected = str(TABLE[f"error.{situation}"].default)
    shown = f"{answer.status_code} {code_of(answer)}"
    assert shown == expected.replace("{field}", FIELDS.get(situation, ""))


@pytest.mark.parametrize("situation", SCENARIOS)
def test_refusal_on_the_other_side_of_the_switch(client: Client, simulator: SimulatorProcess, situation: str) -> None:
    simulator.admin("PUT", "/switches", {f"error.{situation}": CHANGED})
    answer = SCENARIOS[situation](client)
    assert f"{answer.status_code} {code_of(answer)}" == CHANGED


def test_every_other_switch_is_set_in_some_test() -> None:
    folder = Path(__file__).parent
    sources = "".join(file.read_text() for file in folder.rglob("test_*.py") if file != Path(__file__))
    names = [switch.name for switch in BEHAVIOUR]
    assert [name for name in names if f"{name}=" not in sources and f'"{name}"' not in sources] == []
