# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hypothesis strategies for intents and for the orders of an account."""

from __future__ import annotations

from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import Order
from ansible_collections.community.digicert.plugins.module_utils._decisions.order import OrderIntent, intent_id
from ansible_collections.community.digicert.tests.unit.made_orders import order

SPELLINGS = {
    "www.example.com": "www.example.com",
    "Example.COM.": "example.com",
    "*.Example.com": "*.example.com",
    "Bücher.example": "xn--bcher-kva.example",
    "SHOP.bücher.example.": "shop.xn--bcher-kva.example",
    "пример.рф": "xn--e1afmkfd.xn--p1ai",
}
"""Names as a person types them, and as a certificate contains them."""

NAMES = st.lists(st.sampled_from(sorted(SPELLINGS.values())), min_size=1, max_size=5, unique=True).map(tuple)
KEYS = st.sampled_from(["key-a", "key-b"])
RULES = st.sampled_from(["auto", "0", "30", "400", "25%"])

INTENTS = st.builds(
    OrderIntent,
    names=NAMES,
    product=st.sampled_from(["ssl_basic", "ssl_ev_basic", "ssl"]),
    organization_id=st.sampled_from([None, 1, 112233]),
    container_id=st.sampled_from([None, 5, 6]),
    public_key=st.sampled_from([None, "key-a", "key-b"]),
)
INTENTS_WITH_KEY = st.builds(OrderIntent, NAMES, st.just("ssl_basic"), st.just(112233), st.none(), KEYS)


@st.composite
def orders_for(draw: st.DrawFn, intent: OrderIntent) -> list[Order]:
    """Return orders of which many, but not all, are for the names of the intent."""
    return [
        order(
            number,
            names=draw(st.sampled_from([intent.names, intent.names, ("www.example.com",)])),
            key=draw(st.sampled_from([intent.public_key, "key-a", "key-b", None])),
            status=draw(st.sampled_from(["issued", "issued", "pending", "reissue_pending", "canceled", "revoked"])),
            expires_in=draw(st.sampled_from([-1, 0, 1, 30, 355, None])),
            certificate_expires_in=draw(st.sampled_from([-1, 0, 30, 189, None])),
            is_renewed=draw(st.booleans()),
            renewal_of=draw(st.sampled_from([None, None, 1, 2])),
            alternative_order_id=draw(st.sampled_from([None, intent_id(intent, None), "another"])),
        )
        for number in draw(st.lists(st.integers(min_value=1, max_value=6), max_size=3, unique=True))
    ]


def with_orders(intents: st.SearchStrategy[OrderIntent]) -> st.SearchStrategy[tuple[OrderIntent, list[Order]]]:
    """Return pairs of an intent and orders for it."""
    return intents.flatmap(lambda intent: st.tuples(st.just(intent), orders_for(intent)))


_TWO_NAMES = ("www.example.com", "example.com")
_SOME_NAMES = st.lists(
    st.sampled_from(["example.com", "www.example.com", "a.example.com", "*.example.com", "b.example"]),
    min_size=1,
    max_size=4,
    unique=True,
).map(tuple)
_SOME_KEYS = st.sampled_from(["key-a", "key-b", None])

SIMILAR_INTENTS = st.builds(OrderIntent, _SOME_NAMES, st.just("ssl_basic"), st.just(112233), st.none(), _SOME_KEYS)
"""Intents whose names overlap with those of ``similar_orders``."""


@st.composite
def similar_orders(draw: st.DrawFn, own_id: str) -> list[Order]:
    """Return up to five orders whose names overlap; some of them have this alternative order ID."""
    numbers = draw(st.lists(st.integers(min_value=1, max_value=9), max_size=5, unique=True))
    statuses = ("issued", "issued", "pending", "needs_approval", "reissue_pending", "canceled", "revoked")
    return [
        order(
            number,
            names=draw(st.sampled_from([_TWO_NAMES, ("example.com",), (*_TWO_NAMES, "a.example.com")])),
            key=draw(_SOME_KEYS),
            status=draw(st.sampled_from(statuses)),
            expires_in=draw(st.sampled_from([-3, 5, 40, 355, None])),
            certificate_expires_in=draw(st.sampled_from([-3, 5, 40, 189, None])),
            is_renewed=draw(st.booleans()),
            renewal_of=draw(st.sampled_from([None, None, *numbers])),
            alternative_order_id=draw(st.sampled_from([None, own_id])),
        )
        for number in numbers
    ]
