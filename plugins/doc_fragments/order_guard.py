# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the options that keep modules from paying twice, or too much."""

from __future__ import annotations


class ModuleDocFragment:
    """The options of ``_module.order_options`` that all modules share that place orders."""

    DOCUMENTATION = r"""
options:
  order_guard:
    description:
      - How the task prevents that several controllers pay for the same order. Runs of one user on one host always wait
        for each other, with a lock in C(~/.digicert).
      - With V(basic) an order is placed as O(skip_approval) says. If another run has placed the same order first, this
        run cancels its own. If it cannot, because its order is already issued, the task fails and names the order to
        revoke. Whether DigiCert refunds it is not documented.
      - With V(strict) and O(skip_approval=true) an order is placed without skipping the approval. The run looks for
        other orders for the same, cancels its own if there is an earlier one, and otherwise approves its own request.
        That takes a few calls more. An order that an interrupted run has not approved is approved by the next run.
      - V(strict) has no effect if the account approves requests by itself.
    type: str
    choices: [basic, strict]
    default: basic
  order_budget:
    description:
      - How many orders the account may place in a period. If the task would exceed that, it orders nothing, and its
        error names what it would have ordered. Check mode fails in the same way.
      - All orders and renewals of the account count that this API key can list, except for canceled and rejected ones.
        Reissues and duplicates do not count. If the orders cannot be listed, nothing is ordered.
      - Tasks that run on several controllers at the same moment do not see the orders of each other.
    type: dict
    suboptions:
      count:
        description: Number of orders. With V(0) nothing is ordered.
        type: int
        required: true
      days:
        description: Length of the period, which ends now, in days.
        type: int
        default: 1
"""
