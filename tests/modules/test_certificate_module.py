# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_certificate: there is an issued certificate for each request."""

from __future__ import annotations

from ansible_collections.community.digicert.tests.modules.arguments import csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller

_MODULE = "digicert_certificate"


def test_first_and_second_run(controller: Controller) -> None:
    done = controller.ok(_MODULE, **order_args())
    print(done["api_calls"], controller.calls)
    assert (done["action"], done["phase"]) == ("order", "issued")
    (entry,) = done["certificates"]
    assert entry["certificate_pem"]
    again = controller.ok(_MODULE, **order_args())
    print(again["api_calls"], [(c["method"],c["path"]) for c in controller.calls], again)
    assert (again["action"], again["phase"]) == ("none", "issued")
    assert again["certificates"][0]["serial_number"] == entry["serial_number"]
