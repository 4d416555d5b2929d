# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts: each this machine's own files under a layer of its own, a booted systemd and sshd."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .journal import Journal, start_time
from .network import Network

# What a host starts: not what happens to be enabled on the machine that lends its files.
_TARGET = """[Unit]
Description=What a host of the lab starts
Requires=basic.target
Wants=dbus.service ssh.service systemd-logind.service
After=basic.target
AllowIsolate=yes
"""
# A host lives for minutes and keeps no journal on disk.  What moves the journal there gives journald 45 seconds and is
# a failed unit afterwards, which has happened on a machine under load; timers start what nobody asked for.
_JOURNAL = "[Journal]\nStorage=volatile\n"
_MASKED = ("systemd-journal-flush.service", "timers.target")
_BOOT_SECONDS = 600.0
# A controller's libraries: the modules that run on a host must do without them.
_CONTROLLER_ONLY = ("ansible", "dns", "requests", "urllib3")
# What a shell of root reads first: what this machine's own user wants there costs each command of a host its time.
_SHELL_SETTINGS = (".bashrc", ".bash_profile", ".bash_login", ".profile")


@dataclass(frozen=True)
class Host:
    """One host: its name, its address, and where its files are seen from this machine."""

    name: str
    address: str
    root: Path
    ssh_config: Path

    @property
    def own_files(self) -> Path:
        """Where everything is that the host has written to its disk, without the machine's own files."""
        return self.root.with_name("upper")

    def run(self, *command: str, check: bool = True, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command on the host over ssh."""
        words = ["ssh", "-F", str(self.ssh_config), self.name, "--", *command]
        return subprocess.run(words, input=stdin, capture_output=True, text=True, check=check)


def _hide_libraries(root: Path) -> None:
    for folder in [root / "usr/lib/python3/dist-packages", *root.glob("usr/local/lib/python3*/dist-packages")]:
        for name in _CONTROLLER_ONLY:
            shutil.rmtree(folder / name, ignore_errors=True)


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    """Replace a file of the host; what the machine has there may be a link that leads elsewhere."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


class Hosts:
    """The hosts of one lab, made below ``folder``."""

    def __init__(self, folder: Path, network: Network, journal: Journal) -> None:
        self.folder = folder
        self.network = network
        self.journal = journal
        self.ssh_config = folder / "ssh_config"
        self._key = folder / "id_ed25519"
        self._hosts: dict[str, Host] = {}

    def up(self, addresses: dict[str, str], *, nameserver: str) -> dict[str, Host]:
        """Boot hosts with these names and addresses; return them when sshd answers on each."""
        layers = self.folder / "layers"
        layers.mkdir(parents=True)
        self.journal.note("mount", layers)
        # An overlay cannot have its upper layer on another overlay, and a tmpfs is quick.
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755,size=4g", "tmpfs", str(layers)], check=True)
        self._make_key(self._key)
        known = {"localhost": "127.0.0.1", "controller": self.network.controller, **addresses}
        hosts_file = "".join(f"{address} {name}\n" for name, address in known.items())
        for name, address in addresses.items():
            host = Host(name, address, self._make_root(layers / name), self.ssh_config)
            self._furnish(host, hosts_file, nameserver)
            self._boot(host, layers / name / "console.log")
            self._hosts[name] = host
        self._write_ssh_config()
        for host in self._hosts.values():
            self._await_ssh(host)
        return dict(self._hosts)

    def _make_key(self, path: Path) -> str:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", str(path)], check=True)
        return path.with_name(f"{path.name}.pub").read_text(encoding="utf-8")

    def _make_root(self, layer: Path) -> Path:
        upper, work, root = layer / "upper", layer / "work", layer / "root"
        for folder in (upper, work, root):
            folder.mkdir(parents=True)
        self.journal.note("mount", root)
        options = f"lowerdir=/,upperdir={upper},workdir={work}"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, str(root)], check=True)
        return root

    def _furnish(self, host: Host, hosts_file: str, nameserver: str) -> None:
        root = host.root
        _write(root / "etc/machine-id", f"{uuid.uuid4().hex}\n")
        _write(root / "etc/hostname", f"{host.name}\n")
        _write(root / "etc/hosts", hosts_file)
        _write(root / "etc/resolv.conf", f"nameserver {nameserver}\n")
        _write(root / "etc/systemd/system/lab.target", _TARGET)
        _write(root / "etc/systemd/journald.conf.d/lab.conf", _JOURNAL)
        for unit in _MASKED:
            (root / "etc/systemd/system" / unit).symlink_to(os.devnull)
        _write(root / "root/.ssh/authorized_keys", self._key.with_suffix(".pub").read_text(encoding="utf-8"), 0o600)
        _write(root / "etc/ssh/sshd_config.d/lab.conf", "MaxStartups 200\nPermitRootLogin prohibit-password\n")
        for key in (root / "etc/ssh").glob("ssh_host_*"):
            key.unlink()
        public = self._make_key(root / "etc/ssh/ssh_host_ed25519_key")
        with (self.folder / "known_hosts").open("a", encoding="utf-8") as known:
            known.write(f"{host.name} {public}")
        for name in _SHELL_SETTINGS:
            (root / "root" / name).unlink(missing_ok=True)
        _hide_libraries(root)

    def _boot(self, host: Host, log: Path) -> None:
        namespace = self.network.plug(host.name, host.address)
        command = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--link-journal=no"]
        command += ["--resolv-conf=off", "--timezone=off", f"--machine={host.name}", f"--directory={host.root}"]
        command += [f"--network-namespace-path={namespace}", "/lib/systemd/systemd", "systemd.unit=lab.target"]
        with log.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        self.journal.note_process(process.pid)
        (log.parent / "pid").write_text(str(process.pid), encoding="utf-8")

    def _write_ssh_config(self) -> None:
        entries = [
            f"Host {host.name} {host.address}\n  HostName {host.address}\n  HostKeyAlias {host.name}\n"
            for host in self._hosts.values()
        ]
        connections = self.folder / "connections"
        connections.mkdir()
        self.journal.note("connections", connections / "*")
        common = {
            "User": "root",
            "IdentityFile": self._key,
            "IdentitiesOnly": "yes",
            "UserKnownHostsFile": self.folder / "known_hosts",
            "GlobalKnownHostsFile": os.devnull,
            "StrictHostKeyChecking": "yes",
            "ControlMaster": "auto",
            "ControlPath": connections / "%n",
            "ControlPersist": "30",
            "LogLevel": "ERROR",
        }
        shared = "Host *\n" + "".join(f"  {name} {value}\n" for name, value in common.items())
        self.ssh_config.write_text("".join(entries) + shared, encoding="utf-8")

    def _await_ssh(self, host: Host) -> None:
        log = host.root.parent / "console.log"
        pid = int((host.root.parent / "pid").read_text(encoding="utf-8"))
        deadline = time.monotonic() + _BOOT_SECONDS
        while time.monotonic() < deadline:
            if start_time(pid) is None:
                break
            try:
                with socket.create_connection((host.address, 22), timeout=10) as connection:
                    if connection.recv(4).startswith(b"SSH"):
                        return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{host.name} does not answer on port 22: {log.read_text(encoding='utf-8')[-2000:]}")


def inventory(hosts: Iterable[Host], group: str) -> dict[str, object]:
    """Return an Ansible inventory of one group, in the shape of its YAML format."""
    return {
        group: {
            "hosts": {
                host.name: {"ansible_host": host.address, "ansible_ssh_common_args": f"-F {host.ssh_config}"}
                for host in hosts
            },
            "vars": {
                "ansible_user": "root",
                # Debian's own: the machine's files may hold others.
                "ansible_python_interpreter": "/usr/bin/python3",
            },
        }
    }
