"""The queries of comparing and sending do not grow with the number of listings."""

from functools import partial

from mapping import MappingCase
from selling import ComparingCase

from odoo.fields import Command

from odoo.addons.iconic_connector.domain.flows import FLOWS

FEW, MANY = 30, 120
#: Odoo writes at most 100 rows with one query: a second one for each table is fair.
TOLERANCE = 4


class TestQueryCounts(ComparingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.batch_size = 1000
        cls.products = cls._make_products(MANY)

    @classmethod
    def _make_products(cls, count):
        """Create dresses in three sizes each, in bulk for speed."""
        sizes = Command.create(
            {
                "attribute_id": cls.size.id,
                "value_ids": [Command.set(cls.size.value_ids.ids)],
            }
        )
        colours = Command.create(
            {
                "attribute_id": cls.colour.id,
                "value_ids": [Command.set(cls.colour.value_ids[:1].ids)],
            }
        )
        templates = cls.env["product.template"].create(
            [
                {
                    "name": f"Bulk {number}",
                    "is_storable": True,
                    "categ_id": cls.category.id,
                    "list_price": 99.0,
                    "taxes_id": [Command.clear()],
                    "product_tag_ids": [Command.set(cls.season.ids)],
                    "iconic_brand": "Saltbush",
                    "iconic_gender": "female",
                    "iconic_description": "<p>A dress.</p>",
                    "attribute_line_ids": [sizes, colours],
                }
                for number in range(count // 3)
            ]
        )
        products = templates.product_variant_ids
        for number, product in enumerate(products):
            product.write(
                {"default_code": f"BULK-{number:04d}", "iconic_mpn": f"M{number:04d}"}
            )
        cls.env["stock.quant"].create(
            [
                {
                    "product_id": product.id,
                    "location_id": cls.warehouse.lot_stock_id.id,
                    "quantity": 5,
                }
                for product in products
            ]
        )
        return products

    def setUp(self):
        super().setUp()
        self.bulk = self.as_published(self.list_products(self.products))

    def count(self, action):
        """Return how many queries an action makes on a cold cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def assert_same_for_many(self, few, many):
        self.assertLessEqual(many, few + TOLERANCE, f"{FEW}: {few}, {MANY}: {many}")

    def test_comparing_costs_the_same_for_few_and_many(self):
        few = self.count(self.bulk[:FEW]._detect)
        many = self.count(self.bulk._detect)
        self.assert_same_for_many(few, many)
        self.assertEqual(set(self.bulk.mapped("content_status")), {"not_needed"})

    def test_thresholds_cost_the_same_for_few_and_many(self):
        apply = partial(self.account._apply_sell_out_threshold, set(self.bulk.ids))
        self.bulk[FEW:].closed = True
        few = self.count(apply)
        self.bulk.closed = False
        many = self.count(apply)
        self.assert_same_for_many(few, many)

    def test_marking_what_differs_costs_the_same_for_few_and_many(self):
        self.products.product_tmpl_id.write({"list_price": 89.0, "name": "New"})
        few = self.count(self.bulk[:FEW]._detect)
        self.assertEqual(set(self.bulk[:FEW].mapped("price_status")), {"pending"})
        self.bulk.write({"price_status": "not_needed", "content_status": "not_needed"})
        many = self.count(self.bulk._detect)
        self.assert_same_for_many(few, many)

    def test_sending_and_its_answer_cost_the_same_for_few_and_many(self):
        self.products.product_tmpl_id.write({"list_price": 89.0, "name": "New"})
        self.account.safety_buffer = 1
        for flow in ("stock", "price", "update", "end", "remove"):
            with self.subTest(flow=flow):
                few, few_answers = self.send(flow, self.bulk[:FEW])
                many, many_answers = self.send(flow, self.bulk)
                self.assert_same_for_many(few, many)
                self.assert_same_for_many(few_answers, many_answers)

    def send(self, flow, listings):
        """Send listings by a flow, and have the feed accepted.

        :return: how many queries the batch made, and how many its answer
        """
        self.as_published(self.bulk)
        self.bulk.write({"listed_price": 100.0, "listed_quantity": 3})
        listings.write({FLOWS[flow].status_field: "pending"})
        feeds = self.feeds()
        batch = self.count(lambda: self.send_by(flow))
        feed = self.feeds() - feeds
        self.assertEqual(feed.sent_count, len(listings), listings[:1].error)
        return batch, self.count(lambda: self.take(feed))


class TestCostsOfOthers(ComparingCase):
    """Listings do not slow down saving products or validating deliveries."""

    def setUp(self):
        super().setUp()
        self.unlisted = self.make_style("OTHER", "S M")

    def count(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def assert_same_cost(self, action):
        """Do something with an unlisted style and with the listed one."""
        action(self.make_style("WARM", "S M"))
        without = self.count(lambda: action(self.unlisted))
        self.assertEqual(self.count(lambda: action(self.style)), without)

    def test_saving_a_product_costs_nothing_more(self):
        self.assert_same_cost(
            lambda style: style.write(
                {"name": "Another", "list_price": 89.0, "weight": 1.0}
            )
        )

    def test_saving_a_variant_costs_nothing_more(self):
        self.assert_same_cost(
            lambda style: style.product_variant_ids[:1].write({"weight": 2.0})
        )

    def test_changing_a_price_list_costs_nothing_more(self):
        self.assert_same_cost(
            lambda style: self.env["product.pricelist.item"].create(
                {
                    "pricelist_id": self.pricelist.id,
                    "applied_on": "1_product",
                    "product_tmpl_id": style.id,
                    "compute_price": "fixed",
                    "fixed_price": 80.0,
                }
            )
        )

    def test_validating_a_delivery_costs_no_more_than_asking_for_a_comparison(self):
        pickings = {
            style: self.delivery(style)
            for style in (self.make_style("WARM", "S M"), self.unlisted, self.style)
        }
        warm, unlisted, listed = pickings.values()
        warm.button_validate()
        without = self.count(unlisted.button_validate)
        # One inserts the requests, two trigger the job.
        self.assertLessEqual(self.count(listed.button_validate), without + 3)
        self.assertEqual(listed.state, "done")

    def delivery(self, style):
        """Make a delivery of one piece of each size, ready to be validated."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": 1,
                            "location_id": self.warehouse.lot_stock_id.id,
                            "location_dest_id": self.env.ref(
                                "stock.stock_location_customers"
                            ).id,
                        }
                    )
                    for product in style.product_variant_ids
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        picking.move_ids.write({"quantity": 1, "picked": True})
        return picking


class TestCostOfChecking(MappingCase):
    """Checking against the taxonomy costs the same, whether products pass or fail."""

    FEW, MANY = 10, 30

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style.product_tag_ids = False
        cls.take("StyleCode", "field", field_id=cls.product_field("categ_id").id)
        cls.take("ColorNameBrand", "attribute", product_attribute_id=cls.colour.id)
        cls.seasons = {}
        for size in (cls.FEW, cls.MANY):
            season = cls.env["product.tag"].create({"name": f"Core {size}"})
            for number in range(size):
                cls.make_style(
                    f"C{size}-{number}", "S", product_tag_ids=[Command.set(season.ids)]
                )
            cls.seasons[size] = season
        cls.account.season_tag_ids |= cls.seasons[cls.FEW] | cls.seasons[cls.MANY]
        cls.take("Season", "fixed", value="Core")

    def check(self, size):
        """Check so many products on a cold cache.

        :return: how many queries it took
        """
        self.account.season_tag_ids = self.seasons[size]
        self.account.problem_ids.unlink()
        self.account.readiness_ids.unlink()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.account.action_check_products()
        self.env.flush_all()
        count = self.env.cr.sql_log_count - before
        self.assertEqual(self.account.checked_count, size)
        return count

    def assert_same_for_many(self, failing):
        self.check(self.FEW)
        few, few_failing = self.check(self.FEW), self.account.failing_count
        many, many_failing = self.check(self.MANY), self.account.failing_count
        expected = (self.FEW, self.MANY) if failing else (0, 0)
        self.assertEqual((few_failing, many_failing), expected)
        self.assertLessEqual(many, few + TOLERANCE)

    def test_products_that_pass_cost_the_same_for_few_and_many(self):
        self.assert_same_for_many(failing=False)

    def test_products_that_fail_cost_the_same_for_few_and_many(self):
        values = self.value_map(self.colour, "Color").line_ids
        values.option_id = values.attribute_id.option_ids[0]
        values.option_id.active = False
        self.take("AgeGroup", "listing")
        self.take("Composition", "fixed", value="x" * 300)
        self.mapping.secondary_category_ids = self.marketplace_category("112")
        templates = self.env["product.template"].search(
            [("product_tag_ids", "in", self.account.season_tag_ids.ids)]
        )
        templates.iconic_brand = "No Name"
        self.assert_same_for_many(failing=True)

    def test_listings_with_values_of_their_own_cost_the_same(self):
        products = self.env["product.product"].search(
            [("all_product_tag_ids", "in", self.account.season_tag_ids.ids)]
        )
        self.list_products(products, **self.fill_in("Composition", "Silk"))
        self.assert_same_for_many(failing=False)
