# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the connection options that all modules for CertCentral share."""

from __future__ import annotations


class ModuleDocFragment:
    """The options of ``_module.connection_argument_spec()`` and what they need."""

    DOCUMENTATION = r"""
options:
  api_key:
    description:
      - API key, created in the CertCentral console.
      - If not set, the environment variable E(DIGICERT_API_KEY) of the host that runs the module is used.
      - Run the module on the controller, with C(delegate_to) or C(connection) V(local), so that the key is never sent
        to a managed host.
    type: str
  api_url:
    description:
      - URL of the Services API, ending in V(/services/v2). It takes precedence over O(region).
      - If not set, the environment variable E(DIGICERT_API_URL) of the host that runs the module is used.
      - A URL with V(http://) is refused unless it has a loopback address.
    type: str
  region:
    description:
      - CertCentral region of the account.
      - V(us) is V(https://www.digicert.com/services/v2), V(eu) is V(https://certcentral.digicert.eu/services/v2).
    type: str
    choices: [us, eu]
    default: us
  ca_path:
    description:
      - Path to a file with the CA certificates that are used to verify the certificate of O(api_url). Use it behind a
        proxy that inspects TLS, or with a test server. Defaults to the CA certificates of the system.
      - If not set, the environment variable E(DIGICERT_CA_PATH) of the host that runs the module is used.
    type: path
  validate_certs:
    description:
      - Whether to verify the certificate of O(api_url). With V(false) anyone on the network can read the API key.
    type: bool
    default: true
  timeout:
    description:
      - Maximum number of seconds for one request to the service, including the retries of a read request.
    type: int
    default: 60
  rate_limit:
    description:
      - Maximum number of requests that one task sends within five seconds. V(0) means no limit.
      - The service accepts 100 requests within five seconds and 1000 within three minutes for each API key. A read
        request that exceeds this limit is repeated after a while. Requests that may cost money are never repeated.
    type: int
    default: 100
requirements:
  - requests
  - cryptography >= 3.3
  - idna, if a name has letters beyond ASCII
seealso:
  - name: CertCentral Services API
    description: The vendor's documentation of the service.
    link: https://dev.digicert.com/certcentral-apis/services-api.html
"""
