#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dcv_web_files
short_description: Write or remove files of domain control validation below the folder of a web server
version_added: 0.1.0
description:
  - Runs on the host of the web server. The role P(community.digicert.dcv#role) uses it for its provider V(http).
  - It creates C(.well-known/pki-validation) if it is missing, and removes what it has created.
  - The service chooses the names of the files. Therefore a file is only replaced if it holds a token, and only removed
    if it holds the value of this validation.
  - Links are not followed if another user than V(root) and the user who runs the task could have made them.
extends_documentation_fragment:
  - community.digicert.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The differences contain the paths of the files.
  idempotent:
    support: full
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.dcv_nsupdate
options:
  state:
    description: Whether the files are written or removed.
    type: str
    choices: [present, absent]
    default: present
  files:
    description: The files.
    type: list
    elements: dict
    required: true
    suboptions:
      webroot:
        description: The folder from which the web server serves V(/).
        type: str
        required: true
      path:
        description: Path of the URL, directly in V(/.well-known/pki-validation/).
        type: str
        required: true
      content:
        description: The token. It is published, so it is not secret.
        type: str
        required: true
  owner:
    description: Owner of the files and of created folders. Defaults to the user who runs the task.
    type: str
  group:
    description: Group of the files and of created folders.
    type: str
  mode:
    description: Mode of the files, as an octal number in quotation marks.
    type: raw
    default: "0644"
  directory_mode:
    description: Mode of created folders, as an octal number in quotation marks.
    type: raw
    default: "0755"
  host:
    description: The name of the host in messages.
    type: str
    default: this host
"""

EXAMPLES = r"""
- name: Publish a token
  community.digicert.dcv_web_files:
    files:
      - webroot: /var/www/html
        path: /.well-known/pki-validation/fileauth.txt
        content: fdy6m0wy5lq063sz4h0r6qmdt722gyfc
"""

RETURN = r"""
paths:
  description: The paths of the files that were written or removed, or would be in check mode.
  returned: success
  type: list
  elements: str
  sample: [/var/www/html/.well-known/pki-validation/fileauth.txt]
diff:
  description: The paths before and after.
  returned: if diff mode is enabled
  type: dict
  sample:
    before: ""
    after: "/var/www/html/.well-known/pki-validation/fileauth.txt\n"
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._host.access import access_of, mode_of
from ..module_utils._host.files import HostError
from ..module_utils._host.web_files import WebAccess, WebFile, publish, withdraw
from ..module_utils._module.host_run import selinux_context


def _access(module: AnsibleModule) -> WebAccess:
    return WebAccess(
        file=access_of(module.params, ""),
        folder_mode=mode_of(module.params, "directory_mode"),
        host=module.params["host"],
        labels=lambda path: selinux_context(module, path, None),
        check_mode=module.check_mode,
    )


def main() -> None:
    """Run the module."""
    file: dict[str, t.Any] = {name: {"type": "str", "required": True} for name in ("webroot", "path", "content")}
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "files": {"type": "list", "elements": "dict", "required": True, "options": file},
            "owner": {"type": "str"},
            "group": {"type": "str"},
            "mode": {"type": "raw", "default": "0644"},
            "directory_mode": {"type": "raw", "default": "0755"},
            "host": {"type": "str", "default": "this host"},
        },
        supports_check_mode=True,
    )
    files = [WebFile(**one) for one in module.params["files"]]
    change = publish if module.params["state"] == "present" else withdraw
    try:
        paths = change(files, _access(module))
    except HostError as exc:
        module.fail_json(msg=f"{exc}.")
    result: dict[str, t.Any] = {"changed": bool(paths), "paths": paths}
    if module._diff:
        shown = "".join(f"{path}\n" for path in paths)
        is_present = module.params["state"] == "present"
        result["diff"] = {"before": "" if is_present else shown, "after": shown if is_present else ""}
    module.exit_json(**result)


if __name__ == "__main__":
    main()
