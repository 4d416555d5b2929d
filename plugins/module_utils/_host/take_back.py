# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Complete or take back an installation that is not proven."""

from __future__ import annotations

import typing as t

from .._x509.certificates import Certificate, read_certificates
from .._x509.pem import InvalidPemError
from .._x509.private_keys import PrivateKey, read_private_key
from .files import File, HostError
from .home import Home, contents_of, files_in, key_in, open_home
from .host_result import HostResult
from .layout import CERTIFICATE, CURRENT, SETS
from .set_links import plan_links, put_in_place, restore, take_over
from .set_request import SetRequest
from .trace import TRACE, Trace
from .walk import find_file
from .written_set import SetFile


def settle(home: Home) -> bool:
    """Complete an installation that has put its set into use, and take back one that has not.

    A completed one keeps its trace, because no service has shown yet that it uses the certificate. Return whether
    one was taken back.
    """
    trace = home.trace()
    if trace is None:
        return False
    if trace.serial_number and home.in_use() == trace.serial_number:
        put_in_place(home, trace.links, home.request.labels)
        return False
    take_back(home, trace)
    return True


def take_back(home: Home, trace: Trace, *, was_read: bool = False) -> None:
    """Put back what was there before an installation. The trace goes last.

    If services may have read the new files (``was_read``), it is replaced by one of the previous set: until they are
    proven to use that one again, the next run has to reload them.
    """
    for path in home.leftovers():
        home.remove(path)
    in_use = home.in_use()
    if in_use and trace.previous and in_use != trace.previous:
        home.point_to(trace.previous)
    if in_use and trace.is_takeover:
        take_over(home, trace)
    restore(home, trace, home.request.labels)
    if in_use and not trace.previous:
        home.folder.remove(CURRENT)
        home.folder.sync()
    if trace.previous != trace.serial_number or not trace.serial_number:
        _remove_failed_set(home, trace)
        if was_read and home.in_use():
            home.write_trace(Trace(home.in_use(), home.in_use()))
        else:
            home.folder.remove(TRACE)
            home.folder.sync()


def _remove_failed_set(home: Home, trace: Trace) -> None:
    """Remove the set that failed, unless it contains the only copy of its key."""
    key = home.key_of_set(trace.serial_number)
    if key is None or trace.set_existed:
        return
    others = (home.pending_key(), _given_key(home, trace.serial_number))
    if any(other is not None and other.public_key == key.public_key for other in others):
        home.remove(f"{SETS}/{trace.serial_number}")


def _given_key(home: Home, failed: str) -> PrivateKey | None:
    """Return the private key at ``key_path``, unless that is the one in the set that failed."""
    path = home.request.key_path
    if path is None:
        return None
    try:
        found, failed_set = find_file(path), home.open_set(failed)
        if found is None or failed_set is None:
            return None
        folder, name = found
        with folder, failed_set:
            file = None if folder.is_same_as(failed_set) else folder.read(name)
        return read_private_key(file.content) if file is not None else None
    except (HostError, InvalidPemError):
        return None


def put_back_previous(request: SetRequest, lock_timeout: float, check_mode: bool) -> HostResult:
    """Take back an installation that is not proven; if there is none, put the newest other set into use."""
    with open_home(request, lock_timeout, check_mode) as home:
        if home is None:
            raise HostError(
                f"{request.home} does not exist, so there is nothing to go back to. Install a certificate first"
            )
        trace = home.trace()
        if trace is None:
            return _use_newest_other(home, check_mode)
        return _take_back(home, trace, check_mode)


def _take_back(home: Home, trace: Trace, check_mode: bool) -> HostResult:
    before = home.in_use()
    after = trace.previous if before else ""
    certificate = _certificate_of(home, after)
    reason = f"the installation of the certificate {trace.serial_number} is not proven"
    if trace.previous == trace.serial_number:
        reason += "; its files stay in place, because they were already in use"
    # otherwise the services already use these files, or would have to read the same ones again
    was_read = before != after or bool(trace.links)
    if not check_mode:
        take_back(home, trace, was_read=was_read)
        after = home.in_use()
    result = _result([reason], before, after, trace.serial_number, certificate)
    result.needs_reload = was_read
    return result


def _certificate_of(home: Home, name: str) -> Certificate | None:
    """Return the certificate of a set, or None if it cannot be read."""
    folder = home.open_set(name)
    if folder is None:
        return None
    with folder:
        return _leaf(files_in(folder))


def _leaf(files: t.Mapping[str, File]) -> Certificate | None:
    file = files.get(CERTIFICATE)
    try:
        return None if file is None else read_certificates(file.content)[0]
    except InvalidPemError:
        return None


def _result(reasons: list[str], before: str, after: str, failed: str, certificate: Certificate | None) -> HostResult:
    return HostResult(
        action="take_back",
        reasons=reasons,
        serial_number=after or None,
        previous_serial_number=failed if failed and failed != after else None,
        certificate_pem=certificate.pem if certificate is not None and after else None,
        needs_reload=True,
        before={"in_use": before or None},
        after={"in_use": after or None},
    )


def _use_newest_other(home: Home, check_mode: bool) -> HostResult:
    in_use, sets = home.in_use(), home.sets()
    others = sorted((name for name in sets if name != in_use), key=lambda name: (sets[name], name), reverse=True)
    name = next((name for name in others if _is_complete(home, name)), None)
    if name is None:
        raise HostError(f"{home.path} has no other set with a certificate and its key. Install a certificate instead")
    if not check_mode:
        _switch_to(home, name, in_use)
    reason = f"nothing is unproven, and {name} is the newest of the other sets"
    return _result([reason], in_use, name, in_use, _certificate_of(home, name))


def _is_complete(home: Home, name: str) -> bool:
    """Whether a set has a certificate and its private key."""
    folder = home.open_set(name)
    if folder is None:
        return False
    with folder:
        key, leaf = key_in(folder), _leaf(files_in(folder))
    return key is not None and leaf is not None and leaf.public_key == key.public_key


def _switch_to(home: Home, name: str, in_use: str) -> None:
    """Put a set into use that is on the host. Links and copies that are not ours are left alone."""
    folder = home.open_set(name)
    if folder is None:
        return
    with folder:
        files = {entry: SetFile(file.content, file.status.access) for entry, file in files_in(folder).items()}
    links = [link for link in home.request.files.links if link.file in files]
    planned = plan_links(home.path, links, files, contents_of(home, in_use), None)
    former = tuple(link.noted for link in planned if link.noted.state == "former")
    home.write_trace(Trace(name, in_use, links=former))
    home.point_to(name)
    put_in_place(home, former, home.request.labels)
