# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every module that calls the service, with the minimal arguments that make it send a request."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.community.digicert.tests.modules.arguments import csr, order_args

Arguments = dict[str, t.Any]

API_MODULES: dict[str, Arguments] = {
    "digicert_order": order_args(),
    "digicert_order_info": {"order_id": 1},
    "digicert_order_status": {"order_id": 1},
    "digicert_order_wait": {"order_ids": [1]},
    "digicert_reissue": {"order_id": 1},
    "digicert_revoke": {"order_id": 1},
    "digicert_dcv": {"order_id": 1},
    "digicert_certificate": order_args(),
    "digicert_certificate_download": {"order_id": 1},
    "digicert_certificate_plan": {"dns_names": ["www.valid.example"], "organization_id": 112233},
    "digicert_org_validation_info": {"organization_id": 1},
    "digicert_domain": {"name": "new.example"},
    "digicert_domain_info": {"domain_id": 1},
    "digicert_organization": {"name": "Example Corp"},
    "digicert_organization_info": {"organization_id": 1},
    "digicert_product_info": {"name_id": "ssl_basic"},
    "digicert_account_info": {},
    "digicert_report": {"dest": "/nonexistent/report.html"},
    "digicert_duplicate": {"order_id": 1, "csr_content": csr()},
    "digicert_request_info": {"request_id": 1},
    "digicert_request": {"request_id": 1, "status": "approved"},
}

NO_API_MODULES = {"digicert_host_certificate", "digicert_host_certificate_info"}
"""Modules that run on managed hosts and call no API."""

_MODULES = Path(__file__).parents[2] / "plugins" / "modules"


def all_modules() -> set[str]:
    """Return the names of all modules of the collection."""
    return {path.stem for path in _MODULES.glob("*.py") if path.stem != "__init__"}
