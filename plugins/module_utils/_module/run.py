# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all modules that call CertCentral share: one run, its failures, the result contract."""

from __future__ import annotations

import datetime as dt
import tempfile
import typing as t
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._certcentral import client as _client
from .._certcentral.client import Client, ConnectionSettings
from .._certcentral.errors import DigicertError, InputError
from .._decisions.renewal import InvalidRenewBeforeError, renewal_window
from .._use_cases.outcome import Outcome
from .._x509.hexadecimal import SHA256_DIGITS, hash_digits
from .._x509.names import InvalidNameError, normalise_all
from .._x509.zip_directory import has_same_content
from .input_checks import check_input
from .misplaced_secrets import HidingModule
from .options import ArgumentSpec, Params, connection_argument_spec

if t.TYPE_CHECKING:
    from .._x509.certificates import Csr


class Run:
    """One run of a module: its parameters, its client, and the time of the run."""

    def __init__(self, module: AnsibleModule, client: Client) -> None:
        self._module = module
        self.params: Params = module.params
        self.check_mode: bool = module.check_mode
        self.client = client
        self.now = dt.datetime.now(dt.timezone.utc)

    def today(self) -> dt.date:
        """Return the current day in UTC, which changes if the module waits past midnight."""
        return dt.datetime.now(dt.timezone.utc).date()

    def csr(self, params: Params | None = None) -> Csr | None:
        """Return the CSR that was given, or None. Raises InputError if it cannot be read."""
        # cryptography takes long to load, so only modules with a CSR load it
        from .pem_options import csr_of

        return csr_of(self.params if params is None else params)

    def names(self, *groups: t.Iterable[str] | str | None) -> tuple[str, ...]:
        """Return all names of the groups, normalised. Raises InputError if one is not a valid host name."""
        found: list[str] = []
        for group in groups:
            found += [group] if isinstance(group, str) else list(group or ())
        try:
            return normalise_all(found)
        except InvalidNameError as exc:
            raise InputError(f"{exc}.", next_action="Correct common_name or dns_names.") from exc

    def fingerprint(self, name: str, params: Params | None = None) -> str | None:
        """Return the SHA-256 fingerprint in this parameter, in lower case without colons. Raises InputError."""
        text = (self.params if params is None else params)[name]
        if text is None or text == "":
            return None
        value = hash_digits(str(text), SHA256_DIGITS)
        if value is None:
            raise InputError(f"{name} is not a SHA-256 fingerprint.", next_action="Give 64 hexadecimal digits.")
        return value

    def write_file(self, dest: str, content: bytes) -> bool:
        """Replace a file atomically if its content differs; return whether it did, or in check mode would."""
        target = Path(dest).absolute()
        try:
            if target.is_file() and has_same_content(target, content):
                return False
            if target.is_dir():
                raise InputError(f"{target} is a directory.", next_action="Set dest to the path of a file.")
            if not target.parent.is_dir():
                raise InputError(f"{target.parent} is not a directory.", next_action="Create it, or correct dest.")
            if not self.check_mode:
                with tempfile.NamedTemporaryFile(dir=self._module.tmpdir, delete=False) as stream:
                    stream.write(content)
                self._module.atomic_move(stream.name, str(target))
        except OSError as exc:
            raise InputError(f"{dest} cannot be written: {exc.strerror}.", next_action="Correct dest.") from exc
        return True

    def renew_before(self, params: Params | None = None) -> str:
        """Return the checked rule. Raises InputError."""
        rule = str((self.params if params is None else params)["renew_before"])
        try:
            renewal_window(rule, dt.timedelta(days=1))
        except InvalidRenewBeforeError as exc:
            raise InputError(f"renew_before: {exc}.", next_action="Use auto, or a number of days.") from exc
        return rule


def _settings(params: Params) -> ConnectionSettings:
    api_key = (params["api_key"] or "").strip()
    if not api_key:
        raise InputError(
            "No API key was given.",
            next_action=(
                "Set api_key, or the environment variable DIGICERT_API_KEY on the host that runs the module. API keys "
                "are created in the CertCentral console."
            ),
        )
    if not (api_key.isascii() and api_key.isprintable()) or " " in api_key:
        raise InputError(
            "The API key contains characters that are not valid in an API key.",
            next_action="Check its source: an encrypted or multi-line value is not the key itself.",
        )
    return ConnectionSettings(
        api_key=api_key,
        api_url=params["api_url"] or _client.REGIONS[params["region"]],
        ca_path=params["ca_path"],
        validate_certs=params["validate_certs"],
        timeout=float(params["timeout"]),
        rate_limit=params["rate_limit"],
    )


class _Module(HidingModule):
    """A module that hides the API key in every failure.

    If an option with suboptions is given as a text, ansible-core fails before it knows which options are secret.
    """

    def fail_json(self, msg: str, **details: t.Any) -> None:
        """Fail without showing the API key."""
        if self.params.get("api_key"):
            self.no_log_values.add(str(self.params["api_key"]))
        super().fail_json(msg, **details)


def run_module(
    use_case: t.Callable[[Run], Outcome],
    argument_spec: ArgumentSpec,
    *,
    needs_cryptography: bool = False,
    **module_arguments: t.Any,
) -> None:
    """Run a use case and exit with the result contract, or with a failure that says what to do next.

    Set ``needs_cryptography`` for modules that read CSRs or certificates; ``module_arguments`` are passed to
    AnsibleModule (``mutually_exclusive`` and the like).
    """
    full_spec = {**connection_argument_spec(), **argument_spec}
    module = _Module(argument_spec=full_spec, supports_check_mode=True, **module_arguments)
    for library, fault in _library_faults(needs_cryptography):
        if fault is not None:
            module.fail_json(msg=missing_required_lib(library), exception=fault)
    client: Client | None = None
    result: dict[str, t.Any] = {}
    failure: DigicertError | None = None
    try:
        check_input(full_spec, module.params)
        client = Client(_settings(module.params))
        run = Run(module, client)
        outcome = use_case(run)
        result = outcome.as_result(run.now)
        failure = outcome.failure
        for warning in outcome.warnings:
            module.warn(warning)
    except DigicertError as exc:
        failure = exc
    finally:
        if client is not None:
            client.close()
    api_calls = client.api_calls if client else {}
    if failure is not None:
        # outside the except clause, because ansible-core before 2.19 adds a traceback there with -vvv
        failure.order_id = failure.order_id or module.params.get("order_id")
        _fail(module, failure, api_calls, result)
    module.exit_json(**result, api_calls=api_calls)


def _library_faults(needs_cryptography: bool) -> t.Iterator[tuple[str, str | None]]:
    """Yield each required library, with the traceback of its import if it is missing."""
    yield "requests", _client.REQUESTS_IMPORT_ERROR
    if needs_cryptography:
        from .._x509 import certificates

        yield "cryptography", certificates.CRYPTOGRAPHY_IMPORT_ERROR


def _fail(module: AnsibleModule, exc: DigicertError, api_calls: dict[str, int], result: dict[str, t.Any]) -> None:
    order = f" The order is {exc.order_id}." if exc.order_id and str(exc.order_id) not in exc.message else ""
    module.fail_json(
        msg=f"{exc.message}{order} {exc.next_action}".strip(),
        errors=[error.as_dict() for error in exc.errors],
        next_action=exc.next_action,
        order_id=exc.order_id,
        api_calls=api_calls,
        **result,
    )
