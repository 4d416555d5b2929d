# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hide secrets in options that are not declared secret, because nobody expects a secret there.

A private key is easily given instead of a CSR, or together with a certificate, and an address can contain a password.
"""

from __future__ import annotations

import re
import typing as t

from ansible.module_utils.basic import AnsibleModule

_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----(.*?)(?:-----END|\Z)", re.DOTALL)
_PASSWORD = re.compile(r"://[^/\s:@]*:([^/\s@]+)@")
# a shorter last line gives nothing away, and could be part of any word
_SHORTEST_LINE = 16


def misplaced_secrets(value: t.Any) -> t.Iterator[str]:
    """Yield the private keys, line by line, and the passwords in the values of options."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from misplaced_secrets(name)
            yield from misplaced_secrets(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from misplaced_secrets(one)
    elif isinstance(value, str):
        if "PRIVATE KEY-----" in value:
            yield from (line for key in _KEY.findall(value) for line in key.split() if len(line) >= _SHORTEST_LINE)
        if "@" in value:
            yield from _PASSWORD.findall(value)


def quoted(value: str) -> str:
    """Return a secret as it is in the text of a list or dictionary, in which quotes and line ends are escaped."""
    return repr(value)[1:-1]


class HidingModule(AnsibleModule):
    """AnsibleModule that also hides secrets in other options, and secrets in suboptions with quotes or line ends.

    ansible-core logs a list as text, in which it does not find a secret that is escaped there.
    """

    def _log_invocation(self) -> None:
        """Log the options without secrets."""
        self._hide()
        super()._log_invocation()

    def fail_json(self, msg: str, **details: t.Any) -> None:
        """Fail without showing secrets, also while the options are not checked yet."""
        self._hide()
        super().fail_json(msg, **details)

    def _hide(self) -> None:
        self.no_log_values.update(misplaced_secrets(self.params))
        self.no_log_values.update([quoted(value) for value in self.no_log_values])
