# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Host names: their spelling and their differences."""

from __future__ import annotations

import string
import sys
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._x509.names import (
    InvalidNameError,
    covers,
    in_unicode,
    missing_names,
    normalise,
    normalise_all,
    normalise_leniently,
    surplus_names,
    without_wildcard,
)

_labels = st.text(alphabet=string.ascii_lowercase + string.digits, min_size=1, max_size=8).map(lambda text: f"a{text}")
_hosts = st.lists(_labels, min_size=2, max_size=4).map(".".join)


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("WWW.Example.COM", "www.example.com"),
        ("www.example.com.", "www.example.com"),
        ("  www.example.com ", "www.example.com"),
        ("*.Example.com", "*.example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("*.bücher.example", "*.xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("a-b.1st.example", "a-b.1st.example"),
    ],
)
def test_every_name_has_one_spelling(given_name: str, expected: str) -> None:
    assert normalise(given_name) == expected


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "is not a host name, but empty"),
        (" ", "is not a host name, but empty"),
        ("localhost", "fully qualified"),
        ("192.0.2.7", "is not a host name, but an IP address"),
        ("2001:db8::1", "is not a host name, but an IP address"),
        ("[2001:db8::1]", "is not a host name, but an IP address"),
        ("192.0.2", "is not a host name, but an IP address"),
        ("https://www.example.com", "is not a host name, but a URL"),
        ("https://www.example.com:8443/path", "is not a host name, but a URL"),
        ("www.example.com/path", "is not a host name, but a name with a path"),
        ("www.example.com:443", "is not a host name, but a name with a port"),
        ("admin@example.com", "is not a host name, but an e-mail address"),
        ("www example.com", "is not a host name, but a text with blanks or commas"),
        ("a.example.com,b.example.com", "is not a host name, but a text with blanks or commas"),
        ("a.example.com;b.example.com", "is not a host name, but a text with blanks or commas"),
        ("a.example.com\nb.example.com", "is not a host name, but a text with blanks or commas"),
        ("bü cher.example", "is not a host name, but a text with blanks or commas"),
        ("www_1.example.com", "must be 1 to 63"),
        ("-www.example.com", "must be 1 to 63"),
        ("www-.example.com", "must be 1 to 63"),
        ("www..example.com", "must be 1 to 63"),
        ("*.*.example.com", "must be 1 to 63"),
        ("w*.example.com", "must be 1 to 63"),
        (f"{'a' * 64}.example.com", "must be 1 to 63"),
        (".".join(["a" * 60] * 5), "longer than 253"),
        ("b\u2603.example", "IDNA 2008 does not allow"),
        ("\u0627\u200c\u0628a.example", "IDNA 2008 does not allow"),
        (f"{'ü' * 63}.example", "IDNA 2008 does not allow"),
    ],
)
def test_a_name_that_no_certificate_can_have_is_refused_with_the_reason(name: str, why: str) -> None:
    with pytest.raises(InvalidNameError, match=why):
        normalise(name)


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("straße.example", "xn--strae-oqa.example"),
        ("STRASSE.example", "strasse.example"),
        ("Straße.Example", "xn--strae-oqa.example"),
        ("βόλος.example", "xn--nxasmm1c.example"),
        ("\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.example", "xn--mgba3gch31f060k.example"),
        ("ශ්\u200dරී.example", "xn--10cl1a0b660p.example"),
        ("\uff57\uff57\uff57\uff0eb\u00fccher\uff0eexample", "www.xn--bcher-kva.example"),
        ("WWW.BÜCHER.EXAMPLE.", "www.xn--bcher-kva.example"),
        # in Unicode since 2020
        ("\U00030000.example", "xn--zn4n.example"),
    ],
)
def test_names_are_converted_by_idna_2008(given_name: str, expected: str) -> None:
    assert normalise(given_name) == expected
    assert normalise(expected) == expected
    assert normalise(in_unicode(expected)) == expected


def test_without_the_library_idna_nothing_is_converted_in_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "idna", None)
    for name in ("Bücher.example", "straße.example"):
        with pytest.raises(
            InvalidNameError, match=r"the Python library idna is needed\. Install it, or write the name"
        ):
            normalise(name)
    assert normalise("xn--bcher-kva.example") == "xn--bcher-kva.example"
    assert in_unicode("xn--bcher-kva.example") == "xn--bcher-kva.example"


@given(_hosts)
def test_normalising_twice_changes_nothing(host: str) -> None:
    assert normalise(normalise(host.upper() + ".")) == normalise(host)


def test_duplicates_are_dropped_and_the_order_is_kept() -> None:
    assert normalise_all(["b.example.com", "A.example.com", "B.example.com."]) == ("b.example.com", "a.example.com")


def test_names_of_the_service_are_never_refused() -> None:
    assert normalise_leniently(["WWW.example.com", " ", "Some Person", "www.example.com"]) == (
        "www.example.com",
        "some person",
    )


def test_a_wildcard_is_validated_as_its_base() -> None:
    assert without_wildcard("*.example.com") == "example.com"
    assert without_wildcard("www.example.com") == "www.example.com"


def test_missing_names_are_requested_but_not_present() -> None:
    assert missing_names(["c.example", "a.example", "b.example"], ["b.example"]) == ["a.example", "c.example"]


@pytest.mark.parametrize(
    ("requested", "present", "surplus"),
    [
        (["example.com"], ["example.com", "www.example.com"], []),
        (["www.example.com"], ["www.example.com", "example.com"], []),
        (["*.example.com"], ["*.example.com", "example.com"], []),
        (["example.com"], ["example.com", "mail.example.com"], ["mail.example.com"]),
        (["a.example.com"], ["a.example.com", "*.example.com"], ["*.example.com"]),
    ],
)
def test_names_that_the_ca_adds_are_not_surplus(requested: list[str], present: list[str], surplus: list[str]) -> None:
    assert surplus_names(requested, present) == surplus


@pytest.mark.parametrize(
    ("pattern", "name", "covered"),
    [
        ("www.example.com", "www.example.com", True),
        ("*.example.com", "www.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "a.b.example.com", False),
        ("*.example.com", "*.example.com", True),
        ("*.example.com", "*.www.example.com", False),
        ("*.com", "*.com", True),
        ("www.example.com", "example.com", False),
    ],
)
def test_a_wildcard_stands_for_exactly_one_label(pattern: str, name: str, covered: bool) -> None:
    assert covers(pattern, name) is covered


_U_LABELS = {"bücher": "xn--bcher-kva", "пример": "xn--e1afmkfd", "例え": "xn--r8jz45g", "www": "www", "a1": "a1"}
_both = st.lists(st.sampled_from(sorted(_U_LABELS)), min_size=2, max_size=4)


@given(_both, st.booleans(), st.booleans(), st.booleans())
def test_u_labels_a_labels_case_and_dots_are_one_name(labels: list[str], wild: bool, upper: bool, dot: bool) -> None:
    prefix = "*." if wild else ""
    a_form = prefix + ".".join(_U_LABELS[label] for label in labels)
    u_form = prefix + ".".join(labels)
    for form in (a_form, u_form):
        spelled = (form.upper() if upper else form) + ("." if dot else "")
        assert normalise(spelled) == a_form
        assert normalise_leniently([spelled]) == (a_form,)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("*.xn--bcher-kva.example", "*.bücher.example"),
        ("www.example.com", "www.example.com"),
        # something else than Punycode after the prefix
        ("xn--a-0.example", "xn--a-0.example"),
    ],
)
def test_labels_are_shown_in_their_own_alphabet_if_they_have_one(name: str, shown: str) -> None:
    assert in_unicode(name) == shown


@given(st.lists(_hosts, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_names_makes_no_difference(names: list[str], shuffler: t.Any) -> None:
    shuffled = list(names)
    shuffler.shuffle(shuffled)
    assert missing_names(names, shuffled) == []
    assert surplus_names(names, shuffled) == []


@given(_hosts)
def test_each_name_of_a_www_pair_brings_the_other(host: str) -> None:
    assert surplus_names([host], [host, f"www.{host}"]) == []
    assert surplus_names([f"www.{host}"], [host, f"www.{host}"]) == []
    assert surplus_names([f"*.{host}"], [f"*.{host}", host, f"www.{host}"]) == []
    # the requested names must still be present
    assert missing_names([host, f"www.{host}"], [host]) == [f"www.{host}"]


@given(_hosts, _labels)
def test_a_wildcard_covers_one_label_and_is_not_covered(host: str, label: str) -> None:
    assert covers(f"*.{host}", f"{label}.{host}")
    assert not covers(f"*.{host}", host)
    assert not covers(f"*.{host}", f"{label}.{label}.{host}")
    assert not covers(f"{label}.{host}", f"*.{host}")
