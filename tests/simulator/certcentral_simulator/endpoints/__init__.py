# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One file for each group of endpoints of the Services API."""

from __future__ import annotations

from flask import Blueprint

from certcentral_simulator.endpoints import (
    accounts,
    certificates,
    domain_dcv,
    domains,
    downloads,
    order_attachments,
    order_changes,
    order_dcv,
    order_settings,
    orders,
    organizations,
    products,
    reissues,
    requests,
    revocations,
    webhooks,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    orders.blueprint,
    order_changes.blueprint,
    order_attachments.blueprint,
    order_dcv.blueprint,
    order_settings.blueprint,
    reissues.blueprint,
    revocations.blueprint,
    downloads.blueprint,
    certificates.blueprint,
    requests.blueprint,
    organizations.blueprint,
    domains.blueprint,
    domain_dcv.blueprint,
    products.blueprint,
    accounts.blueprint,
    webhooks.blueprint,
)
