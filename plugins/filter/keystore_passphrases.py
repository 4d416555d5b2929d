# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter keystore_passphrases: the secrets of requests, apart from everything that is shown."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ..module_utils._decisions.requested_certificates import passphrases_of

DOCUMENTATION = r"""
name: keystore_passphrases
short_description: Get the passphrases of the keystores of requests
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Returns the passphrase of each entry of C(certificate_requests). M(community.digicert.certificate_inspect)
    leaves them out.
  - The result is secret. Do not keep it in a fact.
positional: default
options:
  _input:
    description: Entries of C(certificate_requests).
    type: list
    elements: dict
    required: true
  default:
    description: Passphrase of entries without one.
    type: str
    default: ""
seealso:
  - module: community.digicert.certificate_inspect
"""

EXAMPLES = r"""
- name: Write a passphrase into a file that only a service reads
  ansible.builtin.copy:
    content: "{{ (certificate_requests | community.digicert.keystore_passphrases).www }}"
    dest: /etc/shop/passphrase
    mode: "0400"
  no_log: true
"""

RETURN = r"""
_value:
  description: The passphrases by the name of the request, empty texts if there is none.
  type: dict
"""


def keystore_passphrases(requests: Sequence[Mapping[str, t.Any]], default: str = "") -> dict[str, str]:
    """Return the passphrases by the name of the request."""
    return passphrases_of(requests, default)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"keystore_passphrases": keystore_passphrases}
