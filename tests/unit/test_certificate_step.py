# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the steps of the role certificate are given, from what is known of all hosts."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.community.digicert.plugins.filter.certificate_step import certificate_step
from ansible_collections.community.digicert.plugins.filter.installation_options import installation_options
from ansible_collections.community.digicert.plugins.module_utils._decisions import delivery
from ansible_collections.community.digicert.tests.unit.test_delivery import a_request, an_entry, what_is_there

_PLAY = {"hosts": ["one", "two"], "batch": ["one", "two"], "check_mode": False}


def _host(*requests: dict[str, Any], **variables: Any) -> dict[str, Any]:
    """Return the variables of a host on which everything is due."""
    found = [what_is_there(request["name"], "renewal") for request in requests]
    names = [request["name"] for request in requests]
    return {
        "__certificate_inspected": {"certificates": delivery.joined(requests, found), "in_order": False},
        "__certificate_ways": {"keep": [], "install": [], "copied": [], "obtain": names, "sources": {}},
        "__certificate_takes_part": True,
        **variables,
    }


def test_the_requests_of_all_hosts_are_ordered_together() -> None:
    staged = {"account": "A", "requests": [{"name": "www", "host": "one"}]}
    idle = {**_host(a_request()), "__certificate_takes_part": False, "__certificate_staged": staged}
    hosts = {"one": _host(a_request(), __certificate_staged=staged), "two": idle}
    # the other one has no part in this use of the role: what it staged belongs to an earlier one
    assert certificate_step(hosts, "two", "order", _PLAY) == [{"host": "one", **staged}]


def test_only_what_can_still_be_issued_is_collected() -> None:
    staged = {"account": "A", "requests": [{"name": "www", "host": "one"}, {"name": "mail", "host": "one"}]}
    entries = [an_entry("www"), an_entry("mail", phase="processing")]
    host = _host(
        a_request("www"),
        a_request("mail"),
        __certificate_staged=staged,
        __certificate_ordered={"certificates": entries},
    )
    (prepared,) = certificate_step({"one": host, "two": {}}, "one", "collect", _PLAY)
    assert [one["name"] for one in prepared["requests"]] == ["mail"]
    assert (prepared["host"], prepared["account"]) == ("one", "A")
    assert certificate_step({"one": host}, "one", "is_open")


def test_one_run_of_the_module_installs_what_no_service_reads() -> None:
    plain, served = a_request("plain"), a_request("served", reload=["nginx"])
    answer = {"certificates": [an_entry("plain"), an_entry("served")]}
    host = _host(plain, served, __certificate_ordered=answer)
    sets = certificate_step({"one": host}, "one", "sets", _PLAY)
    (options,) = installation_options(sets, {"plain": "secret"})
    assert (options["name"], options["certificate"], options["chain"]) == ("plain", "NEW", "NEW CHAIN")
    assert (options["keystore_passphrase"], options["clean_up"], options["force"]) == ("secret", True, False)
    assert "owner" not in options


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        ({}, ["plain", "served"]),
        ({"certificates": [{"name": "plain", "failed": True}]}, ["plain", "served"]),
        ({"certificates": [{"name": "plain", "failed": False}]}, ["served"]),
    ],
    ids=["the module did not run", "it failed", "it installed the set"],
)
def test_the_role_deploy_installs_the_rest(installed: dict[str, Any], expected: list[str]) -> None:
    answer = {"certificates": [an_entry("plain"), an_entry("served")]}
    requests = (a_request("plain"), a_request("served", reload=["nginx"]))
    host = _host(*requests, __certificate_ordered=answer, __certificate_installed=installed)
    assert certificate_step({"one": host}, "one", "left", _PLAY) == expected


def test_nothing_is_installed_in_check_mode_but_what_the_host_has() -> None:
    host = _host(a_request("www"), __certificate_ordered={"certificates": [an_entry("www")]})
    assert certificate_step({"one": host}, "one", "sets", {**_PLAY, "check_mode": True}) == {}
    host["__certificate_ways"] = {"keep": [], "install": ["www"], "copied": [], "obtain": [], "sources": {}}
    assert list(certificate_step({"one": host}, "one", "sets", {**_PLAY, "check_mode": True})) == ["www"]


def test_a_host_that_could_not_be_read_has_no_results() -> None:
    nothing: dict[str, Any] = {"results": [], "lines": [], "problems": []}
    assert certificate_step({"one": {}}, "one", "report", _PLAY) == nothing
    failed = {"__certificate_inspected": {"failed": True, "msg": "no Python"}}
    assert certificate_step({"one": failed}, "one", "report", _PLAY) == nothing


def test_a_host_that_is_in_order_reports_what_was_found() -> None:
    inspected = {"in_order": True, "certificates": [], "results": [{"name": "www"}], "lines": ["www: in order"]}
    report = certificate_step({"one": {"__certificate_inspected": inspected}}, "one", "report", _PLAY)
    assert report == {"results": [{"name": "www"}], "lines": ["www: in order"], "problems": []}


def test_a_step_that_does_not_exist_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="'orders' is not one of ways, order"):
        certificate_step({"one": {}}, "one", "orders")
