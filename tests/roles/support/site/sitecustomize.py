# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compile what is imported from a zip file only once.

Python keeps no compiled code of zip files, and Ansible sends each module in a new one: without this, every task
compiles the same hundred files again. Python imports a module of this name when it starts.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
import zipimport
from pathlib import Path
from typing import Any

_FOLDER = os.environ.get("TEST_COMPILED_CODE", "")


def _keep_compiled(compile_source: Any, folder: Path) -> Any:
    def compile_once(pathname: str, source: bytes) -> Any:
        # the folder of the zip file has a new name in each run
        name = f"{sys.implementation.cache_tag} {pathname.rpartition('.zip')[2]}\n"
        kept = folder / hashlib.sha256(name.encode() + bytes(source)).hexdigest()
        try:
            return marshal.loads(kept.read_bytes())
        except OSError:
            code = compile_source(pathname, source)
        unfinished = kept.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(marshal.dumps(code))
        unfinished.replace(kept)
        return code

    return compile_once


if _FOLDER and hasattr(zipimport, "_compile_source"):
    zipimport._compile_source = _keep_compiled(zipimport._compile_source, Path(_FOLDER))
