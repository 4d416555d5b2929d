# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role deploy: commands that run before a set is taken into use, and what follows them after a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.roles.support.authority import Authority
from ansible_collections.community.digicert.tests.roles.support.deploy_host import NAME, Host, failure
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller

pytestmark = pytest.mark.once


def test_what_was_stopped_is_started_again_also_where_there_was_no_certificate(
    controller: Controller, authority: Authority, tmp_path: Path
) -> None:
    """The second command starts it; the one that fails comes before it, so that only the rollback can have run it."""
    host = Host(tmp_path, authority)
    log = tmp_path / "log"
    stop, start = ([f"{tmp_path}/{name}"] for name in ("stop", "start"))
    for command, text in ((stop, "stopped"), (start, "started")):
        Path(command[0]).write_text(f"#!/bin/sh\necho {text} >> {log}\n", encoding="ascii")
        Path(command[0]).chmod(0o755)
    first = authority.issue(NAME)
    reload = {"deploy_reload": [{"command": ["false"]}, {"command": start}]}
    played = controller.play(
        host.step("refused", first, deploy_before=["stop nginx"]),
        host.step("before", first, deploy_before=[stop, ["false"]], **reload),
        host.step("after", first, deploy_before=[stop], **reload),
    )
    assert "each entry of deploy_before must be a list of arguments" in failure(played["refused"])
    for label in ("before", "after"):
        assert "the command 'false' exited with 1" in failure(played[label])
        assert "there was no previous certificate, so none is installed now" in failure(played[label])
    assert log.read_text(encoding="ascii").split() == ["stopped", "stopped", "started"]
    assert not (host.home / "current").is_symlink()

    done = controller.play(
        host.step("done", first, deploy_before=[stop], deploy_reload=[{"command": start}]),
        host.step("again", first, deploy_before=[stop], deploy_reload=[{"command": start}]),
    )
    assert done["done"].failure is None
    assert done["again"].changed == []
    assert log.read_text(encoding="ascii").split()[3:] == ["stopped", "started"]
    assert host.in_use == first.serial_number
