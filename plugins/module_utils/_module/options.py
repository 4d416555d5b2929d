# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that several modules share, and the fields of request bodies that are made from them."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import env_fallback

from .._certcentral.dcv import METHODS
from .._decisions.validity import Validity

ArgumentSpec = dict[str, dict[str, t.Any]]
Params = dict[str, t.Any]


def connection_argument_spec() -> ArgumentSpec:
    """Return the options of the documentation fragment ``connection``."""
    return {
        "api_key": {"type": "str", "no_log": True, "fallback": (env_fallback, ["DIGICERT_API_KEY"])},
        "api_url": {"type": "str", "fallback": (env_fallback, ["DIGICERT_API_URL"])},
        "region": {"type": "str", "choices": ["us", "eu"], "default": "us"},
        "ca_path": {"type": "path", "fallback": (env_fallback, ["DIGICERT_CA_PATH"])},
        "validate_certs": {"type": "bool", "default": True},
        "timeout": {"type": "int", "default": 60},
        "rate_limit": {"type": "int", "default": 100},
    }


def csr_argument_spec() -> ArgumentSpec:
    """Return the two ways to give a CSR."""
    return {"csr_content": {"type": "str"}, "csr_path": {"type": "path"}}


def approval_argument_spec() -> ArgumentSpec:
    """Return the options of requests that may need an approval."""
    return {"skip_approval": {"type": "bool", "default": False}, "comments": {"type": "str"}}


def validity_option() -> dict[str, t.Any]:
    """Return the option for the validity of a certificate or an order; the service uses the last suboption given."""
    return {
        "type": "dict",
        "options": {
            "years": {"type": "int"},
            "days": {"type": "int"},
            "custom_expiration_date": {"type": "str"},
        },
        "required_one_of": [("years", "days", "custom_expiration_date")],
    }


def certificate_argument_spec(*, signature_hash: str | None = None) -> ArgumentSpec:
    """Return the options of the ``certificate`` object of a request, except for CSR and names."""
    return {
        "signature_hash": {"type": "str", "choices": ["sha256", "sha384", "sha512"], "default": signature_hash},
        "server_platform_id": {"type": "int"},
        "ca_cert_id": {"type": "str"},
        "cert_validity": validity_option(),
    }


def dcv_method_option() -> dict[str, t.Any]:
    """Return the option for a DCV method."""
    return {"type": "str", "choices": list(METHODS)}


def set_fields(params: Params, *names: str) -> dict[str, t.Any]:
    """Return the named parameters that have a value, as fields of a request body."""
    return {name: params[name] for name in names if params[name] not in (None, [], "")}


def certificate_fields(params: Params, cert_validity: Validity | None, *names: str) -> dict[str, t.Any]:
    """Return the options of ``certificate_argument_spec()`` as fields of the ``certificate`` object of a request body.

    ``names`` are other options that are sent unchanged; ``cert_validity`` is the checked option of that name.
    """
    fields = set_fields(params, "signature_hash", "ca_cert_id", *names)
    if params["server_platform_id"] is not None:
        fields["server_platform"] = {"id": params["server_platform_id"]}
    if cert_validity is not None:
        fields["cert_validity"] = cert_validity.body()
    return fields
