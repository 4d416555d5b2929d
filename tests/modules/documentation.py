# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of modules, read from their sources and from the fragments that they extend."""

from __future__ import annotations

import importlib
import typing as t
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from ansible_collections.community.digicert.tests.modules.execution import PACKAGE

_FRAGMENTS = PACKAGE.rsplit(".", 1)[0] + ".doc_fragments"
CONNECTION = "community.digicert.connection"
READING = "community.digicert.attributes.reading"

MODULES = sorted(path.stem for path in (Path(__file__).parents[2] / "plugins" / "modules").glob("digicert_*.py"))

Entry = dict[str, t.Any]


@dataclass(frozen=True)
class Described:
    """An option or a returned value with its path, for example ``validations[].type``."""

    path: str
    entry: Entry

    @property
    def paragraphs(self) -> list[str]:
        """The paragraphs of the description."""
        found = self.entry.get("description", [])
        return [found] if isinstance(found, str) else list(found)

    @property
    def text(self) -> str:
        """The whole description."""
        return " ".join(self.paragraphs)


@dataclass(frozen=True)
class Documented:
    """The three documents of one module. The documentation includes the fragments."""

    module: str
    doc: Entry
    examples: list[Entry]
    returned: dict[str, Entry]

    @property
    def talks_to_the_service(self) -> bool:
        """Whether it has the options of a connection."""
        return CONNECTION in self.doc["extends_documentation_fragment"]

    @property
    def reads_only(self) -> bool:
        """Whether it only reads."""
        return READING in self.doc["extends_documentation_fragment"]

    def options(self) -> Iterator[Described]:
        """Yield every option and every suboption."""
        yield from _walk(self.doc.get("options", {}), "suboptions", "")

    def results(self) -> Iterator[Described]:
        """Yield every returned value and everything that it contains."""
        yield from _walk(self.returned, "contains", "")

    def links(self) -> list[str]:
        """Return the linked pages."""
        return [entry["link"] for entry in self.doc.get("seealso", []) if "link" in entry]

    def tasks(self) -> Iterator[Entry]:
        """Yield the tasks of the examples, including those in blocks."""
        yield from _tasks(self.examples)


def read(module: str) -> Documented:
    """Read the documents of a module."""
    source = importlib.import_module(f"{PACKAGE}.{module}")
    doc = yaml.safe_load(source.DOCUMENTATION)
    for name in doc["extends_documentation_fragment"]:
        fragment = _fragment(name)
        doc["options"] = {**fragment.get("options", {}), **doc.get("options", {})}
        doc["seealso"] = [*doc.get("seealso", []), *fragment.get("seealso", [])]
        added = fragment.get("attributes", {})
        own = doc.get("attributes", {})
        doc["attributes"] = {key: {**added.get(key, {}), **own.get(key, {})} for key in {*added, *own}}
    return Documented(module, doc, yaml.safe_load(source.EXAMPLES), yaml.safe_load(source.RETURN))


def _fragment(name: str) -> Entry:
    """Read ``namespace.collection.file`` or ``namespace.collection.file.part``."""
    file, _dot, part = name.removeprefix("community.digicert.").partition(".")
    source = importlib.import_module(f"{_FRAGMENTS}.{file}").ModuleDocFragment
    found: Entry = yaml.safe_load(getattr(source, (part or "documentation").upper()))
    return found


def _walk(entries: dict[str, Entry], below: str, path: str) -> Iterator[Described]:
    for name, entry in entries.items():
        yield Described(f"{path}{name}", entry)
        is_list = entry.get("type") == "list"
        yield from _walk(entry.get(below) or {}, below, f"{path}{name}{'[]' if is_list else ''}.")


def _tasks(tasks: list[Entry]) -> Iterator[Entry]:
    for task in tasks:
        yield task
        yield from _tasks(task.get("block", []))
