# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plain client of the Services API for these tests: requests over HTTPS, nothing hidden."""

from __future__ import annotations

from typing import Any

import requests

from certcentral_simulator.cases.console import make_csr
from certcentral_simulator.process import SimulatorProcess

ORGANIZATION = 112233
PENDING_ORGANIZATION = 112244
EC_CSR = make_csr("from-the-csr.example")


class Client:
    """Calls the simulator with one key; every answer is returned unchanged."""

    def __init__(self, simulator: SimulatorProcess, key: str | None = None) -> None:
        self.simulator = simulator
        self.session = requests.Session()
        self.session.verify = simulator.ca_file
        self.session.trust_env = False
        self.session.headers["X-DC-DEVKEY"] = simulator.api_key if key is None else key

    def call(self, method: str, path: str, body: object = None, **options: Any) -> requests.Response:
        """Send a request; ``body`` is sent as JSON."""
        return self.session.request(method, self.simulator.base_url + path, json=body, timeout=60, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        """GET."""
        return self.call("GET", path, **options)

    def put(self, path: str, body: object = None) -> requests.Response:
        """PUT."""
        return self.call("PUT", path, body)

    def post(self, path: str, body: object = None) -> requests.Response:
        """POST."""
        return self.call("POST", path, body)

    def order(self, *names: str, product: str = "ssl_basic", **fields: Any) -> requests.Response:
        """POST an order for these names."""
        return self.post(f"/order/certificate/{product}", order_body(*names, **fields))

    def issued(self, *names: str, **fields: Any) -> dict[str, Any]:
        """Order names below valid.example, which are issued at once; return the body of the answer."""
        answer = self.order(*(names or ("www.valid.example",)), **{"skip_approval": True, **fields})
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json()
        assert "certificate_chain" in body, body
        return body

    def info(self, order_id: int | str) -> dict[str, Any]:
        """Order info, which must succeed."""
        answer = self.get(f"/order/certificate/{order_id}")
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body


def order_body(
    *names: str, csr: str = EC_CSR, certificate: dict[str, Any] | None = None, **fields: Any
) -> dict[str, Any]:
    """Body of an order; a field with the value None is left out."""
    body: dict[str, Any] = {
        "certificate": {
            "common_name": names[0],
            "dns_names": list(names[1:]),
            "csr": csr,
            "signature_hash": "sha256",
            **(certificate or {}),
        },
        "organization": {"id": ORGANIZATION},
        "order_validity": {"years": 1},
        **fields,
    }
    return {name: value for name, value in body.items() if value is not None}


def code_of(answer: requests.Response) -> str:
    """The code of the first error."""
    code: str = answer.json()["errors"][0]["code"]
    return code
