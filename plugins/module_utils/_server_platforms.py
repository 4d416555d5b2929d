# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Server platforms by name. Pure.

Source: the glossary of the service, https://dev.digicert.com/glossary/#server-platforms. It has more platforms than are
known here; a product may list those that it takes.
"""

from __future__ import annotations

import typing as t

from ansible_collections.community.digicert.plugins.module_utils._errors import InputError

OTHER = -1

_GLOSSARY = {
    "OTHER": OTHER,
    "Apache": 2,
    "Microsoft IIS 5 or 6": 14,
    "Microsoft IIS 7": 40,
    "nginx": 45,
    "Microsoft IIS 8": 67,
    "Microsoft Exchange Server 2013": 68,
}


def platform_id(name: str, of_product: t.Iterable[t.Mapping[str, t.Any]]) -> int:
    """Return the ID of a platform by its name, case and blanks aside.

    ``of_product`` are the platforms that the product lists, each with ``id`` and ``name``; they win over the glossary.
    Raises InputError, which lists the names, for an unknown one.
    """
    listed = {entry["name"]: entry["id"] for entry in of_product if entry["id"] and entry["name"]}
    known: dict[str, int] = {**_GLOSSARY, **listed}
    by_name = {_plain(known_name): number for known_name, number in known.items()}
    if _plain(name) not in by_name:
        raise InputError(
            f"The server platform {name!r} is not known.",
            next_action=(
                f"Use one of {', '.join(sorted(known, key=str.casefold))}, or server_platform_id with its number in "
                "the glossary of the Services API."
            ),
        )
    return by_name[_plain(name)]


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
