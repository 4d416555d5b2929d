# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role dcv with several zones and providers in one call, with the tasks of a user, and with a person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.digicert.tests.roles.support.dns_primary import DnsPrimary
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller, Done, Step
from ansible_collections.community.digicert.tests.roles.support.tree import tree

HOOKED = "_dnsauth.www.example.org"
TARGET = "www.validation.example.test"


def txt(name: str, value: str = "token", **more: str | None) -> dict[str, str | None]:
    """Return a TXT record as the modules describe it."""
    domain = name.removeprefix("_dnsauth.")
    return {"domain": domain, "type": "TXT", "name": name, "value": value, "path": None, "expires": None, **more}


def failure(done: Done) -> str:
    """Return the message with which a step failed."""
    assert done.failure is not None, "the step did not fail"
    return done.failure


@pytest.fixture
def hooked(tmp_path: Path) -> Path:
    """Return the folder to which the tasks of the user write, one file a record."""
    folder = tmp_path / "hooked"
    folder.mkdir()
    path = f"{folder}/{{{{ dcv_hook_record.name }}}}"
    copy = {"content": "{{ dcv_hook_record | to_json }}", "dest": path, "mode": "0600"}
    tasks: dict[str, list[dict[str, Any]]] = {
        "publish": [{"name": "Publish", "ansible.builtin.copy": copy}],
        "remove": [{"name": "Remove", "ansible.builtin.file": {"path": path, "state": "absent"}}],
    }
    for name, content in tasks.items():
        # beside the playbook: a relative path begins there
        (tmp_path / "controller").mkdir(exist_ok=True)
        (tmp_path / "controller" / f"{name}.yml").write_text(json.dumps(content), encoding="utf-8")
    return folder


@pytest.fixture
def variables(primary: DnsPrimary, tsig_secret: str) -> dict[str, Any]:
    """Return variables by which one zone is updated and all others are the user's."""
    return {
        "dcv_provider": "hook",
        "dcv_hook_present": "publish.yml",
        "dcv_hook_absent": "remove.yml",
        "dcv_wait": False,
        "dcv_providers": {
            "example.test": {
                "dcv_provider": "nsupdate",
                "dcv_nsupdate_server": "127.0.0.1",
                "dcv_nsupdate_port": primary.port,
                "dcv_nsupdate_key_name": primary.key_name,
                "dcv_nsupdate_key_secret": tsig_secret,
            }
        },
        "dcv_delegations": {"_dnsauth.shop.example.org": TARGET},
    }


def test_each_name_goes_to_the_provider_of_its_zone(
    controller: Controller, primary: DnsPrimary, hooked: Path, variables: dict[str, Any]
) -> None:
    records = [txt("_dnsauth.www.example.test"), txt(HOOKED), txt("_dnsauth.shop.example.org")]
    common = {**variables, "dcv_records": records}

    foreseen = controller.play(Step("foreseen", "dcv", common), check=True)["foreseen"]
    assert (foreseen.failure, sorted(foreseen.changed)) == (None, ["Publish", "Update the zones"])
    assert (primary.updates, tree(hooked)) == (0, {})

    played = controller.play(Step("place", "dcv", common), Step("again", "dcv", common))

    assert [done.failure for done in played.steps.values()] == [None, None]
    assert played["again"].changed == []
    assert primary.values("_dnsauth.www.example.test") == primary.values(TARGET) == ['"token"']
    assert [path.name for path in hooked.iterdir()] == [HOOKED]
    given = json.loads((hooked / HOOKED).read_text(encoding="utf-8"))
    assert given == {"domain": "www.example.org", "type": "TXT", "name": HOOKED, "value": "token", "path": None}

    played = controller.play(Step("remove", "dcv", {**common, "dcv_state": "absent"}))

    assert played["remove"].failure is None
    assert primary.values("_dnsauth.www.example.test") == primary.values(TARGET) == []
    assert tree(hooked) == {}


def test_when_one_provider_fails_nothing_stays_and_a_removal_goes_on(
    controller: Controller, primary: DnsPrimary, hooked: Path, variables: dict[str, Any]
) -> None:
    refused = {**variables["dcv_providers"]["example.test"], "dcv_nsupdate_key_secret": "bm90IHRoaXMgb25l"}
    common = {**variables, "dcv_providers": {"example.test": refused}}
    records = [txt(HOOKED), txt("_dnsauth.www.example.test")]
    ended = txt(HOOKED, expires="2020-01-01T00:00:00+00:00")

    played = controller.play(
        Step("refused", "dcv", {**common, "dcv_records": records}),
        Step("no tasks", "dcv", {**variables, "dcv_records": records, "dcv_hook_present": "missing.yml"}),
        Step("place", "dcv", {**common, "dcv_records": records[:1]}),
        Step("remove", "dcv", {**common, "dcv_records": records[::-1], "dcv_state": "absent"}),
        Step("ended", "dcv", {**common, "dcv_records": [ended]}),
        Step("ended is removed", "dcv", {**common, "dcv_records": [ended], "dcv_state": "absent"}),
        Step("misspelled", "dcv", {**common, "dcv_records": records, "dcv_providers": {"a.b": {"dcv_nsupdat": "x"}}}),
    )

    assert "TSIG update error" in failure(played["refused"])
    # what hosts may share is published before the user's own tasks
    assert played["refused"].changed == []
    assert "missing.yml" in failure(played["no tasks"])
    assert "The published records have been removed." in failure(played["no tasks"])
    assert played["no tasks"].changed == ["Update the zones"] * 2
    assert played["place"].failure is None
    assert "TSIG update error" in failure(played["remove"])
    assert played["remove"].changed == ["Remove"]
    assert tree(hooked) == {}
    assert (primary.updates, primary.names()) == (2, set())
    assert "get a new one with the module community.digicert.digicert_dcv" in failure(played["ended"])
    assert played["ended is removed"].failure is None
    assert "sets dcv_nsupdat, which cannot be set" in failure(played["misspelled"])


def test_a_secret_in_dcv_providers_is_in_no_output(
    controller: Controller, primary: DnsPrimary, hooked: Path, tsig_secret: str, variables: dict[str, Any]
) -> None:
    records = [txt("_dnsauth.www.example.test"), txt(HOOKED)]

    seen = controller.transcript(
        Step("place", "dcv", {**variables, "dcv_records": records}),
        Step("odd", "dcv", {**variables, "dcv_records": records, "dcv_provider": "pigeon"}),
    )

    assert primary.values("_dnsauth.www.example.test") == ['"token"']
    assert "pigeon" in seen
    assert tsig_secret not in seen


def test_a_person_is_told_what_to_publish(controller: Controller) -> None:
    http = {**txt("example.com"), "type": "HTTP", "path": "/.well-known/pki-validation/fileauth.txt"}
    records = [txt("_dnsauth.www.example.com", "token-1"), http]
    common = {"dcv_provider": "manual", "dcv_records": records}

    played = controller.play(Step("show", "dcv", common))
    seen = controller.transcript(Step("show", "dcv", common), options=[])

    assert (played["show"].failure, played["show"].changed) == (None, [])
    unpublished = played["show"].facts["dcv_unpublished"]
    assert [(one["type"], one["name"], one["value"]) for one in unpublished] == [
        ("TXT", "_dnsauth.www.example.com", "token-1"),
        ("HTTP", "example.com", "token"),
    ]
    assert "TXT    _dnsauth.www.example.com  token-1" in seen
    assert "HTTP   http://example.com/.well-known/pki-validation/fileauth.txt  token" in seen
