"""Orders from before the import began: stored once, so that returns find them.

They have no sales order, delivery, invoice or message in Odoo (design, section 8).
"""

from odoo import fields

from ...domain import item_statuses

# Statuses of items that still have to leave: such orders are no history yet.
_STILL_OPEN = (item_statuses.PAYMENT_PENDING, *item_statuses.OPEN)
# Statuses with which a person has something to do about an order of the past.
_HERE = (
    item_statuses.RETURN_DELIVERED,
    item_statuses.RETURN_WAITING,
    item_statuses.RETURNED,
)


def store_history(account, pairs, asked_at):
    """Store orders as history that are not in Odoo yet and have all been shipped.

    :param account: the `iconic.account`
    :param pairs: pairs of an `Order` of the client and its items
    :param asked_at: when the marketplace was asked for them
    :return: how many were stored, and how many still have to be shipped
    """
    known = set(account._orders_by_id([one for one, _ in pairs]).mapped("external_id"))
    new = [pair for pair in pairs if pair[0].order_id not in known]
    over = [pair for pair in new if not _is_open(pair[1])]
    orders = account._store_orders(over, asked_at, state="history")
    items = orders.item_ids
    for item, product in items._known_products().items():
        item.with_context(iconic_product_found=True).product_id = product
    _finish(orders)
    return len(orders), len(new) - len(over)


def process_history(order):
    """Have a person handle what has come back of an order of the past.

    :param order: an `iconic.order` in state `history`
    """
    changed = order.item_ids.filtered(lambda one: one.status != one.processed_status)
    refunded = changed.filtered(lambda one: one.status == item_statuses.RETURNED)
    refunded.filtered(lambda one: not one.returned_at).write(
        {"returned_at": fields.Datetime.now()}
    )
    if here := changed.filtered(lambda one: one.status in _HERE):
        _ask_person(order, here)
    _finish(order)


def _ask_person(order, items):
    summary = order.env._("Return of an order from before the switch")
    if summary in order.activity_ids.mapped("summary"):
        return
    order.activity_schedule(
        "mail.mail_activity_data_warning",
        summary=summary,
        note=order.env._(
            "Buyers have returned %s. Odoo has neither the delivery nor the invoice: "
            "add the goods to stock by a receipt or an inventory adjustment when they "
            "arrive, credit them where they were invoiced, and press Received by Hand "
            "on the items.",
            ", ".join(one._short_name() for one in items),
        ),
        user_id=order.account_id._activity_user().id,
    )


def _finish(orders):
    """Mark all changes as processed; no piece in stock is meant for what has left."""
    orders.write(
        {"needs_processing": False, "lease_until": False, "address_changed": False}
    )
    orders.item_ids.write({"stock_settled": True})
    for status, items in orders.item_ids.grouped("status").items():
        items.processed_status = status


def _is_open(items):
    return not items or any(one.status in _STILL_OPEN for one in items)
