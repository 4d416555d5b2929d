# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stage a private key and a CSR for a certificate that is to be ordered."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from .._x509.csr_building import build_csr, csr_difference
from .._x509.pem import InvalidPemError
from .._x509.private_keys import CURVES, SMALLEST_RSA_KEY, PrivateKey, generate_private_key, read_private_key
from .files import TEMPORARY, FileAccess, HostError, Status, is_trusted
from .folder import Folder
from .home import Home, existing_home, locked_home
from .host_result import HostResult
from .install import key_at
from .plan import HostRequest, InstalledKey, key_differences
from .set_request import SetRequest
from .staging import Staging, StagingFolders, locked_staging, make_staging, staging_folders
from .take_back import settle

_DEFAULT_CURVE = "secp256r1"


@dataclass(frozen=True)
class StagePlan:
    """What is staged, and what must be written."""

    key: PrivateKey | None
    """None if a new one is generated."""
    write_key: bool
    csr: str | None
    """None if it must be created."""
    reasons: list[str]
    is_first: bool = False
    """Whether there is no staging directory yet."""


def stage(request: SetRequest, lock_timeout: float, check_mode: bool) -> HostResult:
    """Ensure that a private key and a CSR are staged. Raises HostError."""
    if request.staging.is_elsewhere:
        return _stage_elsewhere(request, lock_timeout, check_mode)
    with existing_home(request) as home:
        # nothing is created if the request turns out to be impossible
        plan = _plan(home, request) if check_mode or home is None else None
    if check_mode and plan is not None:
        return _result(request, plan)
    with locked_home(request, lock_timeout) as home:
        taken_back = settle(home)
        plan = _plan(home, request)
        done = _carry_out(home.folder, request, plan) if plan.reasons else plan
        if taken_back:
            done.reasons.append("an installation that was interrupted before it was put into use is taken back")
        return _result(request, done)


def _stage_elsewhere(request: SetRequest, lock_timeout: float, check_mode: bool) -> HostResult:
    """Stage in a folder that is not that of a certificate: nothing is known of what is installed."""
    plan = _plan(None, request)
    if check_mode:
        return _result(request, plan)
    with locked_staging(request.staging, lock_timeout, request.labels):
        reasons = plan.reasons if plan.is_first else []
        plan = _plan(None, request)
        done = _carry_out(None, request, plan) if plan.reasons else plan
        return _result(request, replace(done, reasons=reasons or done.reasons))


def _plan(home: Home | None, request: SetRequest) -> StagePlan:
    with staging_folders(request.staging, home.folder if home is not None else None) as folders:
        if folders is None:
            return StagePlan(_given_key(home, request), True, None, ["no private key is staged"], is_first=True)
        reasons = [f"the incomplete file {name} is removed" for name in _temporaries(folders)]
        mode, requested = folders.directory.own_status().mode, request.staging.folder_mode
        if mode != requested:
            reasons.append(f"the folder of the staged key has the mode {mode:04o}, not {requested:04o}")
        return _plan_files(home, request, folders, reasons)


def _temporaries(folders: StagingFolders) -> list[str]:
    """Return what an interrupted run left in the staging directory."""
    return [name for name in folders.directory.names() if name.startswith(TEMPORARY)]


def _plan_files(home: Home | None, request: SetRequest, folders: StagingFolders, reasons: list[str]) -> StagePlan:
    staging = request.staging
    status = folders.key_folder.status(folders.key_name)
    given = _given_key(home, request)
    try:
        key = _staged_key(folders, status, staging)
    except _KeyToKeepError:
        raise
    except HostError as exc:
        return StagePlan(given, True, None, [*reasons, f"the staged key is replaced: {exc}"])
    unfit = _unfit(home, request, given, key)
    if unfit is not None:
        return StagePlan(given, True, None, [*reasons, unfit])
    is_open = status is not None and not status.has(staging.key_access)
    if is_open:
        reasons = [*reasons, f"the staged key has another owner, group or mode than {staging.key_access.mode:04o}"]
    csr, differences = _staged_csr(folders, request, key)
    return StagePlan(key, is_open, None if differences else csr, [*reasons, *differences])


class _KeyToKeepError(HostError):
    """There is a key of the user in a form that cannot be used. It is the only copy, perhaps."""


def _staged_key(folders: StagingFolders, status: Status | None, staging: Staging) -> PrivateKey:
    """Return the staged key. Raises HostError if there is none that may be used."""
    if status is None:
        raise HostError("it is missing")
    if status.kind != "file":
        raise HostError("it is not a regular file")
    if not is_trusted(status.uid) and status.uid != staging.key_access.uid:
        raise HostError("it belongs to another user")
    file = folders.key_folder.read(folders.key_name)
    try:
        return read_private_key(file.content if file is not None else b"")
    except InvalidPemError as exc:
        if exc.is_key and staging.is_elsewhere:
            path = staging.key_path
            advice = f"{exc.advice_for(path)}. Move the old file away, and put the new one into its place"
            raise _KeyToKeepError(f"{path} is {exc}, and is not replaced by a new key. {advice}") from exc
        raise HostError(f"it is {exc}") from exc


def _staged_csr(folders: StagingFolders, request: SetRequest, key: PrivateKey) -> tuple[str | None, list[str]]:
    """Return the staged CSR, and why it is written again."""
    folder, name = folders.csr_folder, folders.csr_name
    status = folder.status(name)
    file = folder.read(name) if status is not None and status.kind == "file" else None
    if file is None:
        return None, ["there is no CSR"]
    csr = file.content.decode("ascii", errors="replace")
    difference = csr_difference(request.csr, csr, key.public_key)
    if difference is None and not file.status.has(request.staging.csr_access):
        difference = "the CSR has another owner, group or mode"
    return csr, [difference] if difference else []


def _given_key(home: Home | None, request: SetRequest) -> PrivateKey | None:
    """Return the existing key that the user wants to be used, whatever its type and size."""
    if request.private_key is not None:
        try:
            return read_private_key(request.private_key.encode("ascii", errors="replace"))
        except InvalidPemError as exc:
            raise HostError(f"private_key is {exc}. {exc.advice or 'Give an unencrypted private key'}") from None
    if request.key_path is not None:
        key = key_at(request.key_path)
        if key is None:
            raise HostError(f"there is no private key at {request.key_path}. Correct key_path")
        return key
    if request.key_reuse and home is not None:
        return home.key_of_set(home.in_use())
    return None


def _unfit(home: Home | None, request: SetRequest, given: PrivateKey | None, key: PrivateKey) -> str | None:
    """Return why a staged key is replaced, or None if it is kept."""
    if given is not None:
        return None if key.public_key == given.public_key else "the staged key is not the one that is to be used"
    if home is not None and any(_is_key_of(home, name, key) for name in home.sets()):
        return "the staged key is replaced: it is already installed, and a new certificate gets a new key"
    described = InstalledKey(key.public_key, key.key_type, key.key_size)
    differences = [*key_differences(request.key, described), *_weaknesses(key)]
    return f"the staged key is replaced: {'; '.join(differences)}" if differences else None


def _is_key_of(home: Home, name: str, key: PrivateKey) -> bool:
    """Whether a set has this key. The key of a former set is not used again either: it may not be trusted any more."""
    installed = home.key_of_set(name)
    return installed is not None and installed.public_key == key.public_key


def _weaknesses(key: PrivateKey) -> t.Iterator[str]:
    """Yield why a public CA would refuse a key."""
    if key.key_type == "RSA" and isinstance(key.key_size, int) and key.key_size < SMALLEST_RSA_KEY:
        yield f"the RSA key has only {key.key_size} bits"
    elif key.key_type == "ECC" and key.key_size not in CURVES:
        yield f"no public CA accepts the curve {key.key_size}"
    elif key.key_type not in ("RSA", "ECC"):
        yield f"no public CA accepts the key type {key.key_type}"


def _carry_out(home: Folder | None, request: SetRequest, plan: StagePlan) -> StagePlan:
    staging = request.staging
    make_staging(staging, home, request.labels)
    with staging_folders(staging, home) as folders:
        if folders is None:
            raise HostError(f"{staging.directory} has disappeared. Run the task again")
        folders.directory.set_access(staging.folder_mode)
        for name in _temporaries(folders):
            folders.directory.remove(name)
        key = plan.key or _new_key(request.key)
        if plan.write_key:
            access = replace(staging.key_access, label=request.labels(staging.key_path))
            _replace(folders.key_folder, folders.key_name, key.pem, access)
        csr = plan.csr
        if csr is None:
            csr = build_csr(request.csr, key.pem)
            access = replace(staging.csr_access, label=request.labels(staging.csr_path))
            _replace(folders.csr_folder, folders.csr_name, csr.encode("ascii"), access)
    return StagePlan(key, plan.write_key, csr, plan.reasons)


def _replace(folder: Folder, name: str, content: bytes, access: FileAccess) -> None:
    status = folder.status(name)
    if status is not None and status.kind == "folder":
        folder.remove(name)
    folder.replace(name, content, access)


def _new_key(wanted: HostRequest) -> PrivateKey:
    return generate_private_key(
        wanted.key_type or "RSA", wanted.key_size or SMALLEST_RSA_KEY, wanted.key_curve or _DEFAULT_CURVE
    )


def _result(request: SetRequest, plan: StagePlan) -> HostResult:
    staging = request.staging
    result = HostResult(
        action="stage" if plan.reasons else "none",
        reasons=plan.reasons,
        csr=plan.csr,
        public_key_fingerprint=plan.key.public_key if plan.key is not None else None,
        key_path=staging.key_path,
        csr_path=staging.csr_path,
    )
    if plan.reasons:
        result.before = {"staged": "different or missing"}
        result.after = {
            "staged": [staging.key_path, staging.csr_path],
            "public_key_fingerprint": result.public_key_fingerprint,
        }
    return result
