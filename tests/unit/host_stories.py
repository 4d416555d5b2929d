# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What digicert_host_certificate does on a host, as stories that can be interrupted, and what must hold meanwhile."""

from __future__ import annotations

import os
import stat
import typing as t
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from ansible_collections.community.digicert.plugins.module_utils._host.published import PUBLISHED
from ansible_collections.community.digicert.plugins.module_utils._host.web_files import publish, withdraw
from ansible_collections.community.digicert.tests.unit import host_scene, pki
from ansible_collections.community.digicert.tests.unit.host_scene import Scene, tree

OLD, NEW, FOREIGN = (host_scene.issue(pki.new_key()) for _number in range(3))
_PUBLIC: dict[bytes, bytes] = {}
CHANGES = {"create", "write", "fsync", "fchown", "fchmod", "mkdir", "symlink", "rename", "unlink", "rmdir", "lock"}
"""The system calls that change something.

A run that is killed before it reads something leaves what it leaves if it is killed before it changes the next thing.
"""


def public_key(content: bytes) -> bytes:
    """Return the public key of a PEM certificate or private key."""
    if content not in _PUBLIC:
        key = (
            serialization.load_pem_private_key(content, None).public_key()
            if content.startswith(b"-----BEGIN PRIVATE")
            else x509.load_pem_x509_certificate(content).public_key()
        )
        _PUBLIC[content] = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return _PUBLIC[content]


def are_a_pair(certificate: Path, key: Path) -> bool:
    return public_key(certificate.read_bytes()) == public_key(key.read_bytes())


def no_key_is_open(folder: Path, allowed: int = 0o600) -> bool:
    """Whether no file with a private key has a mode that allows more than this one."""
    for path, _folders, files in os.walk(folder):
        for name in files:
            file = Path(path, name)
            status = file.lstat()
            if status.st_mode & 0o777 & ~allowed and stat.S_ISREG(status.st_mode) and _has_a_key(file):
                return False
    return True


def _has_a_key(file: Path) -> bool:
    return file.suffix in (".p12", ".jks") or b"PRIVATE KEY" in file.read_bytes()


def left_behind(scene: Scene) -> list[str]:
    """Return what only an interrupted run leaves behind."""
    found = [name for name in tree(scene.folder) if ".new-" in name or name.endswith(".deploying")]
    staged = scene.home / "pending" / "privkey.pem"
    if staged.exists() and scene.current.exists() and are_a_pair(scene.current / "cert.pem", staged):
        found.append("pending")
    return found


class Story:
    """One thing to do on a host that is prepared for it, and what must hold meanwhile."""

    links_are_pairs = True

    def __init__(self, folder: Path) -> None:
        self.scene = Scene(folder)
        self.links = [
            {"path": str(self.scene.site / "www.pem"), "output": "fullchain"},
            {"path": str(self.scene.site / "www.key"), "output": "key"},
        ]

    def options(self) -> dict[str, t.Any]:
        """Return the options of every run."""
        return {"links": self.links, "outputs": ["combined"]}

    def look_options(self) -> dict[str, t.Any]:
        """Return the options with which it is read what is there."""
        return {name: value for name, value in self.options().items() if name != "keep"}

    def prepare(self) -> None:
        """Bring the host into the state in which it begins."""

    def act(self) -> None:
        """Do what is interrupted, and again until it is done."""
        self.scene.ok("installed", **host_scene.with_certificate(NEW), **self.options())
        self.scene.ok("in_service", **self.options())

    def result(self) -> t.Any:
        """Return what is on the host, as it would be at any other place."""
        found = tree(self.scene.folder)
        return {name: (kind, content.replace(str(self.scene.folder), "")) for name, (kind, content) in found.items()}

    def check(self) -> None:
        """Raise AssertionError if something can be seen that must never be seen."""
        assert self.is_a_pair(), "key and certificate do not belong together"
        assert no_key_is_open(self.scene.folder), "others can read a private key"

    def is_a_pair(self) -> bool:
        """Whether key and certificate belong together wherever they can be seen."""
        scene = self.scene
        key = scene.current / "privkey.pem"
        pairs = [(scene.current / name, key) for name in ("fullchain.pem", "cert.pem") if scene.current.is_symlink()]
        if self.links_are_pairs:
            pairs.append((scene.site / "www.pem", scene.site / "www.key"))
        return all(
            are_a_pair(certificate, key)
            for certificate, key in pairs
            if scene.current in certificate.parents or (certificate.exists() and key.exists())
        )

    def left_behind(self) -> list[str]:
        """Return what only an interrupted run leaves behind."""
        return left_behind(self.scene)


class FirstInstallation(Story):
    """There is nothing but a staged key."""

    def prepare(self) -> None:
        """Stage the key."""
        self.scene.stage(NEW.key)


class Renewal(Story):
    """A set is in use, with links and a copy."""

    def options(self) -> dict[str, t.Any]:
        """Add a copy."""
        copy = {"path": str(self.scene.site / "copy.pem"), "output": "fullchain", "copy": True}
        return {"links": [*self.links, copy]}

    def prepare(self) -> None:
        """Install the old certificate, and stage the key of the new one."""
        self.scene.put_into_service(OLD, **self.options())
        self.scene.stage(NEW.key)


class Takeover(Story):
    """No set is in use; a service has files of its own, one of them by a link."""

    def prepare(self) -> None:
        """Lay the files of the service, and stage the key of the new certificate."""
        site = self.scene.site
        chain = host_scene.intermediate().pem
        (site / "elsewhere.pem").write_text(FOREIGN.pem + chain, encoding="ascii")
        (site / "www.pem").symlink_to("elsewhere.pem")
        (site / "www.key").write_bytes(pki.key_pem(FOREIGN.key))
        (site / "www.key").chmod(0o600)
        self.scene.stage(NEW.key)


class LaterLinks(Takeover):
    """A set is in use, and paths with files of their own are added: they change one at a time."""

    links_are_pairs = False

    def prepare(self) -> None:
        """Install the old certificate without links before."""
        self.scene.put_into_service(OLD)
        super().prepare()


class Repair(Story):
    """The certificate is in use, but some of its files are wrong."""

    def prepare(self) -> None:
        """Install the new certificate, and spoil some files."""
        self.scene.put_into_service(NEW, **self.options())
        used = self.scene.current.resolve()
        (used / "chain.pem").write_text("spoiled", encoding="ascii")
        (used / "privkey.pem").chmod(0o400)
        (used / "combined.pem").unlink()
        (self.scene.site / "www.pem").unlink()


class TakenBack(Renewal):
    """The new certificate is installed, but not proven."""

    def prepare(self) -> None:
        """Install the new certificate."""
        super().prepare()
        self.scene.ok("installed", **host_scene.with_certificate(NEW), **self.options())

    def act(self) -> None:
        """Go back. If nothing is left to go back from, that is what was asked for."""
        if (self.scene.home / ".deploying").exists():
            self.scene.ok("previous", **self.options())
        assert self.scene.in_use == host_scene.serial(OLD)


class TakeoverTakenBack(Takeover):
    """The same after a takeover."""

    def prepare(self) -> None:
        """Install the new certificate over the files of the service."""
        super().prepare()
        self.scene.ok("installed", **host_scene.with_certificate(NEW), **self.options())

    def act(self) -> None:
        """Go back."""
        if (self.scene.home / ".deploying").exists():
            self.scene.ok("previous", **self.options())
        assert self.scene.in_use == host_scene.serial(FOREIGN)


class FirstTakenBack(FirstInstallation):
    """The first certificate is installed, but not proven, and its paths were empty before."""

    def prepare(self) -> None:
        """Install it."""
        super().prepare()
        self.scene.ok("installed", **host_scene.with_certificate(NEW), **self.options())

    def act(self) -> None:
        """Go back to nothing."""
        if (self.scene.home / ".deploying").exists():
            self.scene.ok("previous", **self.options())
        assert not self.scene.current.is_symlink()


class Keystores(Renewal):
    """Every output, and copies of files with the key."""

    def options(self) -> dict[str, t.Any]:
        """Add keystores, and copies of the key in three forms."""
        copies = [
            {"path": str(self.scene.site / name), "output": output, "copy": True}
            for name, output in (("copy.key", "key"), ("copy.p12", "pkcs12"), ("copy.jks", "jks"))
        ]
        return {
            "links": [*self.links, *copies],
            "outputs": ["combined", "pkcs12", "jks"],
            "keystore_passphrase": "passphrase",
        }


class OldSets(Renewal):
    """More sets are on the host than are kept."""

    def options(self) -> dict[str, t.Any]:
        """Keep only one."""
        return {**super().options(), "keep": 1}

    def prepare(self) -> None:
        """Install two further certificates before."""
        for issued in (FOREIGN, OLD):
            self.scene.put_into_service(issued, keep=3)
        self.scene.stage(NEW.key)


class LeftBehind(Story):
    """An earlier run left the staged key of the installed certificate behind, and an incomplete set."""

    def prepare(self) -> None:
        """Install the new certificate, and leave something behind."""
        self.scene.put_into_service(NEW, **self.options())
        self.scene.stage(NEW.key)
        (self.scene.home / "sets" / ".new-1").mkdir(mode=0o700)
        (self.scene.home / "sets" / ".new-1" / "privkey.pem").write_bytes(pki.key_pem(OLD.key))
        (self.scene.home / "sets" / ".new-1" / "privkey.pem").chmod(0o600)


class Staging(Story):
    """A key and a CSR are staged although the key of the installed certificate was left behind as the staged one."""

    def prepare(self) -> None:
        """Install the old certificate, and leave its key in the place of the next one."""
        self.scene.put_into_service(OLD, **self.options())
        self.scene.stage(OLD.key)

    def act(self) -> None:
        """Stage. The installed key is never staged again."""
        self.scene.ok("staged", key_type="ECC", **self.options())
        assert not are_a_pair(self.scene.current / "cert.pem", self.scene.home / "pending" / "privkey.pem")

    def result(self) -> t.Any:
        """Keys are random."""
        return sorted((name, kind) for name, (kind, _content) in tree(self.scene.folder).items())


class StagingElsewhere(Staging):
    """The same for a certificate that is installed by somebody else, in a folder that the user names."""

    def prepare(self) -> None:
        """Begin with nothing."""

    def act(self) -> None:
        """Stage there."""
        folder = self.scene.folder / "elsewhere"
        places = {"directory": str(folder), "key_path": None, "csr_path": None}
        places |= {"owner": None, "group": None, "key_mode": "0600"}
        self.scene.ok("staged", key_type="ECC", staging=places)


class Published(Story):
    """Records of a validation are published and removed again while a certificate is in use.

    A file of a web server stands for what a provider publishes. It is changed on the host, so that it is known when.
    """

    def prepare(self) -> None:
        """Install the new certificate."""
        self.scene.put_into_service(NEW, **self.options())

    def act(self) -> None:
        """Note, publish, remove, and remove the note."""
        scene = self.scene
        scene.note(scene.record)
        files, access = [scene.web_file], scene.web_access
        publish(files, access)
        withdraw(files, access)
        scene.note()

    def check(self) -> None:
        """Whatever is published is noted."""
        super().check()
        assert self.is_noted(), "a record is published that is not noted"

    def is_noted(self) -> bool:
        """Whether what is published is noted."""
        scene = self.scene
        noted = scene.look(**self.look_options())["published"]
        return bool(noted and noted["records"] == [scene.record]) or not list(scene.site.rglob("*fileauth.txt"))

    def result(self) -> t.Any:
        """An empty folder may be left of a run that was killed before it could mark it, or before it removed it."""
        return {name: entry for name, entry in super().result().items() if ".well-known" not in name}

    def left_behind(self) -> list[str]:
        """Add what is noted or published."""
        left = [path.name for path in self.scene.site.rglob("*fileauth.txt")]
        return [*super().left_behind(), *left, *([PUBLISHED] if (self.scene.home / PUBLISHED).exists() else [])]


STORIES: tuple[type[Story], ...] = (
    FirstInstallation,
    Renewal,
    Takeover,
    LaterLinks,
    Repair,
    TakenBack,
    TakeoverTakenBack,
    FirstTakenBack,
    Keystores,
    OldSets,
    LeftBehind,
    Staging,
    StagingElsewhere,
    Published,
)
