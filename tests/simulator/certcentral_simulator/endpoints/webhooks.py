# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The webhook of the account (D)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from certcentral_simulator.cases.webhooks import (
    TEST_EVENT,
    check_challenge,
    create_webhook,
    new_challenge,
    read_endpoint,
    set_active,
    update_webhook,
)
from certcentral_simulator.clock import iso
from certcentral_simulator.errors import Refusal
from certcentral_simulator.state.rows import Webhook, WebhookEvent
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import (
    Call,
    in_transaction,
    json_reply,
    list_reply,
    no_content,
    page_of,
    with_call,
)
from certcentral_simulator.webhook_delivery import is_success, send_event

blueprint = Blueprint("webhooks", __name__)


@blueprint.post("/webhook")
@in_transaction
def post_webhook(work: Work, call: Call) -> Response:
    """Create the webhook."""
    return json_reply({"webhook_id": create_webhook(work, call.body()).id}, 201)


@blueprint.get("/webhook")
@in_transaction
def list_webhooks(work: Work, call: Call) -> Response:
    """The webhook, as a list."""
    return list_reply(work, "webhooks", [_render(webhook) for webhook in work.webhooks.find()])


@blueprint.post("/webhook/test-endpoint")
@with_call
def test_endpoint(call: Call) -> Response:
    """Send the test event to an address."""
    endpoint = read_endpoint(call.body())
    if not is_success(send_event(call.simulator.network, endpoint, "", TEST_EVENT)):
        raise Refusal("webhook_endpoint_error")
    return no_content()


@blueprint.get("/webhook/event-logs")
@in_transaction
def event_logs(work: Work, call: Call) -> Response:
    """The events that were sent; the names of the filters could not be read, so they have no effect."""
    listing = call.listing()
    found = work.webhook_events.find("sent_at IS NOT NULL", limit=listing.limit, offset=listing.offset)
    items = [_render_event(event) for event in found]
    return list_reply(work, "events", items, page_of(work.webhook_events.count("sent_at IS NOT NULL"), listing))


@blueprint.put("/webhook/<int:webhook_id>")
@in_transaction
def put_webhook(work: Work, call: Call, webhook_id: int) -> Response:
    """Change the webhook."""
    update_webhook(work, _find(work, webhook_id), call.body())
    return no_content()


@blueprint.put("/webhook/<int:webhook_id>/activate")
@in_transaction
def activate(work: Work, call: Call, webhook_id: int) -> Response:
    """Start sending events."""
    set_active(work, _find(work, webhook_id), active=True)
    return no_content()


@blueprint.put("/webhook/<int:webhook_id>/deactivate")
@in_transaction
def deactivate(work: Work, call: Call, webhook_id: int) -> Response:
    """Stop sending events."""
    set_active(work, _find(work, webhook_id), active=False)
    return no_content()


@blueprint.put("/webhook/<int:webhook_id>/send-challenge")
@with_call
def send_challenge(call: Call, webhook_id: int) -> Response:
    """Send a token to the listener."""

    def prepare(work: Work) -> tuple[Webhook, dict[str, Any]]:
        webhook = _find(work, webhook_id)
        return webhook, new_challenge(work, webhook)

    webhook, payload = call.carry_out(prepare)
    if not is_success(send_event(call.simulator.network, webhook.endpoint, webhook.secret, payload)):
        raise Refusal("webhook_endpoint_error")
    return no_content()


@blueprint.put("/webhook/<int:webhook_id>/check-challenge")
@in_transaction
def put_token(work: Work, call: Call, webhook_id: int) -> Response:
    """Take the token that the listener was sent."""
    check_challenge(work, _find(work, webhook_id), call.body())
    return no_content()


def _find(work: Work, webhook_id: int) -> Webhook:
    webhook = work.webhooks.get(webhook_id)
    if webhook is None:
        raise Refusal("webhook_unknown")
    return webhook


def _render(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "endpoint": webhook.endpoint,
        **({"secret": webhook.secret} if webhook.secret else {}),
        "events": webhook.events,
        "status": webhook.status,
        "webhook_settings": webhook.settings,
    }


def _render_event(event: WebhookEvent) -> dict[str, Any]:
    sent = iso(event.sent_at or 0)
    return {
        "event_name": event.name,
        "event_info": event.data,
        "request_status": "success" if is_success(event.status) else "failure",
        "request_sent_time": sent,
        "response_received_time": sent,
        "response_code": event.status,
    }
