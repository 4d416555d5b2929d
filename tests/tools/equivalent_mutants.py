# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mutants that no test can kill, because they do the same as the line that they replace, and why."""

from __future__ import annotations

EQUIVALENT: dict[tuple[str, str], str] = {}
"""The reason by function and by the line that the mutant puts there."""
