# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The releases of ansible-core that the collection supports, and what goes with each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Version = tuple[int, int]


@dataclass(frozen=True)
class Core:
    """One feature release of ansible-core.

    ``bundle`` is the major version of the package ``ansible`` that was made for it; ``pythons`` are the first and the
    last Python on which its controller runs.  Source: the support matrix of ansible-core.
    """

    release: str
    bundle: int
    pythons: tuple[Version, Version]

    def runs_on(self, python: Version) -> bool:
        """Tell whether the controller of this release runs on that Python."""
        first, last = self.pythons
        return first <= python <= last


CORES = (
    Core("2.16", 9, ((3, 10), (3, 12))),
    Core("2.17", 10, ((3, 10), (3, 12))),
    Core("2.18", 11, ((3, 11), (3, 13))),
    Core("2.19", 12, ((3, 11), (3, 13))),
    Core("2.20", 13, ((3, 12), (3, 14))),
    Core("2.21", 14, ((3, 12), (3, 14))),
)


def core_of(version: str) -> Core:
    """Return the release that a full version such as ``2.19.4`` belongs to.

    Raises ``LookupError`` where the collection does not support it.
    """
    release = ".".join(version.split(".")[:2])
    for core in CORES:
        if core.release == release:
            return core
    raise LookupError(
        f"ansible-core {version} is not supported; supported are {CORES[0].release} to {CORES[-1].release}"
    )


def choose_python(core: Core, present: Iterable[Version]) -> Version | None:
    """Return the interpreter on which to test a release, or None where none fits.

    The releases take the oldest and the newest in turn, so that a run of all of them covers both ends.
    """
    fitting = sorted(python for python in present if core.runs_on(python))
    if not fitting:
        return None
    return fitting[0] if CORES.index(core) % 2 == 0 else fitting[-1]
