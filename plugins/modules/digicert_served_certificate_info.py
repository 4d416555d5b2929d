#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_served_certificate_info
short_description: Read the certificates that services show in a TLS handshake
version_added: 0.1.0
description:
  - Connects to services, from where it runs, and returns the certificate that each of them shows.
  - Knows SNI, and protocols in which TLS is started on request, among them SMTP, IMAP and PostgreSQL.
  - Several services are asked at the same time. A service that does not answer is a result, not a failure.
  - It does not talk to CertCentral.
requirements:
  - cryptography >= 3.3 where the module runs
extends_documentation_fragment:
  - community.digicert.attributes
  - community.digicert.attributes.reading
author:
  - community.digicert maintainers (@community-digicert)
notes:
  - A service that insists on a certificate of the client may end the handshake before its own is known.
seealso:
  - module: community.digicert.digicert_host_certificate_info
  - module: community.crypto.get_certificate
    description: Has more settings for the handshake, but of the protocols that start TLS on request only MySQL.
options:
  endpoints:
    description:
      - The services.
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
          - Name that is asked for with SNI. Where O(endpoints[].ca_path) is set, the certificate must be for it.
          - Without it no name is sent or compared.
        type: str
      starttls:
        description:
          - Protocol in which TLS is started on request. Without it TLS begins at once.
        type: str
        choices: [smtp, imap, postgres]
      ca_path:
        description:
          - File with root certificates, PEM, where the module runs. The chain must lead to one of them.
          - Without it nothing is verified; the certificate is read all the same.
        type: path
  timeout:
    description:
      - Seconds that a connection may take, up to the end of its handshake.
    type: int
    default: 10
"""

EXAMPLES = r"""
- name: Read what the services of this host show
  community.digicert.digicert_served_certificate_info:
    endpoints:
      - server_name: www.example.com
        ca_path: /etc/ssl/certs/ca-certificates.crt
      - port: 25
        starttls: smtp
      - port: 5432
        starttls: postgres
  register: served

- name: Say what is wrong
  ansible.builtin.debug:
    msg: "{{ item.host }}:{{ item.port }}: {{ item.problem or 'serves ' ~ item.certificate.serial_number }}"
  loop: "{{ served.endpoints }}"
"""

RETURN = r"""
endpoints:
  description: One entry for each of O(endpoints), in their order.
  returned: success
  type: list
  elements: dict
  contains:
    host:
      description: Name or address that was connected to.
      type: str
      returned: always
      sample: 127.0.0.1
    port:
      description: Port that was connected to.
      type: int
      returned: always
      sample: 443
    server_name:
      description: Name that was asked for; V(null) where none was.
      type: str
      returned: always
      sample: www.example.com
    starttls:
      description: Protocol in which TLS was started; V(null) where it began at once.
      type: str
      returned: always
      sample: smtp
    verified:
      description: Whether chain and name verify; V(null) where that was not asked for, or nothing was shown.
      type: bool
      returned: always
      sample: true
    tls_version:
      description: Version of the protocol that was agreed on; V(null) where there was no handshake.
      type: str
      returned: always
      sample: TLSv1.3
    problem:
      description: Why there is no certificate, or why it does not verify; V(null) where all is well.
      type: str
      returned: always
      sample: "the connection fails: Connection refused"
    certificate:
      description: The certificate that is served; V(null) where none was shown.
      type: dict
      returned: always
      contains:
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
          description: From when it is valid, as ISO 8601 timestamp.
          type: str
          returned: always
          sample: "2026-11-20T00:00:00+00:00"
        not_after:
          description: Until when it is valid, as ISO 8601 timestamp.
          type: str
          returned: always
          sample: "2027-06-07T23:59:59+00:00"
        days_left:
          description: Days until then, by the clock of where the module runs.
          type: int
          returned: always
          sample: 199
        public_key_fingerprint:
          description: SHA-256 of its SubjectPublicKeyInfo, in hexadecimal.
          type: str
          returned: always
          sample: 5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592
        pem:
          description: The certificate, PEM text.
          type: str
          returned: always
          sample: "-----BEGIN CERTIFICATE-----\nMIIF..."
"""

import datetime as dt
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ..module_utils._host.handshake import Endpoint, describe_served, read_all_served
from ..module_utils._host.starttls import PROTOCOLS
from ..module_utils._x509 import certificates as _x509

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
            "timeout": {"type": "int", "default": 10},
        },
        supports_check_mode=True,
    )
    if _x509.CRYPTOGRAPHY_IMPORT_ERROR is not None:
        module.fail_json(msg=missing_required_lib("cryptography"), exception=_x509.CRYPTOGRAPHY_IMPORT_ERROR)
    if module.params["timeout"] < 1:
        module.fail_json(msg=f"timeout is {module.params['timeout']}; give at least 1 second.")
    # an empty string in a playbook stands for nothing
    endpoints = [Endpoint(**{**given, **_blanks(given)}) for given in module.params["endpoints"]]
    served = read_all_served(endpoints, module.params["timeout"])
    now = dt.datetime.now(dt.timezone.utc)
    module.exit_json(changed=False, endpoints=[describe_served(*pair, now) for pair in zip(endpoints, served)])


def _blanks(given: t.Mapping[str, t.Any]) -> dict[str, None]:
    return {name: None for name in ("server_name", "starttls", "ca_path") if not given[name]}


if __name__ == "__main__":
    main()
