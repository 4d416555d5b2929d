# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Install the Debian packages that a lane needs, if they are missing and this is root on Debian or Ubuntu.

Usage: python tests/tools/packages.py browser|peer|hosts

Without the browser, or the peer of the figures, what needs it says what it lacks.  Without the packages of the hosts
there is nothing to test: that is a failure.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

# By command, or folder, that must be there: the Debian package that brings it.
BROWSER = {"chromium": "chromium", "chromedriver": "chromium-driver"}
PEER = {"/usr/sbin/named": "bind9", "pebble": "pebble"}
HOSTS = {
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
    # Debian's own cryptography: the one library that the collection needs on a host.
    "/usr/lib/python3/dist-packages/cryptography": "python3-cryptography",
}
_POLICY = Path("/usr/sbin/policy-rc.d")


def missing_packages(needed: Mapping[str, str]) -> list[str]:
    """Return the Debian packages that this machine lacks."""
    return sorted({package for path, package in needed.items() if not shutil.which(path) and not Path(path).is_dir()})


def _is_debian() -> bool:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return False
    return "debian" in {release.get("ID"), *release.get("ID_LIKE", "").split()}


def hindrance() -> str | None:
    """Return why there can be no hosts on this machine, or None."""
    if not _is_debian():
        return "needs Debian or Ubuntu: the hosts are made from this machine's own files and from Debian packages"
    if os.geteuid() != 0:
        return "needs root: it boots hosts with systemd-nspawn, each in a network namespace of its own"
    if shutil.which("apt-get") is None:
        return "needs apt-get"
    return None


def install_packages(packages: list[str]) -> None:
    """Install Debian packages; no service of theirs is started on this machine itself."""
    print(f"installing {' '.join(packages)}", flush=True)
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


def provide(needed: Mapping[str, str]) -> int:
    """Install what is missing if that is possible; return the exit status, which is 0 in any case."""
    packages = missing_packages(needed)
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        try:
            install_packages(packages)
        except subprocess.CalledProcessError as problem:
            print(f"apt-get could not install {' '.join(packages)}: {problem}", flush=True)
    return 0


def provide_hosts() -> int:
    """Install what the hosts need; return the exit status."""
    reason = hindrance()
    if reason:
        print(reason, file=sys.stderr)
        return 1
    packages = missing_packages(HOSTS)
    if packages:
        try:
            install_packages(packages)
        except subprocess.CalledProcessError as problem:
            print(f"apt-get could not install {' '.join(packages)}: {problem}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    if sys.argv[1] == "hosts":
        sys.exit(provide_hosts())
    sys.exit(provide({"browser": BROWSER, "peer": PEER}[sys.argv[1]]))
