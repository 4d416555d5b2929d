# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read and compare the further files of a set (combined, PKCS#12, Java keystore) and the paths that lead to it."""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass
from pathlib import Path

from .._x509.certificates import Certificate
from .._x509.keystores import (
    COMPATIBILITY2022,
    InvalidKeystoreError,
    Keystore,
    needs_a_new_reader,
    read_jks,
    read_pkcs12,
)
from .files import read_regular

FILES = {
    "certificate": "cert.pem",
    "chain": "chain.pem",
    "fullchain": "fullchain.pem",
    "key": "privkey.pem",
    "combined": "combined.pem",
    "pkcs12": "certificate.p12",
    "jks": "keystore.jks",
}
"""The files of a set, by the names that the options of the role deploy use."""
FURTHER_OUTPUTS = ("combined", "pkcs12", "jks")
"""The files that a set has only on request. Each contains the private key."""


@dataclass(frozen=True)
class Link:
    """A path at which a service reads a file of the set in use."""

    path: Path
    output: str
    is_copy: bool = False

    @property
    def file(self) -> str:
        """The file of the set that it leads to."""
        return FILES[self.output]


@dataclass(frozen=True)
class RequestedFiles:
    """What is requested besides the four files that every set has."""

    outputs: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    alias: str = ""
    passphrase: str = ""
    encryption_level: str = "auto"
    """How PKCS#12 files are encrypted."""

    @property
    def further_outputs(self) -> list[str]:
        """The further outputs that are requested, or that a link needs."""
        requested = {*self.outputs, *(link.output for link in self.links)}
        return [output for output in FURTHER_OUTPUTS if output in requested]


def requested_files(options: t.Mapping[str, t.Any]) -> RequestedFiles:
    """Return what the options of one request ask for."""
    links = (Link(Path(one["path"]), one["output"], bool(one["copy"])) for one in options["links"] or ())
    return RequestedFiles(
        outputs=tuple(options["outputs"] or ()),
        links=tuple(links),
        alias=options["keystore_alias"] or options["name"],
        passphrase=options["keystore_passphrase"] or "",
        encryption_level=options["encryption_level"],
    )


def output_differences(current: Path, files: RequestedFiles, installed: t.Sequence[Certificate]) -> list[str]:
    """Describe which further files of the set are missing, or do not match the certificate.

    ``installed`` is the certificate followed by its chain.
    """
    compare = {
        "combined": lambda data: _combined_difference(current, data),
        "pkcs12": lambda data: keystore_difference(read_pkcs12, data, files, installed),
        "jks": lambda data: keystore_difference(read_jks, data, files, installed),
    }
    found = []
    for output in files.further_outputs:
        path = current / FILES[output]
        try:
            difference = compare[output](read_regular(path))
        except OSError as exc:
            difference = f"cannot be read: {exc.strerror}"
        if difference:
            found.append(f"{path} {difference}")
    return found


def _combined_difference(current: Path, data: bytes) -> str | None:
    parts = [read_regular(current / FILES[output]) for output in ("fullchain", "key")]
    return None if data == b"".join(parts) else "does not consist of certificate, chain and key, in this order"


def keystore_difference(
    read: t.Callable[[bytes, str], Keystore],
    data: bytes,
    files: RequestedFiles,
    installed: t.Sequence[Certificate],
) -> str | None:
    """Describe how a keystore differs from the certificate with its chain, or return None."""
    try:
        found = read(data, files.passphrase)
    except InvalidKeystoreError as exc:
        return f"must be written again: {exc}"
    if read is read_pkcs12 and files.encryption_level == COMPATIBILITY2022 and needs_a_new_reader(data):
        return f"must be written again: its encryption is not that of {COMPATIBILITY2022}"
    leaf = installed[0]
    if found.certificates[:1] != (leaf,) or set(found.certificates) != set(installed):
        return "does not hold the installed certificate with its chain"
    if found.public_key not in (None, leaf.public_key):
        return "does not hold the private key of the certificate"
    # keytool writes aliases in lower case
    if found.alias is not None and found.alias.lower() != files.alias.lower():
        return f"has the alias {found.alias}, not {files.alias}"
    return None


def link_differences(current: Path, links: t.Iterable[Link]) -> list[str]:
    """Describe which of the paths are missing, or do not lead to the set in use."""
    found = []
    for link in links:
        source = current / FILES[link.output]
        difference = _copy_difference(link.path, source) if link.is_copy else _link_difference(link.path, source)
        if difference:
            found.append(f"{link.path} {difference}")
    return found


def _link_difference(path: Path, source: Path) -> str | None:
    if not os.path.lexists(path):
        return "is missing"
    if not path.is_symlink():
        return f"is not a link to {source}"
    target = str(path.readlink())
    return None if os.path.normpath(target) == os.path.normpath(source) else f"points to {target}, not to {source}"


def _copy_difference(path: Path, source: Path) -> str | None:
    if not os.path.lexists(path):
        return "is missing"
    if path.is_symlink() or not path.is_file():
        return f"is not a copy of {source}"
    try:
        if read_regular(path) != read_regular(source):
            return f"differs from {source}"
        here, there = path.stat(), source.stat()
    except OSError as exc:
        return f"cannot be compared with {source}: {exc.strerror}"
    access = [(status.st_mode, status.st_uid, status.st_gid) for status in (here, there)]
    return None if access[0] == access[1] else f"does not have the owner, group and mode of {source}"
