# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Python for a host whose clock is wrong: its modules, and the command date, see another time than this machine."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

# Python imports a module of this name when it starts. Extensions make instances of the class datetime, so it cannot be
# replaced by another one: its own members are changed, which needs this detour.
_SITE = """import ctypes
import datetime
import gc
import time

_real_time = time.time


def _time():
    return _real_time() + {seconds}


def _now(cls, tz=None):
    return cls.fromtimestamp(_time(), tz)


def _utcnow(cls):
    return cls.fromtimestamp(_time(), datetime.timezone.utc).replace(tzinfo=None)


time.time = _time
_members = gc.get_referents(datetime.datetime.__dict__)[0]
_members.update(now=classmethod(_now), utcnow=classmethod(_utcnow))
ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))
"""


def python_with_other_clock(folder: Path, *, seconds: int) -> str:
    """Return an interpreter below ``folder`` whose clock is so many seconds ahead; a negative number is behind."""
    date = shutil.which("date")
    assert date, "this machine has no command date"
    folder.mkdir(parents=True)
    (folder / "sitecustomize.py").write_text(_SITE.format(seconds=seconds), encoding="utf-8")
    _write_program(folder / "date", f"exec {date} --date '{seconds} seconds' \"$@\"")
    path = shlex.quote(str(folder))
    python = folder / "python"
    _write_program(python, f'PYTHONPATH={path} PATH={path}:"$PATH" exec {shlex.quote(sys.executable)} "$@"')
    return str(python)


def _write_program(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)
