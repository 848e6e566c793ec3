"""Takes pictures of the add-on's screens, of an Odoo that runs (`make demo`).

    .run/venv/bin/python -m scripts.screenshots FOLDER [NAME ...]

Without names, all of them. `ODOO_URL`, `ODOO_DB`, `ODOO_LOGIN` and `ODOO_PASSWORD` tell
of another Odoo than that of `make demo`.
"""

import os
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

from scripts.demo import servers
from scripts.env import console, web_client
from scripts.screenshots import chromium

WIDTH = 1360
#: Colours of a picture: few enough for a small file, enough for photographs.
COLOURS = 200

#: The view has come, nothing loads, fades in or grows, the pictures in sight are there.
SETTLED = (
    "document.querySelector('.o_list_renderer, .o_kanban_renderer, .o_form_renderer')"
    " && !document.querySelector('.o_loading_indicator, .o_blockUI')"
    " && !document.querySelector('.o_notebook')?.getAnimations({subtree: true}).length"
    " && [...document.images].every((image) => image.complete"
    " || image.getBoundingClientRect().top > innerHeight)"
    " && !Object.values(globalThis.Chart?.instances ?? {})"
    ".some((chart) => Chart.animator.running(chart))"
)
FIRST_ACCOUNT = ("iconic.account", [])
PUBLISHED = ("iconic.listing", [("product_status", "=", "published")])
FAILED = ("iconic.listing", [("has_error", "=", True)])
FIRST_JOB = ("iconic.account.job", [("kind", "=", "order_pull")])
FIRST_FEED = ("iconic.feed", [])
FIRST_MAPPING = ("iconic.category.map", [])
SOLD_TEMPLATE = ("product.template", [("iconic_image_ids", "!=", False)])
IMPORTED = ("iconic.order", [("state", "=", "imported")])
HELD = ("iconic.order", [("state", "=", "held")])
SOLD_ORDER = ("sale.order", [("iconic_account_id", "!=", False)])
DELIVERY = ("stock.picking", [("iconic_state", "!=", False)])


class Screen:
    """One screen to take a picture of.

    :param path: the address below Odoo's own; `{}` takes the record's id
    :param record: model and domain of the record to open, if any
    :param height: of the window, in pixels
    :param tab: the label of the tab to open
    :param chosen: the label of a filter to choose
    """

    def __init__(self, path, record=None, height=850, tab=None, chosen=None):
        self.path = path
        self.record = record
        self.height = height
        self.tab = tab
        self.chosen = chosen


SCREENS = {
    "dashboard": Screen("iconic", height=600),
    "configuration": Screen("iconic-accounts/{}", FIRST_ACCOUNT, height=1000),
    "configuration-products": Screen(
        "iconic-accounts/{}", FIRST_ACCOUNT, tab="Products"
    ),
    "jobs": Screen("iconic-jobs", height=1000),
    "job": Screen("iconic-jobs/{}", FIRST_JOB),
    "problems": Screen("iconic-problems"),
    "listings": Screen("iconic-listings"),
    "listings-kanban": Screen("iconic-listings?view_type=kanban"),
    "listing": Screen("iconic-listings/{}", PUBLISHED, height=1050),
    "listing-history": Screen(
        "iconic-listings/{}", PUBLISHED, height=1050, tab="History"
    ),
    "listing-error": Screen("iconic-listings/{}", FAILED, height=1050),
    "feeds": Screen("iconic-feeds"),
    "feed": Screen("iconic-feeds/{}", FIRST_FEED, height=1050),
    "product": Screen(
        "product.template/{}", SOLD_TEMPLATE, height=1400, tab="THE ICONIC"
    ),
    "mappings": Screen("iconic-category-mapping"),
    "mapping": Screen("iconic-category-mapping/{}", FIRST_MAPPING, height=1200),
    "value-mapping": Screen("iconic-value-mapping"),
    "categories": Screen("iconic-categories"),
    "brands": Screen("iconic-brands"),
    "listing-specifics": Screen(
        "iconic-listings/{}", PUBLISHED, height=1200, tab="Item Specifics"
    ),
    "configuration-categories": Screen(
        "iconic-accounts/{}", FIRST_ACCOUNT, height=1000, tab="Categories"
    ),
    "configuration-orders": Screen(
        "iconic-accounts/{}", FIRST_ACCOUNT, height=1600, tab="Orders"
    ),
    "configuration-fulfilment": Screen(
        "iconic-accounts/{}", FIRST_ACCOUNT, height=1600, tab="Fulfilment and Returns"
    ),
    "orders": Screen("iconic-orders", height=600),
    "order": Screen("iconic-orders/{}", IMPORTED, height=1000),
    "order-changes": Screen(
        "iconic-orders/{}", IMPORTED, height=1000, tab="Status Updates"
    ),
    "order-amounts": Screen("iconic-orders/{}", IMPORTED, height=1000, tab="Amounts"),
    "order-held": Screen("iconic-orders/{}", HELD, height=1000),
    "items": Screen("iconic-items", height=600),
    "returns": Screen("iconic-returns", height=600),
    "refunded": Screen("iconic-refunded", height=600),
    "sales": Screen("orders", height=600, chosen="THE ICONIC"),
    "sale": Screen("orders/{}", SOLD_ORDER, height=1000),
    "delivery": Screen("deliveries/{}", DELIVERY, height=1000),
    "delivery-items": Screen("deliveries/{}", DELIVERY, height=1000, tab="THE ICONIC"),
}


class Photographer:
    """Opens screens as a user and takes pictures of them.

    :param page: Playwright's page
    :param url: Odoo's address
    """

    def __init__(self, page, url):
        self._page = page
        self._url = url
        self._client = web_client.WebClient(url)

    def log_in(self, database, login, password):
        """Open a session for the look-ups and one in the browser.

        :param database: the database
        :param login: the user's login
        :param password: the user's password
        """
        self._client.log_in(database, login, password)
        chromium.log_in(self._page, self._url, database, login, password)

    def take(self, screen):
        """Take a picture of a screen.

        :param screen: a :class:`Screen`
        :return: the bytes of a PNG, None if there is no such record
        """
        path = screen.path
        if screen.record:
            model, domain = screen.record
            ids = self._client.call(model, "search", domain, limit=1)
            if not ids:
                return None
            path = path.format(ids[0])
        self._page.set_viewport_size({"width": WIDTH, "height": screen.height})
        # Two addresses that differ in the record alone are one page to the client.
        self._page.goto("about:blank")
        self._page.goto(f"{self._url}/odoo/{path}")
        self._page.wait_for_function(SETTLED)
        self._show(screen)
        return smaller(self._page.screenshot())

    def _show(self, screen):
        if screen.tab:
            self._page.get_by_role("tab", name=screen.tab, exact=True).click()
            active = ".o_notebook_headers .active"
            self._page.locator(active, has_text=screen.tab).wait_for()
        if screen.chosen:
            self._choose(screen.chosen)
        self._page.wait_for_function(SETTLED)

    def _choose(self, label):
        """Choose a filter.

        :param label: the filter's
        """
        toggler = self._page.locator(".o_searchview_dropdown_toggler")
        toggler.click()
        self._page.locator(".o_filter_menu").get_by_text(label, exact=True).click()
        self._page.locator(".o_searchview_facet", has_text=label).wait_for()
        toggler.click()


def smaller(content):
    """Make a PNG small enough for a document.

    :param content: the bytes of a PNG
    :return: the bytes of one with fewer colours
    """
    output = BytesIO()
    with Image.open(BytesIO(content)) as image:
        reduced = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        reduced.save(output, "PNG", optimize=True)
    return output.getvalue()


def main():
    """Take the pictures that the command line names."""
    if len(sys.argv) < 2:
        raise console.Trouble(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    url = os.environ.get("ODOO_URL", f"http://127.0.0.1:{servers.ODOO_PORT}")
    with chromium.page(WIDTH, 850) as page:
        photographer = Photographer(page, url)
        photographer.log_in(
            os.environ.get("ODOO_DB", servers.DATABASE),
            os.environ.get("ODOO_LOGIN", servers.LOGIN),
            os.environ.get("ODOO_PASSWORD", servers.PASSWORD),
        )
        for name in sys.argv[2:] or SCREENS:
            picture = photographer.take(SCREENS[name])
            if not picture:
                console.say(f"{name}: there is no such record")
                continue
            path = folder / f"{name}.png"
            path.write_bytes(picture)
            console.say(f"{path}: {len(picture) // 1024} KB")


if __name__ == "__main__":
    console.run_main(main)
