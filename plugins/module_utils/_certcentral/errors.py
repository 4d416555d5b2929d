# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors of the collection; each says what to do next.

The codes of the service are in ``error_codes.py``, and the faults of the connection in ``transport_faults.py``.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .error_codes import ANYTHING_ELSE, BY_CODE, BY_STATUS, SERVICE_FAILED
from .transport_faults import TRANSPORT_FAULTS


def one_line(text: str) -> str:
    """Return a text as one printable line: texts of the service or of a user may contain line breaks and worse."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


@dataclass(frozen=True)
class ServiceError:
    """One entry of the ``errors`` array of an answer."""

    code: str
    message: str

    def as_dict(self) -> dict[str, str]:
        """Return the form that modules report."""
        return {"code": self.code, "message": self.message}


class DigicertError(Exception):
    """Base of all errors that fail a task. ``str()`` is one sentence for people; ``next_action`` says what to do."""

    def __init__(self, message: str, *, next_action: str = "", order_id: int | None = None) -> None:
        self.message = one_line(message)
        super().__init__(self.message)
        self.next_action = one_line(next_action)
        self.order_id = order_id
        self.errors: tuple[ServiceError, ...] = ()


class InputError(DigicertError):
    """An option, or something that an option refers to, cannot be used."""


class StateError(DigicertError):
    """The requested change is not possible in the state of the order or certificate."""


class TransportError(DigicertError):
    """No answer came: one of the faults in ``transport_faults.py``.

    ``sent`` is whether the service may have received the request, ``is_lasting`` whether trying again is useless.
    """

    def __init__(self, fault: str, **details: str) -> None:
        found = TRANSPORT_FAULTS[fault]
        super().__init__(found.what.format(**details), next_action=found.next_action)
        self.fault = fault
        self.sent = found.sent
        self.is_lasting = found.is_lasting


class UnexpectedAnswerError(DigicertError):
    """The service, or something in its place, gave an answer that cannot be understood."""

    @classmethod
    def of(cls, fault: str, **details: str) -> UnexpectedAnswerError:
        """Return the error for one of the faults in ``transport_faults.py``."""
        found = TRANSPORT_FAULTS[fault]
        return cls(found.what.format(**details), next_action=found.next_action)


class ApiError(DigicertError):
    """The service refused a request."""

    def __init__(self, status: int, errors: t.Sequence[ServiceError], request: str) -> None:
        self.status = status
        if errors:
            said = "; ".join(f"{error.code}: {error.message}" if error.message else error.code for error in errors)
        else:
            said = "without a reason"
        super().__init__(
            f"CertCentral refused {request} with HTTP {status} ({said}).",
            next_action=next_action_for(status, errors),
        )
        self.errors = tuple(errors)

    @property
    def may_have_been_carried_out(self) -> bool:
        """Whether a write may have taken effect despite this error: the service did not clearly refuse it."""
        return not 400 <= self.status < 500

    @property
    def is_not_found(self) -> bool:
        """Whether the object does not exist; an address that the service does not have is something else."""
        return self.status == 404 and not self.has_code("not_found|route")

    @property
    def is_not_permitted(self) -> bool:
        """Whether the API key is valid, but may not do this."""
        return self.status == 403 and not self.has_code("access_denied|access_denied_invalid_key")

    def has_code(self, *codes: str) -> bool:
        """Whether the service gave one of these codes, by itself or followed by ``|`` or ``:`` and a detail."""
        return any(
            error.code == code or error.code.startswith((f"{code}|", f"{code}:"))
            for error in self.errors
            for code in codes
        )


def next_action_for(status: int, errors: t.Sequence[ServiceError]) -> str:
    """Return what to do about a refusal: by the full code, its part before ``|`` or ``:``, or the HTTP status."""
    for error in errors:
        base = error.code.replace(":", "|").split("|", 1)[0]
        for code in (error.code, base):
            if code in BY_CODE:
                return BY_CODE[code].next_action
    if status in BY_STATUS:
        return BY_STATUS[status]
    return SERVICE_FAILED if status >= 500 else ANYTHING_ELSE
