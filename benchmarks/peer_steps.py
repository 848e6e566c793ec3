"""The other connector's price and stock export, job by job as its queue runs them."""

from odoo import sql_db

from odoo.addons.queue_job.job import Job
from odoo.addons.shopify_connector.lib.client import ShopifyClient

from benchmarks.cost import Cost
from benchmarks.peer_shop import PATH_END

#: At most so many styles: it takes half a minute per 1 000 variants.
STYLES = 50


class PeerSteps:
    """The steps: `peer_price` and `peer_stock`.

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
        self._connect()

    def prepare(self, name):
        """Change prices or stock in Odoo, which has jobs made.

        :param name: `peer_price` or `peer_stock`
        """
        if name == "peer_price":
            for style in self._styles:
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
        jobs = self._pending()
        expected = self._styles if name == "peer_price" else self._variants
        if len(jobs) != len(expected):
            raise AssertionError(f"{name}: {len(jobs)} jobs for {len(expected)}")
        cost = Cost(self.env.cr, lambda: sql_db.sql_counter)
        with cost.counted():
            self._run(jobs)
        return {**cost.as_dict(), "size": len(self._variants)}

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
        self._styles.with_context(skip_shopify_export=True).company_id = company
        warehouse = self.env["stock.warehouse"].search([], limit=1)
        self.env["shopify.location"].create(
            {
                "instance_id": shop.id,
                "shopify_id": "gid://shopify/Location/1",
                "name": warehouse.name,
                "warehouse_id": warehouse.id,
            }
        )
        for style in self._styles:
            self.env["shopify.product.template"]._enqueue_product_export(shop, style)
        self.env.cr.commit()
        self._run(self._pending())
        bound = self.env["shopify.product.variant"].search_count([])
        if bound != len(self._variants):
            raise AssertionError(f"{bound} of {len(self._variants)} exported")

    def _pending(self):
        jobs = self.env["queue.job"].search([("state", "=", "pending")], order="id")
        return jobs.mapped("uuid")

    def _run(self, uuids):
        """Run jobs one after the other, each in transactions of its own."""
        for uuid in uuids:
            job = Job.load(self.env, uuid)
            job.set_started()
            job.store()
            self.env.cr.commit()
            job.perform()
            job.set_done()
            job.store()
            self.env.cr.commit()
            self.env.invalidate_all()


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
    return {"peer": PeerSteps(env, url)}
