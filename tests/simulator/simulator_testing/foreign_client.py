# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client of the CertCentral Services API, written only from the facts about the service.

It knows nothing about the simulator and imports nothing from it: it uses only the standard library and the openssl
command. It can call the service, or anything else with a base address, a CA file and an API key.
"""

from __future__ import annotations

import json
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

SERVICE = "https://www.digicert.com/services/v2"
_TRIES, _POLLS, _PAUSE_SECONDS = 30, 150, 0.2
_RETRIED_STATUSES = {429, 500, 502, 503, 504}


class ServiceError(Exception):
    """The service refused the call; ``codes`` are the codes of its errors."""

    def __init__(self, status: int, codes: list[str]) -> None:
        super().__init__(f"{status} {', '.join(codes)}")
        self.status = status
        self.codes = codes


@dataclass
class Placed:
    """What is known after placing an order."""

    order_id: int
    certificate_id: int | None
    request_id: int | None
    random_value: str | None


class ForeignClient:
    """The calls of a small client: order, approve, poll, list, download, cancel, revoke."""

    def __init__(self, api_key: str, base_url: str = SERVICE, ca_file: str | None = None) -> None:
        self._key = api_key
        self._base = base_url
        context = ssl.create_default_context(cafile=ca_file)
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )

    def order(self, product: str, names: list[str], csr: str, organization_id: int, **fields: Any) -> Placed:
        """Place an order for one year."""
        body = {
            "certificate": {
                "common_name": names[0],
                "dns_names": names[1:],
                "csr": csr,
                "signature_hash": "sha256",
                "server_platform": {"id": 45},
            },
            "organization": {"id": organization_id},
            "order_validity": {"years": 1},
            "payment_method": "balance",
            **fields,
        }
        answer = self._json("POST", f"/order/certificate/{product}", body)
        requests = answer.get("requests") or [{}]
        return Placed(answer["id"], answer.get("certificate_id"), requests[0].get("id"), answer.get("dcv_random_value"))

    def approve(self, request_id: int) -> None:
        """Approve a request."""
        self._call("PUT", f"/request/{request_id}/status", {"status": "approved", "processor_comment": "ok"})

    def check_dcv(self, order_id: int) -> str:
        """Have the service check for the random value now; return the status of the order."""
        return str(self._json("PUT", f"/order/certificate/{order_id}/check-dcv")["order_status"])

    def info(self, order_id: int | str) -> dict[str, Any]:
        """An order."""
        return self._json("GET", f"/order/certificate/{order_id}")

    def wait_until(self, order_id: int, status: str) -> int:
        """Poll for status changes until the order has this status; return the id of its certificate.

        :raises TimeoutError: the order does not reach the status.
        """
        for _number in range(_POLLS):
            changed = self._json("GET", "/order/certificate/status-changes?minutes=10")
            for entry in changed.get("orders", []):
                if entry["order_id"] == order_id and entry["status"] == status:
                    return int(entry["certificate_id"])
            time.sleep(_PAUSE_SECONDS)
        raise TimeoutError(f"order {order_id} did not become {status}")

    def find(self, **filters: str) -> list[dict[str, Any]]:
        """Orders by filters, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            query = {f"filters[{name}]": value for name, value in filters.items()}
            query.update({"sort": "-date_created", "limit": "2", "offset": str(len(found))})
            answer = self._json("GET", f"/order/certificate?{urllib.parse.urlencode(query)}")
            found += answer.get("orders", [])
            if len(found) >= answer["page"]["total"]:
                return found

    def find_by_alternative_id(self, alternative_id: str) -> list[int]:
        """Ids of the orders with an alternative order id."""
        try:
            answer = self._json("GET", f"/order/alternate/{urllib.parse.quote(alternative_id, safe='')}")
        except ServiceError as exc:
            if exc.status == 404:
                return []
            raise
        return [entry["order_id"] for entry in answer.get("orders", [])]

    def download(self, certificate_id: int, name: str) -> bytes:
        """A certificate in a format."""
        return self._call("GET", f"/certificate/{certificate_id}/download/format/{name}")

    def download_of_order(self, order_id: int) -> bytes:
        """The current certificate of an order, for its platform."""
        return self._call("GET", f"/certificate/download/order/{order_id}")

    def reissue(self, order_id: int, names: list[str], csr: str) -> int:
        """Request a reissue; return the id of the request."""
        body = {
            "certificate": {
                "common_name": names[0],
                "dns_names": names[1:],
                "csr": csr,
                "signature_hash": "sha256",
                "server_platform": {"id": 45},
            }
        }
        return int(self._json("POST", f"/order/certificate/{order_id}/reissue", body)["requests"][0]["id"])

    def cancel(self, order_id: int, note: str) -> None:
        """Cancel a pending order, or a pending reissue."""
        self._call("PUT", f"/order/certificate/{order_id}/status", {"status": "canceled", "note": note})

    def revoke(self, certificate: int | str, comment: str) -> int:
        """Request a revocation, by certificate id or serial number; return the id of the request."""
        body = {"revocation_reason": "superseded", "comment": comment}
        return int(self._json("PUT", f"/certificate/{certificate}/revoke", body)["id"])

    def revoke_order(self, order_id: int) -> None:
        """Revoke all certificates of an order at once."""
        self._call("PUT", f"/order/certificate/{order_id}/revoke", {"skip_approval": True})

    def _json(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._call(method, path, body))
        return answer

    def _call(self, method: str, path: str, body: object = None) -> bytes:
        for attempt in range(_TRIES):
            request = urllib.request.Request(
                self._base + path,
                data=None if body is None else json.dumps(body).encode(),
                method=method,
                headers={"X-DC-DEVKEY": self._key, "Content-Type": "application/json", "Accept": "*/*"},
            )
            try:
                with self._opener.open(request, timeout=60) as answer:
                    content: bytes = answer.read()
                    return content
            except urllib.error.HTTPError as exc:
                # Calls that cost money are never sent twice.
                if exc.code not in _RETRIED_STATUSES or method == "POST" or attempt == _TRIES - 1:
                    raise ServiceError(exc.code, _codes(exc.read())) from exc
                time.sleep(_PAUSE_SECONDS)
        raise AssertionError("the loop returns or raises")


def _codes(content: bytes) -> list[str]:
    try:
        return [str(error["code"]) for error in json.loads(content)["errors"]]
    except (ValueError, KeyError, TypeError):
        return [content[:80].decode("utf-8", "replace")]
