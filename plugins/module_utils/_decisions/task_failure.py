# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say why a task failed. Pure: results of tasks in, text out."""

from __future__ import annotations

import errno
import re
import shlex
import typing as t

Result = t.Mapping[str, t.Any]

# what ansible-core says if a program could not be started; its "exit status" is then the error number
_NOT_STARTED = re.compile(r"Error executing command\.|\[Errno \d+\]")
_WHY_NOT_STARTED = {
    errno.ENOENT: "there is no program {} on the host, or the interpreter in its first line is missing",
    errno.EACCES: "the user who runs the task must not execute {} on the host",
    errno.ENOEXEC: "{} is not a program that the host can execute",
}


def reason_of(result: Result, variables: t.Mapping[str, str] | None = None) -> str:
    """Return why a task failed; for a loop, why its first failed item did.

    ``variables`` are the names that the user of a role has for the options of its module.
    """
    return in_variables(_reason_of(result), variables or {})


def _reason_of(result: Result) -> str:
    failed = next((one for one in result.get("results") or () if one.get("failed")), result)
    problems = [one["problem"] for one in failed.get("certificates") or () if one.get("failed")]
    if problems:
        return "; ".join(problems)
    if failed.get("cmd") is not None and failed.get("rc") is not None:
        return _reason_of_command(failed)
    return str(failed.get("msg") or "unknown").strip()


def _reason_of_command(failed: Result) -> str:
    command = failed["cmd"] if isinstance(failed["cmd"], str) else " ".join(str(part) for part in failed["cmd"])
    if "start" not in failed and _NOT_STARTED.match(str(failed.get("msg") or "")):
        why = _WHY_NOT_STARTED.get(failed["rc"], "{} could not be started, with the error number " + str(failed["rc"]))
        return f"the command '{command}' was not run: {why.format(_program_of(failed['cmd']))}"
    said = (str(failed.get(name) or "").strip() for name in ("stderr", "stdout", "msg"))
    return f"the command '{command}' exited with {failed['rc']}: {next(filter(None, said), 'no output')}"


def _program_of(command: t.Any) -> str:
    if not isinstance(command, str):
        return str(command[0])
    try:
        return shlex.split(command)[0]
    except (ValueError, IndexError):
        return command.split(" ")[0]


def in_variables(text: str, variables: t.Mapping[str, str]) -> str:
    """Return a message of a module with the names of variables in place of those of its options."""
    for option, variable in variables.items():
        # an option with a usual word as its name is only meant in certain places
        before = (
            r"(?<![\w./'\"-])" if "_" in option else r"(?:^|(?<=; )|(?<=[Cc]orrect )|(?<=[Ss]et )|(?<=as )|(?<=or ))"
        )
        after = r"(?![\w/'\"-])" if "_" in option else r"(?= (?:is|contains|cannot|must|to)\b|[.,;]|$)"
        text = re.sub(before + re.escape(option) + after, variable, text)
    return text
