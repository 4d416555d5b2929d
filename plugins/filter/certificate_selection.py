# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter certificate_selection: installed certificates that meet criteria."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ..module_utils._report.reissue import select

DOCUMENTATION = r"""
name: certificate_selection
short_description: Select installed certificates by serial number, issuer, date or product
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Returns the certificates of a host that meet all criteria that are given, as in the playbook
    C(community.digicert.mass_reissue).
positional: criteria
options:
  _input:
    description: C(certificate_found.certificates), as set by the entry point C(look) of the role
      P(community.digicert.certificate#role).
    type: list
    elements: dict
    required: true
  criteria:
    description:
      - The keys C(serial_numbers) (a list in hexadecimal, in any case and with or without colons), C(serial_file) (the
        content of a file with one in each line), C(issuer) (a common name), C(product), C(issued_from) and
        C(issued_until) (the first and the last day of issuance, ISO 8601).
      - Keys that are missing or empty do not count.
    type: dict
    required: true
seealso:
  - module: community.digicert.digicert_host_certificate_info
"""

EXAMPLES = r"""
- name: Show the certificates that an affected CA has issued
  ansible.builtin.debug:
    msg: "{{ found | community.digicert.certificate_selection({'issuer': 'Example CA', 'issued_from': '2026-11-20'}) }}"
  vars:
    found:
      - name: www
        request:
          product: ssl_basic
        installed:
          certificate:
            serial_number: a1b2c3d4e5f6
            issuer: Example CA
            not_before: "2026-11-21T00:00:00+00:00"
"""

RETURN = r"""
_value:
  description: The selected certificates, each with C(name) and C(serial_number).
  type: list
  elements: dict
"""


def certificate_selection(found: Sequence[Mapping[str, t.Any]], criteria: Mapping[str, t.Any]) -> list[dict[str, str]]:
    """Return the certificates that meet the criteria."""
    return select(found, criteria)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"certificate_selection": certificate_selection}
