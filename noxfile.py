# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lanes of the Makefile as nox sessions, for those whose fingers know nox.

The environment is the Makefile's own, because it holds collections as well as Python packages.
"""

from __future__ import annotations

import nox

nox.needs_version = ">=2024.4"
nox.options.default_venv_backend = "none"
nox.options.sessions = ["test"]

LANES = (
    "unit",
    "tools",
    "simulator-tests",
    "modules",
    "roles",
    "report",
    "years",
    "demo",
    "lint",
    "sanity",
    "package",
    "molecule",
)
MEASURES = ("coverage", "mutation", "bench")


@nox.session
@nox.parametrize("lane", LANES, ids=LANES)
def lane(session: nox.Session, lane: str) -> None:
    """Run one lane: ``nox -s "lane(unit)"``."""
    session.run("make", lane, external=True)


@nox.session
@nox.parametrize("figure", MEASURES, ids=MEASURES)
def measure(session: nox.Session, figure: str) -> None:
    """Measure one figure: ``nox -s "measure(coverage)"``."""
    session.run("make", figure, external=True)


@nox.session
def test(session: nox.Session) -> None:
    """Run every lane that needs no root."""
    session.run("make", "test", external=True)


@nox.session(name="test-system")
def test_system(session: nox.Session) -> None:
    """Run the tests on real hosts; needs root on Debian or Ubuntu."""
    session.run("make", "test-system", external=True)


@nox.session
def matrix(session: nox.Session) -> None:
    """Run what depends on ansible-core on every supported release, or on those named after ``--``."""
    session.run("make", "matrix", f"ARGS={' '.join(session.posargs)}", external=True)
