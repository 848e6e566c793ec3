"""The account's listings, brought into the state that a measurement begins with."""

from odoo.tools import SQL

from benchmarks.goods import list_price
from benchmarks.jobs import forget_rows_of_today, run_job
from benchmarks.rules import rewrite_rules

KNOWN = "bench_listing"
#: What a listing is like before each flow.
BEFORE_FLOW = {
    "price": {
        "price_status": "pending",
        "listed_price": 200,
        "listed_sale_price": None,
        "listed_sale_start": None,
        "listed_sale_end": None,
        # Every price is another one, and none falls by so much that it would wait.
        "last_wanted_price": 60,
    },
    "stock": {"quantity_status": "pending", "listed_quantity": 1},
    "update": {"content_status": "pending", "content_digest": "another"},
    "create": {
        "content_status": "pending",
        "listing_status": "inactive",
        "product_status": "awaiting_creation",
        "content_digest": None,
        "image_digest": None,
        "listed_price": None,
        "listed_sale_price": None,
        "listed_sale_start": None,
        "listed_sale_end": None,
        "listed_quantity": None,
        "last_wanted_price": None,
    },
    "image": {
        "content_status": "pending",
        "listing_status": "inactive",
        "product_status": "created",
        "image_digest": None,
    },
    "remove": {"remove_status": "pending"},
}
#: By how much prices differ once they are changed.
PRICE_STEP = 10


class Listings:
    """All listings of the bench, and how they were when all was published.

    :param env: the environment of `odoo shell`
    """

    def __init__(self, env):
        self.env = env
        self._templates = env["product.template"].search(
            [("product_tag_ids.name", "!=", False)], order="id"
        )
        self._changed = self._templates.browse()

    def remember(self):
        """Keep the listings as they are, to come back to."""
        self.env.flush_all()
        known = SQL.identifier(KNOWN)
        self._execute(SQL("DROP TABLE IF EXISTS %s", known))
        self._execute(SQL("CREATE TABLE %s AS SELECT * FROM iconic_listing", known))
        self._execute(SQL("ALTER TABLE %s ADD PRIMARY KEY (id)", known))
        self._commit()

    def restore(self, changes=()):
        """Bring the listings back, but for some values.

        :param changes: a dict of column -> value that all listings get
        """
        changes = dict(changes)
        columns = [
            SQL("%s = %s", SQL.identifier(name), self._value(name, changes))
            for name in self._columns()
        ]
        self._execute(
            SQL(
                "UPDATE iconic_listing SET %s FROM %s AS known"
                " WHERE known.id = iconic_listing.id",
                SQL(", ").join(columns),
                SQL.identifier(KNOWN),
            )
        )
        self._commit()
        forget_rows_of_today(self.env)

    def settle(self):
        """Bring goods and listings back, and compare them once."""
        self._write_prices(self._changed, 0)
        self._changed = self._templates.browse()
        self.restore()
        run_job(self.env, "detect")
        self.env.invalidate_all()

    def change_prices(self, one_in):
        """Change the price of some styles.

        :param one_in: of so many styles, one
        :return: how many listings that concerns
        """
        self._changed = self._templates[::one_in]
        self._write_prices(self._changed, PRICE_STEP)
        count = len(self._changed.product_variant_ids)
        self.env.invalidate_all()
        return count

    def count(self, **values):
        """Count the listings with some values.

        :param values: field -> value
        """
        domain = [(name, "=", value) for name, value in values.items()]
        return self.env["iconic.listing"].search_count(domain)

    def _write_prices(self, templates, step):
        """Write the prices as a user's import does, those that are alike at once."""
        numbers = {number: place for place, number in enumerate(self._templates.ids)}
        prices = templates.grouped(lambda one: list_price(numbers[one.id]))
        for price, alike in prices.items():
            alike.list_price = price + step
            rewrite_rules(self.env, alike, price + step)
        self._commit()

    def _columns(self):
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'iconic_listing' AND column_name <> 'id'"
        )
        return [name for (name,) in self.env.cr.fetchall()]

    @staticmethod
    def _value(name, changes):
        if name in changes:
            return SQL("%s", changes[name])
        return SQL.identifier("known", name)

    def _execute(self, statement):
        self.env.cr.execute(statement)

    def _commit(self):
        self.env.cr.commit()
        self.env.invalidate_all()
