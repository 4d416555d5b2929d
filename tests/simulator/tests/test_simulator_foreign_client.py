# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client that was written for the service, not for this simulator; it gets only an address, a CA file and a key."""

from __future__ import annotations

import ast
import inspect
import io
import subprocess
import zipfile
from pathlib import Path

import pytest
from simulator_testing import foreign_client
from simulator_testing.dns_server import DnsServer
from simulator_testing.foreign_client import ForeignClient, ServiceError

from certcentral_simulator.process import SimulatorProcess

ORGANIZATION = 112233


@pytest.fixture
def foreign(simulator: SimulatorProcess) -> ForeignClient:
    """The client, with only an address, a CA file and a key."""
    return ForeignClient(simulator.api_key, simulator.base_url, simulator.ca_file)


@pytest.fixture
def csr(tmp_path: Path) -> str:
    """A CSR made by openssl."""
    command = ["openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=www.valid.example"]
    subprocess.run([*command, "-keyout", str(tmp_path / "k"), "-out", str(tmp_path / "r")], check=True, stderr=-3)
    return (tmp_path / "r").read_text()


def test_it_knows_nothing_about_the_simulator() -> None:
    tree = ast.parse(inspect.getsource(foreign_client))
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= {
        "__future__",
        "dataclasses",
        "json",
        "ssl",
        "time",
        "typing",
        "urllib.error",
        "urllib.parse",
        "urllib.request",
    }


def test_order_approve_poll_download_revoke(foreign: ForeignClient, csr: str, simulator: SimulatorProcess) -> None:
    placed = foreign.order("ssl_multi_domain", ["www.valid.example", "api.valid.example"], csr, ORGANIZATION)
    assert placed.request_id is not None
    assert foreign.info(placed.order_id)["status"] == "needs_approval"
    foreign.approve(placed.request_id)
    certificate_id = foreign.wait_until(placed.order_id, "issued")
    pem = foreign.download(certificate_id, "pem_all").decode()
    assert pem.count("-----BEGIN CERTIFICATE-----") == 3
    assert foreign.download_of_order(placed.order_id).decode() == pem
    serial = foreign.info(placed.order_id)["certificate"]["serial_number"]
    foreign.approve(foreign.revoke(serial, "No longer needed."))
    # The order stays active if a certificate is revoked on its own (D).
    assert foreign.info(placed.order_id)["status"] == "issued"
    assert foreign.info(serial)["id"] == placed.order_id


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("default", 3),
        ("default_cer", 3),
        ("default_pem", 3),
        ("apache", 2),
        ("cer", 0),
        ("p7b", 0),
        ("pem_all", 0),
        ("pem_noroot", 0),
        ("pem_nointermediate", 0),
        ("pem", 0),
        ("crt", 0),
    ],
)
def test_download_in_every_format(foreign: ForeignClient, csr: str, tmp_path: Path, name: str, files: int) -> None:
    placed = foreign.order("ssl_basic", ["www.valid.example"], csr, ORGANIZATION, skip_approval=True)
    content = foreign.download(foreign.wait_until(placed.order_id, "issued"), name)
    if files:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            blocks = [archive.read(entry) for entry in archive.namelist()]
        assert len(blocks) == files
        content = blocks[0]
    (tmp_path / "got").write_bytes(content)
    command = ["openssl", "pkcs7", "-print_certs"] if name in {"cer", "p7b"} else ["openssl", "x509", "-text"]
    command += ["-in", str(tmp_path / "got")]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "www.valid.example" in shown


def test_dcv_with_dns(foreign: ForeignClient, csr: str, dns_zone: DnsServer) -> None:
    placed = foreign.order(
        "ssl_dv_geotrust", ["shop.example"], csr, ORGANIZATION, skip_approval=True, dcv_method="dns-txt-token"
    )
    assert foreign.check_dcv(placed.order_id) == "pending"
    dns_zone.add("_dnsauth.shop.example", "TXT", f'"{placed.random_value}"')
    assert foreign.check_dcv(placed.order_id) == "issued"


def test_list_page_by_page_and_lookup(foreign: ForeignClient, csr: str) -> None:
    own = [
        foreign.order(
            "ssl_basic",
            [f"{name}.valid.example"],
            csr,
            ORGANIZATION,
            alternative_order_id="run 7/b",
            skip_approval=True,
        ).order_id
        for name in "abcde"
    ]
    assert sorted(foreign.find_by_alternative_id("run 7/b")) == own
    assert foreign.find_by_alternative_id("run 8") == []
    assert sorted(order["id"] for order in foreign.find(status="issued")) == own
    assert [order["id"] for order in foreign.find(common_name="c.valid.example")] == [own[2]]


def test_cancel_order_and_reissue(foreign: ForeignClient, csr: str) -> None:
    waiting = foreign.order("ssl_basic", ["new.example"], csr, ORGANIZATION, skip_approval=True)
    foreign.cancel(waiting.order_id, "Ordered twice.")
    foreign.wait_until(waiting.order_id, "canceled")
    with pytest.raises(ServiceError) as caught:
        foreign.cancel(waiting.order_id, "Again.")
    assert caught.value.status == 400
    placed = foreign.order("ssl_basic", ["www.valid.example"], csr, ORGANIZATION, skip_approval=True)
    foreign.reissue(placed.order_id, ["www.valid.example"], csr)
    assert foreign.info(placed.order_id)["status"] == "reissue_pending"
    foreign.cancel(placed.order_id, "Not now.")
    assert foreign.info(placed.order_id)["status"] == "issued"
    foreign.revoke_order(placed.order_id)
    assert foreign.info(placed.order_id)["status"] == "revoked"


def test_it_copes_with_faults(foreign: ForeignClient, csr: str, simulator: SimulatorProcess) -> None:
    placed = foreign.order("ssl_basic", ["www.valid.example"], csr, ORGANIZATION, skip_approval=True)
    simulator.add_fault("error", calls=-1, probability=0.4, seed=3, status=502, html=True)
    certificate_id = foreign.wait_until(placed.order_id, "issued")
    assert foreign.download(certificate_id, "crt").startswith(b"-----BEGIN")
    assert simulator.faults()[0]["hits"] > 0
