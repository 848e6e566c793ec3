"""Odoo, with a fault in the add-on if one is asked for: the campaign has to find it.

The environment names the fault, a key of `PLANTS`; the arguments are Odoo's. Each fault
strikes some records always, or now and then, as faults of that kind do.

Unlike `python -m odoo`, it is a file that Odoo can run again: the process for
websockets is begun so.
"""

import itertools
import os
import runpy

#: The variable that names the fault.
PLANT = "CHAOS_PLANT"

#: One in so many records, or calls.
ONE_IN = 4


def plant_lost_commit(models):
    """Lose some orders after they were read: the position goes on without them."""
    account = models["iconic.account"]
    store = account._store_orders

    def store_some(self, records, asked_at, **values):
        kept = [pair for pair in records if int(pair[0].order_id) % ONE_IN]
        return store(self, kept, asked_at, **values)

    account._store_orders = store_some


def plant_feed_sent_twice(models):
    """Forget now and then that a feed was accepted, so that its products go again."""
    feed = models["iconic.feed"]
    store_accepted = feed._store_accepted
    calls = itertools.count()

    def forget_some(self, *receipt):
        store_accepted(self, *receipt)
        if next(calls) % ONE_IN == 0:
            self._open_lines()._close_unsent()
            self.write({"state": "cancelled", "external_id": False})
            self.env.cr.commit()

    feed._store_accepted = forget_some


def plant_price_not_renewed(models):
    """Overlook the prices of some products."""
    listing = models["iconic.listing"]
    differs = listing._price_differs

    def overlook_some(self, wanted):
        return self.id % ONE_IN and differs(self, wanted)

    listing._price_differs = overlook_some


def plant_reservation_skipped(models):
    """Reserve nothing for some products."""
    move = models["stock.move"]
    assign = move._action_assign

    def skip_some(self, force_qty=False):
        left = self.filtered(lambda one: one.product_id.id % ONE_IN)
        return assign(left, force_qty=force_qty)

    move._action_assign = skip_some


PLANTS = {
    "lost_commit": plant_lost_commit,
    "feed_sent_twice": plant_feed_sent_twice,
    "price_not_renewed": plant_price_not_renewed,
    "reservation_skipped": plant_reservation_skipped,
}


def main():
    """Run Odoo, with the fault in each registry that it loads."""
    if os.environ.get(PLANT):
        _plant(PLANTS[os.environ[PLANT]])
    runpy.run_module("odoo", run_name="__main__")


def _plant(plant):
    from odoo.orm.registry import Registry

    new = Registry.new.__func__

    def planted(cls, *arguments, **keywords):
        registry = new(cls, *arguments, **keywords)
        plant(registry.models)
        return registry

    Registry.new = classmethod(planted)


if __name__ == "__main__":
    main()
