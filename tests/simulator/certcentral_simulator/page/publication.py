# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to publish to prove control of a domain, in the terms of somebody who edits a zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from certcentral_simulator.render.domains import constructed_addresses
from certcentral_simulator.rules.placement import EMAIL, HTTP_METHODS, dns_records, file_path


@dataclass(frozen=True)
class Publication:
    """One record, file or mailbox; any one of those of a domain is enough.

    ``kind`` is TXT, CNAME, file or e-mail; ``place`` is an owner name, a URL or an address; ``value`` is the content,
    empty for an address.
    """

    kind: str
    place: str
    value: str


def publications(method: str, domain: str, values: Sequence[str]) -> list[Publication]:
    """Everything that would prove control, with the newest random value; empty if none was requested yet.

    :param method: the DCV method of the order or of the domain itself.
    :param values: the valid random values, newest first.
    """
    if method == EMAIL:
        return [Publication("e-mail", address, "") for address in constructed_addresses(domain)]
    if not values:
        return []
    newest = values[0]
    if method in HTTP_METHODS:
        return [Publication("file", f"http://{domain}{file_path(method, domain, newest)}", newest)]
    return [Publication(record.type, record.name, record.value) for record in dns_records(method, domain, newest)]
