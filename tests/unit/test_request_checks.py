# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the service would refuse is refused before anything is sent."""

from __future__ import annotations

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import InputError
from ansible_collections.community.digicert.plugins.module_utils._decisions.request_checks import (
    check_csr,
    check_dcv_method,
    check_organization,
    require_csr,
    require_names,
)
from ansible_collections.community.digicert.plugins.module_utils._x509 import certificates
from ansible_collections.community.digicert.tests.unit import pki

_NAMES = ("www.example.com",)
_GOOD = certificates.read_csr(pki.csr_pem(pki.new_key()))


@pytest.mark.parametrize("product", ["ssl_dv_geotrust", "wildcard_dv_rapidssl", "cloud_dv_geotrust", "thawte_dv"])
def test_dv_takes_no_organization(product: str) -> None:
    check_organization(product, is_given=False)
    with pytest.raises(InputError, match=f"{product} is only validated by domain"):
        check_organization(product, is_given=True)


@pytest.mark.parametrize("product", ["ssl_basic", "ssl_ev_basic", "private_ssl_plus", "ssl"])
def test_the_others_need_one(product: str) -> None:
    check_organization(product, is_given=True)
    with pytest.raises(InputError, match=f"{product} needs an organization") as refused:
        check_organization(product, is_given=False)
    assert "organization_id" in refused.value.next_action


@pytest.mark.parametrize("method", ["dns-txt-token", "dns-cname-token", "email", None])
def test_a_wildcard_may_be_proven_by(method: str | None) -> None:
    check_dcv_method(("*.example.com", "example.com"), method)


@pytest.mark.parametrize("method", ["http-token", "http-token-dynamic"])
def test_a_wildcard_cannot_be_proven_by(method: str) -> None:
    check_dcv_method(("www.example.com",), method)
    with pytest.raises(InputError, match=r"\*\.example\.com"):
        check_dcv_method(("example.com", "*.example.com"), method)


def test_what_must_be_there() -> None:
    assert require_csr(_GOOD) is _GOOD
    assert require_names(_NAMES) == _NAMES
    with pytest.raises(InputError):
        require_csr(None)
    with pytest.raises(InputError):
        require_names(())


def test_a_weak_key() -> None:
    check_csr(None)
    check_csr(_GOOD)
    with pytest.raises(InputError, match="1024 bits"):
        check_csr(certificates.read_csr(pki.csr_pem(pki.rsa_key(1024))))
