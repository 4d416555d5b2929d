# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which calls a plan leads to. Pure: no I/O.

Pages: https://dev.digicert.com/certcentral-apis/services-api/orders.html
"""

from __future__ import annotations

from ansible_collections.community.digicert.plugins.module_utils._client import path
from ansible_collections.community.digicert.plugins.module_utils._plan import CertificatePlan

_BASE = ("order", "certificate")


def calls_of(plan: CertificatePlan, product: str) -> list[dict[str, str]]:
    """Return method and path, below the address of the API, of each call that changes something, in their order."""
    if plan.action in ("order", "renew"):
        return [{"method": "POST", "path": path(*_BASE, product)}]
    if plan.action in ("reissue", "duplicate") and plan.order is not None:
        return [{"method": "POST", "path": path(*_BASE, plan.order.id, plan.action)}]
    return []
