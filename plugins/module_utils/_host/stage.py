# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stage a private key and a CSR for a certificate that is to be ordered."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._x509.csr_building import build_csr, csr_difference
from .._x509.pem import InvalidPemError
from .._x509.private_keys import CURVES, SMALLEST_RSA_KEY, PrivateKey, generate_private_key, read_private_key
from .certificate import KEY, PENDING
from .folder import TEMPORARY, FileAccess, Folder, HostError, Status
from .home import Home, existing_home, locked_home
from .host_result import HostResult
from .install import key_at
from .plan import HostRequest, InstalledKey, key_differences
from .set_request import SetRequest
from .take_back import settle

CSR = "request.csr"
_FOLDER_MODE = 0o700
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


def stage(request: SetRequest, lock_timeout: float, check_mode: bool) -> HostResult:
    """Ensure that a private key and a CSR are staged. Raises HostError."""
    with existing_home(request) as home:
        # nothing is created if the request turns out to be impossible
        plan = _plan(home, request) if check_mode or home is None else None
    if check_mode and plan is not None:
        return _result(request, plan)
    with locked_home(request, lock_timeout) as home:
        taken_back = settle(home)
        plan = _plan(home, request)
        done = _carry_out(home, plan) if plan.reasons else plan
        if taken_back:
            done.reasons.append("an installation that was interrupted before it was put into use is taken back")
        return _result(request, done)


def _plan(home: Home | None, request: SetRequest) -> StagePlan:
    pending = home.folder.open_if_there(PENDING) if home is not None else None
    if home is None or pending is None:
        return StagePlan(_given_key(home, request), True, None, ["no private key is staged"])
    with pending:
        reasons = [f"the incomplete file {name} is removed" for name in pending.names() if name.startswith(TEMPORARY)]
        mode = pending.own_status().mode
        if mode != _FOLDER_MODE:
            reasons.append(f"the folder of the staged key has the mode {mode:04o}, not {_FOLDER_MODE:04o}")
        return _plan_files(home, request, pending, reasons)


def _plan_files(home: Home, request: SetRequest, pending: Folder, reasons: list[str]) -> StagePlan:
    status = pending.status(KEY)
    given = _given_key(home, request)
    try:
        key = _staged_key(pending, status)
    except HostError as exc:
        return StagePlan(given, True, None, [*reasons, f"the staged key is replaced: {exc}"])
    unfit = _unfit(home, request, given, key)
    if unfit is not None:
        return StagePlan(given, True, None, [*reasons, unfit])
    is_open = status is not None and status.mode != FileAccess().mode
    if is_open:
        reasons = [*reasons, "the staged key has another mode than 0600"]
    csr = _staged_csr(pending)
    difference = "there is no CSR" if csr is None else csr_difference(request.csr, csr, key.public_key)
    return StagePlan(key, is_open, None if difference else csr, reasons + ([difference] if difference else []))


def _staged_key(pending: Folder, status: Status | None) -> PrivateKey:
    """Return the staged key. Raises HostError if there is none that may be used."""
    if status is None:
        raise HostError("it is missing")
    if status.kind != "file":
        raise HostError("it is not a regular file")
    if status.uid != pending.own_status().uid:
        raise HostError("it belongs to another user")
    file = pending.read(KEY)
    try:
        return read_private_key(file.content if file is not None else b"")
    except InvalidPemError as exc:
        raise HostError(f"it is {exc}") from exc


def _staged_csr(pending: Folder) -> str | None:
    status = pending.status(CSR)
    file = pending.read(CSR) if status is not None and status.kind == "file" else None
    return file.content.decode("ascii", errors="replace") if file is not None else None


def _given_key(home: Home | None, request: SetRequest) -> PrivateKey | None:
    """Return the existing key that the user wants to be used, whatever its type and size."""
    if request.private_key is not None:
        try:
            return read_private_key(request.private_key.encode("ascii", errors="replace"))
        except InvalidPemError as exc:
            raise HostError(f"private_key is {exc}") from None
    if request.key_path is not None:
        key = key_at(request.key_path)
        if key is None:
            raise HostError(f"there is no private key at {request.key_path}. Correct key_path")
        return key
    if request.key_reuse and home is not None:
        return home.key_of_set(home.in_use())
    return None


def _unfit(home: Home, request: SetRequest, given: PrivateKey | None, key: PrivateKey) -> str | None:
    """Return why a staged key is replaced, or None if it is kept."""
    if given is not None:
        return None if key.public_key == given.public_key else "the staged key is not the one that is to be used"
    installed = home.key_of_set(home.in_use())
    if installed is not None and installed.public_key == key.public_key:
        return "the staged key is replaced: it is already installed, and a new certificate gets a new key"
    described = InstalledKey(key.public_key, key.key_type, key.key_size)
    differences = [*key_differences(request.key, described), *_weaknesses(key)]
    return f"the staged key is replaced: {'; '.join(differences)}" if differences else None


def _weaknesses(key: PrivateKey) -> t.Iterator[str]:
    """Yield why a public CA would refuse a key."""
    if key.key_type == "RSA" and isinstance(key.key_size, int) and key.key_size < SMALLEST_RSA_KEY:
        yield f"the RSA key has only {key.key_size} bits"
    elif key.key_type == "ECC" and key.key_size not in CURVES:
        yield f"no public CA accepts the curve {key.key_size}"
    elif key.key_type not in ("RSA", "ECC"):
        yield f"no public CA accepts the key type {key.key_type}"


def _carry_out(home: Home, plan: StagePlan) -> StagePlan:
    request = home.request
    home.folder.make(PENDING, _FOLDER_MODE, request.labels(f"{home.path}/{PENDING}"))
    with home.folder.open(PENDING) as pending:
        pending.set_access(_FOLDER_MODE)
        for name in pending.names():
            if name.startswith(TEMPORARY):
                pending.remove(name)
        key = plan.key or _new_key(request.key)
        if plan.write_key:
            _replace(pending, KEY, key.pem, FileAccess(label=request.labels(f"{home.path}/{PENDING}/{KEY}")))
        csr = plan.csr
        if csr is None:
            csr = build_csr(request.csr, key.pem)
            access = FileAccess(mode=0o644, label=request.labels(f"{home.path}/{PENDING}/{CSR}"))
            _replace(pending, CSR, csr.encode("ascii"), access)
    return StagePlan(key, plan.write_key, csr, plan.reasons)


def _replace(pending: Folder, name: str, content: bytes, access: FileAccess) -> None:
    status = pending.status(name)
    if status is not None and status.kind == "folder":
        pending.remove(name)
    pending.replace(name, content, access)


def _new_key(wanted: HostRequest) -> PrivateKey:
    return generate_private_key(
        wanted.key_type or "RSA", wanted.key_size or SMALLEST_RSA_KEY, wanted.key_curve or _DEFAULT_CURVE
    )


def _result(request: SetRequest, plan: StagePlan) -> HostResult:
    folder = f"{request.home}/{PENDING}"
    fingerprint = plan.key.public_key if plan.key is not None else None
    return HostResult(
        action="stage" if plan.reasons else "none",
        reasons=plan.reasons,
        csr=plan.csr,
        public_key_fingerprint=fingerprint,
        key_path=f"{folder}/{KEY}",
        csr_path=f"{folder}/{CSR}",
        before={} if not plan.reasons else {"staged": "different or missing"},
        after={} if not plan.reasons else {"staged": [KEY, CSR], "public_key_fingerprint": fingerprint},
    )
