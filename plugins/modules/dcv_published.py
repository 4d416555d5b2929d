#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dcv_published
short_description: Note on a host which records of domain control validation are published for it
version_added: 0.1.0
description:
  - Runs on the managed host. The role P(community.digicert.dcv#role) uses it before it publishes records for the role
    P(community.digicert.certificate#role), which removes the note when the records have been removed.
  - If the run is interrupted in between, M(community.digicert.digicert_host_certificate_info) returns what was noted.
  - The note is the file C(.published) in the folder of the certificate. Only its owner can read it, and it contains no
    settings of a provider.
extends_documentation_fragment:
  - community.digicert.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_host_certificate_info
  - module: community.digicert.dcv_assign
options:
  certificates:
    description: The certificates of the host.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the request and of its folder, which must exist.
        type: str
        required: true
      directory:
        description: Folder that contains the folders of all requests.
        type: path
        default: /etc/digicert
      records:
        description:
          - The records, each with C(domain), C(type), C(name), C(value), C(path) and C(provider). If there are none,
            the note is removed.
        type: list
        elements: dict
        required: true
  lock_timeout:
    description: Maximum number of seconds to wait for another run that works on the same certificate.
    type: int
    default: 60
"""

EXAMPLES = r"""
- name: Remove the note of what was published
  community.digicert.dcv_published:
    certificates:
      - name: www
        records: []
"""

RETURN = r"""
names:
  description: Names of the requests whose notes were written or removed, or would be in check mode.
  returned: success
  type: list
  elements: str
  sample: [www]
"""

from functools import partial

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._host.files import HostError
from ..module_utils._host.published import note, would_note
from ..module_utils._module.host_run import selinux_context


def main() -> None:
    """Run the module."""
    certificate = {
        "name": {"type": "str", "required": True},
        "directory": {"type": "path", "default": "/etc/digicert"},
        "records": {"type": "list", "elements": "dict", "required": True},
    }
    module = AnsibleModule(
        argument_spec={
            "certificates": {"type": "list", "elements": "dict", "required": True, "options": certificate},
            "lock_timeout": {"type": "int", "default": 60},
        },
        supports_check_mode=True,
    )

    def change(name: str, directory: str, records: list[dict[str, object]]) -> bool:
        if module.check_mode:
            return would_note(directory, name, records)
        timeout = module.params["lock_timeout"]
        return note(directory, name, records, partial(selinux_context, module), lock_timeout=timeout)

    try:
        names = [one["name"] for one in module.params["certificates"] if change(**one)]
    except (HostError, FileNotFoundError) as exc:
        module.fail_json(msg=f"What is published could not be noted: {exc}.")
    module.exit_json(changed=bool(names), names=names)


if __name__ == "__main__":
    main()
