# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of the service: every format is read, and none of them can exhaust the memory or end in a traceback."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs7

from ansible_collections.community.digicert.plugins.module_utils._x509.archives import certificates_in
from ansible_collections.community.digicert.plugins.module_utils._x509.pem import InvalidPemError
from ansible_collections.community.digicert.plugins.module_utils._x509.zip_directory import has_same_content
from ansible_collections.community.digicert.tests.unit import pki

_MIB = 1024 * 1024


def _archive(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED, hour: int = 1) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 20, hour, 0, 0)), content, method)
    return stream.getvalue()


def _marked(archive: bytes, *, flags: int = 0, method: int | None = None) -> bytes:
    """Change flags or compression of all members, in their own heads and in the directory."""
    changed = bytearray(archive)
    for head, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(head)
        while place >= 0:
            struct.pack_into("<H", changed, place + offset, flags)
            if method is not None:
                struct.pack_into("<H", changed, place + offset + 2, method)
            place = changed.find(head, place + 4)
    return bytes(changed)


_PEM = pki.hierarchy().leaf.pem.encode()
_BOMB = _archive(*((f"{number}.crt", b"0" * 40 * _MIB) for number in range(2)))
_GOOD = _archive(("a/www.crt", _PEM), ("a/ca.crt", pki.hierarchy().intermediate.pem.encode()))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_is_read(method: int) -> None:
    content = _archive(("a/www.crt", _PEM), ("a/ca.crt", pki.hierarchy().intermediate.pem.encode()), method=method)
    assert [found.common_name for found in certificates_in(content)] == ["www.example.com", "Intermediate"]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_pem_and_pkcs7_are_read(line_end: bytes) -> None:
    both = [pki.hierarchy().leaf.certificate, pki.hierarchy().intermediate.certificate]
    packed = pkcs7.serialize_certificates(both, serialization.Encoding.PEM)
    for content in (_PEM, packed):
        found = certificates_in(content.replace(b"\n", line_end))
        assert pki.hierarchy().leaf.pem in [certificate.pem for certificate in found]


_UNREADABLE = {
    "bomb": (_BOMB, "has more than 1048576 bytes"),
    "encrypted": (_marked(_GOOD, flags=1), "www.crt in the archive is encrypted"),
    "unknown compression": (_marked(_GOOD, method=99), "www.crt in the archive has an unknown compression"),
    "bzip2": (_archive(("a.crt", _PEM), method=zipfile.ZIP_BZIP2), "has an unknown compression"),
    "many files": (_archive(*((f"{number}", b"") for number in range(101))), "has 101 files"),
    "cut": (_GOOD[:-30], "the archive is broken"),
    "spoiled": (_GOOD.replace(b"PK\x03\x04", b"PK\x03\x05"), "the archive is broken"),
    "only a head": (b"PK\x05\x06" + b"\xff" * 18, "the archive is broken"),
    "no certificate": (_archive(("readme.txt", b"hello")), "holds no PEM block CERTIFICATE"),
    "program": (b"#!/bin/sh\nrm -rf /\n", "holds no PEM block CERTIFICATE"),
    "broken pkcs7": (b"-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----\n", ""),
}


@pytest.mark.parametrize("name", _UNREADABLE)
def test_what_cannot_be_read_is_refused_in_one_sentence(name: str) -> None:
    content, words = _UNREADABLE[name]
    tracemalloc.start()
    try:
        with pytest.raises(InvalidPemError) as refused:
            certificates_in(content)
        assert tracemalloc.get_traced_memory()[1] < 20 * _MIB
    finally:
        tracemalloc.stop()
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["bomb", "encrypted", "unknown compression", "cut", "spoiled", "only a head"])
def test_a_second_download_unpacks_nothing(name: str, tmp_path: Path) -> None:
    """The directory is enough to see that nothing has changed, or that something has."""
    target, content = tmp_path / "www.zip", _UNREADABLE[name][0]
    target.write_bytes(content)
    tracemalloc.start()
    try:
        assert has_same_content(target, content)
        assert not has_same_content(target, _GOOD + b"x") or name in ("encrypted", "unknown compression", "spoiled")
        assert tracemalloc.get_traced_memory()[1] < 20 * _MIB
    finally:
        tracemalloc.stop()


def test_an_archive_made_at_another_time_is_the_same(tmp_path: Path) -> None:
    target = tmp_path / "www.zip"
    target.write_bytes(_archive(("a.crt", _PEM), ("b.crt", b"B"), hour=1))
    assert has_same_content(target, _archive(("b.crt", b"B"), ("a.crt", _PEM), hour=2))
    assert not has_same_content(target, _archive(("a.crt", _PEM), ("b.crt", b"C"), hour=1))
    assert not has_same_content(target, _archive(("a.crt", _PEM), ("c.crt", b"B"), hour=1))
    assert not has_same_content(target, _archive(("a.crt", _PEM), hour=1))
    assert not has_same_content(target, _PEM)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    target = tmp_path / "www.pem"
    with target.open("wb") as stream:
        stream.truncate(3_000_000_000)
    assert not has_same_content(target, _PEM)
