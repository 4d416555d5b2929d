# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The webhook of the account: its settings, its challenge, and the events that it is sent (D)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.rules.kinds import is_true, read_list, read_object, read_text
from certcentral_simulator.state.rows import Certificate, Webhook, WebhookEvent
from certcentral_simulator.state.work import Work

ISSUED, REVOKED = "certificate_issued", "certificate_revoked"
EVENTS = (
    ISSUED,
    REVOKED,
    "order_rejected",
    "domain_validated",
    "domain_expired",
    "domain_revalidation_notice",
    "organization_validated",
    "organization_expired",
    "organization_revalidation_notice",
)
TEST_EVENT = {"event": "test_webhook_endpoint"}
_SETTINGS = (
    "instant_issue_webhook_notification",
    "webhook_send_certificate_chain",
    "webhook_send_instant_issued_certificate_chain",
)
_MINIMUM_SECRET = 32
_CHALLENGE_SECONDS = 30 * 60


def create_webhook(work: Work, body: Mapping[str, Any]) -> Webhook:
    """Create the webhook of the account, which has one at most.

    :raises Refusal: there is one already, or a value is not allowed.
    """
    if work.webhooks.count():
        raise Refusal("webhook_exists")
    webhook = Webhook(endpoint=read_endpoint(body))
    _set(webhook, body)
    return work.webhooks.insert(webhook)


def update_webhook(work: Work, webhook: Webhook, body: Mapping[str, Any]) -> None:
    """Change the webhook; another endpoint must be verified and activated again.

    :raises Refusal: a value is not allowed.
    """
    endpoint = read_endpoint(body)
    if endpoint != webhook.endpoint:
        webhook.endpoint, webhook.status, webhook.verified = endpoint, "pending", False
    _set(webhook, body)
    work.webhooks.update(webhook)


def read_endpoint(body: Mapping[str, Any]) -> str:
    """The address of the listener.

    :raises Refusal: it is not an HTTPS address.
    """
    endpoint = read_text(body.get("endpoint"), "endpoint").strip()
    try:
        parts = urlsplit(endpoint)
        usable = parts.scheme == "https" and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        raise Refusal("webhook_endpoint_invalid")
    return endpoint


def set_active(work: Work, webhook: Webhook, *, active: bool) -> None:
    """Start or stop sending events.

    :raises Refusal: the challenge was not passed yet.
    """
    if not webhook.verified:
        raise Refusal("webhook_action_invalid")
    webhook.status = "active" if active else "inactive"
    work.webhooks.update(webhook)


def new_challenge(work: Work, webhook: Webhook) -> dict[str, Any]:
    """The event with a new token, which is valid for 30 minutes."""
    webhook.token = secrets.token_hex(16)
    webhook.token_expires_at = work.now + _CHALLENGE_SECONDS
    work.webhooks.update(webhook)
    return {"event": "challenge_webhook_endpoint", "data": {"token": webhook.token, "webhook_id": webhook.id}}


def check_challenge(work: Work, webhook: Webhook, body: Mapping[str, Any]) -> None:
    """Take the token that the listener was sent.

    :raises Refusal: it is missing, wrong or too old.
    """
    token = read_text(body.get("token"), "token")
    if not token or token != webhook.token or work.now >= webhook.token_expires_at:
        raise Refusal("webhook_token_invalid")
    webhook.verified, webhook.token = True, ""
    work.webhooks.update(webhook)


def record_issued(work: Work, certificate: Certificate) -> None:
    """Announce an issued certificate; one that is issued at once only if the settings say so."""
    webhook = _listening(work, ISSUED)
    if webhook is None:
        return
    instant = certificate.created_at == certificate.issued_at
    if instant and not is_true(webhook.settings.get("instant_issue_webhook_notification")):
        return
    chain = "webhook_send_instant_issued_certificate_chain" if instant else "webhook_send_certificate_chain"
    with_chain = is_true(webhook.settings.get(chain))
    _record(work, ISSUED, certificate, with_chain=with_chain)


def record_revoked(work: Work, certificate: Certificate) -> None:
    """Announce that one certificate was revoked."""
    if _listening(work, REVOKED) is not None:
        _record(work, REVOKED, certificate, with_chain=False)


def _record(work: Work, name: str, certificate: Certificate, *, with_chain: bool) -> None:
    data = {"order_id": certificate.order_id, "certificate_id": certificate.id}
    work.webhook_events.insert(WebhookEvent(name=name, data=data, with_chain=with_chain, created_at=work.now))


def _listening(work: Work, event: str) -> Webhook | None:
    webhook = work.webhooks.first("status = 'active'")
    return webhook if webhook is not None and event in webhook.events else None


def _set(webhook: Webhook, body: Mapping[str, Any]) -> None:
    if "secret" in body:
        # An empty one removes it.
        webhook.secret = read_text(body["secret"], "secret")
        if webhook.secret and (len(webhook.secret) < _MINIMUM_SECRET or not _fits_header(webhook.secret)):
            raise invalid("secret")
    if "events" in body:
        webhook.events = [str(event) for event in read_list(body["events"], "events")]
        if not set(webhook.events) <= set(EVENTS):
            raise invalid("events")
    if "webhook_settings" in body:
        webhook.settings = _settings(read_object(body["webhook_settings"], "webhook_settings"))


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: str(int(is_true(given[name]))) for name in _SETTINGS if name in given}
    days = read_list(given.get("webhook_notification_frequency"), "webhook_notification_frequency")
    if not all(isinstance(day, int) for day in days):
        raise invalid("webhook_notification_frequency")
    return {**found, "webhook_notification_frequency": days} if days else found


def _fits_header(text: str) -> bool:
    return text.isascii() and text.isprintable()
