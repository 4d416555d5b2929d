# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of an order that can be changed later (C: the endpoints exist; their bodies are those of an order)."""

from __future__ import annotations

from flask import Blueprint, Response

from certcentral_simulator.cases.auto_reissuing import set_auto_reissue
from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.rules.kinds import read_flag
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import Call, in_transaction, updated
from certcentral_simulator.web.lookups import find_order

blueprint = Blueprint("order_settings", __name__)


@blueprint.put("/order/certificate/<reference>/auto-reissue")
@in_transaction
def put_auto_reissue(work: Work, call: Call, reference: str) -> Response:
    """Switch automatic reissues on or off."""
    body = call.body()
    if "auto_reissue" not in body:
        raise invalid("auto_reissue")
    enabled = read_flag(body["auto_reissue"], "auto_reissue")
    set_auto_reissue(work, find_order(work, reference), enabled)
    return updated(work)


@blueprint.put("/order/certificate/<reference>/ct-status")
@in_transaction
def put_ct_status(work: Work, call: Call, reference: str) -> Response:
    """Set whether certificates of the order are logged in public CT logs; the setting is only stored."""
    body = call.body()
    if "disable_ct" not in body:
        raise invalid("disable_ct")
    order = find_order(work, reference)
    if work.setting("account").get("cert_transparency") == "off":
        raise Refusal("ct_turned_off")
    order.settings = {**order.settings, "disable_ct": read_flag(body["disable_ct"], "disable_ct")}
    work.orders.update(order)
    return updated(work)


@blueprint.delete("/order/certificate/<reference>/custom-renewal-message")
@in_transaction
def delete_custom_renewal_message(work: Work, call: Call, reference: str) -> Response:
    """Remove the text of the renewal e-mails."""
    order = find_order(work, reference)
    order.settings = {name: value for name, value in order.settings.items() if name != "custom_renewal_message"}
    work.orders.update(order)
    return updated(work)
