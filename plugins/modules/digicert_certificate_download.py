#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_certificate_download
short_description: Download an issued certificate from CertCentral
version_added: 0.1.0
description:
  - Downloads a certificate with its chain and returns it as PEM text, sorted by signatures into certificate, chain
    and root.
  - With O(public_key_fingerprint) or a CSR the certificate must carry that public key, or the module fails before
    anybody
    installs it.
  - With O(dest) it is also written to a file, in any format of the service.
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
attributes:
  check_mode:
    support: full
    details:
      - Sends reading calls only, and predicts the action of a real run.
  diff_mode:
    support: full
  idempotent:
    support: full
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_order_wait
  - module: community.digicert.digicert_host_certificate_info
  - name: Download certificate
    description: The formats.
    link: https://dev.digicert.com/certcentral-apis/services-api/certificates/download-certificate-by-format.html
options:
  order_id:
    description:
      - Order whose current certificate is meant.
    type: int
  certificate_id:
    description:
      - Certificate that is meant, for example a duplicate or an earlier reissue.
    type: int
  csr_content:
    description:
      - A CSR whose public key the certificate must carry, as PEM text.
    type: str
  csr_path:
    description:
      - File with a CSR whose public key the certificate must carry, where the module runs.
    type: path
  public_key_fingerprint:
    description:
      - SHA-256 of the SubjectPublicKeyInfo that the certificate must carry, hexadecimal; colons and case are ignored.
    type: str
  format:
    description:
      - Format of the file O(dest). V(default), V(default_cer), V(default_pem) and V(apache) are ZIP archives.
    type: str
    choices: [pem_all, pem_noroot, pem_nointermediate, pem, crt, cer, p7b, default, default_cer, default_pem, apache]
    default: pem_all
  dest:
    description:
      - File to write, where the module runs. It is replaced by one rename, and only if its content differs.
    type: path
"""

EXAMPLES = r"""
- name: Download the certificate of an order, and make sure that it is for our key
  community.digicert.digicert_certificate_download:
    order_id: 112233
    csr_path: /etc/pki/www.example.com.csr
  delegate_to: localhost
  register: downloaded

- name: Keep a copy as PKCS#7
  community.digicert.digicert_certificate_download:
    order_id: 112233
    format: p7b
    dest: /srv/certificates/www.example.com.p7b
  delegate_to: localhost
"""

RETURN = r"""
action:
  description:
    - What was done, or in check mode would be done.
    - V(none), or V(write) when the file was written.
  returned: success
  type: str
  sample: none
reasons:
  description: Why, in words; one entry for each cause.
  returned: success
  type: list
  elements: str
  sample: ["order 112233 is issued for these names and this key"]
phase:
  description: Where the order stands, see RV(community.digicert.digicert_order#module:phase).
  returned: success
  type: str
  sample: issued
blocked_on:
  description: What the order waits for, see RV(community.digicert.digicert_order#module:blocked_on).
  returned: success
  type: list
  elements: dict
  sample: []
order:
  description: The order, normalised, see RV(community.digicert.digicert_order#module:order).
  returned: success
  type: dict
  sample: {"id": 112233, "status": "issued"}
certificate:
  description: Its certificate, normalised, see RV(community.digicert.digicert_order#module:certificate).
  returned: success
  type: dict
  sample: {"id": 123456, "serial_number": "a1b2c3d4e5f6"}
dcv:
  description: What proves control of the domains, see RV(community.digicert.digicert_order#module:dcv).
  returned: success
  type: dict
  sample: {"records": []}
diff:
  description: What differs, before and after. It holds no secrets.
  returned: success
  type: dict
  sample: {"before": {}, "after": {}}
certificate_pem:
  description: The certificate as PEM text.
  returned: success
  type: str
  sample: "-----BEGIN CERTIFICATE-----..."
chain_pem:
  description: The intermediate certificates as PEM text, the one that signed the certificate first, without the root.
  returned: success
  type: str
  sample: "-----BEGIN CERTIFICATE-----..."
fullchain_pem:
  description: Certificate and chain together.
  returned: success
  type: str
  sample: "-----BEGIN CERTIFICATE-----..."
root_pem:
  description: The root as PEM text; V(null) where the service did not send it.
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
  description: From when it is valid, as ISO 8601 timestamp.
  returned: success
  type: str
  sample: "2026-11-20T00:00:00+00:00"
not_after:
  description: Until when it is valid, as ISO 8601 timestamp.
  returned: success
  type: str
  sample: "2027-06-07T23:59:59+00:00"
certificate_id:
  description: ID of the certificate.
  returned: success
  type: int
  sample: 123456
dest:
  description: The file that was written.
  returned: with O(dest)
  type: str
  sample: /srv/certificates/www.example.com.p7b
api_calls:
  description: How many requests were sent to the service, by HTTP method, retries included.
  returned: always
  type: dict
  sample: {"GET": 3, "POST": 1}
errors:
  description: The errors of the service, each with C(code) and C(message).
  returned: failure
  type: list
  elements: dict
  sample: [{"code": "not_found|order", "message": "The order was not found."}]
next_action:
  description: What to do about the failure.
  returned: failure
  type: str
  sample: Check the order ID, and that the order belongs to the account of this API key.
order_id:
  description: The order that the failure is about, where one is known. An order that was paid is never lost.
  returned: failure
  type: int
  sample: 112233
"""

from ansible_collections.community.digicert.plugins.module_utils._downloading import DownloadRequest, download
from ansible_collections.community.digicert.plugins.module_utils._module import Run, run_module
from ansible_collections.community.digicert.plugins.module_utils._options import csr_argument_spec
from ansible_collections.community.digicert.plugins.module_utils._outcome import Outcome, Standing

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
]


def certificate_download(run: Run) -> Outcome:
    """Download, verify, and write the file where one is wanted."""
    params = run.params
    csr = run.csr()
    request = DownloadRequest(
        order_id=params["order_id"],
        certificate_id=params["certificate_id"],
        public_key=csr.public_key if csr else run.fingerprint("public_key_fingerprint"),
        format_name=params["format"],
    )
    order, result, content = download(run.client, request, with_file=params["dest"] is not None)
    standing = Standing("issued", (), ())
    if content is None:
        return Outcome("none", order=order, standing=standing, extra=result)
    action = "write" if run.write_file(params["dest"], content) else "none"
    return Outcome(action, order=order, standing=standing, extra={**result, "dest": params["dest"]})


def main() -> None:
    """Run the module."""
    run_module(
        certificate_download,
        {
            "order_id": {"type": "int"},
            "certificate_id": {"type": "int"},
            "public_key_fingerprint": {"type": "str"},
            "format": {"type": "str", "choices": FORMATS, "default": "pem_all"},
            "dest": {"type": "path"},
            **csr_argument_spec(),
        },
        needs_cryptography=True,
        required_one_of=[("order_id", "certificate_id")],
        mutually_exclusive=[("order_id", "certificate_id"), ("csr_content", "csr_path", "public_key_fingerprint")],
    )


if __name__ == "__main__":
    main()
