# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tests on real hosts: what they need is installed here, so that one command does."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

from lane_outcome import Outcome, broken
from pytest_lane import run_pytest
from stage import Stage

# Command that must be there, Debian package that brings it.
PACKAGES = {
    "systemd-nspawn": "systemd-container",
    "/usr/sbin/sshd": "openssh-server",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "ip": "iproute2",
    "/usr/bin/dbus-daemon": "dbus",
    "/usr/sbin/named": "bind9",
    "dig": "bind9-dnsutils",
    "tsig-keygen": "bind9-utils",
    "/usr/sbin/nginx": "nginx-light",
    "/usr/sbin/apache2": "apache2",
    "/usr/sbin/haproxy": "haproxy",
    "/usr/sbin/postfix": "postfix",
    "/usr/lib/dovecot/imap": "dovecot-imapd",
    "pg_lsclusters": "postgresql",
    "keytool": "default-jre-headless",
    "openssl": "openssl",
    "/usr/bin/python3": "python3",
}
# Debian's own cryptography: the one library that the collection needs on a host.
_LIBRARIES = {"/usr/lib/python3/dist-packages/cryptography": "python3-cryptography"}
_POLICY = Path("/usr/sbin/policy-rc.d")


def missing_packages() -> list[str]:
    """Return the Debian packages that this machine lacks."""
    found = {package for path, package in _LIBRARIES.items() if Path(path).is_dir()}
    found |= {package for command, package in PACKAGES.items() if shutil.which(command)}
    return sorted({*PACKAGES.values(), *_LIBRARIES.values()} - found)


def _is_debian() -> bool:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return False
    return "debian" in {release.get("ID"), *release.get("ID_LIKE", "").split()}


def hindrance() -> str | None:
    """Return why the tests cannot run on this machine, or None."""
    if not _is_debian():
        return "needs Debian or Ubuntu: the hosts are made from this machine's own files and from Debian packages"
    if os.geteuid() != 0:
        return "needs root: it boots hosts with systemd-nspawn, each in a network namespace of its own"
    if shutil.which("apt-get") is None:
        return "needs apt-get"
    return None


def install_packages(packages: list[str]) -> None:
    """Install Debian packages; no service of theirs is started on this machine itself."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    own_policy = not _POLICY.exists()
    if own_policy:
        # Source: invoke-rc.d(8); 101 means that the action is forbidden.
        _POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
        _POLICY.chmod(0o755)
    try:
        subprocess.run(["apt-get", "update", "-qq"], env=environment, check=True)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        subprocess.run([*install, *packages], env=environment, check=True)
    finally:
        if own_policy:
            _POLICY.unlink()


def run_system(stage: Stage) -> Outcome:
    """Install what is missing, then run the tests one after the other: they share their hosts."""
    lane = stage.lane("system")
    reason = hindrance()
    if reason:
        return broken(lane, reason)
    packages = missing_packages()
    if packages:
        print(f"installing {' '.join(packages)}", flush=True)
        try:
            install_packages(packages)
        except subprocess.CalledProcessError as problem:
            return broken(lane, f"apt-get could not install {' '.join(packages)}: {problem}")
    return run_pytest(stage, "system", "tests/system", parallel=False)
