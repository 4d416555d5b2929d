# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When the service reissues a certificate on its own (D): within 30 days of its expiry, until the order ends."""

from __future__ import annotations

from datetime import date, timedelta

_BEFORE_END = timedelta(days=30)


def auto_reissue_day(certificate_end: date, order_end: date) -> date | None:
    """The day on which a reissue is requested; None if the order does not outlast the certificate."""
    return certificate_end - _BEFORE_END if order_end > certificate_end else None
