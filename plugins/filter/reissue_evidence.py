# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter reissue_evidence: what happened to the certificates of a host that were to be replaced."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ..module_utils._report.reissue import evidence

DOCUMENTATION = r"""
name: reissue_evidence
short_description: Record whether selected certificates of a host were replaced
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - Compares the certificates that were selected with the results of the role P(community.digicert.certificate#role).
positional: run
options:
  _input:
    description: The result of P(community.digicert.certificate_selection#filter).
    type: list
    elements: dict
    required: true
  run:
    description:
      - What the run of the role did. C(host) is the name of the host, C(found) is C(certificate_found.certificates) as
        it was before, C(results) is the fact C(certificate_results), C(failure) says why the role failed (empty if it
        did not), and C(at) is the time, ISO 8601.
    type: dict
    required: true
seealso:
  - plugin: community.digicert.reissue_summary
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show that nothing was replaced
  ansible.builtin.debug:
    msg: "{{ selected | community.digicert.reissue_evidence(run) }}"
  vars:
    run:
      host: "{{ inventory_hostname }}"
      failure: no connection
    selected:
      - name: www
        serial_number: a1b2c3d4e5f6
"""

RETURN = r"""
_value:
  description:
    - One entry for each selected certificate, with C(host), C(name), C(old_serial_number), C(new_serial_number),
      C(order_id), C(phase), C(is_replaced), C(is_served), C(failure) and C(at).
  type: list
  elements: dict
"""


def reissue_evidence(selected: Sequence[Mapping[str, t.Any]], run: Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """Return the evidence of a host."""
    return evidence(selected, run)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"reissue_evidence": reissue_evidence}
