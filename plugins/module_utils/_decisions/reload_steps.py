# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is reloaded after an installation, and which services have to be asked. Pure: plain values in and out."""

from __future__ import annotations

import typing as t

Step = dict[str, t.Any]

_KINDS = ("service", "command", "tasks")
_SUFFIX = ".service"
# Configuration tests of the services that have one.
_CONFIG_TESTS = {
    "nginx": ["nginx", "-t"],
    "apache2": ["apachectl", "configtest"],
    "httpd": ["apachectl", "configtest"],
    "haproxy": ["haproxy", "-c", "-f", "/etc/haproxy/haproxy.cfg"],
}
# systemctl(1): 3 means not running, 4 means no such unit
_NOT_RUNNING = (3, 4)
_RUNNING_STATES = ("active", "reloading", "refreshing")


class InvalidStepError(ValueError):
    """An entry is not one that can be reloaded; the text says how it must be."""

    def __init__(self) -> None:
        super().__init__(
            "Each entry of deploy_reload must be the name of a service, or a mapping with either 'service', 'command' "
            "or 'tasks'; 'command' and 'config_test' must be lists of arguments, for example [nginx, -t], and 'tasks' "
            "the path of a task file."
        )


def reload_steps(entries: t.Iterable[t.Any]) -> list[Step]:
    """Return the entries in one form. Raises InvalidStepError."""
    return [_step({"service": entry} if isinstance(entry, str) else entry) for entry in entries]


def _step(entry: t.Any) -> Step:
    if not isinstance(entry, t.Mapping):
        raise InvalidStepError
    given = [kind for kind in _KINDS if entry.get(kind) is not None]
    lists = [entry[name] for name in ("command", "config_test") if entry.get(name) is not None]
    if len(given) != 1 or any(isinstance(each, str) or not isinstance(each, t.Sequence) for each in lists):
        raise InvalidStepError
    service = entry.get("service")
    test = entry.get("config_test")
    if test is None:
        test = _CONFIG_TESTS.get(_without_suffix(service), []) if service is not None else []
    label = entry[given[0]]
    return {
        "kind": given[0],
        "label": label if isinstance(label, str) else " ".join(str(part) for part in label),
        **{kind: entry.get(kind) for kind in _KINDS},
        "config_test": list(test),
    }


def _without_suffix(service: str) -> str:
    return service.removesuffix(_SUFFIX)


def running_steps(steps: t.Sequence[Step], asked: t.Mapping[str, t.Any]) -> list[Step]:
    """Return the steps without the services that do not run.

    ``asked`` is the result of ``systemctl is-active`` for all of the services, in their order. Without systemd all
    are taken for running: the service module decides.
    """
    stopped = _stopped([step["service"] for step in steps if step["service"] is not None], asked)
    return [step for step in steps if step["service"] is None or step["service"] not in stopped]


def _stopped(services: t.Sequence[str], asked: t.Mapping[str, t.Any]) -> set[str]:
    states = asked.get("stdout_lines") or []
    if states and len(states) == len(services):
        return {name for name, state in zip(services, states) if state.strip() not in _RUNNING_STATES}
    return set(services) if asked.get("rc") in _NOT_RUNNING else set()
