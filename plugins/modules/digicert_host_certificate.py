#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_host_certificate
short_description: Stage, install or take back the certificates of a host
version_added: 0.1.0
description:
  - Runs on the managed host. It creates private keys and certificate signing requests (CSRs), installs certificates as
    sets of files, and takes an installation back. All requests of a host are handled in one call.
  - Key, certificate and chain of a set change together, by one rename of the link C(current). The previous set stays,
    so that it can be used again.
  - It does not communicate with CertCentral, and it does not reload services. After an installation reload them, verify
    what they present, and run the module again with O(state=in_service), or with O(state=previous) if that failed.
  - A private key never leaves the host, and is never part of a result, a difference or a message.
notes:
  - "The files of a certificate are in the folder C(<directory>/<name>): C(current) is a link to the set in use, C(sets)
    contains the sets, each in a folder that is named after the serial number, and C(pending) the staged key and CSR.
    While an installation is not proven, the file C(.deploying) describes the state before it."
  - If a run is interrupted, the next one completes the installation or takes it back, whatever its O(state) is.
  - Only one run at a time works on a certificate; a second one waits for O(lock_timeout).
  - The folders belong to the user who runs the task, whatever O(certificates[].owner) is. Folders and links that
    another user could exchange are refused, and so is a folder that other users may write to.
  - A request that fails does not stop the others. The task fails at the end, with the results of all requests.
requirements:
  - cryptography >= 3.3 on the host
extends_documentation_fragment:
  - community.digicert.attributes
attributes:
  check_mode:
    support: full
    details:
      - No file, folder or lock is created. The result does not contain a CSR that does not exist yet.
  diff_mode:
    support: full
    details:
      - The differences contain names, owners, modes and serial numbers, never the content of files.
  idempotent:
    support: partial
    details:
      - With O(state=previous) each run takes back an installation, or switches to another set.
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_host_certificate_info
  - module: community.digicert.digicert_certificate_download
  - module: community.digicert.digicert_served_certificate_info
  - module: community.crypto.x509_certificate_info
options:
  state:
    description:
      - V(staged) ensures that there is a private key with a CSR in C(pending). A staged key is kept if it matches the
        request, so that an order that was placed for it can go on. It is replaced if it is already installed.
      - V(installed) ensures that O(certificates[].certificate) is installed and in use. Everything is checked first; if
        a check fails, nothing is written.
      - V(in_service) cleans up after the services have proven that they use the certificate. It removes the staged key,
        old sets, and what interrupted runs left behind.
      - V(previous) takes back an installation that is not proven yet, with all links and copies. The set that failed is
        removed, unless it has the only copy of its key; C(pending) and O(certificates[].key_path) may have another one.
        The staged key is kept for the next attempt. If there is no such installation, V(previous) puts the newest other
        set into use.
    type: str
    choices: [staged, installed, in_service, previous]
    required: true
  lock_timeout:
    description:
      - Maximum number of seconds to wait for another run that works on the same certificate.
    type: int
    default: 60
  timeout:
    description:
      - Maximum number of seconds for each connection to a service in O(certificates[].served).
    type: int
    default: 10
  certificates:
    description:
      - The certificates of the host.
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
          - Folder that contains the folders of all requests. It is created if it is missing.
        type: path
        default: /etc/digicert
      stage:
        description:
          - Whether O(state=staged) stages a key and a CSR for this request. With V(if_needed) and V(never) what is
            installed is first compared with the request, as M(community.digicert.digicert_host_certificate_info) does,
            and returned in RV(certificates[].installed). V(if_needed) stages only if a certificate is needed.
        type: str
        choices: [always, if_needed, never]
        default: always
      renew_before:
        description:
          - When a certificate is due, for O(certificates[].stage). V(auto), V(never), a number of days, or a percentage
            of the lifetime, as in M(community.digicert.digicert_host_certificate_info).
        type: str
        default: auto
      allow_name_removal:
        description:
          - Whether a certificate with names that are not requested is due, for O(certificates[].stage).
        type: bool
        default: false
      served:
        description:
          - Services that must present the installed certificate, for O(certificates[].stage), as in
            M(community.digicert.digicert_host_certificate_info).
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
      dns_names:
        description:
          - Names of the CSR, and names that an installed certificate must cover. Names that the CA adds are ignored.
            Required with O(state=staged). By default an installed certificate may have any names.
        type: list
        elements: str
        default: []
      common_name:
        description:
          - Common name of the CSR, at most 64 characters. It is also a subject alternative name. Defaults to the first
            name of O(certificates[].dns_names).
        type: str
      organization:
        description:
          - Organization in the subject of the CSR.
        type: str
      organizational_unit:
        description:
          - Organizational unit in the subject of the CSR. Public CAs drop it.
        type: str
      locality:
        description:
          - Locality in the subject of the CSR.
        type: str
      state_or_province:
        description:
          - State or province in the subject of the CSR.
        type: str
      country:
        description:
          - Country in the subject of the CSR, two letters (ISO 3166).
        type: str
      email:
        description:
          - E-mail address in the subject of the CSR.
        type: str
      digest:
        description:
          - Digest with which the CSR is signed.
        type: str
        choices: [sha256, sha384, sha512]
        default: sha256
      key_type:
        description:
          - Type of the private key. By default a staged key of any type is kept, and a new one is of the type V(RSA).
        type: str
        choices: [RSA, ECC]
      key_size:
        description:
          - Size of an RSA key in bits, at least V(2048). By default a new key has 2048 bits.
        type: int
      key_curve:
        description:
          - Curve of an ECC key, by its SEC 2 name. By default a new key is on V(secp256r1).
        type: str
      key_reuse:
        description:
          - Whether to stage the private key that is in use, whatever its type and size, instead of a new one.
        type: bool
        default: false
      key_path:
        description:
          - Path of an existing private key on the host. With O(state=staged) it is staged, whatever its type and size.
            With O(state=installed) it is used if the certificate belongs to it and not to a key in the folder of the
            request.
        type: path
      private_key:
        description:
          - A private key in PEM format that O(state=staged) stages, whatever its type and size, for hosts that share a
            key. Nothing shows it, but it leaves the host where it was created.
        type: str
      staging:
        description:
          - Another place for the key and the CSR of O(state=staged), for a certificate that this module does not
            install. By default they are in C(pending) in the folder of the request. Whether the staged key is already
            installed is then unknown, so it is kept.
        type: dict
        suboptions:
          directory:
            description:
              - Folder of the key and the CSR. It is created if it is missing. Its mode is set to 0700, or to 0711 if
                the files have an owner or a group. Like all folders, it belongs to the user who runs the task.
            type: path
            required: true
          key_path:
            description:
              - Path of the private key. Its folder must exist if it is another one. Defaults to C(privkey.pem) in
                O(certificates[].staging.directory).
            type: path
          csr_path:
            description:
              - Path of the CSR. Its folder must exist if it is another one. Defaults to C(request.csr) in
                O(certificates[].staging.directory).
            type: path
          owner:
            description:
              - Owner of the key and the CSR. The default is as for O(certificates[].owner).
            type: str
          group:
            description:
              - Group of the key and the CSR. The default is as for O(certificates[].owner).
            type: str
          key_mode:
            description:
              - Mode of the private key, as an octal number.
            type: raw
            default: "0600"
      certificate:
        description:
          - The certificate in PEM format. Required with O(state=installed).
        type: str
      chain:
        description:
          - The intermediate certificates in PEM format, in any order.
        type: str
      serial_number:
        description:
          - Serial number in hexadecimal that O(certificates[].certificate) must have. By default any is accepted.
        type: str
      owner:
        description:
          - Owner of certificate and chain. By default that of new files is the user who runs the task, and that of
            existing files is not changed.
        type: str
      group:
        description:
          - Group of certificate and chain. The default is as for O(certificates[].owner).
        type: str
      mode:
        description:
          - Mode of certificate and chain, as an octal number.
        type: raw
        default: "0644"
      key_owner:
        description:
          - Owner of the private key, and of every file that contains it. The default is as for O(certificates[].owner).
        type: str
      key_group:
        description:
          - Group of the private key, and of every file that contains it. The default is as for O(certificates[].owner).
        type: str
      key_mode:
        description:
          - Mode of the private key, and of every file that contains it, as an octal number.
        type: raw
        default: "0600"
      directory_mode:
        description:
          - Mode of the folder of the certificate and of the folders of its sets, as an octal number. A mode that
            allows others to write is refused.
        type: raw
        default: "0755"
      setype:
        description:
          - SELinux type of files and folders. By default the type that the policy of the host sets for their location.
            It is ignored if the host does not use SELinux.
        type: str
      outputs:
        description:
          - Additional files of the set. V(combined) is C(combined.pem) with certificate, chain and key, V(pkcs12) is
            C(certificate.p12), and V(jks) is C(keystore.jks), a Java keystore, which is written without Java. They
            contain the key and get its owner, group and mode.
        type: list
        elements: str
        choices: [combined, pkcs12, jks]
        default: []
      keystore_alias:
        description:
          - Alias of the entry in PKCS#12 files and Java keystores. Defaults to the name of the request.
        type: str
      keystore_passphrase:
        description:
          - Passphrase of the keystores. Without it, PKCS#12 files are not encrypted. A Java keystore needs at least 6
            characters.
        type: str
      links:
        description:
          - Paths that become links to files of the set in use, for services that are configured with these paths. The
            files that they need are also written, as with O(certificates[].outputs).
          - A file or link that is already there is saved as a set, and restored by O(state=previous). If no set was in
            use, the old files first become links to copies of themselves, so that key and certificate change together.
        type: list
        elements: dict
        default: []
        suboptions:
          path:
            description:
              - Absolute path. Its folder must exist.
            type: path
            required: true
          output:
            description:
              - File of the set that the path leads to.
            type: str
            choices: [certificate, chain, fullchain, key, combined, pkcs12, jks]
            required: true
          copy:
            description:
              - Whether the path becomes a copy of the file, with the same owner, group and mode, instead of a link. For
                services in a chroot, and services that refuse links.
            type: bool
            default: false
      keep:
        description:
          - Number of previous sets that O(state=in_service) keeps. The last one that was in use is always kept.
        type: int
        default: 2
      force:
        description:
          - Whether O(state=installed) reports that a reload is needed although the certificate is already installed.
        type: bool
        default: false
      clean_up:
        description:
          - Whether O(state=installed) also cleans up, as O(state=in_service) does. For certificates for which no
            service has to be reloaded.
        type: bool
        default: false
"""

EXAMPLES = r"""
- name: Show whether a key would be staged
  community.digicert.digicert_host_certificate:
    state: staged
    certificates:
      - name: www
        directory: /etc/digicert
        dns_names: [www.example.com, example.com]
  check_mode: true
  register: predicted

- name: Say why
  ansible.builtin.debug:
    msg: "{{ predicted.certificates[0].reasons | join('; ') }}"

- name: Stage a key and a CSR for each certificate of the host
  community.digicert.digicert_host_certificate:
    state: staged
    certificates:
      - name: www
        directory: /etc/digicert
        dns_names: [www.example.com, example.com]
        key_type: ECC
      - name: mail
        directory: /etc/digicert
        dns_names: [mail.example.com]
        organization: Example Corp
        country: DE
  register: staged

- name: Order the first certificate on the controller
  community.digicert.digicert_order:
    csr_content: "{{ staged.certificates[0].csr }}"
    common_name: www.example.com
    dns_names: [example.com]
    organization_id: 112233
    skip_approval: true
    wait: true
  delegate_to: localhost
  register: placed

- name: Download it
  community.digicert.digicert_certificate_download:
    order_id: "{{ placed.order.id }}"
  delegate_to: localhost
  register: issued

- name: Install it
  community.digicert.digicert_host_certificate:
    state: installed
    certificates:
      - name: www
        directory: /etc/digicert
        dns_names: [www.example.com, example.com]
        certificate: "{{ issued.certificate_pem }}"
        chain: "{{ issued.chain_pem }}"
        links:
          - path: /etc/pki/www.pem
            output: fullchain
          - path: /etc/pki/www.key
            output: key
  register: installed

# If needs_reload is true, reload the services here. Set new_certificate_fails if one does not present the certificate.

- name: Use the previous certificate again if a service does not present the new one
  community.digicert.digicert_host_certificate:
    state: previous
    certificates:
      - name: www
        directory: /etc/digicert
  when:
    - installed.certificates[0].needs_reload
    - new_certificate_fails | default(false)

- name: Clean up if it does
  community.digicert.digicert_host_certificate:
    state: in_service
    certificates:
      - name: www
        directory: /etc/digicert
  when: not new_certificate_fails | default(false)
"""

RETURN = r"""
certificates:
  description: One entry for each request, in the same order.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Name of the request.
      type: str
      returned: always
      sample: www
    changed:
      description: Whether something was changed on the host, or in check mode would be.
      type: bool
      returned: always
      sample: true
    failed:
      description: Whether the request failed.
      type: bool
      returned: always
      sample: false
    msg:
      description: What happened and what to do. V(null) if the request did not fail.
      type: str
      returned: always
      sample: "The request 'www' failed: the chain does not sign the certificate; no certificate is in use."
    problem:
      description: The cause alone, for a message in other words. V(null) if the request did not fail.
      type: str
      returned: always
      sample: "the chain does not sign the certificate"
    action:
      description:
        - What was done, or in check mode would be. V(none), V(stage), V(install) if another set is put into use,
          V(repair) if files, links or copies are written again, V(reload) if only services have to be reloaded,
          V(clean_up) or V(take_back).
      type: str
      returned: always
      sample: install
    reasons:
      description: The reasons for RV(certificates[].action).
      type: list
      elements: str
      returned: always
      sample: ["no certificate is installed"]
    serial_number:
      description:
        - Serial number of the certificate in use, in lower-case hexadecimal without leading zeros. V(null) with
          O(state=staged) and if no certificate is in use. If the request failed, it is the certificate that stays in
          use.
      type: str
      returned: always
      sample: a1b2c3d4e5f6
    previous_serial_number:
      description:
        - Serial number of the certificate that was in use before, or with O(state=previous) of the one that was taken
          back. V(null) if there is none. V(replaced) stands for old files without a readable certificate.
      type: str
      returned: always
      sample: 9f8e7d6c5b4a
    requested_serial_number:
      description:
        - Serial number of O(certificates[].certificate), whether it is in use or not. V(null) with other states and if
          the certificate cannot be read.
      type: str
      returned: always
      sample: a1b2c3d4e5f6
    certificate_pem:
      description:
        - The certificate in use in PEM format, to be compared with what services present. V(null) with O(state=staged)
          and O(state=in_service), if no certificate is in use, and if the request failed.
      type: str
      returned: always
      sample: "-----BEGIN CERTIFICATE-----\nMIIF..."
    path:
      description: The link to the set in use, with which services are configured.
      type: str
      returned: always
      sample: /etc/digicert/www/current
    needs_reload:
      description: Whether services have to read their files again.
      type: bool
      returned: always
      sample: true
    interrupted:
      description: Whether an earlier run, which was interrupted or failed, had left the reload unfinished.
      type: bool
      returned: always
      sample: false
    csr:
      description: The staged CSR in PEM format. V(null) with other states, or if in check mode it does not exist yet.
      type: str
      returned: always
      sample: "-----BEGIN CERTIFICATE REQUEST-----\nMIIB..."
    csr_path:
      description: Path of the staged CSR. V(null) with other states.
      type: str
      returned: always
      sample: /etc/digicert/www/pending/request.csr
    key_path:
      description: Path of the staged private key. V(null) with other states.
      type: str
      returned: always
      sample: /etc/digicert/www/pending/privkey.pem
    public_key_fingerprint:
      description:
        - SHA-256 of the SubjectPublicKeyInfo of the staged or installed key, in hexadecimal. V(null) with other states,
          or if in check mode the key does not exist yet.
      type: str
      returned: always
      sample: 5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592
    installed:
      description:
        - What is installed, as M(community.digicert.digicert_host_certificate_info) returns it. V(null) with other
          states, with O(certificates[].stage=always), and if it could not be read.
      type: dict
      returned: always
      sample: {"name": "www", "needs": "certificate", "reasons": ["no certificate is installed"]}
diff:
  description: The differences of each request that changes something. The content of files is never included.
  returned: if diff mode is enabled
  type: list
  elements: dict
  sample:
    - {"before_header": "www", "after_header": "www", "before": {"in_use": null}, "after": {"in_use": "a1b2c3d4e5f6"}}
"""

import datetime as dt

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ..module_utils._host.host_certificate import ensure_all
from ..module_utils._host.run_settings import RunSettings
from ..module_utils._module.host_options import STATES, install_options
from ..module_utils._module.host_run import failure_of, result_of, selinux_context
from ..module_utils._x509 import certificates


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": list(STATES), "required": True},
            "lock_timeout": {"type": "int", "default": 60},
            "timeout": {"type": "int", "default": 10},
            "certificates": {"type": "list", "elements": "dict", "required": True, "options": install_options()},
        },
        supports_check_mode=True,
    )
    if certificates.CRYPTOGRAPHY_IMPORT_ERROR is not None:
        module.fail_json(msg=missing_required_lib("cryptography"), exception=certificates.CRYPTOGRAPHY_IMPORT_ERROR)
    if module.params["lock_timeout"] < 0:
        module.fail_json(msg=f"lock_timeout is {module.params['lock_timeout']}. Set it to at least 0 seconds.")
    if module.params["timeout"] < 1:
        module.fail_json(msg=f"timeout is {module.params['timeout']}. Set it to at least 1 second.")
    settings = RunSettings(
        state=module.params["state"],
        lock_timeout=module.params["lock_timeout"],
        check_mode=module.check_mode,
        labels=lambda path, setype: selinux_context(module, path, setype),
        timeout=module.params["timeout"],
    )
    entries = ensure_all(module.params["certificates"], settings, dt.datetime.now(dt.timezone.utc))
    result = result_of(entries, with_diff=module._diff)
    failure = failure_of(entries)
    if failure is not None:
        module.fail_json(msg=failure, **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
