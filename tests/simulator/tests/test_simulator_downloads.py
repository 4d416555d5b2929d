# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Downloads and chains."""

from __future__ import annotations

import io
import zipfile

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID
from simulator_testing.client import EC_CSR, Client, code_of

from certcentral_simulator.process import SimulatorProcess


def certificates_in(text: str) -> list[str]:
    """Common names of PEM certificates, in order."""
    found = x509.load_pem_x509_certificates(text.encode())
    return [str(one.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value) for one in found]


LEAF, ICA, ROOT = "www.valid.example", "CertCentral Simulator TLS CA G1", "CertCentral Simulator Root CA G1"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("pem_all", [LEAF, ICA, ROOT]), ("pem_noroot", [LEAF, ICA]), ("pem_nointermediate", [LEAF]), ("crt", [LEAF])],
)
def test_pem_formats_d(client: Client, name: str, expected: list[str]) -> None:
    first = client.issued(LEAF)
    answer = client.get(f"/certificate/{first['certificate_id']}/download/format/{name}")
    assert answer.headers["Content-Type"] == "application/x-pem-file"
    assert certificates_in(answer.text) == expected


@pytest.mark.parametrize(
    ("name", "suffix", "number"),
    [("default", "crt", 3), ("default_cer", "cer", 3), ("default_pem", "crt", 3), ("apache", "crt", 2)],
)
def test_zip_formats_d(client: Client, name: str, suffix: str, number: int) -> None:
    first = client.issued(LEAF)
    answer = client.get(f"/certificate/{first['certificate_id']}/download/format/{name}")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        texts = [archive.read(entry).decode() for entry in names]
    assert all(entry.endswith(f".{suffix}") for entry in names)
    assert [certificates_in(text) for text in texts] == [[LEAF], [ICA], [ROOT]][:number]


@pytest.mark.parametrize("name", ["p7b", "cer"])
def test_pkcs7_formats_d(client: Client, name: str) -> None:
    first = client.issued(LEAF)
    answer = client.get(f"/certificate/{first['certificate_id']}/download/format/{name}")
    assert answer.headers["Content-Type"] == "application/x-pkcs7-certificates"
    assert len(pkcs7.load_pem_pkcs7_certificates(answer.content)) == 3


def test_download_by_order_and_platform_d(client: Client) -> None:
    first = client.issued(LEAF, certificate={"server_platform": {"id": 45}})
    assert certificates_in(client.get(f"/certificate/download/order/{first['id']}").text) == [LEAF, ICA, ROOT]
    assert certificates_in(client.get(f"/certificate/download/order/{first['id']}/format/pem_noroot").text) == [
        LEAF,
        ICA,
    ]
    assert certificates_in(client.get(f"/certificate/{first['certificate_id']}/download/platform").text) == [
        LEAF,
        ICA,
        ROOT,
    ]
    assert (
        client.get(f"/certificate/{first['certificate_id']}/download/platform/2").headers["Content-Type"]
        == "application/zip"
    )


def test_line_ends_on_both_sides_of_the_switch_r(client: Client, simulator: SimulatorProcess) -> None:
    path = f"/certificate/download/order/{client.issued(LEAF)['id']}/format/pem_all"
    assert b"\r\n" in client.get(path).content
    simulator.set_switches(crlf_pem=False)
    assert b"\r" not in client.get(path).content


def test_chain_contains_leaf_to_root_c(client: Client) -> None:
    first = client.issued(LEAF)
    body = client.get(f"/certificate/{first['certificate_id']}/chain").json()
    assert [entry["subject_common_name"] for entry in body["intermediates"]] == [LEAF, ICA, ROOT]


def test_download_before_issuance_and_unknown_things(client: Client) -> None:
    body = client.order("new.example", skip_approval=True).json()
    assert client.get(f"/certificate/{body['certificate_id']}/download/format/pem_all").status_code == 400
    answer = client.get("/certificate/9/download/format/pem_all")
    assert (answer.status_code, code_of(answer)) == (404, "not_found|certificate")
    first = client.issued(LEAF)
    assert client.get(f"/certificate/{first['certificate_id']}/download/format/hologram").status_code == 400


def usages(leaf: x509.Certificate) -> list[x509.ObjectIdentifier]:
    """The extended key usages."""
    return list(leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)


def test_leaf_has_the_properties_of_the_product(client: Client) -> None:
    first = client.issued(LEAF)
    leaf = x509.load_pem_x509_certificate(first["certificate_chain"][0]["pem"].encode())
    assert usages(leaf) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert leaf.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)[0].value == "Example Corp"
    assert leaf.public_key() == x509.load_pem_x509_csr(EC_CSR.encode()).public_key()
    both = client.issued(LEAF, certificate={"profile_option": "server_client_auth_eku"})
    leaf = x509.load_pem_x509_certificate(both["certificate_chain"][0]["pem"].encode())
    assert ExtendedKeyUsageOID.CLIENT_AUTH in usages(leaf)


def test_wrong_pem_has_another_key(client: Client, simulator: SimulatorProcess) -> None:
    first = client.issued(LEAF)
    simulator.add_fault("wrong_pem", path="/certificate/download/*")
    path = f"/certificate/download/order/{first['id']}/format/pem_nointermediate"
    wrong = x509.load_pem_x509_certificate(client.get(path).content)
    right = x509.load_pem_x509_certificate(client.get(path).content)
    own_key = x509.load_pem_x509_csr(EC_CSR.encode()).public_key()
    assert right.public_key() == own_key
    assert wrong.public_key() != own_key


@pytest.mark.parametrize("kind", ["wrong_names", "ca_certificate", "expired_intermediate"])
def test_a_wrong_certificate_for_the_right_key(client: Client, simulator: SimulatorProcess, kind: str) -> None:
    first = client.issued(LEAF)
    simulator.add_fault(kind, path="/certificate/download/*")
    body = client.get(f"/certificate/download/order/{first['id']}/format/pem_all").content
    leaf, intermediate, root = x509.load_pem_x509_certificates(body)
    leaf.verify_directly_issued_by(intermediate)
    intermediate.verify_directly_issued_by(root)
    assert leaf.public_key() == x509.load_pem_x509_csr(EC_CSR.encode()).public_key()
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
    constraints = leaf.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (LEAF not in names) is (kind == "wrong_names")
    assert constraints.ca is (kind == "ca_certificate")
    assert (intermediate.not_valid_after_utc.year < 2011) is (kind == "expired_intermediate")
