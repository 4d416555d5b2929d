# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs that work on the same certificate of one host at the same time, each in a process of its own."""

from __future__ import annotations

import contextlib
import os
import time
import traceback
import typing as t
from collections.abc import Callable, Sequence
from pathlib import Path

from ansible_collections.community.digicert.tests.unit import host_scene, pki
from ansible_collections.community.digicert.tests.unit.host_kills import observing
from ansible_collections.community.digicert.tests.unit.host_scene import Scene, issue, with_certificate
from ansible_collections.community.digicert.tests.unit.host_stories import are_a_pair

# another job may have gone back to before the first certificate
_NOTHING_LEFT = ("no certificate is installed", "nothing to go back to", "has no other set")
ISSUED = [issue() for _number in range(3)]


def _start(job: Callable[[], object], gate: Path) -> int:
    """Start a job that begins when the gate is there. Its process ends with 1 if the job fails."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            while not gate.exists():
                time.sleep(0.001)
            with observing(lambda _call, _path: None):
                job()
            status = 0
        except AssertionError:
            traceback.print_exc()
        finally:
            os._exit(status)
    return pid


def run_together(jobs: Sequence[Callable[[], object]], gate: Path, meanwhile: Callable[[], None]) -> int:
    """Run jobs at the same time. Return how many failed."""
    left = {_start(job, gate) for job in jobs}
    gate.touch()
    failed = 0
    while left:
        meanwhile()
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid in left:
            left.remove(pid)
            failed += status != 0
    return failed


def job_options(scene: Scene) -> dict[str, t.Any]:
    """Return the options of every job."""
    return {
        "lock_timeout": 60,
        "links": [
            {"path": str(scene.site / "copy.pem"), "output": "fullchain", "copy": True},
            {"path": str(scene.site / "www.key"), "output": "key"},
        ],
    }


def _job(scene: Scene, number: int) -> Callable[[], None]:
    """Return a job that installs all certificates in an order of its own, and goes back now and then."""
    options = job_options(scene)

    def live() -> None:
        for turn in range(4):
            issued = ISSUED[(number + turn) % len(ISSUED)]
            given = {**with_certificate(issued), "key_path": str(scene.folder / f"{host_scene.serial(issued)}.key")}
            entries = [scene.run("installed", **given, **options)]
            if (number + turn) % 3 == 0:
                entries.append(scene.run("previous", **options))
            entries += [scene.run("staged", key_type="ECC", **options), scene.run("in_service", **options)]
            for entry in entries:
                assert not entry["failed"] or any(text in entry["msg"] for text in _NOTHING_LEFT), entry["msg"]

    return live


def live_together(scene: Scene, jobs: int = 5) -> tuple[int, int]:
    """Return how many jobs failed, and how often a mixed pair was seen in the set in use."""
    for issued in ISSUED:
        path = scene.folder / f"{host_scene.serial(issued)}.key"
        path.write_bytes(pki.key_pem(issued.key))
        path.chmod(0o600)
    scene.stage(ISSUED[0].key)
    scene.put_into_service(ISSUED[0], **job_options(scene))
    mixed = 0

    def look() -> None:
        nonlocal mixed
        # a set may be removed while it is read; what is in use is read through one folder, as a service does
        with contextlib.suppress(FileNotFoundError):
            used = scene.current.resolve()
            mixed += not are_a_pair(used / "cert.pem", used / "privkey.pem")

    failed = run_together([_job(scene, number) for number in range(jobs)], scene.folder / "gate", look)
    return failed, mixed


def staged_together(scene: Scene) -> set[str]:
    """Return the different CSRs that jobs got which staged at the same time."""

    def stage(number: int) -> None:
        entry = scene.ok("staged", key_type="RSA", lock_timeout=60)
        (scene.folder / f"csr-{number}").write_text(entry["csr"], encoding="ascii")

    jobs = [lambda number=number: stage(number) for number in range(4)]
    assert run_together(jobs, scene.folder / "gate", lambda: time.sleep(0.01)) == 0
    return {path.read_text(encoding="ascii") for path in scene.folder.glob("csr-*")}
