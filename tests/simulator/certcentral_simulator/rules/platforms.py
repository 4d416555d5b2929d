# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Server platforms that the product list names."""

from __future__ import annotations

PLATFORMS = {
    -1: "OTHER",
    2: "Apache",
    14: "Microsoft IIS 5 or 6",
    29: "PEM",
    40: "Microsoft IIS 7",
    45: "nginx",
    57: "Other",
    67: "Microsoft IIS 8",
    68: "Microsoft Exchange Server 2013",
}
