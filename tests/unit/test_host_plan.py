# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decisions on what a host needs."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import replace

import pytest

from ansible_collections.community.digicert.plugins.module_utils._host.plan import (
    HostRequest,
    InstalledKey,
    InstalledSet,
    InvalidHostRequestError,
    Shown,
    decide,
    has_all_to_install,
    request_of,
    served_state,
)
from ansible_collections.community.digicert.plugins.module_utils._x509 import certificates
from ansible_collections.community.digicert.tests.unit import pki

_OPTIONS: dict[str, t.Any] = {
    "dns_names": ["WWW.example.com", "example.com"],
    "renew_before": "auto",
    "key_type": None,
    "key_size": None,
    "key_curve": None,
    "allow_name_removal": False,
}
_DAY = dt.timedelta(days=1)


def _read(*issued: pki.Issued) -> tuple[certificates.Certificate, ...]:
    return tuple(certificates.read_certificates("".join(each.pem for each in issued)))


@pytest.fixture(scope="module")
def good() -> InstalledSet:
    """Return a correct set."""
    made = pki.hierarchy()
    leaf, intermediate = _read(made.leaf, made.intermediate)
    return InstalledSet(
        certificate=leaf,
        chain=(intermediate,),
        fullchain=(leaf, intermediate),
        key=InstalledKey(leaf.public_key, "ECC", "secp256r1"),
    )


def _request(**changes: t.Any) -> HostRequest:
    return request_of({**_OPTIONS, **changes})


def test_names_are_normalised() -> None:
    assert _request().names == ("www.example.com", "example.com")


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"dns_names": []}, "dns_names is empty"),
        ({"dns_names": ["bad name.example"]}, "bad name"),
        ({"renew_before": "soon"}, "soon"),
    ],
)
def test_options_that_cannot_be_used_are_refused(changes: dict[str, t.Any], word: str) -> None:
    with pytest.raises(InvalidHostRequestError, match=word):
        _request(**changes)


def test_a_correct_set_needs_nothing(good: InstalledSet) -> None:
    decision = decide(_request(), good, pki.NOW)
    assert (decision.needs, decision.reasons) == ("none", ())


def test_an_empty_host_needs_a_certificate() -> None:
    decision = decide(_request(), InstalledSet(), pki.NOW)
    assert (decision.needs, decision.reasons) == ("certificate", ("no certificate is installed",))


def test_an_unreadable_certificate_is_the_reason() -> None:
    decision = decide(_request(), InstalledSet(faults=("cert.pem cannot be read",)), pki.NOW)
    assert (decision.needs, decision.reasons) == ("certificate", ("cert.pem cannot be read",))


@pytest.mark.parametrize(
    ("request_changes", "found_changes", "reason"),
    [
        (
            {"dns_names": ["www.example.com", "b.example.com", "a.example.com"]},
            {},
            "lacks a.example.com, b.example.com",
        ),
        ({"dns_names": ["example.org"], "allow_name_removal": True}, {}, "covers example.com, www.example.com"),
        ({"renew_before": "198"}, {}, "expires on 2027-06-06"),
        ({}, {"key": None}, "private key is missing"),
        ({}, {"key": InstalledKey("other", "ECC", "secp256r1")}, "does not belong to the certificate"),
        ({"key_type": "RSA"}, {}, "the key is ECC, not RSA"),
        ({"key_curve": "secp384r1"}, {}, "curve secp256r1, not secp384r1"),
    ],
)
def test_these_need_another_certificate(
    good: InstalledSet, request_changes: dict[str, t.Any], found_changes: dict[str, t.Any], reason: str
) -> None:
    decision = decide(_request(**request_changes), replace(good, **found_changes), pki.NOW)
    assert decision.needs == "certificate"
    assert reason in "; ".join(decision.reasons)


def test_the_size_of_an_rsa_key_matters(good: InstalledSet) -> None:
    assert good.certificate is not None
    found = replace(good, key=InstalledKey(good.certificate.public_key, "RSA", 2048))
    assert decide(_request(key_type="RSA", key_size=2048), found, pki.NOW).needs == "none"
    assert decide(_request(key_type="RSA", key_size=3072), found, pki.NOW).reasons == (
        "the RSA key has 2048 bits, not 3072",
    )


@pytest.mark.parametrize(
    "request_changes",
    [
        {"dns_names": ["example.com"]},
        {"dns_names": ["www.example.com"]},
        {"dns_names": ["www.example.com"], "allow_name_removal": True},
        {"key_type": "ECC", "key_curve": "secp256r1"},
        {"key_size": 4096},
        {"renew_before": "197"},
    ],
)
def test_decisions_of_the_ca_and_options_that_are_not_set_make_no_difference(
    good: InstalledSet, request_changes: dict[str, t.Any]
) -> None:
    assert decide(_request(**request_changes), good, pki.NOW).needs == "none"


def test_a_surplus_name_matters_only_if_it_may_be_removed(good: InstalledSet) -> None:
    only_www = {"dns_names": ["shop.example.com", "www.example.com"]}
    leaf = pki.issue("shop.example.com", dns_names=["www.example.com", "mail.example.com"])
    (certificate,) = _read(leaf)
    found = InstalledSet(certificate=certificate, key=InstalledKey(certificate.public_key, "ECC", "secp256r1"))
    assert decide(_request(**only_www), found, pki.NOW).needs == "none"
    decision = decide(_request(**only_www, allow_name_removal=True), found, pki.NOW)
    assert decision.needs == "certificate"
    assert "mail.example.com" in decision.reasons[0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"faults": ("chain.pem cannot be read",)}, "chain.pem cannot be read"),
        ({"drift": ("privkey.pem has the mode 0644, not 0600",)}, "0644"),
        ({"reload_unfinished": True}, "reload"),
        ({"fullchain": _read(pki.hierarchy().leaf)}, "fullchain.pem is not the certificate followed by its chain"),
        ({"chain": _read(pki.hierarchy().root), "fullchain": ()}, "the chain does not sign"),
        ({"chain": _read(pki.issue("Intermediate")), "fullchain": ()}, "the chain does not sign"),
    ],
)
def test_wrong_files_are_installed_again_without_another_certificate(
    good: InstalledSet, changes: dict[str, t.Any], reason: str
) -> None:
    decision = decide(_request(), replace(good, **changes), pki.NOW)
    assert decision.needs == "install"
    assert reason in "; ".join(decision.reasons)


def test_a_self_signed_certificate_needs_no_chain() -> None:
    (leaf,) = _read(pki.issue("www.example.com", dns_names=["example.com"]))
    found = InstalledSet(leaf, (), (leaf,), InstalledKey(leaf.public_key, "ECC", "secp256r1"))
    assert decide(_request(), found, pki.NOW).needs == "none"


def test_a_chain_with_its_root_or_a_cross_signed_root_is_accepted(good: InstalledSet) -> None:
    made = pki.hierarchy()
    for chain in (_read(made.intermediate, made.root), _read(made.intermediate, made.cross_signed_root)):
        assert good.certificate is not None
        found = replace(good, chain=chain, fullchain=(good.certificate, *chain))
        assert decide(_request(), found, pki.NOW).needs == "none"


@pytest.mark.parametrize(
    ("changes", "state", "counts", "counts_if_former_only"),
    [
        ({}, "installed", False, False),
        ({"reached": False, "certificate": None, "problem": "refused"}, "unreachable", False, False),
        ({"problem": "it does not verify"}, "failing", True, False),
        ({"certificate": None, "problem": "the handshake fails"}, "failing", True, False),
        ({"certificate": "former"}, "former", True, True),
        ({"certificate": "other", "problem": "it does not verify"}, "other", True, False),
    ],
)
def test_the_served_certificate_matters_if_the_service_is_reached(
    good: InstalledSet, changes: dict[str, t.Any], state: str, counts: bool, counts_if_former_only: bool
) -> None:
    assert good.certificate is not None
    others = {"former": replace(good.certificate, serial_number="f0", thumbprint="F0")}
    others["other"] = replace(good.certificate, serial_number="a1", thumbprint="A1")
    if isinstance(changes.get("certificate"), str):
        changes = {**changes, "certificate": others[changes["certificate"]]}
    shown = Shown("127.0.0.1:443", **{"certificate": good.certificate, **changes})
    found = replace(good, former=frozenset({"f0"}))

    assert served_state(shown, good.certificate, found.former) == state
    for one, expected in ((shown, counts), (replace(shown, former_only=True), counts_if_former_only)):
        decision = decide(_request(), found, pki.NOW, [one])
        assert decision.needs == ("install" if expected else "none")
        assert all(reason.startswith("127.0.0.1:443 ") for reason in decision.reasons)


def test_the_files_can_be_written_again_if_certificate_and_chain_are_right(good: InstalledSet) -> None:
    assert has_all_to_install(replace(good, fullchain=(), faults=("fullchain.pem cannot be read",)))
    assert good.certificate is not None
    assert has_all_to_install(replace(good, chain=(), fullchain=(good.certificate,)))
    for lost in (
        {"certificate": None},
        {"chain": (), "chain_is_readable": False},
        {"chain": ()},
        {"chain": (*good.chain, good.certificate)},
    ):
        assert not has_all_to_install(replace(good, **t.cast("dict[str, t.Any]", lost)))
