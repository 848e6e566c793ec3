from psycopg2 import DataError, IntegrityError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ... import const
from ...domain import item_statuses, statuses
from ...domain.addresses import first_of, is_hidden, unpack_addresses
from ...domain.order_changes import KINDS
from ..dispatch_clock import set_deadlines
from ..iconic_rights import button
from .fulfilled_by_marketplace import move_goods
from .history import process_history
from .order_worth import match_total, open_questions, settle_questions

# The errors of one order that do not stop the others.
FAILURES = (UserError, IntegrityError, DataError)


class IconicOrder(models.Model):
    """Processing orders: import, changes since, invoice, reports; and status updates.

    Those of an account are processed together, locked and in one transaction. What
    fails is undone and halved by the job until the order that it is about stands alone:
    there each step has a savepoint of its own, and the order keeps the reason.
    `_process` lists the steps.
    """

    _inherit = "iconic.order"

    lease_until = fields.Datetime(
        readonly=True,
        help="A job is processing it until then; after that, another one may.",
    )
    retry_at = fields.Datetime(
        string="Tried Again",
        readonly=True,
        help="When a job tries it again that has failed for an unforeseen reason.",
    )
    change_ids = fields.One2many("iconic.order.change", "order_id", readonly=True)
    sale_order_deleted = fields.Boolean(
        readonly=True, help="Somebody deleted its sales order, and has not retried yet."
    )

    @button
    def action_retry(self):
        """Process the orders again, once a person has fixed the cause."""
        self.filtered("sale_order_deleted").sale_order_deleted = False
        self._process_again()

    @button
    def action_accept_difference(self):
        """Invoice the orders although their totals differ from the marketplace's."""
        self.write({"difference_accepted": True})
        self._process_again()

    @api.model
    def _due_domain(self, accounts):
        """Return the domain of orders to process, with those that were interrupted."""
        now = fields.Datetime.now()
        interrupted = Domain("lease_until", "<=", now)
        waiting = Domain("needs_processing", "=", True) | Domain("retry_at", "<=", now)
        free = Domain("lease_until", "=", False)
        return Domain("account_id", "in", accounts.ids) & (free & waiting | interrupted)

    @api.model
    def _next_due_at(self):
        """Return when an order is due that was interrupted, or is to be tried again."""
        moments = []
        for name in ("lease_until", "retry_at"):
            next_one = Domain(name, ">", fields.Datetime.now())
            moments += self.search(next_one, order=name, limit=1).mapped(name)
        return min(moments, default=None)

    def _note_sale_order_deleted(self):
        """Hold orders whose sales order was deleted, and tell people.

        Those of which THE ICONIC has cancelled all items are at their end.
        """
        if not self:
            return
        self.write(
            {"sale_order_deleted": True, "state": "new", "needs_processing": False}
        )
        # What is created anew has everything still before it.
        self.item_ids.processed_status = False
        for order in self - self._hold_unimportable():
            order._try("error", order._import_new)
        self.account_id._sync_order_activity()

    def _check_not_deleted(self):
        """Check that nobody has deleted the sales order; only Retry makes another.

        :raise UserError: if somebody has
        """
        if self.sale_order_deleted:
            raise UserError(
                self.env._(
                    "Its sales order was deleted in Odoo. Press Retry to import it "
                    "again, or cancel it in Seller Center if it is not to be shipped."
                )
            )

    def _claim_processing(self):
        """Mark the order as being processed; changes from now on need another run."""
        lease = fields.Datetime.now() + const.PROCESS_LEASE
        self.write({"needs_processing": False, "retry_at": False, "lease_until": lease})

    def _process(self):
        """Process claimed orders of one account, and store what one alone fails with.

        1. Find their products and import them, if they have no sales order yet.
        2. Credit what THE ICONIC has refunded, whatever keeps the next steps waiting.
        3. Apply what has changed: address, time to ship, tracking, item statuses.
        4. Invoice them and register their payments.
        5. Record what THE ICONIC has shipped from its own warehouse.

        Reports follow with `_finish_processing`, once all of that is stored.

        :return: the orders, without those that somebody else has locked
        :raise UserError: what several orders fail with; each of them may be alone in it
        """
        orders = self.try_lock_for_update(allow_referencing=True)
        if not orders:
            return orders
        account = orders.account_id
        orders = orders.with_company(account.company_id).with_context(
            lang=account._active_lang()
        )
        past = orders.filtered(lambda one: one.state == "history")
        for order in past:
            process_history(order)
        (orders - past)._process_steps()
        if not (account.make_pick_tickets or account.make_payment_receipts):
            orders.lease_until = False
        # Sold on one account, it is offered on none.
        orders.env["iconic.listing"]._compare_products_soon(orders.item_ids.product_id)
        return orders

    def _process_steps(self):
        new = self.filtered(lambda one: not one.sale_order_id)
        # Products that were found stay when the import fails.
        lost = new - new._try("error", new._find_products)
        orders = self - lost - (new - lost)._hold_unimportable()
        # Changes of items apply to the sales order and deliveries of the import.
        orders = orders._try("error", orders._import_new)
        orders._note_refunds()
        orders._try("invoice_error", orders._credit_returned, is_last=False)
        orders = orders._try("error", orders._process_changes)
        compared = orders._try("invoice_error", orders._compare_totals, is_last=False)
        billable = compared - compared._hold_invoices()
        billable._try("invoice_error", billable._invoice_and_pay)
        orders._try("error", orders._move_goods)

    def _finish_processing(self):
        """Make the reports of processed orders, and release them.

        Pick tickets are needed even while the invoice is on hold.
        """
        for order in self:
            if order.state != "history":
                order.with_company(order.company_id).with_context(
                    lang=order.account_id._active_lang()
                )._make_reports()
        self.lease_until = False

    def _try(self, error_field, work, is_last=True):
        """Do one step of the processing; for one order alone, in a savepoint.

        :param str error_field: the field for the reason if it fails
        :param work: a function without parameters
        :param bool is_last: clear an earlier reason if it succeeds
        :return: the orders; none if it failed for one alone
        :raise Exception: what several orders fail with
        """
        if len(self) == 1:
            try:
                with self.env.cr.savepoint():
                    work()
            except FAILURES as error:
                self._store_failure(error_field, error)
                return self.browse()
        elif self:
            work()
        if is_last:
            self.filtered(error_field).write({error_field: False})
        return self

    def _store_failure(self, error_field, error):
        """Store why a step has failed; an order without sales order is held."""
        values = {error_field: str(error).strip() or type(error).__name__}
        is_new = not self.sale_order_id and self.state != "history"
        if error_field == "error" and is_new:
            values["state"] = "held"
        self.write(values)

    def _mark_items_processed(self):
        """Mark the items as processed for which the import has done all there is.

        Items that are further on already, such as shipped ones, are still to process.
        """
        for item in self.item_ids:
            if item.status in (*item_statuses.OPEN, item_statuses.CANCELED):
                item.processed_status = item.status

    def _process_changes(self):
        """Apply what has changed since the import, where there was one."""
        for order in self.filtered("sale_order_id"):
            order._warn_about_missing_items()
            order._process_details()
            order._process_statuses()

    def _move_goods(self):
        """Record what THE ICONIC has shipped from its own warehouse, or taken back."""
        for order in self:
            move_goods(order)

    def _warn_about_missing_items(self):
        """Ask a person to add items that arrived only after the import."""
        missing = self.item_ids.filtered(
            lambda one: (
                one.is_open and not one.sale_line_id and not one.processed_status
            )
        )
        if missing:
            self.sale_order_id.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("Items are missing in the sales order"),
                note=self.env._(
                    "THE ICONIC sent them after the order was imported. Add them to "
                    "the sales order and ship them: %s",
                    ", ".join(one.seller_sku or one.external_id for one in missing),
                ),
                user_id=self.account_id._activity_user().id,
            )

    def _process_details(self):
        """Apply a new address, time to ship or tracking number."""
        if self.address_changed:
            self._change_address(*unpack_addresses(self.addresses or {}))
            self.write({"address_changed": False})
        set_deadlines(self)
        ours = self.item_ids.filtered(lambda one: one._is_shipped_by_us())
        self._store_tracking(ours.filtered("tracking_code"))

    def _change_address(self, billing, shipping, masked=()):
        """Change the delivery address of the sales order and its open deliveries.

        Ignored if THE ICONIC hides the address by now or leaves out the street, or if
        an item has left. Invoices stay as they are.

        :param billing: a `records.Address`, or None
        :param shipping: a `records.Address`, or None
        :param masked: the hidden parts of the customer's name
        :return: whether anything has changed
        """
        self.ensure_one()
        where = first_of(shipping, billing)
        known = where and where.lines and not is_hidden(where)
        if not known or not self._is_unshipped():
            return False
        partners = self.account_id._partners_of(
            (self.external_id, billing, shipping, masked)
        )
        if partners.delivery == self.sale_order_id.partner_shipping_id:
            return False
        self._set_delivery_address(partners.delivery)
        return True

    def _is_unshipped(self):
        """Tell whether none of our items has left, and some are still to ship."""
        items = self.item_ids.filtered(
            lambda item: (
                item._is_shipped_by_us() and item.status != item_statuses.CANCELED
            )
        )
        return bool(self.sale_order_id and items) and all(items.mapped("is_open"))

    def _set_delivery_address(self, partner):
        """Write the address; taxes and prices stay as sold."""
        # Odoo would ask somebody to update the deliveries, which is done below.
        sale = self.sale_order_id.with_context(
            mail_activity_automation_skip=True, mail_create_nosubscribe=True
        )
        old = sale.partner_shipping_id.with_context(show_address=True).display_name
        sale.write(
            {
                "partner_shipping_id": partner.id,
                "fiscal_position_id": sale.fiscal_position_id.id,
            }
        )
        open_pickings = sale.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        open_pickings.partner_id = partner
        new = partner.with_context(show_address=True).display_name
        sale.message_post(
            body=self.env._(
                "THE ICONIC reports another delivery address. It was: %(old)s. "
                "It is now: %(new)s.",
                old=", ".join(old.splitlines()),
                new=", ".join(new.splitlines()),
            ),
            subtype_xmlid="mail.mt_note",
        )

    def _store_tracking(self, items):
        """Copy the tracking numbers of items to their deliveries.

        A number that somebody has entered is never overwritten: a difference is shown
        on the delivery.

        :param items: items of this order
        """
        for picking, shipped in items.grouped("picking_id").items():
            number = next(filter(None, shipped.mapped("tracking_code")), "")
            if not (picking and number):
                continue
            own = picking._iconic_tracking_number()
            if not own:
                picking.carrier_tracking_ref = number
            elif own != number and not picking._iconic_open_changes():
                picking.iconic_message = self.env._(
                    "THE ICONIC knows this delivery by the tracking number %s.", number
                )

    def _process_statuses(self):
        """Call `_process_<status>` for the items of each new status."""
        changed = self.item_ids.filtered(lambda one: one.status != one.processed_status)
        self._warn_about_revived_items(changed)
        for status, items in changed.grouped("status").items():
            # The status comes from outside: it must not name just any method.
            if status in item_statuses.WITH_CONSEQUENCES:
                getattr(self, f"_process_{status}")(items)
            items.processed_status = status
        if changed:
            self.change_ids._give_up_refused()

    def _warn_about_revived_items(self, changed):
        """Ask a person to sell items again that THE ICONIC had reported as gone.

        :param changed: items with another status than the processed one
        """
        revived = changed.filtered(
            lambda item: (
                item.processed_status in item_statuses.BACK
                and item.status not in item_statuses.BACK
            )
        )
        if revived:
            self.sale_order_id.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("Items are sold after all"),
                note=self.env._(
                    "THE ICONIC had reported them as cancelled, lost or returned, so "
                    "that they were taken off or credited: %s. Check their delivery, "
                    "and invoice them by hand.",
                    ", ".join(item._short_name() for item in revived),
                ),
                user_id=self.account_id._activity_user().id,
            )

    def _compare_totals(self):
        """Apply the account's answers, and compare the totals before the invoices.

        Its own step, so that a difference is stored although the invoice then waits.
        Lines and prices may have changed since the import.
        """
        for order in self.filtered(lambda one: one.sale_order_id.state == "sale"):
            settle_questions(order)
            invoices = order.sale_order_id.invoice_ids
            to_invoice = order.account_id.invoice_orders and not invoices
            differs = order.total_difference or to_invoice
            if differs and not order.difference_accepted:
                match_total(order)

    def _hold_invoices(self):
        """Have the invoices wait that a person has to see to, and store why.

        :return: their orders
        """
        held = self.browse()
        for order in self.filtered(lambda one: one.sale_order_id.state == "sale"):
            if reason := order._invoice_obstacle():
                order.invoice_error = reason
                held |= order
        return held

    def _invoice_obstacle(self):
        """Return why this order must not be invoiced yet, as a sentence; or None."""
        if questions := " ".join(open_questions(self)):
            return questions
        if self.total_difference and not self.difference_accepted:
            return self.env._(
                "The total of the sales order differs from THE ICONIC's by "
                "%(difference)s. Correct its lines, or press Invoice Anyway.",
                difference=self.currency_id.format(self.total_difference),
            )
        return None

    def _process_again(self):
        """Have the job process these orders, read again where items are missing."""
        unreadable = self.filtered("unreadable")
        readable = self - unreadable
        readable.filtered(lambda one: one.state == "held").state = "new"
        readable.write({"error": False, "needs_processing": True, "lease_until": False})
        for order in unreadable | readable.filtered(lambda one: not one.item_ids):
            order._request_reading_again()
        self.account_id._trigger_crons("order_process")

    def _request_change(self, kind, items, previous=None, **values):
        """Request a status update about items of this order.

        Nothing is sent in this transaction: a job sends it right after the commit.
        Nothing is requested twice: a pending update gets the new values, a refused one
        is replaced, and so is an opposite decision that was not sent yet.

        :param str kind: a key of `order_changes.KINDS`
        :param items: items of this order, `iconic.order.item`
        :param previous: an `iconic.order.change` that has to be done before
        :param values: of other fields of `iconic.order.change`
        :return: the new `iconic.order.change`, for those of the items that no open one
            covers; the open one if it covers all; empty without items
        """
        self.ensure_one()
        # Sales and stock users need no access to the connector.
        order, items = self.sudo(), items.sudo() & self.sudo().item_ids
        changes = order.change_ids.filtered(
            lambda change: change.kind == kind and change.item_ids & items
        )
        order._replace_opposite(kind, items)
        open_ones = changes.filtered(
            lambda change: change.state in statuses.OPEN_CHANGE_STATES
        )
        waiting = open_ones.filtered(lambda change: change.state == "pending")
        waiting._replace_values(values, items)
        covered = open_ones.filtered(lambda change: change._covers(values)).item_ids
        left = items - covered
        if not left:
            return open_ones.sorted("id")[:1]
        changes.filtered(lambda change: change.state == "refused")._give_up(
            self.env._("Replaced by a newer request.")
        )
        change = changes.create(
            {
                "order_id": order.id,
                "kind": kind,
                "item_ids": [Command.set(left.ids)],
                "previous_id": previous.id if previous else False,
                **values,
            }
        )
        self.env["iconic.account"]._trigger_crons("order_change")
        return change

    def _replace_opposite(self, kind, items):
        """Give up what a request of this kind replaces, as far as it was not sent."""
        opposite = self.change_ids.filtered(
            lambda change: (
                change.kind == KINDS[kind].instead_of
                and change.state in ("pending", "refused")
                and change.item_ids & items
            )
        )
        whole = opposite.filtered(lambda change: change.item_ids <= items)
        whole._give_up(self.env._("Replaced by a newer request."))
        for change in opposite - whole:
            change.item_ids -= items

    def _after_ready_to_ship(self, change):
        """Store the tracking number, and request the documents of the deliveries.

        :param change: an `iconic.order.change` that is done
        """
        self._refresh_delivery_message(change)
        self._store_tracking(change.item_ids)
        pickings = change.item_ids.picking_id.filtered(
            lambda picking: picking.state != "cancel"
        )
        wanted = {
            "shippingLabel": self.account_id.fetch_labels,
            "invoice": self.account_id.fetch_invoices,
        }
        names = [name for name, is_wanted in wanted.items() if is_wanted]
        if pickings and names and self.account_id._is_offered("documents"):
            self.env["iconic.order.document"]._request_documents(pickings, names)

    def _after_shipped(self, change):
        """Clear an earlier refusal on the delivery; what is left has its own time."""
        self._refresh_delivery_message(change)
        set_deadlines(self)

    def _after_tracking(self, change):
        """Clear an earlier refusal on the delivery."""
        self._refresh_delivery_message(change)

    def _refresh_delivery_message(self, change):
        """Replace an earlier refusal by what else there is to say, if anything."""
        for picking in change.picking_id:
            picking.iconic_message = picking._iconic_delivery_note()

    def _after_refused_ready_to_ship(self, change):
        """Show on the delivery why it is not ready to ship."""
        change.picking_id.iconic_message = change.message

    def _after_refused_shipped(self, change):
        """Show on the delivery why it is not marked as shipped."""
        change.picking_id.iconic_message = change.message

    def _after_refused_tracking(self, change):
        """Show on the delivery why its tracking number was not changed."""
        change.picking_id.iconic_message = change.message
