# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the documentation of every module must contain. Other tests and sanity check that it matches the module."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ansible_collections.community.digicert.tests.modules.documentation import MODULES, Described, Documented, read

_ROOT = Path(__file__).parents[2]
_ATTRIBUTES = {"check_mode", "diff_mode", "idempotent"}
_SENTENCE = re.compile(r"""^([A-Z0-9"']|[OVCMPE]\(|RV\().*[.:]$""", re.DOTALL)
# a number is an ID, or has a unit, or it is documented what is counted
_UNIT = re.compile(
    r"\b(IDs?|seconds?|minutes?|hours?|days?|years?|bits|port|number of|most \w+|requests|bytes)\b", re.IGNORECASE
)
_TIMESTAMP = re.compile(r"^\d{4}-\d{2}-\d{2}T")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_DATE_FORMATS = ("iso 8601", "yyyy-mm-dd", "dd mmm yyyy")


@pytest.fixture(params=MODULES)
def documented(request: pytest.FixtureRequest) -> Documented:
    """Return the documentation of each module in turn."""
    return read(request.param)


def _all(documented: Documented) -> Iterator[Described]:
    yield Described("the module", documented.doc)
    yield Described("notes", {"description": documented.doc.get("notes", [])})
    yield from documented.options()
    yield from documented.results()


def test_everything_is_described_in_sentences(documented: Documented) -> None:
    wrong = [
        (entry.path, paragraph)
        for entry in _all(documented)
        for paragraph in entry.paragraphs or ([""] if entry.path != "notes" else [])
        if not _SENTENCE.match(paragraph.strip())
    ]
    assert wrong == []


def test_quotes_are_plain(documented: Documented) -> None:
    source = (_ROOT / f"plugins/modules/{documented.module}.py").read_text(encoding="utf-8")
    assert [character for character in source if character in "\u2018\u2019\u201c\u201d"] == []


def test_numbers_have_a_unit(documented: Documented) -> None:
    numbers = [entry for entry in documented.options() if entry.entry.get("type") in ("int", "float")]
    assert [entry.path for entry in numbers if not _UNIT.search(entry.text)] == []


def test_dates_have_a_format(documented: Documented) -> None:
    options = [entry for entry in documented.options() if re.search("(^|_)date", entry.path.rsplit(".", 1)[-1])]
    results = [
        entry
        for entry in documented.results()
        if isinstance(entry.entry.get("sample"), str)
        and (_TIMESTAMP.match(entry.entry["sample"]) or _DATE.match(entry.entry["sample"]))
    ]
    dates = [(entry.path, any(form in entry.text.lower() for form in _DATE_FORMATS)) for entry in (*options, *results)]
    assert [path for path, has_format in dates if not has_format] == []


def test_results_have_a_type_a_sample_and_a_condition(documented: Documented) -> None:
    incomplete = []
    for entry in documented.results():
        needed = {"description", "type", "returned"} | (set() if "contains" in entry.entry else {"sample"})
        if entry.entry.get("type") == "list":
            needed.add("elements")
        incomplete += [(entry.path, key) for key in sorted(needed - entry.entry.keys())]
    assert incomplete == []


def test_samples_are_of_their_type(documented: Documented) -> None:
    types: dict[str, t.Any] = {"str": str, "int": int, "bool": bool, "list": list, "dict": dict, "float": (int, float)}
    wrong = [
        entry.path
        for entry in documented.results()
        if entry.entry.get("sample") is not None
        and entry.entry["type"] in types
        and not isinstance(entry.entry["sample"], types[entry.entry["type"]])
    ]
    assert wrong == []


def test_attributes_are_complete(documented: Documented) -> None:
    attributes = documented.doc["attributes"]
    expected = _ATTRIBUTES | ({"action_group"} if documented.talks_to_the_service else set())
    assert attributes.keys() >= expected
    assert [name for name, entry in attributes.items() if "support" not in entry] == []
    limited = [name for name, entry in attributes.items() if entry["support"] in ("partial", "none")]
    assert [name for name in limited if not attributes[name].get("details")] == []


def test_the_action_group_holds_what_talks_to_the_service() -> None:
    runtime = yaml.safe_load((_ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))
    talking = {module for module in MODULES if read(module).talks_to_the_service}
    # a step of the role certificate that only has to know the account
    assert set(runtime["action_groups"]["digicert"]) == {*talking, "certificate_stage"}


def test_the_vendor_is_linked(documented: Documented) -> None:
    """tests/modules/test_documented_results.py compares the linked pages with the requests that are sent."""
    links = [link for link in documented.links() if link.startswith("https://dev.digicert.com/")]
    assert len(links) >= (2 if documented.talks_to_the_service else 0)


def test_other_modules_are_referred_to(documented: Documented) -> None:
    named = [entry["module"] for entry in documented.doc["seealso"] if "module" in entry]
    own = [name.removeprefix("community.digicert.") for name in named if name.startswith("community.digicert.")]
    assert own
    assert set(own) <= set(MODULES) - {documented.module}


class TestExamples:
    def test_tasks_are_named_in_words(self, documented: Documented) -> None:
        names = [task.get("name", "") for task in documented.tasks()]
        assert [name for name in names if not re.match(r"^[A-Z].*[^.]$", name)] == []
        assert len(set(names)) == len(names)

    def test_a_result_is_used(self, documented: Documented) -> None:
        tasks = list(documented.tasks())
        used = [
            task["register"]
            for number, task in enumerate(tasks)
            if "register" in task
            and f"community.digicert.{documented.module}" in task
            and any(re.search(rf"\b{task['register']}\b", str(later)) for later in tasks[number + 1 :])
        ]
        assert used

    def test_the_connection_is_set_once(self, documented: Documented) -> None:
        if not documented.talks_to_the_service:
            return
        defaults = [task["module_defaults"] for task in documented.tasks() if "module_defaults" in task]
        assert any("group/community.digicert.digicert" in entry for entry in defaults)

    def test_what_writes_is_shown_in_check_mode(self, documented: Documented) -> None:
        if documented.reads_only:
            return
        name = f"community.digicert.{documented.module}"
        assert any(name in task and task.get("check_mode") for task in documented.tasks())
