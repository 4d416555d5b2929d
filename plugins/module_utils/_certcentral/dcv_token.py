# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a value of domain control validation looks like. Hosts read this, too, so it imports nothing of the client."""

from __future__ import annotations

import re

# What is published comes from the service: it must not be more than a token. Those of DigiCert have 15 or 32 letters
# and digits; these characters mean nothing to a shell, a web server, a DNS server or a template.
TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,255}")
"""A value of a validation."""
TOKEN_FILE = re.compile(r"/\.well-known/pki-validation/[A-Za-z0-9_-]{1,100}\.txt")
"""The path of a file with a token."""
