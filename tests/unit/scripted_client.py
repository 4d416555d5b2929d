# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client of a scripted server that retries nothing and hurries nobody: its clock only moves when it sleeps."""

from __future__ import annotations

import typing as t

from requests.adapters import HTTPAdapter

from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import Client, ConnectionSettings
from ansible_collections.community.digicert.tests.unit.scripted_server import Answer, Scripted

# The time limit of a call on the clock of the test: less than the wait before a first retry.
_NO_RETRY = 0.4
# The time limit of a socket on the clock of the machine, however loaded it is.
_PATIENCE = 60.0


class _PatientAdapter(HTTPAdapter):
    def send(self, *arguments: t.Any, **options: t.Any) -> t.Any:
        """Send a request without the short time limit of the client."""
        return super().send(*arguments, **{**options, "timeout": _PATIENCE})


def client_of(server: Scripted, *answers: Answer) -> Client:
    """Return a client of a server that answers in this order."""
    server.script = list(answers)
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    settings = ConnectionSettings(api_key="key", api_url=server.url, timeout=_NO_RETRY)
    client = Client(settings, sleep=sleep, monotonic=lambda: now[0])
    client._session.mount("http://", _PatientAdapter())
    return client
