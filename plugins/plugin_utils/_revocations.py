# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks the CA, from the controller, whether the certificates of a host are revoked.

An answer counts only if the issuer has signed it. Everything else is a warning: that a responder is silent says nothing
about a certificate, so it is no reason to replace one.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import secrets
import threading
import time
import typing as t
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ..module_utils._decisions.revocation import unchecked, warning_of, with_revocation
from ..module_utils._x509.pem import InvalidPemError
from ..module_utils._x509.revocation import (
    Revocable,
    Status,
    UnusableAnswerError,
    ocsp_request,
    read_crl,
    read_ocsp,
    read_revocable,
)
from ._revocation_cache import Cache

Entry = Mapping[str, t.Any]

_LARGEST_RESPONSE = 64 * 1024
# DigiCert's lists have up to 9.5 MB
_LARGEST_LIST = 48 * 1024 * 1024
_LARGEST_NOTE = 4096
_RESPONDER_SECONDS = 5.0
_LIST_SECONDS = 60.0
_AT_ONCE = 8
_LIST_SUFFIX = ".crl"
# ansible-core loads action plugins before it starts workers, so all hosts of a run have the same one
_RUN = secrets.token_hex(8)


@dataclass(frozen=True)
class Asking:
    """How to ask: the time, where answers are kept, and what identifies this run of Ansible."""

    now: dt.datetime
    cache: Cache
    run: str
    responder_seconds: float = _RESPONDER_SECONDS
    list_seconds: float = _LIST_SECONDS


def add_revocations(
    requests: Sequence[Entry], found: Sequence[Entry], folder: Path, *, may_write: bool
) -> tuple[list[dict[str, t.Any]], list[str]]:
    """Return what was found on a host with what the CA says of it, and warnings."""
    asking = Asking(dt.datetime.now(dt.timezone.utc), Cache(folder, may_write=may_write), _RUN)
    return ask_for(requests, found, asking)


def ask_for(
    requests: Sequence[Entry], found: Sequence[Entry], asking: Asking
) -> tuple[list[dict[str, t.Any]], list[str]]:
    """Return the entries, those with a revoked certificate changed, and warnings."""
    problems: dict[str, str] = {}
    revocables: dict[str, Revocable] = {}
    for entry in found:
        try:
            revocable = read_revocable(entry["fullchain_pem"]) if entry.get("fullchain_pem") else None
        except InvalidPemError as exc:
            problems[entry["name"]] = str(exc)
            continue
        # nobody answers for a certificate that has expired, and it is due anyway
        if revocable and (revocable.responders or revocable.lists) and revocable.not_after > asking.now:
            revocables[entry["name"]] = revocable
    statuses = _statuses(revocables, problems, asking)
    by_name = {request["name"]: request for request in requests}
    entries, warnings = [], []
    for entry in found:
        name, plain = entry["name"], {key: value for key, value in entry.items() if key != "fullchain_pem"}
        status = statuses.get(name)
        if status is not None and status.revoked_at is not None:
            plain = with_revocation(by_name[name], plain, status.revoked_at, status.reason)
            warnings.append(warning_of(name, plain))
        elif name in problems:
            warnings.append(unchecked(name, problems[name]))
        entries.append(plain)
    return entries, warnings


def _statuses(revocables: Mapping[str, Revocable], problems: dict[str, str], asking: Asking) -> dict[str, Status]:
    statuses: dict[str, Status] = {}
    open_questions: dict[bytes, list[str]] = {}
    for name, revocable in revocables.items():
        kept = _kept_answer(revocable, asking) if revocable.responders else None
        if kept is not None:
            statuses[name] = kept
        else:
            open_questions.setdefault(revocable.identity, []).append(name)
    if not open_questions:
        return statuses
    asked = {names[0]: revocables[names[0]] for names in open_questions.values()}
    answers = _ask_at_once(asked, asking)
    for names in open_questions.values():
        answer = answers[names[0]]
        for name in names:
            if isinstance(answer, Status):
                statuses[name] = answer
            else:
                problems[name] = answer
    return statuses


def _name(revocable: Revocable) -> str:
    return f"{revocable.identity.hex()}.ocsp"


def _kept_answer(revocable: Revocable, asking: Asking) -> Status | None:
    der = asking.cache.read(_name(revocable), _LARGEST_RESPONSE)
    if der is None:
        return None
    try:
        status = read_ocsp(der, revocable, asking.now)
    except UnusableAnswerError:
        return None
    return status if status.until is not None and status.until > asking.now else None


def _ask_at_once(asked: Mapping[str, Revocable], asking: Asking) -> dict[str, Status | str]:
    """Return the status of each certificate, or what the problem is; never later than the time limit allows.

    Threads that are still waiting then are left behind. They are daemons, so they do not keep the process alive.
    """
    answers: dict[str, Status | str] = {}
    waiting = list(asked.items())
    seconds = asking.responder_seconds if all(one.responders for one in asked.values()) else asking.list_seconds
    until = time.monotonic() + seconds

    def work() -> None:
        while waiting:
            try:
                name, revocable = waiting.pop()
            except IndexError:  # another thread was faster
                return
            answers[name] = _ask(revocable, asking, until)

    threads = [threading.Thread(target=work, daemon=True) for _number in range(min(len(waiting), _AT_ONCE))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(until - time.monotonic(), 0))
    silent = f"there was no answer within {seconds:g} seconds"
    return {name: answers.get(name, f"{_places(revocable)}: {silent}") for name, revocable in asked.items()}


def _places(revocable: Revocable) -> str:
    return ", ".join(revocable.responders or revocable.lists)


def _ask(revocable: Revocable, asking: Asking, until: float) -> Status | str:
    """Return the status from the first address that answers, or the problems of all of them."""
    # loaded only if there is something to ask, because it takes longer than everything else here
    from ._plain_http import FetchError

    ask: Callable[[str, Revocable, Asking, float], Status] = _ask_responder if revocable.responders else _ask_list
    problems = []
    for url in (revocable.responders or revocable.lists)[:2]:
        try:
            return ask(url, revocable, asking, until)
        except (FetchError, UnusableAnswerError) as exc:
            problems.append(f"{url}: {exc}")
        except Exception as exc:  # noqa: BLE001  # whatever is wrong with an answer is not a reason to fail
            problems.append(f"{url}: {type(exc).__name__}: {exc}")
    return "; ".join(problems)


def _ask_responder(url: str, revocable: Revocable, asking: Asking, until: float) -> Status:
    from ._plain_http import Limits, fetch

    encoded = quote(base64.b64encode(ocsp_request(revocable)).decode("ascii"), safe="")
    limits = Limits(_LARGEST_RESPONSE, min(until, time.monotonic() + asking.responder_seconds))
    body = fetch(f"{url.rstrip('/')}/{encoded}", limits).body or b""
    status = read_ocsp(body, revocable, asking.now)
    if status.until is not None:
        asking.cache.write(_name(revocable), body)
    return status


def _ask_list(url: str, revocable: Revocable, asking: Asking, until: float) -> Status:
    from ._plain_http import FetchError

    if not url.endswith(_LIST_SUFFIX):
        raise FetchError(f"it does not end with {_LIST_SUFFIX}")
    name = hashlib.sha256(url.encode()).hexdigest()
    # one process fetches it; the others of the run wait, and read what it has kept
    with asking.cache.locked(f"{name}.lock", until):
        return _read_list(url, name, revocable, asking, until)


def _read_list(url: str, name: str, revocable: Revocable, asking: Asking, until: float) -> Status:
    from ._plain_http import Limits, fetch

    kept = asking.cache.read(f"{name}{_LIST_SUFFIX}", _LARGEST_LIST)
    known = _status_in(kept, revocable, asking)
    note = _note_of(asking.cache.read(f"{name}.json", _LARGEST_NOTE)) if known else {}
    if known is not None and note.get("run") == asking.run:
        return known
    conditions = {"If-None-Match": note.get("etag"), "If-Modified-Since": note.get("modified")}
    fetched = fetch(url, Limits(_LARGEST_LIST, until), {key: value for key, value in conditions.items() if value})
    if fetched.body is None and known is None:
        raise UnusableAnswerError("it says that nothing has changed, although nothing is known of it")
    status = known if fetched.body is None else read_crl(fetched.body, revocable, asking.now)
    if fetched.body is not None:
        asking.cache.write(f"{name}{_LIST_SUFFIX}", fetched.body)
        note = {"etag": fetched.etag, "modified": fetched.modified}
    asking.cache.write(f"{name}.json", json.dumps({**note, "run": asking.run}).encode())
    return t.cast(Status, status)


def _status_in(kept: bytes | None, revocable: Revocable, asking: Asking) -> Status | None:
    try:
        return read_crl(kept, revocable, asking.now) if kept else None
    except UnusableAnswerError:
        return None


def _note_of(content: bytes | None) -> dict[str, str]:
    try:
        read = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        return {}
    # what may not be in a header is left out
    values = read.items() if isinstance(read, dict) else ()
    return {key: value for key, value in values if isinstance(value, str) and value.isascii() and value.isprintable()}
