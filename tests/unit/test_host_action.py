# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names on their way to a host: letters beyond ASCII are converted on the controller, once."""

from __future__ import annotations

import sys
import typing as t

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from ansible_collections.community.digicert.plugins.filter.deploy_endpoints import deploy_endpoints
from ansible_collections.community.digicert.plugins.module_utils._decisions.requested_certificates import (
    complete_requests,
)
from ansible_collections.community.digicert.plugins.module_utils._x509.names import InvalidNameError
from ansible_collections.community.digicert.plugins.module_utils._x509.pem import InvalidPemError
from ansible_collections.community.digicert.plugins.plugin_utils._host_action import in_ascii, in_pem
from ansible_collections.community.digicert.tests.unit import pki

_STRASSE, _BUECHER = "xn--strae-oqa.example", "xn--bcher-kva.example"
_DEFAULTS: dict[str, t.Any] = {
    "common_name": "",
    **dict.fromkeys(("key_type", "mode", "key_mode", "owner", "group", "key_owner", "key_group"), "x"),
    **dict.fromkeys(("renew_before", "links", "reload", "served"), ""),
}


@pytest.mark.parametrize(
    ("entry", "given"),
    [
        ({"dns_names": ["straße.example", "a.example"]}, {"dns_names": [_STRASSE, "a.example"]}),
        ({"dns_names": "straße.example,bücher.example"}, {"dns_names": [_STRASSE, _BUECHER]}),
        ({"dns_names": "a.example,b.example"}, {"dns_names": "a.example,b.example"}),
        ({"common_name": "bücher.example", "dns_names": None}, {"common_name": _BUECHER, "dns_names": None}),
        ({"common_name": "*.bücher.example"}, {"common_name": f"*.{_BUECHER}"}),
        (
            {"served": [{"port": 443, "server_name": "straße.example"}, {"port": 25}]},
            {"served": [{"port": 443, "server_name": _STRASSE}, {"port": 25}]},
        ),
        # what is no host name is left to the module, which names it with its request
        ({"dns_names": ["https://a.example", "", 7]}, {"dns_names": ["https://a.example", "", 7]}),
        ({"name": "größe", "key_path": "/ö"}, {"name": "größe", "key_path": "/ö"}),
    ],
)
def test_a_host_sees_ascii_only(entry: dict[str, t.Any], given: dict[str, t.Any]) -> None:
    assert in_ascii([entry]) == [given]
    assert in_ascii(({**entry},)) == [given]


@pytest.mark.parametrize("odd", [None, "text", 7, ["x"], [None]])
def test_options_of_another_type_are_left_to_the_module(odd: t.Any) -> None:
    assert in_ascii(odd) == odd


def test_a_name_that_cannot_be_converted_never_reaches_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidNameError, match="IDNA 2008"):
        in_ascii([{"dns_names": ["\u2603.example"]}])
    monkeypatch.setitem(sys.modules, "idna", None)
    with pytest.raises(InvalidNameError, match="the Python library idna is needed"):
        in_ascii([{"dns_names": ["straße.example"]}])


class TestCertificates:
    """Ansible reads a binary file as a text that is not valid, which does not reach a module."""

    _LEAF = pki.hierarchy().leaf

    def test_a_binary_one_reaches_the_host_as_pem(self) -> None:
        binary = self._LEAF.certificate.public_bytes(serialization.Encoding.DER).decode(errors="surrogateescape")
        wide = self._LEAF.pem.encode("utf-16").decode(errors="surrogateescape")
        given = {"name": "www", "certificate": binary, "chain": wide}
        assert in_pem([given]) == [{"name": "www", "certificate": self._LEAF.pem, "chain": self._LEAF.pem}]

    def test_a_text_is_left_to_the_module(self) -> None:
        given = {"certificate": "garbage \u00e9", "chain": self._LEAF.pem.replace("\n", " "), "private_key": "x"}
        assert in_pem([given, None]) == [given, None]
        assert in_pem("text") == "text"

    @pytest.mark.parametrize("option", ["certificate", "chain"])
    def test_another_binary_file_is_named(self, option: str) -> None:
        made = self._LEAF
        pfx = pkcs12.serialize_key_and_certificates(
            b"www", made.key, made.certificate, None, serialization.NoEncryption()
        )
        with pytest.raises(InvalidPemError) as refusal:
            in_pem([{option: pfx.decode(errors="surrogateescape")}])
        assert str(refusal.value).startswith(f"{option} cannot be read: ")
        assert "it is a PKCS#12 file (PFX)" in str(refusal.value)
        assert "openssl pkcs12 -in FILE -nokeys" in refusal.value.advice


def test_the_requests_of_the_role_have_a_labels_from_its_first_step_on() -> None:
    given = {"name": "www", "common_name": "Straße.example", "dns": ["bücher.example", "A.example.", "straße.example"]}
    (request,) = complete_requests([given], _DEFAULTS)["requests"]
    assert (request["common_name"], request["dns"]) == (_STRASSE, [_STRASSE, _BUECHER, "a.example"])


_LONG = "the-very-long-host-name-of-a-machine-that-nobody-can-remember.valid.example"


@pytest.mark.parametrize(
    ("request_keys", "said"),
    [
        ({"dns": [_LONG, "short.valid.example"]}, "has 75 characters, and a certificate allows 64: set common_name to"),
        ({"dns": ["a.example"], "common_name": _LONG}, "has 75 characters"),
        ({"dns": [f"{'ü' * 40}.{'ü' * 10}.example"]}, "characters, and a certificate allows 64"),
        ({"dns": ["https://www.example.com"]}, "'https://www.example.com' is not a host name, but a URL: correct dns"),
        ({"dns": ["a.example", "192.0.2.7"]}, "'192.0.2.7' is not a host name, but an IP address: correct dns"),
        ({"dns": "a.example, b.example"}, "a text with blanks or commas, perhaps a list of several names"),
        ({"dns": ["a.example", ""]}, "'' is not a host name, but empty: correct dns"),
        ({"dns": ["a.example"], "common_name": "b c"}, "correct common_name or dns"),
    ],
)
def test_a_name_that_nobody_issues_is_refused_before_anything_in_the_words_of_the_request(
    request_keys: dict[str, t.Any], said: str
) -> None:
    completed = complete_requests([{"name": "web", **request_keys}], _DEFAULTS)
    assert completed["requests"] == []
    assert completed["problem"].startswith("The request web cannot be used: ")
    assert said in completed["problem"]
    assert "csr_" not in completed["problem"]


def test_the_names_that_services_are_asked_for_are_converted_too() -> None:
    served: list[dict[str, t.Any]] = [{"port": 443, "server_name": "straße.example"}, {"server_name": ""}, {"port": 25}]
    given = {"name": "www", "dns": ["a.example"], "served": served}
    (request,) = complete_requests([given], _DEFAULTS)["requests"]
    assert request["served"] == [{**served[0], "server_name": _STRASSE}, *served[1:]]
    assert deploy_endpoints(served[:1], "host") == [{"host": "127.0.0.1", "port": 443, "server_name": _STRASSE}]
    wrong = complete_requests([{**given, "served": [{"server_name": "\u2603.example"}]}], _DEFAULTS)
    assert "IDNA 2008" in wrong["problem"]


def test_a_long_name_may_follow_a_short_one() -> None:
    assert complete_requests([{"name": "web", "dns": ["short.example", _LONG]}], _DEFAULTS)["problem"] == ""
