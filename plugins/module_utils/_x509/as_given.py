# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates, CSRs and private keys in the forms in which people have them, made to plain PEM.

Mail, editors, shells and variables change line ends and blanks, and tools write DER, PKCS#7 and other labels. What
cannot be used is named as what it is. Plain PEM is read without this file.
"""

from __future__ import annotations

import base64
import binascii
import re
import typing as t
import unicodedata
from urllib.parse import unquote

from . import der_kinds
from .der import element, elements
from .pem import InvalidPemError, pem_block

_NOTHING = "nothing"
_CONTAINER = "a Java keystore"
_OPENSSH = "a private key in the format of OpenSSH"

# editors make other dashes of hyphens
_DASHES = "[-\u2010-\u2015\u2212]{2,}"
_FIRST_LINE = rf"{_DASHES}[ \t]*BEGIN[ \t]*([A-Z0-9 #]+?)[ \t]*{_DASHES}"
_BLOCK = re.compile(rf"{_FIRST_LINE}(.*?){_DASHES}[ \t]*END[ \t]*\1[ \t]*{_DASHES}?", re.DOTALL)
_BEGIN = re.compile(_FIRST_LINE)
_PATH = re.compile(r"~?/[^\s{}<>]+|[^\s{}<>]+\.(pem|crt|cer|der|key|csr|p7b|p12|pfx|txt)")
# as in RFC 1421 section 4.6; only old private keys have them
_HEADER = re.compile(r"^(?:Proc-Type|DEK-Info|Key|Comment|Subject|x-[\w-]+):[^\n]*$", re.MULTILINE | re.IGNORECASE)
_WRITTEN_ESCAPES = re.compile(r"\\+[rntu](?:00[0-9a-f]{2})?|\\+$|\\+(?=\n)", re.IGNORECASE | re.MULTILINE)
# quotes, mail quotation, separators of lists
_AROUND_LINES = " \t>|\"'`,;[]"
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_PERCENT = re.compile(r"BEGIN(%20|\+)[A-Z]")

# labels whose blocks are told apart by their name: their content is no DER, or says less
_KINDS_OF_LABELS = {
    "ENCRYPTED PRIVATE KEY": der_kinds.ENCRYPTED_KEY,
    "OPENSSH PRIVATE KEY": _OPENSSH,
    "SSH2 PUBLIC KEY": der_kinds.PUBLIC_KEY,
    "DH PARAMETERS": "a set of DH parameters",
    "X9.42 DH PARAMETERS": "a set of DH parameters",
    "EC PARAMETERS": "a set of EC parameters",
    "PGP PUBLIC KEY BLOCK": "a PGP key",
    "PGP PRIVATE KEY BLOCK": "a PGP key",
    "PGP MESSAGE": "a PGP message",
    "AGE ENCRYPTED FILE": "a file that is encrypted with age",
}
# beginnings of files that hold no PEM
_KINDS_OF_FILES: tuple[tuple[bytes, str], ...] = (
    (b"\xfe\xed\xfe\xed", _CONTAINER),
    (b"\xce\xce\xce\xce", _CONTAINER),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a file that is compressed with gzip"),
    (b"$ANSIBLE_VAULT;", "a text that is encrypted with Ansible Vault"),
    (b"PuTTY-User-Key-File", "a private key in the format of PuTTY"),
    (b"ssh-", "an SSH public key"),
    (b"ecdsa-sha2-", "an SSH public key"),
)

_ADVICE_FOR_CERTIFICATES = {
    der_kinds.CSR: "Give the certificate that the CA issued for it",
    der_kinds.PRIVATE_KEY: "Give the certificate, not its key",
    der_kinds.ENCRYPTED_KEY: "Give the certificate, not its key",
    der_kinds.PKCS12: "Take the certificates out of it: openssl pkcs12 -in FILE -nokeys -out NEW.pem",
    der_kinds.PKCS7: "Take the certificates out of it: openssl pkcs7 -in FILE -print_certs -out NEW.pem",
    _CONTAINER: "Take the certificate out of it: keytool -exportcert -rfc -keystore FILE -alias ALIAS -file NEW.pem",
    "a ZIP archive": "Unpack it, and give the certificates that are in it",
    "a text that is encrypted with Ansible Vault": "Decrypt it: ansible-vault view FILE",
    "the path of a file": "Give the content of the file, for example with lookup('ansible.builtin.file', PATH)",
}
# no advice changes the file that is there
_ADVICE_FOR_KEYS = {
    der_kinds.ENCRYPTED_KEY: (
        "Write it without its passphrase into another file: (umask 077; openssl pkey -in FILE -out NEW.pem)"
    ),
    der_kinds.PKCS12: (
        "Take the key out of it into another file: (umask 077; openssl pkcs12 -in FILE -nocerts -nodes -out NEW.pem)"
    ),
    _OPENSSH: ("Convert a copy of it: (umask 077; cp FILE NEW.pem; ssh-keygen -p -m PEM -f NEW.pem)"),
    _CONTAINER: (
        "Take the key out of it: keytool -importkeystore -srckeystore FILE -destkeystore NEW.p12 -deststoretype PKCS12 "
        "and (umask 077; openssl pkcs12 -in NEW.p12 -nocerts -nodes -out NEW.pem)"
    ),
    "a private key in the format of PuTTY": (
        "Convert it into another file: puttygen FILE -O private-openssh -o NEW, then (umask 077; ssh-keygen -p -m PEM "
        "-f NEW)"
    ),
    "a text that is encrypted with Ansible Vault": "Decrypt it into another file: ansible-vault view FILE",
}
_ADVICE_FOR_CSRS = {
    der_kinds.CERTIFICATE: "Give the CSR for which it was issued, or create one",
    der_kinds.PRIVATE_KEY: "Create a CSR for it, for example with community.crypto.openssl_csr",
    "the path of a file": "Give the content of the file, or its path in the option for paths",
}
_COPY_AGAIN = "Copy it again; a lookup of a binary file needs rstrip=false"
_DER_KEY = "Convert it into another file: (umask 077; openssl pkey -inform DER -in FILE -out NEW.pem)"


class _Part(t.NamedTuple):
    """A PEM block or a DER file."""

    label: str
    der: bytes | None
    """None if it is not Base64."""
    is_encrypted: bool = False

    @property
    def kind(self) -> str | None:
        """What it is, as a phrase with its article, or None if nobody can say."""
        if self.is_encrypted:
            return der_kinds.ENCRYPTED_KEY
        return _KINDS_OF_LABELS.get(self.label) or (der_kinds.kind_of(self.der) if self.der else None)


def clean_certificates(given: str | bytes) -> list[str]:
    """Return every certificate as plain PEM, in the same order. Raises InvalidPemError, which says what else it is."""
    content = _Content(given)
    found: list[bytes] = []
    for part in content.parts:
        if part.kind == der_kinds.CERTIFICATE and part.der is not None:
            # OpenSSL puts its trust settings after a TRUSTED CERTIFICATE
            found.append(element(part.der, 0).whole(part.der))
        elif part.kind == der_kinds.PKCS7 and part.der is not None:
            found += _certificates_in_pkcs7(part.der)
        elif "CERTIFICATE" in part.label and "REQUEST" not in part.label and part.kind is None:
            raise InvalidPemError("a certificate in it is damaged: it was cut off or changed", "Copy it again")
    if found:
        return [to_pem("CERTIFICATE", der) for der in dict.fromkeys(found)]
    raise content.refusal("PEM block CERTIFICATE", _ADVICE_FOR_CERTIFICATES, "Give the certificate in PEM format")


def _certificates_in_pkcs7(der: bytes) -> list[bytes]:
    try:
        return [one for one in der_kinds.certificates_in_pkcs7(der) if der_kinds.kind_of(one) == der_kinds.CERTIFICATE]
    except ValueError as exc:
        raise InvalidPemError("it is a damaged PKCS#7 file", "Copy it again") from exc


def clean_csr(given: str | bytes) -> str:
    """Return the only CSR as plain PEM. Raises InvalidPemError, which says what else it is."""
    content = _Content(given)
    found = [part.der for part in content.parts if part.kind == der_kinds.CSR and part.der is not None]
    if len(found) == 1:
        return to_pem("CERTIFICATE REQUEST", found[0])
    if found:
        raise InvalidPemError("it holds more than one CSR")
    raise content.refusal("PEM block CERTIFICATE REQUEST", _ADVICE_FOR_CSRS, "")


def clean_key(given: bytes) -> bytes:
    """Return the only private key as plain PEM, unencrypted. Raises InvalidPemError, which says what else it is."""
    content = _Content(given)
    keys = [part for part in content.parts if part.kind == der_kinds.PRIVATE_KEY and part.der is not None]
    if len(keys) > 1:
        raise InvalidPemError("a file with more than one private key", "Keep them in files of their own")
    if not keys:
        refusal = content.refusal("private key", _ADVICE_FOR_KEYS, "")
        others = (der_kinds.ENCRYPTED_KEY, der_kinds.PKCS12, _OPENSSH, _CONTAINER)
        raise InvalidPemError(content.kind_phrase(), refusal.advice, is_key=content.kind in others)
    if content.is_der:
        raise InvalidPemError("a private key in DER, not in PEM", _DER_KEY, is_key=True)
    der = keys[0].der or b""
    return to_pem(der_kinds.label_of_key(der), der).encode("ascii")


def why_no_key(pem: bytes) -> InvalidPemError:
    """Say why a private key in plain PEM cannot be used, although its structure is that of one."""
    content = _Content(pem)
    der = content.parts[0].der if content.parts else None
    algorithm = der_kinds.algorithm_of_key(der) if der and content.kind == der_kinds.PRIVATE_KEY else None
    if content.kind != der_kinds.PRIVATE_KEY:
        return InvalidPemError("a private key that is damaged: it was cut off or changed")
    kind = f"its algorithm {algorithm}" if algorithm else "its algorithm or its curve"
    return InvalidPemError(
        f"a private key that cannot be used here: {kind} is not known, or the key is damaged",
        "Use an RSA or ECDSA key",
        is_key=True,
    )


def to_pem(label: str, der: bytes) -> str:
    """Return a PEM block with lines of 64 characters."""
    return pem_block(label, base64.b64encode(der).decode("ascii"))


class _Content:
    """What was given, as far as its form can be recognised."""

    def __init__(self, given: str | bytes) -> None:
        """Find the PEM blocks of a text, or the elements of a DER file."""
        self._data = _bytes_of(given)
        self._text = ""
        self.is_der = self._data[:1] == b"\x30" and self._data[1:2] >= b"\x80"
        if self.is_der:
            self.parts = _der_parts(self._data)
            return
        self._text = _text_of(self._data)
        self.parts = [_part(match) for match in _BLOCK.finditer(self._text)]
        if not self.parts:
            bare = _decoded(self._text)
            self.parts = _der_parts(bare) if bare is not None and bare[:1] == b"\x30" else []

    @property
    def kind(self) -> str | None:
        """What it is, as a phrase with its article, or None if nobody can say."""
        kinds = [part.kind for part in self.parts if part.kind]
        return kinds[0] if kinds else self._kind_of_file()

    def _kind_of_file(self) -> str | None:
        data, text = self._data.lstrip(), self._text.strip()
        known = next((kind for start, kind in _KINDS_OF_FILES if data.startswith(start)), None)
        if known:
            return known
        if re.match(r"(<!DOCTYPE|<html)", text, re.IGNORECASE):
            return "an HTML page"
        if text.startswith("<"):
            return "XML or HTML"
        return "the path of a file" if _PATH.fullmatch(text) else None

    def kind_phrase(self) -> str:
        """Return what it is, or what is wrong with it, as a phrase with its article."""
        if not self._data.strip():
            return "empty"
        if self.kind:
            return self.kind
        cut = _BEGIN.search(self._text)
        if cut and not self.parts:
            return f"cut off: its block {cut[1]} has no end"
        if self.is_der:
            return "cut off: it begins like DER, and its end is missing"
        if self.parts and self.parts[0].label:
            return f"damaged: its block {self.parts[0].label} was cut off or changed"
        return "not a private key in PEM"

    def refusal(self, wanted: str, advice: t.Mapping[str, str], usual: str) -> InvalidPemError:
        """Return an error that says what it is instead of what was wanted."""
        phrase = self.kind_phrase()
        kind = self.kind
        if kind:
            return InvalidPemError(f"it holds no {wanted}: it is {kind}", advice.get(kind, usual))
        if phrase.startswith(("cut off", "damaged")):
            return InvalidPemError(f"it holds no {wanted} that is complete: it is {phrase}", usual and _COPY_AGAIN)
        if phrase == "empty":
            return InvalidPemError(f"it holds no {wanted}: it is empty", usual)
        return InvalidPemError(f"it holds no {wanted}", usual)


def _bytes_of(given: str | bytes) -> bytes:
    """Return the bytes of a file that Ansible may have read as a text."""
    if isinstance(given, bytes):
        return given
    try:
        return given.encode("utf-8", errors="surrogateescape")
    except UnicodeEncodeError:
        return given.encode("utf-8", errors="replace")


def _text_of(data: bytes) -> str:
    text = _decoded_text(data)
    if _PERCENT.search(text):
        text = unquote(text.replace("+", " ") if "BEGIN+" in text else text)
    # non-breaking blanks, blanks of no width and other separators
    plain = "".join(char if char.isascii() else _plain_char(char) for char in text).replace("\\/", "/")
    return _WRITTEN_ESCAPES.sub("\n", plain.replace("\r\n", "\n").replace("\r", "\n"))


def _decoded_text(data: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[2:].decode(encoding, errors="replace")
    if b"\0" in data[:200]:
        is_big_endian = data[0::2].count(0) > data[1::2].count(0)
        return data.decode("utf-16-be" if is_big_endian else "utf-16-le", errors="replace")
    return data.decode("utf-8-sig", errors="replace")


def _plain_char(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Zs", "Zl", "Zp"):
        return " " if category == "Zs" else "\n"
    return "" if category == "Cf" else char


def _part(match: re.Match[str]) -> _Part:
    label, body = match[1], match[2]
    headers = "\n".join(_HEADER.findall(body))
    return _Part(label, _decoded(_HEADER.sub("", body)), "ENCRYPTED" in headers)


def _decoded(body: str) -> bytes | None:
    """Return what a text is in Base64, without what surrounds its lines, or None if it is something else."""
    lines = (line.strip(_AROUND_LINES) for line in body.splitlines())
    joined = "".join("".join(line.split()) for line in lines)
    if not _BASE64.fullmatch(joined):
        return None
    try:
        return base64.b64decode(joined, validate=True)
    except binascii.Error:
        return None


def _der_parts(data: bytes) -> list[_Part]:
    """Return the elements of a DER file; one that was cut off is a part of which nobody knows the kind."""
    try:
        return [_Part("", one.whole(data)) for one in elements(data)]
    except ValueError:
        return [_Part("", data)]
