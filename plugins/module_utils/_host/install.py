# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Install a certificate: write its set, and put it into use with one rename."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from .._x509.pem import InvalidPemError
from .._x509.private_keys import PrivateKey, read_private_key
from .files import FileAccess, HostError
from .home import Home, contents_of, existing_home, locked_home
from .host_result import HostResult
from .install_checks import CheckedCertificate, check_certificate
from .layout import CURRENT, KEY, PENDING, SETS
from .set_links import (
    Interrupted,
    PlannedLink,
    ReplacedSet,
    plan_links,
    plan_replaced,
    put_in_place,
    remove_temporaries,
    take_over,
)
from .set_request import SetRequest
from .take_back import settle, take_back
from .trace import Trace
from .walk import read_file
from .written_set import PlannedSet, plan_set, replace_files, verify_set, write_set


@dataclass(frozen=True)
class InstallPlan:
    """What is needed so that a certificate is installed."""

    checked: CheckedCertificate
    set: PlannedSet
    links: list[PlannedLink]
    replaced: ReplacedSet | None
    in_use: str
    trace: Trace
    """What will be noted, if anything is put into use."""
    interrupted: bool
    leftovers: list[str]
    open_folders: list[str]
    """Why the folders above the set need another mode."""
    force: bool

    @property
    def is_switch(self) -> bool:
        """Whether another set is put into use."""
        return self.in_use != self.set.name

    @property
    def needs_reload(self) -> bool:
        """Whether services have to read their files again."""
        to_do = any(link.to_do for link in self.links)
        return self.is_switch or self.interrupted or self.force or to_do or bool(self.set.to_write)

    @property
    def action(self) -> str:
        """The name of what is done."""
        if self.is_switch:
            return "install"
        if self.set.differences or self.open_folders or any(link.to_do for link in self.links):
            return "repair"
        if self.needs_reload:
            return "reload"
        return "clean_up" if self.leftovers else "none"

    @property
    def only_reports(self) -> bool:
        """Whether nothing is written, because the reload that is needed is already noted."""
        return self.action == "reload" and self.interrupted and not self.leftovers

    def reasons(self) -> list[str]:
        """Return why something is done, one sentence for each cause."""
        found = []
        if self.is_switch:
            found.append(
                f"the certificate {self.in_use} is in use, not {self.set.name}"
                if self.in_use
                else "no certificate is installed"
            )
        elif self.interrupted:
            found.append("the reload after the last installation was not finished")
        if not self.is_switch:
            found += [*self.set.differences, *self.open_folders]
        found += [link.reason for link in self.links if link.to_do]
        if self.leftovers:
            found.append(f"an interrupted run left {', '.join(self.leftovers)} behind")
        return found + (["a reload was requested"] if self.force else [])


def install(request: SetRequest, now: dt.datetime, lock_timeout: float, check_mode: bool) -> HostResult:
    """Ensure that the certificate of a request is installed and in use. Raises HostError."""
    names = request.names
    checked = check_certificate(request.certificate, request.chain, names, request.serial_number, now)
    with existing_home(request) as home:
        if check_mode or home is None:
            # before the first folder is created, too: what cannot be installed leaves nothing behind
            predicted = _plan(home, request, checked, now)
            if check_mode:
                return _result(predicted)
    with locked_home(request, lock_timeout) as home:
        _finish_other(home, checked)
        plan = _plan(home, request, checked, now)
        _carry_out(home, plan)
    return _result(plan)


def _finish_other(home: Home, checked: CheckedCertificate) -> None:
    """Complete or take back what an interrupted run began with another certificate."""
    trace = home.trace()
    if trace is not None and trace.serial_number != checked.leaf.serial_number:
        settle(home)


def _plan(home: Home | None, request: SetRequest, checked: CheckedCertificate, now: dt.datetime) -> InstallPlan:
    serial = checked.leaf.serial_number
    in_use = home.in_use() if home is not None else ""
    noted = home.trace() if home is not None else None
    previous = noted.previous if noted is not None else in_use
    key = _matching_key(home, request, checked)
    planned = plan_set(home, request, checked, key, now)
    interrupted = Interrupted(noted, contents_of(home, noted.serial_number)) if noted is not None else None
    links = plan_links(request.home, request.files.links, planned.files, contents_of(home, previous), interrupted)
    replaced, links = plan_replaced(home, request, links, serial)
    noted_replaced = noted.replaced if noted is not None else ""
    name = noted_replaced or (replaced.name if replaced is not None else "")
    is_takeover = name not in ("", serial) and (
        in_use == "" or (noted is not None and noted.is_takeover and in_use == name)
    )
    trace = Trace(
        serial_number=serial,
        previous=name if is_takeover else previous,
        replaced=name,
        set_existed=planned.exists if noted is None or noted.serial_number != serial else noted.set_existed,
        links=_noted_links(noted, links),
    )
    leftovers = home.leftovers() if home is not None else []
    if home is not None and noted is None and in_use == serial and home.staged_key_is_installed():
        leftovers.append(PENDING)
    return InstallPlan(
        checked, planned, links, replaced, in_use, trace, noted is not None, leftovers, _modes(home), request.force
    )


def _modes(home: Home | None) -> list[str]:
    """Describe which of the folders above the set have another mode than requested."""
    if home is None:
        return []
    wanted = home.request.folder_mode
    modes = home.folder_modes().items()
    return [f"{path} has the mode {mode:04o}, not {wanted:04o}" for path, mode in modes if mode != wanted]


def _noted_links(noted: Trace | None, links: t.Sequence[PlannedLink]) -> tuple[t.Any, ...]:
    """Return the state before the installation of every path that it changes, or that one before it changed."""
    planned = [link.noted for link in links]
    paths = {link.path for link in planned}
    return (*planned, *(link for link in (noted.links if noted is not None else ()) if link.path not in paths))


def _matching_key(home: Home | None, request: SetRequest, checked: CheckedCertificate) -> PrivateKey:
    """Return the private key of the certificate: the staged one, that of a set, or the one at ``key_path``."""
    tried = []
    for path, key in _keys(home, request, checked.leaf.serial_number):
        if key is not None and key.public_key == checked.leaf.public_key:
            return key
        tried.append((path, key))
    spoiled = home.spoiled_staged_key() if home is not None else None
    if home is not None and spoiled is not None:
        path = f"{home.path}/{PENDING}/{KEY}"
        advice = "Stage a new key, and order a certificate for it"
        if spoiled.is_key:
            advice = f"{spoiled.advice_for(path)}, and set key_path to the new file"
        raise HostError(
            f"the staged key {path} cannot be used: it is {spoiled}, and no other key on the host belongs to the "
            f"certificate. {advice}"
        )
    there = [path for path, key in tried if key is not None]
    # without a key at the given path, the key of the last certificate does not matter
    if there and (request.key_path is None or there != [f"{request.home}/{CURRENT}/{KEY}"]):
        raise HostError(
            f"the certificate does not belong to the private key {' or '.join(there)}. Give the certificate that was "
            "issued for this key, or order a new one"
        )
    raise HostError(
        f"there is no private key at {' or '.join(path for path, _key in tried)} that can be read without a "
        "passphrase. Stage a key first, or set key_path"
    )


def _keys(home: Home | None, request: SetRequest, serial: str) -> t.Iterator[tuple[str, PrivateKey | None]]:
    if home is not None:
        yield f"{home.path}/{SETS}/{serial}/{KEY}", home.key_of_set(serial)
    yield f"{request.home}/{PENDING}/{KEY}", home.pending_key() if home is not None else None
    if request.key_path is not None:
        yield request.key_path, key_at(request.key_path)
    if home is not None and home.in_use():
        yield f"{home.path}/{CURRENT}/{KEY}", home.key_of_set(home.in_use())


def key_at(path: str) -> PrivateKey | None:
    """Return the private key at a path of the user, or None if there is none. Raises HostError if it cannot be used."""
    found = read_file(path)
    if found is None:
        return None
    try:
        return read_private_key(found.content)
    except InvalidPemError as exc:
        advice = exc.advice_for(path) or "Correct key_path"
        advice += ", and set key_path to the new file" if exc.is_key else ""
        raise HostError(f"{path} is {exc}. {advice}") from exc


def _carry_out(home: Home, plan: InstallPlan) -> None:
    if plan.action == "none" or plan.only_reports:
        return
    for path in plan.leftovers:
        home.remove(path)
    remove_temporaries(str(link.path) for link in home.request.files.links)
    if plan.action == "clean_up":
        return
    traced = False
    try:
        if plan.is_switch:
            _write(home, plan)
            _save(home, plan)
        else:
            _save(home, plan)
        if plan.needs_reload:
            home.write_trace(plan.trace)
            traced = True
        if plan.open_folders:
            home.set_folder_modes()
        if not plan.is_switch:
            _write(home, plan)
        _put_into_use(home, plan)
    except (HostError, FileNotFoundError) as exc:
        raise _give_up(home, plan, traced, _as_host_error(exc)) from exc


def _as_host_error(cause: HostError | FileNotFoundError) -> HostError:
    if isinstance(cause, HostError):
        return cause
    return HostError(f"{cause.filename or 'a file'} disappeared while the certificate was installed")


def _write(home: Home, plan: InstallPlan) -> None:
    def verify(written: t.Mapping[str, bytes]) -> None:
        verify_set(plan.checked, home.request.names, written)

    if not plan.set.exists:
        write_set(home, plan.set.name, plan.set.files, verify)
    elif plan.set.differences:
        replace_files(home, plan.set, verify)


def _save(home: Home, plan: InstallPlan) -> None:
    """Save the files that will be replaced."""
    if plan.replaced is not None and not plan.replaced.exists:
        write_set(home, plan.replaced.name, plan.replaced.files, lambda _written: None)


def _put_into_use(home: Home, plan: InstallPlan) -> None:
    if plan.is_switch:
        if plan.trace.is_takeover and plan.in_use in ("", plan.trace.replaced):
            if plan.in_use != plan.trace.replaced:
                home.point_to(plan.trace.replaced)
            take_over(home, plan.trace)
        _compare(home, plan)
        home.point_to(plan.set.name)
    put_in_place(home, [link.noted for link in plan.links if link.to_do], home.request.labels)


def _compare(home: Home, plan: InstallPlan) -> None:
    """Compare what is on the disk, immediately before it is put into use. Raises HostError if it is no pair."""
    verify_set(plan.checked, home.request.names, contents_of(home, plan.set.name))


def _give_up(home: Home, plan: InstallPlan, traced: bool, cause: HostError) -> HostError:
    """Return to the state before. Return an error that says what is in use now."""
    try:
        if traced:
            take_back(home, plan.trace)
        elif not plan.set.exists and plan.is_switch:
            home.remove(f"{SETS}/{plan.set.name}")
            if plan.replaced is not None and not plan.replaced.exists:
                home.remove(f"{SETS}/{plan.replaced.name}")
        in_use = home.in_use()
    except (HostError, FileNotFoundError) as exc:
        problem = f"{cause}; restoring the state before failed, too: {_as_host_error(exc)}"
        return HostError(f"{problem}. Correct this and run the task again", problem)
    state = f"the certificate {in_use} stays in use" if in_use else "no certificate is in use"
    return HostError(f"{cause}; {state}. Correct this and run the task again", str(cause))


def _result(plan: InstallPlan) -> HostResult:
    previous = plan.trace.previous
    result = HostResult(
        action=plan.action,
        reasons=plan.reasons(),
        serial_number=plan.set.name,
        previous_serial_number=previous if previous and previous != plan.set.name else None,
        certificate_pem=plan.checked.leaf.pem,
        needs_reload=plan.needs_reload,
        interrupted=plan.interrupted,
        only_reports=plan.only_reports,
        public_key_fingerprint=plan.checked.leaf.public_key,
        warnings=list(plan.checked.warnings),
    )
    if not result.changed:
        return result
    result.before = {"in_use": plan.in_use or None, "files": {}, "paths": {}}
    result.after = {"in_use": plan.set.name, "files": {}, "paths": {}}
    for name, file in plan.set.to_write.items():
        result.before["files"][name] = None if file.difference == "is missing" else file.difference
        result.after["files"][name] = _describe(file.access)
    for link in plan.links:
        if link.to_do:
            result.before["paths"][link.noted.path] = link.noted.target or link.noted.state
            result.after["paths"][link.noted.path] = (
                "copy of " if link.noted.is_copy else "link to "
            ) + link.noted.file
    return result


def _describe(access: FileAccess) -> str:
    return f"mode {access.mode:04o}, user {access.uid}, group {access.gid}"
