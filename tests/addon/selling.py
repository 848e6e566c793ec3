"""What the tests of products on sale share: a dress that is published already."""

from contextlib import contextmanager
from unittest.mock import patch

from common import Beginning, ConnectorCase, MarketplaceCase, elements
from lxml import etree

from odoo import fields

from odoo.addons.base.models import ir_cron
from odoo.addons.iconic_connector import const
from odoo.addons.iconic_connector.domain.flows import FLOWS
from odoo.addons.iconic_connector.domain.moments import to_odoo_datetime
from odoo.addons.iconic_connector.seller_center import RestApi

FLAGS = ("content", "price", "quantity", "image", "end", "remove")


def canonical(document):
    """Return an XML document without the blanks between its elements, for comparing."""
    parser = etree.XMLParser(remove_blank_text=True)
    return etree.tostring(etree.fromstring(document, parser), method="c14n").decode()


class Selling:
    """The steps of a product's life after it was published."""

    def publish(self):
        """Bring the season to the marketplace, and forget the calls of it."""
        self.account.action_send_products()
        for name in ("create", "image"):
            self.run_cron(name)
            self.answer()
        listings = self.account.listing_ids
        self.assertEqual(
            set(self.statuses(listings).values()),
            {("published", "active", "not_needed")},
            listings.mapped("error"),
        )
        self.sandbox.requests.clear()

    def send_quantities_in_feeds(self):
        """Have quantities go in feeds over REST too, as many of them do."""
        self.patch(RestApi, "max_stock_rows", 0)

    def detect(self):
        """Compare all listings with Odoo."""
        self.run_cron("detect")

    def answer(self):
        """Let the marketplace process what waits, and read its answers."""
        self.let_marketplace_work()
        self.read_feeds()

    def run_all_jobs(self):
        """Compare, run what was triggered and read the answers, until all is done."""
        self.detect()
        for _round in range(8):
            triggered = self._triggered()
            for name in triggered:
                self.run_cron(name)
            if not triggered:
                return
            self.answer()
        self.fail("The jobs do not come to an end.")

    def _triggered(self):
        """Return the flows whose jobs Odoo would run now, in the order of the table."""
        jobs = {
            self.env.ref(f"iconic_connector.ir_cron_{name}"): name for name in FLOWS
        }
        due = self.env["ir.cron.trigger"].search(
            [
                ("cron_id", "in", [job.id for job in jobs]),
                ("call_at", "<=", fields.Datetime.now()),
            ]
        )
        triggered = {jobs[job] for job in due.cron_id}
        due.unlink()
        return [name for name in FLOWS if name in triggered]

    def assert_nothing_is_sent(self):
        """Run all jobs: they make no feed and call nothing."""
        feeds = self.feeds()
        self.sandbox.requests.clear()
        self.detect()
        for name in FLOWS:
            self.run_cron(name)
        self.assertEqual(self.feeds(), feeds)
        self.assertEqual(self.calls(), [])

    def last_sent(self, action="ProductUpdate"):
        """Return the last document that the marketplace received, as bytes."""
        return self.calls(action)[-1].body

    def sent_element(self, sku, action="ProductUpdate"):
        """Return the element of a SKU in the last document that was received."""
        return elements(self.last_sent(action))[sku]

    def sent_values(self, sku, action="ProductUpdate"):
        """Return element -> text for a SKU in the last document."""
        return {
            child.tag: child.text or ""
            for child in self.sent_element(sku, action)
            if child.tag != "SellerSku"
        }

    def marked(self, listing):
        """Return the kinds of change that are pending, sent or in error."""
        return {
            flag: listing[f"{flag}_status"]
            for flag in FLAGS
            if listing[f"{flag}_status"] != "not_needed"
        }

    def as_published(self, listings):
        """Make listings look as if the marketplace had accepted them as they are."""
        for listing, wanted in self._wanted(listings):
            offer = wanted.product
            on_sale = bool(offer.sale_price)
            listing.write(
                {
                    "seller_sku": listing.sku,
                    "parent_sku": offer.parent_sku,
                    "product_status": "published",
                    "listing_status": "active",
                    "content_status": "not_needed",
                    "content_digest": wanted.content_digest,
                    "image_digest": wanted.image_digest,
                    "listed_price": offer.price,
                    "listed_sale_price": offer.sale_price if on_sale else 0,
                    "listed_sale_start": on_sale and to_odoo_datetime(offer.sale_start),
                    "listed_sale_end": on_sale and to_odoo_datetime(offer.sale_end),
                    "listed_quantity": offer.quantity,
                }
            )
        return listings

    def _wanted(self, listings):
        # The parent is stored with the first one, as sending does.
        found = listings._wanted_now()
        return [(listing, found[listing.id]) for listing in listings]

    def list_published(self, template):
        """Put published listings of a style on record, without a marketplace."""
        products = template.product_variant_ids.sorted("default_code")
        return self.as_published(self.list_products(products))

    @contextmanager
    def at(self, moment):
        """Patch the time in Odoo's fields, faster than freezing it everywhere."""
        now = fields.Datetime.to_datetime(moment)
        with patch.object(fields.Datetime, "now", lambda *_self: now):
            yield

    def count_queries(self, job):
        """Count the queries of one run of a job, during which no time passes.

        Screens are told once a second, crons triggered once for some time, and what has
        run for ten seconds goes on in another run: a slow machine would count more.
        """
        self.env["ir.cron.trigger"].search([]).unlink()
        self.env.flush_all()
        before = self.cr.sql_log_count
        told_once = patch.object(const, "SECONDS_BETWEEN_NEWS", 3600)
        in_one_run = patch.object(ir_cron, "MIN_TIME_PER_JOB", 3600)
        with told_once, in_one_run, self.at(fields.Datetime.now()):
            self.run_cron(job)
        return self.cr.sql_log_count - before

    def least_of(self, measure):
        """Measure twice, and return the lesser counts: a job may do more now and then.

        :param measure: returns a tuple of counts
        """
        return tuple(map(min, zip(measure(), measure(), strict=True)))

    def send_by(self, flow):
        """Put what is pending in a flow on record as a feed that was sent.

        :return: the `iconic.feed`, empty if there was nothing to send
        """
        account, row = self.account, FLOWS[flow]
        _counts, feed = account._store_batch(row, account._next_batch(row))
        return feed

    def take(self, feed):
        """Let the marketplace accept a feed as it is."""
        feed.line_ids._close_with_success({})
        feed._finish("done")

    def send_and_accept(self, flow):
        """Send what is pending in a flow, and have it accepted.

        :return: a dict, SKU -> element -> text of what was sent
        """
        feed = self.send_by(flow)
        if not feed:
            return {}
        document = elements(feed._stored_payload())
        self.take(feed)
        return {
            sku: {
                child.tag: child.text or ""
                for child in element
                if child.tag != "SellerSku"
            }
            for sku, element in document.items()
        }


class SellingCase(Selling, MarketplaceCase):
    """A dress in two sizes that went the whole way to the marketplace."""

    sizes = "S M"
    colours = "Navy"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style = cls.make_style("DRESS", cls.sizes, cls.colours)

    def begin(self):
        super().begin()
        self.publish()
        self.small = self.listing("DRESS-Navy-S")
        self.medium = self.listing("DRESS-Navy-M")


class ComparingCase(Selling, Beginning, ConnectorCase):
    """A dress in two sizes that counts as published; there is no marketplace."""

    NOW = "2026-11-02 10:00:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style = cls.make_style("DRESS", "S M")

    def begin(self):
        super().begin()
        with self.at(self.NOW):
            self.list_published(self.style)
        self.small = self.listing("DRESS-Navy-S")
        self.medium = self.listing("DRESS-Navy-M")

    def setUp(self):
        super().setUp()
        self.enterContext(self.at(self.NOW))
