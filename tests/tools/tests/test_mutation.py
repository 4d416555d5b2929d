# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The count of mutants: what mutmut prints is read, and a mutant that lives lowers the score."""

from __future__ import annotations

import ast

from equivalent_mutants import EQUIVALENT
from mutation import SUBJECTS, changed_lines, read_results, scores
from paths import ROOT

_PREFIX = "ansible_collections.community.digicert.plugins.module_utils"
_PRINTED = f"""\
    {_PREFIX}._decisions.order.x_choose_order__mutmut_1: killed
    {_PREFIX}._decisions.order.x_choose_order__mutmut_2: survived
    {_PREFIX}._decisions.order.x__first__mutmut_1: timeout
    {_PREFIX}._decisions.order.x__first__mutmut_2: no tests
    {_PREFIX}._x509.certificates.xǁCertificateǁis_self_issued__mutmut_1: killed
"""


def test_results_are_counted_by_file() -> None:
    mutants = list(read_results(_PRINTED))
    assert [mutant.function for mutant in mutants] == [
        "choose_order",
        "choose_order",
        "_first",
        "_first",
        "is_self_issued",
    ]
    found = {score.file: score for score in scores(mutants)}
    assert list(found) == list(SUBJECTS)
    plan, x509 = found["_decisions/order.py"], found["_x509/certificates.py"]
    assert (plan.file, plan.mutants, plan.killed, plan.percent) == ("_decisions/order.py", 4, 2, 50.0)
    assert (x509.file, x509.mutants, x509.killed, x509.percent) == ("_x509/certificates.py", 1, 1, 100.0)


def test_no_mutant_at_all_is_no_success() -> None:
    assert [score.percent for score in scores([])] == [0.0] * len(SUBJECTS)


def test_the_changed_lines_of_a_diff() -> None:
    diff = "# name: survived\n--- a.py\n+++ b.py\n@@ -1,2 +1,2 @@\n def f():\n-    return 1\n+    return 2\n"
    assert changed_lines(diff) == ("return 1", "return 2")


def test_every_file_and_its_tests_exist() -> None:
    for name, tests in SUBJECTS.items():
        assert (ROOT / "plugins" / "module_utils" / name).exists()
        assert all((ROOT / "tests" / "unit" / test).exists() for test in tests)


def test_equivalent_mutants_are_of_functions_that_exist() -> None:
    functions = set()
    for name in SUBJECTS:
        tree = ast.parse((ROOT / "plugins" / "module_utils" / name).read_text(encoding="utf-8"))
        functions |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert {function for function, _line in EQUIVALENT} <= functions
    assert all(reason for reason in EQUIVALENT.values())
