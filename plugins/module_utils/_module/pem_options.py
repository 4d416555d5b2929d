# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The CSR that a user gives: as text, or as the path of a file."""

from __future__ import annotations

from pathlib import Path

from .._certcentral.errors import InputError
from .._x509 import certificates as _x509
from .._x509.certificates import Csr, read_csr
from .._x509.pem import InvalidPemError
from .options import Params


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


def read_leaf(content: str | None, path: str | None) -> _x509.Certificate:
    """Return the certificate of a PEM text or file that may hold its chain, too. Raises InputError."""
    if _x509.CRYPTOGRAPHY_IMPORT_ERROR is not None:
        raise InputError(
            "The Python library cryptography, which reads certificates, is missing where the module runs.",
            next_action="Install it, or give the serial number instead.",
        )
    if content is None:
        try:
            content = Path(path or "").read_text(encoding="ascii", errors="replace")
        except OSError as exc:
            raise InputError(
                f"The certificate cannot be read from {path}: {exc.strerror}.",
                next_action="Correct certificate_path; it is a path where the module runs, usually the controller.",
            ) from exc
    try:
        found = _x509.read_certificates(content)
    except InvalidPemError as exc:
        raise InputError(
            f"The certificate cannot be read: {exc}.", next_action="Give the PEM text of the certificate."
        ) from exc
    leaf = found[0] if len(found) == 1 else _x509.find_leaf(found, None)
    if leaf is None:
        raise InputError(
            "The PEM text holds several certificates, and it is not clear which of them is meant.",
            next_action="Give one certificate, or one with its own chain.",
        )
    return leaf
