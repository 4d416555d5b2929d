# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sequence of calls after the answer to a reissue was lost: the reissue is looked up and never sent again."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import StateError
from ansible_collections.community.digicert.plugins.module_utils._use_cases.outcome import Outcome
from ansible_collections.community.digicert.plugins.module_utils._use_cases.reissue import (
    ReissueRequest,
    ensure_reissue,
)
from ansible_collections.community.digicert.tests.unit import pki
from ansible_collections.community.digicert.tests.unit.scripted_client import client_of
from ansible_collections.community.digicert.tests.unit.scripted_server import (
    Answer,
    Scripted,
    cut,
    cut_in_the_body,
    refusal,
    reply,
    serve,
)

_FAILED = refusal(500, "service_unavailable")


@pytest.fixture
def server() -> Iterator[Scripted]:
    """Run a server whose script must be used up completely."""
    with serve() as scripted:
        yield scripted
        assert scripted.script == []


def _order(certificate_id: int) -> Answer:
    names = {"common_name": "www.example.com", "dns_names": ["www.example.com"]}
    certificate = {"id": certificate_id, **names, "csr": pki.csr_pem(pki.new_key())}
    return reply(200, {"id": 12, "status": "issued", "certificate": certificate})


def _reissue(server: Scripted, *answers: Answer) -> Outcome:
    request = ReissueRequest(12, None, None, "always", "auto", allow_name_removal=False)
    return ensure_reissue(client_of(server, _order(1), *answers), request, check_mode=False, now=pki.NOW)


@pytest.mark.parametrize("lost", [cut, cut_in_the_body, _FAILED], ids=["cut", "cut in the body", "failed"])
@pytest.mark.parametrize("late", [0, 1, 2])
def test_a_reissue_that_shows_up_late_is_found(server: Scripted, lost: Answer, late: int) -> None:
    outcome = _reissue(server, lost, *[_order(1)] * late, _order(2))
    assert outcome.order is not None
    assert outcome.order.certificate.id == 2
    assert [seen.method for seen in server.seen].count("POST") == 1


@pytest.mark.parametrize("look", [_order(1), _FAILED], ids=["nothing to see", "cannot be read"])
def test_the_error_names_the_order_if_the_reissue_never_shows_up(server: Scripted, look: Answer) -> None:
    looks: t.Sequence[Answer] = [look] * 3
    with pytest.raises(StateError) as failed:
        _reissue(server, _FAILED, *looks)
    assert failed.value.order_id == 12
    assert [error.code for error in failed.value.errors] == ["service_unavailable"]
    assert [seen.method for seen in server.seen].count("POST") == 1
