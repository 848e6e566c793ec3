import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from time import monotonic

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ... import const
from ...domain import item_statuses
from ...domain.moments import to_odoo_datetime, to_utc
from ...error_messages import describe, plural
from ...seller_center.errors import (
    Refused,
    UnknownOutcome,
    Unreadable,
    UnreadableValue,
)
from ...seller_center.records import Records, UnreadableRecord
from ..iconic_rights import button
from .held_orders import sync_held_activities
from .iconic_order_customer import WITHOUT_MESSAGES, Buyer, OrderCustomers
from .iconic_order_store import UNKNOWN_ID

NO_PRICE = UnreadableValue(reason="value_missing", values={"field": "paidPrice"})


class IconicAccount(models.Model):
    """Reading and storing orders, in a scheduled job or while a user waits.

    What is stored is processed by another job. The dashboard shows how many orders are
    open, late or held.
    """

    _inherit = "iconic.account"

    import_orders = fields.Boolean(
        default=True, help="New and changed orders are read every few minutes."
    )
    pull_number = fields.Char(
        string="Order Number", copy=False, help="To pull a single order: 295311114."
    )

    open_order_count = fields.Integer(
        string="Orders to Ship", compute="_compute_order_counts"
    )
    due_today_count = fields.Integer(
        string="Due Today", compute="_compute_order_counts"
    )
    late_count = fields.Integer(string="Late", compute="_compute_order_counts")
    at_risk_count = fields.Integer(string="At Risk", compute="_compute_order_counts")
    held_count = fields.Integer(string="Held", compute="_compute_order_counts")
    invoice_waiting_count = fields.Integer(
        string="Invoices on Hold", compute="_compute_order_counts"
    )
    overdue_import_count = fields.Integer(
        string="Not Imported Yet", compute="_compute_order_counts"
    )
    refunded_count = fields.Integer(
        string="Refunded, Not Received", compute="_compute_refunded_count"
    )
    returns_due_count = fields.Integer(
        string="Returns to Handle", compute="_compute_returns_due_count"
    )
    order_graph = fields.Text(compute="_compute_order_graph")

    @api.depends(
        "order_ids.open_count",
        "order_ids.state",
        "order_ids.error",
        "order_ids.unreadable",
        "order_ids.invoice_error",
        "order_ids.ship_by",
        "order_ids.change_ids.state",
    )
    def _compute_order_counts(self):
        Order = self.env["iconic.order"]
        self._count("open_order_count", "iconic.order", Order._open_domain())
        self._count("due_today_count", "iconic.order", Domain("due", "=", "today"))
        self._count("late_count", "iconic.order", Domain("due", "=", "late"))
        self._count("at_risk_count", "iconic.order", Domain("is_at_risk", "=", True))
        self._count("held_count", "iconic.order", Order._problem_domain())
        self._count(
            "invoice_waiting_count", "iconic.order", Order._invoice_waits_domain()
        )
        self._count(
            "overdue_import_count", "iconic.order", Order._not_imported_domain()
        )

    @api.depends("order_ids.item_ids.return_state")
    def _compute_refunded_count(self):
        self._count(
            "refunded_count",
            "iconic.order.item",
            Domain("return_state", "=", "refunded"),
        )

    @api.depends("order_ids.item_ids.return_due_at", "returns_to")
    def _compute_returns_due_count(self):
        self._count(
            "returns_due_count",
            "iconic.order.item",
            Domain("return_due_at", "!=", False)
            & Domain("account_id.returns_to", "=", "seller"),
        )

    def _compute_order_graph(self):
        """Count the orders of each of the last days, for the dashboard."""
        today = fields.Date.context_today(self)
        days = [
            today - timedelta(days=ago) for ago in range(const.GRAPH_DAYS - 1, -1, -1)
        ]
        counts = self._count_by_day(days[0])
        for account in self:
            values = [
                {
                    "label": format_date(self.env, day, date_format="d MMM"),
                    "value": counts.get((account._origin.id, day), 0),
                    "type": "future" if day == today else "past",
                }
                for day in days
            ]
            account.order_graph = json.dumps(
                [{"values": values, "key": self.env._("Orders"), "title": ""}]
            )

    @button
    def action_pull_open_orders(self):
        """Request a pull of all open orders in the background."""
        self.ensure_one()
        self._require_connection()
        self._job("order_pull")._request("open")
        return self._notify(
            self.env._(
                "The open orders are being pulled in the background; see the progress."
            )
        )

    def action_read_history(self):
        """Request that orders from before the import are read, as history.

        :raise AccessError: for others than managers
        """
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group(const.MANAGER_GROUP):
            raise AccessError(
                self.env._(
                    "Only managers of THE ICONIC may read the history. Ask one of them."
                )
            )
        self.check_access("write")
        self._require_connection()
        self.sudo()._job("order_pull")._request("history")
        return self._notify(
            self.env._(
                "The history is being read in the background; see the progress. "
                "Nothing of it is imported, invoiced or taken from stock."
            )
        )

    @button
    def action_pull_one(self):
        """Pull the order whose number is entered, while the user waits."""
        self.ensure_one()
        self._require_connection()
        number = (self.pull_number or "").strip()
        if not number:
            raise UserError(self.env._("Enter the number of the order first."))
        asked_at = fields.Datetime.now()
        with self._connect_for_user() as client:
            records = self._with_items(client, self._find_order(client, number))
        if not records:
            raise UserError(
                self.env._(
                    "THE ICONIC has no order %s of this seller. The number is on the "
                    "order in Seller Center.",
                    number,
                )
            )
        self._store_read(records, asked_at)
        self.pull_number = False
        return self._notify(
            self.env._("Order %s was pulled and is being imported.", number), "success"
        )

    def action_view_orders(self):
        """Open the orders of this account, filtered as the context says."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iconic_connector.iconic_order_action"
        )
        context = {"search_default_account_id": self.id}
        if name := self.env.context.get("order_filter"):
            context[f"search_default_{name}"] = 1
        return {**action, "context": context}

    def action_view_refunded(self):
        """Open the items that were refunded but not received."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iconic_connector.iconic_order_item_action_refunded"
        )
        context = {"search_default_account_id": self.id, "search_default_refunded": 1}
        return {**action, "context": context}

    def action_view_returns(self):
        """Open the direct returns that have to be received or decided."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iconic_connector.iconic_order_item_action_returns"
        )
        context = {"search_default_account_id": self.id, "search_default_return_due": 1}
        return {**action, "context": context}

    def _find_order(self, client, number):
        """Return the orders with a number: one, or none.

        :raise UserError: if it is too far back to be found while a user waits
        """
        if client.finds_orders_by_number:
            page = client.orders(numbers=[number])
            return [*page.records, *page.unreadable]
        searched, ends = [], monotonic() + const.SEARCH_SECONDS
        for page in self._order_pages(client):
            orders = [*page.records, *page.unreadable]
            if found := [one for one in orders if one.number == number]:
                return found
            searched += [one.created_at for one in page.records]
            enough = len(searched) >= const.MOST_SEARCHED_ORDERS
            if page.next_offset is not None and (enough or monotonic() > ends):
                raise UserError(self._too_far_back(number, searched))
        return []

    def _order_pages(self, client):
        """Yield the pages of all orders since the start of the import, newest first."""
        offset = 0
        while offset is not None:
            page = client.orders(
                created_after=self._import_start(),
                offset=offset,
                limit=const.ORDERS_PER_PAGE,
            )
            yield page
            offset = page.next_offset

    def _too_far_back(self, number, searched):
        """Say which orders were searched in vain, and what to do instead.

        :param searched: when each of them was placed, None if unknown
        """
        oldest = min(filter(None, searched), default=None) or self._import_start()
        there = fields.Datetime.context_timestamp(self, to_odoo_datetime(oldest))
        return self.env._(
            "Order %(number)s is not among the last %(count)s orders, which go back to "
            "%(day)s, and a user ID and API key cannot search by number. If it still "
            "has to be shipped, press Pull All Open Orders. An account that connects "
            "with an OAuth application finds every order by its number at once.",
            number=number,
            count=len(searched),
            day=format_date(self.env, there.date()),
        )

    def _import_start(self):
        """Return from when on a single order is searched for, in UTC."""
        start = self.orders_from or fields.Datetime.now()
        return to_utc(start - const.SINGLE_ORDER_AGE)

    def _require_connection(self):
        """Check that the account may connect to THE ICONIC.

        :raise UserError: with the reason why it may not
        """
        if reason := self._blocking_reason():
            raise UserError(reason)

    def _since_import_began(self, records):
        """Return the orders that are stored already or were placed since the start.

        Those held because they could not be read turn out to be older only now.
        """
        if not self.orders_from:
            return records
        stored = self._orders_by_id(records)
        guessed = stored.filtered(lambda one: one._is_known_by_name_only())
        known = set((stored - guessed).mapped("external_id"))
        kept = [
            one
            for one in records
            if one.order_id in known
            or not one.created_at
            or to_odoo_datetime(one.created_at) >= self.orders_from
        ]
        wanted = {one.order_id for one in kept}
        guessed.filtered(lambda one: one.external_id not in wanted).unlink()
        return kept

    def _with_items(self, client, records):
        """Return pairs of an order and its items, with as few calls as possible.

        :param records: `Order` records of the client, and `UnreadableRecord` ones
        :return: an order with an item that cannot be read is an `UnreadableRecord`, too
        """
        orders = [one for one in records if not _is_unreadable(one)]
        lacking = [one.order_id for one in orders if not one.items]
        found = self._items_of(client, lacking) if lacking else Records()
        items = {}
        for item in found:
            items.setdefault(item.order_id, []).append(item)
        lost = {one.key: one.problem for one in found.unreadable}
        for one in orders:
            # Only a price that says 0 is 0.
            if any(map(_has_no_price, one.items or items.get(one.order_id, ()))):
                lost.setdefault(one.order_id, NO_PRICE)
        return [
            *((one, ()) for one in records if _is_unreadable(one)),
            *(
                (_unreadable_order(one, lost[one.order_id]), ())
                if one.order_id in lost
                else (one, list(one.items) or items.get(one.order_id, []))
                for one in orders
            ),
        ]

    def _items_of(self, client, order_ids):
        """Return the items of orders, read one by one if they cannot be read together.

        :return: an order whose items are refused alone is among the unreadable ones
        :raise SellerCenterError: if the items of no order can be read
        """
        try:
            return client.order_items(order_ids)
        except (Refused, UnknownOutcome) as error:
            found = self._items_one_by_one(client, order_ids)
            if not found and len(order_ids) > 1:
                raise error
            return found

    def _items_one_by_one(self, client, order_ids):
        items, lost = [], []
        for place, order_id in enumerate(order_ids):
            try:
                found = client.order_items([order_id])
            except (Refused, Unreadable) as error:
                found = Records((), [UnreadableRecord(order_id, "", error)])
            except UnknownOutcome as error:
                # The second failure in a row is not the fault of one order.
                if place and not items:
                    raise
                found = Records((), [UnreadableRecord(order_id, "", error)])
            items += found
            lost += found.unreadable
        return Records(items, lost)

    def _orders_by_id(self, records):
        """Return the `iconic.order` records of orders of the client."""
        return self.env["iconic.order"].search(
            Domain("account_id", "=", self.id)
            & Domain("external_id", "in", [one.order_id for one in records])
        )

    def _store_read(self, pairs, asked_at):
        """Store orders, and hold those that could not be read.

        :param pairs: pairs of an `Order` or `UnreadableRecord` of the client, and items
        :param asked_at: when the marketplace was asked for them
        :return: the `iconic.order` records
        """
        readable = [pair for pair in pairs if not _is_unreadable(pair[0])]
        for record, _items in pairs:
            if _is_unreadable(record):
                self._store_unreadable_order(record)
        return self._store_orders(readable, asked_at)

    def _store_unreadable_order(self, record):
        """Hold an order that could not be read; it is read again later.

        :param record: an `UnreadableRecord` of the client
        :raise UserError: if it has neither id nor number to know it by
        """
        reason = self.env._(
            "What THE ICONIC says about this order cannot be read: %s It is read again "
            "automatically. If that goes on, report it to THE ICONIC.",
            describe(self.env, record.problem),
        )
        if not (record.key or record.name):
            raise UserError(reason)
        mine = Domain("account_id", "=", self.id)
        known = self.env["iconic.order"].search(
            mine & Domain("external_id", "=", record.key)
            if record.key
            else mine & Domain("number", "=", record.name),
            limit=1,
        )
        if not known:
            known = known.create(
                {
                    "account_id": self.id,
                    "external_id": record.key or UNKNOWN_ID + record.name,
                    "number": record.name or record.key,
                    "state": "held",
                    "payload": record.raw,
                }
            )
        known._note_unreadable(reason)

    def _store_orders(self, records, asked_at, **values):
        """Create or update orders and their items.

        :param records: pairs of a `seller_center.records.Order` and its items
        :param asked_at: when the marketplace was asked for them
        :param values: of other fields of new orders
        :return: the `iconic.order` records
        """
        Order = self.env["iconic.order"]
        known = {
            one.external_id: one for one in self._orders_by_id([o for o, _u in records])
        }
        self._adopt_by_number(records, known)
        for record, items in records:
            if order := known.get(record.order_id):
                order._store(record, items)
        Order.union(*known.values()).filtered("unreadable")._note_readable()
        new = [pair for pair in records if pair[0].order_id not in known]
        created = Order.create([{**self._order_row(*pair), **values} for pair in new])
        known.update(zip((o.order_id for o, _u in new), created, strict=True))
        orders = Order.union(*known.values())
        orders._link_exchanges()
        orders._upsert_items(
            [
                (known[record.order_id], item)
                for record, items in records
                for item in items
            ],
            asked_at,
        )
        if orders.filtered("needs_processing"):
            self._trigger_crons("order_process")
        return orders

    def _request_unreadable_orders(self):
        """Have the orders read again whose last answer could not be read."""
        due = self.env["iconic.order"].search(
            Domain("account_id", "=", self.id)
            & Domain("read_again_at", "<=", fields.Datetime.now()),
            order="read_again_at",
            limit=const.READ_AGAIN_AT_ONCE,
        )
        for order in due:
            order._request_reading_again()

    def _adopt_by_number(self, records, known):
        """Give an id to orders that were held without one, now that it is readable.

        :param records: as in `_store_orders`
        :param known: a dict, id of an order -> its `iconic.order`; completed
        """
        numbers = {record.number: record for record, _items in records if record.number}
        nameless = self.env["iconic.order"].search(
            Domain("account_id", "=", self.id)
            & Domain("external_id", "in", [UNKNOWN_ID + one for one in numbers])
        )
        for order in nameless:
            record = numbers[order.number]
            if record.order_id not in known:
                order.external_id = record.order_id
                known[record.order_id] = order

    def _store_held_order(self, record, reason):
        """Store an order that could not be stored with what it contains, and hold it.

        :param record: a `seller_center.records.Order`
        :param str reason: why, as a sentence
        """
        values = {"error": reason, "state": "held", "needs_processing": False}
        if known := self._orders_by_id([record]):
            # With a sales order it is beyond being held.
            stays = known.sale_order_id or known.state == "history"
            known.write({"error": reason} if stays else values)
            return
        self.env["iconic.order"].create(
            {
                "account_id": self.id,
                "external_id": record.order_id,
                "number": record.number or record.order_id,
                **values,
            }
        )

    def _order_row(self, record, items):
        values = self.env["iconic.order"]._prepare_order_values(self, record, items)
        return {**values, "account_id": self.id, "needs_processing": True}

    def _sync_order_activity(self):
        """Raise, update or close the activities about orders that need a person.

        One on the account counts them, and each of those held has its own.
        """
        sync_held_activities(self)
        Order = self.env["iconic.order"]
        held = self._orders_by_account(Order._problem_domain())
        unbilled = self._orders_by_account(Order._invoice_waits_domain())
        overdue = self._orders_by_account(Order._not_imported_domain())
        for account in self:
            counts = (held[account], unbilled[account], overdue[account])
            if not any(counts):
                account._close_activity("orders")
                continue
            account._raise_activity(
                "orders",
                plural(
                    sum(counts),
                    self.env._("1 order needs you"),
                    self.env._("%s orders need you"),
                ),
                "\n".join(account._order_advice(*counts)),
            )

    def _orders_by_account(self, domain):
        """Return how many orders of a domain each account has, 0 for the others."""
        groups = self.env["iconic.order"]._read_group(
            Domain("account_id", "in", self.ids) & domain, ["account_id"], ["__count"]
        )
        return Counter(dict(groups))

    def _order_advice(self, held, unbilled, overdue):
        """Return what to do about orders that need a person, a line for each kind."""
        lines = []
        if held:
            lines.append(
                self.env._(
                    "Held: %s. Open the account and press Held: each order says what "
                    "is wrong and what to do. Late items cost a penalty.",
                    held,
                )
            )
        if unbilled:
            lines.append(
                self.env._(
                    "Invoice on hold: %s. Open the account and press Invoices on Hold: "
                    "the orders can be shipped; each says what its invoice waits for.",
                    unbilled,
                )
            )
        if overdue:
            lines.append(
                self.env._(
                    "Not imported yet: %s. Open the account and press Jobs: Import and "
                    "Process Orders says why it does not run.",
                    overdue,
                )
            )
        return lines

    def _products_of_skus(self, skus):
        """Return the products of seller SKUs.

        A SKU mapping comes before a listing, and a listing before the internal
        reference of a product.

        :return: a dict, SKU -> `product.product`, without the SKUs that are not found
            and those that several products have
        """
        ours = Domain("account_id", "=", self.id)
        skus = list(skus)
        mapped = self.env["iconic.sku.map"].search(
            ours & Domain("seller_sku", "in", skus)
        )
        listed = self.env["iconic.listing"].search(ours & Domain("sku", "in", skus))
        by_reference = listed.filtered("product_id.active").grouped("sku")
        candidates = {
            **self._products_by_reference(skus),
            # One that has a SKU of its own there, else the product's reference.
            **{sku: same.product_id for sku, same in by_reference.items()},
            **{one.seller_sku: one.product_id for one in listed if one.seller_sku},
            **{one.seller_sku: one.product_id for one in mapped},
        }
        return {sku: found for sku, found in candidates.items() if len(found) == 1}

    def _ambiguous_products(self, skus):
        """Return the products of seller SKUs that are the reference of several.

        :return: a dict, SKU -> `product.product`
        """
        clear = self._products_of_skus(skus)
        return {
            sku: found
            for sku, found in self._products_by_reference(skus).items()
            if sku not in clear
        }

    def _products_by_reference(self, skus):
        """Return the products with some internal references, the oldest first.

        Archived ones count if no other has the reference.

        :return: a dict, reference -> `product.product`
        """
        Product = self.env["product.product"].with_context(active_test=False)
        named = Product.search(
            Domain("default_code", "in", list(skus))
            & Domain(Product._check_company_domain(self.company_id)),
            order="id",
        )
        return {
            sku: same.filtered("active") or same
            for sku, same in named.grouped("default_code").items()
        }

    def _count(self, name, model, domain):
        """Set a field to the number of records of each account, with one query.

        :param str name: the name of the field
        :param str model: the model of the records
        :param domain: which of them to count
        """
        groups = self.env[model]._read_group(
            domain & Domain("account_id", "in", self._origin.ids),
            ["account_id"],
            ["__count"],
        )
        counts = {account.id: count for account, count in groups}
        for account in self:
            account[name] = counts.get(account._origin.id, 0)

    def _count_by_day(self, first):
        """Count orders by account and day, in the time zone of the user.

        :param first: the earliest day
        :return: a dict, (account id, day) -> number of orders
        """
        groups = self.env["iconic.order"]._read_group(
            Domain("account_id", "in", self._origin.ids)
            # A day more, since the day of the user may begin before that of UTC.
            & Domain(
                "ordered_at", ">=", datetime.combine(first, time()) - timedelta(days=1)
            ),
            ["account_id", "ordered_at:day"],
            ["__count"],
        )
        return {(account.id, day.date()): count for account, day, count in groups}

    def _partners_of(self, buyer):
        """Return the partners of one order.

        :param buyer: a `Buyer`
        :return: `OrderPartners`
        """
        return self._partners_of_orders([buyer])[buyer[0]]

    def _partners_of_orders(self, buyers: Iterable[Buyer]):
        """Find or create the partners of orders.

        Existing partners are never changed. The number of queries does not depend on
        the number of orders.

        :param buyers: the `Buyer` of each order
        :return: a dict, key of the buyer -> `OrderPartners`
        :raise UserError: if orders are billed to THE ICONIC, but its contact is not set
        """
        self.ensure_one()
        account = self._with_company_and_language()
        account._check_marketplace_partner()
        return OrderCustomers(account).find(tuple(buyers))

    def _check_marketplace_partner(self):
        if self.bill_to == "marketplace" and not self.marketplace_partner_id:
            raise UserError(
                self.env._(
                    "Orders are to be billed to THE ICONIC, but its contact is not "
                    "set. Open the account %s, choose THE ICONIC as customer in the "
                    "Orders section, and try again.",
                    self.name,
                )
            )

    def _collective_customer(self):
        """Return the customer that stands for all buyers, created when first needed."""
        if not self.collective_partner_id:
            self.collective_partner_id = (
                self.env["res.partner"]
                .with_context(**WITHOUT_MESSAGES)
                .create(
                    {
                        "name": self.env._("%s Customers", self.name),
                        "is_company": True,
                        "company_id": self.company_id.id,
                        "country_id": self.company_id.country_id.id,
                        "lang": self._active_lang(),
                    }
                )
            )
        return self.collective_partner_id

    def _customer_of_all(self):
        """Return who is invoiced for every buyer; empty if each buyer is."""
        if self.bill_to == "marketplace":
            return self.marketplace_partner_id
        if self.bill_to == "collective":
            return self._collective_customer()
        return self.env["res.partner"]


def _has_no_price(item):
    if item.status == item_statuses.CANCELED:
        return False
    return item.unit_price is None and item.paid_price is None


def _is_unreadable(record):
    return isinstance(record, UnreadableRecord)


def _unreadable_order(record, problem):
    """Return an order with an item that cannot be read as an `UnreadableRecord`.

    :param record: an `Order` of the client
    :param problem: what is wrong with the item
    """
    return UnreadableRecord(record.order_id, record.number, problem, record.raw)
