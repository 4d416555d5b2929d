# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From which host a shared key is copied."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.module_utils._decisions.shared_keys import (
    Peer,
    source_named,
    sources_of,
)
from ansible_collections.community.digicert.tests.unit.test_delivery import a_request, what_is_there

NOTHING: dict[str, Any] = {"needs": "certificate", "certificate": None, "key": None}
IN_ORDER: dict[str, Any] = {}
STAGED: dict[str, Any] = {**NOTHING, "pending_key": {"fits": True}}


def _has(serial_number: str, days_left: int, needs: str = "none") -> dict[str, Any]:
    return {"certificate": {"serial_number": serial_number, "days_left": days_left}, "needs": needs}


def _peer(host: str, found: dict[str, Any], results: list[dict[str, Any]] | None = None, **request: Any) -> Peer:
    shared = a_request(**{"key_strategy": "shared", **request})
    return Peer(host, [shared], [what_is_there(**found)], results or [])


def _sources(*peers: Peer, batch: str | None = None) -> dict[str, str | None]:
    """Return from which host each one copies."""
    hosts = [peer.host for peer in peers]
    present = batch.split() if batch else hosts
    return {peer.host: sources_of(peer.host, peer.requests, peers, present).get("www") for peer in peers}


def test_without_a_certificate_the_first_host_obtains_it() -> None:
    assert _sources(_peer("a", NOTHING), _peer("b", NOTHING)) == {"a": None, "b": "a"}


def test_a_host_that_has_staged_a_key_goes_on() -> None:
    assert _sources(_peer("a", NOTHING), _peer("b", STAGED)) == {"a": "b", "b": None}


def test_the_host_whose_certificate_expires_last_is_the_source() -> None:
    peers = [_peer("a", _has("1", 10)), _peer("b", _has("2", 90)), _peer("c", NOTHING)]
    assert _sources(*peers) == {"a": "b", "b": None, "c": "b"}


def test_files_in_order_come_before_files_to_correct() -> None:
    peers = [_peer("a", _has("1", 90, "install")), _peer("b", _has("2", 10))]
    assert _sources(*peers) == {"a": "b", "b": None}


def test_hosts_with_the_same_certificate_copy_nothing() -> None:
    assert _sources(_peer("a", _has("1", 90)), _peer("b", _has("1", 90))) == {"a": None, "b": None}


def test_a_host_of_an_earlier_batch_is_a_source_only_with_a_certificate() -> None:
    assert _sources(_peer("a", NOTHING), _peer("b", NOTHING), batch="b")["b"] is None
    assert _sources(_peer("a", _has("1", 90)), _peer("b", NOTHING), batch="b")["b"] == "a"


def test_what_this_run_has_installed_counts() -> None:
    installed = [{"name": "www", "serial_number": "9", "days_left": 199, "phase": "issued"}]
    peers = [_peer("a", NOTHING, installed), _peer("b", NOTHING)]
    assert _sources(*peers, batch="b")["b"] == "a"
    source = source_named(peers[1].requests[0], peers[0])
    assert (source.rank, source.serial_number, source.days_left) == (2, "9", 199)


@pytest.mark.parametrize(
    "other",
    [
        {"dns": "other.example"},
        {"product": "ssl_plus"},
        {"organization_id": 2},
        {"key_type": "ECC"},
        {"key_size": 4096},
        {"force": True},
        {"key_strategy": "per_host"},
    ],
)
def test_hosts_that_request_something_else_share_nothing(other: dict[str, Any]) -> None:
    assert _sources(_peer("a", NOTHING), _peer("b", NOTHING, **other)) == {"a": None, "b": None}


def test_the_case_and_order_of_names_do_not_matter() -> None:
    peers = [_peer("a", NOTHING, dns=["x.example", "y.example"]), _peer("b", NOTHING, dns=["Y.example", "x.example"])]
    assert _sources(*peers) == {"a": None, "b": "a"}


def test_a_forced_replacement_is_obtained_by_one_host() -> None:
    peers = [_peer("a", _has("1", 90), force=True), _peer("b", _has("1", 90), force=True)]
    assert _sources(*peers) == {"a": None, "b": "a"}


def test_a_key_of_its_own_is_never_copied() -> None:
    peers = [_peer("a", IN_ORDER, key_strategy="per_host"), _peer("b", NOTHING, key_strategy="per_host")]
    assert _sources(*peers) == {"a": None, "b": None}
