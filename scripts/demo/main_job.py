"""The demo's first act: a season of products goes to the marketplace.

The account is connected, all products are sent as a user would, and scheduled jobs run
until the marketplace shows them.
"""

import time

from scripts.demo import orders, season
from scripts.demo.servers import DATABASE, LOGIN, PASSWORD
from scripts.env import console, web_client

#: The sandbox's own seller, by the API that the account connects with.
CREDENTIALS = {
    "action": {
        "user_login": "seller@sandbox.example",
        "api_key": "sandbox-api-key-0123456789abcdef",
    },
    "rest": {
        "application_id": "sandbox-application-0001",
        "application_secret": "sandbox-application-secret-0123456789abcdef",
    },
}

ACCOUNT = "demo_account"
CRONS = ("ir_cron_create", "ir_cron_image", "ir_cron_feed_reader")
#: Seconds between two rounds of the crons.
PAUSE = 0.5
#: Seconds until the demo gives up on the marketplace.
PATIENCE = 600

TITLES = ("Product", "SKU", "Product status", "Listing status", "Feed")
KEYS = ("product", "sku", "product_status", "listing_status", "feed")
GOAL = ("published", "active")


class Demo:
    """A season of products on its way to the marketplace.

    :param odoo: the running :class:`~scripts.env.odoo_server.OdooServer`
    :param sandbox_url: the marketplace's address
    :param api_type: a key of `CREDENTIALS`
    """

    def __init__(self, odoo, sandbox_url, api_type):
        self._odoo = odoo
        self._sandbox_url = sandbox_url
        self._api_type = api_type
        self._user = web_client.WebClient(odoo.url)

    def run(self):
        """Do the main job.

        :return: the table's rows, as dictionaries
        """
        self._user.log_in(DATABASE, LOGIN, PASSWORD)
        account = self._connect()
        console.step("Sending the season's products")
        self._user.press("iconic.account", "action_send_products", [account])
        self._wait_for_marketplace(account)
        return self._rows(account)

    def go_on(self):
        """Play the second and the third act.

        :return: whether all of it arrived, and the table's rows as they are then
        """
        account = self._user.record(ACCOUNT)
        acts = (season.Story, orders.OrderStory)
        arrived = all(
            act(self._user, account, self._sandbox_url).play() for act in acts
        )
        return arrived, self._rows(account)

    def _connect(self):
        console.step("Connecting the demo account to the sandbox")
        # Where the marketplace fetches the pictures from.
        self._user.call(
            "ir.config_parameter", "set_param", "web.base.url", self._odoo.url
        )
        account = self._user.record(ACCOUNT)
        credentials = {
            "api_url": self._sandbox_url,
            "api_type": self._api_type,
            **CREDENTIALS[self._api_type],
        }
        self._user.call("iconic.account", "write", [account], credentials)
        orders.keep_books(self._user, account)
        self._user.press("iconic.account", "action_test_connection", [account])
        self._read_taxonomy(account)
        return account

    def _read_taxonomy(self, account):
        """Read the marketplace's categories, which the demo's mappings refer to."""
        console.step("Reading the marketplace's categories, attributes and brands")
        self._user.press("iconic.account", "action_refresh_taxonomy", [account])
        cron = self._user.record("ir_cron_taxonomy")
        limit = time.monotonic() + PATIENCE
        reading = [
            ("account_id", "=", account),
            ("kind", "=", "taxonomy"),
            "|",
            ("waiting", "=", True),
            ("request_ids", "!=", False),
        ]
        while self._user.count("iconic.account.job", reading):
            self._user.run_cron(cron)
            if time.monotonic() > limit:
                raise console.Trouble("The marketplace's categories could not be read.")

    def _wait_for_marketplace(self, account):
        """Run the crons until no listing is on its way any more."""
        console.step("Running the scheduled jobs until nothing is pending")
        crons = [self._user.record(name) for name in CRONS]
        limit = time.monotonic() + PATIENCE
        line = console.Progress()
        try:
            while self._pending(account):
                for cron in crons:
                    self._user.run_cron(cron)
                line.show(self._how_far(account))
                if time.monotonic() > limit:
                    break
                time.sleep(PAUSE)
        finally:
            line.close()

    def _pending(self, account):
        domain = [("account_id", "=", account)]
        waiting = [*domain, ("content_status", "in", ["pending", "sent"])]
        open_feeds = [*domain, ("state", "in", ["sending", "processing"])]
        return self._user.count("iconic.listing", waiting) or self._user.count(
            "iconic.feed", open_feeds
        )

    def _how_far(self, account):
        domain = [("account_id", "=", account)]
        done = [*domain, ("product_status", "=", "published")]
        done_feeds = [*domain, ("state", "=", "done")]
        return (
            f"published: {self._user.count('iconic.listing', done)}"
            f" of {self._user.count('iconic.listing', domain)},"
            f" feeds done: {self._user.count('iconic.feed', done_feeds)}"
            f" of {self._user.count('iconic.feed', domain)}"
        )

    def _rows(self, account):
        fields = ["product_id", "sku", "product_status", "listing_status", "error"]
        listings = self._user.call(
            "iconic.listing",
            "search_read",
            [("account_id", "=", account)],
            [*fields, "last_feed_id"],
            # The SKU has a column of its own.
            context={"display_default_code": False},
        )
        feeds = self._external_ids(listings)
        rows = [_row(listing, feeds) for listing in listings]
        return sorted(rows, key=lambda row: (row["product"], row["sku"]))

    def _external_ids(self, listings):
        ids = {item["last_feed_id"][0] for item in listings if item["last_feed_id"]}
        feeds = self._user.call("iconic.feed", "read", sorted(ids), ["external_id"])
        return {feed["id"]: feed["external_id"] for feed in feeds}


def _row(listing, feeds):
    feed = listing["last_feed_id"]
    return {
        "product": listing["product_id"][1],
        "sku": listing["sku"],
        "product_status": listing["product_status"],
        "listing_status": listing["listing_status"],
        "feed": feeds[feed[0]] if feed else "",
        "error": listing["error"] or "",
    }


def reached_goal(rows):
    """Tell whether every product is for sale.

    :param rows: the table
    :return: a boolean; an empty table has reached nothing
    """
    states = [(row["product_status"], row["listing_status"]) for row in rows]
    return bool(states) and all(state == GOAL for state in states)


def format_table(rows):
    """Lay the rows out for a terminal.

    :param rows: the table
    :return: the text; what failed has its reason on a line below
    """
    lines = [TITLES, *(tuple(str(row[key]) for key in KEYS) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(TITLES))]
    texts = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
    texts.insert(1, "  ".join("-" * width for width in widths))
    errors = [f"{row['sku']}: {row['error']}" for row in rows if row["error"]]
    return "\n".join([*texts, *errors])
