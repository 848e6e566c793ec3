"""All that matters of an order in Odoo, as values that can be compared.

Numbers that Odoo counts up are left out: they depend on what else was done.
"""


def facts_of(order):
    """Return the facts of an order, by their subject.

    :param order: an `iconic.order`
    """
    sale = order.sale_order_id
    pickings = sale.picking_ids.sorted("id")
    moves = sale.invoice_ids.sorted(lambda one: (one.move_type, one.id))
    return {
        "price list": sale.pricelist_id.name,
        "order": _values(
            order,
            "state error invoice_error report_error needs_processing lease_until "
            "total_difference tax_is_collected voucher_payer shipping_kept_by "
            "invoice_when ship_by",
        ),
        "items": [_item(one) for one in order.item_ids.sorted("external_id")],
        "sale": _values(
            sale,
            "state date_order commitment_date amount_untaxed amount_tax amount_total "
            "invoice_status currency_id fiscal_position_id warehouse_id "
            "client_order_ref origin tag_ids team_id payment_term_id",
        )
        | _partners(sale, "partner_id", "partner_invoice_id", "partner_shipping_id"),
        "lines": [_line(one) for one in sale.order_line.sorted("id")],
        "transfers": [_transfer(one) for one in pickings],
        "invoices": [_move(one) for one in moves],
        "payments": [_payment(one) for one in moves.matched_payment_ids.sorted("id")],
        "activities": sorted(sale.activity_ids.mapped(lambda one: one.summary or "")),
    }


def differences(found, expected, path=""):
    """Return where two structures of facts differ.

    :return: a dict, path -> what was found and expected
    """
    if isinstance(found, dict) and isinstance(expected, dict):
        found, expected = found.items(), expected.items()
        keys = [key for key, _value in (*found, *expected)]
        pairs = {key: (dict(found).get(key), dict(expected).get(key)) for key in keys}
    elif isinstance(found, list) and len(found) == len(expected):
        pairs = dict(enumerate(zip(found, expected, strict=True)))
    else:
        return {} if found == expected else {path: (found, expected)}
    result = {}
    for key, pair in pairs.items():
        result |= differences(*pair, f"{path}/{key}")
    return result


def _values(record, names):
    return {name: _plain(record[name]) for name in names.split()}


def _plain(value):
    return value.ids if hasattr(value, "ids") else value


def _partners(record, *names):
    """Return what partners are, not which: they may be created anew."""
    return {
        name: _values(record[name], "name email street city zip type company_id")
        | {"parent": record[name].parent_id.name}
        for name in names
    }


def _item(item):
    return _values(item, "seller_sku status processed_status product_id withdrawn") | {
        "sold": item.sale_line_id.product_id.ids,
        "shipping": item.shipping_line_id.product_id.ids,
        "credited": item.credit_move_id.move_type,
    }


def _line(line):
    return _values(
        line,
        "product_id product_uom_qty price_unit discount tax_ids price_subtotal "
        "price_total qty_delivered qty_invoiced warehouse_id is_delivery",
    ) | {"items": len(line.iconic_item_ids)}


def _transfer(picking):
    return (
        _values(picking, "state date_deadline scheduled_date picking_type_id")
        | _partners(picking, "partner_id")
        | {
            "of its sales order": picking.origin == picking.sale_id.name,
            "moves": [
                _values(
                    move,
                    "product_id product_uom_qty quantity state date date_deadline",
                )
                for move in picking.move_ids.sorted("id")
            ],
        }
    )


def _move(move):
    return (
        _values(
            move,
            "move_type state payment_state invoice_date date invoice_date_due ref "
            "payment_reference journal_id currency_id amount_untaxed amount_tax "
            "amount_total amount_residual amount_total_signed",
        )
        | _partners(move, "partner_id", "partner_shipping_id")
        | {
            "entries": sorted(
                (
                    line.account_id.code,
                    line.product_id.id,
                    line.quantity,
                    line.debit,
                    line.credit,
                    line.amount_currency,
                    line.tax_ids.ids,
                    line.reconciled,
                )
                for line in move.line_ids
            )
        }
    )


def _payment(payment):
    return _values(
        payment,
        "payment_type partner_type amount date memo journal_id currency_id state "
        "is_reconciled is_matched",
    ) | {
        "partner": payment.partner_id.name,
        "pays": payment.invoice_ids.mapped("move_type"),
        "entries": sorted(
            (line.account_id.code, line.debit, line.credit, line.amount_currency)
            for line in payment.move_id.line_ids
        ),
    }
