# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Headless Chromium for tests of the page: Debian's chromium and chromedriver, driven through selenium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from packages import BROWSER, missing_packages
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

_PAGE_SECONDS = 120

# Without the background flags Chromium contacts hosts of its vendor at every start.
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)


@contextmanager
def chromium(profile: Path) -> Iterator[webdriver.Chrome]:
    """A browser with an empty profile in ``profile``; it is closed at the end of the block."""
    options = Options()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*_FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    if os.geteuid() == 0:
        # Chromium's own sandbox refuses to run as root.
        options.add_argument("--no-sandbox")
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        driver.set_page_load_timeout(_PAGE_SECONDS)
        yield driver
    finally:
        driver.quit()


@contextmanager
def chromium_if_installed(profile: Path) -> Iterator[webdriver.Chrome]:
    """The same; without the browser the tests are skipped, or fail if everything must be installed."""
    packages = missing_packages(BROWSER)
    if packages:
        reason = f"pages are checked in Chromium: apt-get install {' '.join(packages)}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        # Nobody should have to install a browser to work on the rest.
        pytest.skip(reason)
    with chromium(profile) as driver:
        yield driver


def open_page(driver: webdriver.Chrome, address: str) -> None:
    """Open a page and wait until it is read to its end: a busy browser returns from ``get`` before that."""
    # a page that is still shown must not be taken for the new one
    driver.get("about:blank")
    driver.get(address)
    state = "return document.URL !== 'about:blank' && document.readyState === 'complete'"
    WebDriverWait(driver, _PAGE_SECONDS).until(lambda shown: shown.execute_script(state))


def set_width(driver: webdriver.Chrome, width: int, height: int = 900) -> None:
    """Set the width of the page in CSS pixels, even below the minimum of Chromium's windows."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def set_scheme(driver: webdriver.Chrome, scheme: str) -> None:
    """Emulate a person who prefers ``light`` or ``dark``."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def console(driver: webdriver.Chrome) -> list[str]:
    """The browser's console messages since the last call."""
    entries: list[dict[str, str]] = driver.execute("getLog", {"type": "browser"})["value"]
    return [entry["message"] for entry in entries]
