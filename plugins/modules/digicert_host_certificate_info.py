#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_host_certificate_info
short_description: Check the certificates installed on a host
version_added: 0.1.0
description:
  - Runs on the managed host and reads the sets of files that the role P(community.digicert.deploy#role) installs there.
  - Compares key, certificate, chain, names, lifetime, owners and modes with the requests, and optionally additional
    files, links, and the certificates that services present. All requests are checked in one call.
  - It does not communicate with CertCentral. A host that does not need anything does not cause any request to the
    service.
  - The private key is only read to compute its public key. Neither the private key nor passphrases are returned or
    logged.
notes:
  - A request is identified by O(certificates[].directory) and O(certificates[].name). Names that the CA adds, such as a
    C(www.) name, are ignored. A certificate with more names than requested is accepted, unless
    O(certificates[].allow_name_removal=true).
  - Days are counted by the clock of the host.
  - A service that cannot be reached is reported in RV(certificates[].served) and does not count as a difference,
    because it reads the certificate when it starts.
  - The alias of a PKCS#12 file is only compared if the host has cryptography 36 or newer.
requirements:
  - cryptography >= 3.3 on the host
  - idna on the controller, if a name has letters beyond ASCII
extends_documentation_fragment:
  - community.digicert.attributes
  - community.digicert.attributes.reading
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_certificate_plan
  - module: community.digicert.digicert_served_certificate_info
  - module: community.crypto.x509_certificate_info
options:
  certificates:
    description:
      - The desired certificates of the host.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - Name of the request and of its folder.
        type: str
        required: true
      directory:
        description:
          - Folder that contains the folders of all requests.
        type: path
        default: /etc/digicert
      dns_names:
        description:
          - Names that the certificate must cover. Names that the CA adds are ignored.
        type: list
        elements: str
        required: true
      renew_before:
        description:
          - How long before its expiry the certificate is due. Either a number of days, a percentage of its lifetime
            such as V(25%), or V(auto), which means a third of its lifetime and at most 30 days. With V(never) it is not
            due even after it has expired.
        type: str
        default: auto
      key_type:
        description:
          - Required key type. By default any type is accepted.
        type: str
        choices: [RSA, ECC]
      key_size:
        description:
          - Required size of an RSA key in bits, for example V(3072).
        type: int
      key_curve:
        description:
          - Required curve of an ECC key, by its SEC 2 name, for example V(secp256r1).
        type: str
      allow_name_removal:
        description:
          - Whether a certificate with names that are not requested is due.
        type: bool
        default: false
      owner:
        description:
          - Required owner of certificate and chain. Not checked by default.
        type: str
      group:
        description:
          - Required group of certificate and chain. Not checked by default.
        type: str
      mode:
        description:
          - Required mode of certificate and chain, as a quoted octal number. Not checked by default.
        type: str
      key_owner:
        description:
          - Required owner of the private key. Not checked by default.
        type: str
      key_group:
        description:
          - Required group of the private key. Not checked by default.
        type: str
      key_mode:
        description:
          - Required mode of the private key, as a quoted octal number. Not checked by default.
        type: str
      outputs:
        description:
          - Additional files that the set must contain. V(combined) is C(combined.pem), V(pkcs12) is C(certificate.p12),
            V(jks) is C(keystore.jks). They contain the key and must have its owner, group and mode.
        type: list
        elements: str
        choices: [combined, pkcs12, jks]
        default: []
      keystore_alias:
        description:
          - Required alias of the entry in PKCS#12 files and Java keystores. Defaults to the name of the request.
        type: str
      keystore_passphrase:
        description:
          - Passphrase of the keystores.
        type: str
      encryption_level:
        description:
          - How PKCS#12 files must be encrypted. With V(auto) every encryption is accepted, with V(compatibility2022)
            only one that older readers open.
        type: str
        choices: [auto, compatibility2022]
        default: auto
      links:
        description:
          - Paths that must lead to files of the current set. The files that they need are required as with
            O(certificates[].outputs).
        type: list
        elements: dict
        default: []
        suboptions:
          path:
            description:
              - Path of the link.
            type: path
            required: true
          output:
            description:
              - File of the set that the link leads to.
            type: str
            choices: [certificate, chain, fullchain, key, combined, pkcs12, jks]
            required: true
          copy:
            description:
              - Whether the path must be a copy of the file with the same owner, group and mode instead of a link.
            type: bool
            default: false
      served:
        description:
          - Services that must present the installed certificate in a handshake with the host, as in the role
            P(community.digicert.deploy#role). They are not contacted if a new certificate is needed anyway.
        type: list
        elements: dict
        default: []
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
              - Name to send with SNI. Defaults to the first name of the certificate that is not a wildcard.
            type: str
          from:
            description:
              - Origin of the connection. Services that are only checked from the controller are skipped.
            type: str
            choices: [host, controller, both]
            default: host
          starttls:
            description:
              - Protocol to start TLS with (STARTTLS). By default TLS starts immediately.
            type: str
            choices: [smtp, imap, postgres]
          ca_path:
            description:
              - Path to a file with root certificates on the host. If set, chain and name are verified as well.
            type: path
          former_only:
            description:
              - Whether to count a difference only if the service presents the certificate of a former set of the
                request, because it may not be configured with the current one yet.
            type: bool
            default: false
  timeout:
    description:
      - Maximum number of seconds for a connection to a service, including the handshake.
    type: int
    default: 10
"""

EXAMPLES = r"""
- name: Check the certificate of this host
  community.digicert.digicert_host_certificate_info:
    certificates:
      - name: www
        dns_names: [www.example.com, example.com]
        key_mode: "0600"
  register: host

- name: Show what is needed
  ansible.builtin.debug:
    msg: "{{ item.name }} needs {{ item.needs }}: {{ item.reasons | join('; ') }}"
  loop: "{{ host.certificates }}"
  loop_control:
    label: "{{ item.name }}"

- name: Check several certificates in one call
  community.digicert.digicert_host_certificate_info:
    certificates:
      - name: www
        dns_names: [www.example.com, example.com]
        renew_before: 25%
        key_type: ECC
        key_curve: secp256r1
      - name: mail
        directory: /etc/digicert
        dns_names: [mail.example.com]
        renew_before: "14"
        key_type: RSA
        key_size: 3072
  register: all

- name: Contact the service only if a certificate is needed
  community.digicert.digicert_certificate_plan:
    dns_names: [www.example.com, example.com]
    organization_id: 112233
  delegate_to: localhost
  when: all.certificates | selectattr('needs', 'eq', 'certificate') | length > 0
"""

RETURN = r"""
certificates:
  description: One entry for each request, in the same order.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the request.
      type: str
      returned: always
      sample: www
    needs:
      description:
        - V(none) if nothing is needed. V(install) if the certificate is correct, but its files are not, an interrupted
          run left something behind or published, other users could change its folder, or a service presents another
          certificate. V(certificate) if a new certificate is needed.
      type: str
      returned: always
      sample: none
    reasons:
      description: The reasons for RV(certificates[].needs).
      type: list
      elements: str
      returned: always
      sample: ["the certificate expires on 2026-12-01"]
    certificate:
      description: The installed certificate. V(null) if there is none.
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
        issuer:
          description: Common name of the issuing CA. V(null) if it does not have one.
          type: str
          returned: always
          sample: DigiCert Global G2 TLS RSA SHA256 2020 CA1
    key:
      description: The installed private key. V(null) if there is none, or if it cannot be read.
      type: dict
      returned: always
      contains: &key
        public_key_fingerprint:
          description: SHA-256 of the SubjectPublicKeyInfo of its public key, in hexadecimal.
          type: str
          returned: always
          sample: 5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592
        type:
          description: V(RSA) or V(ECC).
          type: str
          returned: always
          sample: RSA
        size:
          description: Size of an RSA key in bits, or name of the curve.
          type: raw
          returned: always
          sample: 2048
        fits:
          description: Whether type and size match the request.
          type: bool
          returned: always
          sample: true
    pending_key:
      description:
        - The private key that is staged for a certificate that is not installed yet. V(null) if there is none. A staged
          key that is already installed was left behind by an interrupted run, and is one of
          RV(certificates[].reasons).
      type: dict
      returned: always
      contains: *key
    published:
      description:
        - The records of a validation that an interrupted run of the role P(community.digicert.certificate#role) left
          published. The next run of the role removes them. V(null) if there are none.
      type: dict
      returned: always
      contains:
        records:
          description:
            - The records as in RV(community.digicert.digicert_order#module:dcv.records), each with C(provider). Empty
              if what the interrupted run noted cannot be used.
          type: list
          elements: dict
          returned: always
          sample: []
        reason:
          description: The entry of RV(certificates[].reasons) about them.
          type: str
          returned: always
          sample: /etc/digicert/www/.published lists records that an interrupted run left published
    served:
      description: Result for each service that was contacted.
      type: list
      elements: dict
      returned: always
      contains:
        place:
          description: Address and port.
          type: str
          returned: always
          sample: 127.0.0.1:443
        state:
          description:
            - V(installed) if the service presents the installed certificate, V(former) for the certificate of a former
              set, V(other) for any other. V(failing) if the handshake or the verification fails, V(unreachable) if the
              connection fails.
          type: str
          returned: always
          sample: installed
        serial_number:
          description: Serial number of the certificate that the service presents. V(null) if there is none.
          type: str
          returned: always
          sample: a1b2c3d4e5f6
        problem:
          description: Why no certificate was presented, or why it does not verify. V(null) if there is no problem.
          type: str
          returned: always
          sample: "the connection fails: Connection refused"
    certificate_pem:
      description:
        - The installed certificate in PEM format, if RV(certificates[].needs) is V(install) and the files on the host
          can be installed again. V(null) otherwise.
      type: str
      returned: always
      sample: "-----BEGIN CERTIFICATE-----\nMIIF..."
    chain_pem:
      description: Its intermediate certificates, under the same conditions.
      type: str
      returned: always
      sample: "-----BEGIN CERTIFICATE-----\nMIIE..."
    fullchain_pem:
      description:
        - The installed certificate followed by its intermediate certificates, whatever RV(certificates[].needs) is. For
          example, it says where to ask whether the certificate is revoked. V(null) if no certificate is installed.
      type: str
      returned: always
      sample: "-----BEGIN CERTIFICATE-----\nMIIF..."
"""

import datetime as dt

from ansible.module_utils.basic import missing_required_lib

from ..module_utils._host.look import look_at
from ..module_utils._module.host_options import look_options
from ..module_utils._module.misplaced_secrets import HidingModule
from ..module_utils._x509 import certificates


def main() -> None:
    """Run the module."""
    module = HidingModule(
        argument_spec={
            "certificates": {"type": "list", "elements": "dict", "required": True, "options": look_options()},
            "timeout": {"type": "int", "default": 10},
        },
        supports_check_mode=True,
    )
    if certificates.CRYPTOGRAPHY_IMPORT_ERROR is not None:
        module.fail_json(msg=missing_required_lib("cryptography"), exception=certificates.CRYPTOGRAPHY_IMPORT_ERROR)
    if module.params["timeout"] < 1:
        module.fail_json(msg=f"timeout is {module.params['timeout']}. Set it to at least 1 second.")
    looked = look_at(module.params["certificates"], dt.datetime.now(dt.timezone.utc), module.params["timeout"])
    for one in looked:
        if one.problem:
            module.fail_json(msg=one.problem)
    module.exit_json(changed=False, certificates=[one.entry for one in looked])


if __name__ == "__main__":
    main()
