# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether certificates of the simulator are revoked, asked as the role certificate asks, without ansible-playbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from simulator_testing.client import Client

from ansible_collections.community.digicert.plugins.plugin_utils._revocation_cache import Cache
from ansible_collections.community.digicert.plugins.plugin_utils._revocations import Asking, ask_for
from certcentral_simulator.process import SimulatorProcess

_REQUESTS = [{"name": "www", "key_reuse": False}]


class _Host:
    """A host with a certificate of the simulator, and the controller that asks for it."""

    def __init__(self, simulator: SimulatorProcess, kept: Path) -> None:
        self._client = Client(simulator)
        self._kept = kept
        self._runs = 0
        placed = self._client.issued("www.valid.example")
        self._id = placed["certificate_id"]
        self._chain = "".join(entry["pem"] for entry in placed["certificate_chain"][:2])

    def revoke(self, reason: str) -> None:
        """Revoke the certificate at once."""
        body = {"revocation_reason": reason, "skip_approval": True}
        assert self._client.put(f"/certificate/{self._id}/revoke", body).status_code == 204

    def ask(self) -> tuple[dict[str, Any], list[str]]:
        """Ask as a new run does."""
        self._runs += 1
        found = [{"name": "www", "needs": "none", "reasons": [], "fullchain_pem": self._chain}]
        now = dt.datetime.now(dt.timezone.utc)
        asking = Asking(now, Cache(self._kept, may_write=True), f"run-{self._runs}", responder_seconds=1)
        (entry,), warnings = ask_for(_REQUESTS, found, asking)
        return entry, warnings


@pytest.fixture
def host(simulator: SimulatorProcess, tmp_path: Path) -> _Host:
    """Return a host whose certificate names a responder."""
    return _Host(simulator, tmp_path / "kept")


@pytest.mark.parametrize("signer", ["issuer", "responder"])
def test_the_responder_is_believed_whoever_of_the_two_signs(
    host: _Host, simulator: SimulatorProcess, signer: str
) -> None:
    simulator.set_switches(ocsp_signer=signer)
    assert host.ask() == ({"name": "www", "needs": "none", "reasons": []}, [])
    host.revoke("keyCompromise")
    entry, [warning] = host.ask()
    assert (entry["needs"], entry["revocation"]["reason"]) == ("certificate", "keyCompromise")
    assert "reason keyCompromise. It must be replaced." in warning


@pytest.mark.parametrize(
    ("behaviour", "problem"),
    [
        ("silent", "no answer within 1 seconds"),
        ("malformed", "not a readable OCSP response"),
        ("expired", "out of date"),
        ("unknown", "does not know the certificate"),
        ("wrong_signature", "not signed by the issuer"),
        ("try_later", "the responder answers try_later"),
        ("unauthorized", "the responder answers unauthorized"),
    ],
)
def test_a_responder_that_cannot_be_believed_is_a_warning_and_no_reason_to_buy(
    host: _Host, simulator: SimulatorProcess, behaviour: str, problem: str
) -> None:
    host.revoke("keyCompromise")
    simulator.set_switches(ocsp_answer=behaviour)
    entry, [warning] = host.ask()
    assert entry == {"name": "www", "needs": "none", "reasons": []}
    assert problem in warning or (behaviour == "silent" and "timed out" in warning)
    simulator.set_switches(ocsp_answer="normal")
    assert host.ask()[0]["needs"] == "certificate"


def test_an_answer_is_kept_as_long_as_the_responder_says(host: _Host, simulator: SimulatorProcess) -> None:
    simulator.set_switches(ocsp_valid_seconds=3600)
    assert host.ask()[1] == []
    simulator.set_switches(ocsp_answer="silent")
    assert host.ask()[1] == []


@pytest.mark.parametrize("partitioned", [True, False])
def test_the_list_is_read_if_the_certificate_names_no_responder(
    simulator: SimulatorProcess, tmp_path: Path, partitioned: bool
) -> None:
    simulator.set_switches(ocsp_in_certificates=False, crl_partitioned=partitioned, revocation_shown_after_seconds=3600)
    host = _Host(simulator, tmp_path / "kept")
    host.revoke("superseded")
    assert host.ask() == ({"name": "www", "needs": "none", "reasons": []}, [])
    # nothing has changed
    assert host.ask()[1] == []
    simulator.set_switches(revocation_shown_after_seconds=0)
    assert host.ask()[0]["revocation"]["reason"] == "superseded"
