# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation that several modules share: how CertCentral is reached, and how modules behave."""

from __future__ import annotations


class ModuleDocFragment:
    """The options of ``_module.connection_argument_spec()`` and what they need."""

    DOCUMENTATION = r"""
options:
  api_key:
    description:
      - API key of CertCentral, as made in its console.
      - Falls back to the environment variable E(DIGICERT_API_KEY) where the module runs.
      - Run the modules on the controller, with C(delegate_to) or C(connection) V(local); the key has no business on a
        managed host.
    type: str
  api_url:
    description:
      - Address of the Services API, ending in V(/services/v2). It takes precedence over O(region).
      - Falls back to the environment variable E(DIGICERT_API_URL) where the module runs.
      - An address with V(http://) is refused unless it is a loopback address.
    type: str
  region:
    description:
      - Which of the two CertCentral services holds the account.
      - V(us) is V(https://www.digicert.com/services/v2), V(eu) is V(https://certcentral.digicert.eu/services/v2).
    type: str
    choices: [us, eu]
    default: us
  ca_path:
    description:
      - File with the CA certificates that the certificate of O(api_url) must chain to, where the system's own do not
        serve, as behind a proxy that inspects TLS or with a test server.
      - Falls back to the environment variable E(DIGICERT_CA_PATH) where the module runs.
    type: path
  validate_certs:
    description:
      - Whether the certificate of O(api_url) is verified. With V(false) anybody on the network can read the API key.
    type: bool
    default: true
  timeout:
    description:
      - Seconds that one call of the service may take, the retries of a reading call among them.
    type: int
    default: 60
  rate_limit:
    description:
      - Most requests that one task sends within five seconds; V(0) means no limit.
      - The service accepts 100 within five seconds and 1000 within three minutes from one API key. Reading calls
        that it
        refuses for that are repeated after a while; calls that may cost money never are.
    type: int
    default: 100
requirements:
  - requests
  - cryptography >= 3.3
seealso:
  - name: CertCentral Services API
    description: The vendor's documentation of the service.
    link: https://dev.digicert.com/certcentral-apis/services-api.html
"""
