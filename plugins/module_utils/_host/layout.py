# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names in the folder of a certificate; docs/contracts.md shows them."""

from __future__ import annotations

from .outputs import FILES

CERTIFICATE, CHAIN, FULLCHAIN, KEY = (FILES[name] for name in ("certificate", "chain", "fullchain", "key"))
CURRENT, PENDING, SETS = "current", "pending", "sets"
