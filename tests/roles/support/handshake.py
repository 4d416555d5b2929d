# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a TLS service shows to a client."""

from __future__ import annotations

import socket
import ssl
import tempfile
from pathlib import Path

from cryptography import x509

from ansible_collections.community.digicert.tests.roles.support.authority import Issued


def served_serial_number(port: int, name: str, root: Issued) -> str:
    """Shake hands as a client that trusts only ``root`` and checks the name; return the hexadecimal serial number."""
    with tempfile.TemporaryDirectory() as folder:
        trusted = Path(folder, "root.pem")
        trusted.write_text(root.pem, encoding="ascii")
        context = ssl.create_default_context(cafile=str(trusted))
    with (
        socket.create_connection(("127.0.0.1", port), timeout=60) as connection,
        context.wrap_socket(connection, server_hostname=name) as client,
    ):
        der = client.getpeercert(binary_form=True)
    assert der is not None
    return f"{x509.load_der_x509_certificate(der).serial_number:x}"
