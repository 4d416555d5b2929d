# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where things lie in a checkout; everything that is made lies below ``BUILD``."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tests" / "tools"

BUILD = ROOT / ".build"
VENV = BUILD / "venv"
DEMO_VENV = BUILD / "demo-venv"
IMPORTER_VENV = BUILD / "importer-venv"
MUTATION_VENV = BUILD / "mutation-venv"
COLLECTIONS = BUILD / "collections"
WHEELS = BUILD / "wheels"
RESULTS = BUILD / "results"

NAMESPACE = "community"
NAME = "digicert"
