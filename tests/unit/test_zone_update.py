# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a dynamic update changes a record set, and on which conditions; and the messages that a primary server gets."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.module_utils._dcv.publication import (
    UnpublishableError,
    record_sets,
)
from ansible_collections.community.digicert.plugins.module_utils._dcv.zone_update import (
    ANYTHING,
    NO_CNAME,
    THIS_CNAME,
    UNUSED,
    Change,
    FoundSet,
    change_of,
    names_of,
)
from ansible_collections.community.digicert.plugins.plugin_utils import _dynamic_update
from ansible_collections.community.digicert.plugins.plugin_utils._dynamic_update import Primary, TsigKey, bring
from ansible_collections.community.digicert.plugins.plugin_utils._name_servers import DnsError, Endpoint
from ansible_collections.community.digicert.tests.roles.support.dns_primary import DnsPrimary

NAME = "_dnsauth.example.test"
SECRET = base64.b64encode(b"a secret of thirty-two bytes.....").decode("ascii")


def records(kind: str, *values: str, name: str = NAME) -> dict[str, Any]:
    """Return one record set."""
    (found,) = record_sets([{"name": name, "type": kind, "value": value} for value in values])
    return found


class TestChanges:
    def test_only_new_values_are_added_and_the_time_to_live_stays(self) -> None:
        found = FoundSet(('"other"', '"a"'), 300)
        change = change_of(records("TXT", "a", "b"), found, state="present", ttl=60)
        assert change == Change(NAME, "TXT", 300, NO_CNAME, add=('"b"',))
        assert change_of(records("TXT", "a"), found, state="present", ttl=60) is None

    def test_only_exact_values_are_removed(self) -> None:
        found = FoundSet(('"other"', '"a"'), 300)
        change = change_of(records("TXT", "a", "b"), found, state="absent", ttl=60)
        assert change == Change(NAME, "TXT", 300, ANYTHING, remove=('"a"',))
        assert change_of(records("TXT", "b"), found, state="absent", ttl=60) is None

    def test_a_cname_needs_a_name_without_records_or_the_one_that_it_replaces(self) -> None:
        ours = records("CNAME", "new.dcv.digicert.com")
        assert change_of(ours, FoundSet(), state="present", ttl=60) == Change(
            NAME, "CNAME", 60, UNUSED, add=("new.dcv.digicert.com.",)
        )
        old = ("Old.dcv.digicert.com.",)
        assert change_of(ours, FoundSet(old, 5), state="present", ttl=60) == Change(
            NAME, "CNAME", 5, THIS_CNAME, old, ("new.dcv.digicert.com.",), old[0]
        )

    def test_a_cname_in_the_way_is_named(self) -> None:
        found = FoundSet(("www.example.org.",), 60)
        with pytest.raises(UnpublishableError, match=r"already a CNAME of www\.example\.org\. Remove it"):
            change_of(records("CNAME", "new.dcv.digicert.com"), found, state="present", ttl=60)
        with pytest.raises(UnpublishableError, match=r"is a CNAME of www\.example\.org, so .* \(see dcv_delegations\)"):
            change_of(records("TXT", "a"), FoundSet(cname="www.example.org."), state="present", ttl=60)
        assert change_of(records("TXT", "a"), FoundSet(cname="www.example.org."), state="absent", ttl=60) is None

    def test_many_names_are_shortened(self) -> None:
        changes = [Change(f"{letter}.example", "TXT", 60, NO_CNAME) for letter in "aabcde"]
        assert names_of(changes) == "a.example., b.example., c.example. and 2 more"

    @pytest.mark.parametrize(("kind", "value"), [("HTTP", "a"), ("A", "192.0.2.1"), ("TXT", 'a"b')])
    def test_other_records_are_refused(self, kind: str, value: str) -> None:
        with pytest.raises(UnpublishableError):
            record_sets([{"name": NAME, "type": kind, "value": value}])


@pytest.fixture
def server() -> Iterator[DnsPrimary]:
    """Run a primary server of ``example.test``."""
    started = DnsPrimary("example.test", SECRET)
    yield started
    started.stop()


def primary_of(server: DnsPrimary, **more: Any) -> Primary:
    """Return the client of a server."""
    return Primary(Endpoint("127.0.0.1", server.port), TsigKey(server.key_name, SECRET, "hmac-sha256"), **more)


def place(server: DnsPrimary, *sets: dict[str, Any], state: str = "present", **more: Any) -> dict[str, list[Change]]:
    """Bring record sets to a state."""
    return bring(primary_of(server), sets, zones=[], state=state, ttl=60, **more)


class TestUpdates:
    def test_all_records_of_a_zone_are_one_message(self, server: DnsPrimary) -> None:
        server.put("example.test", 300, "TXT", '"v=spf1 -all"')
        sets = [records("TXT", f"token-{number}", name=f"_dnsauth.h{number}.example.test") for number in range(40)]
        sets.append(records("TXT", "token", name="example.test"))
        sets.append(records("CNAME", "new.dcv.digicert.com", name="_x.example.test"))

        assert place(server, *sets, dry=True).keys() == {"example.test"}
        assert server.updates == 0
        changes = place(server, *sets)
        assert [len(changed) for changed in changes.values()] == [42]
        assert place(server, *sets) == {"example.test": []}
        assert server.updates == 1
        assert server.values("_dnsauth.h7.example.test") == ['"token-7"']

        place(server, *sets, state="absent")
        assert place(server, *sets, state="absent") == {"example.test": []}
        assert server.updates == 2
        assert server.names() == {"example.test."}
        assert (server.values("example.test"), server.ttl("example.test")) == (['"v=spf1 -all"'], 300)

    def test_more_records_than_a_message_holds_are_sent_in_portions(
        self, server: DnsPrimary, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(_dynamic_update, "_SETS_IN_A_MESSAGE", 2)
        place(server, *(records("TXT", "token", name=f"h{number}.example.test") for number in range(5)))
        assert server.updates == 3
        assert len(server.names()) == 5

    def test_what_changes_between_reading_and_writing_is_read_again(
        self, server: DnsPrimary, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        primary, read = primary_of(server), Primary.find

        def find(self: Primary, zone: str, name: str, kind: str) -> FoundSet:
            found = read(self, zone, name, kind)
            if not server.names():
                server.put(NAME, 60, "CNAME", "www.example.org.")
            return found

        monkeypatch.setattr(Primary, "find", find)
        with pytest.raises(UnpublishableError, match="is a CNAME of www"):
            bring(primary, [records("TXT", "a")], zones=["example.test"], state="present", ttl=60)
        assert server.updates == 0

    @pytest.mark.parametrize(("kind", "value"), [("TXT", "token"), ("CNAME", "new.dcv.digicert.com")])
    def test_a_wildcard_is_not_in_the_way(self, server: DnsPrimary, kind: str, value: str) -> None:
        server.put("*.example.test", 60, "CNAME", "www.example.org.")
        place(server, records(kind, value))
        assert server.names() == {"*.example.test.", f"{NAME}."}

    def test_a_server_that_answers_no_questions_still_takes_what_is_new(self, server: DnsPrimary) -> None:
        server.mute_answers = True
        sets = [records("TXT", "token")]
        bring(primary_of(server), sets, zones=["example.test"], state="present", ttl=60)
        with pytest.raises(DnsError, match="They are left unchanged"):
            bring(primary_of(server), sets, zones=["example.test"], state="present", ttl=60)
        assert server.values(NAME) == ['"token"']

    def test_a_cname_is_not_added_beside_other_records(self, server: DnsPrimary) -> None:
        server.put(NAME, 60, "TXT", '"other"')
        with pytest.raises(UnpublishableError, match=f"has other records at {NAME}"):
            place(server, records("CNAME", "new.dcv.digicert.com"))
        assert server.values(NAME) == ['"other"']

    def test_a_server_that_forgets_what_it_accepted_is_noticed(
        self, server: DnsPrimary, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(server, "_apply", lambda _change: None)
        with pytest.raises(DnsError, match="accepted the update of _dnsauth"):
            place(server, records("TXT", "a"))

    @pytest.mark.parametrize(
        ("key", "said"),
        [
            (TsigKey("update.", "bm90IHRoaXMgb25l", "hmac-sha256"), "TSIG update error .PeerBadSignature"),
            (TsigKey("other.", SECRET, "hmac-sha256"), "TSIG update error .PeerBadKey"),
            (TsigKey("update.", "not Base64!", "hmac-sha256"), "is not valid Base64"),
            (None, "refuses an update of _dnsauth.example.test.: REFUSED"),
        ],
    )
    def test_a_refusal_names_the_cause_and_no_secret(self, server: DnsPrimary, key: TsigKey | None, said: str) -> None:
        def send() -> None:
            primary = Primary(Endpoint("127.0.0.1", server.port), key)
            bring(primary, [records("TXT", "a")], zones=["example.test"], state="present", ttl=60)

        with pytest.raises(DnsError, match=said) as refused:
            send()
        assert SECRET not in str(refused.value)
        assert "bm90" not in str(refused.value)
        assert "not Base64!" not in str(refused.value)

    def test_a_zone_that_the_server_does_not_have(self, server: DnsPrimary) -> None:
        with pytest.raises(DnsError, match="does not have a zone for _dnsauth"):
            place(server, records("TXT", "a", name="_dnsauth.example.org"))
        with pytest.raises(DnsError, match="NOTAUTH"):
            bring(
                primary_of(server),
                [records("TXT", "a", name="_dnsauth.example.org")],
                zones=["example.org"],
                state="present",
                ttl=60,
            )

    def test_the_cname_of_an_earlier_validation_is_replaced(self, server: DnsPrimary) -> None:
        server.put(NAME, 300, "CNAME", "old.dcv.digicert.com.")
        place(server, records("CNAME", "new.dcv.digicert.com"))
        assert (server.values(NAME, "CNAME"), server.ttl(NAME, "CNAME")) == (["new.dcv.digicert.com."], 300)

    def test_a_server_that_does_not_answer(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            said = f"127.0.0.1:{port} did not accept the query for a.b: no answer in time"
            with pytest.raises(DnsError, match=said):
                Primary(Endpoint("127.0.0.1", port), timeout=0.1).zone_of("a.b")

    def test_udp_is_used_on_request(self, server: DnsPrimary) -> None:
        bring(primary_of(server, protocol="udp"), [records("TXT", "a")], zones=[], state="present", ttl=60)
        assert server.values(NAME) == ['"a"']
