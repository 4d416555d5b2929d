# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report on 1000 certificates in headless Chromium: it fits, is readable in both schemes, sorts and filters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select
from simulator_testing.browser import chromium_if_installed, console, open_page, set_scheme, set_width
from simulator_testing.contrast import CONTRASTS, MIN_CONTRAST

from ansible_collections.community.digicert.plugins.module_utils._report.html_page import to_html
from ansible_collections.community.digicert.plugins.module_utils._report.model import Report
from ansible_collections.community.digicert.tests.unit.made_reports import fleet, place, report, seen, shown

NARROW, WIDE = 400, 1400
SIZE = 1000


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One browser for all tests of this file."""
    with chromium_if_installed(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver


@pytest.fixture(scope="module")
def made() -> Report:
    """Return the report on the fleet."""
    return fleet(SIZE)


@pytest.fixture(scope="module")
def page(made: Report, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the file address of the page."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_bytes(to_html(made))
    return path.as_uri()


def _shown_rows(browser: Chrome) -> int:
    count: int = browser.execute_script('return document.querySelectorAll(".entries tbody tr:not([hidden])").length')
    return count


def _column(browser: Chrome, number: int) -> list[str]:
    script = "return [...document.querySelectorAll('.entries tbody tr')].map((r) => r.cells[arguments[0]].textContent)"
    texts: list[str] = browser.execute_script(script, number)
    return texts


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_it_fits_and_is_readable(browser: Chrome, page: str, scheme: str, width: int) -> None:
    set_scheme(browser, scheme)
    set_width(browser, width)
    console(browser)
    open_page(browser, page)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    # elements of the picture have no background: their text is on the background of the page
    contrast, element = browser.execute_script(CONTRASTS)[0]
    assert contrast >= MIN_CONTRAST, f"contrast {contrast:.2f} of {element}"
    assert console(browser) == []


def test_the_text_of_the_picture_has_contrast(browser: Chrome, page: str) -> None:
    """Text in an SVG takes its colour from ``fill``, which the general check does not read."""
    for scheme in ("light", "dark"):
        set_scheme(browser, scheme)
        open_page(browser, page)
        fill = browser.execute_script("return getComputedStyle(document.querySelector('svg .month')).fill")
        faint = browser.execute_script("return getComputedStyle(document.querySelector('.faint')).color")
        assert fill == faint


def test_narrow_rows_label_each_value(browser: Chrome, page: str) -> None:
    set_width(browser, NARROW)
    open_page(browser, page)
    label = 'return getComputedStyle(document.querySelector(".entries tbody td:nth-of-type(2)"), "::before").content'
    assert browser.execute_script(label) == '"Installed"'


def test_filtering_with_the_keyboard(browser: Chrome, page: str, made: Report) -> None:
    set_width(browser, WIDE)
    open_page(browser, page)
    assert _shown_rows(browser) == len(made.entries)
    field = browser.find_element(By.ID, "text")
    field.send_keys("SHOP.example dc1")
    matching = [e for e in made.entries if "shop.example" in (e.common_name or "") and "dc1" in (e.host or "")]
    assert 0 < _shown_rows(browser) == len(matching)
    assert browser.find_element(By.ID, "shown").text == f"{len(matching)} of {len(made.entries)} shown"
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(Keys.DELETE)
    Select(browser.find_element(By.ID, "level")).select_by_value("problem")
    assert _shown_rows(browser) == made.count("problem")


def test_sorting(browser: Chrome, page: str) -> None:
    set_width(browser, WIDE)
    open_page(browser, page)
    before = _column(browser, 4)
    head = browser.find_element(By.XPATH, "//table[contains(@class, 'entries')]//th[.='Expires']")
    button = head.find_element(By.TAG_NAME, "button")
    button.send_keys(Keys.ENTER)
    ends = [text[:10] for text in _column(browser, 4) if text]
    assert ends == sorted(text[:10] for text in before if text)
    assert head.get_attribute("aria-sort") == "ascending"
    button.send_keys(Keys.ENTER)
    assert [text[:10] for text in _column(browser, 4) if text] == ends[::-1]
    assert head.get_attribute("aria-sort") == "descending"


def test_without_scripts_everything_is_shown(browser: Chrome, page: str, made: Report) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        open_page(browser, page)
        assert not browser.find_element(By.CLASS_NAME, "tools").is_displayed()
        assert len(browser.find_elements(By.CSS_SELECTOR, ".entries tbody tr")) == len(made.entries)
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_hostile_names_execute_nothing(browser: Chrome, tmp_path: Path) -> None:
    attacks = ("<script>document.title='owned'</script>", '"><img src=x onerror="document.title=\'owned\'">')
    places = []
    for number, attack in enumerate(attacks):
        certificate = seen(number + 1, names=(attack,), common_name=attack)
        answer = shown(None, address=attack, failure=attack)
        places.append(place(certificate, host=attack, request=attack, path=attack, handshakes=(answer,)))
    path = tmp_path / "hostile.html"
    path.write_bytes(to_html(report(*places)))
    console(browser)
    open_page(browser, path.as_uri())
    assert browser.title == "Certificates, 2026-11-20"
    assert browser.find_elements(By.TAG_NAME, "img") == []
    assert attacks[0] in browser.find_element(By.CSS_SELECTOR, ".entries").text
    assert console(browser) == []


def test_the_policy_of_the_page_blocks_injected_content(browser: Chrome, page: str, tmp_path: Path) -> None:
    """Escaping is not the only protection: the policy of the page refuses injected scripts and pictures, too."""
    content = to_html(report()).decode("utf-8")
    added = content.replace(
        "</header>", "</header><script>document.title='owned'</script><img src='https://192.0.2.1/x'>"
    )
    path = tmp_path / "added.html"
    path.write_text(added, encoding="utf-8")
    console(browser)
    open_page(browser, path.as_uri())
    assert browser.title != "owned"
    assert len([message for message in console(browser) if "Content Security Policy" in message]) == 2
