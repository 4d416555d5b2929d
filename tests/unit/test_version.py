# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The version that every call sends to the service is the version of the collection."""

from __future__ import annotations

from pathlib import Path

import yaml

from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import USER_AGENT


def test_the_user_agent_names_the_version_of_the_collection() -> None:
    galaxy = yaml.safe_load((Path(__file__).parents[2] / "galaxy.yml").read_text(encoding="utf-8"))
    assert f"ansible-{galaxy['namespace']}.{galaxy['name']}/{galaxy['version']}" == USER_AGENT
