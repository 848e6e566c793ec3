"""The other connector's price and stock export, job by job as its queue runs them."""

from odoo import sql_db

from odoo.addons.shopify_connector.lib.client import ShopifyClient

from benchmarks.cost import Cost
from benchmarks.peer_orders import PeerOrders
from benchmarks.peer_queue import pending, run_jobs
from benchmarks.peer_shop import PATH_END

#: At most so many styles, and products without variants: 1 000 take half a minute.
STYLES = 50


class PeerSteps:
    """The steps: `peer_price`, `peer_stock`, and `peer_price_single`.

    A price is one job for a style, however many variants that has: the last one is of
    products without any.

    :param env: the environment of `odoo shell`
    :param url: where the shop is
    """

    def __init__(self, env, url):
        self.env = env
        _call(f"{url}{PATH_END}")
        self._styles = env["product.template"].search(
            [("product_tag_ids", "!=", False)], order="id", limit=STYLES
        )
        self._variants = self._styles.product_variant_ids
        self._single = self._make_single()
        self._connect()

    def prepare(self, name):
        """Change prices or stock in Odoo, which has jobs made.

        :param name: the step's
        """
        if name in self._priced():
            for style in self._priced()[name]:
                style.list_price += 1
        else:
            quants = self.env["stock.quant"].search(
                [
                    ("product_id", "in", self._variants.ids),
                    ("location_id.usage", "=", "internal"),
                ]
            )
            for quant in quants:
                quant.quantity += 1
        self.env.cr.commit()
        self.env.invalidate_all()

    def run(self, name):
        """Run the jobs.

        :param name: as for `prepare`
        :return: a dict, as `Cost.as_dict`, and `size`: how many variants
        """
        jobs = pending(self.env)
        styles = self._priced().get(name)
        variants = styles.product_variant_ids if styles else self._variants
        expected = len(styles or variants)
        if len(jobs) != expected:
            raise AssertionError(f"{name}: {len(jobs)} jobs for {expected}")
        cost = Cost(self.env.cr, lambda: sql_db.sql_counter)
        with cost.counted():
            run_jobs(self.env, jobs)
        return {**cost.as_dict(), "size": len(variants)}

    def _priced(self):
        return {"peer_price": self._styles, "peer_price_single": self._single}

    def _make_single(self):
        style = self._styles[0]
        return self.env["product.template"].create(
            [
                {
                    "name": f"Bag {number}",
                    "default_code": f"BAG-{number:04d}",
                    "is_storable": True,
                    "categ_id": style.categ_id.id,
                    "list_price": style.list_price,
                    "taxes_id": style.taxes_id.ids,
                    "image_1920": style.image_1920,
                }
                for number in range(len(self._styles))
            ]
        )

    def _connect(self):
        """Connect a shop that has all styles, and the stock of our warehouse."""
        shop = self.env["shopify.instance"].create(
            {
                "name": "Bench",
                "shop_url": "bench.example.com",
                "access_token": "token",
                "webhook_secret": "secret",
            }
        )
        shop.state = "connected"
        company = shop.company_id
        goods = self._styles | self._single
        goods.with_context(skip_shopify_export=True).company_id = company
        warehouse = self.env["stock.warehouse"].search([], limit=1)
        self.env["shopify.location"].create(
            {
                "instance_id": shop.id,
                "shopify_id": "gid://shopify/Location/1",
                "name": warehouse.name,
                "warehouse_id": warehouse.id,
            }
        )
        for style in goods:
            self.env["shopify.product.template"]._enqueue_product_export(shop, style)
        self.env.cr.commit()
        run_jobs(self.env, pending(self.env))
        bound = self.env["shopify.product.variant"].search_count([])
        if bound != len(goods.product_variant_ids):
            raise AssertionError(f"{bound} variants exported")


def _call(url):
    """Have the client call an address of this machine: it knows https alone."""
    begin = ShopifyClient.__init__

    def begin_here(self, *arguments, **options):
        begin(self, *arguments, **options)
        self.endpoint = url

    ShopifyClient.__init__ = begin_here


def open_groups(env, url):
    """Open the groups of steps.

    :param env: the environment of `odoo shell`
    :param url: where the shop is
    :return: a dict of their names
    """
    return {"peer": PeerSteps(env, url), "peer_orders": PeerOrders(env, url)}
