# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role dcv with the provider nsupdate: signed dynamic updates to a primary DNS server."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.roles.support.dns_primary import DnsPrimary
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller, Done, Step

NAME = "_dnsauth.www.example.test"
SPF = '"v=spf1 " "include:example.org -all"'

MakeStep = Callable[..., Step]


def txt(value: str, name: str = NAME) -> dict[str, str | None]:
    """Return a TXT record as the modules describe it."""
    return {"domain": "www.example.test", "type": "TXT", "name": name, "value": value, "path": None, "expires": None}


def cname(name: str, value: str) -> dict[str, str | None]:
    """Return a CNAME record as the modules describe it."""
    return {**txt(value, name), "type": "CNAME"}


def failure(done: Done) -> str:
    """Return the message with which a step failed."""
    assert done.failure is not None, "the step did not fail"
    return done.failure


@pytest.fixture
def step(primary: DnsPrimary, tsig_secret: str) -> MakeStep:
    """Return what makes a step that sends records to the primary."""
    connection = {
        "dcv_provider": "nsupdate",
        "dcv_nsupdate_server": "127.0.0.1",
        "dcv_nsupdate_port": primary.port,
        "dcv_zones": ["example.test"],
        "dcv_nsupdate_key_name": primary.key_name,
        "dcv_nsupdate_key_secret": tsig_secret,
        "dcv_wait_timeout": 2,
        "dcv_wait_interval": 1,
    }

    def make(label: str, *records: dict[str, str | None], **more: object) -> Step:
        return Step(label, "dcv", {**connection, "dcv_records": list(records), **more})

    return make


def test_a_value_is_added_beside_others_and_only_it_is_removed(
    controller: Controller, primary: DnsPrimary, step: MakeStep
) -> None:
    primary.put("example.test", 300, "TXT", SPF, '"with \\"quotes\\""')
    apex, others = txt("token-1", "example.test"), primary.values("example.test")
    # the zone is left out for one of them: the server is asked for it
    records = [apex, txt("token-1"), txt("token-1")]

    played = controller.play(step("foreseen", *records), check=True)
    assert played["foreseen"].failure is None
    assert played["foreseen"].changed == ["Update the zones"]
    assert primary.updates == 0

    played = controller.play(
        step("place", *records), step("again", *records), step("second order", txt("token-2"), dcv_zones=[])
    )

    assert [done.failure for done in played.steps.values()] == [None] * 3
    assert played["again"].changed == []
    assert primary.values("example.test") == sorted([*others, '"token-1"'])
    assert primary.ttl("example.test") == 300
    assert primary.values(NAME) == ['"token-1"', '"token-2"']
    assert primary.ttl(NAME) == 60

    played = controller.play(step("remove", *records, dcv_state="absent"), step("again", *records, dcv_state="absent"))

    assert [done.failure for done in played.steps.values()] == [None] * 2
    assert played["again"].changed == []
    assert primary.values("example.test") == others
    assert primary.ttl("example.test") == 300
    assert primary.values(NAME) == ['"token-2"']


def test_only_a_cname_of_a_validation_is_replaced(controller: Controller, primary: DnsPrimary, step: MakeStep) -> None:
    primary.put("_dnsauth.a.example.test", 60, "CNAME", "old-token.dcv.digicert.com.")
    primary.put("_dnsauth.b.example.test", 60, "CNAME", "elsewhere.example.org.")
    ours = cname("_dnsauth.a.example.test", "new-token.dcv.digicert.com")

    played = controller.play(
        step("replace", ours),
        step("in the way", cname("_dnsauth.b.example.test", "new-token.dcv.digicert.com")),
        step("remove", ours, dcv_state="absent"),
    )

    assert played["replace"].changed == ["Update the zones"]
    assert "_dnsauth.b.example.test is already a CNAME of elsewhere.example.org." in failure(played["in the way"])
    assert primary.values("_dnsauth.b.example.test", "CNAME") == ["elsewhere.example.org."]
    assert played["remove"].changed == ["Update the zones"]
    assert primary.values("_dnsauth.a.example.test", "CNAME") == []


def test_a_refusal_is_told_clearly_and_changes_nothing(
    controller: Controller, primary: DnsPrimary, step: MakeStep
) -> None:
    primary.put(NAME, 300, "TXT", '"others"')
    primary.mute_answers = True
    wrong = base64.b64encode(b"not the secret of this key......").decode("ascii")

    played = controller.play(
        step("wrong secret", txt("token"), dcv_nsupdate_key_secret=wrong),
        step("no secret", txt("token"), dcv_nsupdate_key_secret=""),
        step("no key", txt("token"), dcv_nsupdate_key_secret="", dcv_nsupdate_key_name=""),
        step("other zone", txt("token", "_dnsauth.example.org"), dcv_zones=["example.org"]),
        step("no server", txt("token"), dcv_nsupdate_server=""),
        step("odd value", txt('a" "b')),
        step("odd name", txt("token", "example.test.")),
        step("no answers", txt("token")),
        step("no answers on removal", txt("token"), dcv_state="absent"),
    )

    assert wrong not in failure(played["wrong secret"])
    assert "TSIG update error (PeerBadSignature)" in failure(played["wrong secret"])
    assert "dcv_nsupdate_key_secret must be set together" in failure(played["no secret"])
    assert f"refuses an update of {NAME}.: REFUSED" in failure(played["no key"])
    assert "refuses an update of _dnsauth.example.org.: NOTAUTH" in failure(played["other zone"])
    assert "must be the IPv4 address" in failure(played["no server"])
    assert "cannot be published" in failure(played["odd value"])
    assert "without a trailing dot" in failure(played["odd name"])
    for label in ("no answers", "no answers on removal"):
        assert "They are left unchanged" in failure(played[label])
    assert primary.updates == 0


def test_hosts_that_validate_the_same_domain_at_once_do_not_undo_each_other(
    tmp_path: Path, primary: DnsPrimary, step: MakeStep
) -> None:
    hosts = ["web1", "web2", "web3"]
    fleet = Controller(tmp_path / "fleet", hosts)

    seen = fleet.transcript(step("all", txt("token-of-{{ inventory_hostname }}")), options=["--forks=3"])

    assert seen.count("rescued=0") == len(hosts), seen
    assert primary.values(NAME) == [f'"token-of-{host}"' for host in hosts]


def test_the_tsig_secret_is_in_no_output(
    controller: Controller, primary: DnsPrimary, tsig_secret: str, step: MakeStep
) -> None:
    seen = controller.transcript(
        step("place", txt("token")),
        step("bad value", txt("token"), dcv_nsupdate_key_algorithm="rot13"),
        step("other key", txt("token"), dcv_nsupdate_key_name="unknown."),
    )

    assert primary.values(NAME) == ['"token"']
    assert "rot13" in seen
    assert "dcv_nsupdate_key_algorithm" in seen
    assert tsig_secret not in seen
