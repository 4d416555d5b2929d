# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole life of one certificate, step by step: a simulated CertCentral, real DNS, HTTP, TLS and Ansible.

Needs neither root nor an account, and connects to nothing outside this machine. Exits with 0 only if every step was
verified.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ansible_collections.community.digicert.tests.demo.playing import Player
from ansible_collections.community.digicert.tests.demo.processes import StartError, serving, undisturbed
from ansible_collections.community.digicert.tests.demo.proof import Books, NotProven
from ansible_collections.community.digicert.tests.demo.story import Story
from certcentral_simulator.process import SimulatorError, SimulatorProcess

HERE = Path(__file__).parent
_PORT = r'"port": (\d+)'


def say(text: str) -> None:
    """Print a line immediately, even if the output is a pipe."""
    print(text, flush=True)


@contextmanager
def simulating(state: Path, dns_port: int, web_port: int) -> Iterator[SimulatorProcess]:
    """Run the simulator; it is stopped even if it is interrupted while it starts."""
    options = ["--state", str(state), "--resolver", f"127.0.0.1:{dns_port}", "--http-port", str(web_port)]
    simulator = SimulatorProcess(options)
    try:
        simulator.start()
        yield simulator
    finally:
        with undisturbed():
            simulator.stop()


@contextmanager
def stage(folder: Path) -> Iterator[Story]:
    """Start everything that the demonstration needs, and stop it when the block is left."""
    webroot, certificates = folder / "webroot", folder / "digicert"
    # the folder of a web server that was validated before; the role would make and remove a missing one
    (webroot / ".well-known" / "pki-validation").mkdir(parents=True)
    current, log = certificates / "shop" / "current", folder / "services.log"
    dns_server = [sys.executable, str(HERE / "dns_server.py")]
    files = ["--certificate", str(current / "fullchain.pem"), "--key", str(current / "privkey.pem")]
    tls_service = [sys.executable, str(HERE / "tls_service.py"), *files]
    # the web server of the standard library prints its port on its first line
    web_server = [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(webroot), "0"]
    with (
        serving(dns_server, ready=_PORT, log=log) as dns,
        serving(web_server, ready=r"port (\d+)", log=log) as web,
        serving(tls_service, ready=_PORT, log=log) as tls,
        simulating(folder / "certcentral", dns.port, web.port) as simulator,
    ):
        say(f"   CertCentral (simulated)  {simulator.base_url}")
        say(f"   DNS server               127.0.0.1:{dns.port}")
        say(f"   web server               http://127.0.0.1:{web.port}")
        say(f"   TLS service              https://127.0.0.1:{tls.port}, no certificate yet")
        player = Player(
            folder,
            {"DIGICERT_API_KEY": simulator.api_key, "DIGICERT_API_URL": simulator.base_url},
            {
                "demo_api_ca_file": simulator.ca_file,
                "demo_root_file": simulator.root_file,
                "demo_directory": str(certificates),
                "demo_webroot": str(webroot),
                "demo_service_pid": tls.pid,
                "demo_service_port": tls.port,
            },
        )
        yield Story(player, Books(simulator), tls.port, simulator.root_file, say)


def perform(folder: Path) -> bool:
    """Run all steps in a folder; return whether every step was verified."""
    story: Story | None = None
    proven = False
    try:
        with stage(folder) as story:
            story.run()
            proven = True
    except NotProven as problem:
        say(f"   NOT VERIFIED: {problem}")
    except (StartError, SimulatorError) as problem:
        say(f"\nThe demonstration could not start: {problem}")
    if story:
        say(f"\n{story.table()}\n")
    return proven


def main() -> int:
    """Run the demonstration."""
    parser = argparse.ArgumentParser(description="The whole life of one certificate, step by step.")
    parser.add_argument("--keep", action="store_true", help="keep the folder with certificates and logs")
    arguments = parser.parse_args()
    # SIGTERM cleans up like Ctrl-C; SIGINT is set again because shells let background programs ignore it
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    start = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="digicert-demo-"))
    say("Everything runs on this machine without root, and is stopped at the end:")
    keep, proven = True, False
    try:
        proven = perform(folder)
        keep = arguments.keep or not proven
    except KeyboardInterrupt:
        keep = arguments.keep
        say("\nStopped; nothing is left running.")
        return 128 + signal.SIGINT
    finally:
        if keep:
            say(f"Certificates and logs are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    say(f"{'Every step was verified' if proven else 'Not every step was verified'}, {time.monotonic() - start:.0f} s.")
    return 0 if proven else 1


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
