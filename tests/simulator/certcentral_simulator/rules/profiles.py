# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contents of a leaf certificate besides its names: key usages and policy."""

from __future__ import annotations

from datetime import date

from certcentral_simulator.errors import invalid
from certcentral_simulator.rules.products import Product

# D: only serverAuth by default from the first date; the option for clientAuth is available until the second.
SERVER_AUTH_ONLY_FROM, CLIENT_AUTH_UNTIL = date(2025, 10, 1), date(2027, 3, 1)
BOTH, SERVER_ONLY, SMART_CARD = "server_client_auth_eku", "server_auth_only_eku", "kdc_smart_card"
PROFILE_OPTIONS = (BOTH, SERVER_ONLY, SMART_CARD)
SERVER_AUTH, CLIENT_AUTH = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"

# Policy identifiers reserved by the CA/Browser Forum for the three kinds of public TLS certificates.
_POLICIES = {"dv": "2.23.140.1.2.1", "ov": "2.23.140.1.2.2", "ev": "2.23.140.1.1"}


def check_profile_option(value: object, product: Product, today: date, *, refuse_after_end: bool) -> None:
    """Check ``certificate.profile_option``.

    :raises Refusal: the option is unknown, or (with the switch) not offered for public TLS anymore.
    """
    if value in (None, ""):
        return
    if value not in PROFILE_OPTIONS:
        raise invalid("profile_option")
    if refuse_after_end and value == BOTH and not product.private and today >= CLIENT_AUTH_UNTIL:
        raise invalid("profile_option")


def extended_key_usages(option: object, product: Product, today: date) -> list[str]:
    """Object identifiers of the extended key usages of a certificate issued on this day.

    The smart card option, which one client sends, is accepted and has no effect.
    """
    if product.private:
        with_client = option == BOTH
    elif today < SERVER_AUTH_ONLY_FROM:
        with_client = option != SERVER_ONLY
    else:
        with_client = option == BOTH and today < CLIENT_AUTH_UNTIL
    return [SERVER_AUTH, CLIENT_AUTH] if with_client else [SERVER_AUTH]


def policy(product: Product) -> str:
    """Object identifier of the certificate policy; "" for a private certificate."""
    return "" if product.private else _POLICIES[product.validation_type]
