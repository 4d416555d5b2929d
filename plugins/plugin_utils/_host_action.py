# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes on the controller what hosts are given plain: names in ASCII, and certificates in PEM.

Every host is then given the same names. What Ansible has read from a binary file is no valid text, and would not reach
the module at all.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from ansible.plugins.action import ActionBase

from ..module_utils._x509.as_given import clean_certificates
from ..module_utils._x509.names import InvalidNameError, to_ascii
from ..module_utils._x509.pem import InvalidPemError

Result = dict[str, t.Any]


def in_ascii(certificates: t.Any) -> t.Any:
    """Return the entries of the option ``certificates`` without letters beyond ASCII in names. Raises InvalidNameError.

    Everything else stays as it is: the module refuses what is no host name.
    """
    if not isinstance(certificates, Sequence) or isinstance(certificates, (str, bytes)):
        return certificates
    return [_entry(entry) if isinstance(entry, Mapping) else entry for entry in certificates]


def in_pem(certificates: t.Any) -> t.Any:
    """Return the entries with PEM in place of binary certificates. Raises InvalidPemError for something else."""
    if not isinstance(certificates, Sequence) or isinstance(certificates, (str, bytes)):
        return certificates
    return [_with_pem(entry) if isinstance(entry, Mapping) else entry for entry in certificates]


def _with_pem(entry: Mapping[str, t.Any]) -> dict[str, t.Any]:
    converted = dict(entry)
    for option in ("certificate", "chain"):
        value = entry.get(option)
        if isinstance(value, str) and _is_binary(value):
            try:
                converted[option] = "".join(clean_certificates(value))
            except InvalidPemError as exc:
                raise InvalidPemError(f"{option} cannot be read: {exc}", exc.advice) from exc
    return converted


def _is_binary(value: str) -> bool:
    """Whether Ansible has read the value from a file that is not UTF-8."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _entry(entry: Mapping[str, t.Any]) -> dict[str, t.Any]:
    converted = dict(entry)
    if entry.get("common_name"):
        converted["common_name"] = _name(entry["common_name"])
    if isinstance(entry.get("served"), Sequence) and not isinstance(entry["served"], str):
        converted["served"] = [_service(one) for one in entry["served"]]
    names = entry.get("dns_names")
    if isinstance(names, str):
        converted["dns_names"] = [_name(name) for name in names.split(",")] if not names.isascii() else names
    elif isinstance(names, Sequence):
        converted["dns_names"] = [_name(name) for name in names]
    return converted


def _service(served: t.Any) -> t.Any:
    if not isinstance(served, Mapping) or not served.get("server_name"):
        return served
    return {**served, "server_name": _name(served["server_name"])}


def _name(name: t.Any) -> t.Any:
    return to_ascii(name) if isinstance(name, str) else name


class HostAction(ActionBase):
    """Runs the module MODULE on the host."""

    MODULE: t.ClassVar[str]

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: Result | None = None) -> Result:
        """Run the module with names and certificates that every host understands."""
        result: Result = super().run(tmp, task_vars)
        del tmp
        arguments = dict(self._task.args)
        try:
            if "certificates" in arguments:
                arguments["certificates"] = in_pem(in_ascii(arguments["certificates"]))
        except InvalidNameError as exc:
            return {**result, "failed": True, "msg": f"{exc}. Correct common_name or dns_names"}
        except InvalidPemError as exc:
            return {**result, "failed": True, "msg": f"{exc}. {exc.advice}"}
        wrap_async = bool(self._task.async_val) and not self._connection.has_native_async
        done: Result = self._execute_module(self.MODULE, arguments, task_vars=task_vars, wrap_async=wrap_async)
        # as for any other module: the arguments are not shown
        done.pop("invocation", None)
        if not wrap_async:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return {**result, **done}
