#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_certificate_download
short_description: Download a CertCentral certificate
version_added: 0.1.0
description:
  - Downloads an issued certificate with its chain and returns it in PEM format, split into certificate, chain and root.
    The order and number of certificates in the download do not matter, because they are sorted by their signatures.
  - With a CSR or O(public_key_fingerprint), the module fails unless the certificate has that public key, so that a
    wrong certificate is never installed.
  - It also fails, and writes nothing, if the certificate lacks a name of the order or of O(dns_names), has expired, or
    is that of a CA, or if an intermediate has expired, is not valid yet, or is not a CA.
  - With O(dest) the certificate is also written to a file, in any format of the service.
notes:
  - The file is identified by O(dest). Its content is compared byte by byte. Of ZIP archives, names, sizes and checksums
    of their files are compared, because archives also contain timestamps.
  - For an order, the current certificate is downloaded. With a CSR or O(public_key_fingerprint) it is the newest
    certificate for that key, including duplicates and earlier reissues, because an order may contain the certificates
    of several hosts.
  - If the order is not issued, the module fails and names the order. Use M(community.digicert.digicert_order_wait) to
    wait for it.
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
attributes:
  check_mode:
    support: full
    details:
      - Only sends read requests, and predicts the action of a real run.
  diff_mode:
    support: full
    details:
      - Shows the SHA-256 of the file before and after.
  idempotent:
    support: full
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_order_wait
  - module: community.digicert.digicert_duplicate
  - module: community.digicert.digicert_host_certificate_info
  - name: Download certificate by format
    description: The API endpoint for O(format).
    link: https://dev.digicert.com/certcentral-apis/services-api/certificates/download-certificate-by-format.html
  - name: Certificates
    description: The pages on downloads for a server platform.
    link: https://dev.digicert.com/certcentral-apis/services-api/certificates.html
  - name: Certificate formats
    description: The glossary of the service, with its formats and server platforms.
    link: https://dev.digicert.com/certcentral-apis/services-api/glossary.html
options:
  order_id:
    description:
      - ID of the order whose certificate is downloaded. One of O(order_id) and O(certificate_id) is required.
    type: int
  certificate_id:
    description:
      - ID of the certificate to download, for example of a duplicate or an earlier reissue.
    type: int
  csr_content:
    description:
      - A CSR in PEM format whose public key the certificate must have.
    type: str
  csr_path:
    description:
      - Path, on the host that runs the module, to a CSR file whose public key the certificate must have.
    type: path
  dns_names:
    description:
      - Names that the certificate must have. With O(order_id) it must have the names of the order, too.
    type: list
    elements: str
  public_key_fingerprint:
    description:
      - SHA-256, in hexadecimal, of the SubjectPublicKeyInfo that the certificate must have. Colons and case are
        ignored.
    type: str
  format:
    description:
      - Format of the file O(dest). All formats contain PEM data, either in one file or in the files of an archive.
      - V(pem_all) contains certificate, intermediates and root. V(pem_noroot) leaves out the root,
        V(pem_nointermediate) the intermediates. V(pem), V(crt) and V(cer) are the service's names for a single file.
        V(p7b) is PKCS#7.
      - V(default), V(default_cer), V(default_pem) and V(apache) are ZIP archives.
      - V(platform) is the format of O(server_platform_id), or of the server platform of the order. The glossary of the
        service lists the format of each platform.
    type: str
    choices:
      - pem_all
      - pem_noroot
      - pem_nointermediate
      - pem
      - crt
      - cer
      - p7b
      - default
      - default_cer
      - default_pem
      - apache
      - platform
    default: pem_all
  server_platform_id:
    description:
      - ID of a server platform in the service's glossary, for example V(2) for Apache or V(45) for nginx. Used with
        O(format=platform).
    type: int
  dest:
    description:
      - Path of the file to write, on the host that runs the module. The file is replaced atomically, and only if its
        content differs.
    type: path
"""

EXAMPLES = r"""
- name: Download the certificate of an order and verify that it matches our key
  community.digicert.digicert_certificate_download:
    order_id: 112233
    csr_path: /etc/pki/www.example.com.csr
  delegate_to: localhost
  register: downloaded

- name: Install certificate and chain
  ansible.builtin.copy:
    content: "{{ downloaded.fullchain_pem }}"
    dest: /etc/pki/www.example.com.pem
    mode: "0644"

- name: Store a copy as PKCS#7
  community.digicert.digicert_certificate_download:
    order_id: 112233
    format: p7b
    dest: /srv/certificates/www.example.com.p7b
  delegate_to: localhost

- name: Check whether the archive for Apache would be replaced
  community.digicert.digicert_certificate_download:
    order_id: 112233
    format: platform
    server_platform_id: 2
    dest: /srv/certificates/www.example.com.zip
  delegate_to: localhost
  check_mode: true
  diff: true

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: Read the order with all its certificates
      community.digicert.digicert_order_info:
        order_id: 112233
        include_certificates: true
      register: found

    - name: Store a copy of each duplicate
      community.digicert.digicert_certificate_download:
        certificate_id: "{{ item.id }}"
        dest: "/srv/certificates/{{ item.serial_number }}.pem"
      loop: "{{ found.orders[0].duplicates }}"
      loop_control:
        label: "{{ item.id }}"
"""

RETURN = r"""
action:
  description:
    - What was done, or would be done in check mode.
    - V(write) if the file is written, otherwise V(none).
  returned: success
  type: str
  sample: write
# generated from return_values.yml: common.reasons, order
reasons:
  description: The reasons for the action, one sentence for each.
  returned: success
  type: list
  elements: str
  sample: ["/srv/certificates/www.example.com.pem does not contain certificate 123456 in the format pem_all"]
phase:
  description: Phase of the order, see RV(community.digicert.digicert_order#module:phase).
  returned: success
  type: str
  sample: issued
is_final:
  description: Whether the order is issued, or never will be, see RV(community.digicert.digicert_order#module:is_final).
  returned: success
  type: bool
  sample: true
blocked_on:
  description: What the order is waiting for, see RV(community.digicert.digicert_order#module:blocked_on).
  returned: success
  type: list
  elements: dict
  sample: []
order:
  description: The order in normalised form, see RV(community.digicert.digicert_order#module:order).
  returned: success
  type: dict
  sample: {"id": 112233, "status": "issued"}
certificate:
  description: Its certificate in normalised form, see RV(community.digicert.digicert_order#module:certificate).
  returned: success
  type: dict
  sample: {"id": 123456, "serial_number": "a1b2c3d4e5f6"}
dcv:
  description: Records that prove control of the domains, see RV(community.digicert.digicert_order#module:dcv).
  returned: success
  type: dict
  sample: {"records": []}
# end of generated
diff:
  description:
    - The differences before and after the action. With the action V(write), both have C(file) and its C(sha256).
  returned: success
  type: dict
  sample:
    before: {"file": /srv/certificates/www.example.com.pem, "sha256": null}
    after:
      file: /srv/certificates/www.example.com.pem
      sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
certificate_pem:
  description: The certificate in PEM format.
  returned: success
  type: str
  sample: "-----BEGIN CERTIFICATE-----..."
chain_pem:
  description: The intermediate certificates in PEM format, without the root. The issuer of the certificate comes first.
  returned: success
  type: str
  sample: "-----BEGIN CERTIFICATE-----..."
fullchain_pem:
  description: The certificate followed by the chain.
  returned: success
  type: str
  sample: "-----BEGIN CERTIFICATE-----..."
root_pem:
  description: The root certificate in PEM format. V(null) if the service did not send it.
  returned: success
  type: str
  sample: "-----BEGIN CERTIFICATE-----..."
serial_number:
  description: Serial number of the certificate in lower-case hexadecimal without leading zeros.
  returned: success
  type: str
  sample: 0a1b2c3d4e5f60718293a4b5c6d7e8f9
thumbprint:
  description: SHA-1 thumbprint of the certificate in upper-case hexadecimal.
  returned: success
  type: str
  sample: 3F2504E04F8911D39A0C0305E82C33015B2C7A51
public_key_fingerprint:
  description: SHA-256 of the SubjectPublicKeyInfo of the certificate, in hexadecimal.
  returned: success
  type: str
  sample: 5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592
dns_names:
  description: All names of the certificate, common name first.
  returned: success
  type: list
  elements: str
  sample: [www.example.com, example.com]
not_before:
  description: Start of its validity as an ISO 8601 timestamp.
  returned: success
  type: str
  sample: "2026-11-20T00:00:00+00:00"
not_after:
  description: Expiry as an ISO 8601 timestamp.
  returned: success
  type: str
  sample: "2027-06-07T23:59:59+00:00"
certificate_id:
  description: ID of the certificate.
  returned: success
  type: int
  sample: 123456
dest:
  description: Path of the file.
  returned: with O(dest)
  type: str
  sample: /srv/certificates/www.example.com.pem
# generated from return_values.yml: common.api_calls, failure
api_calls:
  description: Number of requests sent to the service for each HTTP method, including retries.
  returned: always
  type: dict
  sample: {"GET": 3, "POST": 1}
errors:
  description: Errors returned by the service, each with C(code) and C(message).
  returned: failure
  type: list
  elements: dict
  sample: [{"code": "not_found|order", "message": "The order was not found."}]
next_action:
  description: How to resolve the failure.
  returned: failure
  type: str
  sample: Check the order ID, and that the order belongs to the account of this API key.
order_id:
  description: ID of the order that the failure is about, if known, so that a paid order is never lost.
  returned: failure
  type: int
  sample: 112233
# end of generated
"""

import hashlib
from pathlib import Path

from ..module_utils._certcentral.errors import InputError
from ..module_utils._module.options import csr_argument_spec
from ..module_utils._module.run import Run, run_module
from ..module_utils._use_cases.certificate_download import PLATFORM, DownloadRequest, download
from ..module_utils._use_cases.outcome import Outcome, Standing

FORMATS = [
    "pem_all",
    "pem_noroot",
    "pem_nointermediate",
    "pem",
    "crt",
    "cer",
    "p7b",
    "default",
    "default_cer",
    "default_pem",
    "apache",
    PLATFORM,
]


def certificate_download(run: Run) -> Outcome:
    """Download, verify, and write the file if requested."""
    params = run.params
    if params["server_platform_id"] is not None and params["format"] != PLATFORM:
        raise InputError(
            f"server_platform_id has no effect with format={params['format']}.",
            next_action="Set format to platform, or leave out server_platform_id.",
        )
    csr = run.csr()
    request = DownloadRequest(
        order_id=params["order_id"],
        certificate_id=params["certificate_id"],
        public_key=csr.public_key if csr else run.fingerprint("public_key_fingerprint"),
        format_name=params["format"],
        platform_id=params["server_platform_id"],
        names=run.names(params["dns_names"]),
    )
    order, result, content, warnings = download(run.client, request, with_file=params["dest"] is not None, now=run.now)
    standing = Standing("issued", (), ())
    if content is None:
        return Outcome("none", order=order, standing=standing, warnings=warnings, extra=result)
    dest = params["dest"]
    result["dest"] = dest
    before = _digest_of(Path(dest))
    if not run.write_file(dest, content):
        return Outcome("none", order=order, standing=standing, warnings=warnings, extra=result)
    after = hashlib.sha256(content).hexdigest()
    return Outcome(
        "write",
        (f"{dest} does not contain certificate {result['certificate_id']} in the format {params['format']}",),
        order,
        standing,
        {"file": dest, "sha256": before},
        {"file": dest, "sha256": after},
        warnings=warnings,
        extra=result,
    )


def _digest_of(path: Path) -> str | None:
    """Return the SHA-256 of a file, or None if it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def main() -> None:
    """Run the module."""
    run_module(
        certificate_download,
        {
            "order_id": {"type": "int"},
            "certificate_id": {"type": "int"},
            "dns_names": {"type": "list", "elements": "str"},
            "public_key_fingerprint": {"type": "str"},
            "format": {"type": "str", "choices": FORMATS, "default": "pem_all"},
            "server_platform_id": {"type": "int"},
            "dest": {"type": "path"},
            **csr_argument_spec(),
        },
        needs_cryptography=True,
        required_one_of=[("order_id", "certificate_id")],
        mutually_exclusive=[("order_id", "certificate_id"), ("csr_content", "csr_path", "public_key_fingerprint")],
    )


if __name__ == "__main__":
    main()
