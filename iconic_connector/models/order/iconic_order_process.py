from functools import partial

from psycopg2 import DataError, IntegrityError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ... import const
from ...domain import item_statuses, statuses
from ...domain.addresses import first_of, is_hidden, unpack_addresses
from ...domain.order_changes import KINDS
from ...transactions import retry_on_conflict
from ..dispatch_clock import set_deadlines
from ..iconic_rights import button
from .fulfilled_by_marketplace import move_goods
from .history import process_history
from .order_worth import match_total, open_questions, settle_questions

# The errors of one order that do not stop the others.
FAILURES = (UserError, IntegrityError, DataError)


class IconicOrder(models.Model):
    """Processing an order: import, changes since, invoice, reports; and status updates.

    Each order is processed on its own, locked and in its own savepoints: one that fails
    is held with its reason, and the others continue. `_process_one` lists the steps.
    """

    _inherit = "iconic.order"

    lease_until = fields.Datetime(
        readonly=True,
        help="A job is processing it until then; after that, another one may.",
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
        interrupted = Domain("lease_until", "<=", fields.Datetime.now())
        changed = Domain("needs_processing", "=", True) & Domain(
            "lease_until", "=", False
        )
        return Domain("account_id", "in", accounts.ids) & (changed | interrupted)

    @api.model
    def _next_due_at(self):
        """Return when the next lease of an interrupted order ends, or None."""
        interrupted = self.search(
            Domain("lease_until", ">", fields.Datetime.now()),
            order="lease_until",
            limit=1,
        )
        return interrupted.lease_until or None

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
        for order in self:
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

    def _process_claimed(self):
        """Process this claimed order, also after conflicts with other transactions."""
        retry_on_conflict(self.env, self._process_one)

    def _claim_processing(self):
        """Mark the order as being processed; changes from now on need another run."""
        lease = fields.Datetime.now() + const.PROCESS_LEASE
        self.write({"needs_processing": False, "lease_until": lease})

    def _process_one(self):
        """Process one order, and store on it what it fails with.

        1. Find its products and import it, if it has no sales order yet.
        2. Credit what THE ICONIC has refunded, whatever keeps the next steps waiting.
        3. Apply what has changed: address, time to ship, tracking, item statuses.
        4. Invoice it and register its payment.
        5. Make its reports.
        6. Record what THE ICONIC has shipped from its own warehouse.
        """
        order = self.try_lock_for_update(allow_referencing=True)
        if not order:
            return
        order = order.with_company(order.company_id).with_context(
            lang=order.account_id._active_lang()
        )
        if order.state == "history":
            process_history(order)
            return
        # Products that were found stay when the import fails.
        ready = order.sale_order_id or order._try("error", order._find_products)
        # Changes of items apply to the sales order and deliveries of the import.
        imported = ready and order._try("error", order._import_new)
        if imported:
            order._note_refunds()
            order._try("invoice_error", order._credit_returned, is_last=False)
        if imported and order._try("error", order._process_changes):
            if order._try("invoice_error", order._compare_total, is_last=False):
                order._try("invoice_error", order._invoice_if_total_fits)
            # Pick tickets are needed even while the invoice is on hold.
            order._make_reports()
            order._try("error", partial(move_goods, order))
        order.lease_until = False
        # Sold on one account, it is offered on none.
        self.env["iconic.listing"]._compare_products_soon(order.item_ids.product_id)

    def _try(self, error_field, work, is_last=True):
        """Do one step of the processing in a savepoint.

        :param str error_field: the field for the reason if it fails
        :param work: a function without parameters
        :param bool is_last: clear an earlier reason if it succeeds
        :return: whether it succeeded
        """
        try:
            with self.env.cr.savepoint():
                work()
        except FAILURES as error:
            self._store_failure(error_field, error)
            return False
        if is_last and self[error_field]:
            self[error_field] = False
        return True

    def _store_failure(self, error_field, error):
        """Store why a step has failed; an order without sales order is held."""
        values = {error_field: str(error).strip() or type(error).__name__}
        is_new = not self.sale_order_id and self.state != "history"
        if error_field == "error" and is_new:
            values["state"] = "held"
        self.write(values)

    def _import_new(self):
        """Create the sales order, unless it exists or the order was cancelled."""
        if not self.sale_order_id and self.state not in ("cancelled", "history"):
            self._import()
            if self.sale_order_id:
                self._mark_items_processed()

    def _mark_items_processed(self):
        """Mark the items as processed for which the import has done all there is.

        Items that are further on already, such as shipped ones, are still to process.
        """
        for item in self.item_ids:
            if item.status in (*item_statuses.OPEN, item_statuses.CANCELED):
                item.processed_status = item.status

    def _process_changes(self):
        """Apply what has changed since the import, if there was one."""
        if self.sale_order_id:
            self._warn_about_missing_items()
            self._process_details()
            self._process_statuses()

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

    def _compare_total(self):
        """Apply the account's answers, and compare the totals before the invoice.

        Its own step, so that a difference is stored although the invoice then waits.
        Lines and prices may have changed since the import.
        """
        sale = self.sale_order_id
        if sale.state != "sale":
            return
        settle_questions(self)
        to_invoice = self.account_id.invoice_orders and not sale.invoice_ids
        if (self.total_difference or to_invoice) and not self.difference_accepted:
            match_total(self)

    def _invoice_if_total_fits(self):
        """Invoice the order, unless its total differs from the marketplace's.

        :raise UserError: if it differs and nobody has accepted it
        """
        if self.sale_order_id.state == "cancel":
            self._refund()
        if self.sale_order_id.state != "sale":
            return
        if questions := " ".join(open_questions(self)):
            raise UserError(questions)
        if self.total_difference and not self.difference_accepted:
            raise UserError(
                self.env._(
                    "The total of the sales order differs from THE ICONIC's by "
                    "%(difference)s. Correct its lines, or press Invoice Anyway.",
                    difference=self.currency_id.format(self.total_difference),
                )
            )
        self._invoice_and_pay()

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
