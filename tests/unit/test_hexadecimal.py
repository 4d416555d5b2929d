# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serial numbers, thumbprints and fingerprints in any spelling."""

from __future__ import annotations

import pytest

from ansible_collections.community.digicert.plugins.module_utils._x509.hexadecimal import (
    SHA1_DIGITS,
    SHA256_DIGITS,
    hash_digits,
    normalise_serial_number,
    normalise_thumbprint,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0A:1B", "a1b"), ("00ff", "ff"), ("0a 1b", "a1b"), ("0", "0"), ("", "0"), ("ABC", "abc")],
)
def test_serial_numbers_have_one_spelling(text: str, expected: str) -> None:
    assert normalise_serial_number(text) == expected


@pytest.mark.parametrize("text", ["00ab12", "00AB12", "00:ab:12", " 00 AB 12\n"])
def test_thumbprints_have_one_spelling_and_keep_their_zeros(text: str) -> None:
    assert normalise_thumbprint(text) == "00AB12"


@pytest.mark.parametrize("count", [SHA1_DIGITS, SHA256_DIGITS])
def test_a_hash_may_have_colons_and_upper_case(count: int) -> None:
    digits = "0a" * (count // 2)
    assert hash_digits(digits, count) == digits
    assert hash_digits(digits.upper(), count) == digits
    assert hash_digits(f" {':'.join(['0A'] * (count // 2))}\n", count) == digits


@pytest.mark.parametrize("text", ["", "a" * 39, "a" * 41, "g" * 40, "a" * 39 + "g", "a" * 20 + " " + "a" * 20])
def test_a_text_that_is_not_a_hash(text: str) -> None:
    assert hash_digits(text, SHA1_DIGITS) is None
