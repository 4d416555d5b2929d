# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: downloads in every format and by platform, chain, intermediates (facts, section 4)."""

from __future__ import annotations

import io
import itertools
import re
import zipfile

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs7
from simulator_testing.client import Client, code_of, order_body
from simulator_testing.order_shapes import CHAIN
from simulator_testing.shapes import PEM, mismatches

from certcentral_simulator.ca.formats import FORMATS
from certcentral_simulator.process import SimulatorProcess

# Content of each format: kind of file, number of certificates. The leaf always comes first.
HOLDS = {
    "default": (".crt", 3),
    "default_cer": (".cer", 3),
    "default_pem": (".crt", 3),
    "apache": (".crt", 2),
    "cer": ("pkcs7", 3),
    "p7b": ("pkcs7", 3),
    "pem_all": ("pem", 3),
    "pem_noroot": ("pem", 2),
    "pem_nointermediate": ("pem", 1),
    "pem": ("pem", 2),
    "crt": ("pem", 1),
}
TYPES = {"pkcs7": "application/x-pkcs7-certificates", "pem": "application/x-pem-file"}
# The rule by which one client splits bundles (C).
SPLIT = re.compile(rb"(?<=END CERTIFICATE-----)\r?\n")


def certificates_in(kind: str, content: bytes) -> list[x509.Certificate]:
    """The certificates of a download, all in PEM (D)."""
    if kind == "pkcs7":
        assert content.startswith(b"-----BEGIN PKCS7-----")
        return pkcs7.load_pem_pkcs7_certificates(content)
    if kind == "pem":
        blocks = [block for block in SPLIT.split(content) if block.strip()]
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert all(name.endswith(kind) for name in archive.namelist())
            blocks = [archive.read(name) for name in archive.namelist()]
    return [x509.load_pem_x509_certificate(block) for block in blocks]


def test_every_format_is_described() -> None:
    assert set(HOLDS) == set(FORMATS)


@pytest.mark.parametrize("name", HOLDS)
@pytest.mark.parametrize("way", ["certificate", "serial", "order"])
def test_formats_d_c(client: Client, name: str, way: str) -> None:
    placed = client.issued()
    info = client.info(placed["id"])["certificate"]
    path = {
        "certificate": f"/certificate/{placed['certificate_id']}/download",
        "serial": f"/certificate/{info['serial_number']}/download",
        "order": f"/certificate/download/order/{placed['id']}",
    }[way]
    answer = client.get(f"{path}/format/{name}")
    kind, number = HOLDS[name]
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == TYPES.get(kind, "application/zip")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    found = certificates_in(kind, answer.content)
    assert len(found) == number
    # PKCS #7 contains a set, so the order is not that of the chain.
    leaf = next(one for one in found if f"{one.serial_number:032X}" == info["serial_number"])
    if kind != "pkcs7":
        assert found[0] == leaf
        for lower, upper in itertools.pairwise(found):
            lower.verify_directly_issued_by(upper)


@pytest.mark.parametrize(
    ("platform", "kind"), [(2, ".crt"), (45, "pem"), (29, "pem"), (-1, ".crt"), (57, ".crt"), (40, "pkcs7")]
)
def test_platform_d(client: Client, platform: int, kind: str) -> None:
    placed = client.issued(certificate={"server_platform": {"id": platform}})
    contents = [
        client.get(f"/certificate/{placed['certificate_id']}/download/platform"),
        client.get(f"/certificate/{placed['certificate_id']}/download/platform/{platform}"),
        client.get(f"/certificate/download/order/{placed['id']}"),
    ]
    for answer in contents:
        assert answer.status_code == 200
        assert len(certificates_in(kind, answer.content)) >= 2


def test_order_download_is_of_the_active_certificate_d(client: Client) -> None:
    first = client.issued()
    csr = client.info(first["id"])["certificate"]["csr"]
    body = {"certificate": {"common_name": "www.valid.example", "csr": csr}, "skip_approval": True}
    second = client.post(f"/order/certificate/{first['id']}/reissue", body).json()
    client.post(f"/order/certificate/{first['id']}/duplicate", body)
    by_order = client.get(f"/certificate/download/order/{first['id']}/format/crt").content
    assert by_order == client.get(f"/certificate/{second['certificate_id']}/download/format/crt").content
    assert by_order != client.get(f"/certificate/{first['certificate_id']}/download/format/crt").content


@pytest.mark.parametrize("crlf", [True, False])
def test_line_ends_on_both_sides_of_the_switch_r(client: Client, simulator: SimulatorProcess, crlf: bool) -> None:
    simulator.set_switches(crlf_pem=crlf)
    placed = client.issued()
    texts = [entry["pem"] for entry in placed["certificate_chain"]]
    for name in ("pem_all", "p7b"):
        texts.append(client.get(f"/certificate/download/order/{placed['id']}/format/{name}").text)
    assert all((text.count("\r\n") == text.count("\n")) is crlf and ("\r" in text) is crlf for text in texts)


def test_chain_is_leaf_to_root_under_intermediates_c(client: Client) -> None:
    placed = client.issued()
    body = client.get(f"/certificate/{placed['certificate_id']}/chain").json()
    assert mismatches(body, {"intermediates": CHAIN}) == []
    assert body["intermediates"] == placed["certificate_chain"]


def test_intermediates_c(client: Client) -> None:
    body = client.get("/certificate/intermediates").json()
    shape = {"intermediates": [{"subject_common_name": str, "issuer_common_name": str, "pem": PEM}]}
    assert mismatches(body, shape) == []
    assert len(body["intermediates"]) >= 4


@pytest.mark.parametrize(
    "path", ["/certificate/{}/download/format/pem_all", "/certificate/{}/download/platform", "/certificate/{}/chain"]
)
def test_before_issuance_on_both_sides_of_the_switch(client: Client, simulator: SimulatorProcess, path: str) -> None:
    certificate = client.order("new.example", skip_approval=True).json()["certificate_id"]
    assert client.get(path.format(certificate)).status_code == 400
    simulator.admin("PUT", "/switches", {"error.download_not_issued": "404 not_found|certificate"})
    answer = client.get(path.format(certificate))
    assert (answer.status_code, code_of(answer)) == (404, "not_found|certificate")


def test_unknown_format_on_both_sides_of_the_switch(client: Client, simulator: SimulatorProcess) -> None:
    path = f"/certificate/{client.issued()['certificate_id']}/download/format/hologram"
    assert client.get(path).status_code == 400
    simulator.admin("PUT", "/switches", {"error.download_format_unknown": "404 not_found"})
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("name", "suffix"), [("cer", ".cer"), ("p7b", ".p7b"), ("pem_all", ".pem"), ("default", ".zip")]
)
def test_names_of_files_b10_d(client: Client, name: str, suffix: str) -> None:
    placed = client.issued()
    answer = client.get(f"/certificate/{placed['certificate_id']}/download/format/{name}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="www_valid_example{suffix}"'


@pytest.mark.parametrize("query", ["sub_id={}&format_type=pem_all", "subId={}&formatType=pem_all"])
def test_duplicate_and_format_in_the_query_a3_c(client: Client, query: str) -> None:
    order_id = client.issued()["id"]
    path = f"/order/certificate/{order_id}/duplicate"
    made = client.post(path, order_body("www.valid.example", skip_approval=True)).json()["certificate_id"]
    (listed,) = client.get(path).json()["certificates"]
    found = client.get(f"/certificate/download/order/{order_id}?{query.format(listed['sub_id'])}")
    assert found.headers["Content-Type"] == TYPES["pem"]
    assert found.content == client.get(f"/certificate/{made}/download/format/pem_all").content
    unknown = client.get(f"/certificate/download/order/{order_id}?{query.format('x')}")
    assert (unknown.status_code, code_of(unknown)) == (404, "not_found|certificate")


@pytest.mark.parametrize(("platform", "page"), [(2, "apache"), (45, "nginx")])
def test_pages_of_platforms_b10_r(client: Client, platform: int, page: str) -> None:
    order_id = client.issued(certificate={"server_platform": {"id": platform}})["id"]
    shown = client.info(order_id)["certificate"]["server_platform"]
    assert shown["install_url"] == f"https://www.digicert.com/ssl-certificate-installation-{page}.htm"
    assert shown["csr_url"] == f"https://www.digicert.com/csr-creation-{page}.htm"
