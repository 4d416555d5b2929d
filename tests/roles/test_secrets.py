# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret is in what a run shows or leaves: output, log, reports, artifacts of ansible-runner, facts, other files.

One play has every module that calls the service, every role and their failures. A secret that the play shows on purpose
is found in each of these places, so a secret of the collection would be found there, too.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.digicert.tests.demo import processes as demo_folder
from ansible_collections.community.digicert.tests.modules.api_modules import API_MODULES
from ansible_collections.community.digicert.tests.roles.support.authority import key_pem, new_key
from ansible_collections.community.digicert.tests.roles.support.canaries import Canaries, forms_of, private_keys
from ansible_collections.community.digicert.tests.roles.support.dns_primary import DnsPrimary
from ansible_collections.community.digicert.tests.roles.support.forked_playbook import run_playbook
from ansible_collections.community.digicert.tests.roles.support.playbook import (
    CONFIGURATION,
    PATIENCE,
    collections_path,
)
from certcentral_simulator.process import SimulatorProcess

pytestmark = pytest.mark.once

_HOSTS = ["one", "two"]
_COLLECTION = "community.digicert"
_SHOWN = "shown"
_EVENTS = Path(demo_folder.__file__).parent / "callback_plugins"


def _ignoring(name: str, module: str, /, **arguments: Any) -> dict[str, Any]:
    """Return a task that may fail."""
    # what a module gets is also in the result of a task that registers it
    more = {"ignore_errors": True, "register": "kept", "run_once": True}
    return {"name": name, f"{_COLLECTION}.{module}": arguments, **more}


def _role(name: str, count: int = 1, /, **variables: Any) -> dict[str, Any]:
    """Return a block with a role that may fail, on the first hosts."""
    use = {"name": name, "ansible.builtin.include_role": {"name": f"{_COLLECTION}.{name}"}, "vars": variables}
    rescue = [{"name": "Go on", "ansible.builtin.meta": "noop"}]
    return {"name": f"Role {name}", "block": [use], "rescue": rescue, "when": f"inventory_hostname in {_HOSTS[:count]}"}


@dataclass
class Scene:
    """What the plays need: a service, a DNS server, a folder, and secrets."""

    simulator: SimulatorProcess
    primary: DnsPrimary
    folder: Path
    canaries: Canaries

    @property
    def directory(self) -> str:
        """The folder of the certificates of a host."""
        return f"{self.folder}/hosts/{{{{ inventory_hostname }}}}"

    def connection(self) -> dict[str, Any]:
        """Return the connection to the service."""
        return {
            "api_key": "{{ canary_api_key }}",
            "api_url": self.simulator.base_url,
            "ca_path": self.simulator.ca_file,
        }

    def dns(self, secret: str) -> dict[str, Any]:
        """Return the settings of the DNS server."""
        return {
            "dcv_nsupdate_server": "127.0.0.1",
            "dcv_nsupdate_port": self.primary.port,
            "dcv_nsupdate_key_name": self.primary.key_name,
            "dcv_nsupdate_key_secret": secret,
            "dcv_zones": ["example.test"],
        }

    def certificate(self, count: int, name: str, secret: str, **more: Any) -> dict[str, Any]:
        """Return a use of the role certificate on the first hosts, with one key for all of them and with keystores."""
        request = {"name": name, "dns": f"{name}.example.test", "dcv_method": "dns-txt-token", **more}
        variables = {
            "directory": self.directory,
            "organization_id": 112233,
            "skip_approval": True,
            "key_strategy": "shared",
            "key_type": "RSA",
            "outputs": ["combined", "pkcs12", "jks"],
            "keystore_passphrase": "{{ canary_passphrase }}",
            "dcv_provider": "nsupdate",
            "requests": [request],
            "wait_interval": 1,
            "dcv_check_interval": 1,
        }
        prefixed = {f"certificate_{key}": value for key, value in variables.items()}
        return _role("certificate", count, **prefixed, **self.dns(secret))

    def play(self, tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return a playbook."""
        play = {
            "name": "Secrets",
            "hosts": "all",
            "connection": "local",
            "gather_facts": False,
            "vars": {"ansible_python_interpreter": sys.executable},
            "module_defaults": {f"group/{_COLLECTION}.digicert": self.connection()},
            "tasks": tasks,
        }
        return [play]

    def variables(self) -> dict[str, str]:
        """Return the secrets as variables."""
        return {f"canary_{name}": value for name, value in self.canaries.values.items()}

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a run, in which no secret is."""
        program = Path(sys.executable).parent
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("DIGICERT_")},
            "PATH": f"{program}:{os.environ['PATH']}",
            "ANSIBLE_CONFIG": str(CONFIGURATION),
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "local"),
            "ANSIBLE_REMOTE_TEMP": str(self.folder / "remote"),
            "ANSIBLE_HOME": str(self.folder / "home"),
            "ANSIBLE_LOG_PATH": str(self.folder / "ansible.log"),
            "ANSIBLE_CALLBACK_TREE_DIR": str(self.folder / "tree"),
            "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(self.folder / "facts"),
            "ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.junit,ansible.builtin.tree",
            "JUNIT_OUTPUT_DIR": str(self.folder / "junit"),
            "JUNIT_FAIL_ON_IGNORE": "true",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_PIPELINING": "1",
            "ANSIBLE_COLLECTIONS_PATH": str(collections_path()),
            **more,
        }

    def left(self) -> dict[str, str | bytes | Path]:
        """Return what runs have left, without what they were given and without the files of the hosts."""
        given = ("hosts", "runner")
        return {path.name: path for path in self.folder.iterdir() if path.name not in given}


@pytest.fixture
def scene(simulator: SimulatorProcess, primary: DnsPrimary, tsig_secret: str, tmp_path: Path) -> Scene:
    """Return the scene; what is known elsewhere is a secret, too."""
    simulator.set_network(resolver=f"127.0.0.1:{primary.port}")
    canaries = Canaries()
    for name in ("passphrase", "cloudflare", "infoblox", _SHOWN):
        canaries.new(name)
    canaries.new("other_key", f"CANARY{secrets.token_hex(16)}")
    canaries.new("wrong_tsig", base64.b64encode(secrets.token_bytes(32)).decode())
    canaries.new("api_key", simulator.api_key)
    canaries.new("tsig", tsig_secret)
    canaries.new("private_key", key_pem(new_key()))
    return Scene(simulator, primary, tmp_path, canaries)


def _modules(scene: Scene) -> list[dict[str, Any]]:
    """Return every module that calls the service, and failures of those that have a secret."""
    host = {"name": "given", "directory": scene.directory, "dns_names": ["given.example.test"]}
    key = {**host, "private_key": "{{ canary_private_key }}", "keystore_passphrase": "{{ canary_passphrase }}"}
    update = {"server": "127.0.0.1", "port": scene.primary.port, "key_name": scene.primary.key_name}
    record = {"type": "TXT", "name": "_dnsauth.www.example.test", "value": "token"}
    installed = {"state": "installed", "certificates": [{**key, "certificate": "none", "links": []}]}
    secret = "{{ canary_wrong_tsig }}"
    calls = [_ignoring(f"Call {name}", name, **arguments) for name, arguments in API_MODULES.items()]
    others = [
        _ignoring("With another key", "digicert_order_info", order_id=1, api_key="{{ canary_other_key }}"),
        _ignoring("With an option that does not exist", "digicert_order_info", no_such_option=1),
        _ignoring("With a text for a dictionary", "digicert_order_wait", order_ids="{{ canary_api_key }}"),
        _ignoring("Stage a key", "digicert_host_certificate", state="staged", certificates=[key]),
        _ignoring("Install nothing", "digicert_host_certificate", **installed),
        _ignoring("Stage without a state", "digicert_host_certificate", certificates=[key]),
        _ignoring("Look", "digicert_host_certificate_info", certificates=[{**host, "keystore_passphrase": secret}]),
        _ignoring("Update a zone", "dcv_nsupdate", records=[record], key_secret=secret, **update),
        _ignoring("Update nothing", "dcv_nsupdate", records=[record], key_secret=secret, **{**update, "port": "none"}),
        _ignoring("Assign to nobody", "dcv_assign", records=[record], provider="route53", providers={"a": secret}),
        _ignoring("Inspect nothing", "certificate_inspect", requests=[{"keystore_passphrase": secret}]),
    ]
    # without pipelining, which is slow, a module with its options is written to a file
    return [*calls, *({**task, "vars": {"ansible_pipelining": False}} for task in others)]


def _roles(scene: Scene) -> list[dict[str, Any]]:
    record = {"type": "TXT", "name": "_dnsauth.www.example.test", "value": "token", "domain": "www.example.test"}
    clouds = {
        "dcv_provider": "infoblox",
        "dcv_infoblox_host": "127.0.0.1",
        "dcv_infoblox_username": "someone",
        "dcv_infoblox_password": "{{ canary_infoblox }}",
        "dcv_cloudflare_api_token": "{{ canary_cloudflare }}",
    }
    others = {"www.example.test": {"dcv_cloudflare_api_token": "{{ canary_cloudflare }}"}}
    deploy = {
        "deploy_name": "given",
        "deploy_directory": scene.directory,
        "deploy_certificate": "none",
        "deploy_keystore_passphrase": "{{ canary_passphrase }}",
        "deploy_outputs": ["pkcs12"],
    }
    return [
        scene.certificate(2, "www", "{{ canary_tsig }}"),
        scene.certificate(1, "refused", "{{ canary_wrong_tsig }}", keystore_passphrase="{{ canary_passphrase }}"),
        _role("dcv", dcv_records=[record], **clouds),
        _role("dcv", dcv_records=[record], **clouds, dcv_providers=others),
        _role("deploy", **deploy),
        _role("csr", csr_directory=f"{scene.directory}/csr", csr_common_name="www.example.test"),
    ]


def _shown() -> list[dict[str, Any]]:
    """Return tasks that show a secret in every place."""
    text = f"{{{{ canary_{_SHOWN} }}}}"
    fact = {"shown": text, "cacheable": True}
    return [
        {"name": "Show a secret", "ansible.builtin.debug": {"msg": text}},
        {"name": "Keep a secret", "ansible.builtin.set_fact": fact},
        {"name": "Fail with a secret", "ansible.builtin.fail": {"msg": text}, "ignore_errors": True},
    ]


def test_no_secret_is_in_the_artifacts_of_a_run(scene: Scene) -> None:
    """Every module and role, at -vvvv with differences, played by ansible-runner."""
    runner, artifacts = scene.folder / "runner", scene.folder / "artifacts"
    for name in ("project", "inventory", "env"):
        (runner / name).mkdir(parents=True)
    tasks = [*_modules(scene), *_roles(scene), *_shown()]
    (runner / "project" / "play.json").write_text(json.dumps(scene.play(tasks)), encoding="utf-8")
    (runner / "inventory" / "hosts").write_text("\n".join(_HOSTS), encoding="ascii")
    (runner / "env" / "extravars").write_text(json.dumps(scene.variables()), encoding="utf-8")
    command = [sys.executable, "-m", "ansible_runner", "run", str(runner), "-p", "play.json", "-vvvv"]
    command += ["--cmdline=--diff", "--artifact-dir", str(artifacts), "-i", "1"]
    environment = scene.environment()
    ended = subprocess.run(command, capture_output=True, env=environment, check=False, timeout=PATIENCE)
    events = [json.loads(path.read_text()) for path in (artifacts / "1" / "job_events").glob("*.json")]
    assert ended.returncode == 0, (ended.stdout[-5000:] + ended.stderr[-2000:]).decode()
    _check_that_it_came_so_far(scene, events)

    keys = private_keys(scene.folder / "hosts")
    assert len(keys) >= 5
    for name, pem in keys.items():
        scene.canaries.new(name, pem)
    places: dict[str, str | bytes | Path] = {**scene.left(), "stdout": ended.stdout, "stderr": ended.stderr}
    hits = scene.canaries.hits(places)
    assert {place for name, place in hits if name == _SHOWN} >= {"artifacts", "stdout", "ansible.log", "tree", "junit"}
    assert (_SHOWN, "artifacts/fact_cache") in scene.canaries.hits(
        {"artifacts/fact_cache": artifacts / "1" / "fact_cache", **places}
    )
    assert {hit for hit in hits if hit[0] != _SHOWN} == set()


def _check_that_it_came_so_far(scene: Scene, events: list[dict[str, Any]]) -> None:
    """Check that roles succeeded and failed as intended: otherwise nothing is shown."""
    home = scene.folder / "hosts" / "two" / "www" / "current"
    assert (home / "keystore.jks").exists()
    assert not (scene.folder / "hosts" / "two" / "refused" / "current").exists()
    said = "\n".join(str(event.get("event_data", {}).get("res", {}).get("msg", "")) for event in events)
    for expected in ("access_denied_invalid_key", "infoblox", "PeerBadSignature", "was not installed"):
        assert expected in said, (expected, said[-5000:])


@pytest.mark.parametrize("callback", ["events", "ansible.builtin.minimal", "ansible.builtin.oneline"])
def test_no_secret_is_in_what_a_callback_shows(scene: Scene, callback: str) -> None:
    """Failures, which are shown most completely; ``events`` shows JSON."""
    tasks = [*_modules(scene)[-8:], *_roles(scene)[3:5], *_shown()]
    playbook, variables = scene.folder / "runner" / "play.json", scene.folder / "runner" / "variables.json"
    playbook.parent.mkdir()
    playbook.write_text(json.dumps(scene.play(tasks)), encoding="utf-8")
    variables.write_text(json.dumps(scene.variables()), encoding="utf-8")
    program = Path(sys.executable).with_name("ansible-playbook")
    command = [str(program), "--inventory", "one,", "--extra-vars", f"@{variables}", "-vvvv", "--diff", str(playbook)]
    plugins = os.pathsep.join([str(_EVENTS), os.environ.get("ANSIBLE_CALLBACK_PLUGINS", "")])
    environment = scene.environment(ANSIBLE_STDOUT_CALLBACK=callback, ANSIBLE_CALLBACK_PLUGINS=plugins)
    ended = run_playbook(command, environment, PATIENCE)
    hits = scene.canaries.hits({**scene.left(), "stdout": ended.stdout, "stderr": ended.stderr})
    assert {(_SHOWN, "stdout"), (_SHOWN, "facts")} <= hits, ended.stdout[-3000:]
    assert {hit for hit in hits if hit[0] != _SHOWN} == set()


@pytest.mark.parametrize("form", range(len(forms_of("canary-1234567890abcdef/\"'é"))))
def test_a_secret_is_found_in_each_form(tmp_path: Path, form: int) -> None:
    canaries = Canaries()
    value = canaries.new("secret", "canary-1234567890abcdef/\"'é")
    (tmp_path / "file").write_text(f"before {sorted(forms_of(value))[form]} after", encoding="utf-8")
    assert canaries.hits({"folder": tmp_path, "other": "nothing"}) == {("secret", "folder")}
