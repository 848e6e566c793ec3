"""The main job for real: `make demo`.

Starts PostgreSQL, the sandbox marketplace and Odoo, sends a season of products as a
user would, waits until the marketplace shows them, and prints what became of each.
Then the season goes on: see `demo_story.py` and `demo_orders.py`. Everything goes over
HTTP and through public methods: there is no private way in.

Options come as environment variables, as make hands them on: `API=rest` connects with
an OAuth application in place of a user's key, `EXIT=1` ends after that, `JSON=file`
writes the table there, as it is at the end.
"""

import contextlib
import json
import os
import time
import urllib.error
import urllib.request
from pathlib import Path

from scripts import (
    console,
    databases,
    demo_orders,
    demo_story,
    locks,
    odoo_server,
    odoo_user,
    paths,
    postgres,
    processes,
    python_env,
    setup,
)

DATABASE = "demo"
LOGIN = PASSWORD = "admin"
ODOO_PORT = 8069
SANDBOX_PORT = 8169
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

    :param odoo: the running :class:`~scripts.odoo_server.OdooServer`
    :param sandbox_url: the marketplace's address
    :param api_type: a key of `CREDENTIALS`
    """

    def __init__(self, odoo, sandbox_url, api_type):
        self._odoo = odoo
        self._sandbox_url = sandbox_url
        self._api_type = api_type
        self._user = odoo_user.OdooUser(odoo)

    def run(self):
        """Do the main job.

        :return: the table's rows, as dictionaries
        """
        self._user.log_in(LOGIN, PASSWORD)
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
        acts = (demo_story.Story, demo_orders.OrderStory)
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
        demo_orders.keep_books(self._user, account)
        self._user.press("iconic.account", "action_test_connection", [account])
        self._read_taxonomy(account)
        return account

    def _read_taxonomy(self, account):
        """Read the marketplace's categories, which the demo's mappings refer to."""
        console.step("Reading the marketplace's categories, attributes and brands")
        self._user.press("iconic.account", "action_refresh_taxonomy", [account])
        cron = self._user.record("ir_cron_taxonomy")
        limit = time.monotonic() + PATIENCE
        reading = [("id", "=", account), ("taxonomy_step", "!=", False)]
        while self._user.count("iconic.account", reading):
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


def chosen_api():
    """Read the variable API.

    :return: a key of `CREDENTIALS`
    :raise console.Trouble: if it is none
    """
    api_type = os.environ.get("API") or "action"
    if api_type not in CREDENTIALS:
        raise console.Trouble(f"API={api_type} is none of {', '.join(CREDENTIALS)}.")
    return api_type


def main():
    """Run the demo.

    :return: with EXIT=1, 0 if every product is for sale and all arrived, else 1
    """
    api_type = chosen_api()
    tree = setup.prepare()
    busy = "A demo of this clone is running already: end it first, with Ctrl-C."
    with contextlib.ExitStack() as stack:
        stack.enter_context(locks.only_one("demo", busy))
        stack.enter_context(postgres.running())
        databases.copy(databases.demo(tree), DATABASE)
        sandbox, sandbox_url = start_sandbox(stack)
        odoo = stack.enter_context(odoo_server.OdooServer(DATABASE, ODOO_PORT))
        odoo.wait()
        success = _play(Demo(odoo, sandbox_url, api_type))
        if os.environ.get("EXIT"):
            return 0 if success else 1
        _serve(odoo, sandbox, sandbox_url)


def start_sandbox(stack):
    """Start the marketplace.

    :param stack: the :class:`contextlib.ExitStack` that stops it
    :return: the process and its address
    """
    port = processes.free_port(SANDBOX_PORT)
    url = f"http://127.0.0.1:{port}/"
    command = [python_env.PYTHON, "-m", "seller_center_sandbox", "--port", port]
    sandbox = stack.enter_context(processes.Process(command, "sandbox", cwd=paths.ROOT))
    processes.wait_until(lambda: _answers(url), sandbox, "starting the sandbox")
    return sandbox, url


def _answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _play(demo):
    """Run all acts, the later ones only on a season that is for sale.

    :return: whether every product is for sale and all arrived
    """
    rows = demo.run()
    console.say(f"\n{format_table(rows)}\n")
    _report(rows)
    arrived = False
    if reached_goal(rows):
        arrived, rows = demo.go_on()
        _report(rows)
    _write_json(rows)
    return arrived and reached_goal(rows)


def _report(rows):
    goal = sum(reached_goal([row]) for row in rows)
    console.say(f"{goal} of {len(rows)} listings are published and active.")


def _write_json(rows):
    if os.environ.get("JSON"):
        text = json.dumps(rows, indent=2, ensure_ascii=False)
        Path(os.environ["JSON"]).write_text(f"{text}\n", encoding="utf-8")


def _serve(odoo, sandbox, sandbox_url):
    """Leave both serving until Ctrl-C or until one of them ends."""
    console.say(
        f"\nOdoo:         {odoo.url}/odoo   login {LOGIN}, password {PASSWORD}\n"
        f"Marketplace:  {sandbox_url}\n"
        f"Logs:         {paths.LOGS}\n\nCtrl-C stops everything."
    )
    while True:
        for process in (odoo.process, sandbox):
            if process.status() is not None:
                raise console.Trouble(processes.failure_text("serving", process))
        time.sleep(PAUSE)


if __name__ == "__main__":
    console.run_main(main)
