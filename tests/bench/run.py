# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure, print a table, write JSON: the simulator, module start, the report, the role certificate and its peer.

Usage: python tests/bench/run.py [--only simulator|module|report|role|peer] [--json FILE]

Every figure is a median or a ratio of alternating runs, because other work on the machine slows down both equally.
The exit status is 0 whether or not targets are met, and 1 if something could not be measured.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import module_figures
import peer_figures
import report_figures
import role_figures
import simulator_figures
from figures import Figure, as_json, as_table, seconds_of

_ROOT = Path(__file__).resolve().parents[2]
_BUILD = _ROOT / ".build"
GROUPS: dict[str, Callable[[Path], Iterator[Figure]]] = {
    "simulator": simulator_figures.measure,
    "module": module_figures.measure,
    "report": report_figures.measure,
    "role": role_figures.measure,
    "peer": peer_figures.measure,
}


def main() -> int:
    """Measure the groups named on the command line."""
    parser = argparse.ArgumentParser(description="Measure the simulator, module start and the role certificate.")
    parser.add_argument("--only", action="append", choices=sorted(GROUPS), help="measure this group; may be repeated")
    parser.add_argument(
        "--json", type=Path, default=_BUILD / "bench.json", metavar="FILE", help="where to write the JSON"
    )
    given = parser.parse_args()
    _prepare_environment()
    figures: list[Figure] = []
    failed = False
    for name in given.only or GROUPS:
        with tempfile.TemporaryDirectory(prefix="digicert-bench-") as folder:
            try:
                took = seconds_of(partial(_measure, name, Path(folder), figures))
                print(f"bench: {name} measured in {took:.0f} s", file=sys.stderr, flush=True)
            except (OSError, RuntimeError, LookupError) as problem:
                print(f"bench: {name} could not be measured: {problem}", file=sys.stderr, flush=True)
                failed = True
    print(as_table(figures))
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(as_json(figures) + "\n", encoding="utf-8")
    print(f"\nJSON: {given.json}")
    return 1 if failed else 0


def _measure(name: str, folder: Path, figures: list[Figure]) -> None:
    figures.extend(GROUPS[name](folder))


def _prepare_environment() -> None:
    # A developer's settings for the real service or for Ansible must not affect the measurements.
    for name in [name for name in os.environ if name.startswith(("ANSIBLE_", "DIGICERT_"))]:
        del os.environ[name]
    os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(_BUILD / "collections")
    os.environ["ANSIBLE_CONFIG"] = str(_ROOT / "tests" / "tools" / "ansible.cfg")
    os.environ["LC_ALL"] = "C.UTF-8"


if __name__ == "__main__":
    sys.exit(main())
