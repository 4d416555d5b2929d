# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide which files of web servers are written on which hosts, and what a provider lacks."""

from __future__ import annotations

import typing as t
from collections.abc import Collection, Mapping, Sequence

Settings = Mapping[str, t.Any]
Files = Sequence[Mapping[str, str]]

# What a provider needs besides ansible-core.
COLLECTIONS: Mapping[str, str] = {
    "route53": "amazon.aws",
    "azure": "azure.azcollection",
    "cloudflare": "community.general",
    "google": "google.cloud",
    "infoblox": "infoblox.nios_modules",
}


def web_files(files: Files, settings: Settings, host: str) -> list[dict[str, str]]:
    """Return the files with host and folder, each once: names on the same web server often share path and content."""
    hosts, webroots = settings["dcv_http_hosts"] or {}, settings["dcv_http_webroots"] or {}
    found = [
        {
            "host": str(hosts.get(file["name"]) or settings["dcv_http_host"] or host),
            "webroot": str(webroots.get(file["name"]) or settings["dcv_http_webroot"] or ""),
            "path": file["path"],
            "content": file["content"],
        }
        for file in files
    ]
    return [file for number, file in enumerate(found) if file not in found[:number]]


def web_hosts(files: Files) -> list[dict[str, t.Any]]:
    """Return the hosts of web servers, each once, with the files that belong there."""
    keys = ("webroot", "path", "content")
    hosts = dict.fromkeys(file["host"] for file in files)
    return [
        {"host": host, "files": [{key: file[key] for key in keys} for file in files if file["host"] == host]}
        for host in hosts
    ]


def web_problem(files: Files, inventory: Collection[str]) -> str:
    """Return why files cannot be written, in one sentence, or an empty string."""
    if any(not file["webroot"] for file in files):
        return "dcv_http_webroot is not set: set it to the folder from which the web server of this host serves /."
    unknown = sorted({file["host"] for file in files} - set(inventory))
    if unknown:
        return f"dcv_http_host and dcv_http_hosts must be hosts of the inventory, which {', '.join(unknown)} is not."
    if len({(file["host"], file["webroot"], file["path"]) for file in files}) < len(files):
        return (
            "Two names need different contents in the same file. Set separate folders with dcv_http_webroots, or use"
            " the DCV method http-token-dynamic, which has a separate file name for each."
        )
    return ""


def provider_problem(provider: str, settings: Settings, state: str) -> str:
    """Return which variable a provider lacks, in one sentence, or an empty string."""
    if provider == "azure" and not settings["dcv_azure_resource_group"]:
        return "dcv_azure_resource_group is not set: set it to the resource group of the DNS zone."
    if provider == "infoblox" and not (settings["dcv_infoblox_host"] and settings["dcv_infoblox_username"]):
        return "dcv_infoblox_host, dcv_infoblox_username and dcv_infoblox_password must be set, to connect to the API."
    if provider == "hook" and not settings[f"dcv_hook_{state}"]:
        return f"dcv_hook_{state} is not set: set it to the file with your tasks."
    return ""


def collection_problem(provider: str) -> str:
    """Return which collection has to be installed for a provider."""
    name = COLLECTIONS[provider]
    return (
        f"The provider '{provider}' needs the collection {name}, which is not installed: ansible-galaxy collection"
        f" install {name}"
    )
