#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_host_certificate_info
short_description: Read the certificates that are installed on a host, and say which of them need something
version_added: 0.1.0
description:
  - Runs on the managed host and reads the sets of files that P(community.digicert.deploy#role) lays there.
  - Compares key, certificate, chain, names, lifetime, owners and modes with what is asked for, and further files,
    links and what services show in a handshake where they are told, all requests in one call.
  - It does not talk to CertCentral. A host where nothing is needed causes no call of the service.
  - The private key is read to compute its public half; it is neither returned nor logged. Nor are passphrases.
notes:
  - A request is identified by O(certificates[].directory) and O(certificates[].name). What the CA adds by itself, such
    as a C(www.) name, is no difference, nor is a certificate that covers more than what is asked for, unless
    O(certificates[].allow_name_removal) says so.
  - Days are counted by the clock of the host.
  - A service that cannot be reached is told in RV(certificates[].served) and is no difference. It reads the certificate
    when it starts.
  - The name that an entry of PKCS#12 has is compared where the host has cryptography 36 or newer.
requirements:
  - cryptography >= 3.3 on the host
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
      - The certificates that the host should have.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - Name of the request, which is the name of its folder.
        type: str
        required: true
      directory:
        description:
          - Folder that holds the folders of all requests.
        type: path
        default: /etc/digicert
      dns_names:
        description:
          - Names that the certificate must cover. What the CA adds by itself is no difference.
        type: list
        elements: str
        required: true
      renew_before:
        description:
          - How long before its end the certificate is due. A number of days, a percentage of its lifetime such as
            V(25%), or V(auto), which is a third of it and at most 30 days. V(never) is not even when it has ended.
        type: str
        default: auto
      key_type:
        description:
          - Type of key that is asked for. Without it each type is accepted.
        type: str
        choices: [RSA, ECC]
      key_size:
        description:
          - Bits that an RSA key must have, for example V(3072).
        type: int
      key_curve:
        description:
          - Curve that an ECC key must be on, by its name in SEC 2, for example V(secp256r1).
        type: str
      allow_name_removal:
        description:
          - Whether names in the certificate that nobody asks for make it due.
        type: bool
        default: false
      owner:
        description:
          - User that must own certificate and chain. Without it this is not compared.
        type: str
      group:
        description:
          - Group that certificate and chain must belong to. Without it this is not compared.
        type: str
      mode:
        description:
          - Mode that certificate and chain must have, as an octal number in quotes. Without it this is not compared.
        type: str
      key_owner:
        description:
          - User that must own the private key. Without it this is not compared.
        type: str
      key_group:
        description:
          - Group that the private key must belong to. Without it this is not compared.
        type: str
      key_mode:
        description:
          - Mode that the private key must have, as an octal number in quotes. Without it this is not compared.
        type: str
      outputs:
        description:
          - What the set must hold besides its four files. V(combined) is C(combined.pem), V(pkcs12) is
            C(certificate.p12), V(jks) is C(keystore.jks). They hold the key and must have its owner, group and mode.
        type: list
        elements: str
        choices: [combined, pkcs12, jks]
        default: []
      keystore_alias:
        description:
          - Name that the entry of PKCS#12 files and Java keystores must have. Without it that of the request.
        type: str
      keystore_passphrase:
        description:
          - Passphrase with which they can be opened.
        type: str
      links:
        description:
          - Paths that must lead to files of the set in use. What they need is asked for as with
            O(certificates[].outputs).
        type: list
        elements: dict
        default: []
        suboptions:
          path:
            description:
              - The path.
            type: path
            required: true
          output:
            description:
              - The file of the set that it leads to.
            type: str
            choices: [certificate, chain, fullchain, key, combined, pkcs12, jks]
            required: true
          copy:
            description:
              - Whether it must be a copy of the file, with the same owner, group and mode, instead of a link.
            type: bool
            default: false
      served:
        description:
          - Where the host must see the installed certificate in a handshake, as P(community.digicert.deploy#role)
            takes it. Nothing is connected to where another certificate is needed anyway.
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
              - Name that is asked for with SNI. Without it the first name of the certificate that is no wildcard.
            type: str
          from:
            description:
              - Where the connection starts. What starts on the controller only, is left out.
            type: str
            choices: [host, controller, both]
            default: host
          starttls:
            description:
              - Protocol in which TLS is started on request. Without it TLS begins at once.
            type: str
            choices: [smtp, imap, postgres]
          ca_path:
            description:
              - File with root certificates on the host; chain and name are then verified as well.
            type: path
          former_only:
            description:
              - Whether a difference counts only where the service shows the certificate of a former set of the request,
                because it may not be configured with this one yet.
            type: bool
            default: false
  timeout:
    description:
      - Seconds that a connection to a service may take, up to the end of its handshake.
    type: int
    default: 10
"""

EXAMPLES = r"""
- name: Look whether the certificate of this host is as it should be
  community.digicert.digicert_host_certificate_info:
    certificates:
      - name: www
        dns_names: [www.example.com, example.com]
        key_mode: "0600"
  register: host

- name: Say what is needed
  ansible.builtin.debug:
    msg: "{{ item.name }} needs {{ item.needs }}: {{ item.reasons | join('; ') }}"
  loop: "{{ host.certificates }}"
  loop_control:
    label: "{{ item.name }}"

- name: Look at several certificates in one call
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

- name: Ask the service only where a certificate is needed
  community.digicert.digicert_certificate_plan:
    dns_names: [www.example.com, example.com]
    organization_id: 112233
  delegate_to: localhost
  when: all.certificates | selectattr('needs', 'eq', 'certificate') | length > 0
"""

RETURN = r"""
certificates:
  description: One entry for each request, in their order.
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
        - V(none); V(install) where the certificate is right but its files are not, or a service shows another one;
          V(certificate) where another one is needed.
      type: str
      returned: always
      sample: none
    reasons:
      description: Why, in words.
      type: list
      elements: str
      returned: always
      sample: ["the certificate ends on 2026-12-01"]
    certificate:
      description: The certificate that is installed; V(null) where there is none.
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
        issuer:
          description: Common name of the CA that signed it; V(null) where it has none.
          type: str
          returned: always
          sample: DigiCert Global G2 TLS RSA SHA256 2020 CA1
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
          description: Days until then, by the clock of the host.
          type: int
          returned: always
          sample: 199
        public_key_fingerprint:
          description: SHA-256 of its SubjectPublicKeyInfo, in hexadecimal.
          type: str
          returned: always
          sample: 5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592
    key:
      description: The private key that is installed; V(null) where there is none that can be read.
      type: dict
      returned: always
      contains: &key
        public_key_fingerprint:
          description: SHA-256 of the SubjectPublicKeyInfo of its public half, in hexadecimal.
          type: str
          returned: always
          sample: 5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592
        type:
          description: V(RSA) or V(ECC).
          type: str
          returned: always
          sample: RSA
        size:
          description: Bits of an RSA key, or name of the curve.
          type: raw
          returned: always
          sample: 2048
        fits:
          description: Whether type and size are those that are asked for.
          type: bool
          returned: always
          sample: true
    pending_key:
      description:
        - The private key that is staged for a certificate that is not installed yet; V(null) where there is none.
      type: dict
      returned: always
      contains: *key
    served:
      description: What each of the services showed that were asked.
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
            - V(installed) or V(other), as the certificate is; V(former) for that of a former set, which the service has
              still in use; V(failing) where the handshake fails, or what is shown does not verify; V(unreachable) where
              no connection came about.
          type: str
          returned: always
          sample: installed
        serial_number:
          description: Serial number of what it shows; V(null) where that is nothing.
          type: str
          returned: always
          sample: a1b2c3d4e5f6
        problem:
          description: Why it shows nothing, or why that does not verify; V(null) where all is well.
          type: str
          returned: always
          sample: "the connection fails: Connection refused"
    certificate_pem:
      description:
        - The installed certificate, PEM text, where RV(certificates[].needs) is V(install) and what is on the host is
          good enough to be installed again; V(null) otherwise.
      type: str
      returned: always
      sample: "-----BEGIN CERTIFICATE-----\nMIIF..."
    chain_pem:
      description: Its intermediates, under the same condition.
      type: str
      returned: always
      sample: "-----BEGIN CERTIFICATE-----\nMIIE..."
"""

import datetime as dt
import typing as t
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ..module_utils._host.certificate import Reading, describe_host_certificate, read_host_certificate
from ..module_utils._host.outputs import FILES, FURTHER_OUTPUTS
from ..module_utils._host.plan import InvalidHostRequestError
from ..module_utils._host.served import look_at_services
from ..module_utils._host.starttls import PROTOCOLS
from ..module_utils._x509 import certificates as _x509

LINK_OPTIONS: dict[str, dict[str, t.Any]] = {
    "path": {"type": "path", "required": True},
    "output": {"type": "str", "choices": list(FILES), "required": True},
    "copy": {"type": "bool", "default": False},
}
SERVED_OPTIONS: dict[str, dict[str, t.Any]] = {
    "host": {"type": "str", "default": "127.0.0.1"},
    "port": {"type": "int", "default": 443},
    "server_name": {"type": "str"},
    "from": {"type": "str", "choices": ["host", "controller", "both"], "default": "host"},
    "starttls": {"type": "str", "choices": list(PROTOCOLS)},
    "ca_path": {"type": "path"},
    "former_only": {"type": "bool", "default": False},
}

CERTIFICATE_OPTIONS: dict[str, dict[str, t.Any]] = {
    "name": {"type": "str", "required": True},
    "directory": {"type": "path", "default": "/etc/digicert"},
    "dns_names": {"type": "list", "elements": "str", "required": True},
    "renew_before": {"type": "str", "default": "auto"},
    "key_type": {"type": "str", "choices": ["RSA", "ECC"]},
    "key_size": {"type": "int"},
    "key_curve": {"type": "str"},
    "allow_name_removal": {"type": "bool", "default": False},
    "owner": {"type": "str"},
    "group": {"type": "str"},
    "mode": {"type": "str"},
    "key_owner": {"type": "str"},
    "key_group": {"type": "str"},
    "key_mode": {"type": "str"},
    "outputs": {"type": "list", "elements": "str", "choices": list(FURTHER_OUTPUTS), "default": []},
    "keystore_alias": {"type": "str"},
    "keystore_passphrase": {"type": "str", "no_log": True},
    "links": {"type": "list", "elements": "dict", "options": LINK_OPTIONS, "default": []},
    "served": {"type": "list", "elements": "dict", "options": SERVED_OPTIONS, "default": []},
}
# the names of these options say key, their values are none
for _name in ("key_type", "key_size", "key_curve", "key_owner", "key_group", "key_mode", "keystore_alias"):
    CERTIFICATE_OPTIONS[_name]["no_log"] = False


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "certificates": {"type": "list", "elements": "dict", "required": True, "options": CERTIFICATE_OPTIONS},
            "timeout": {"type": "int", "default": 10},
        },
        supports_check_mode=True,
    )
    if _x509.CRYPTOGRAPHY_IMPORT_ERROR is not None:
        module.fail_json(msg=missing_required_lib("cryptography"), exception=_x509.CRYPTOGRAPHY_IMPORT_ERROR)
    if module.params["timeout"] < 1:
        module.fail_json(msg=f"timeout is {module.params['timeout']}; give at least 1 second.")
    now = dt.datetime.now(dt.timezone.utc)
    readings: list[tuple[Reading, list[dict[str, t.Any]]]] = []
    for options in module.params["certificates"]:
        failure = None
        try:
            readings.append((read_host_certificate(options), options["served"]))
        except InvalidHostRequestError as exc:
            failure = f"The request {options['name']!r} cannot be used: {exc}. Correct it."
        except OSError as exc:
            where = Path(options["directory"]) / options["name"]
            failure = f"{where} cannot be read: {exc.strerror}. Run the task with become."
        if failure is not None:
            # not within the except clause: ansible-core before 2.19 would add a traceback for -vvv
            module.fail_json(msg=failure)
    shown = look_at_services(readings, now, module.params["timeout"])
    found = [describe_host_certificate(reading, seen, now) for (reading, _served), seen in zip(readings, shown)]
    module.exit_json(changed=False, certificates=found)


if __name__ == "__main__":
    main()
