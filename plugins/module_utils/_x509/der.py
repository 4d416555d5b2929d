# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The elements of DER (X.690), as far as they show what a file contains. Nothing here needs cryptography."""

from __future__ import annotations

import typing as t

INTEGER, BIT_STRING, OCTET_STRING, NULL, OID, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x05, 0x06, 0x30, 0x31
CONTEXT_0 = 0xA0
"""The tag of an explicit or constructed element with the number 0."""
_LONGEST_LENGTH = 4


class Element(t.NamedTuple):
    """An element, by its positions in the bytes that it is in."""

    tag: int
    begin: int
    """Where its header begins."""
    start: int
    """Where its content begins."""
    end: int

    def content(self, der: bytes) -> bytes:
        """Return its content."""
        return der[self.start : self.end]

    def whole(self, der: bytes) -> bytes:
        """Return it with its header."""
        return der[self.begin : self.end]


def element(der: bytes, position: int) -> Element:
    """Return the element that begins at a position (X.690 section 10.1). Raises ValueError if there is none."""
    header = der[position : position + 2 + _LONGEST_LENGTH]
    if len(header) < 2:
        raise ValueError("there is no element")
    size = header[1] & 0x7F if header[1] & 0x80 else 0
    start = position + 2 + size
    length = int.from_bytes(header[2 : 2 + size], "big") if size else header[1]
    # a size of 0 stands for an indefinite length, which DER does not have
    if header[1] == 0x80 or size > _LONGEST_LENGTH or start + length > len(der):
        raise ValueError("the length is wrong")
    return Element(header[0], position, start, start + length)


def children(der: bytes, parent: Element) -> list[Element]:
    """Return the elements in a constructed element. Raises ValueError if they do not fill it exactly."""
    found = []
    position = parent.start
    while position < parent.end:
        child = element(der, position)
        if child.end > parent.end:
            raise ValueError("an element is longer than the one around it")
        found.append(child)
        position = child.end
    return found


def elements(der: bytes) -> list[Element]:
    """Return the elements that follow each other in a file. Raises ValueError if they do not fill it."""
    return children(der, Element(0, 0, 0, len(der)))
