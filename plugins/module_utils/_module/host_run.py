# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module digicert_host_certificate needs of ansible-core: SELinux contexts, and the form of its result."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule

Entry = dict[str, t.Any]


def selinux_context(module: AnsibleModule, path: str, setype: str | None) -> str | None:
    """Return the SELinux context of a path by the policy of the host, or None if SELinux is not enabled."""
    if not module.selinux_enabled():
        return None
    context = list(module.selinux_default_context(path))
    if any(part is None for part in context):
        return None
    if setype is not None:
        context[2] = setype
    return ":".join(context)


def result_of(entries: t.Sequence[Entry], with_diff: bool) -> Entry:
    """Return the result of the module: one entry for each request, the sum of them, and their differences."""
    shown = [{key: value for key, value in entry.items() if key not in ("diff", "warnings")} for entry in entries]
    result: Entry = {"changed": any(entry["changed"] for entry in entries), "certificates": shown}
    if with_diff:
        result["diff"] = [
            {"before_header": entry["name"], "after_header": entry["name"], **entry["diff"]}
            for entry in entries
            if entry["changed"]
        ]
    return result


def failure_of(entries: t.Sequence[Entry]) -> str | None:
    """Return why the task fails, or None if no request failed."""
    failed = [entry["msg"] for entry in entries if entry["failed"]]
    if not failed:
        return None
    others = len(entries) - len(failed)
    return " ".join(failed) + (f" {others} of {len(entries)} requests succeeded." if others else "")
