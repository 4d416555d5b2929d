# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request of digicert_host_certificate, checked and in the form in which the host floor uses it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from .._x509.csr_building import CsrRequest, InvalidSubjectError, check_subject
from .._x509.keystore_writing import SHORTEST_JKS_PASSPHRASE
from .._x509.names import InvalidNameError, normalise, normalise_all
from .._x509.private_keys import CURVES, SMALLEST_RSA_KEY
from .access import access_of, mode_of
from .files import FileAccess, HostError
from .folder import check_name
from .outputs import RequestedFiles, requested_files
from .plan import HostRequest
from .run_settings import Labels
from .staging import Staging, staging_elsewhere, staging_in
from .walk import split_path

Options = t.Mapping[str, t.Any]

# RFC 5280, appendix A.1: ub-common-name
_LONGEST_COMMON_NAME = 64
_SUBJECT = ("organization", "organizational_unit", "locality", "state_or_province", "country", "email")
_WRITABLE_BY_OTHERS = 0o022


@dataclass(frozen=True)
class SetRequest:
    """What one request asks for. No passphrase is shown by ``repr``."""

    name: str
    directory: str
    names: tuple[str, ...]
    """Normalised."""
    common_name: str
    subject: tuple[tuple[str, str], ...]
    digest: str
    key: HostRequest
    """Type and size of the key."""
    key_reuse: bool
    key_path: str | None
    private_key: str | None = field(repr=False)
    """Staged as it is."""
    certificate: str
    chain: str
    serial_number: str
    """Expected serial number; empty accepts any."""
    access: FileAccess
    key_access: FileAccess
    folder_mode: int
    files: RequestedFiles
    keep: int
    force: bool
    clean_up: bool
    """Whether no service has to be reloaded, so that an installation is complete."""
    staging: Staging
    labels: t.Callable[[str], str | None]
    """Returns the SELinux context that a path must have."""

    @property
    def home(self) -> str:
        """The folder of the certificate."""
        return f"{self.directory.rstrip('/')}/{self.name}"

    @property
    def csr(self) -> CsrRequest:
        """What the CSR must contain."""
        subject = (("common_name", self.common_name), *self.subject)
        return CsrRequest(subject, tuple(dict.fromkeys((self.common_name, *self.names))), self.digest)

    def file_access(self, path: str, *, has_key: bool) -> FileAccess:
        """Return owner, group, mode and SELinux context of a file."""
        return replace(self.key_access if has_key else self.access, label=self.labels(path))


def parse_request(options: Options, state: str, labels: Labels) -> SetRequest:
    """Check the options of one request. Raises HostError."""
    _check_name(options["name"])
    if not options["directory"].startswith("/") or ".." in options["directory"].split("/"):
        raise HostError(f"directory is {options['directory']!r}. Use an absolute path without '..'")
    names, common_name = _names(options, state)
    request = SetRequest(
        name=options["name"],
        directory=options["directory"],
        names=names,
        common_name=common_name,
        subject=tuple((name, options[name]) for name in _SUBJECT if options[name]),
        digest=options["digest"],
        key=_key(options, names),
        key_reuse=options["key_reuse"],
        key_path=options["key_path"] or None,
        private_key=options["private_key"] or None,
        certificate=options["certificate"] or "",
        chain=options["chain"] or "",
        serial_number=options["serial_number"] or "",
        access=_access(options, "", state),
        key_access=_access(options, "key_", state),
        folder_mode=mode_of(options, "directory_mode"),
        files=_files(options),
        keep=options["keep"],
        force=options["force"],
        clean_up=options["clean_up"],
        staging=_staging(options),
        labels=lambda path: labels(path, options["setype"] or None),
    )
    _check_numbers(request)
    if state == "staged":
        _check_subject(request)
    return request


def _access(options: Options, prefix: str, state: str) -> FileAccess:
    """Return the access of installed files: an owner need not exist before."""
    return FileAccess() if state == "staged" else access_of(options, prefix)


def _check_name(name: str) -> None:
    try:
        check_name(name)
    except HostError as exc:
        raise HostError(f"name must be a plain folder name: {exc}") from exc
    if name.startswith("."):
        raise HostError(f"name is {name!r}. Use a name that does not begin with a dot")


def _names(options: Options, state: str) -> tuple[tuple[str, ...], str]:
    try:
        names = normalise_all(options["dns_names"] or ())
        common_name = normalise(options["common_name"]) if options["common_name"] else ""
    except InvalidNameError as exc:
        raise HostError(f"{exc}. Correct common_name or dns_names") from exc
    if state == "staged" and not names and not common_name:
        raise HostError("dns_names is empty. Give the names that the certificate must cover")
    return names or (common_name,) * bool(common_name), common_name or (names[0] if names else "")


def _key(options: Options, names: tuple[str, ...]) -> HostRequest:
    return HostRequest(names, "never", options["key_type"], options["key_size"], options["key_curve"], False)


def _check_numbers(request: SetRequest) -> None:
    if request.keep < 0:
        raise HostError(f"keep is {request.keep}. Give the number of sets to keep, at least 0")
    if request.folder_mode & _WRITABLE_BY_OTHERS:
        raise HostError(
            f"directory_mode is {request.folder_mode:04o}, so other users could exchange what is in the folder. "
            "Use a mode such as '0755'"
        )


def _check_subject(request: SetRequest) -> None:
    if len(request.common_name) > _LONGEST_COMMON_NAME:
        raise HostError(
            f"The common name '{request.common_name}' has {len(request.common_name)} characters; it must have 1 to "
            f"{_LONGEST_COMMON_NAME}. Use a shorter name as common_name and put this one into dns_names"
        )
    size, curve = request.key.key_size, request.key.key_curve
    if request.key.key_type != "ECC" and size is not None and size < SMALLEST_RSA_KEY:
        raise HostError(
            f"key_size is {size} bits; certificate authorities refuse RSA keys with fewer than "
            f"{SMALLEST_RSA_KEY} bits. Set key_size to 2048, 3072 or 4096"
        )
    if request.key.key_type == "ECC" and curve is not None and curve not in CURVES:
        raise HostError(f"key_curve is {curve!r}; certificate authorities accept {', '.join(CURVES)}. Use one of them")
    try:
        check_subject(request.csr)
    except InvalidSubjectError as exc:
        raise HostError(f"{exc}. Correct it") from exc


def _files(options: Options) -> RequestedFiles:
    files = requested_files(options)
    paths = [str(link.path) for link in files.links]
    for path in paths:
        if not path.startswith("/") or paths.count(path) > 1:
            raise HostError(f"{path!r} is a path of links. Each path must be absolute and appear once")
        split_path(path)
    if "jks" in files.further_outputs and len(files.passphrase) < SHORTEST_JKS_PASSPHRASE:
        raise HostError(
            f"a Java keystore needs a keystore_passphrase of at least {SHORTEST_JKS_PASSPHRASE} characters. Set it"
        )
    return files


def _staging(options: Options) -> Staging:
    given = options["staging"]
    if given is None:
        return staging_in(f"{options['directory'].rstrip('/')}/{options['name']}")
    access = access_of({"owner": given["owner"], "group": given["group"], "mode": given["key_mode"]}, "")
    return staging_elsewhere(given, access)
