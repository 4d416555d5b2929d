# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter dcv_foreign_files: which files of a web server must not be replaced by a token."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from ..module_utils._dcv.providers import foreign_files

DOCUMENTATION = r"""
name: dcv_foreign_files
short_description: Return which files must not be replaced by the token of a validation
version_added: 0.1.0
author:
  - community.digicert maintainers (@ansible-collections)
description:
  - For the role P(community.digicert.dcv#role). The service chooses the names of the files, so that a file is only
    replaced if it holds nothing but a token.
positional: read
options:
  _input:
    description: Results of M(ansible.builtin.stat), one for each file.
    type: list
    elements: dict
    required: true
  read:
    description: Results of M(ansible.builtin.slurp) in a loop over those of the files that are small.
    type: list
    elements: dict
    required: true
seealso:
  - plugin: community.digicert.dcv_plan
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Check that only tokens are replaced
  ansible.builtin.fail:
    msg: "{{ foreign | first }}"
  when: foreign | length > 0
  vars:
    foreign: "{{ found.results | community.digicert.dcv_foreign_files(read.results) }}"
"""

RETURN = r"""
_value:
  description: A sentence for each file that holds anything but a token.
  type: list
  elements: str
"""


def dcv_foreign_files(found: Sequence[Mapping[str, t.Any]], read: Sequence[Mapping[str, t.Any]]) -> list[str]:
    """Return why files must not be replaced."""
    return foreign_files(found, read)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return it by its name."""
        return {"dcv_foreign_files": dcv_foreign_files}
