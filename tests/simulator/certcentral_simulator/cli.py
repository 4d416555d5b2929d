# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line: start, print one line of JSON, and serve until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from certcentral_simulator.admin.app import make_admin_app
from certcentral_simulator.ca.api_certificate import ApiCertificate, make_api_certificate
from certcentral_simulator.clock import parse_moment
from certcentral_simulator.dcv.network import Network, split_address
from certcentral_simulator.simulator import DATABASE, Options, Simulator
from certcentral_simulator.state.account import read_account
from certcentral_simulator.state.ready_account import READY_ACCOUNT
from certcentral_simulator.switches import Value, parse_value
from certcentral_simulator.web.app import BASE_PATH, make_app
from certcentral_simulator.web.pipeline import Pipeline
from certcentral_simulator.web.server import RunningServer

_LOOPBACK, _EVERY_ADDRESS = "127.0.0.1", "0.0.0.0"
_STOP_SIGNALS = {signal.SIGTERM, signal.SIGINT}
# A test may have the answers to 50 clients held at once.
_API_THREADS, _ADMIN_THREADS = 64, 8


def build_parser() -> argparse.ArgumentParser:
    """The options."""
    parser = argparse.ArgumentParser(
        prog="certcentral_simulator", description="A simulator of the CertCentral Services API v2."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address of the API (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=0, help="port of the API (default: a free one)")
    parser.add_argument(
        "--admin-port", type=int, default=0, help="port of the control address on 127.0.0.1 (default: a free one)"
    )
    parser.add_argument(
        "--state", type=Path, metavar="DIR", help="directory for the state (default: a temporary directory)"
    )
    parser.add_argument("--account", type=Path, metavar="FILE", help="YAML file with the account of a new state")
    parser.add_argument("--api-key", help="value of the first API key (default: made up)")
    parser.add_argument(
        "--resolver", default="127.0.0.1:53", metavar="IP:PORT", help="DNS resolver of DCV (default 127.0.0.1:53)"
    )
    parser.add_argument("--http-port", type=int, default=80, help="port to use instead of 80 in DCV")
    parser.add_argument("--https-port", type=int, default=443, help="port to use instead of 443 in DCV")
    parser.add_argument(
        "--allow-public", action="store_true", help="let DCV reach addresses that are not loopback or private"
    )
    parser.add_argument("--no-rate-limit", action="store_true", help="switch both rate windows off")
    parser.add_argument("--time", metavar="ISO8601", help="initial time of the simulated clock (default: now)")
    parser.add_argument(
        "--switch", action="append", default=[], metavar="NAME=VALUE", help="set a switch; may be repeated"
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the simulator; return 0 after SIGTERM or SIGINT, 1 if it cannot serve, 2 if an option is invalid."""
    parser = build_parser()
    given = parser.parse_args(arguments)
    try:
        options = _options(given)
    except (ValueError, OSError) as exc:
        parser.error(str(exc))
    # Both signals stop it in the same way from the very start. A handler could run at any point, even while a lock
    # that it needs is held; a blocked signal stays pending until sigwait takes it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
    directory = given.state or Path(tempfile.mkdtemp(prefix="certcentral-simulator-"))
    try:
        return _serve(given, options, directory)
    finally:
        if given.state is None:
            shutil.rmtree(directory, ignore_errors=True)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(given: argparse.Namespace, options: Options, directory: Path) -> int:
    simulator: Simulator | None = None
    servers: list[RunningServer] = []
    try:
        api = RunningServer(given.host, given.port, threads=_API_THREADS)
        servers.append(api)
        admin = RunningServer(_LOOPBACK, given.admin_port, threads=_ADMIN_THREADS)
        servers.append(admin)
        # Certificates of the account file contain the address of lists and responder, so it must be known by then.
        simulator = Simulator(directory, options, revocation_url=f"http://{_LOOPBACK}:{admin.port}")
        files = make_api_certificate(directory / "tls", given.host)
        api.start(Pipeline(make_app(simulator), simulator), (files.certificate_file, files.key_file))
        admin.start(make_admin_app(simulator))
        simulator.jobs.start()
        print(json.dumps(_ready_line(given.host, simulator, files, api, admin)), flush=True)
        signal.sigwait(_STOP_SIGNALS)
    except (OSError, OverflowError, ValueError) as exc:
        print(f"certcentral_simulator: error: cannot serve: {exc}", file=sys.stderr)
        return 1
    except sqlite3.Error as exc:
        print(
            f"certcentral_simulator: error: cannot serve: the database {directory / DATABASE} cannot be used: {exc}; "
            "restore it from a copy, or remove it to start with a new state",
            file=sys.stderr,
        )
        return 1
    finally:
        if simulator is not None:
            simulator.stopping.set()
        # Each takes up to a second to stop its threads.
        with ThreadPoolExecutor() as pool:
            list(pool.map(RunningServer.stop, servers))
        if simulator is not None:
            simulator.close()
    return 0


def _ready_line(
    host: str, simulator: Simulator, files: ApiCertificate, api: RunningServer, admin: RunningServer
) -> dict[str, str]:
    with simulator.work() as work:
        key = work.keys.first("1")
    return {
        "base_url": f"https://{_LOOPBACK if host == _EVERY_ADDRESS else host}:{api.port}{BASE_PATH}",
        "api_key": key.secret if key else "",
        "ca_file": str(files.ca_file.resolve()),
        "root_file": str(simulator.authority.root_file.resolve()),
        "admin_url": f"http://{_LOOPBACK}:{admin.port}",
    }


def _options(given: argparse.Namespace) -> Options:
    account = read_account(given.account) if given.account else READY_ACCOUNT
    switches: dict[str, Value] = {}
    for assignment in given.switch:
        name, equals, value = assignment.partition("=")
        if not equals:
            raise ValueError(f"--switch takes NAME=VALUE, not {assignment!r}")
        switches[name] = parse_value(name, value)
    if given.no_rate_limit:
        switches.update({"rate_limit_long": 0, "rate_limit_short": 0})
    split_address(given.resolver)
    return Options(
        account=account,
        api_key=given.api_key,
        network=Network(given.resolver, given.http_port, given.https_port, given.allow_public),
        now=parse_moment(given.time) if given.time else None,
        switches=switches,
    )


if __name__ == "__main__":
    sys.exit(main())
