# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reasons why no usable answer of the service arrives, each with what to do about it. Data only."""

from __future__ import annotations

import typing as t

_NETWORK = "the host that runs the module, usually the controller"
_NOT_SENT = "the API key was not sent"
_AGAIN = "Run this again: the module first checks what the service has already done, and does not do it twice."
_NO_API = "Set api_url to the address of the Services API, ending in /services/v2; check for a proxy."


class TransportFault(t.NamedTuple):
    """A kind of fault."""

    what: str
    """What happened; ``{host}``, ``{request}`` and ``{cause}`` are filled in."""
    next_action: str
    sent: bool
    """Whether the service may have received the request, and carried it out."""
    is_lasting: bool = False
    """Whether sending it again at once is useless."""


TRANSPORT_FAULTS: dict[str, TransportFault] = {
    "refused": TransportFault(
        "{host} cannot be reached ({cause}).",
        f"Check api_url, and the DNS and network of {_NETWORK}, then run this again.",
        sent=False,
    ),
    "unknown_host": TransportFault(
        "{host} cannot be reached: the name cannot be resolved ({cause}).",
        f"Check api_url for a typo, and the DNS of {_NETWORK}, then run this again.",
        sent=False,
    ),
    "connect_timeout": TransportFault(
        "{host} did not accept a connection in time.",
        f"Check the firewall and the proxy settings of {_NETWORK}, then run this again.",
        sent=False,
    ),
    "proxy": TransportFault(
        "The proxy in front of {host} refused the connection ({cause}).",
        "Check HTTPS_PROXY and NO_PROXY on the host that runs the module.",
        sent=False,
    ),
    "tls_untrusted": TransportFault(
        "The TLS certificate of {host} does not verify ({cause}).",
        f"Set ca_path to the bundle of the CA that signed it, or correct api_url; {_NOT_SENT}.",
        sent=False,
        is_lasting=True,
    ),
    "tls_expired": TransportFault(
        "The TLS certificate of {host} does not verify: it is not valid at this time ({cause}).",
        f"Check the clock of the host that runs the module, then the certificate of api_url; {_NOT_SENT}.",
        sent=False,
        is_lasting=True,
    ),
    "tls_wrong_name": TransportFault(
        "The TLS certificate of {host} does not verify: it is for another name ({cause}).",
        f"Use the name of the certificate in api_url, and check for a proxy; {_NOT_SENT}.",
        sent=False,
        is_lasting=True,
    ),
    "tls_failed": TransportFault(
        "The TLS connection to {host} failed ({cause}).",
        "Check api_url, ca_path and the proxy settings, then run this again.",
        sent=True,  # during the handshake or after it; the error does not say which
    ),
    "no_answer": TransportFault("{request}: {host} did not answer in time.", _AGAIN, sent=True),
    "too_slow": TransportFault("{request}: the answer of {host} was too slow.", _AGAIN, sent=True),
    "cut": TransportFault("{request}: the connection to {host} was lost before an answer arrived.", _AGAIN, sent=True),
    "cut_in_the_answer": TransportFault(
        "{request}: the connection to {host} was lost in the middle of the answer.", _AGAIN, sent=True
    ),
    "redirect": TransportFault(
        "{host} redirected {request} to {cause}.",
        "Set api_url to the final address of the Services API; the API key is not sent elsewhere.",
        sent=True,
    ),
    "html": TransportFault(
        "{host} answered {request} with HTML ({cause}); this is not the Services API.", _NO_API, sent=True
    ),
    "not_json": TransportFault(
        "{host} answered {request} with something that is not JSON ({cause}); this is not the Services API.",
        _NO_API,
        sent=True,
    ),
    "nothing": TransportFault("{host} answered {request} with an empty body ({cause}).", _NO_API, sent=True),
    "too_large": TransportFault(
        "{host} answered {request} with more than {cause} bytes.",
        "Check that api_url is the address of the Services API, ending in /services/v2.",
        sent=True,
    ),
}
"""The faults by names that only the collection uses."""
