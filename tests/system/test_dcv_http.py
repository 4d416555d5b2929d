# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role dcv with the provider http: nginx serves what was published, on the host itself and on another one."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from conftest import PLAYBOOKS, ZONE
from lab.ansible import Controller, Played
from lab.lab import Lab

PATH = "/.well-known/pki-validation/fileauth.txt"
WEBROOT = "/srv/dcv"
_SITE = f"""server {{
    listen 80 default_server;
    root {WEBROOT};
}}
"""


@pytest.fixture(scope="module", autouse=True)
def _web_servers(lab: Lab) -> None:
    """Run nginx with an empty folder on every host."""
    for host in lab.hosts.values():
        (host.root / WEBROOT[1:]).mkdir()
        site = host.root / "etc/nginx/sites-enabled/default"
        # the machine's own file is a link
        site.unlink(missing_ok=True)
        site.write_text(_SITE, encoding="ascii")
        host.run("systemctl", "restart", "nginx.service")


def play(controller: Controller, *names: str, **variables: Any) -> Played:
    """Play the role on web1 with one record for each name, which is its own value."""
    records = [
        {"domain": name, "type": "HTTP", "name": name, "value": f"token-of-{name}", "path": PATH, "expires": None}
        for name in names
    ]
    return controller.play(
        PLAYBOOKS / "dcv_http.yml", dcv_records=records, **{"dcv_http_webroot": WEBROOT, **variables}
    )


def fetched(lab: Lab, host: str, name: str) -> str | None:
    """Fetch the file as the service does, or return None if there is none."""
    request = Request(f"http://{lab.hosts[host].address}{PATH}", headers={"Host": name})
    try:
        with urlopen(request, timeout=60) as answer:
            return str(answer.read().decode("ascii"))
    except HTTPError as problem:
        if problem.code != HTTPStatus.NOT_FOUND:
            raise
        return None


def files(lab: Lab) -> list[Path]:
    """Return everything in the folders of the web servers."""
    return [path for host in lab.hosts.values() for path in (host.root / WEBROOT[1:]).rglob("*")]


def test_each_name_is_served_by_the_host_that_answers_for_it(lab: Lab, controller: Controller) -> None:
    names, hosts = (f"web1.{ZONE}", f"web2.{ZONE}"), {f"web2.{ZONE}": "web2"}

    placed = play(controller, *names, dcv_http_hosts=hosts)

    assert placed.status == 0, placed.text
    assert fetched(lab, "web1", names[0]) == f"token-of-{names[0]}"
    assert fetched(lab, "web2", names[1]) == f"token-of-{names[1]}"
    again = play(controller, *names, dcv_http_hosts=hosts)
    assert (again.status, again.total("changed")) == (0, 0), again.text
    removed = play(controller, *names, dcv_http_hosts=hosts, dcv_state="absent")
    assert removed.status == 0, removed.text
    assert [fetched(lab, "web1", names[0]), fetched(lab, "web2", names[1])] == [None, None]
    assert files(lab) == []


def test_a_missing_folder_on_one_host_leaves_nothing_on_the_other(lab: Lab, controller: Controller) -> None:
    names = (f"web1.{ZONE}", f"web2.{ZONE}")
    own = {f"web2.{ZONE}": {"dcv_provider": "http", "dcv_http_host": "web2", "dcv_http_webroot": "/srv/missing"}}

    played = play(controller, *names, dcv_providers=own)

    assert played.status != 0
    said = " ".join(played.text.split())
    assert "/srv/missing is not a folder on web2. dcv_http_webroot must be the folder" in said
    assert "The published records have been removed." in said
    assert files(lab) == []
