# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the return values that several modules share into their RETURN blocks.

Ansible has documentation fragments for options, not for return values. The shared texts are therefore in
return_values.yml, and a module names the groups that it uses, or single values of them, between two comments::

    # generated from return_values.yml: reading, order.phase
    ...
    # end of generated

This script replaces the lines in between. If two of the groups have the same value, the later one is used. If a shared
text has no sample, the sample in the module is kept. Everything outside the comments belongs to the module alone.

usage: return_values.py [--check]    with --check nothing is written; 1 is returned if a module is out of date
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from paths import ROOT, TOOLS

MODULES = ROOT / "plugins" / "modules"
TEXTS = TOOLS / "return_values.yml"

_BEGIN = re.compile(r"^( *)# generated from return_values\.yml: (.+)$")
_END = "# end of generated"
_KEY = re.compile(r"^(\w+):")
_SAMPLE = "  sample:"

Block = list[str]
Groups = dict[str, dict[str, Block]]


def _blocks(lines: Sequence[str]) -> dict[str, Block]:
    """Return the lines of each key that starts in the first column, the line of the key included."""
    blocks: dict[str, Block] = {}
    block: Block = []
    for line in lines:
        if line.startswith("#") or not line:
            continue
        if match := _KEY.match(line):
            block = blocks[match[1]] = []
        block.append(line)
    return blocks


def _dedented(lines: Sequence[str]) -> list[str]:
    return textwrap.dedent("\n".join(lines)).splitlines()


def read_groups(text: str) -> Groups:
    """Return the shared values by group and name."""
    return {name: _blocks(_dedented(lines[1:])) for name, lines in _blocks(text.splitlines()).items()}


def _named(groups: Groups, names: str) -> Iterator[tuple[str, Block]]:
    """Yield the values of ``group, group.value``."""
    for name in names.split(", "):
        group, _dot, value = name.partition(".")
        try:
            yield from [(value, groups[group][value])] if value else groups[group].items()
        except KeyError:
            raise LookupError(f"return_values.yml does not contain {name!r}") from None


def _sample(block: Block) -> Block:
    starts = [number for number, line in enumerate(block) if line.startswith(_SAMPLE)]
    return block[starts[0] :] if starts else []


def generate(source: str, groups: Groups) -> str:
    """Return the source of a module with the current shared texts."""
    lines = iter(source.splitlines())
    written: list[str] = []
    for line in lines:
        written.append(line)
        if not (match := _BEGIN.match(line)):
            continue
        indent, end = match[1], match[1] + _END
        present: list[str] = []
        for inner in lines:
            if inner == end:
                break
            present.append(inner)
        else:
            raise LookupError(f"{line.strip()!r} has no line {_END!r} after it")
        own = _blocks(_dedented(present))
        for key, block in dict(_named(groups, match[2])).items():
            sample = [] if _sample(block) else _sample(own.get(key, []))
            written += [indent + text for text in (*block, *sample)]
        written.append(end)
    return "\n".join(written) + "\n"


def update(folder: Path, *, check: bool) -> list[str]:
    """Write the shared texts into the modules of a folder, or only compare; return the modules that differ."""
    groups = read_groups(TEXTS.read_text(encoding="utf-8"))
    changed = []
    for path in sorted(folder.glob("*.py")):
        source = path.read_text(encoding="utf-8")
        try:
            new = generate(source, groups)
        except LookupError as problem:
            raise SystemExit(f"{path.name}: {problem}") from problem
        if new == source:
            continue
        changed.append(path.stem)
        if not check:
            path.write_text(new, encoding="utf-8")
    return changed


def main(arguments: Sequence[str], folder: Path = MODULES) -> int:
    """Run the script; return its exit status."""
    if set(arguments) - {"--check"}:
        print(str(__doc__).rsplit("\n\n", 1)[-1].strip())
        return 2
    check = "--check" in arguments
    changed = update(folder, check=check)
    for module in changed:
        print(f"{module}: {'out of date, run tests/tools/return_values.py' if check else 'updated'}")
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
