# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Products and product limits."""

from __future__ import annotations

from flask import Blueprint, Response

from certcentral_simulator.cases.divisions import container_for
from certcentral_simulator.cases.placing import allows_plans
from certcentral_simulator.clock import as_date
from certcentral_simulator.render.products import render_product
from certcentral_simulator.rules.kinds import read_id
from certcentral_simulator.rules.limits import full_limit
from certcentral_simulator.rules.products import PRODUCTS, find_product
from certcentral_simulator.rules.validity import maximum_order_years
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import Call, in_transaction, json_reply, list_reply

blueprint = Blueprint("products", __name__)


@blueprint.get("/product")
@in_transaction
def list_products(work: Work, call: Call) -> Response:
    """Every product."""
    today = as_date(work.now)
    annual = not allows_plans(work)
    return list_reply(
        work,
        "products",
        [render_product(work.authority, product, today, annual=annual) for product in PRODUCTS.values()],
    )


@blueprint.get("/product/<name_id>")
@in_transaction
def product_info(work: Work, call: Call, name_id: str) -> Response:
    """One product as it can be ordered in a container, by default the user's; 404 not_found|product (D)."""
    product = find_product(name_id)
    requested = read_id(call.argument("container_id"), "container_id")
    container = container_for(work, requested, call.user.container_id)
    limits, annual = container.product_limits, not allows_plans(work)
    shown = render_product(work.authority, product, as_date(work.now), limits, annual=annual)
    # In capitals here, unlike everywhere else (D).
    return json_reply({**shown, "validation_type": product.validation_type.upper()})


@blueprint.get("/container/<int:container_id>/product-limits")
@in_transaction
def product_limits(work: Work, call: Call, container_id: int) -> Response:
    """What a container may order (D). If it is not limited, every product is listed."""
    container = container_for(work, container_id, container_id)
    if container.product_limits:
        limits = [full_limit(entry, container.id) for entry in container.product_limits]
    else:
        years = [str(number) for number in range(1, maximum_order_years(as_date(work.now)) + 1)]
        limits = [
            full_limit(
                {
                    "product_name_id": product.name_id,
                    "allowed_order_lifetimes": years,
                    "allowed_wildcards": product.wildcard != "no",
                },
                container.id,
            )
            for product in PRODUCTS.values()
        ]
    return json_reply({"is_limited": bool(container.product_limits), "product_limits": limits})
