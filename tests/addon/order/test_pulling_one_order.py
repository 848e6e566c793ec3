"""A user pulls a single order by its number and waits for it."""

from unittest.mock import patch

from common import contract, over_both_apis
from ordering import OrderCase

from odoo.exceptions import UserError

from odoo.addons.iconic_connector import const
from odoo.addons.iconic_connector.seller_center import ActionApi


class PullingCase(OrderCase):
    def pull_one(self, number):
        self.account.pull_number = number
        return self.account.action_pull_one()

    def number_of(self, order):
        """Return an order's number as shoppers and Seller Center show it."""
        return str(order.number)


@over_both_apis
class TestPullingOneOrder(PullingCase):
    @contract
    def test_an_order_is_found_by_its_number(self):
        first, *_others = [self.place(self.small) for _order in range(3)]
        self.patch(const, "ORDERS_PER_PAGE", 2)
        self.pull_one(self.number_of(first))
        self.assertEqual(self.account.order_ids.external_id, str(first.id))
        self.assertFalse(self.account.pull_number)

    @contract
    def test_a_number_that_nobody_has_is_told(self):
        self.place(self.small)
        with self.assertRaisesRegex(UserError, "THE ICONIC has no order 12345"):
            self.pull_one("12345")


class TestSearchingAnOrder(PullingCase):
    """The Action API finds no order by its number: it is searched among the newest."""

    def setUp(self):
        super().setUp()
        self.patch(const, "ORDERS_PER_PAGE", 2)
        self.orders = [self.place(self.small) for _order in range(7)]

    def search(self, number):
        """Search an order in vain.

        :return: what the user reads, and how many pages were read
        """
        self.sandbox.requests.clear()
        with self.assertRaises(UserError) as caught:
            self.pull_one(number)
        return str(caught.exception), len(self.calls("GetOrders"))

    def test_the_search_ends_after_the_newest_orders(self):
        self.patch(const, "MOST_SEARCHED_ORDERS", 4)
        text, pages = self.search(self.number_of(self.orders[0]))
        self.assertEqual(pages, 2)
        self.assertIn("not among the last 4 orders, which go back to", text)
        self.assertIn("press Pull All Open Orders", text)
        self.pull_one(self.number_of(self.orders[4]))
        self.assertEqual(self.account.order_ids.external_id, str(self.orders[4].id))

    def test_the_search_ends_while_the_user_still_waits(self):
        self.patch(const, "SEARCH_SECONDS", 0)
        text, pages = self.search(self.number_of(self.orders[0]))
        self.assertEqual(pages, 1)
        self.assertIn("not among the last 2 orders", text)

    def test_a_list_that_repeats_its_pages_is_not_read_for_ever(self):
        self.patch(const, "MOST_SEARCHED_ORDERS", 20)
        read = ActionApi.orders
        first = {"offset": 0}

        def repeat(api, **options):
            page = read(api, **{**options, **first})
            return type(page)(page.records, page.total, options["offset"] + 2)

        with patch.object(ActionApi, "orders", repeat):
            text, pages = self.search("12345")
        self.assertLessEqual(pages, 10)
        self.assertIn("not among the last", text)
