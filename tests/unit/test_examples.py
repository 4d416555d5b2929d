# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example of every page in Markdown is run by something: here is the list, and a new example is missing in it.

The guides in docs/docsite are not in it: tests/modules/test_guides.py types all that they hold.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_DCV = "tests/roles/test_dcv_readme.py"
_DCV_SERVICE = f"{_DCV}::test_the_example_of_a_dns_service_passes_a_record_to_it"
_DCV_TASKS = f"{_DCV}::test_the_examples_of_a_hook_and_of_a_person_are_played"
_COMMANDS = "tests/roles/test_readme.py::test_the_commands_and_the_connection_are_typed_as_written"
_SIMULATOR = "tests/simulator/tests/test_simulator_readme.py"
_SERVICES = "tests/system/test_deploy_services.py"

# By page: what an example holds that no other one of the page does, and what runs it.
EXAMPLES: dict[str, dict[str, str]] = {
    "README.md": {
        "make demo ": "tests/tools/demonstration.py::test_the_demonstration_proves_each_step",
        "there is a certificate for our CSR": "tests/modules/test_certificate_module.py"
        "::test_the_example_of_the_readme_runs_as_written",
        "requests: [{name: www": "tests/system/test_readme.py::test_ten_lines_lead_to_a_first_certificate",
        "export DIGICERT_API_KEY": _COMMANDS,
        "ansible-galaxy collection install": "tests/package/test_package.py::installed",
        "vault_digicert_api_key": _COMMANDS,
        "one module at a time": "tests/roles/test_readme.py::test_the_example_of_the_modules_runs_as_written",
        "community.digicert.deliver": _COMMANDS,
    },
    "CONTRIBUTING.md": {
        "-k renewal": "tests/tools/tests/test_contributing.py::test_a_single_test_is_run_as_it_is_typed"
    },
    "playbooks/README.md": {"report_dest": _COMMANDS},
    "roles/certificate/README.md": {
        "for web and mail": "tests/roles/test_certificate_readme.py"
        "::test_the_example_has_two_certificates_installed_and_then_changes_nothing",
    },
    "roles/csr/README.md": {
        "Make a key and a CSR": "tests/roles/test_csr_readme.py"
        "::test_the_example_makes_a_key_and_a_csr_and_shows_the_csr_alone",
    },
    "roles/dcv/README.md": {
        "Prove control": f"{_DCV}::test_the_first_example_proves_control_of_an_order",
        "Publish files": f"{_DCV}::test_the_example_of_http_writes_files_on_the_host_that_answers",
        "(RFC 2136)": f"{_DCV}::test_the_example_of_nsupdate_updates_a_zone",
        "in Route 53": f"{_DCV}::test_the_example_of_route53_writes_to_a_zone",
        "in Azure DNS": _DCV_SERVICE,
        "records at Cloudflare": _DCV_SERVICE,
        "in Google Cloud DNS": _DCV_SERVICE,
        "in Infoblox NIOS": _DCV_SERVICE,
        "with our own tasks": _DCV_TASKS,
        "Show what has to be published": _DCV_TASKS,
        "in several places": f"{_DCV}::test_the_example_of_several_places_writes_to_each",
    },
    "roles/deploy/README.md": {
        "many services": f"{_SERVICES}::test_a_host_that_has_certificates_is_taken_over_without_a_gap",
        "a Java service": f"{_SERVICES}::test_keystores_are_made_on_the_host_and_a_full_disk_leaves_those_in_use",
        "in a chroot": "tests/roles/test_deploy_links.py::test_copies_follow_each_set_as_the_readme_shows_it",
    },
    "tests/simulator/README.md": {
        "python -m certcentral_simulator": f"{_SIMULATOR}::test_the_command_prints_the_ready_line_that_is_shown",
        "import SimulatorProcess": f"{_SIMULATOR}::test_the_python_example_runs",
        "account: {id: 2000002": f"{_SIMULATOR}::test_the_account_of_the_example_can_be_used",
    },
    "extensions/molecule/README.md": {
        "molecule test -s csr": "tests/tools/scenarios.py::test_a_scenario_of_molecule_passes",
    },
}
_PAGES = ["*.md", "docs/*.md", "playbooks/*.md", "roles/*/*.md", "tests/*/*.md", "extensions/*/*.md"]


def _blocks(page: str) -> list[str]:
    """Return the blocks of a page that name a language; the others are drawings."""
    text = (_ROOT / page).read_text(encoding="utf-8")
    return [body for language, body in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE) if language]


def test_every_page_with_an_example_is_in_the_list() -> None:
    pages = {str(path.relative_to(_ROOT)) for pattern in _PAGES for path in _ROOT.glob(pattern)}
    assert len(pages) > len(EXAMPLES)
    assert {page for page in pages if _blocks(page)} == EXAMPLES.keys()


def test_every_example_is_in_the_list_once() -> None:
    for page, listed in EXAMPLES.items():
        held = [[mark for mark in listed if mark in block] for block in _blocks(page)]
        assert all(len(marks) == 1 for marks in held), (page, held)
        assert sorted(mark for marks in held for mark in marks) == sorted(listed), page


def test_what_runs_them_is_there() -> None:
    for where in {where for listed in EXAMPLES.values() for where in listed.values()}:
        path, function = where.split("::")
        module = ast.parse((_ROOT / path).read_text(encoding="utf-8"))
        assert function in {node.name for node in module.body if isinstance(node, ast.FunctionDef)}, where
