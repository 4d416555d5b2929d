# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a CSR or a certificate that the user gives as text or as the path of a file."""

from __future__ import annotations

from pathlib import Path

from .._certcentral.errors import InputError
from .._x509 import certificates
from .._x509.certificates import Certificate, Csr, find_leaf, read_certificates, read_csr
from .._x509.pem import InvalidPemError
from .options import Params

_CORRECT_PATH = "Correct {}; it is a path on the host that runs the module, usually the controller."


def csr_of(params: Params) -> Csr | None:
    """Return the CSR of ``csr_argument_spec()``, or None. Raises InputError if it cannot be read."""
    content: str | bytes | None = params["csr_content"]
    if params["csr_path"] is not None:
        content = _content_of(params["csr_path"], "CSR", "csr_path")
    if content is None:
        return None
    try:
        return read_csr(content)
    except InvalidPemError as exc:
        advice = (
            exc.advice or "Create a new CSR, for example with community.crypto.openssl_csr, and give it as PEM text"
        )
        place = params["csr_path"] or "csr_content"
        raise InputError(f"The CSR cannot be read from {place}: {exc}.", next_action=f"{advice}.") from exc


def _content_of(path: str, what: str, option: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as exc:
        raise InputError(
            f"The {what} cannot be read from {path}: {exc.strerror}.", next_action=_CORRECT_PATH.format(option)
        ) from exc


def read_leaf(content: str | bytes | None, path: str | None) -> Certificate:
    """Return the leaf certificate of a text or file that may contain its chain, too. Raises InputError."""
    if certificates.CRYPTOGRAPHY_IMPORT_ERROR is not None:
        raise InputError(
            "The Python library cryptography, which reads certificates, is missing on the host that runs the module.",
            next_action="Install it, or give the serial number instead.",
        )
    if content is None:
        content = _content_of(path or "", "certificate", "certificate_path")
    try:
        found = read_certificates(content)
    except InvalidPemError as exc:
        advice = exc.advice or "Give the PEM text of the certificate"
        place = path or "certificate_content"
        raise InputError(f"The certificate cannot be read from {place}: {exc}.", next_action=f"{advice}.") from exc
    leaf = found[0] if len(found) == 1 else find_leaf(found, None)
    if leaf is None:
        raise InputError(
            "The PEM text contains several certificates, and it is unclear which one to use.",
            next_action="Give one certificate, or a certificate with its own chain.",
        )
    return leaf
