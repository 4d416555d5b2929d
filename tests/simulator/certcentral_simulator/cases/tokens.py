# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random values: 32 characters, 30 days; the value of an order is used for every domain of the order (D)."""

from __future__ import annotations

import secrets
import string

from certcentral_simulator.rules.validity import TOKEN_DAYS
from certcentral_simulator.state.rows import Domain, Order, Token
from certcentral_simulator.state.work import Work

_ALPHABET = string.ascii_lowercase + string.digits
_LENGTH = 32


def order_token(work: Work, order: Order) -> Token:
    """The order's newest unexpired value, or a new one."""
    return _newest(work, "order_id", order.id) or work.tokens.insert(_fresh(work, order_id=order.id))


def domain_token(work: Work, domain: Domain, *, fresh: bool = False) -> Token:
    """The domain's newest unexpired value, or a new one; ``fresh`` always makes a new one."""
    if not fresh:
        existing = _newest(work, "domain_id", domain.id)
        if existing is not None:
            return existing
    return work.tokens.insert(_fresh(work, domain_id=domain.id))


def share_with_domain(work: Work, token: Token, domain: Domain) -> None:
    """Make a value of an order count for a domain too, so that domain info shows it (D: include_dcv=true)."""
    if work.tokens.first("domain_id = ? AND value = ?", domain.id, token.value) is None:
        work.tokens.insert(
            Token(value=token.value, domain_id=domain.id, created_at=token.created_at, expires_at=token.expires_at)
        )


def accepted_values(work: Work, domain: Domain, order: Order | None = None) -> list[str]:
    """Every value that proves control now: all unexpired values are valid (D)."""
    where, values = "domain_id = ?", [domain.id]
    if order is not None:
        where, values = "(domain_id = ? OR order_id = ?)", [domain.id, order.id]
    tokens = work.tokens.find(f"{where} AND expires_at > ?", *values, work.now, order="id DESC")
    return list(dict.fromkeys(token.value for token in tokens))


def _newest(work: Work, column: str, value: int) -> Token | None:
    return next(work.tokens.find(f"{column} = ? AND expires_at > ?", value, work.now, order="id DESC", limit=1), None)


def _fresh(work: Work, *, order_id: int | None = None, domain_id: int | None = None) -> Token:
    value = "".join(secrets.choice(_ALPHABET) for _number in range(_LENGTH))
    return Token(
        value=value,
        order_id=order_id,
        domain_id=domain_id,
        created_at=work.now,
        expires_at=work.now + TOKEN_DAYS * 86400,
    )
