# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host in a temporary folder on which requests of digicert_host_certificate are carried out in this process."""

from __future__ import annotations

import datetime as dt
import functools
import typing as t
from pathlib import Path

from ansible_collections.community.digicert.plugins.module_utils._host.certificate import (
    describe_host_certificate,
    read_host_certificate,
)
from ansible_collections.community.digicert.plugins.module_utils._host.host_certificate import ensure_all
from ansible_collections.community.digicert.plugins.module_utils._host.run_settings import RunSettings
from ansible_collections.community.digicert.plugins.module_utils._module.host_options import (
    install_options,
    look_options,
)
from ansible_collections.community.digicert.tests.unit import pki

NAMES = ["www.example.com", "example.com"]
_DAY = dt.timedelta(days=1)


@functools.cache
def intermediate() -> pki.Issued:
    """Return the CA that issues all certificates."""
    root = pki.issue("Root", lifetime=3650 * _DAY, ca=True)
    return pki.issue("Intermediate", issuer=root, lifetime=1825 * _DAY, ca=True)


def issue(key: pki.SigningKey | None = None, **changes: t.Any) -> pki.Issued:
    """Issue a certificate for the names of the scene."""
    settings: dict[str, t.Any] = {"issuer": intermediate(), "dns_names": NAMES, "key": key, "ca": False, **changes}
    return pki.issue("www.example.com", **settings)


def serial(issued: pki.Issued) -> str:
    """Return the name of the set of a certificate."""
    return f"{issued.certificate.serial_number:x}"


def complete(options: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the options with the defaults that the module declares."""
    declared = install_options()
    filled: dict[str, t.Any] = {name: option.get("default") for name, option in declared.items()} | options
    filled["links"] = [{"copy": False, **link} for link in filled["links"]]
    return filled


class Scene:
    """The folder of the certificates, and a folder with the files of a service."""

    def __init__(self, folder: Path, now: dt.datetime = pki.NOW) -> None:
        self.folder = folder
        self.now = now
        self.directory = folder / "digicert"
        self.home = self.directory / "www"
        self.current = self.home / "current"
        self.site = folder / "site"
        self.site.mkdir(parents=True)

    def run(
        self, state: str, *, check_mode: bool = False, lock_timeout: float = 5, **options: t.Any
    ) -> dict[str, t.Any]:
        """Carry out a request and return its entry."""
        given = complete({"name": "www", "directory": str(self.directory), "dns_names": NAMES, **options})
        settings = RunSettings(state, lock_timeout, check_mode, lambda _path, _setype: None)
        (entry,) = ensure_all([given], settings, self.now)
        return entry

    def ok(self, state: str, **options: t.Any) -> dict[str, t.Any]:
        """Carry out a request that must not fail."""
        entry = self.run(state, **options)
        assert not entry["failed"], entry["msg"]
        return entry

    def fails(self, state: str, **options: t.Any) -> str:
        """Carry out a request that must fail without a change, and return why it failed."""
        entry = self.run(state, **options)
        assert entry["failed"], entry
        assert not entry["changed"]
        assert "PRIVATE KEY" not in str(entry)
        return str(entry["msg"])

    def stage(self, key: pki.SigningKey) -> None:
        """Put a private key into the place of the staged one."""
        pending = self.home / "pending"
        pending.mkdir(parents=True, exist_ok=True)
        pending.chmod(0o700)
        path = pending / "privkey.pem"
        path.write_bytes(pki.key_pem(key))
        path.chmod(0o600)

    def install(self, issued: pki.Issued, **options: t.Any) -> dict[str, t.Any]:
        """Install a certificate whose key is staged."""
        self.stage(issued.key)
        return self.ok("installed", **with_certificate(issued), **options)

    def put_into_service(self, issued: pki.Issued, **options: t.Any) -> None:
        """Install a certificate, and clean up."""
        self.install(issued, **options)
        self.ok("in_service", **options)

    def look(self, **options: t.Any) -> dict[str, t.Any]:
        """Return what digicert_host_certificate_info reports for the request."""
        given: dict[str, t.Any] = {name: option.get("default") for name, option in look_options().items()}
        given |= {"name": "www", "directory": str(self.directory), "dns_names": NAMES, **options}
        given["links"] = [{"copy": False, **link} for link in given["links"]]
        return describe_host_certificate(read_host_certificate(given), [], self.now)

    @property
    def in_use(self) -> str:
        """The name of the set in use."""
        return self.current.readlink().name

    @property
    def sets(self) -> set[str]:
        """The names below ``sets``."""
        return {path.name for path in (self.home / "sets").iterdir()}


def with_certificate(issued: pki.Issued) -> dict[str, t.Any]:
    """Return the options that give a certificate with its chain."""
    return {"certificate": issued.pem, "chain": intermediate().pem}


def tree(folder: Path) -> dict[str, tuple[str, str]]:
    """Return kind, mode and content or target of everything below a folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = ("link", str(path.readlink()))
        elif path.is_dir():
            found[name] = (f"folder {path.stat().st_mode & 0o7777:o}", "")
        else:
            content = "" if path.suffix in (".p12", ".jks") else path.read_text(encoding="ascii", errors="replace")
            found[name] = (f"file {path.stat().st_mode & 0o7777:o}", content)
    return found
