from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ... import const
from ...domain import item_statuses
from ...domain.addresses import complete, pack_addresses
from ...domain.moments import to_odoo_datetime
from ...domain.order_amounts import credits_of, price_and_paid, split_vouchers

# Before the number of an order whose id could not be read.
UNKNOWN_ID = "?"
# Fields of items whose changes Odoo has to process.
RELEVANT_FIELDS = (
    "unit_price",
    "paid_price",
    "voucher_amount",
    "shipping_fee",
    "status",
    "target_to_ship",
    "tracking_code",
    "shipment_provider",
    "package",
)
# Fields that the marketplace may hide later; the stored values then stay.
PERSONAL_FIELDS = (
    "customer",
    "country",
    "payload",
    "addresses",
    "gift_message",
    "remarks",
    "delivery_info",
)


class IconicOrder(models.Model):
    """Storing orders as the marketplace reports them, and noticing what is new."""

    _inherit = "iconic.order"

    addresses = fields.Json(readonly=True)
    address_changed = fields.Boolean(readonly=True)

    def _prepare_order_values(self, account, record, items):
        """Return the field values of an order.

        :param record: a `seller_center.records.Order`
        :param items: its `OrderItem` records
        """
        record = complete(record, self.customer or "")
        currency = record.currency or next(
            (item.currency for item in items if item.currency), ""
        )
        shipping = record.shipping or record.billing
        targets = [item.target_to_ship for item in items if item.target_to_ship]
        target = record.target_to_ship or min(targets, default=None)
        return {
            "external_id": record.order_id,
            "number": record.number or record.order_id,
            "customer": _name(record) or self.customer,
            "country": (shipping and shipping.country) or False,
            "masked": _is_masked(record),
            "currency_id": self._currency(account, currency).id,
            "amount_total": float(_total(record, items)),
            "payment_method": record.payment_method or False,
            "is_gift": record.is_gift or bool(record.gift_message),
            "gift_message": record.gift_message or False,
            "remarks": record.remarks or False,
            "delivery_info": record.delivery_info or False,
            "exchange_for": record.exchange_for_order_id or False,
            "exchange_by": record.exchange_by_order_id or False,
            "ordered_at": to_odoo_datetime(record.created_at),
            "changed_at": to_odoo_datetime(record.updated_at),
            "target_to_ship": to_odoo_datetime(target),
            "addresses": pack_addresses(record),
            "payload": record.raw or False,
        }

    def _currency(self, account, code):
        """Return a currency by its code; the account's if the code is empty."""
        if code in ("", account.currency_id.name):
            return account.currency_id
        currencies = self.env["res.currency"].with_context(active_test=False)
        return currencies.search([("name", "=", code)], limit=1)

    def _store(self, record, items):
        """Store what has changed about an order; hidden data overwrite nothing.

        :param record: a `seller_center.records.Order`
        :param items: its `OrderItem` records
        """
        self.ensure_one()
        values = self._prepare_order_values(self.account_id, record, items)
        if not _is_newer(self, values):
            return
        if values["masked"]:
            for name in PERSONAL_FIELDS:
                values.pop(name)
        if "addresses" in values and self.addresses != values["addresses"]:
            values.update(address_changed=True, needs_processing=True)
        if self.target_to_ship != (values["target_to_ship"] or False):
            values["needs_processing"] = True
        _write_changes(self, values)

    def _link_exchanges(self):
        """Link exchanges with their first orders, whichever of them was read first."""
        mine = Domain("account_id", "in", self.account_id.ids)
        ids = self.mapped("external_id")
        unlinked = Domain("exchange_for_id", "=", False)
        waiting = self.search(
            mine & unlinked & Domain("exchange_for", "in", ids)
        ) | self.filtered(lambda one: one.exchange_for and not one.exchange_for_id)
        if not waiting:
            return
        first = self.search(
            mine & Domain("external_id", "in", waiting.mapped("exchange_for"))
        ).grouped(lambda one: (one.account_id, one.external_id))
        for one in waiting:
            one.exchange_for_id = first.get((one.account_id, one.exchange_for))

    def _exchanged_by(self):
        """Return the number of the order that replaces items of this one, or its id."""
        return ", ".join(self.exchange_ids.mapped("number")) or self.exchange_by

    def _note_unreadable(self, reason):
        """Store that the marketplace's answer could not be read, and when to ask again.

        An order without a sales order is held; nothing of it counts as 0.

        :param str reason: a sentence
        """
        self.ensure_one()
        self.write(
            {
                "unreadable": reason,
                "read_again_at": self._next_reading(),
                "read_again_count": self.read_again_count + 1,
            }
        )
        if not self.sale_order_id and self.state not in ("cancelled", "history"):
            self.write({"state": "held", "needs_processing": False})

    def _next_reading(self):
        delays = const.READ_AGAIN_DELAYS
        delay = delays[min(self.read_again_count, len(delays) - 1)]
        return fields.Datetime.now() + timedelta(seconds=delay)

    def _request_reading_again(self):
        """Have the order read by its id; without one the next pull has to find it."""
        self.ensure_one()
        # Should that reading come to nothing, too.
        self.read_again_at = self._next_reading()
        if not self.external_id.startswith(UNKNOWN_ID):
            # Users may retry without access to webhook events.
            self.account_id.sudo()._request_reading("onOrderCreated", self.external_id)

    def _note_readable(self):
        """Store that the order could be read again, and have it imported."""
        self.write({"unreadable": False, "read_again_at": False, "read_again_count": 0})
        waiting = self.filtered(lambda one: one.state == "held" and not one.error)
        waiting.write({"state": "new", "needs_processing": True})

    def _skus_of_same_products(self):
        """Return the seller SKUs of all accounts for the products of this order."""
        skus = set(self.item_ids.mapped("seller_sku")) - {False}
        found = self.account_id._products_of_skus(skus).values()
        products = self.env["product.product"].union(*found)
        same = Domain("product_id", "in", products.ids)
        for model in ("iconic.listing", "iconic.sku.map"):
            skus.update(self.env[model].search(same).mapped("seller_sku"))
        return list({*skus, *products.mapped("default_code")} - {False})

    def _is_known_by_name_only(self):
        """Tell whether nothing of the order could be read yet."""
        return bool(self.unreadable and not self.ordered_at and not self.sale_order_id)

    def _store_items(self, records):
        """Store items of this order.

        :param records: `seller_center.records.OrderItem` records
        """
        self.ensure_one()
        self._upsert_items([(self, record) for record in records])

    def _upsert_items(self, pairs, asked_at=None):
        """Create or update items, and mark the orders that need processing.

        :param pairs: pairs of an `iconic.order` and an `OrderItem` of the client
        :param asked_at: when the marketplace was asked, None for just now
        """
        Item = self.env["iconic.order.item"]
        known = {
            (one.account_id, one.external_id): one
            for one in Item.search(
                Domain("account_id", "in", self.account_id.ids)
                & Domain(
                    "external_id", "in", [record.order_item_id for _o, record in pairs]
                )
            )
        }
        rows, changed = [], self.browse()
        for order, record in pairs:
            values = Item._prepare_item_values(order, record)
            item = known.get((order.account_id, record.order_item_id))
            if item is None:
                rows.append({**values, "order_id": order.id})
                changed |= order
            elif item._is_newer(values, asked_at) and item._store(values):
                changed |= order
        new = Item.create(rows)
        # What is sold here is not offered elsewhere, imported or not.
        sold = new.product_id.union(*new._known_products().values())
        self.env["iconic.listing"]._compare_products_soon(sold)
        changed.filtered(lambda one: not one.needs_processing).needs_processing = True


class IconicOrderItem(models.Model):
    _inherit = "iconic.order.item"

    moved_at = fields.Datetime(
        readonly=True, help="When Odoo last changed its status at THE ICONIC."
    )

    def _prepare_item_values(self, order, record):
        """Return the field values of an item.

        :param record: a `seller_center.records.OrderItem`
        """
        vouchers = split_vouchers(record)
        price, paid = price_and_paid(record, vouchers.total)
        return {
            "external_id": record.order_item_id,
            "seller_sku": record.seller_sku or False,
            "name": record.name or False,
            "variation": record.variation or False,
            "status": item_statuses.SPELLINGS.get(record.status, record.status)
            or "unknown",
            "shipping_type": record.shipping_type or False,
            "own_warehouse": record.own_warehouse,
            "is_digital": record.is_digital,
            "unit_price": float(price),
            "paid_price": float(paid),
            "tax_amount": float(record.tax_amount or 0),
            "shipping_fee": float(record.shipping_fee or 0),
            "shipping_tax": float(record.shipping_tax or 0),
            "shipping_voucher_amount": float(record.shipping_voucher_amount or 0),
            "voucher_amount": float(vouchers.total),
            "marketplace_funded": float(vouchers.funded),
            "undecided_voucher": float(vouchers.undecided),
            "credits_amount": float(credits_of(record)),
            "shipment_provider": record.shipment_provider or False,
            "tracking_code": record.tracking_code or False,
            "package": record.package_id or False,
            "invoice_number": record.invoice_number or False,
            "reason": record.reason or False,
            "reason_detail": record.reason_detail or False,
            "target_to_ship": to_odoo_datetime(record.target_to_ship),
            "changed_at": to_odoo_datetime(record.updated_at),
            "payload": record.raw or False,
        }

    def _is_newer(self, values, asked_at=None):
        """Tell whether an answer is at least as new as what is stored.

        :param asked_at: see `_upsert_items`; an answer to an earlier question than the
            last status update from Odoo may be out of date
        """
        if asked_at and self.moved_at and asked_at < self.moved_at:
            return False
        return _is_newer(self, values)

    def _store(self, values):
        """Store what has changed.

        :return: whether Odoo has to process the change
        """
        # REST does not report packages: an empty one overwrites nothing.
        if not values["package"]:
            values = {key: value for key, value in values.items() if key != "package"}
        changes = _write_changes(self, values)
        return bool(changes.keys() & set(RELEVANT_FIELDS))


def _is_newer(record, values):
    known, reported = record.changed_at, values["changed_at"]
    return not known or not reported or reported >= known


def _write_changes(record, values):
    """Write the values that differ from the record's, if any.

    :return: those values
    """
    changes = {
        name: value for name, value in values.items() if _differs(record, name, value)
    }
    if changes:
        record.write(changes)
    return changes


def _differs(record, name, value):
    known = record[name]
    if record._fields[name].type == "many2one":
        known = known.id
    return (known or False) != (value or False)


def _total(record, items):
    """Return what the buyer pays: the sum over the items, if they are known."""
    if not items:
        return record.grand_total or 0
    return sum(
        (item.paid_price or 0) + (item.shipping_fee or 0)
        for item in items
        if item.status != item_statuses.CANCELED
    )


def _name(record):
    name = f"{record.first_name} {record.last_name}".strip()
    place = record.billing or record.shipping
    return name or (place.name if place else "")


def _is_masked(record):
    hidden = {*record.masked}
    for place in (record.billing, record.shipping):
        hidden.update(place.masked if place else ())
    return bool(hidden & {"first_name", "last_name", "lines"})
