"""Cancelled items that a supplier was to send to the buyer, by Odoo's dropshipping."""


def warn_purchasers(order, items):
    """Ask whoever bought cancelled items from a supplier to stop them.

    Odoo itself leaves the purchase order as it is. It tells the purchaser only where a
    sales order is cancelled whose purchase order is confirmed: who has heard of that is
    not told again. Without its module `sale_purchase` there is nothing to do.

    :param order: an `iconic.order`
    :param items: cancelled `iconic.order.item` records of it
    """
    if "purchase_line_ids" not in items.sale_line_id._fields:
        return
    # Whoever cancels need not be a purchaser.
    bought = items.sale_line_id.sudo().purchase_line_ids.filtered(
        lambda one: one.state != "cancel" and one.qty_received < one.product_qty
    )
    for purchase, lines in bought.grouped("order_id").items():
        sold = items.filtered(
            lambda item, lines=lines: item.sale_line_id in lines.sale_line_id
        )
        if not _has_told(purchase, order.sale_order_id):
            _warn(order, purchase, sold)


def _has_told(purchase, sale):
    """Tell whether Odoo has told somebody that a whole sales order is cancelled.

    Not if that is somebody who has left.
    """
    link = f'data-oe-model="sale.order" data-oe-id="{sale.id}"'
    return sale.state == "cancel" and any(
        link in (one.note or "") for one in purchase.activity_ids if one.user_id.active
    )


def _warn(order, purchase, items):
    buyer = purchase.user_id.filtered("active")
    purchase.activity_schedule(
        "mail.mail_activity_data_warning",
        summary=order.env._("Cancelled at THE ICONIC"),
        note=order.env._(
            "THE ICONIC has cancelled items of order %(order)s that are bought here: "
            "%(items)s. Tell the supplier not to send them, and reduce or cancel this "
            "purchase order.",
            order=order.number,
            items=", ".join(
                f"{len(same)} × {product.display_name}"
                for product, same in items.grouped("product_id").items()
            ),
        ),
        user_id=(buyer or order.account_id._activity_user()).id,
    )
