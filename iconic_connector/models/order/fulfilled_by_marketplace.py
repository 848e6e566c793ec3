"""Goods in THE ICONIC's warehouse: they leave a location of their own.

The seller fills it with transfers to THE ICONIC. What THE ICONIC ships from it, and
what comes back there, follows from the statuses of the items. What is recorded stands
on the items, so that nothing leaves or comes back twice.
"""

from odoo.exceptions import UserError
from odoo.fields import Command

from ...domain import item_statuses
from ..item_pieces import planned_pieces


def location_of(account, items):
    """Return the location of the seller's goods at THE ICONIC.

    :param account: an `iconic.account`
    :param items: the `iconic.order.item` records that need it
    :raise UserError: if none is chosen, or it is archived
    """
    location = account.fulfilled_location_id
    account._check_location(location)
    if not location:
        raise UserError(
            account.env._(
                "Fulfilled by THE ICONIC: %(items)s. Choose Stock at THE ICONIC, the "
                "location of your goods there, on the Orders page of the account "
                "%(account)s, and press Retry.",
                items=", ".join(dict.fromkeys(one._short_name() for one in items)),
                account=account.name,
            )
        )
    return location


def check_location(order):
    """Refuse an order with goods at THE ICONIC whose location is not known.

    :param order: an `iconic.order`
    :raise UserError: with what to do
    """
    items = order._items_to_import().filtered(lambda one: one._is_at_marketplace())
    if items:
        location_of(order.account_id, items)


def move_goods(order):
    """Record what THE ICONIC has shipped, and what is back in its warehouse.

    :param order: an `iconic.order`
    :raise UserError: if the location is missing or a lot is
    """
    if order.sale_order_id.state not in ("sale", "cancel"):
        return
    items = order.item_ids.filtered(
        lambda one: one.sale_line_id and one._is_at_marketplace()
    )
    gone = items.filtered(
        lambda one: not one.picking_id and one.status in item_statuses.LEFT
    )
    if gone:
        _ship(order, gone)
    back = items.filtered(
        lambda one: (
            one.picking_id and not one.received_at and one.status in item_statuses.BACK
        )
    )
    if back:
        _receive(order, back)


def _ship(order, items):
    """Have goods leave the location, also if fewer are counted there.

    :param items: items of the order that THE ICONIC has shipped
    """
    location = location_of(order.account_id, items)
    picking = _create_transfer(order, items, location)
    items.picking_id = picking
    picking.action_confirm()
    for line, of_line in items.grouped("sale_line_id").items():
        _note_components(picking, line, len(of_line))
    for move in picking.move_ids:
        # Their count may lag behind.
        move.quantity = move.product_uom_qty
    _check_lots(picking)
    picking.move_ids.picked = True
    picking._action_done()


def _note_components(picking, line, count):
    """Store what a kit consists of, which Odoo has replaced by its components.

    :param picking: the confirmed transfer
    :param count: how many items of the line it ships
    """
    moves = picking.move_ids.filtered(lambda move: move.sale_line_id == line)
    if line.iconic_components or moves.product_id == line.product_id:
        return
    line.iconic_components = {
        str(product.id): pieces / count
        for product, pieces in planned_pieces(moves).items()
    }


def _create_transfer(order, items, location):
    sale = order.sale_order_id
    buyer = sale.partner_shipping_id
    customers = buyer.property_stock_customer
    return order.env["stock.picking"].create(
        {
            "picking_type_id": sale.warehouse_id.out_type_id.id,
            "partner_id": buyer.id,
            "origin": sale.name,
            "location_id": location.id,
            "location_dest_id": customers.id,
            "company_id": order.company_id.id,
            "user_id": False,
            "move_ids": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "product_uom_qty": len(of_line),
                        "product_uom": line.product_uom_id.id,
                        "location_id": location.id,
                        "location_dest_id": customers.id,
                        "company_id": order.company_id.id,
                        "sale_line_id": line.id,
                    }
                )
                for line, of_line in items.grouped("sale_line_id").items()
            ],
        }
    )


def _check_lots(picking):
    """Refuse to guess a lot: Odoo has taken those that it knows to be there.

    :raise UserError: with the products of which too few are there
    """
    unknown = picking.move_line_ids.filtered(
        lambda line: line.product_id.tracking != "none" and not line.lot_id
    )
    if unknown:
        raise UserError(
            picking.env._(
                "THE ICONIC has shipped %(products)s, tracked by lots or serial "
                "numbers, of which there are too few in %(location)s. Move them there "
                "with their lots, and press Retry.",
                products=", ".join(unknown.product_id.mapped("display_name")),
                location=picking.location_id.display_name,
            )
        )


def _receive(order, items):
    """Have goods come back to the location, by the transfers that they left with.

    :param items: items of the order that are in THE ICONIC's warehouse again
    """
    location = location_of(order.account_id, items)
    for delivery, returned in items._by_delivery().items():
        receipt = returned._create_return_picking(delivery)
        receipt.location_dest_id = location
        receipt.move_line_ids.location_dest_id = location
        receipt._iconic_check_in(returned, returned.browse())
