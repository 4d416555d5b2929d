# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role deploy under six services of one host: taken over, replaced, and put back for every cause of a failure.

The tests of this file are one course of events on the host web1. What goes wrong before anything is in use happens on
web2 in the same runs.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from conftest import ZONE
from lab.ansible import Controller, Played
from lab.hosts import Host
from lab.lab import Lab
from lab.services import (
    CERTIFICATE,
    COMBINED,
    KEY,
    KEY_GROUP,
    SERVICES,
    installed_file,
    journal_of,
    place_certificate,
    start_services,
    write,
)

from ansible_collections.community.digicert.plugins.module_utils._host.handshake import Endpoint, read_all_served
from ansible_collections.community.digicert.tests.roles.support.authority import Authority, Issued, key_pem

NAME = f"www.{ZONE}"
HOME = "/etc/digicert/www"
PASSPHRASE = "correct-horse-9"
_README = Path(__file__).parents[2] / "roles" / "deploy" / "README.md"


def readme_example(marker: str) -> str:
    """Return the one example of the role's README that holds a text."""
    blocks = re.findall(r"^```yaml\n(.*?)^```$", _README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    (found,) = [block for block in blocks if marker in block]
    return str(found)


@dataclass
class Operator:
    """Somebody who keeps certificates beside the examples of the README and plays them."""

    controller: Controller
    authority: Authority
    hosts: dict[str, Host]
    playbooks: dict[str, Path] = field(default_factory=dict)

    def take(self, issued: Issued, chain: str | None = None) -> None:
        """Put a certificate where the examples look for it, and its key on the hosts."""
        folder = self.controller.folder
        (folder / f"{NAME}.pem").write_text(issued.pem, encoding="ascii")
        (folder / f"{NAME}.chain.pem").write_text(chain or self.authority.intermediate.pem, encoding="ascii")
        for host in self.hosts.values():
            write(host, f"/root/{NAME}.key", key_pem(issued.key))

    def play(self, example: str, limit: str, **variables: Any) -> Played:
        """Play an example of the README."""
        playbook = self.controller.folder / "example.yml"
        playbook.write_text(readme_example(example), encoding="utf-8")
        quick: dict[str, Any] = {"deploy_served_retries": 60, "deploy_served_delay": 1, "shop_passphrase": PASSPHRASE}
        return self.controller.play(playbook, "--limit", limit, **{**quick, **variables})


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Return the authority that issues every certificate of this file."""
    return Authority()


@pytest.fixture(scope="module")
def operator(lab: Lab, lab_inventory: Path, authority: Authority) -> Operator:
    """Return an operator; the task file that one example names is there."""
    folder = lab.folder / "operator"
    folder.mkdir()
    reload_shop = (
        "- name: Note it\n  ansible.builtin.file:\n    path: /root/reloaded\n    state: directory\n    mode: '755'\n"
    )
    (folder / "reload-shop.yml").write_text(reload_shop, encoding="utf-8")
    return Operator(Controller(folder, lab_inventory), authority, lab.hosts)


@pytest.fixture(scope="module")
def web1(lab: Lab, first: Issued, authority: Authority) -> Host:
    """Return a host whose services use a certificate that a person placed."""
    host = lab.hosts["web1"]
    place_certificate(host, first.pem + authority.intermediate.pem, key_pem(first.key))
    start_services(host)
    return host


@pytest.fixture(scope="module")
def first(authority: Authority) -> Issued:
    """Return the certificate that was there before."""
    return authority.issue(NAME)


@pytest.fixture(scope="module")
def second(authority: Authority) -> Issued:
    """Return the certificate that replaces it."""
    return authority.issue(NAME)


def serials(host: Host) -> dict[str, str]:
    """Return by service the serial number of what it serves, or why it does not."""
    endpoints = [Endpoint(host.address, service.port, NAME, service.starttls) for service in SERVICES]
    shown = read_all_served(endpoints, 60)
    return {
        service.unit: one.certificate.serial_number
        if one.certificate
        else f"{one.problem}: {journal_of(host, service.unit)}"
        for service, one in zip(SERVICES, shown, strict=True)
    }


def everywhere(issued: Issued) -> dict[str, str]:
    """Return what ``serials`` returns where all services serve one certificate."""
    return {service.unit: issued.serial_number for service in SERVICES}


def failure(played: Played, host: str) -> str:
    """Return the message with which the play failed on a host."""
    found = re.findall(rf'^fatal: \[{host}\]: FAILED! => .*?"msg": "([^\n]*)"', played.text, re.MULTILINE)
    assert found, played.text[-6000:]
    return str(found[-1])


@contextlib.contextmanager
def watched(host: Host) -> Iterator[list[str]]:
    """Shake hands with nginx again and again; collect what it serves, or why a handshake failed."""
    seen: list[str] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            (one,) = read_all_served([Endpoint(host.address, 443, NAME)], 60)
            seen.append(one.certificate.serial_number if one.certificate else str(one.problem))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def test_a_host_that_has_certificates_is_taken_over_without_a_gap(
    operator: Operator, web1: Host, first: Issued, second: Issued
) -> None:
    assert serials(web1) == everywhere(first)
    operator.take(second)

    with watched(web1) as seen:
        played = operator.play("many services", "web1")

    assert played.status == 0, played.text[-6000:]
    assert serials(web1) == everywhere(second)
    assert set(seen) == {first.serial_number, second.serial_number}
    assert seen == sorted(seen, key=[first.serial_number, second.serial_number].index), "the old one came back"
    in_use = f"{HOME}/sets/{second.serial_number}"
    for path, file in ((CERTIFICATE, "fullchain.pem"), (KEY, "privkey.pem"), (COMBINED, "combined.pem")):
        assert web1.run("readlink", path).stdout.strip() == f"{HOME}/current/{file}"
        assert web1.run("realpath", path).stdout.strip() == f"{in_use}/{file}"
    for path in (KEY, COMBINED):
        assert web1.run("stat", "-Lc", "%U:%G:%a", path).stdout.strip() == f"root:{KEY_GROUP}:640"
    kept = web1.root / f"{HOME}/sets/{first.serial_number}".lstrip("/")
    assert (kept / "cert.pem").read_text(encoding="ascii") == first.pem
    assert (kept / "privkey.pem").read_text(encoding="ascii") == key_pem(first.key)

    again = operator.play("many services", "web1")
    assert (again.status, again.total("changed")) == (0, 0), again.text[-6000:]


@dataclass(frozen=True)
class Fault:
    """A way in which a new certificate does not come into service.

    What is done to the host, and what is reported: one of these texts, if it depends on which of two things is faster.
    """

    break_host: str
    mend_host: str
    reported: tuple[str, ...]


_DROP_IN = "/run/systemd/system/{unit}.service.d"
_NO_RELOAD = (
    f"mkdir -p {_DROP_IN} && printf '[Service]\\nExecReload=\\nExecReload=/bin/false\\n' > {_DROP_IN}/no.conf"
    " && systemctl daemon-reload"
)
_RELOAD_AGAIN = f"rm -r {_DROP_IN} && systemctl daemon-reload"
_APACHE_SITE = "/etc/apache2/sites-enabled/000-default.conf"
FAULTS = {
    "the configuration of HAProxy is broken": Fault(
        "echo nonsense >> /etc/haproxy/haproxy.cfg",
        "sed -i /nonsense/d /etc/haproxy/haproxy.cfg",
        ("the command 'haproxy -c -f /etc/haproxy/haproxy.cfg' exited with 1",),
    ),
    "Dovecot does not reload": Fault(
        _NO_RELOAD.format(unit="dovecot"), _RELOAD_AGAIN.format(unit="dovecot"), ("Unable to reload service dovecot",)
    ),
    # its key is a copy of the old one: the configuration test does not see it, and the reload ends Apache
    "Apache ends when it reloads": Fault(
        f"cp {KEY} /etc/apache2/copy.key && sed -i s,{KEY},/etc/apache2/copy.key, {_APACHE_SITE}",
        f"sed -i s,/etc/apache2/copy.key,{KEY}, {_APACHE_SITE}",
        (
            ":8443 does not serve the installed certificate: the connection fails: Connection refused",
            # systemd notices the end while it still reloads
            "Unable to reload service apache2",
        ),
    ),
    "PostgreSQL goes on with a copy of the old one": Fault(
        f"for file in {CERTIFICATE} {KEY}; do cp -pL $file /etc/postgresql/; done"
        " && sed -i s,/etc/ssl/www/,/etc/postgresql/, /etc/postgresql/*/main/postgresql.conf",
        "sed -i s,/etc/postgresql/www,/etc/ssl/www/www, /etc/postgresql/*/main/postgresql.conf",
        (":5432 does not serve the installed certificate: it serves the one with the serial number {old}",),
    ),
}


@pytest.mark.parametrize("cause", FAULTS)
def test_the_old_certificate_stays_served_by_all(
    operator: Operator, web1: Host, second: Issued, authority: Authority, cause: str
) -> None:
    fault = FAULTS[cause]
    operator.take(authority.issue(NAME))
    web1.run(fault.break_host)
    try:
        played = operator.play("many services", "web1", deploy_served_retries=5)
    finally:
        web1.run(fault.mend_host)
    assert played.status == 2, played.text[-6000:]
    reported = failure(played, "web1")
    assert any(text.format(old=second.serial_number) in reported for text in fault.reported), reported
    assert f"the previous certificate {second.serial_number} is in place again and is served" in reported
    assert serials(web1) == everywhere(second)
    assert installed_file(web1, CERTIFICATE).parent.name == second.serial_number


def _keystores(host: Host) -> tuple[str, str]:
    """Return what keytool and openssl, which the role does not share, read in the two keystores."""
    current = "/etc/digicert/shop/current"
    java = host.run("keytool", "-list", "-v", "-keystore", f"{current}/keystore.jks", "-storepass", PASSPHRASE).stdout
    command = ["openssl", "pkcs12", "-in", f"{current}/certificate.p12", "-passin", f"pass:{PASSPHRASE}", "-nodes"]
    return java, host.run(*command).stdout


def test_keystores_are_made_on_the_host_and_a_full_disk_leaves_those_in_use(
    operator: Operator, lab: Lab, first: Issued, authority: Authority
) -> None:
    web2 = lab.hosts["web2"]
    web2.run("mkdir /etc/digicert && mount -t tmpfs -o size=256k tmpfs /etc/digicert")
    operator.take(first)

    # the host needs no Java to write a keystore for it
    web2.run("mv /usr/bin/keytool /root/")
    try:
        installed = operator.play("Java service", "web2")
    finally:
        web2.run("mv /root/keytool /usr/bin/")
    assert installed.status == 0, installed.text[-6000:]
    assert web2.run("test", "-d", "/root/reloaded", check=False).returncode == 0
    java, pkcs12 = _keystores(web2)
    assert "Keystore type: JKS" in java
    assert "Alias name: shop" in java
    assert "Certificate chain length: 2" in java
    assert "friendlyName: shop" in pkcs12
    assert pkcs12.count("BEGIN CERTIFICATE") == 2
    assert "BEGIN PRIVATE KEY" in pkcs12
    modes = web2.run("stat -c %a:%n /etc/digicert/shop/current/*").stdout.split()
    assert [entry.split(":")[0] for entry in modes if entry.endswith(("p12", "jks", "privkey.pem"))] == ["600"] * 3
    again = operator.play("Java service", "web2")
    assert (again.status, again.total("changed")) == (0, 0), again.text[-6000:]

    web2.run("head -c 236k /dev/zero > /etc/digicert/full || true")
    before = web2.run("find", "/etc/digicert/shop").stdout
    operator.take(authority.issue(NAME))
    full = operator.play("Java service", "web2")
    assert full.status == 2, full.text[-6000:]
    assert "No space left on device" in failure(full, "web2")
    assert f"the certificate {first.serial_number} stays in use" in failure(full, "web2")
    assert web2.run("find", "/etc/digicert/shop").stdout == before
    assert _keystores(web2) == (java, pkcs12)
    assert PASSPHRASE not in installed.text + full.text
