# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""This machine as a host on which the role deploy works, and what the role said."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.community.digicert.tests.roles.support.authority import Authority, Issued
from ansible_collections.community.digicert.tests.roles.support.playbook import Done, Step
from ansible_collections.community.digicert.tests.roles.support.running_service import RunningService
from ansible_collections.community.digicert.tests.roles.support.tree import tree

NAME = "www.example.com"
# Variables of a step whose certificate never comes into service.
NEVER_SERVED: dict[str, object] = {"deploy_served_retries": 1}


@dataclass(frozen=True)
class Host:
    """This machine as a host that holds certificates below one folder."""

    folder: Path
    authority: Authority

    @property
    def home(self) -> Path:
        """Folder of the certificate ``www``."""
        return self.folder / "digicert" / "www"

    @property
    def in_use(self) -> str:
        """Serial number of the set in use."""
        return (self.home / "current").readlink().name

    def staged(self, issued: Issued) -> Path:
        """Where the key of a certificate is staged outside of the folder of the certificate."""
        return self.folder / "staged" / f"{issued.serial_number}.pem"

    def step(self, label: str, issued: Issued, **more: object) -> Step:
        """Return a step that deploys a certificate as ``www``; its key is staged if it is not yet."""
        if not self.staged(issued).exists():
            issued.stage(self.staged(issued))
        variables = {
            "deploy_name": "www",
            "deploy_directory": str(self.folder / "digicert"),
            "deploy_certificate": issued.pem,
            "deploy_chain": self.authority.intermediate.pem,
            "deploy_key_path": str(self.staged(issued)),
            "deploy_served_delay": 1,
            # a busy machine may keep the service from reading its certificate
            "deploy_served_retries": 120,
        }
        return Step(label, "deploy", {**variables, **more})

    def install(self, issued: Issued, service: RunningService | None = None) -> None:
        """Write a set as docs/contracts.md describes it, take it into use and load it into a service."""
        new = self.home / "sets" / issued.serial_number
        issued.stage(new / "privkey.pem")
        chain = self.authority.intermediate.pem
        for name, content in {"cert": issued.pem, "chain": chain, "fullchain": issued.pem + chain}.items():
            (new / f"{name}.pem").write_text(content, encoding="ascii")
            (new / f"{name}.pem").chmod(0o644)
        link = self.home / "current"
        link.unlink(missing_ok=True)
        link.symlink_to(f"sets/{issued.serial_number}")
        if service:
            os.kill(service.pid, signal.SIGHUP)

    def served_by(self, service: RunningService, origin: str = "host") -> dict[str, object]:
        """Return the variables that reload a service and check what it serves."""
        root = self.folder / "root.pem"
        root.write_text(self.authority.root.pem, encoding="ascii")
        check = {"host": "127.0.0.1", "port": service.port, "server_name": NAME, "ca_path": str(root), "from": origin}
        return {"deploy_reload": [{"command": service.reload_command}], "deploy_served": [check]}


def content(folder: Path) -> dict[str, str]:
    """Return what is below a folder, except the locks that runs leave in the folders of certificates."""
    return {name: about for name, about in tree(folder).items() if Path(name).name != ".lock"}


def result(done: Done) -> dict[str, object]:
    """Return what the role said about a step."""
    return dict(done.facts["deploy_result"])


def failure(done: Done) -> str:
    """Return the message with which a step failed."""
    assert done.failure is not None, "the step did not fail"
    return done.failure
