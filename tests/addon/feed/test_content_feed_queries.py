"""What feeds of content and pictures ask the database, and that it does not grow."""

import re
from collections import Counter
from contextlib import contextmanager
from unittest.mock import patch

from common import leave_sections
from selling import SellingCase

from odoo.sql_db import Cursor

from odoo.addons.iconic_connector.domain.flows import FLOWS

#: Styles in two sizes: few and many.
FEW, MANY = 2, 12
READ = re.compile(r'SELECT .*? FROM "(\w+)"', re.DOTALL)
#: How often a feed reads the tables that content is made from. Category mappings are
#: read for the stock, too; the values of variants are read after the links to them, and
#: once more for extra prices.
CONTENT = {
    "iconic_attribute": 1,
    "iconic_attribute_option": 1,
    "iconic_brand": 1,
    "iconic_category_map": 2,
    "iconic_category_map_attribute": 2,
    "iconic_listing_attribute": 1,
    "product_attribute_value": 1,
    "product_template": 1,
    "product_template_attribute_value": 3,
}
#: Pictures are prepared before anything is locked, and looked at again afterwards.
PICTURES = {"iconic_image": 2, "iconic_prepared_image": 2}
TABLES = (*CONTENT, *PICTURES)


class TestQueriesOfContent(SellingCase):
    """Feeds of few and of many products."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number in range(1, MANY):
            cls.make_style(f"DRESS{number}")

    def begin(self):
        leave_sections(self.sandbox)
        self.read_taxonomy()
        super().begin()

    def setUp(self):
        super().setUp()
        self.styles = self.account.listing_ids.product_tmpl_id

    @contextmanager
    def reads(self):
        """Count the queries that read each table."""
        found = Counter()
        execute = Cursor.execute

        def count(cursor, query, *args, **kwargs):
            read = READ.match(getattr(query, "code", query))
            found.update(read.groups() if read else ())
            return execute(cursor, query, *args, **kwargs)

        with patch.object(Cursor, "execute", count):
            yield found

    def listings_of(self, flow, styles):
        """Make the listings of some styles what a flow picks."""
        listings = self.account.listing_ids.filtered(
            lambda one: one.product_tmpl_id in styles
        )
        picked = {name: values[0] for name, values in flow.picked.items()}
        listings.write(picked)
        return listings

    def send(self, name, styles):
        """Send the listings of some styles by a flow.

        :return: how many queries that took, and how many read each of `TABLES`
        """
        listings = self.listings_of(FLOWS[name], styles)
        with self.reads() as found:
            queries = self.count_queries(name)
        self.assertEqual(self.feeds()[-1].sent_count, len(listings))
        self.feeds()[-1].line_ids._close_with_success({})
        self.feeds()[-1]._finish("done")
        return queries, {table: found[table] for table in TABLES if found[table]}

    def assert_reads(self, name, **tables):
        """Check what a feed reads, be it of few products or of many.

        :param name: of the flow
        :param tables: table -> how many queries read it
        """
        costs = [self.send(name, self.styles[:count]) for count in (1, FEW, MANY)]
        # A job may do a little more now and then.
        self.assertAlmostEqual(costs[1][0], costs[2][0], delta=3)
        self.assertEqual((costs[1][1], costs[2][1]), (tables, tables))

    def test_an_update(self):
        self.assert_reads("update", **CONTENT)

    def test_a_creation(self):
        self.assert_reads("create", **CONTENT, **PICTURES)

    def test_first_pictures(self):
        self.assert_reads("image", **PICTURES)
