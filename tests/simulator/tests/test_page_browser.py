# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page in headless Chromium: it fits narrow and wide screens, is readable, and its forms work by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait
from simulator_testing.browser import chromium_if_installed, console, open_page, set_scheme, set_width
from simulator_testing.busy_account import BusyAccount, make_busy
from simulator_testing.client import Client
from simulator_testing.contrast import CONTRASTS, MIN_CONTRAST

from certcentral_simulator.process import SimulatorProcess

NARROW, WIDE = 400, 1400


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One browser for all tests of this file."""
    with chromium_if_installed(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver


@pytest.fixture
def busy(simulator: SimulatorProcess) -> BusyAccount:
    """Orders in every state."""
    return make_busy(simulator)


def places(busy: BusyAccount) -> list[str]:
    """Addresses of every section, and of orders that wait for different things."""
    orders = (busy.issued, busy.needs_approval, busy.waits_for_dns, busy.waits_for_file, busy.reissue_pending)
    sections = ("orders", "requests", "requests?show=processed", "domains", "organizations", "billed", "calls")
    more = ("calls/1", "faults", "clock", "switches", "settings", "orders/5", *(f"orders/{order}" for order in orders))
    return ["/", *(f"/page/{section}" for section in (*sections, *more))]


def follow(browser: Chrome, how: str, what: str) -> None:
    """Click a link or button and wait until the page has changed."""
    page = browser.find_element(By.TAG_NAME, "html")
    browser.find_element(how, what).click()
    WebDriverWait(browser, 30).until(staleness_of(page))


def expect_text(browser: Chrome, selector: str, text: str) -> None:
    """Wait until the element shows the text, because the previous page may still be there for a moment."""
    wait = WebDriverWait(browser, 30, ignored_exceptions=[StaleElementReferenceException])
    wait.until(lambda driver: text in driver.find_element(By.CSS_SELECTOR, selector).text, f"{selector}: {text}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_and_is_readable(
    browser: Chrome, simulator: SimulatorProcess, busy: BusyAccount, scheme: str
) -> None:
    set_scheme(browser, scheme)
    for place in places(busy):
        open_page(browser, simulator.admin_url + place)
        for width in (NARROW, WIDE):
            set_width(browser, width)
            needed = browser.execute_script("return document.documentElement.scrollWidth")
            assert needed <= width, f"{place} is {needed} pixels wide on a screen of {width}"
            contrast, element = browser.execute_script(CONTRASTS)[0]
            assert contrast >= MIN_CONTRAST, f"{place}: contrast {contrast:.2f} of {element}"


def test_contrast_check_finds_grey_on_white(browser: Chrome) -> None:
    open_page(browser, "data:text/html,<p style='color:%23999'>pale</p>")
    contrast, element = browser.execute_script(CONTRASTS)[0]
    assert contrast == pytest.approx(2.85, abs=0.05)
    assert element.startswith("P ")


def test_narrow_rows_label_each_value(browser: Chrome, simulator: SimulatorProcess, busy: BusyAccount) -> None:
    set_width(browser, NARROW)
    open_page(browser, f"{simulator.admin_url}/page/orders")
    label = 'return getComputedStyle(document.querySelector("tbody td:nth-of-type(3)"), "::before").content'
    assert browser.execute_script(label) == '"Status"'


def test_approving_with_the_keyboard(
    browser: Chrome, simulator: SimulatorProcess, busy: BusyAccount, client: Client
) -> None:
    set_width(browser, WIDE)
    open_page(browser, f"{simulator.admin_url}/page/orders/{busy.needs_approval}")
    comment = browser.find_element(By.CSS_SELECTOR, ".decide input[type=text]")
    comment.send_keys("from the keyboard")
    comment.send_keys(Keys.TAB)
    focused = browser.switch_to.active_element
    assert focused.accessible_name.startswith("Approve request")
    focused.send_keys(Keys.ENTER)
    expect_text(browser, "[role=status]", "was approved")
    expect_text(browser, "h1 .badge", "issued")
    request_id = client.info(busy.needs_approval)["requests"][0]["id"]
    assert client.get(f"/request/{request_id}").json()["processor_comment"] == "from the keyboard"


def test_searching_paging_and_advancing_the_clock(browser: Chrome, simulator: SimulatorProcess) -> None:
    order = {"certificate": {"common_name": "many.valid.example"}, "organization": {"id": 112233}}
    simulator.admin("POST", "/orders", [{**order, "status": "needs_approval"}] * 30)
    set_width(browser, WIDE)
    open_page(browser, f"{simulator.admin_url}/page/orders")
    browser.find_element(By.ID, "search").send_keys("many")
    Select(browser.find_element(By.ID, "status")).select_by_value("needs_approval")
    follow(browser, By.CSS_SELECTOR, "form[role=search] button")
    follow(browser, By.LINK_TEXT, "Next")
    expect_text(browser, ".pager", "26 to 30 of 30 orders")
    assert browser.find_element(By.ID, "search").get_attribute("value") == "many"
    before = simulator.now()
    open_page(browser, f"{simulator.admin_url}/page/clock")
    follow(browser, By.CSS_SELECTOR, "button[aria-label='Advance by 30 days']")
    expect_text(browser, "[role=status]", "The clock was advanced by 30 days")
    assert simulator.now() > before


def test_a_wrong_value_is_reported_on_the_form(browser: Chrome, simulator: SimulatorProcess) -> None:
    set_width(browser, WIDE)
    open_page(browser, f"{simulator.admin_url}/page/switches?search=caa_refused_or_cancel_note")
    assert "No matching switches." in browser.find_element(By.TAG_NAME, "main").text
    open_page(browser, f"{simulator.admin_url}/page/switches?search=error.common_name_too_long")
    field = browser.find_element(By.NAME, "error.common_name_too_long")
    field.clear()
    field.send_keys("nonsense", Keys.ENTER)
    expect_text(browser, "[role=alert]", "an error must be given as")
    assert browser.current_url.endswith("/page/switches?search=error.common_name_too_long")


def test_stylesheet_is_used_and_nothing_is_refused(browser: Chrome, simulator: SimulatorProcess) -> None:
    console(browser)
    open_page(browser, simulator.admin_url)
    ground = browser.execute_script("return getComputedStyle(document.querySelector('header.site')).backgroundColor")
    assert ground != "rgba(0, 0, 0, 0)"
    assert console(browser) == []
