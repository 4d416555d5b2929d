# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server shows in a TLS handshake, seen from the controller by two independent clients."""

from __future__ import annotations

import socket
import ssl
import subprocess
from pathlib import Path

from cryptography import x509

_TIMEOUT = 60.0


def served_certificate(address: str, name: str, root_file: Path | str, port: int = 443) -> x509.Certificate:
    """Return the certificate that a server shows for a name; raises ``ssl.SSLError`` if it does not verify."""
    context = ssl.create_default_context(cafile=str(root_file))
    with (
        socket.create_connection((address, port), timeout=_TIMEOUT) as plain,
        context.wrap_socket(plain, server_hostname=name) as secured,
    ):
        shown = secured.getpeercert(binary_form=True)
    if shown is None:
        raise ssl.SSLError(f"{name} shows no certificate")
    return x509.load_der_x509_certificate(shown)


def openssl_verifies(address: str, name: str, root_file: Path | str, port: int = 443) -> tuple[bool, str]:
    """Let ``openssl s_client`` verify a server and its name; return whether it did, and what it said."""
    command = ["openssl", "s_client", "-connect", f"{address}:{port}", "-servername", name, "-brief"]
    command += ["-verify_return_error", "-verify_hostname", name, "-CAfile", str(root_file)]
    done = subprocess.run(command, input="", capture_output=True, text=True, timeout=_TIMEOUT, check=False)
    said = done.stdout + done.stderr
    return done.returncode == 0 and "Verification: OK" in said, said
