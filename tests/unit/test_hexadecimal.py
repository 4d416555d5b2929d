# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serial numbers, however they are written."""

from __future__ import annotations

import pytest

from ansible_collections.community.digicert.plugins.module_utils._x509.serial_number import normalise_serial_number


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("0A:1B", "a1b"), ("00ff", "ff"), ("0a 1b", "a1b"), ("0", "0"), ("", "0"), ("ABC", "abc")],
)
def test_they_have_one_spelling(text: str, wanted: str) -> None:
    assert normalise_serial_number(text) == wanted
