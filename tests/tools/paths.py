# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where things are in a checkout; everything that is made is below ``BUILD``."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tests" / "tools"

BUILD = ROOT / ".build"
COLLECTIONS = BUILD / "collections"
IMPORTER_VENV = BUILD / "importer-venv"
WHEELS = BUILD / "wheels"
RESULTS = BUILD / "results"
UV = BUILD / "uv" / "bin" / "uv"

# The virtual environment that runs this program, and the collections that the Makefile puts beside it.
VENV = Path(sys.prefix)
VENV_COLLECTIONS = VENV.parent / "collections"

NAMESPACE = "community"
NAME = "digicert"
