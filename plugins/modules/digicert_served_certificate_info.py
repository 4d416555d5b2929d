#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_served_certificate_info
short_description: Retrieve the certificates that services present in a TLS handshake
version_added: 0.1.0
description:
  - Connects to services and returns the certificate that each of them presents.
  - Supports SNI, and protocols with STARTTLS, including SMTP, IMAP and PostgreSQL.
  - Several services are contacted at the same time. If a service does not answer, this is reported and the module does
    not fail, unless O(certificate) is set.
  - It does not communicate with CertCentral.
requirements:
  - cryptography >= 3.3 on the host that runs the module
extends_documentation_fragment:
  - community.digicert.attributes
  - community.digicert.attributes.reading
author:
  - community.digicert maintainers (@community-digicert)
notes:
  - A service that requires a client certificate may abort the handshake before its own certificate is known.
seealso:
  - module: community.digicert.digicert_host_certificate_info
  - module: community.crypto.get_certificate
    description: Has more settings for the handshake, but only supports MySQL with STARTTLS.
options:
  endpoints:
    description:
      - The services to connect to.
    type: list
    elements: dict
    required: true
    suboptions:
      host:
        description:
          - Name or address to connect to.
        type: str
        default: 127.0.0.1
      port:
        description:
          - Port to connect to.
        type: int
        default: 443
      server_name:
        description:
          - Name to send with SNI. If O(endpoints[].ca_path) is set, the certificate must be valid for this name.
          - By default it is the first name of O(certificate) that is not a wildcard. Without O(certificate) no name is
            sent or verified.
        type: str
      starttls:
        description:
          - Protocol to start TLS with (STARTTLS). By default TLS starts immediately.
        type: str
        choices: [smtp, imap, postgres]
      ca_path:
        description:
          - Path to a file with root certificates in PEM format on the host that runs the module. The chain must lead to
            one of them.
          - By default the certificate is not verified, but still returned.
        type: path
  certificate:
    description:
      - The installed certificate in PEM format. If it is set, the module fails unless each service presents it, and
        RV(endpoints) is returned with the failure, too.
    type: str
  timeout:
    description:
      - Maximum number of seconds for a connection, including the handshake.
    type: int
    default: 10
"""

EXAMPLES = r"""
- name: Get the certificates of the services of this host
  community.digicert.digicert_served_certificate_info:
    endpoints:
      - server_name: www.example.com
        ca_path: /etc/ssl/certs/ca-certificates.crt
      - port: 25
        starttls: smtp
      - port: 5432
        starttls: postgres
  register: served

- name: Show problems
  ansible.builtin.debug:
    msg: "{{ item.host }}:{{ item.port }}: {{ item.problem or 'serves ' ~ item.certificate.serial_number }}"
  loop: "{{ served.endpoints }}"
"""

RETURN = r"""
endpoints:
  description: One entry for each of O(endpoints), in the same order.
  returned: success, and if a service does not present O(certificate)
  type: list
  elements: dict
  contains:
    host:
      description: Name or address of the service.
      type: str
      returned: always
      sample: 127.0.0.1
    port:
      description: Port of the service.
      type: int
      returned: always
      sample: 443
    server_name:
      description: Name that was sent with SNI. V(null) if no name was sent.
      type: str
      returned: always
      sample: www.example.com
    starttls:
      description: Protocol that TLS was started with. V(null) if TLS started immediately.
      type: str
      returned: always
      sample: smtp
    verified:
      description:
        - Whether chain and name are valid. V(null) if this was not checked, or if no certificate was presented.
      type: bool
      returned: always
      sample: true
    tls_version:
      description: Negotiated protocol version. V(null) if there was no handshake.
      type: str
      returned: always
      sample: TLSv1.3
    problem:
      description:
        - Why no certificate was presented, why it does not verify, or that it is not O(certificate). V(null) if there
          is no problem.
      type: str
      returned: always
      sample: "the connection fails: Connection refused"
    certificate:
      description: The certificate that the service presents. V(null) if there is none.
      type: dict
      returned: always
      contains:
        # generated from return_values.yml: certificate_fields
        serial_number:
          description: Serial number in lower-case hexadecimal without leading zeros.
          type: str
          returned: always
          sample: a1b2c3d4e5f6
        thumbprint:
          description: SHA-1 thumbprint in upper-case hexadecimal.
          type: str
          returned: always
          sample: 3F2504E04F8911D39A0C0305E82C33015B2C7A51
        common_name:
          description: Common name.
          type: str
          returned: always
          sample: www.example.com
        dns_names:
          description: All names, common name first.
          type: list
          elements: str
          returned: always
          sample: [www.example.com, example.com]
        not_before:
          description: Start of its validity as an ISO 8601 timestamp.
          type: str
          returned: always
          sample: "2026-11-20T00:00:00+00:00"
        not_after:
          description: Expiry as an ISO 8601 timestamp.
          type: str
          returned: always
          sample: "2027-06-07T23:59:59+00:00"
        days_left:
          description: Days until it expires, by the clock of the host that runs the module.
          type: int
          returned: always
          sample: 199
        public_key_fingerprint:
          description: SHA-256 of its SubjectPublicKeyInfo, in hexadecimal.
          type: str
          returned: always
          sample: 5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592
        # end of generated
        pem:
          description: The certificate in PEM format.
          type: str
          returned: always
          sample: "-----BEGIN CERTIFICATE-----\nMIIF..."
"""

import datetime as dt
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ..module_utils._host.handshake import (
    Endpoint,
    compare_served,
    default_server_name,
    describe_served,
    read_all_served,
)
from ..module_utils._host.starttls import PROTOCOLS
from ..module_utils._x509 import certificates
from ..module_utils._x509.pem import InvalidPemError

ENDPOINT_OPTIONS: dict[str, dict[str, t.Any]] = {
    "host": {"type": "str", "default": "127.0.0.1"},
    "port": {"type": "int", "default": 443},
    "server_name": {"type": "str"},
    "starttls": {"type": "str", "choices": list(PROTOCOLS)},
    "ca_path": {"type": "path"},
}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "endpoints": {"type": "list", "elements": "dict", "required": True, "options": ENDPOINT_OPTIONS},
            "certificate": {"type": "str"},
            "timeout": {"type": "int", "default": 10},
        },
        supports_check_mode=True,
    )
    if certificates.CRYPTOGRAPHY_IMPORT_ERROR is not None:
        module.fail_json(msg=missing_required_lib("cryptography"), exception=certificates.CRYPTOGRAPHY_IMPORT_ERROR)
    if module.params["timeout"] < 1:
        module.fail_json(msg=f"timeout is {module.params['timeout']}. Set it to at least 1 second.")
    expected = _expected(module)
    endpoints = [_endpoint(given, expected) for given in module.params["endpoints"]]
    served = read_all_served(endpoints, module.params["timeout"])
    if expected is not None:
        served = [compare_served(one, expected) for one in served]
    now = dt.datetime.now(dt.timezone.utc)
    found = [describe_served(*pair, now) for pair in zip(endpoints, served)]
    failed = [one for one in found if one["problem"] is not None and expected is not None]
    for one in failed:
        msg = f"{one['host']}:{one['port']} does not serve the installed certificate: {one['problem']}"
        module.fail_json(msg=msg, endpoints=found)
    module.exit_json(changed=False, endpoints=found)


def _expected(module: AnsibleModule) -> certificates.Certificate | None:
    """Return the certificate that the services must present, or None if any will do."""
    if not module.params["certificate"]:
        return None
    try:
        found = certificates.read_certificates(module.params["certificate"])
    except InvalidPemError as exc:
        module.fail_json(msg=f"certificate cannot be read: {exc}. {exc.advice or 'Give it in PEM format'}.")
    else:
        return certificates.find_leaf(found, None) or found[0]
    return None


def _endpoint(given: t.Mapping[str, t.Any], expected: certificates.Certificate | None) -> Endpoint:
    # an empty string in a playbook means that the option is not set
    return Endpoint(
        host=given["host"],
        port=given["port"],
        server_name=given["server_name"] or (default_server_name(expected) if expected is not None else None),
        starttls=given["starttls"] or None,
        ca_path=given["ca_path"] or None,
    )


if __name__ == "__main__":
    main()
