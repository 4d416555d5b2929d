# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide and write the files of a set."""

from __future__ import annotations

import contextlib
import datetime as dt
import typing as t
from dataclasses import dataclass

from .._x509.certificates import read_certificates
from .._x509.keystore_writing import UnsupportedEncryptionError, write_jks, write_pkcs12
from .._x509.keystores import read_jks, read_pkcs12
from .._x509.names import missing_names
from .._x509.pem import InvalidPemError, is_plain
from .._x509.private_keys import PrivateKey, read_private_key
from .files import TEMPORARY, File, FileAccess, HostError
from .folder import Folder
from .home import Home, files_in
from .install_checks import CheckedCertificate
from .layout import CERTIFICATE, CHAIN, FULLCHAIN, KEY, SETS
from .outputs import FILES, RequestedFiles, keystore_difference
from .set_request import SetRequest

HAS_KEY = frozenset({KEY, *(FILES[output] for output in ("combined", "pkcs12", "jks"))})
"""The files of a set that contain the private key."""
_INCOMPLETE = 0o700


@dataclass(frozen=True)
class SetFile:
    """A file of a set."""

    content: bytes
    access: FileAccess
    difference: str | None = None
    """Why it must be written; None if it is there already."""

    def __repr__(self) -> str:
        """Return what may be shown."""
        return f"SetFile({len(self.content)} bytes, {self.access}, {self.difference})"


@dataclass(frozen=True)
class PlannedSet:
    """The files that a set must have."""

    name: str
    exists: bool
    files: dict[str, SetFile]
    mode_difference: str | None = None
    """How the mode of the folder differs."""

    @property
    def to_write(self) -> dict[str, SetFile]:
        """The files that are missing or different."""
        return {name: file for name, file in self.files.items() if file.difference is not None}

    @property
    def differences(self) -> list[str]:
        """Why the set must be written, one sentence for each file."""
        found = [f"{name} {file.difference}" for name, file in self.to_write.items()]
        return found + ([self.mode_difference] if self.mode_difference else [])


def plan_set(
    home: Home | None, request: SetRequest, checked: CheckedCertificate, key: PrivateKey, now: dt.datetime
) -> PlannedSet:
    """Compare the set of a certificate with what is on the host."""
    name = checked.leaf.serial_number
    folder = home.open_set(name) if home is not None else None
    with folder or contextlib.nullcontext():
        there = _read_set(folder, checked) if folder is not None else {}
        mode = folder.own_status().mode if folder is not None else request.folder_mode
    builder = _Builder(request, checked, key, there, now)
    mode_difference = None
    if mode != request.folder_mode:
        mode_difference = f"the folder of the set has the mode {mode:04o}, not {request.folder_mode:04o}"
    return PlannedSet(name, folder is not None, builder.files(), mode_difference)


def _read_set(folder: Folder, checked: CheckedCertificate) -> dict[str, File]:
    """Read the files of a set. Raises HostError if it is the set of another certificate with the same serial number."""
    there = files_in(folder)
    installed = _certificates(there.get(CERTIFICATE))
    if installed and installed[0].thumbprint != checked.leaf.thumbprint:
        raise HostError(f"{folder.path} contains another certificate with the same serial number. Move the folder away")
    return there


def _certificates(file: File | None) -> list[t.Any]:
    try:
        return [] if file is None else list(read_certificates(file.content))
    except InvalidPemError:
        return []


class _Builder:
    """Decides the content of each file of a set. A file that is right stays as it is, whatever its formatting."""

    def __init__(
        self,
        request: SetRequest,
        checked: CheckedCertificate,
        key: PrivateKey,
        there: t.Mapping[str, File],
        now: dt.datetime,
    ) -> None:
        self._request = request
        self._checked = checked
        self._key = key
        self._there = there
        self._now = now

    def files(self) -> dict[str, SetFile]:
        """Return the files of the set, the private key first."""
        chain = "".join(certificate.pem for certificate in self._checked.chain)
        files = {KEY: self._key_file()}
        texts = {CERTIFICATE: self._checked.leaf.pem, CHAIN: chain, FULLCHAIN: self._checked.leaf.pem + chain}
        for name, text in texts.items():
            files[name] = self._file(name, text.encode("ascii"))
        wanted = self._request.files.further_outputs
        if "combined" in wanted:
            files[FILES["combined"]] = self._file(FILES["combined"], files[FULLCHAIN].content + files[KEY].content)
        if "pkcs12" in wanted:
            files[FILES["pkcs12"]] = self._keystore(FILES["pkcs12"], read_pkcs12, self._pkcs12)
        if "jks" in wanted:
            files[FILES["jks"]] = self._keystore(FILES["jks"], read_jks, self._jks)
        return files

    def _file(self, name: str, content: bytes) -> SetFile:
        path = f"{self._request.home}/{SETS}/{self._checked.leaf.serial_number}/{name}"
        access = self._request.file_access(path, has_key=name in HAS_KEY)
        there = self._there.get(name)
        difference = None
        if there is None:
            difference = "is missing"
        elif there.content != content:
            difference = "has another content"
        elif not there.has(access):
            difference = "has another owner, group, mode or SELinux context"
        new = access.for_new()
        return SetFile(content, there.status.access if there is not None and difference is None else new, difference)

    def _key_file(self) -> SetFile:
        there = self._there.get(KEY)
        content = self._key.pem
        if there is not None:
            try:
                is_same = read_private_key(there.content).public_key == self._key.public_key
                fits = is_same and is_plain(there.content.decode("ascii", errors="replace"))
            except InvalidPemError:
                fits = False
            content = there.content if fits else content
        return self._file(KEY, content)

    def _keystore(self, name: str, read: t.Any, write: t.Callable[[], bytes]) -> SetFile:
        there = self._there.get(name)
        if there is not None and keystore_difference(read, there.content, self._files(), self._checked.all) is None:
            return self._file(name, there.content)
        return self._file(name, write())

    def _files(self) -> RequestedFiles:
        return self._request.files

    def _pkcs12(self) -> bytes:
        files = self._files()
        try:
            return write_pkcs12(self._key.pem, self._checked.all, files.alias, files.passphrase, files.encryption_level)
        except UnsupportedEncryptionError as exc:
            raise HostError(f"{exc}. Update it on the host, or use another encryption_level") from exc

    def _jks(self) -> bytes:
        files = self._files()
        return write_jks(self._key.pem, self._checked.all, files.alias, files.passphrase, self._now)


def write_set(
    home: Home, name: str, files: t.Mapping[str, SetFile], verify: t.Callable[[t.Mapping[str, bytes]], None]
) -> None:
    """Write a new set, which appears below ``sets`` complete and verified, or not at all."""
    request = home.request
    path = f"{home.path}/{SETS}"
    home.folder.make(SETS, request.folder_mode, request.labels(path))
    with home.folder.open(SETS) as sets:
        temporary = TEMPORARY + name
        sets.remove(temporary)
        try:
            sets.make(temporary, _INCOMPLETE)
            with sets.open(temporary) as folder:
                written = {entry: folder.write(entry, file.content, file.access) for entry, file in files.items()}
                verify(written)
                folder.set_access(request.folder_mode, request.labels(f"{path}/{name}"))
                folder.sync()
            sets.rename(temporary, name)
        except Exception:
            with contextlib.suppress(HostError):
                sets.remove(temporary)
            raise
        sets.sync()


def replace_files(home: Home, planned: PlannedSet, verify: t.Callable[[t.Mapping[str, bytes]], None]) -> None:
    """Replace the files of a set that differ, each with one rename."""
    verify({name: file.content for name, file in planned.files.items()})
    folder = home.open_set(planned.name)
    if folder is None:
        raise HostError(f"{home.path}/{SETS}/{planned.name} has disappeared. Run the task again")
    with folder:
        for name, file in planned.to_write.items():
            if file.difference is not None and (found := folder.status(name)) is not None and found.kind == "folder":
                raise HostError(f"{folder.path_of(name)} is a folder. Move it away")
            folder.replace(name, file.content, file.access)
        if planned.mode_difference:
            folder.set_access(home.request.folder_mode)


def verify_set(checked: CheckedCertificate, names: t.Sequence[str], written: t.Mapping[str, bytes]) -> None:
    """Compare key, names and chain of what was written. Raises HostError if they do not belong together."""
    try:
        key = read_private_key(written[KEY])
        full = read_certificates(written[FULLCHAIN].decode("ascii"))
        (leaf,) = read_certificates(written[CERTIFICATE].decode("ascii"))
    except (InvalidPemError, ValueError, KeyError) as exc:
        raise HostError("the files that were written cannot be read. Check the disk") from exc
    if key.public_key != leaf.public_key or full != list(checked.all) or leaf != checked.leaf:
        raise HostError("the files that were written do not belong together. Check the disk")
    if missing_names(names, leaf.dns_names):
        raise HostError("the certificate that was written does not cover the requested names. Check the disk")
