# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mutants that no test can kill, because they do the same as the line that they replace, and why."""

from __future__ import annotations

_CODEC = "names of codecs know no case"
_CAST = "typing.cast returns its second argument, whatever the first one is"

EQUIVALENT: dict[tuple[str, str], str] = {
    (
        "intent_id",
        'digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode("UTF-8")).hexdigest()',
    ): _CODEC,
    ("read_csr", 'request = x509.load_pem_x509_csr(pem.encode("ASCII"))'): _CODEC,
    ("_load", 'return x509.load_pem_x509_certificate(pem.encode("ASCII"))'): _CODEC,
    ("utc_moment", "return t.cast(None, aware)"): _CAST,
    (
        "utc_moment",
        "return t.cast(None, getattr(described, attribute)).replace(tzinfo=dt.timezone.utc)",
    ): _CAST,
    ("_plan_with", 'public_key=intent.public_key or "XXXX",'): "neither text is the fingerprint of a key",
}
"""The reason by function and by the line that the mutant puts there."""
