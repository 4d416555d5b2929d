# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""To which account a task of this host connects."""

from __future__ import annotations

import os
import typing as t

from ansible import constants
from ansible.plugins.action import ActionBase

from ._batch import account_of


def account_of_task(action: ActionBase) -> str:
    """Return an identifier of the account that the task of an action plugin connects to."""
    environment: dict[str, t.Any] = {}
    action._compute_environment_string(environment)
    # the folder has a new random name in each run
    return account_of(action._task.args, {**os.environ, **environment}, constants.DEFAULT_LOCAL_TMP)
