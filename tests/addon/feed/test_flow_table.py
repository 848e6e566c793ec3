"""The status flows of the spec, typed in again from its sections.

Product feeds spec: Product Create Status Flow, Listing Image Status, Product Full
Update Status Flow, Price Update Flow, Stock Update Flow, Product End Status Flow and
Product Remove Status Flow.
"""

from itertools import product as combinations
from typing import NamedTuple

from common import ConnectorCase

from odoo.addons.iconic_connector.domain.flows import FLOWS

FLAG_STATES = ("not_needed", "pending", "sent", "error")
PRODUCT_STATUSES = (
    "awaiting_creation",
    "created",
    "images_uploaded",
    "published",
    "removed",
)
LISTING_STATUSES = ("active", "inactive")
FLAGS = ("content", "price", "quantity", "image", "end", "remove")


class Row(NamedTuple):
    """One row: what is picked, and (flag, product status, listing status) later on.

    None: stays as it was.
    """

    action: str
    flag: str
    writes: str
    products: str
    listings: str
    sent: tuple
    success: tuple
    error: tuple


TABLE = {
    "create": Row(
        action="ProductCreate",
        flag="content",
        writes="content price quantity images",
        products="awaiting_creation removed",
        listings="inactive",
        sent=("sent", None, None),
        success=("pending", "created", "inactive"),
        error=("error", None, None),
    ),
    "image": Row(
        action="Image",
        flag="content",
        writes="images",
        products="created",
        listings="inactive",
        sent=("sent", "images_uploaded", None),
        success=("not_needed", "published", "active"),
        error=("error", "created", None),
    ),
    "update": Row(
        action="ProductUpdate",
        flag="content",
        writes="content price quantity",
        products="published",
        listings="active inactive",
        sent=("sent", None, None),
        success=("not_needed", None, "active"),
        error=("error", None, None),
    ),
    "picture": Row(
        action="Image",
        flag="image",
        writes="images",
        products="published",
        listings="active inactive",
        sent=("sent", None, None),
        success=("not_needed", None, None),
        error=("error", None, None),
    ),
    "price": Row(
        action="ProductUpdate",
        flag="price",
        writes="price",
        products="published",
        listings="active",
        sent=("sent", None, None),
        success=("not_needed", None, None),
        error=("error", None, None),
    ),
    "stock": Row(
        action="ProductUpdate",
        flag="quantity",
        writes="quantity",
        products="published",
        listings="active inactive",
        sent=("sent", None, None),
        success=("not_needed", None, "active"),
        error=("error", None, None),
    ),
    "end": Row(
        action="ProductUpdate",
        flag="end",
        writes="quantity",
        products="published",
        listings="active",
        sent=("sent", None, None),
        success=("not_needed", None, "inactive"),
        error=("error", None, None),
    ),
    "remove": Row(
        action="ProductRemove",
        flag="remove",
        writes="content price quantity images",
        products="published",
        listings="active inactive",
        sent=("sent", None, None),
        success=("not_needed", "removed", "inactive"),
        error=("error", None, None),
    ),
}

# Besides its own flag, a success clears these (design, section 4).
CLEARED = {
    "end": ("content", "price", "quantity"),
    "remove": ("content", "price", "quantity", "image", "end"),
}
LISTED = {
    "listed_price": 80.0,
    "listed_sale_price": 70.0,
    "listed_quantity": 3,
    "content_digest": "old content",
    "image_digest": "old pictures",
}
PRICES = {"price": 129.0, "sale_price": 99.0}
# The values of a product in the feed line of each flow.
SENT_VALUES = {
    "create": {**PRICES, "quantity": 7, "content_digest": "new content"},
    "image": {"image_digest": "new pictures"},
    "update": {**PRICES, "quantity": 7, "content_digest": "new content"},
    "picture": {"image_digest": "new pictures"},
    "price": PRICES,
    "stock": {"quantity": 7},
    "end": {"quantity": 0},
    "remove": {},
}
# The listed values that each flow sets.
LISTED_AFTER = {
    "create": {
        "listed_price": 129.0,
        "listed_sale_price": 99.0,
        "listed_quantity": 7,
        "content_digest": "new content",
    },
    "image": {"image_digest": "new pictures"},
    "update": {
        "listed_price": 129.0,
        "listed_sale_price": 99.0,
        "listed_quantity": 7,
        "content_digest": "new content",
    },
    "picture": {"image_digest": "new pictures"},
    "price": {"listed_price": 129.0, "listed_sale_price": 99.0},
    "stock": {"listed_quantity": 7},
    "end": {"listed_quantity": 0},
    "remove": {
        "listed_price": 0.0,
        "listed_sale_price": 0.0,
        "listed_quantity": 0,
        "content_digest": False,
        "image_digest": False,
    },
}


class TestFlowTable(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.states = list(combinations(FLAG_STATES, PRODUCT_STATUSES, LISTING_STATUSES))
        products = cls.env["product.product"].create(
            [
                {"name": "Dress", "default_code": f"SKU-{number}"}
                for number in range(len(cls.states))
            ]
        )
        cls.listings = cls.env["iconic.listing"].create(
            [
                {
                    "account_id": cls.account.id,
                    "product_id": product.id,
                    "seller_sku": product.default_code,
                }
                for product in products
            ]
        )

    def assert_for_each_flow(self, check):
        self.assertEqual(set(FLOWS), set(TABLE))
        for name, row in TABLE.items():
            with self.subTest(flow=name):
                check(name, row)

    def reset(self, listing, **values):
        """Set a listing to a state with nothing on its way."""
        listing.feed_line_ids.feed_id.unlink()
        listing.write(
            {
                **{f"{flag}_status": "not_needed" for flag in FLAGS},
                **{f"{flag}_error": False for flag in FLAGS},
                **LISTED,
                **values,
            }
        )

    def pickable(self, row):
        """Return the field values with which this row picks a listing."""
        return {
            f"{row.flag}_status": "pending",
            "product_status": row.products.split()[0],
            "listing_status": row.listings.split()[0],
        }

    def picked(self, name):
        return self.env["iconic.listing"].search(
            self.account._picked_domain(FLOWS[name])
        )

    def open_line(self, name, listing):
        """Store a feed with this listing, as if it had just been sent."""
        feed = self.env["iconic.feed"].create(
            {
                "account_id": self.account.id,
                "flow": name,
                "action": TABLE[name].action,
                "sent_count": 1,
            }
        )
        return self.env["iconic.feed.line"].create(
            {
                "feed_id": feed.id,
                "listing_id": listing.id,
                "seller_sku": listing.seller_sku,
                **SENT_VALUES[name],
            }
        )

    def send(self, name, row, **values):
        """Have a listing picked and sent by a flow.

        :return: the listing and its open feed line
        """
        listing = self.listings[0]
        self.reset(listing, **self.pickable(row), **values)
        line = self.open_line(name, listing)
        listing._mark_sent(FLOWS[name], {listing.id: {"seller_sku": line.seller_sku}})
        return listing, line

    def state(self, listing):
        return {
            name: listing[name]
            for name in (
                "product_status",
                "listing_status",
                *(f"{flag}_status" for flag in FLAGS),
            )
        }

    def expected(self, row, *columns, cleared=()):
        """Return the state of a listing after some columns of its row."""
        state = {f"{flag}_status": "not_needed" for flag in FLAGS}
        state.update(self.pickable(row))
        for column in columns:
            flag, product_status, listing_status = column
            for name, value in (
                (f"{row.flag}_status", flag),
                ("product_status", product_status),
                ("listing_status", listing_status),
            ):
                if value is not None:
                    state[name] = value
        return state | {f"{flag}_status": "not_needed" for flag in cleared}

    def test_each_flow_picks_what_the_spec_says_and_nothing_else(self):
        def check(name, row):
            for listing, (flag, product, active) in zip(
                self.listings, self.states, strict=True
            ):
                self.reset(
                    listing,
                    product_status=product,
                    listing_status=active,
                    **{f"{row.flag}_status": flag},
                )
            expected = [
                state
                for state in self.states
                if state[0] == "pending"
                and state[1] in row.products.split()
                and state[2] in row.listings.split()
            ]
            picked = self.picked(name)
            found = [
                state
                for listing, state in zip(self.listings, self.states, strict=True)
                if listing in picked
            ]
            self.assertEqual(found, expected)
            self.assertEqual(picked - self.listings, self.env["iconic.listing"])

        self.assert_for_each_flow(check)

    def test_no_flow_picks_by_the_flag_of_another(self):
        def check(name, row):
            listing = self.listings[0]
            for flag in set(FLAGS) - {row.flag}:
                values = self.pickable(row) | {f"{row.flag}_status": "not_needed"}
                self.reset(listing, **(values | {f"{flag}_status": "pending"}))
                self.assertNotIn(listing, self.picked(name), flag)

        self.assert_for_each_flow(check)

    def test_no_flow_picks_a_closed_listing(self):
        def check(name, row):
            listing = self.listings[0]
            self.reset(listing, **self.pickable(row), closed=False)
            self.assertIn(listing, self.picked(name))
            listing.closed = True
            self.assertNotIn(listing, self.picked(name))

        self.assert_for_each_flow(check)

    def test_flows_that_write_the_same_part_wait_for_each_other(self):
        listing = self.listings[0]
        for (waiting, row), (flying, other) in combinations(
            TABLE.items(), TABLE.items()
        ):
            with self.subTest(waiting=waiting, flying=flying):
                self.reset(listing, **self.pickable(row))
                self.open_line(flying, listing)
                waits = bool(set(row.writes.split()) & set(other.writes.split()))
                self.assertEqual(listing not in self.picked(waiting), waits)

    def test_a_flow_continues_when_the_feed_of_another_is_closed(self):
        def check(name, row):
            for state in ("success", "excluded", "error", "cancelled"):
                listing = self.listings[0]
                self.reset(listing, **self.pickable(row))
                self.open_line("create", listing).state = state
                self.assertIn(listing, self.picked(name), state)

        self.assert_for_each_flow(check)

    def test_changes_wait_while_the_product_is_being_ended_or_removed(self):
        listing = self.listings[0]
        for name, leaving, state in combinations(
            ("update", "price", "stock"), ("end", "remove"), ("pending", "sent")
        ):
            with self.subTest(flow=name, leaving=leaving, state=state):
                values = {f"{leaving}_status": state}
                self.reset(listing, **self.pickable(TABLE[name]), **values)
                self.assertNotIn(listing, self.picked(name))
                listing[f"{leaving}_status"] = "error"
                self.assertIn(listing, self.picked(name))

    def test_each_flow_uses_the_action_of_the_spec(self):
        def check(name, row):
            self.assertEqual(FLOWS[name].action, row.action)

        self.assert_for_each_flow(check)

    def test_sending_sets_what_the_spec_says_and_leaves_the_rest(self):
        def check(name, row):
            listing, _line = self.send(name, row)
            self.assertEqual(self.state(listing), self.expected(row, row.sent))

        self.assert_for_each_flow(check)

    def test_success_sets_what_the_spec_says_and_leaves_the_rest(self):
        def check(name, row):
            listing, line = self.send(name, row)
            line._close_with_success({})
            self.assertEqual(
                self.state(listing), self.expected(row, row.sent, row.success)
            )
            self.assertEqual(line.state, "success")

        self.assert_for_each_flow(check)

    def test_an_error_sets_what_the_spec_says_and_leaves_the_rest(self):
        def check(name, row):
            listing, line = self.send(name, row)
            line._close_with_error("Too blue")
            self.assertEqual(
                self.state(listing), self.expected(row, row.sent, row.error)
            )
            self.assertEqual((line.state, line.message), ("error", "Too blue"))

        self.assert_for_each_flow(check)

    def test_the_error_field_of_the_flow_gets_the_text_and_no_other(self):
        def check(name, row):
            listing, line = self.send(name, row)
            line._close_with_error("Too blue")
            expected = dict.fromkeys(FLAGS, False) | {row.flag: "Too blue"}
            texts = {flag: listing[f"{flag}_error"] for flag in FLAGS}
            self.assertEqual(texts, expected)

        self.assert_for_each_flow(check)

    def test_success_clears_the_earlier_error(self):
        def check(name, row):
            listing, line = self.send(name, row)
            listing[f"{row.flag}_error"] = "Last week's"
            line._close_with_success({})
            self.assertFalse(listing[f"{row.flag}_error"])

        self.assert_for_each_flow(check)

    def test_success_stores_the_values_that_the_flow_wrote_as_listed(self):
        def check(name, row):
            listing, line = self.send(name, row)
            line._close_with_success({})
            found = {field: listing[field] for field in LISTED}
            self.assertEqual(found, LISTED | LISTED_AFTER[name])

        self.assert_for_each_flow(check)

    def test_an_error_does_not_change_the_listed_values(self):
        def check(name, row):
            listing, line = self.send(name, row)
            line._close_with_error("Too blue")
            self.assertEqual({field: listing[field] for field in LISTED}, LISTED)

        self.assert_for_each_flow(check)

    def test_end_and_remove_leave_nothing_pending(self):
        for name, flags in CLEARED.items():
            with self.subTest(flow=name):
                listing, line = self.send(name, TABLE[name])
                listing.write({f"{flag}_status": "pending" for flag in flags})
                line._close_with_success({})
                self.assertEqual(
                    self.state(listing),
                    self.expected(
                        TABLE[name],
                        TABLE[name].sent,
                        TABLE[name].success,
                        cleared=flags,
                    ),
                )

    def test_removal_leaves_no_errors(self):
        listing, line = self.send("remove", TABLE["remove"])
        listing.write({f"{flag}_error": "Last week's" for flag in FLAGS})
        line._close_with_success({})
        self.assertEqual([listing[f"{flag}_error"] for flag in FLAGS], [False] * 6)

    def test_a_flag_that_was_set_meanwhile_does_not_change(self):
        def check(name, row):
            for answer in ("success", "error"):
                listing, line = self.send(name, row)
                listing[f"{row.flag}_status"] = "pending"
                if answer == "success":
                    line._close_with_success({})
                else:
                    line._close_with_error("Too blue")
                after = getattr(row, answer)[1:]
                state = self.expected(row, row.sent, ("pending", *after))
                self.assertEqual(self.state(listing), state, answer)
                self.assertFalse(listing[f"{row.flag}_error"])
                if answer == "success":
                    found = {field: listing[field] for field in LISTED}
                    self.assertEqual(found, LISTED | LISTED_AFTER[name])

        self.assert_for_each_flow(check)

    def test_a_feed_that_was_not_accepted_leaves_no_trace(self):
        def check(name, row):
            for product, active in combinations(
                row.products.split(), row.listings.split()
            ):
                listing = self.listings[0]
                start = self.pickable(row) | {
                    "product_status": product,
                    "listing_status": active,
                }
                self.reset(listing, **start)
                line = self.open_line(name, listing)
                before = self.state(listing)
                listing._mark_sent(FLOWS[name], {listing.id: {}})
                self.assertNotEqual(self.state(listing), before)
                line._close_unsent()
                self.assertEqual(self.state(listing), before)

        self.assert_for_each_flow(check)

    def test_a_warning_is_shown_without_stopping_the_flow(self):
        def check(name, row):
            listing, line = self.send(name, row)
            line._close_with_success({listing.seller_sku: "Rather blue"})
            self.assertEqual(
                self.state(listing), self.expected(row, row.sent, row.success)
            )
            self.assertEqual(listing[f"{row.flag}_error"], "Rather blue")

        self.assert_for_each_flow(check)

    def test_retry_resets_every_kind_of_error_to_pending(self):
        for flag in FLAGS:
            with self.subTest(flag=flag):
                listing = self.listings[0]
                self.reset(
                    listing,
                    product_status="published",
                    listing_status="active",
                    **{f"{flag}_status": "error", f"{flag}_error": "Too blue"},
                )
                listing.action_retry()
                states = {one: listing[f"{one}_status"] for one in FLAGS}
                expected = dict.fromkeys(FLAGS, "not_needed") | {flag: "pending"}
                self.assertEqual(states, expected)
                self.assertFalse(listing[f"{flag}_error"])
