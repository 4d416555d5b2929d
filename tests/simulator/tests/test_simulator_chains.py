# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OpenSSL's verdict on every chain and every revocation list, and the contents of leaf certificates."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import urllib.request
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from simulator_testing.client import Client

from certcentral_simulator.process import SimulatorProcess
from certcentral_simulator.rules.products import PRODUCTS

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command is not installed")
NAME = "www.valid.example"
END = "-----END CERTIFICATE-----"


def blocks(text: str) -> list[str]:
    """Split a text into PEM certificates."""
    return [f"{block.strip()}\n{END}\n" for block in text.split(END)[:-1]]


def verify(folder: Path, root_file: str, pems: list[str], *options: str) -> subprocess.CompletedProcess[str]:
    """Have openssl verify a leaf with its intermediates."""
    (folder / "leaf.pem").write_text(pems[0])
    (folder / "between.pem").write_text("".join(pems[1:-1]))
    command = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", root_file, *options]
    command += ["-untrusted", str(folder / "between.pem"), str(folder / "leaf.pem")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def issue(client: Client, simulator: SimulatorProcess, product: str, ca_cert_id: str = "") -> dict[str, int]:
    """An issued order of any product; DV domains are validated by hand."""
    kind = PRODUCTS[product]
    names = ["*.valid.example"] if kind.wildcard == "must" else [NAME]
    organization = {"id": 112233} if kind.needs_organization else None
    certificate = {"ca_cert_id": ca_cert_id} if ca_cert_id else None
    placed: dict[str, int] = client.order(
        *names, product=product, organization=organization, certificate=certificate, skip_approval=True
    ).json()
    if not kind.needs_organization:
        simulator.set_domain(names[0].removeprefix("*."), "valid", order_id=placed["id"])
    assert client.info(placed["id"])["status"] == "issued"
    return placed


@needs_openssl
@pytest.mark.parametrize("product", PRODUCTS)
def test_openssl_accepts_the_chain_of_every_product(
    client: Client, simulator: SimulatorProcess, tmp_path: Path, product: str
) -> None:
    order_id = issue(client, simulator, product)["id"]
    for crossed in (False, True):
        if crossed:
            simulator.add_fault("four_certificates")
        pems = blocks(client.get(f"/certificate/download/order/{order_id}/format/pem_all").text)
        assert len(pems) == 3 + crossed
        done = verify(tmp_path, simulator.root_file, pems)
        assert done.returncode == 0, done.stderr


@needs_openssl
def test_openssl_refuses_the_chain_of_the_fault(client: Client, simulator: SimulatorProcess, tmp_path: Path) -> None:
    order_id = issue(client, simulator, "ssl_basic")["id"]
    simulator.add_fault("wrong_chain")
    for accepted in (False, True):
        pems = blocks(client.get(f"/certificate/download/order/{order_id}/format/pem_all").text)
        done = verify(tmp_path, simulator.root_file, pems)
        assert (done.returncode == 0) is accepted
        assert accepted or "unable to get local issuer certificate" in done.stderr


@needs_openssl
@pytest.mark.parametrize("product", ["ssl_basic", "ssl_ev_basic", "ssl_dv_geotrust_flex", "private_ssl_flex"])
@pytest.mark.parametrize("signature_hash", ["sha256", "sha384", "sha512"])
def test_openssl_accepts_every_intermediate_and_hash(
    client: Client, simulator: SimulatorProcess, tmp_path: Path, product: str, signature_hash: str
) -> None:
    for issuer in client.get(f"/product/{product}").json()["allowed_ca_certs"]:
        order_id = issue(client, simulator, product, issuer["id"])["id"]
        pems = blocks(client.get(f"/certificate/download/order/{order_id}/format/pem_all").text)
        assert verify(tmp_path, simulator.root_file, pems).returncode == 0


@needs_openssl
def test_openssl_finds_only_what_was_revoked(client: Client, simulator: SimulatorProcess, tmp_path: Path) -> None:
    good, bad = client.issued(NAME), client.issued(NAME)
    body = {"revocation_reason": "keyCompromise", "skip_approval": True}
    client.put(f"/certificate/{bad['certificate_id']}/revoke", body)
    texts = [
        client.get(f"/certificate/{placed['certificate_id']}/download/format/pem_all").text for placed in (good, bad)
    ]
    lists = [fetch(f"{simulator.admin_url}/crl/root.crl"), fetch(distribution_point(blocks(texts[0])[0]))]
    (tmp_path / "crls.pem").write_bytes(b"".join(to_pem(der) for der in lists))
    options = ("-crl_check_all", "-CRLfile", str(tmp_path / "crls.pem"))
    accepted, refused = (verify(tmp_path, simulator.root_file, blocks(text), *options) for text in texts)
    assert accepted.returncode == 0, accepted.stderr
    assert refused.returncode != 0
    assert "certificate revoked" in refused.stderr


def distribution_point(pem: str) -> str:
    """The address of the list for this certificate."""
    leaf = x509.load_pem_x509_certificate(pem.encode())
    [point] = leaf.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert point.full_name is not None
    url: str = point.full_name[0].value
    return url


def fetch(url: str) -> bytes:
    """A revocation list in DER."""
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=60) as answer:
        assert answer.headers["Content-Type"] == "application/pkix-crl"
        content: bytes = answer.read()
        return content


def to_pem(der: bytes) -> bytes:
    """The list in PEM."""
    return x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)


@pytest.mark.parametrize(
    ("reason", "flag"),
    [
        ("unspecified", None),
        ("keyCompromise", x509.ReasonFlags.key_compromise),
        ("affiliationChanged", x509.ReasonFlags.affiliation_changed),
        ("superseded", x509.ReasonFlags.superseded),
        ("cessationOfOperation", x509.ReasonFlags.cessation_of_operation),
    ],
)
def test_list_has_time_and_reason_of_a_revocation(
    client: Client, simulator: SimulatorProcess, reason: str, flag: x509.ReasonFlags | None
) -> None:
    simulator.set_clock("2026-12-01T10:00:00Z")
    placed = client.issued(NAME)
    simulator.set_clock("2026-12-05T09:30:00Z")
    client.put(f"/order/certificate/{placed['id']}/revoke", {"revocation_reason": reason, "skip_approval": True})
    simulator.set_clock("2026-12-06T00:00:00Z")
    pem = placed["certificate_chain"][0]["pem"]
    revoked = x509.load_der_x509_crl(fetch(distribution_point(pem)))
    [entry] = revoked
    assert entry.serial_number == x509.load_pem_x509_certificate(pem.encode()).serial_number
    assert entry.revocation_date_utc.isoformat()[:16] == "2026-12-05T09:30"
    reasons = [extension.value.reason for extension in entry.extensions]
    assert reasons == ([] if flag is None else [flag])
    assert revoked.last_update_utc.isoformat()[:10] == "2026-12-06"


def test_revocation_after_a_reissue_that_drops_names_is_on_the_list(
    client: Client, simulator: SimulatorProcess
) -> None:
    simulator.set_clock("2026-12-01T00:00:00Z")
    placed = client.issued("a.valid.example", "b.valid.example")
    csr = client.info(placed["id"])["certificate"]["csr"]
    body = {"certificate": {"common_name": "a.valid.example", "csr": csr}, "skip_approval": True}
    client.post(
        f"/order/certificate/{placed['id']}/duplicate",
        {**body, "certificate": {"common_name": "a.valid.example", "dns_names": ["b.valid.example"], "csr": csr}},
    )
    client.post(f"/order/certificate/{placed['id']}/reissue", body)
    url = distribution_point(placed["certificate_chain"][0]["pem"])
    simulator.set_clock("2026-12-03T23:59:00Z")
    assert len(list(x509.load_der_x509_crl(fetch(url)))) == 0
    simulator.set_clock("2026-12-10T00:00:00Z")
    entries = list(x509.load_der_x509_crl(fetch(url)))
    # The original and its duplicate, 72 hours after the reissue.
    assert [entry.revocation_date_utc.isoformat()[:13] for entry in entries] == ["2026-12-04T00"] * 2
    assert client.info(placed["id"])["status"] == "issued"


def leaf_of(client: Client, **fields: object) -> x509.Certificate:
    """The leaf of a new order."""
    placed = client.issued(NAME, **fields)
    return x509.load_pem_x509_certificate(placed["certificate_chain"][0]["pem"].encode())


BOTH, ONLY = {"profile_option": "server_client_auth_eku"}, {"profile_option": "server_auth_only_eku"}


@pytest.mark.parametrize(
    ("today", "certificate", "client_auth"),
    [
        ("2025-09-30", None, True),
        ("2025-09-30", ONLY, False),
        ("2025-10-01", None, False),
        ("2025-10-01", BOTH, True),
        ("2027-02-28", BOTH, True),
        ("2027-03-01", BOTH, False),
        ("2026-11-20", {"profile_option": "kdc_smart_card"}, False),
    ],
)
def test_client_authentication_by_option_and_date_d(
    client: Client, simulator: SimulatorProcess, today: str, certificate: dict[str, str] | None, client_auth: bool
) -> None:
    simulator.set_clock(f"{today}T12:00:00Z")
    simulator.set_domain("valid.example", "valid")
    simulator.set_organization(112233, ov="valid")
    usages = leaf_of(client, certificate=certificate).extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert ExtendedKeyUsageOID.SERVER_AUTH in usages
    assert (ExtendedKeyUsageOID.CLIENT_AUTH in usages) is client_auth


def test_discontinued_option_on_the_other_side_of_the_switch(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_clock("2027-03-01T12:00:00Z")
    simulator.set_switches(profile_option_after_end="refuse")
    assert client.order(NAME, certificate=BOTH).status_code == 400
    # A private certificate is not bound by the rules of browsers.
    private = leaf_of(client, product="private_ssl_plus", certificate=BOTH)
    assert ExtendedKeyUsageOID.CLIENT_AUTH in private.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value


@pytest.mark.parametrize(
    ("product", "policy"),
    [
        ("ssl_basic", "2.23.140.1.2.2"),
        ("ssl_ev_basic", "2.23.140.1.1"),
        ("ssl_dv_geotrust", "2.23.140.1.2.1"),
        ("private_ssl_plus", None),
    ],
)
def test_policy_and_subject_by_validation_type(
    client: Client, simulator: SimulatorProcess, product: str, policy: str | None
) -> None:
    placed = issue(client, simulator, product)
    text = client.get(f"/certificate/download/order/{placed['id']}/format/crt").content
    leaf = x509.load_pem_x509_certificate(text)
    found = [
        entry.policy_identifier.dotted_string
        for extension in leaf.extensions
        if isinstance(extension.value, x509.CertificatePolicies)
        for entry in extension.value
    ]
    assert found == ([] if policy is None else [policy])
    organizations = leaf.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    assert [entry.value for entry in organizations] == ([] if "dv" in product else ["Example Corp"])
    categories = leaf.subject.get_attributes_for_oid(NameOID.BUSINESS_CATEGORY)
    assert len(categories) == ("ev" in product)


@pytest.mark.parametrize(
    ("today", "days"), [("2026-02-23", 398), ("2026-02-24", 199), ("2027-03-15", 99), ("2029-03-15", 46)]
)
def test_private_certificates_last_as_long_as_their_order(
    client: Client, simulator: SimulatorProcess, today: str, days: int
) -> None:
    simulator.set_clock(f"{today}T12:00:00Z")
    simulator.set_domain("valid.example", "valid")
    simulator.set_organization(112233, ov="valid")
    private = client.info(client.issued(NAME, product="private_ssl_plus", order_validity={"years": 3})["id"])
    public = client.info(client.issued(NAME, order_validity={"years": 3})["id"])
    assert private["certificate"]["valid_till"] == private["order_valid_till"]
    assert public["certificate"]["days_remaining"] == days - 1


def test_serial_numbers_and_thumbprints_differ(client: Client) -> None:
    certificates = [client.info(client.issued(NAME)["id"])["certificate"] for _number in range(4)]
    for one, other in itertools.combinations(certificates, 2):
        assert one["serial_number"] != other["serial_number"]
        assert one["thumbprint"] != other["thumbprint"]
