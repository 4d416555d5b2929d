# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Loads the filters of the collection where all workers find them.

ansible-core loads the action plugin of a task in its main process, before it starts a worker for each host. A filter
is loaded by the worker, which compiles it, and what it imports, again for each task and each host.
"""

from __future__ import annotations

import importlib
import pkgutil

from .. import filter as filters


def load_filters() -> None:
    """Import every filter of the collection."""
    for found in pkgutil.iter_modules(filters.__path__, f"{filters.__name__}."):
        importlib.import_module(found.name)
