# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say why a task failed. Pure: results of tasks in, text out."""

from __future__ import annotations

import typing as t

Result = t.Mapping[str, t.Any]


def reason_of(result: Result) -> str:
    """Return why a task failed; for a loop, why its first failed item did."""
    failed = next((one for one in result.get("results") or () if one.get("failed")), result)
    problems = [one["problem"] for one in failed.get("certificates") or () if one.get("failed")]
    if problems:
        return "; ".join(problems)
    if failed.get("cmd") is not None and failed.get("rc") is not None:
        return _reason_of_command(failed)
    return str(failed.get("msg") or "unknown").strip()


def _reason_of_command(failed: Result) -> str:
    command = failed["cmd"] if isinstance(failed["cmd"], str) else " ".join(str(part) for part in failed["cmd"])
    said = (str(failed.get(name) or "").strip() for name in ("stderr", "stdout", "msg"))
    return f"the command '{command}' exited with {failed['rc']}: {next(filter(None, said), 'no output')}"
