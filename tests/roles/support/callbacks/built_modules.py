# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Let several runs of ansible-playbook share the modules that they build for their hosts."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ansible import constants

if TYPE_CHECKING:

    class CallbackBase:
        """What a checker has to know of the base class: ansible-core ships no annotations."""

else:
    from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: built_modules
type: aggregate
short_description: Share built modules between runs
description:
  - Keeps the modules that a run builds for its hosts in a folder that later runs with the same collections use, too.
requirements:
  - the environment variable E(TEST_BUILT_MODULES), which names the folder
"""


class CallbackModule(CallbackBase):
    """Puts a link to the shared folder where ansible-core keeps the modules that it has built in this run."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "built_modules"

    def __init__(self) -> None:
        """Make the link before the first module is built."""
        super().__init__()
        # the same name may be another module in another path of collections
        collections = hashlib.sha256(os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").encode()).hexdigest()
        shared = Path(os.environ["TEST_BUILT_MODULES"], collections)
        shared.mkdir(parents=True, exist_ok=True)
        Path(constants.DEFAULT_LOCAL_TMP, "ansiballz_cache").symlink_to(shared)
