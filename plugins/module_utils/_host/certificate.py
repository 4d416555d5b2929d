# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the set of certificate files that digicert_host_certificate installs on a host, and decide what it needs."""

from __future__ import annotations

import datetime as dt
import grp
import pwd
import stat
import typing as t
from dataclasses import dataclass, replace
from pathlib import Path

from .._x509.certificates import Certificate, read_certificates, read_private_key_fingerprint
from .._x509.pem import InvalidPemError, is_plain
from .files import read_regular
from .layout import CERTIFICATE, CHAIN, CURRENT, FULLCHAIN, KEY, PENDING, SETS
from .leftovers import left_behind
from .outputs import FILES, RequestedFiles, link_differences, output_differences, requested_files
from .plan import (
    HostRequest,
    InstalledKey,
    InstalledSet,
    InvalidHostRequestError,
    Shown,
    decide,
    has_all_to_install,
    key_differences,
    request_of,
    served_state,
    unusable_issuers,
)
from .published import left_published

# written before the switch, removed when the new certificate is proven
RELOAD_MARKER = ".deploying"


@dataclass(frozen=True)
class Access:
    """The owner, group and mode that a file must have; None means that any will do."""

    owner: str | None = None
    group: str | None = None
    mode: int | None = None


@dataclass(frozen=True)
class Reading:
    """A request, and what the host has for it."""

    name: str
    request: HostRequest
    found: InstalledSet
    pending_key: InstalledKey | None
    published: dict[str, t.Any] | None = None
    """What an interrupted run left published, see ``published.py``."""


def read_set(directory: Path, certificate_access: Access, key_access: Access, files: RequestedFiles) -> InstalledSet:
    """Read ``<directory>/current``. Missing or broken files are reported in ``faults`` and do not raise."""
    current = directory / CURRENT
    if not _is_there(current):
        return InstalledSet()
    faults: list[str] = []
    drift: list[str] = []
    certificates = {}
    for name in (CERTIFICATE, CHAIN, FULLCHAIN):
        certificates[name] = _read_certificates(current, name, faults)
        drift += _drift(current / name, certificate_access)
    leaf = certificates[CERTIFICATE]
    key = read_key(current / KEY, faults)
    drift += _drift(current / KEY, key_access)
    drift += [each for name in (CERTIFICATE, CHAIN, FULLCHAIN, KEY) for each in _other_form(current / name)]
    for output in files.further_outputs:
        drift += _drift(current / FILES[output], key_access)
    if leaf:
        drift += output_differences(current, files, (leaf[0], *certificates[CHAIN]))
    drift += link_differences(current, files.links)
    return InstalledSet(
        certificate=leaf[0] if leaf else None,
        chain=tuple(certificates[CHAIN]),
        chain_is_readable=not any(str(current / CHAIN) in fault for fault in faults),
        fullchain=tuple(certificates[FULLCHAIN]),
        key=key,
        faults=tuple(faults),
        drift=tuple(drift),
        reload_unfinished=_is_there(directory / RELOAD_MARKER),
        former=_former_sets(directory),
    )


def _former_sets(directory: Path) -> frozenset[str]:
    """Return the serial numbers of the sets that are kept but not in use; their folders are named after them."""
    in_use = (directory / CURRENT).resolve().name
    try:
        return frozenset(path.name for path in (directory / SETS).iterdir() if path.name != in_use)
    except OSError:
        return frozenset()


def read_key(path: Path, faults: list[str]) -> InstalledKey | None:
    """Return the public half of a private key on the host. If it cannot be read, return None and add to ``faults``."""
    data = _read(path, faults)
    if data is None:
        return None
    try:
        public_key, key_type, key_size = read_private_key_fingerprint(data)
    except InvalidPemError as exc:
        faults.append(f"{path} is {exc}")
        return None
    return InstalledKey(public_key, key_type, key_size)


def _is_there(path: Path) -> bool:
    """Whether there is a file, or a link that may be broken. Raises OSError if a folder may not be read."""
    try:
        path.lstat()  # exists() of Python 3.14 and later returns False if a folder may not be read
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _read(path: Path, faults: list[str]) -> bytes | None:
    try:
        return read_regular(path)
    except OSError as exc:
        faults.append(f"{path} cannot be read: {exc.strerror}")
        return None


def _read_certificates(directory: Path, name: str, faults: list[str]) -> t.Sequence[Certificate]:
    path = directory / name
    data = _read(path, faults)
    if data is None:
        return ()
    if name == CHAIN and not data.strip():
        return ()  # a certificate that is signed by its root needs no chain
    try:
        return read_certificates(data)
    except InvalidPemError as exc:
        faults.append(f"{path} cannot be read: {exc}")
        return ()


def _drift(path: Path, access: Access) -> list[str]:
    """Describe how owner, group and mode differ. A missing file is reported elsewhere."""
    try:
        status = path.stat()
    except OSError:
        return []
    found = []
    if access.owner is not None and access.owner not in (str(status.st_uid), _user_name(status.st_uid)):
        found.append(f"{path} belongs to the user {_user_name(status.st_uid)}, not {access.owner}")
    if access.group is not None and access.group not in (str(status.st_gid), _group_name(status.st_gid)):
        found.append(f"{path} belongs to the group {_group_name(status.st_gid)}, not {access.group}")
    mode = stat.S_IMODE(status.st_mode)
    if access.mode is not None and mode != access.mode:
        found.append(f"{path} has the mode {mode:04o}, not {access.mode:04o}")
    return found


def _other_form(path: Path) -> list[str]:
    """Describe a file that is understood here, but that services do not read. A missing one is reported elsewhere."""
    data = _read(path, [])
    is_other = data is not None and not is_plain(data.decode("ascii", errors="replace"))
    return [f"{path} is not in the form of PEM that services read"] if is_other else []


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group_name(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def _mode(options: t.Mapping[str, t.Any], name: str) -> int | None:
    text = options[name]
    if text is None:
        return None
    try:
        return int(str(text), 8)
    except ValueError as exc:
        raise InvalidHostRequestError(f"{name} is {text!r}, which is not an octal number such as '0640'") from exc


def _access(options: t.Mapping[str, t.Any], prefix: str) -> Access:
    return Access(
        owner=options[f"{prefix}owner"] or None,
        group=options[f"{prefix}group"] or None,
        mode=_mode(options, f"{prefix}mode"),
    )


def read_host_certificate(options: t.Mapping[str, t.Any]) -> Reading:
    """Read what the host has for a request. Raises InvalidHostRequestError, or OSError if a folder may not be read."""
    request = request_of(options)
    home = Path(options["directory"]) / options["name"]
    found = read_set(home, _access(options, ""), _access(options, "key_"), requested_files(options))
    staged = home / PENDING / KEY
    pending_key = read_key(staged, []) if _is_there(staged) else None
    left = left_behind(options["directory"], options["name"])
    if pending_key is not None and found.key is not None and pending_key.public_key == found.key.public_key:
        # no certificate is awaited for it
        pending_key = None
        left.append(f"{staged} is already installed, and was left behind by an interrupted run")
    published = left_published(options["directory"], options["name"])
    return Reading(options["name"], request, replace(found, drift=(*found.drift, *left)), pending_key, published)


def describe_host_certificate(reading: Reading, shown: t.Sequence[Shown], now: dt.datetime) -> dict[str, t.Any]:
    """Return what a request needs; ``shown`` is what services presented to the host."""
    found = reading.found
    decision = decide(reading.request, found, now, shown)
    from_host = decision.needs == "install" and has_all_to_install(found) and not unusable_issuers(found, now)
    published = reading.published
    # the files need nothing for it
    needs = "install" if published and decision.needs == "none" else decision.needs
    return {
        "name": reading.name,
        "needs": needs,
        "reasons": [*decision.reasons, *([published["reason"]] if published else [])],
        "certificate": {**found.certificate.as_result(now), "issuer": found.certificate.issuer_common_name}
        if found.certificate
        else None,
        "key": _describe_key(reading.request, found.key),
        "pending_key": _describe_key(reading.request, reading.pending_key),
        "published": published,
        "served": [_describe_shown(one, found) for one in shown],
        "certificate_pem": found.certificate.pem if from_host and found.certificate else None,
        "chain_pem": "".join(entry.pem for entry in found.chain) if from_host else None,
        "fullchain_pem": "".join(entry.pem for entry in (found.certificate, *found.chain))
        if found.certificate
        else None,
    }


def _describe_shown(shown: Shown, found: InstalledSet) -> dict[str, t.Any]:
    installed = found.certificate
    return {
        "place": shown.place,
        "state": served_state(shown, installed, found.former) if installed else "other",
        "serial_number": shown.certificate.serial_number if shown.certificate else None,
        "problem": shown.problem,
    }


def _describe_key(request: HostRequest, key: InstalledKey | None) -> dict[str, t.Any] | None:
    if key is None:
        return None
    return {
        "public_key_fingerprint": key.public_key,
        "type": key.key_type,
        "size": key.key_size,
        "fits": not key_differences(request, key),
    }
