# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes names and certificates plain before the module runs on the host."""

from __future__ import annotations

from ..plugin_utils._host_action import HostAction


class ActionModule(HostAction):
    """The action of this file."""

    MODULE = "community.digicert.digicert_host_certificate_info"
