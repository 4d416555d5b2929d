# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Arguments that many module tests use."""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.community.digicert.tests.unit import pki

ORGANIZATION = 112233
"""An organization of the simulator's account that is valid for OV and EV."""

PENDING_ORGANIZATION = 112244


@functools.cache
def key(which: str) -> pki.SigningKey:
    """Return a key, always the same one for the same letter."""
    return pki.new_key()


@functools.cache
def _csr(which: str) -> str:
    return pki.csr_pem(key(which), "from-the-csr.example")


def csr(which: str = "a") -> str:
    """Return a CSR for a key, always the same one for the same letter."""
    return _csr(which)


def order_args(*names: str, key: str = "a", **changes: t.Any) -> dict[str, t.Any]:
    """Return arguments of digicert_order. Names below valid.example are proven, so orders are issued at once."""
    return {
        "dns_names": list(names or ("www.valid.example", "valid.example")),
        "csr_content": csr(key),
        "organization_id": ORGANIZATION,
        "skip_approval": True,
        **changes,
    }
