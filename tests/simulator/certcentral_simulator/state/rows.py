# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stored objects. Moments are seconds since 1970 on the simulated clock; dates are ``yyyy-MM-dd`` texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from certcentral_simulator.state.table import Schema


@dataclass
class Container:
    """A division of the account.

    ``approval`` is manual, auto, or "" for the account's setting. ``product_limits`` are entries as returned by the
    endpoint product-limits; without any the division is not limited.
    """

    id: int = 0
    name: str = ""
    parent_id: int = 0
    is_active: bool = True
    approval: str = ""
    description: str = ""
    allowed_domain_names: list[str] = field(default_factory=list)
    product_limits: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class User:
    """A person with one access role (see rules.permissions.ROLES).

    ``assigned_containers`` are the divisions that, with those below them, the user is limited to; empty: all.
    """

    id: int = 0
    username: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    job_title: str = ""
    telephone: str = ""
    role_id: int = 1
    container_id: int = 0
    assigned_containers: list[int] = field(default_factory=list)


@dataclass
class ApiKey:
    """An API key, the user whose permissions it inherits, and its restriction."""

    id: int = 0
    name: str = ""
    secret: str = ""
    user_id: int = 0
    restriction: int = 0
    purpose: str = ""


@dataclass
class Organization:
    """An organization; ``validations`` maps a type (ov, ev, …) to status, validated_at and verified_users."""

    id: int = 0
    name: str = ""
    container_id: int = 0
    is_active: bool = True
    created_at: int = 0
    details: dict[str, Any] = field(default_factory=dict)
    contact: dict[str, Any] = field(default_factory=dict)
    validations: dict[str, Any] = field(default_factory=dict)


@dataclass
class Domain:
    """A domain of the account or of one DV order (``order_id``); control was proven at ``approved_at``."""

    id: int = 0
    name: str = ""
    order_id: int | None = None
    organization_id: int | None = None
    container_id: int = 0
    is_active: bool = True
    created_at: int = 0
    submitted_at: int = 0
    dcv_method: str = "email"
    email_array: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    approved_at: int | None = None
    approved_method: str = ""
    approval_scope: str = "subdomains"


@dataclass
class Token:
    """A random value for an order or for a domain."""

    id: int = 0
    value: str = ""
    order_id: int | None = None
    domain_id: int | None = None
    created_at: int = 0
    expires_at: int = 0


@dataclass
class Order:
    """An order. ``settings`` holds values that are only stored and returned."""

    id: int = 0
    product: str = ""
    status: str = "pending"
    certificate_id: int = 0
    pending_certificate_id: int | None = None
    common_name: str = ""
    names: list[str] = field(default_factory=list)
    organization_id: int | None = None
    container_id: int = 0
    user_id: int = 0
    key_name: str | None = None
    alternative_order_id: str | None = None
    created_at: int = 0
    status_changed_at: int = 0
    dcv_method: str = "email"
    dcv_scope: str = "fqdn"
    polling_since: int | None = None
    next_poll_at: int | None = None
    auto_reissue_due_at: int | None = None
    validity: dict[str, Any] = field(default_factory=dict)
    valid_from: str | None = None
    valid_till: str | None = None
    renewed_order_id: int | None = None
    renewed_by_order_id: int | None = None
    is_renewed: bool = False
    migrated: bool = False
    price: int = 0
    settings: dict[str, Any] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Certificate:
    """A requested certificate: the first of its order, a reissue or a duplicate.

    ``status`` is pending, issued, rejected or revoked. ``request`` holds the requested properties.
    """

    id: int = 0
    order_id: int = 0
    kind: str = "original"
    status: str = "pending"
    common_name: str = ""
    names: list[str] = field(default_factory=list)
    request: dict[str, Any] = field(default_factory=dict)
    key_bits: int = 0
    user_id: int = 0
    approved: bool = False
    ev_approved: bool = False
    created_at: int = 0
    issue_due_at: int | None = None
    issued_at: int | None = None
    ica: str = ""
    serial_number: str | None = None
    thumbprint: str | None = None
    valid_from: str | None = None
    valid_till: str | None = None
    pem: str = ""
    revoke_due_at: int | None = None
    revoked_at: int | None = None
    revocation_reason: str = ""
    archived: bool = False


@dataclass
class Request:
    """A request that a person approves or rejects. ``type`` is new_request, reissue, duplicate or revoke."""

    id: int = 0
    type: str = "new_request"
    status: str = "pending"
    order_id: int = 0
    certificate_id: int | None = None
    requester_id: int = 0
    created_at: int = 0
    processed_at: int | None = None
    processor_id: int | None = None
    comments: str = ""
    processor_comment: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass
class CaaCheck:
    """The result of the last CAA lookup of a name."""

    id: int = 0
    name: str = ""
    permitted: bool = True
    detail: str = ""
    checked_at: int = 0


@dataclass
class StatusChange:
    """A change of an order's status."""

    id: int = 0
    order_id: int = 0
    certificate_id: int = 0
    status: str = ""
    changed_at: int = 0


@dataclass
class Billed:
    """Something that would be billed; ``credited_at`` is set if it was canceled or rejected before issuing."""

    id: int = 0
    order_id: int = 0
    certificate_id: int = 0
    kind: str = "order"
    product: str = ""
    names: list[str] = field(default_factory=list)
    amount: int = 0
    alternative_order_id: str | None = None
    billed_at: int = 0
    credited_at: int | None = None


@dataclass
class Webhook:
    """The webhook of the account; ``status`` is pending, active or inactive."""

    id: int = 0
    endpoint: str = ""
    secret: str = ""
    events: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    status: str = "pending"
    verified: bool = False
    token: str = ""
    token_expires_at: int = 0


@dataclass
class WebhookEvent:
    """An event for the listener of the webhook; ``status`` is the HTTP status of its answer, 0 for none."""

    id: int = 0
    name: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    with_chain: bool = False
    created_at: int = 0
    sent_at: int | None = None
    status: int = 0


@dataclass
class LedgerEntry:
    """One request to the Services API and its answer; ``real_time`` and ``milliseconds`` are not simulated."""

    id: int = 0
    time: int = 0
    real_time: str = ""
    method: str = ""
    path: str = ""
    query: str = ""
    key: str = ""
    user_agent: str = ""
    body: str = ""
    status: int = 0
    answer: str = ""
    fault: str = ""
    milliseconds: int = 0


@dataclass
class Setting:
    """A setting of the simulator, by name."""

    id: int = 0
    name: str = ""
    value: dict[str, Any] = field(default_factory=dict)


CONTAINERS = Schema(Container, "containers")
USERS = Schema(User, "users")
KEYS = Schema(ApiKey, "api_keys", indexes=("secret",))
# The ids of different kinds of objects start far apart, so that they are not confused.
ORGANIZATIONS = Schema(Organization, "organizations", first_id=112_300)
DOMAINS = Schema(Domain, "domains", first_id=7_000_001, indexes=("name", "order_id"))
TOKENS = Schema(Token, "tokens", indexes=("order_id", "domain_id"))
ORDERS = Schema(
    Order,
    "orders",
    first_id=101_000_001,
    indexes=("alternative_order_id", "status", "next_poll_at", "status_changed_at", "auto_reissue_due_at"),
)
CERTIFICATES = Schema(
    Certificate,
    "certificates",
    first_id=202_000_001,
    indexes=("order_id", "thumbprint", "serial_number", "issue_due_at", "revoke_due_at", "status"),
)
REQUESTS = Schema(Request, "requests", first_id=33_000_001, indexes=("order_id", "status"))
CAA_CHECKS = Schema(CaaCheck, "caa_checks", indexes=("name",))
STATUS_CHANGES = Schema(StatusChange, "status_changes", indexes=("changed_at", "order_id"))
BILLED = Schema(Billed, "billed", indexes=("order_id",))
WEBHOOKS = Schema(Webhook, "webhooks", first_id=1201)
WEBHOOK_EVENTS = Schema(WebhookEvent, "webhook_events", indexes=("sent_at",))
LEDGER = Schema(LedgerEntry, "ledger")
SETTINGS = Schema(Setting, "settings", indexes=("name",))

SCHEMAS: tuple[Schema[Any], ...] = (
    CONTAINERS,
    USERS,
    KEYS,
    ORGANIZATIONS,
    DOMAINS,
    TOKENS,
    ORDERS,
    CERTIFICATES,
    REQUESTS,
    CAA_CHECKS,
    STATUS_CHANGES,
    BILLED,
    WEBHOOKS,
    WEBHOOK_EVENTS,
    LEDGER,
    SETTINGS,
)
