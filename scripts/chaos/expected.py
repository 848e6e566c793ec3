"""What Odoo says must be at the marketplaces; runs in `odoo shell`.

Told by Odoo's own prices, quants, transfers and invoices, none of it by the add-on's
comparisons, and written as JSON.
"""

import base64
import functools
import hashlib
import json
from collections import defaultdict
from pathlib import Path

FLAGS = ("content", "price", "quantity", "image", "end", "remove")
#: Transfers that take nothing any more, or not yet.
NOT_GOING = ("done", "cancel", "draft")


def write(env, target):
    """Write everything that is compared.

    :param env: the environment of `odoo shell`
    :param target: the file
    """
    accounts = env["iconic.account"].search([])
    found = {
        "listings": [_listing(one) for one in _with_free_pieces(env)],
        "orders": [_order(one) for one in accounts.order_ids],
        "changes": [_change(one) for one in accounts.order_ids.change_ids],
        "feeds": [_feed(one) for one in env["iconic.feed"].search([])],
        "unreserved": [_move(one) for one in _unreserved(env, accounts)],
        "activities": _activities(env),
        "accounts": [
            [one.name, one.connection_state, one.hold_reason] for one in accounts
        ],
    }
    Path(target).write_text(json.dumps(found, default=str))


def _with_free_pieces(env):
    """Return pairs of a listing and the pieces that it may offer."""
    listings = env["iconic.listing"].search([])
    free = _free(env, listings.account_id.warehouse_id)
    kits = _kits(env)
    return [(one, _offered(one.product_id, free, kits)) for one in listings]


def _free(env, warehouse):
    """Return what is in stock and goes nowhere, by product."""
    pieces = defaultdict(float)
    inside = [("location_id", "child_of", warehouse.lot_stock_id.id)]
    for quant in env["stock.quant"].search(inside):
        pieces[quant.product_id] += quant.quantity
    leaving = [
        ("state", "not in", NOT_GOING),
        ("location_dest_id.usage", "=", "customer"),
    ]
    for move in env["stock.move"].search(leaving):
        pieces[move.product_id] -= move.product_uom_qty
    return pieces


def _kits(env):
    return {bom.product_tmpl_id: bom.bom_line_ids for bom in env["mrp.bom"].search([])}


def _offered(product, free, kits):
    lines = kits.get(product.product_tmpl_id)
    if not lines:
        return max(int(free[product]), 0)
    counts = [free[line.product_id] // line.product_qty for line in lines]
    return max(int(min(counts)), 0)


def _feed(feed):
    return {
        "account": feed.account_id.name,
        "external_id": feed.external_id,
        "action": feed.action,
        "state": feed.state,
        "api_type": feed.api_type,
    }


def _unreserved(env, accounts):
    """Return what is to go to buyers and lies in stock without being reserved."""
    moves = accounts.order_ids.sale_order_id.picking_ids.move_ids
    waiting = moves.filtered(
        lambda one: one.state in ("confirmed", "partially_available")
    )
    inside = [("location_id", "child_of", accounts.warehouse_id.lot_stock_id.id)]
    found = waiting.browse()
    for move in waiting:
        ours = [*inside, ("product_id", "=", move.product_id.id)]
        quants = env["stock.quant"].search(ours)
        if sum(one.quantity - one.reserved_quantity for one in quants) >= 1:
            found |= move
    return found


def _move(move):
    return [move.picking_id.name, move.product_id.default_code, move.product_uom_qty]


@functools.cache
def _picture(style):
    """Return the checksum of a style's picture, as the marketplaces count it."""
    return hashlib.sha256(base64.b64decode(style.image_1920)).hexdigest()


def _listing(pair):
    listing, pieces = pair
    return {
        "account": listing.account_id.name,
        "sku": listing.product_id.default_code,
        "name": listing.product_id.name,
        "price": round(listing.product_id.lst_price, 2),
        "pieces": pieces,
        "picture": _picture(listing.product_id.product_tmpl_id),
        "product_status": listing.product_status,
        "listing_status": listing.listing_status,
        "marks": {
            flag: [listing[f"{flag}_status"], listing[f"{flag}_error"]]
            for flag in FLAGS
            if listing[f"{flag}_status"] != "not_needed"
        },
    }


def _order(order):
    sale = order.sale_order_id
    posted = sale.invoice_ids.filtered(lambda one: one.state == "posted")
    return {
        "account": order.account_id.name,
        "id": order.external_id,
        "state": order.state,
        "error": order.error or order.unreadable or order.invoice_error,
        "waits": order.needs_processing,
        "sales": sale.search_count([("iconic_order_ids", "in", order.ids)]),
        "booked": round(sum(posted.mapped("amount_total_signed")), 2),
        "owed": round(sum(posted.mapped("amount_residual_signed")), 2),
        "items": {one.external_id: one.status for one in order.item_ids},
        "shipped": [
            one.external_id
            for one in order.item_ids
            if any(
                move.state == "done" and move.location_dest_usage == "customer"
                for move in one.picking_id.move_ids
            )
        ],
    }


def _change(change):
    return {
        "account": change.account_id.name,
        "id": change.id,
        "kind": change.kind,
        "state": change.state,
        "message": change.message,
        "waits": change.needs_processing,
    }


def _activities(env):
    ours = [("activity_type_id.res_model", "like", "iconic.")]
    return [
        [one.res_model, one.res_name, one.activity_type_id.name, one.summary, one.note]
        for one in env["mail.activity"].search(ours)
    ]
