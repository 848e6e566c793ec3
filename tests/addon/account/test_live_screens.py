"""Open screens show by themselves what jobs do: a real Odoo, bus and browser."""

import shutil
import threading
import time
from urllib.parse import parse_qs

import pytest
from marketplace_products import put

from scripts import runtime
from scripts.env import browser, databases, web_client
from scripts.killable_odoo import (
    PATIENCE,
    KillableOdoo,
    copy_account_database,
    run_in_shell,
    wait_for,
)
from scripts.screenshots import chromium
from seller_center_sandbox import Sandbox, SandboxServer

LOGIN = PASSWORD = "admin"
#: Three pages.
PRODUCTS = 250
ALL = PRODUCTS + 1
READING = "Read THE ICONIC's Products"
#: Counts the messages about changes that have reached the page.
LISTEN = """
    window.news = 0;
    odoo.__WOWL_DEBUG__.root.env.services.bus_service.subscribe(
        "iconic_connector/changed", () => { window.news += 1; }
    );
"""
#: How often the page has read records; none of it is a reload of the whole page.
READINGS = """
    performance.getEntriesByType("resource").filter(
        (entry) => /web_(search_)?read/.test(entry.name)
    ).length
"""

pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, browser.PROGRAMS)), reason="There is no Chromium."
)


class Gate:
    """Lets the marketplace's products be read one page after the other."""

    def __init__(self):
        self._reached = threading.Condition()
        self._limit = 0

    def let_pass(self, limit):
        """Let the pages that begin below a number of products be read.

        It waits first, since screens are told at most once a second.
        """
        time.sleep(1)
        with self._reached:
            self._limit = limit
            self._reached.notify_all()

    def wrap(self, application):
        """Have each page wait until it may be read."""

        def gated(environ, start_response):
            query = parse_qs(environ["QUERY_STRING"])
            if query.get("Action") == ["GetProducts"]:
                offset = int(query.get("Offset", ["0"])[0])
                with self._reached:
                    self._reached.wait_for(lambda: offset < self._limit, PATIENCE)
            return application(environ, start_response)

        return gated


@pytest.fixture(scope="module")
def open_gate():
    """Provide what can hold the reading of products up, open."""
    gate = Gate()
    gate.let_pass(ALL)
    return gate


@pytest.fixture(scope="module")
def marketplace(open_gate):
    """Provide a sandbox with products that Odoo does not know."""
    with SandboxServer(Sandbox(), wrap=open_gate.wrap) as server:
        for number in range(PRODUCTS):
            put(server.sandbox, f"OTHER-{number}")
        yield server


@pytest.fixture(scope="module")
def odoo(marketplace):
    """Provide an Odoo with an account, in which only the reading of products runs."""
    name = "live_screens"
    with runtime.copied_database("live_season") as season:
        run_in_shell(season, "small_season", "make_season_to_read_back", 300)
        copy_account_database(season, name, marketplace.url, "action")
    killable = KillableOdoo(name)
    try:
        killable.start()
        yield killable
    finally:
        if killable.runs:
            killable.kill()
        databases.drop(name)


@pytest.fixture(scope="module")
def colleague(odoo):
    """Provide a session of somebody who does not sit at the screen."""
    client = web_client.WebClient(odoo.url)
    client.log_in(odoo.database, LOGIN, PASSWORD)
    return client


@pytest.fixture(scope="module")
def page(odoo):
    """Provide a browser in which a user is logged in."""
    with chromium.page(1360, 900) as page:
        chromium.log_in(page, odoo.url, odoo.database, LOGIN, PASSWORD)
        yield page


@pytest.fixture
def gate(open_gate, odoo):
    """Provide what holds the reading up, closed until the test opens it."""
    open_gate.let_pass(0)
    yield open_gate
    open_gate.let_pass(ALL)
    busy = "SELECT 1 FROM iconic_account_job WHERE waiting OR owner IS NOT NULL"
    wait_for(lambda: not odoo.query(busy), "the end of the reading")


def show(page, odoo, path, shown):
    """Open a screen and wait until it is connected to the bus.

    :param shown: what it shows then, as a CSS selector
    """
    page.goto("about:blank")
    page.goto(f"{odoo.url}/odoo/{path}")
    page.wait_for_function(f"document.querySelector('{shown}')")
    page.wait_for_function(
        "odoo.__WOWL_DEBUG__.root.env.services.bus_service.workerState === 'CONNECTED'"
    )
    page.evaluate(LISTEN)
    # Reloading the page would forget it.
    page.evaluate("window.isSamePage = true")


def find_mismatches(colleague):
    """Have the marketplace's products read."""
    (account,) = colleague.call("iconic.account", "search", [])
    colleague.call("iconic.account", "action_find_mismatches", [account])


def assert_shown(page, selector, text):
    """Fail unless a text appears in some element, without any help."""
    page.wait_for_function(
        f"[...document.querySelectorAll('{selector}')]"
        f".some((one) => one.innerText.includes('{text}'))"
    )
    assert page.evaluate("window.isSamePage")


def assert_bar(page, selector, percent):
    """Fail unless a bar of progress is so long."""
    bar = f"{selector} .o_progress[aria-valuenow='{percent}']"
    page.wait_for_function(f'document.querySelector("{bar}")')


def test_the_form_of_an_account_shows_how_far_a_job_is_and_its_report(
    page, odoo, gate, colleague
):
    show(page, odoo, "iconic-accounts/1", ".o_form_view [name=name]")
    find_mismatches(colleague)
    banner = ".o_form_view [name=active_job_ids] .o_data_row"
    assert_shown(page, banner, "Starting")

    gate.let_pass(100)
    assert_shown(page, banner, "100 of 250")
    assert_bar(page, banner, 40)

    gate.let_pass(200)
    assert_shown(page, banner, "200 of 250")
    assert_bar(page, banner, 80)

    gate.let_pass(ALL)
    assert_shown(page, "[name=reading_report]", "Products read: 250")
    page.wait_for_function(f"!document.querySelector('{banner}')")


def test_the_list_of_jobs_shows_how_far_one_is_and_keeps_ticks_and_focus(
    page, odoo, gate, colleague
):
    show(page, odoo, "iconic-jobs", ".o_list_view .o_data_row")
    page.evaluate(
        "window.row = [...document.querySelectorAll('.o_data_row')]"
        '.find((row) => row.innerText.includes("Categories"))'
    )
    page.evaluate("row.querySelector('.o_list_record_selector input').click()")
    page.evaluate("row.querySelector('.o_list_record_selector input').focus()")
    find_mismatches(colleague)
    row = ".o_data_row"

    gate.let_pass(100)
    assert_shown(page, row, "100 of 250")
    assert_bar(page, row, 40)

    gate.let_pass(200)
    assert_shown(page, row, "200 of 250")

    gate.let_pass(ALL)
    assert_shown(page, row, "Products read: 250")
    assert page.evaluate("row.isConnected && row.contains(document.activeElement)")
    assert page.evaluate("row.querySelector('input').checked")


def test_jobs_by_account_stay_unfolded(page, odoo, gate, colleague):
    show(page, odoo, "iconic-jobs", ".o_list_view .o_data_row")
    page.evaluate("document.querySelector('.o_searchview_dropdown_toggler').click()")
    by_account = "document.querySelector('.o_group_by_menu .o_menu_item')"
    page.wait_for_function(by_account)
    page.evaluate(f"{by_account}.click()")
    page.wait_for_function("document.querySelector('.o_group_header')")
    page.evaluate("document.querySelector('.o_group_header').click()")
    page.wait_for_function("window.row = document.querySelector('.o_data_row')")
    find_mismatches(colleague)

    gate.let_pass(ALL)
    assert_shown(page, ".o_data_row", "Products read: 250")
    assert page.evaluate("row.isConnected")


def test_the_dashboard_shows_what_is_going_on(page, odoo, gate, colleague):
    show(page, odoo, "iconic", ".o_kanban_view .o_kanban_record:not(.o_kanban_ghost)")
    find_mismatches(colleague)
    card = ".o_kanban_record"

    gate.let_pass(100)
    assert_shown(page, card, f"{READING}: 100 of 250".replace("'", "\\'"))

    gate.let_pass(200)
    assert_shown(page, card, "200 of 250")

    gate.let_pass(ALL)
    page.wait_for_function(
        f"!document.querySelector('{card}').innerText.includes('250')"
    )
    assert page.evaluate("window.isSamePage")


def test_unsaved_edits_are_kept_and_nothing_is_read_until_they_are_over(
    page, odoo, gate, colleague
):
    show(page, odoo, "iconic-accounts/1", ".o_form_view [name=name] input")
    name = "document.querySelector('[name=name] input')"
    page.evaluate(f"{name}.focus(); {name}.select()")
    page.keyboard.insert_text("My ")
    page.wait_for_function("document.querySelector('.o_form_button_cancel')")
    # The browser notes the form's own reading a while after it is shown.
    page.wait_for_function(f"({READINGS}) > 0")
    readings = page.evaluate(READINGS)
    find_mismatches(colleague)

    gate.let_pass(ALL)
    page.wait_for_function("news > 2")
    assert page.evaluate(f"{name}.value") == "My "
    assert page.evaluate(READINGS) == readings

    page.keyboard.insert_text("Shop")
    assert page.evaluate(f"{name}.value") == "My Shop"
    page.evaluate("document.querySelector('.o_form_button_cancel').click()")
    assert_shown(page, "[name=reading_report]", "Products read: 250")
