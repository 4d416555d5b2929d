# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that are looked for in everything that a run leaves behind."""

from __future__ import annotations

import base64
import html
import json
import secrets
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax import saxutils

_BEGIN = "-----BEGIN"
# What of an encoded text does not depend on what follows it.
_SHORTEST = 16


def new_canary() -> str:
    """Return a secret that nothing else contains, with characters that JSON and URLs encode."""
    return f"canary-{secrets.token_hex(8)}/<&%+é\"'\\end"


def _plain(value: str) -> Iterator[str]:
    """Yield the parts of a secret that give it away: of a key each line, because some callbacks cut lines."""
    if _BEGIN not in value:
        yield value
        return
    for line in value.splitlines():
        # the last line of a key may be too short to be told from other text
        if line and not line.startswith("-----") and len(line) >= _SHORTEST:
            yield line


def forms_of(value: str) -> set[str]:
    """Return how a secret looks in output, JSON, XML, a URL and a shell, as Python shows it, and in Base64."""
    found: set[str] = set()
    for part in _plain(value):
        found |= {part, urllib.parse.quote(part), urllib.parse.quote_plus(part), repr(part)[1:-1]}
        found |= {json.dumps(part)[1:-1], json.dumps(part, ensure_ascii=False)[1:-1]}
        found |= {json.dumps(json.dumps(part))[3:-3], part.replace("'", "'\"'\"'")}
        found |= {html.escape(part), html.escape(part, quote=False), saxutils.quoteattr(part)[1:-1]}
    encoded = value.encode()
    for shift in range(3):
        # three forms, by where the secret begins in what is encoded; the first and last characters depend on it
        packed = base64.b64encode(b"\0" * shift + encoded).decode()[4 : (len(encoded) + shift) // 3 * 4]
        found |= {packed, packed[:64]} if len(packed) >= _SHORTEST else set()
    return found


@dataclass
class Canaries:
    """Secrets by name."""

    values: dict[str, str] = field(default_factory=dict)

    def new(self, name: str, value: str = "") -> str:
        """Return a new secret, or remember one that was made elsewhere."""
        self.values[name] = value or new_canary()
        return self.values[name]

    def hits(self, places: Mapping[str, str | bytes | Path]) -> set[tuple[str, str]]:
        """Return the names of the secrets that are found, each with the place; of a folder everything is read."""
        forms = {name: [form.encode() for form in forms_of(value)] for name, value in self.values.items()}
        return {
            (name, place)
            for place, content in places.items()
            for data in _contents(content)
            for name, encoded in forms.items()
            if any(form in data for form in encoded)
        }


def _contents(content: str | bytes | Path) -> Iterator[bytes]:
    if isinstance(content, Path):
        for path in [content, *content.rglob("*")]:
            yield str(path).encode()
            if path.is_file():
                yield path.read_bytes()
    else:
        yield content.encode() if isinstance(content, str) else content


def private_keys(folder: Path) -> dict[str, str]:
    """Return the files below a folder that contain a private key and nothing else, by their path."""
    found = {path: path.read_text(encoding="ascii") for path in folder.rglob("*.pem") if path.is_file()}
    return {
        str(path.relative_to(folder)): text
        for path, text in found.items()
        if "PRIVATE KEY" in text and text.count(_BEGIN) == 1
    }
