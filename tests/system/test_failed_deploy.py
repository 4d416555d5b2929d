# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A new certificate that cannot be taken into use: the old one stays served, and the next run recovers.

The tests of this file are one course of events. Each host is broken in another way: a configuration that does not fit
the new key, a service that does not reload, a site that goes on with copies of the old files, a zone that nobody may
update, a disk that is full.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from conftest import PLAYBOOKS, ZONE
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from lab.ansible import Controller, Played
from lab.bind import locked_zone
from lab.calls import calls_of
from lab.handshake import openssl_verifies
from lab.hosts import Host
from lab.lab import Lab
from lab.site import FOLDER, installed_file, reported, serial_numbers, served

from certcentral_simulator.process import SimulatorProcess

SITE = "etc/nginx/sites-enabled/default"
DROP_IN = "etc/systemd/system/nginx.service.d/reload.conf"
IN_USE = f"/{FOLDER}/current/"
COPIES = "/etc/nginx/copies/"

Replace = Callable[[], Played]


@pytest.fixture(scope="module")
def old(lab: Lab, operator: Controller, service: SimulatorProcess) -> dict[str, str]:
    """Install the first certificates; return their serial numbers."""
    played = operator.play(PLAYBOOKS / "site.yml")
    assert played.status == 0, played.text
    return serial_numbers(served(lab.hosts, ZONE, service.root_file))


@pytest.fixture(scope="module")
def replace(operator: Controller, old: dict[str, str]) -> Replace:
    """Return a run that asks for a longer key, which needs another certificate."""
    variables: dict[str, Any] = {"certificate_key_size": 3072, "deploy_served_retries": 5, "deploy_served_delay": 1}
    return lambda: operator.play(PLAYBOOKS / "certificate.yml", **variables)


def _copy_set(host: Host) -> None:
    """Give the host's nginx copies of the files in use, as a person may have done by hand."""
    host.run("install", "-d", "-m", "700", COPIES)
    host.run("cp", "-L", f"{IN_USE}privkey.pem", f"{IN_USE}fullchain.pem", COPIES)


def _point_site(host: Host, **files: str) -> None:
    """Let the site read its key or its certificate from other places."""
    site = host.root / SITE
    text = site.read_text(encoding="utf-8")
    for name, folder in files.items():
        text = re.sub(rf"/\S*/{name}\.pem", f"{folder}{name}.pem", text)
    site.write_text(text, encoding="utf-8")


def _failure(played: Played, host: str) -> str:
    """Return the message with which the play failed on a host."""
    found = re.findall(rf'^fatal: \[{host}\]: FAILED! => .*?"msg": "([^\n]*)"', played.text, re.MULTILINE)
    assert found, played.text
    return str(found[-1])


def _key_size(certificate: x509.Certificate) -> int:
    key = certificate.public_key()
    assert isinstance(key, RSAPublicKey)
    return key.key_size


def test_the_old_certificate_stays_where_the_new_one_cannot_be_loaded(
    lab: Lab, service: SimulatorProcess, old: dict[str, str], replace: Replace
) -> None:
    web1, web2 = lab.hosts.values()
    _copy_set(web1)
    _point_site(web1, privkey=COPIES)
    drop_in = web2.root / DROP_IN
    drop_in.parent.mkdir()
    drop_in.write_text("[Service]\nExecReload=\nExecReload=/bin/false\n", encoding="utf-8")
    web2.run("systemctl", "daemon-reload")

    with calls_of(service) as calls:
        played = replace()
    assert played.status == 2, played.text
    assert played.total("failed") == 2
    assert calls.count("POST", "/order/certificate/*/reissue") == len(calls.posts) == 2

    assert serial_numbers(served(lab.hosts, ZONE, service.root_file)) == old
    for name, host in lab.hosts.items():
        assert installed_file(host, "cert.pem").parent.name == old[name]
        verified, said = openssl_verifies(host.address, f"{name}.{ZONE}", service.root_file)
        assert verified, said
        assert f"the previous certificate {old[name]}" in _failure(played, name)
    assert "nginx -t" in _failure(played, "web1")
    assert f"{old['web1']} is in place again and is served" in _failure(played, "web1")
    assert "Unable to reload service nginx" in _failure(played, "web2")
    # The host goes on after a restart as well.
    web1.run("systemctl", "restart", "nginx")
    web2.run("systemctl", "restart", "nginx")
    assert serial_numbers(served(lab.hosts, ZONE, service.root_file)) == old


def test_the_next_run_recovers_and_another_host_that_serves_copies_is_told(
    lab: Lab, service: SimulatorProcess, old: dict[str, str], replace: Replace
) -> None:
    web1, web2 = lab.hosts.values()
    _point_site(web1, fullchain=COPIES)
    (web2.root / DROP_IN).unlink()
    web2.run("systemctl", "daemon-reload")

    with calls_of(service) as calls:
        played = replace()
    assert played.status == 2, played.text
    assert {host: counts["failed"] for host, counts in played.counts.items()} == {"web1": 1, "web2": 0}
    # The certificates of the run that failed serve.
    assert calls.posts == []

    now = served(lab.hosts, ZONE, service.root_file)
    assert serial_numbers(now)["web1"] == old["web1"]
    assert f"it serves the one with the serial number {old['web1']}" in _failure(played, "web1")
    assert installed_file(web1, "cert.pem").parent.name == old["web1"]
    assert serial_numbers(now)["web2"] == reported(played, "serial_number")["web2"] != old["web2"]
    assert _key_size(now["web2"]) == 3072


def test_a_mended_host_gets_the_certificate_that_is_there(
    lab: Lab, service: SimulatorProcess, old: dict[str, str], replace: Replace
) -> None:
    web1 = lab.hosts["web1"]
    _point_site(web1, privkey=IN_USE, fullchain=IN_USE)
    with calls_of(service) as calls:
        played = replace()
    assert played.status == 0, played.text
    assert calls.posts == []
    assert played.counts["web2"]["changed"] == 0
    now = served(lab.hosts, ZONE, service.root_file)
    assert serial_numbers(now) == reported(played, "serial_number")
    assert serial_numbers(now)["web1"] != old["web1"]
    assert _key_size(now["web1"]) == 3072
    assert len(service.billed_orders()) == 2
    assert not (web1.root / FOLDER / "pending").exists()
    assert not (web1.root / FOLDER / ".deploying").exists()


def _fill_disk(host: Host) -> str:
    """Move the folder of the certificates to a small file system, and leave room for a staged key and no more."""
    host.run("cp -a /etc/digicert /root/ && mount -t tmpfs -o size=512k tmpfs /etc/digicert")
    host.run("cp -a /root/digicert/. /etc/digicert/")
    # A file of a page each: the key, the CSR, and one more.
    pages = int(host.run("stat", "-fc", "%f", "/etc/digicert").stdout) - 3
    host.run("head", "-c", str(pages * 4096), "/dev/zero", ">", "/etc/digicert/full")
    return host.run("find", f"/{FOLDER}").stdout


def test_a_locked_zone_and_a_full_disk_leave_the_old_certificate_and_cost_nothing_more(
    lab: Lab, operator: Controller, service: SimulatorProcess, old: dict[str, str]
) -> None:
    web2 = lab.hosts["web2"]
    locked = f"www.{locked_zone(ZONE)}"
    names = {"web1": locked, "web2": f"more.web2.{ZONE}"}
    further = "{{ [inventory_hostname ~ '.' ~ lab_zone, 'www.' ~ inventory_hostname ~ '.' ~ lab_zone, further_name] }}"

    def play() -> Played:
        return operator.play(
            PLAYBOOKS / "certificate.yml",
            certificate_key_size=3072,
            site_names=further,
            further_names=names,
            further_name="{{ further_names[inventory_hostname] }}",
        )

    before = serial_numbers(served(lab.hosts, ZONE, service.root_file))
    billed = [entry for entry in service.billed_orders() if entry["kind"] == "order"]
    files = _fill_disk(web2)
    with calls_of(service) as calls:
        played = play()
    assert played.total("failed") == 2, played.text
    assert calls.count("POST", "/order/certificate/*/reissue") == len(calls.posts) == 2
    assert f"refuses an update of _dnsauth.{locked}.: REFUSED" in _failure(played, "web1")
    assert "Check the TSIG key, its permissions" in _failure(played, "web1")
    assert "No space left on device" in _failure(played, "web2")
    assert f"the certificate {before['web2']} stays in use" in _failure(played, "web2")
    assert serial_numbers(served(lab.hosts, ZONE, service.root_file)) == before
    assert sorted(web2.run("find", f"/{FOLDER}/sets", f"/{FOLDER}/current").stdout.split()) == sorted(
        line for line in files.split() if "/pending" not in line and not line.endswith(("/.lock", f"/{FOLDER}"))
    )
    for name in (*names.values(), *(f"{host}.{ZONE}" for host in lab.hosts)):
        assert lab.dns.query(f"_dnsauth.{name}", "ANY") == []

    lab.dns.unlock()
    web2.run("rm", "/etc/digicert/full")
    with calls_of(service) as calls:
        played = play()
    assert played.status == 0, played.text
    assert calls.posts == []
    now = served(lab.hosts, ZONE, service.root_file)
    assert serial_numbers(now) == reported(played, "serial_number")
    assert not set(serial_numbers(now).values()) & set(before.values())
    for host, certificate in now.items():
        shown = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert names[host] in shown.get_values_for_type(x509.DNSName)
    assert [entry for entry in service.billed_orders() if entry["kind"] == "order"] == billed
    for name in names.values():
        assert lab.dns.query(f"_dnsauth.{name}", "ANY") == []
