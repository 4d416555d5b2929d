# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules that run on managed hosts."""

from __future__ import annotations

import typing as t

from .._host.outputs import FILES, FURTHER_OUTPUTS
from .._host.starttls import PROTOCOLS
from .._x509.csr_building import DIGESTS

Spec = dict[str, dict[str, t.Any]]

STATES = ("staged", "installed", "in_service", "previous")
"""What digicert_host_certificate can do."""

_LINK: Spec = {
    "path": {"type": "path", "required": True},
    "output": {"type": "str", "choices": list(FILES), "required": True},
    "copy": {"type": "bool", "default": False},
}
_STAGING: Spec = {
    "directory": {"type": "path", "required": True},
    "key_path": {"type": "path", "no_log": False},
    "csr_path": {"type": "path"},
    "owner": {"type": "str"},
    "group": {"type": "str"},
    "key_mode": {"type": "raw", "default": "0600", "no_log": False},
}
_SERVED: Spec = {
    "host": {"type": "str", "default": "127.0.0.1"},
    "port": {"type": "int", "default": 443},
    "server_name": {"type": "str"},
    "from": {"type": "str", "choices": ["host", "controller", "both"], "default": "host"},
    "starttls": {"type": "str", "choices": list(PROTOCOLS)},
    "ca_path": {"type": "path"},
    "former_only": {"type": "bool", "default": False},
}


def _shared_options() -> Spec:
    """Return the options of one certificate that both modules have."""
    return {
        "name": {"type": "str", "required": True},
        "directory": {"type": "path", "default": "/etc/digicert"},
        # these options have key in their names, but their values are not secret
        "key_type": {"type": "str", "choices": ["RSA", "ECC"], "no_log": False},
        "key_size": {"type": "int", "no_log": False},
        "key_curve": {"type": "str", "no_log": False},
        "owner": {"type": "str"},
        "group": {"type": "str"},
        "mode": {"type": "str"},
        "key_owner": {"type": "str", "no_log": False},
        "key_group": {"type": "str", "no_log": False},
        "key_mode": {"type": "str", "no_log": False},
        "outputs": {"type": "list", "elements": "str", "choices": list(FURTHER_OUTPUTS), "default": []},
        "keystore_alias": {"type": "str", "no_log": False},
        "keystore_passphrase": {"type": "str", "no_log": True},
        "links": {"type": "list", "elements": "dict", "options": _LINK, "default": []},
    }


def _compared_options() -> Spec:
    """Return the options with which a request is compared with what is there."""
    return {
        "renew_before": {"type": "str", "default": "auto"},
        "allow_name_removal": {"type": "bool", "default": False},
        "served": {"type": "list", "elements": "dict", "options": _SERVED, "default": []},
    }


def look_options() -> Spec:
    """Return the options of one certificate that is compared with its request."""
    return {
        **_shared_options(),
        **_compared_options(),
        "dns_names": {"type": "list", "elements": "str", "required": True},
    }


def install_options() -> Spec:
    """Return the options of one certificate that is staged, installed or taken back."""
    subject = ("organization", "organizational_unit", "locality", "state_or_province", "country", "email")
    return {
        **_shared_options(),
        **_compared_options(),
        "stage": {"type": "str", "choices": ["always", "if_needed", "never"], "default": "always"},
        "dns_names": {"type": "list", "elements": "str", "default": []},
        "common_name": {"type": "str"},
        **{name: {"type": "str"} for name in subject},
        "digest": {"type": "str", "choices": list(DIGESTS), "default": "sha256"},
        "key_reuse": {"type": "bool", "default": False, "no_log": False},
        "key_path": {"type": "path", "no_log": False},
        "private_key": {"type": "str", "no_log": True},
        "staging": {"type": "dict", "options": _STAGING},
        "certificate": {"type": "str"},
        "chain": {"type": "str"},
        "serial_number": {"type": "str"},
        "mode": {"type": "raw", "default": "0644"},
        "key_mode": {"type": "raw", "default": "0600", "no_log": False},
        "directory_mode": {"type": "raw", "default": "0755"},
        "setype": {"type": "str"},
        "keep": {"type": "int", "default": 2},
        "force": {"type": "bool", "default": False},
        "clean_up": {"type": "bool", "default": False},
    }
