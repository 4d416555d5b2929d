# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A download that is not the chain for the requested key is refused."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import UnexpectedAnswerError
from ansible_collections.community.digicert.plugins.module_utils._use_cases.certificate_download import (
    describe,
    verified_chain,
)
from ansible_collections.community.digicert.plugins.module_utils._x509 import certificates
from ansible_collections.community.digicert.tests.unit import pki


def _body(*issued: pki.Issued) -> bytes:
    return "".join(each.pem for each in issued).replace("\n", "\r\n").encode()


def _key(issued: pki.Issued) -> str:
    return certificates.read_certificates(issued.pem)[0].public_key


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
@pytest.mark.parametrize("with_key", [True, False])
def test_four_certificates_in_any_order(order: tuple[int, ...], with_key: bool) -> None:
    made = pki.hierarchy()
    parts = [made.leaf, made.intermediate, made.root, made.cross_signed_root]
    chain = verified_chain(_body(*(parts[index] for index in order)), 7, _key(made.leaf) if with_key else None)
    described = describe(chain)
    assert described["certificate_pem"] == made.leaf.pem
    assert described["chain_pem"] == made.intermediate.pem
    assert described["fullchain_pem"] == made.leaf.pem + made.intermediate.pem
    assert described["root_pem"] == made.root.pem


def test_without_its_root() -> None:
    made = pki.hierarchy()
    described = describe(verified_chain(_body(made.intermediate, made.leaf), 7, None))
    assert described["root_pem"] is None
    assert described["chain_pem"] == made.intermediate.pem


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"<html>Not issued</html>", "cannot be read"),
        (pki.key_pem(pki.new_key()), "cannot be read"),
        (_body(pki.issue("a.example", issuer=pki.issue("Stranger"))), "lacks the certificate of the issuer"),
        (_body(pki.hierarchy().intermediate, pki.hierarchy().leaf, pki.issue("x")), "not have exactly one leaf"),
    ],
    ids=["nothing", "bytes", "html", "key", "no issuer", "two leaves"],
)
def test_what_is_refused(body: bytes, word: str) -> None:
    with pytest.raises(UnexpectedAnswerError, match=word) as refused:
        verified_chain(body, 7, None)
    assert "certificate 7" in str(refused.value)
    assert refused.value.next_action


def test_another_key_is_refused() -> None:
    made = pki.hierarchy()
    with pytest.raises(UnexpectedAnswerError, match="no certificate for the key of the CSR"):
        verified_chain(_body(made.leaf, made.intermediate, made.root), 7, "0" * 64)


def test_the_leaf_has_the_requested_key() -> None:
    made = pki.hierarchy()
    chain = verified_chain(_body(made.leaf, made.intermediate, made.root), 7, _key(made.leaf))
    assert chain.leaf.public_key == _key(made.leaf)
