"""What is kept for whoever looks for the cause of a difference."""

import json

from scripts.env import paths
from seller_center_sandbox.web.control import (
    describe,
    describe_order,
    describe_request,
)

TABLES = (
    "iconic_account_job",
    "iconic_feed",
    "iconic_feed_line",
    "iconic_listing",
    "iconic_order",
    "iconic_order_item",
    "iconic_order_change",
    "stock_picking",
    "stock_move",
    "stock_move_line",
    "stock_quant",
)


def keep(world):
    """Write down what both sides have on record.

    :param world: the :class:`~scripts.chaos.world.World`
    :return: the file
    """
    odoo = {table: _rows(world, table) for table in TABLES}
    there = {name: _marketplace(one) for name, one in world.sandboxes().items()}
    file = paths.LOGS / "chaos-evidence.json"
    file.write_text(json.dumps({"odoo": odoo, "marketplaces": there}, default=str))
    return file


def _marketplace(sandbox):
    # Copied, since more come in as long as Odoo works.
    orders = [describe_order(one) for one in list(sandbox.orders.orders.values())]
    requests = [describe_request(one) for one in list(sandbox.requests)]
    return {**describe(sandbox), "orders": orders, "requests": requests}


def _rows(world, table):
    [row] = world.query(f"SELECT json_agg(to_jsonb(one))::jsonb FROM {table} AS one")
    # The texts in it may have what parts columns.
    return json.loads("|".join(row) or "[]")
