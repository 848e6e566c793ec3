"""The system's Chromium, without a window, led by Playwright."""

import contextlib
import resource
import shutil

from playwright.sync_api import sync_playwright

from scripts.env import browser, console

#: Milliseconds that a page, or anything on it, may take.
PATIENCE = 60_000


@contextlib.contextmanager
def page(width, height):
    """Provide a page of a Chromium of its own.

    :param width: of the window, in pixels
    :param height: of the window, in pixels
    :return: a context manager of Playwright's page
    :raise console.Trouble: when there is no Chromium
    """
    program = next(filter(None, map(shutil.which, browser.PROGRAMS)), None)
    if not program:
        raise console.Trouble("There is no Chromium: install Debian's chromium.")
    with contextlib.ExitStack() as stack:
        with _unlimited_memory():
            playwright = stack.enter_context(sync_playwright())
            # Chromium's own sandbox refuses to run as root.
            chromium = playwright.chromium.launch(
                executable_path=program, chromium_sandbox=False
            )
            stack.callback(chromium.close)
        page = chromium.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(PATIENCE)
        yield page


def log_in(page, url, database, login, password):
    """Open a user's session at an Odoo.

    :param page: Playwright's page
    :param url: Odoo's address
    :param database: the database
    :param login: the user's login
    :param password: the user's password
    :raise console.Trouble: when Odoo refuses
    """
    arguments = {"db": database, "login": login, "password": password}
    answer = page.request.post(
        f"{url}/web/session/authenticate",
        data={"jsonrpc": "2.0", "params": arguments},
    )
    if not answer.ok or "error" in answer.json():
        raise console.Trouble(f"{url} refuses {login} for the database {database}.")


@contextlib.contextmanager
def _unlimited_memory():
    """Let what is started reserve more memory than Odoo allows its own processes.

    Chromium and Playwright reserve much and use little.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
