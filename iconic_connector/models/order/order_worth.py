"""What an order is worth in Odoo: who bears what, its taxes, its total to the cent.

At any moment sales order, invoices and credit notes add up to the items that stand
(design, section 8). What Odoo's taxes make of the marketplace's amounts may be a cent
beside them: a rounding line on each document makes it whole.
"""

from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

from odoo.fields import Command

from ...domain import item_statuses
from ...domain.order_amounts import ZERO, Terms, rounding_amount, total_received


def answers(account):
    """Return what the settings of an account decide for an order, as its values."""
    return {
        "voucher_payer": account.unknown_voucher_payer,
        "shipping_kept_by": account.shipping_kept_by,
        "invoice_when": account.invoice_when,
    }


def terms(order):
    """Return who bears what of an order; what nobody has said is not booked yet.

    :param order: an `iconic.order`
    """
    return Terms(
        tax_is_collected=order.tax_is_collected,
        marketplace_pays_vouchers=order.voucher_payer == "marketplace",
        marketplace_keeps_shipping=order.shipping_kept_by != "seller",
    )


def is_tax_collected(account, sale):
    """Tell whether the marketplace collects and pays the tax of a sales order.

    It does for parcels from abroad (reference, section 18).
    """
    country = sale.partner_shipping_id.country_id
    home = sale.warehouse_id.partner_id.country_id or sale.company_id.country_id
    return country in account.collected_tax_country_ids and country != home


def line_taxes(order, sale, product):
    """Return the taxes of an order line.

    :return: `account.tax`; the export tax where the marketplace collects the country's,
        empty as long as there is none to be found
    """
    taxes = product.taxes_id._filter_taxes_by_company(sale.company_id)
    if order.tax_is_collected:
        return export_tax(order.account_id, taxes)
    return sale.fiscal_position_id.map_tax(taxes)


def export_tax(account, taxes):
    """Return the tax of exports: the account's, else what replaces taxes abroad.

    :param taxes: of a product at home
    :return: one `account.tax`, empty if none or several would do
    """
    if account.export_tax_id:
        return account.export_tax_id
    company = account.company_id
    at_home = taxes or company.root_id.account_sale_tax_id
    rows = account.env["account.tax"].search(
        [
            *taxes._check_company_domain(company),
            ("type_tax_use", "=", "sale"),
            ("amount", "=", 0),
            ("original_tax_ids", "in", at_home.ids),
        ]
    )
    abroad = rows.filtered(
        lambda tax: not tax.fiscal_position_ids.country_id & company.country_id
    )
    return abroad if len(abroad) == 1 else abroad.browse()


def open_questions(order):
    """Return what keeps the invoice of an order waiting until somebody says it.

    :return: sentences
    """
    env, account = order.env, order.account_id
    items = order.item_ids.filtered(lambda one: one._stands())
    if not order.voucher_payer and any(_has_undecided_voucher(one) for one in items):
        yield env._(
            "THE ICONIC does not say who pays for the vouchers of this order. Choose "
            "it under Vouchers Are Paid By on the account %s.",
            account.name,
        )
    if not order.shipping_kept_by and any(
        one.shipping_fee or one.shipping_voucher_amount for one in items
    ):
        yield env._(
            "The buyer has paid for shipping, and nobody has said who keeps it. Choose "
            "it under Shipping Fees Are Kept By on the account %s.",
            account.name,
        )
    if order.tax_is_collected and _untaxed_lines(order):
        yield env._(
            "THE ICONIC pays the tax of this order, and no tax for exports was found. "
            "Choose the Export Tax on the account %s.",
            account.name,
        )


def settle_questions(order):
    """Apply to an order what its account says by now about who bears what.

    :param order: an imported `iconic.order`; one that is invoiced stays as it is
    """
    if _invoices(order) or not any(open_questions(order)):
        return
    known = answers(order.account_id)
    order.write({name: order[name] or value for name, value in known.items()})
    _reprice(order)


def _reprice(order):
    """Compute prices, shipping and taxes of an order's lines again."""
    sale = order.sale_order_id
    with unlocked(sale):
        for line in sale.order_line:
            _reprice_line(order, line)
        rows = order._shipping_rows(sale, _items_without_shipping(order))
        sale.order_line.create([{**row, "order_id": sale.id} for row in rows])
    match_total(order)


def _reprice_line(order, line):
    if sold := line.iconic_item_ids[:1]:
        price = sold._to_sold_item().worth(terms(order))
    elif shipped := line.iconic_shipping_item_ids[:1]:
        price = shipped._to_sold_item().shipping_worth(terms(order))
    else:
        return
    taxes = line_taxes(order, line.order_id, line.product_id)
    price = order._untaxed(taxes, price, 1, line.product_id)
    values = priced_line_values(line.product_id, line.product_uom_qty, price, taxes)
    prices = ("price_unit", "technical_price_unit", "tax_ids")
    line.write({name: values[name] for name in prices})


def match_total(order):
    """Make the total of a sales order what its items come to, or store the difference.

    A rounding line takes up to the account's tolerance for each line; without a
    rounding product the difference stays, and only the invoice waits.
    """
    sale = order.sale_order_id
    expected = total_received(_ordered_items(order), terms(order))
    with unlocked(sale):
        _round(order, sale, sale.order_line, expected)
    order.total_difference = sale.currency_id.round(sale.amount_total - float(expected))


def match_invoice(order, move):
    """Make all invoices, less credit notes, what the items to invoice by now come to.

    :param move: the draft `account.move` to change, an invoice or a credit note; left
        alone if more than cents are missing: a person has decided what is on it
    """
    if move.state != "draft":
        return
    others = sum(
        one.amount_total * (1 if one.move_type == "out_invoice" else -1)
        for one in _invoices(order, "out_refund") - move
    )
    due = total_received(_billable_items(order), terms(order)) - Decimal(str(others))
    expected = due if move.move_type == "out_invoice" else -due
    _round(order, move, move.invoice_line_ids, expected)


def _round(order, document, lines, expected):
    """Add, change or remove the rounding line of a sales order or draft invoice.

    The tolerance is for each line of the sales order: a credit note of one item may
    have to make up for what the others have been rounded by.

    :param lines: of the document
    :param Decimal expected: its total
    """
    product = order.account_id.rounding_product_id
    rounding = lines.filtered(lambda line: product and line.product_id == product)
    others = document.amount_total - sum(rounding.mapped("price_total"))
    difference = Decimal(str(document.currency_id.round(others - float(expected))))
    count = len(order.sale_order_id.order_line)
    tolerance = Decimal(str(order.account_id.order_tolerance))
    price = rounding_amount(difference, count, tolerance)
    if difference and not price:
        return
    if not (rounding or price and product):
        return
    values = priced_line_values(product, 1, price, product.taxes_id.browse())
    if lines._name == "account.move.line":
        known = ("product_id", "price_unit", "tax_ids")
        values = {**{name: values[name] for name in known}, "quantity": 1}
    if rounding:
        prices = values.keys() & {"price_unit", "technical_price_unit"}
        rounding[0].write({name: values[name] for name in prices})
    else:
        lines.create([{**values, _OWNER[lines._name]: document.id}])


def priced_line_values(product, quantity, price, taxes):
    """Return the values of an order line whose price Odoo does not recompute.

    Odoo regards a price as entered by hand if it differs from `technical_price_unit`.
    """
    return {
        "product_id": product.id,
        "product_uom_id": product.uom_id.id,
        "product_uom_qty": quantity,
        "price_unit": float(price),
        "technical_price_unit": 0.0 if price else -1.0,
        "discount": 0.0,
        "tax_ids": [Command.set(taxes.ids)],
    }


# The field of a line for its document.
_OWNER = {"sale.order.line": "order_id", "account.move.line": "move_id"}


@contextmanager
def unlocked(sale):
    """Let the lines of a sales order be changed, though it may be locked."""
    locked = sale.locked
    if locked:
        sale.locked = False
    yield
    if locked:
        sale.locked = True


def _invoices(order, *more_types):
    """Return the invoices of an order that are not cancelled."""
    types = ("out_invoice", *more_types)
    return order.sale_order_id.invoice_ids.filtered(
        lambda move: move.move_type in types and move.state != "cancel"
    )


def _ordered_items(order):
    """Return the items that the sales order is for, as `order_amounts.Item`.

    Shipped ones that were cancelled are part of it until they are back, but their
    shipping is not.
    """
    items = order.item_ids.filtered(
        lambda one: one.sale_line_id and not one.removed_from_sale
    )
    return [
        _without_shipping(one) if _is_off(one) else one._to_sold_item() for one in items
    ]


def _billable_items(order):
    """Return the items that are to be on invoices by now."""
    when = order._invoiced_when()
    return [
        one._to_sold_item()
        for one in order.item_ids
        if one._stands() and one._is_due(when)
    ]


def _items_without_shipping(order):
    """Return the items whose share of the shipping has no line yet."""
    return [
        one._to_sold_item()
        for one in order.item_ids
        if one.sale_line_id and not one.shipping_line_id and not _is_off(one)
    ]


def standing_items(order):
    """Return the items that are sold for good, as `order_amounts.Item`."""
    return [one._to_sold_item() for one in order.item_ids if one._stands()]


def _is_off(item):
    return item.withdrawn and item.status == item_statuses.CANCELED


def _without_shipping(item):
    return replace(
        item._to_sold_item(), shipping=ZERO, shipping_tax=ZERO, shipping_voucher=ZERO
    )


def _has_undecided_voucher(item):
    return item.undecided_voucher or item.shipping_voucher_amount


def _untaxed_lines(order):
    return order.sale_order_id.order_line.filtered(
        lambda line: (
            (line.iconic_item_ids or line.iconic_shipping_item_ids) and not line.tax_ids
        )
    )
