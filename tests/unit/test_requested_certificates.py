# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of certificate_requests: what they leave out, what is refused, and what is said about what the CA decides."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.module_utils._decisions.requested_certificates import (
    complete_request,
    complete_requests,
    defaults_of,
    passphrases_of,
)

DEFAULTS: dict[str, Any] = {
    "directory": "/etc/digicert",
    "organization_id": 112233,
    "container_id": "",
    "renew_before": "auto",
    "key_type": "RSA",
    "owner": "",
    "group": "",
    "mode": "0644",
    "key_owner": "",
    "key_group": "",
    "key_mode": "0600",
    "links": [],
    "reload": [],
    "served": None,
}


def _completed(defaults: dict[str, Any] | None = None, **request: Any) -> dict[str, Any]:
    return complete_request({"name": "www", "dns": "www.example.com", **request}, {**DEFAULTS, **(defaults or {})})


def test_a_request_gets_what_it_leaves_out() -> None:
    completed = _completed(organization_id=4, order_id=7)
    assert completed["organization_id"] == 4
    assert (completed["directory"], completed["container_id"], completed["dns"]) == (
        "/etc/digicert",
        None,
        ["www.example.com"],
    )
    # a key that has no default does not get in
    assert "order_id" not in completed


def test_what_a_request_leaves_out_is_a_variable_of_the_role() -> None:
    variables = {"certificate_owner": "{{ web }}", "certificate_served_port": 8443, "certificate_served": None}
    defaults = defaults_of(variables, lambda value: "www-data" if value == "{{ web }}" else value)
    assert (defaults["owner"], defaults["usual_port"], defaults["served"]) == ("www-data", 8443, None)
    # the role dcv may not have been given anything
    assert (defaults["dcv_providers"], defaults["dcv_manual_pause"]) == ({}, False)
    assert defaults_of({**variables, "dcv_manual_pause": True}, lambda value: value)["dcv_manual_pause"] is True


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"common_name": "b.example"}, ["b.example", "a.example"]),
        ({"dns": ["a.example", "b.example"], "common_name": "b.example"}, ["b.example", "a.example"]),
        ({"dns": ["a.example", "a.example"]}, ["a.example"]),
        ({"dns": "a.example", "common_name": ""}, ["a.example"]),
    ],
)
def test_the_common_name_is_the_first_name(given: dict[str, Any], expected: list[str]) -> None:
    assert _completed(**{"dns": "a.example", **given})["dns"] == expected


@pytest.mark.parametrize(("mode", "expected"), [(0o640, "0640"), ("0640", "0640"), ("u=rw", "u=rw"), (0o2750, "2750")])
def test_a_mode_may_be_a_number(mode: object, expected: str) -> None:
    completed = _completed(mode=mode, key_mode=mode)
    assert (completed["mode"], completed["key_mode"]) == (expected, expected)


@pytest.mark.parametrize(
    ("defaults", "request_", "expected"),
    [
        ({}, {"owner": "web"}, "web"),
        ({}, {"owner": "web", "key_owner": "root"}, "root"),
        # somebody has set an owner for keys
        ({"key_owner": "root"}, {"owner": "web"}, "root"),
        ({"owner": "a", "key_owner": "a"}, {"owner": "web"}, "web"),
        ({"owner": "a", "key_owner": "a"}, {}, "a"),
    ],
)
def test_the_owner_of_a_request_owns_its_key(defaults: dict[str, Any], request_: dict[str, Any], expected: str) -> None:
    assert _completed(defaults, **request_)["key_owner"] == expected


def test_an_absolute_name_gives_the_folder_and_two_links() -> None:
    completed = _completed(name="/etc/pki/tls/www", links=[{"path": "/a", "output": "chain"}])
    assert completed["name"] == "www"
    assert completed["links"] == [
        {"path": "/a", "output": "chain"},
        {"path": "/etc/pki/tls/www.crt", "output": "fullchain"},
        {"path": "/etc/pki/tls/www.key", "output": "key"},
    ]


@pytest.mark.parametrize(
    ("given", "reload", "served"),
    [
        ({}, [], None),
        ({"reload": ["nginx"]}, ["nginx"], None),
        ({"run_after": "true"}, [{"command": ["/bin/sh", "-c", "true"]}], []),
        ({"run_after": "true", "reload": ["nginx"]}, ["nginx", {"command": ["/bin/sh", "-c", "true"]}], None),
        ({"run_after": "true", "served": [{"port": 1}]}, [{"command": ["/bin/sh", "-c", "true"]}], [{"port": 1}]),
        ({"served": []}, [], []),
    ],
)
def test_what_is_reloaded_and_what_must_be_served(given: dict[str, Any], reload: object, served: object) -> None:
    completed = _completed(**given)
    assert (completed["reload"], completed["served"]) == (reload, served)


def test_a_command_runs_before() -> None:
    assert _completed(run_before="systemctl stop x")["before"] == [["/bin/sh", "-c", "systemctl stop x"]]
    assert _completed()["before"] == []


def test_without_renewal_no_certificate_is_replaced_because_it_expires() -> None:
    assert _completed(auto_renew=False)["renew_before"] == "never"
    assert _completed(auto_renew=True, renew_before=20)["renew_before"] == "20"


@pytest.mark.parametrize(("given", "expected"), [("RSA", "RSA"), ("ECC", "ECC"), ("ECDSA", "ECC")])
def test_both_names_of_elliptic_curves_are_known(given: str, expected: str) -> None:
    assert _completed(key_type=given)["key_type"] == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        *((True, True), ("true", True), ("Yes", True), (1, True)),
        *((False, False), ("false", False), ("no", False), ("0", False), ("perhaps", False), (None, False)),
    ],
)
def test_a_flag_may_be_a_text(given: object, expected: bool) -> None:
    """As from the command line; the text "false" must not replace a certificate."""
    assert _completed({"force": False}, force=given)["force"] is expected
    assert _completed({"force": given})["force"] is expected


def test_a_warning_names_what_the_ca_decides() -> None:
    (one,) = _completed(country="US")["warnings"]
    (two,) = _completed(country="US", organization="Example")["warnings"]
    assert one.startswith("country is not taken from the request")
    assert two.startswith("country, organization are not taken from the request")
    assert _completed()["warnings"] == []


def _problem(*requests: dict[str, Any]) -> str:
    done = complete_requests(requests, DEFAULTS)
    assert done["requests"] == [] or not done["problem"]
    return str(done["problem"])


@pytest.mark.parametrize("name", ["", "tls/www", "/", "/etc/", "../www", "-x", ".hidden", "a b", "www\n"])
def test_a_name_that_is_not_a_folder_name_is_refused(name: str) -> None:
    assert "or an absolute path" in _problem({"name": name, "dns": "a.example"})


def test_a_missing_or_repeated_name_is_refused() -> None:
    assert "The request without a name" in _problem({"dns": "a.example"})
    twice = [{"name": name, "dns": "a.example"} for name in ("www", "/etc/pki/www")]
    assert "a unique name" in _problem(*twice)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"dns": []}, "add at least one"),
        ({"dns": [], "ip": "192.0.2.1"}, "remove ip"),
        ({"ip": ["192.0.2.1"]}, "remove ip"),
        ({"email": "a@example.com"}, "remove email"),
        ({"principal": "HTTP/x@Y"}, "remove principal"),
        ({"ca": "self-sign"}, "its ca is self-sign"),
        ({"provider": "certmonger"}, "its provider is certmonger"),
        ({"key_usage": "nonRepudiation"}, "the key_usage nonRepudiation:"),
        ({"extended_key_usage": ["id-kp-clientAuth"]}, "extended_key_usage id-kp-clientAuth:"),
    ],
)
def test_what_the_ca_does_not_do_is_refused_with_the_way_out(request_: dict[str, Any], expected: str) -> None:
    problem = _problem({"name": "good", "dns": "a.example"}, {"name": "www", "dns": "a.example", **request_})
    assert problem.startswith("The request www cannot be used: ")
    assert expected in problem


def test_several_reasons_are_one_sentence() -> None:
    problem = _problem({"name": "www", "dns": [], "email": "a@example.com", "ca": "local"})
    assert problem.count(";") == 1
    assert problem.endswith(".")


def test_what_the_ca_grants_is_accepted() -> None:
    request = {"ca": "DigiCert", "provider": "digicert", "key_usage": ["digitalSignature", "keyEncipherment"]}
    assert _problem({"name": "www", "dns": "a", "extended_key_usage": "1.3.6.1.5.5.7.3.1", **request}) == ""


def test_passphrases_are_kept_apart() -> None:
    given = [{"name": "/etc/pki/www", "dns": "a", "keystore_passphrase": "s3cret"}, {"name": "mail", "dns": "b"}]
    assert "s3cret" not in str(complete_requests(given, {**DEFAULTS, "keystore_passphrase": "d3fault"}))
    assert passphrases_of(given, "d3fault") == {"www": "s3cret", "mail": "d3fault"}
