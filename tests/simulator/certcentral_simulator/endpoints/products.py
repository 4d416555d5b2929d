# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Products and product limits."""

from __future__ import annotations

from flask import Blueprint, Response

from certcentral_simulator.errors import Refusal
from certcentral_simulator.render.products import render_product
from certcentral_simulator.rules.products import PRODUCTS, find_product
from certcentral_simulator.rules.validity import MAXIMUM_ORDER_YEARS
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import Call, in_transaction, json_reply

blueprint = Blueprint("products", __name__)


@blueprint.get("/product")
@in_transaction
def list_products(work: Work, call: Call) -> Response:
    """Every product."""
    return json_reply({"products": [render_product(work.authority, product) for product in PRODUCTS.values()]})


@blueprint.get("/product/<name_id>")
@in_transaction
def product_info(work: Work, call: Call, name_id: str) -> Response:
    """One product; 404 not_found|product (D)."""
    return json_reply(render_product(work.authority, find_product(name_id)))


@blueprint.get("/container/<int:container_id>/product-limits")
@in_transaction
def product_limits(work: Work, call: Call, container_id: int) -> Response:
    """What a container may order (D). The account's containers are not limited."""
    if work.containers.get(container_id) is None:
        raise Refusal("container_unknown")
    lifetimes = [str(years) for years in range(1, MAXIMUM_ORDER_YEARS + 1)]
    limits = [
        {
            "container_id": container_id,
            "role_id": 0,
            "product_name_id": product.name_id,
            "allowed_lifetimes": ["1"],
            "allowed_order_lifetimes": lifetimes,
            "allow_auto_renew": True,
            "allow_auto_reissue": True,
            "allowed_wildcards": product.wildcard != "no",
        }
        for product in PRODUCTS.values()
    ]
    return json_reply({"is_limited": False, "product_limits": limits})
