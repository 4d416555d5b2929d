# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS servers on loopback, some of which start in plain text."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from ansible_collections.community.digicert.tests.roles.support.authority import Issued, key_pem

LOOPBACK = "127.0.0.1"


def server_context(folder: Path, issued: Issued, chain: str) -> ssl.SSLContext:
    """Return the settings of a server that serves a certificate with this chain."""
    path = folder / f"{issued.serial_number}.pem"
    path.write_text(issued.pem + chain + key_pem(issued.key), encoding="ascii")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@contextlib.contextmanager
def serving(context: ssl.SSLContext | None, dialogue: Sequence[bytes] = ()) -> Iterator[int]:
    """Serve on a free port until the block ends; yield the port.

    ``dialogue`` is sent in plain text, with one read from the client after each entry; an empty entry lets the client
    speak first. Without ``context`` no TLS follows, and the connection stays open until the client closes it.
    """
    listener = socket.create_server((LOOPBACK, 0))

    def serve_one(client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            client.settimeout(10)
            for number, answer in enumerate(dialogue):
                if number:
                    client.recv(1024)
                client.sendall(answer)
            if context is None:
                client.recv(1024)
                return
            with context.wrap_socket(client, server_side=True) as secured:
                secured.recv(1)

    def serve() -> None:
        while True:
            try:
                client, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve_one, args=(client,), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        # wakes up the thread that waits for a client
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)
