# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The CSR that a user gives: as text, or as the path of a file."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.community.digicert.plugins.module_utils._errors import InputError
from ansible_collections.community.digicert.plugins.module_utils._options import Params
from ansible_collections.community.digicert.plugins.module_utils._pem import InvalidPemError
from ansible_collections.community.digicert.plugins.module_utils._x509 import Csr, read_csr


def csr_of(params: Params) -> Csr | None:
    """Return the CSR of ``csr_argument_spec()``, or None. Raises InputError when it cannot be read."""
    content, csr_path = params["csr_content"], params["csr_path"]
    if csr_path is not None:
        try:
            content = Path(csr_path).read_text(encoding="ascii", errors="replace")
        except OSError as exc:
            raise InputError(
                f"The CSR cannot be read from {csr_path}: {exc.strerror}.",
                next_action="Correct csr_path; it is a path where the module runs, usually the controller.",
            ) from exc
    if content is None:
        return None
    try:
        return read_csr(content)
    except InvalidPemError as exc:
        raise InputError(
            f"The CSR cannot be read: {exc}.",
            next_action="Make a new CSR, for example with community.crypto.openssl_csr, and give it as PEM text.",
        ) from exc
