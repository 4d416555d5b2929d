# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the service would refuse, refused before anything is sent. Pure decisions."""

from __future__ import annotations

import typing as t

from ansible_collections.community.digicert.plugins.module_utils._errors import InputError

if t.TYPE_CHECKING:
    from ansible_collections.community.digicert.plugins.module_utils._x509 import Csr


def require_csr(csr: Csr | None) -> Csr:
    """Return the CSR. Raises InputError when none was given."""
    if csr is None:
        raise InputError(
            "No CSR was given.", next_action="Give it in csr_content or csr_path; the role csr makes one on the host."
        )
    return csr


def require_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names. Raises InputError when there is none."""
    if not names:
        raise InputError("No name was given.", next_action="Give at least one name in dns_names.")
    return names


def check_csr(csr: Csr | None) -> None:
    """Refuse a CSR whose key no public CA accepts. Raises InputError."""
    if csr is not None and csr.weakness:
        raise InputError(f"The CSR carries {csr.weakness}.", next_action="Make a new key and a new CSR.")


def is_domain_validated(product: str) -> bool:
    """Tell whether a product identifier is that of a DV product: ``dv`` is one of its parts in all of them."""
    return "dv" in product.split("_")


def check_organization(product: str, *, is_given: bool) -> None:
    """Refuse a product without the organization that it needs, or with one that it does not take. Raises InputError."""
    if is_domain_validated(product) and is_given:
        raise InputError(
            f"The product {product} is validated by domain only and takes no organization.",
            next_action="Leave the organization out, or use an OV or EV product.",
        )
    if not is_domain_validated(product) and not is_given:
        raise InputError(
            f"The product {product} needs an organization.",
            next_action="Set organization_id; the console shows the ID on the page of the organization.",
        )


def check_dcv_method(names: t.Iterable[str], dcv_method: str | None) -> None:
    """Refuse HTTP methods for wildcards. Raises InputError.

    Source: https://docs.digicert.com/ on the HTTP practical demonstration method, since 16 November 2021.
    """
    wildcards = [name for name in names if name.startswith("*.")]
    if wildcards and dcv_method in ("http-token", "http-token-dynamic"):
        raise InputError(
            f"The wildcard name {wildcards[0]} cannot be validated by {dcv_method}.",
            next_action="Use dns-txt-token or dns-cname-token, or order without the wildcard.",
        )
