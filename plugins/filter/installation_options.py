# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter installation_options: how the sets of a host are installed that no service has to read."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping

from ..module_utils._decisions.delivery import install_options, is_read_by_a_service

DOCUMENTATION = r"""
name: installation_options
short_description: Return how to install the certificates that no service has to read
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Returns options of M(community.digicert.digicert_host_certificate) for the certificates of the role
    P(community.digicert.certificate#role) without commands before the installation, without services to reload, and
    without services to check. The module installs all of them in one run.
  - Certificates that are copied from another host are left out.
positional: passphrases
options:
  _input:
    description: What the step V(sets) of P(community.digicert.certificate_step#filter) returned.
    type: dict
    required: true
  passphrases:
    description: Passphrases of the keystores, by the name of the request.
    type: dict
    required: true
seealso:
  - plugin: community.digicert.certificate_step
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Install what no service has to read
  community.digicert.digicert_host_certificate:
    state: installed
    certificates: "{{ sets | community.digicert.installation_options({'www': ''}) }}"
  vars:
    sets: {}
"""

RETURN = r"""
_value:
  description: The options C(certificates) of the module.
  type: list
  elements: dict
"""


def installation_options(
    sets: Mapping[str, Mapping[str, t.Any]], passphrases: Mapping[str, str]
) -> list[dict[str, t.Any]]:
    """Return the options, one entry for each set."""
    plain = {name: one for name, one in sets.items() if not is_read_by_a_service(one) and "source" not in one}
    return [install_options(one, passphrases.get(name, "")) for name, one in plain.items()]


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"installation_options": installation_options}
