# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests for approval.

Page: https://dev.digicert.com/certcentral-apis/services-api/requests.html
"""

from __future__ import annotations

from ansible_collections.community.digicert.plugins.module_utils._client import Client, path


def decide(client: Client, request_id: int, status: str, comment: str) -> None:
    """Approve or reject a request: ``approved`` or ``rejected``. The API key must be allowed to."""
    client.put(path("request", request_id, "status"), {"status": status, "processor_comment": comment})
