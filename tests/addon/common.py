"""What the add-on's tests share: a season of dresses, an account, a marketplace."""

import base64
import csv
import sys
import time
import unittest
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from io import BytesIO, StringIO
from itertools import count
from types import SimpleNamespace
from unittest.mock import patch
from urllib.parse import urlsplit

import requests
from lxml import etree
from middleware import CheckedApplication
from PIL import Image
from queue_jobs import run_queue
from servers import LOOPBACK, REQUEST_CHECKER, PictureServer

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, TransactionCase, tagged

from odoo.addons.base.models import ir_cron
from odoo.addons.iconic_connector.domain.flows import FLOWS
from odoo.addons.iconic_connector.models.account import iconic_account_connection
from odoo.addons.iconic_connector.models.account.job import JOBS
from odoo.addons.iconic_connector.seller_center.records import Page

from seller_center_sandbox import Sandbox, SandboxServer, Snapshot

USER_ID = "seller@sandbox.example"
API_KEY = "sandbox-api-key-0123456789abcdef"
APPLICATION_ID = "sandbox-application-0001"
APPLICATION_SECRET = "sandbox-application-secret-0123456789abcdef"
#: What an account is given to connect with, by the API that it chooses.
CREDENTIALS = {
    "action": {"user_login": USER_ID, "api_key": API_KEY},
    "rest": {
        "application_id": APPLICATION_ID,
        "application_secret": APPLICATION_SECRET,
    },
}
#: Which of them is secret.
SECRETS = {"action": "api_key", "rest": "application_secret"}
#: What the two classes are called that `over_both_apis` makes of one.
API_ENDINGS = {"action": "OverActionApi", "rest": "OverRest"}
#: Calls that only go before others: for a token, and for the shop.
ERRANDS = ("Token", "GetSeller")
#: Seconds that a job may take, on however slow a machine.
JOB_TIME = 60
#: Where nobody answers.
NOBODY = "http://127.0.0.1:9/"
LONG_AGO = "2020-01-01 00:00:00"
#: Values that all dresses of the tests have at the marketplace.
FIXED_VALUES = {"Composition": "Cotton", "AgeGroup": "Adult"}
#: The sections of the marketplace that most tests need: women's clothing and shoes.
SECTIONS = ("11", "12")
#: Where Odoo logs that a scheduled job failed, or got nothing done.
CRON_LOG = "odoo.addons.base.models.ir_cron"
#: Where our runner logs what failed in a job.
RUNNER_LOG = "odoo.addons.iconic_connector.models.account.job_runner"

# Odoo's tests replace it while a class runs.
_send = requests.Session.send
_barcodes = count(1)


def picture(size=(600, 800), colour="navy", kind="JPEG"):
    """Make a picture.

    :return: its bytes
    """
    output = BytesIO()
    Image.new("RGB", size, colour).save(output, kind)
    return output.getvalue()


def new_barcode():
    """Make an EAN-13 that no other product of the tests has.

    :return: 12 digits and the check digit (GS1: weights 1 and 3 from the left)
    """
    digits = f"952{next(_barcodes):09d}"
    total = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def contract(test):
    """Mark a test that shows what both APIs have to do alike; see `over_both_apis`.

    :param test: a method of a class with that decorator
    :return: the method
    """
    test.contract = True
    return test


def over_both_apis(case):
    """Run a class of tests over REST, and its contract over the Action API; apply it.

    Two subclasses, with `api_type` set, replace the class in its module; the class
    itself is not collected. The contract is what `contract` marks, everything if
    nothing is marked.

    :param case: one of the cases below
    :return: the class
    """
    module = sys.modules[case.__module__]
    names = unittest.defaultTestLoader.getTestCaseNames(case)
    marked = [name for name in names if hasattr(getattr(case, name), "contract")]
    left_out = {"action": set(names) - set(marked or names), "rest": ()}
    for api_type, ending in API_ENDINGS.items():
        name = case.__name__ + ending
        members = {
            "__module__": case.__module__,
            "__qualname__": name,
            "__doc__": case.__doc__,
            "__test__": True,
            "api_type": api_type,
            **dict.fromkeys(left_out[api_type]),
        }
        setattr(module, name, type(case)(name, (case,), members))
    case.__test__ = False
    return case


def elements(document):
    """Read a document of ours by SKU; a table is converted to XML first.

    :param bytes document: XML, or a table (CSV)
    :return: a dict, SKU -> the element of that product
    """
    root = etree.fromstring(document if document[:1] == b"<" else _as_xml(document))
    return {element.findtext("SellerSku"): element for element in root}


def _as_xml(table):
    """Write a table of removals or pictures as XML.

    :param bytes table: CSV with a header, the SKU first (SellerCenter REST, Product
        Removal and Image Update)
    """
    root = etree.Element("Request")
    for row in csv.DictReader(StringIO(table.decode(), newline=""), delimiter=";"):
        product = etree.SubElement(root, "Product")
        etree.SubElement(product, "SellerSku").text = row.pop("SellerSku")
        images = etree.SubElement(product, "Images")
        for url in filter(None, row.values()):
            etree.SubElement(images, "Image").text = url
    return etree.tostring(root)


def address(call):
    """Return what a call asked for: some name it in the path, some in the query."""
    return f"{call.path}?{call.query}"


def document(listings, flow="create"):
    """Build what a flow would send for some listings, without the check.

    :return: the XML, as bytes
    """
    row = FLOWS[flow]
    if row.needs_pictures:
        listings._prepare_pictures()
    built, _lines = listings._build_document(row, listings._wanted_for(row))
    return built


def leave_sections(sandbox, numbers=SECTIONS):
    """Leave a part of a sandbox's taxonomy; to read the whole of it takes long.

    :param numbers: of categories on the second level
    """
    taxonomy = sandbox.taxonomy
    for root in taxonomy.roots:
        for node in root.children:
            if node.id not in numbers:
                taxonomy.remove_category(node.id)


class Season:
    """The data and the steps of the tests, for either of Odoo's base classes."""

    #: The API that the account connects with.
    api_type = "action"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo ends a job after ten seconds, with work left on a slow machine.
        cls.startClassPatcher(patch.object(ir_cron, "MIN_TIME_PER_JOB", JOB_TIME))
        cls._make_shop()
        cls._make_account()

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        """Let calls on this machine pass as they are, their time-outs too."""
        assert urlsplit(request.url).hostname == LOOPBACK, request.url
        return _send(session, request, **kwargs)

    @classmethod
    def _make_shop(cls):
        cls.company = cls.env.company
        cls._choose_currency()
        cls.company.resource_calendar_id.tz = "Australia/Sydney"
        cls.size = cls._attribute("Size", ("S", "M", "L"))
        cls.colour = cls._attribute("Colour", ("Navy", "Red"))
        cls.season = cls.env["product.tag"].create({"name": "AW26"})
        cls.category = cls.env["product.category"].create({"name": "Dresses"})
        cls._allow_several_warehouses()
        cls.warehouse = cls._warehouse("Main")
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "Shoppers", "company_id": False}
        )

    @classmethod
    def _choose_currency(cls):
        """Give the company, and with it its price lists, the currency of the shop."""
        dollars = cls.env.ref("base.AUD")
        dollars.active = True
        cls.company.currency_id = dollars

    @classmethod
    def _attribute(cls, name, values):
        return cls.env["product.attribute"].create(
            {
                "name": name,
                "create_variant": "always",
                "value_ids": [Command.create({"name": value}) for value in values],
            }
        )

    @classmethod
    def _allow_several_warehouses(cls):
        """Set the groups that Odoo sets with the second warehouse, which takes long."""
        cls.env.ref("base.group_user").implied_ids |= cls.env.ref(
            "stock.group_stock_multi_warehouses"
        ) | cls.env.ref("stock.group_stock_multi_locations")

    @classmethod
    def _warehouse(cls, name, company=None):
        company = company or cls.company
        return cls.env["stock.warehouse"].create(
            {"name": name, "code": name[:4].upper(), "company_id": company.id}
        )

    @classmethod
    def _make_account(cls):
        cls.account = cls.env["iconic.account"].create(
            {
                "name": "THE ICONIC",
                "api_url": NOBODY,
                "api_type": cls.api_type,
                **CREDENTIALS[cls.api_type],
                "pricelist_id": cls.pricelist.id,
                "stock_warehouse_ids": [Command.set(cls.warehouse.ids)],
                "season_tag_ids": [Command.set(cls.season.ids)],
                "lang": "en_US",
                "unknown_voucher_payer": "seller",
                "shipping_kept_by": "seller",
            }
        )
        cls.mapping = cls.env["iconic.category.map"].create(
            {
                "account_id": cls.account.id,
                "categ_id": cls.category.id,
                "primary_category_id": cls.marketplace_category("111").id,
                "variation_attribute_id": cls.size.id,
                "attribute_ids": [
                    Command.create(
                        {
                            "feed_name": "Color",
                            "source": "attribute",
                            "product_attribute_id": cls.colour.id,
                        }
                    ),
                    Command.create({"feed_name": "Season", "source": "season"}),
                    *(
                        Command.create(
                            {"feed_name": name, "source": "fixed", "value": value}
                        )
                        for name, value in FIXED_VALUES.items()
                    ),
                ],
            }
        )

    @classmethod
    def marketplace_category(cls, number):
        """Return a category of the marketplace, and put it and those above on record.

        :param number: such as 111; its first digits are the category above
        """
        Category = cls.env["iconic.category"]
        known = Category.search(
            [("account_id", "=", cls.account.id), ("external_id", "=", number)]
        )
        if known:
            return known
        above = cls.marketplace_category(number[:-1]) if number[1:] else Category
        return Category.create(
            {
                "account_id": cls.account.id,
                "external_id": number,
                "name": f"Category {number}",
                "complete_name": f"Category {number}",
                "parent_id": above.id,
                "level": len(number),
            }
        )

    @classmethod
    def read_taxonomy(cls):
        """Read the whole taxonomy, as the job does step by step."""
        job = JOBS["taxonomy"](cls.account._job("taxonomy"))
        with cls.account._connect() as job.client:
            job.start()
            while batch := job.next_batch():
                job.do(batch)
                job.advance(batch)
            job.finish()

    @classmethod
    def make_style(cls, prefix, sizes="S M", colours="Navy", stock=7, **values):
        """Make a dress that passes the check, in sizes and colours.

        Its SKUs are such as DRESS-Navy-S.

        :param sizes: the sizes, with blanks between
        :param stock: the pieces of each variant in the account's warehouse
        :return: the `product.template`
        """
        lines = [(cls.colour, colours.split()), (cls.size, sizes.split())]
        template = cls.env["product.template"].create(
            {
                "name": f"Dress {prefix}",
                "is_storable": True,
                "categ_id": cls.category.id,
                "list_price": 99.0,
                "taxes_id": [Command.clear()],
                "product_tag_ids": [Command.set(cls.season.ids)],
                "iconic_brand": "Saltbush",
                "iconic_gender": "female",
                "iconic_description": "<p>A <b>lovely</b> dress.</p>",
                "image_1920": base64.b64encode(picture()),
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [
                                Command.set(
                                    attribute.value_ids.filtered(
                                        lambda one, names=names: one.name in names
                                    ).ids
                                )
                            ],
                        }
                    )
                    for attribute, names in lines
                ],
                **values,
            }
        )
        for product in template.product_variant_ids:
            names = cls._value_names(product)
            product.default_code = "-".join(
                [prefix, names[cls.colour], names[cls.size]]
            )
            product.barcode = new_barcode()
            if stock and product.is_storable:
                cls.set_stock(product, cls.warehouse, stock)
        return template

    @staticmethod
    def _value_names(product):
        return {
            value.attribute_id: value.name
            for value in product.product_template_attribute_value_ids
        }

    @classmethod
    def product(cls, sku):
        """Return the product with this internal reference."""
        return cls.env["product.product"].search([("default_code", "=", sku)])

    @classmethod
    def set_stock(cls, product, warehouse, quantity):
        """Add pieces of a product to a warehouse."""
        cls.env["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, quantity
        )

    def listing(self, sku):
        """Return the account's listing of the product with this SKU."""
        return self.account.listing_ids.filtered(lambda one: one.sku == sku)

    def list_products(self, products, **values):
        """Put listings of products on record, as they are before they are sent.

        :return: the listings
        """
        return self.env["iconic.listing"].create(
            [
                {"account_id": self.account.id, "product_id": product.id, **values}
                for product in products
            ]
        )

    def feeds(self, flow=None):
        """Return the account's feeds, oldest first."""
        found = self.env["iconic.feed"].search(
            [("account_id", "=", self.account.id)], order="id"
        )
        return found.filtered(lambda feed: flow in (None, feed.flow))

    def statuses(self, listings):
        """Return product, listing and content status of each listing, by SKU."""
        return {
            listing.sku: (
                listing.product_status,
                listing.listing_status,
                listing.content_status,
            )
            for listing in listings
        }

    def run_cron(self, name):
        """Run one of our scheduled jobs; it must not fail.

        :param name: create, image or feed_reader
        """
        with self.assertNoLogs(CRON_LOG, "WARNING"):
            self._trigger_cron(name)

    def run_failing_cron(self, name):
        """Run one of our scheduled jobs, in which something has to fail."""
        with self.assertLogs(RUNNER_LOG, "ERROR"):
            self._trigger_cron(name)

    def _trigger_cron(self, name):
        with self._other_cursors():
            self.env.ref(f"iconic_connector.ir_cron_{name}").method_direct_trigger()
            if "queue.job" in self.env:
                run_queue(self.env)

    @contextmanager
    def _other_cursors(self):
        """Let jobs open cursors of their own inside the test's transaction."""
        with ExitStack() as stack:
            if not isinstance(self, HttpCase):
                stack.enter_context(self.enter_registry_test_mode())
            self.env.flush_all()
            yield
            self.env.invalidate_all()

    def connect_with(self, api_type):
        """Move the account to another API of the same shop."""
        self.account.write({"api_type": api_type, **CREDENTIALS[api_type]})

    def let_marketplace_work(self):
        """Let the marketplace process every feed that waits there."""
        with ExitStack() as stack:
            if isinstance(self, HttpCase):
                # It fetches pictures from Odoo meanwhile.
                stack.enter_context(self.allow_requests(all_requests=True))
            self.sandbox.process()

    def read_feeds(self):
        """Run the feed reader as if every feed were due."""
        self.feeds().filtered(lambda feed: feed.state == "processing").write(
            {"next_poll_at": LONG_AGO}
        )
        self.run_cron("feed_reader")

    def end_lease(self, feed):
        """Make a feed one that its sender has given up."""
        feed.sending_since = fields.Datetime.now() - timedelta(minutes=11)

    def forget_backoff(self):
        """Let the account call again at once."""
        self.account.write({"retry_at": False, "backoff_count": 0})

    def run_until_quiet(self):
        """Run all jobs and the marketplace until nothing moves any more."""
        for _round in range(10):
            before = self._snapshot()
            for name in ("create", "image"):
                self.run_cron(name)
                self.let_marketplace_work()
                self.read_feeds()
            if self._snapshot() == before:
                return
        self.fail("The jobs found no end.")

    def _snapshot(self):
        feeds = [(feed.id, feed.state) for feed in self.feeds()]
        return self.statuses(self.account.listing_ids), feeds

    def calls(self, action=None):
        """Return what the marketplace was asked, calls of a wrong version left out."""
        return [
            request
            for request in list(self.sandbox.requests)
            if request.outcome != "E002" and action in (None, request.action)
        ]

    def actions(self):
        """Return the names of what the marketplace was asked for, errands left out."""
        return [call.action for call in self.calls() if call.action not in ERRANDS]

    def add_fault(self, kind, action, skip=0, **options):
        """Switch a fault on that leaves a refusal of the version alone.

        Only the Action API has versions; the account asks for one in vain at first.

        :param skip: how many calls are to succeed before
        """
        account = self.account
        refusals = account.api_type == "action" and account.api_version != "1.0"
        self.sandbox.faults.add(kind, action=action, skip=skip + refusals, **options)

    def enter_secret(self, secret=None):
        """Enter a secret for the API that the account uses; none: the right one."""
        right = CREDENTIALS[self.account.api_type]
        name = SECRETS[self.account.api_type]
        self.account[name] = secret or right[name]

    def lock_out(self):
        """Let the marketplace forget everybody who may call."""
        for known in (
            self.sandbox.users,
            self.sandbox.applications,
            self.sandbox.tokens,
        ):
            known.clear()


class Beginning:
    """What all tests of a class begin with is brought about once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._begun = None

    def begin(self):
        """Bring about what all tests of the class begin with; for overriding.

        It runs once, before the first test. What it sets on itself is the class's; what
        it takes from the sandbox itself is another object in each test.
        """

    def setUp(self):
        if not self._begun:
            self._begin()
        super().setUp()

    def _begin(self):
        case, before = type(self), set(vars(self))
        self.begin()
        for name in set(vars(self)) - before:
            setattr(case, name, vars(self)[name])
        case._begun = self._kept()

    def _kept(self):
        """Return what is kept beside the database, or true."""
        return True


class WithMarketplace(Beginning):
    """A marketplace for the tests of a class, and the account that calls it.

    Feeds wait there until the test has them processed, so that every state is seen.
    """

    #: What is known of the connection; once one is tested, all jobs are started.
    connection_state = "connected"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = Sandbox(processing_delay=0, auto_process=False)
        cls.server = SandboxServer(cls.sandbox, wrap=cls._check_requests).start()
        cls.addClassCleanup(cls.server.stop)
        cls.account.api_url = cls.server.url
        cls.account.connection_state = cls.connection_state
        # Repeated reads pause; nobody has to wait for them here.
        no_waiting = SimpleNamespace(sleep=lambda _s: None, monotonic=time.monotonic)
        cls.startClassPatcher(
            patch.object(iconic_account_connection, "time", no_waiting)
        )

    @classmethod
    def _check_requests(cls, application):
        """Have every request over REST compared with what is documented."""
        cls._checked = CheckedApplication(application, REQUEST_CHECKER)
        return cls._checked

    def setUp(self):
        super().setUp()
        self._begun.restore()
        self.addCleanup(lambda: self.assertEqual(self._checked.take(), []))

    def _kept(self):
        """Override to keep what the marketplace holds as well."""
        return Snapshot(self.sandbox)

    def leave_marketplace(self):
        """Point the account at an address where nobody answers."""
        self.account.api_url = NOBODY
        # Another account may take its place at once.
        self.env.flush_all()


@tagged("post_install", "-at_install")
class ConnectorCase(Season, TransactionCase):
    """A season and an account; no marketplace until the test serves one."""


@tagged("post_install", "-at_install")
class MarketplaceCase(WithMarketplace, ConnectorCase):
    """The same with a marketplace, and a picture server that it fetches from."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = PictureServer(picture()).start()
        cls.addClassCleanup(server.stop)
        cls.account.image_base_url = server.url


@tagged("post_install", "-at_install")
class FeedCase(MarketplaceCase):
    """The same with a dress in three sizes, to be sent in one feed."""

    small = "FEED-Navy-S"
    skus = ["FEED-Navy-L", "FEED-Navy-M", "FEED-Navy-S"]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style = cls.make_style("FEED", "S M L")

    def send(self):
        """Send the season, and return the first feed."""
        self.account.action_send_products()
        self.run_cron("create")
        return self.feeds()[:1]

    def assert_statuses(self, expected, **exceptions):
        """Check the statuses of all listings.

        :param expected: product, listing and content status
        :param exceptions: the same for single SKUs
        """
        found = self.statuses(self.account.listing_ids)
        wanted = dict.fromkeys(self.skus, expected)
        wanted.update(exceptions)
        self.assertEqual(found, wanted)

    def activities(self):
        """Return the activities about refused access."""
        kind = self.env.ref("iconic_connector.mail_activity_type_access")
        return self.account.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    def replace_client(self, send_feed):
        """Replace the connection to the marketplace by a function.

        :param send_feed: called with action and document
        """

        class Client:
            @staticmethod
            def send_feed(action, document, quantity_only=False):
                return send_feed(action, document)

            @staticmethod
            def products(seller_skus, limit):
                return Page(())

        @contextmanager
        def connect(_account):
            yield Client()

        self.patch(type(self.account), "_connect", connect)


@tagged("post_install", "-at_install")
class ConnectorHttpCase(Season, HttpCase):
    """The same with Odoo's own HTTP server, for public pictures."""
