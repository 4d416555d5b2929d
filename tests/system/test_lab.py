# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab itself, without the collection's roles: what the other tests rest on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import PLAYBOOKS, ZONE
from cryptography.hazmat.primitives.serialization import Encoding
from lab.ansible import Controller
from lab.handshake import openssl_verifies, served_certificate
from lab.journal import Journal, start_time
from lab.lab import Lab, Plan

SCRATCH = Plan(name="dcscr", prefix="10.98.8", hosts=(), zone="example.net")


def test_every_host_runs_its_own_systemd(lab: Lab) -> None:
    identities = set()
    for host in lab.hosts.values():
        assert host.run("cat", "/proc/1/comm").stdout.strip() == "systemd"
        assert host.run("systemctl", "is-active", "ssh.service").stdout.strip() == "active"
        assert host.run("systemctl", "--failed", "--no-legend", "--plain").stdout.strip() == ""
        assert host.run("hostname").stdout.strip() == host.name
        identities.add(host.run("cat", "/etc/machine-id").stdout.strip())
    assert len(identities) == len(lab.hosts)


def test_a_host_has_cryptography_and_nothing_of_a_controller(lab: Lab) -> None:
    for host in lab.hosts.values():
        assert host.run("/usr/bin/python3", "-c", "'import cryptography'").returncode == 0
        for library in ("requests", "urllib3", "dns", "ansible"):
            missing = host.run("/usr/bin/python3", "-c", f"'import {library}'", check=False)
            assert f"No module named '{library}'" in missing.stderr


def test_hosts_reach_each_other_and_no_outside_network(lab: Lab) -> None:
    web1, web2 = lab.hosts.values()
    assert web1.run("bash", "-c", f"'exec 3<>/dev/tcp/{web2.address}/22'").returncode == 0
    assert web1.run("ip", "route", "show", "default").stdout == ""


def test_what_a_host_writes_stays_on_it(lab: Lab) -> None:
    web1, web2 = lab.hosts.values()
    web1.run("touch", "/etc/written-by-web1")
    assert web2.run("test", "-e", "/etc/written-by-web1", check=False).returncode == 1
    assert not Path("/etc/written-by-web1").exists()


def test_the_zone_answers_from_the_hosts_and_from_here(lab: Lab) -> None:
    for name, host in lab.hosts.items():
        assert lab.dns.query(f"{name}.{ZONE}", "A") == [host.address]
        assert host.run("getent", "hosts", f"ns.{ZONE}").stdout.split()[0] == lab.dns.address


def test_a_signed_update_is_taken_and_its_record_can_be_removed(lab: Lab, controller: Controller) -> None:
    record: dict[str, Any] = {"lab_dns_record": f"_dnsauth.web1.{ZONE}.", "lab_dns_value": "token-of-the-lab"}
    for state, expected in (("present", ['"token-of-the-lab"']), ("absent", [])):
        played = controller.play(PLAYBOOKS / "record.yml", lab_dns_state=state, **record)
        assert played.status == 0, played.text
        assert played.total("changed") == 1
        assert lab.dns.query(f"_dnsauth.web1.{ZONE}", "TXT") == expected


@pytest.mark.parametrize(
    ("key", "change", "answer"),
    [
        ("", f"update add _dnsauth.{ZONE}. 60 TXT unsigned", "REFUSED"),
        ("{name} {wrong}", f"update add _dnsauth.{ZONE}. 60 TXT forged", "NOTAUTH"),
        ("{name} {secret}", f"update add web9.{ZONE}. 60 A 192.0.2.1", "REFUSED"),
    ],
    ids=["unsigned", "wrong-key", "not-a-validation-record"],
)
def test_any_other_update_is_refused(lab: Lab, key: str, change: str, answer: str) -> None:
    signed = key.format(name=lab.dns.key_name, secret=lab.dns.key_secret, wrong="d3Jvbmc=")
    lines = [f"server {lab.dns.address} {lab.dns.port}", f"zone {ZONE}"]
    lines += [f"key {lab.dns.key_algorithm}:{signed}"] if signed else []
    update = "\n".join([*lines, change, "send", ""])
    done = subprocess.run(["nsupdate"], input=update, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert answer in done.stderr
    assert lab.dns.query(f"_dnsauth.{ZONE}", "TXT") == []
    assert lab.dns.query(f"web9.{ZONE}", "A") == []


def test_nginx_serves_a_certificate_that_was_made_on_the_host(lab: Lab, controller: Controller, tmp_path: Path) -> None:
    played = controller.play(PLAYBOOKS / "nginx.yml")
    assert played.status == 0, played.text
    shown = []
    for name, host in lab.hosts.items():
        trusted = tmp_path / f"{name}.pem"
        trusted.write_text(host.run("cat", "/etc/lab-tls/certificate.pem").stdout, encoding="utf-8")
        certificate = served_certificate(host.address, f"{name}.{ZONE}", trusted)
        assert certificate.public_bytes(Encoding.PEM).decode() == trusted.read_text(encoding="utf-8")
        verified, said = openssl_verifies(host.address, f"{name}.{ZONE}", trusted)
        assert verified, said
        wrong, said = openssl_verifies(host.address, f"other.{ZONE}", trusted)
        assert not wrong, said
        shown.append(certificate.serial_number)
    assert len(set(shown)) == len(lab.hosts)
    again = controller.play(PLAYBOOKS / "nginx.yml")
    assert (again.status, again.total("changed")) == (0, 0), again.text


def test_what_a_killed_run_left_is_taken_down() -> None:
    """A second, smaller lab is put up by a process that is killed; undoing its journal leaves nothing of it."""
    code = (
        "import time; from lab.lab import Plan, running\n"
        f"with running(Plan(name='{SCRATCH.name}', prefix='{SCRATCH.prefix}', hosts=(), zone='{SCRATCH.zone}')):\n"
        "    print('up', flush=True); time.sleep(600)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    driver = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment)
    assert driver.stdout is not None
    assert driver.stdout.readline() == "up\n"
    host = int((SCRATCH.folder / "layers" / "dns" / "pid").read_text(encoding="utf-8"))
    driver.kill()
    driver.wait()
    driver.stdout.close()
    assert start_time(host) is not None
    SCRATCH.journal.undo()
    assert start_time(host) is None
    assert not SCRATCH.folder.exists()
    assert SCRATCH.name not in Path("/proc/mounts").read_text(encoding="utf-8")
    assert not [port for port in Path("/sys/class/net").iterdir() if port.name.startswith(SCRATCH.name)]
    assert not list(Path("/run/netns").glob(f"{SCRATCH.name}-*"))


def test_a_process_that_took_over_a_pid_is_left_alone(tmp_path: Path) -> None:
    """A pid in the journal may now belong to another process; the start time shows it."""
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        journal = Journal(tmp_path / "journal")
        journal.path.write_text(f'["process", {stranger.pid}, "1"]\n', encoding="utf-8")
        journal.undo()
        time.sleep(0.1)
        assert stranger.poll() is None
        journal.note_process(stranger.pid)
        journal.undo()
        assert stranger.wait(timeout=60) == -signal.SIGKILL
    finally:
        if stranger.poll() is None:
            stranger.kill()
