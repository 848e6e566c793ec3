from psycopg2 import DataError, IntegrityError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ... import const
from ...domain import item_statuses, statuses
from ...domain.order_addresses import first_of, is_hidden, unpack_addresses
from ...transactions import commit_with_retry, retry_on_conflict

# What a single order may fail with, without stopping the others.
FAILURES = (UserError, IntegrityError, DataError)


class IconicOrder(models.Model):
    """Processing orders: what is new about one has its consequences in Odoo.

    Each order is worked on alone, under lock and in a savepoint of its own: one that
    fails waits with its reason, and its neighbours go on. Whatever has to be told to
    the marketplace is requested here.
    """

    _inherit = "iconic.order"

    lease_until = fields.Datetime(
        readonly=True,
        help="A job has it. Later than this the job was cut off, and it comes again.",
    )
    change_ids = fields.One2many("iconic.order.change", "order_id", readonly=True)

    def action_retry(self):
        """Try again what a person has fixed."""
        self._process_again()

    def action_accept_difference(self):
        """Invoice the orders although their totals are off."""
        self.write({"difference_accepted": True})
        self._process_again()

    @api.model
    def _cron_process_orders(self):
        """Follow all orders about which something is new."""
        commit = self.env["ir.cron"]._commit_progress
        domain = self._processing_domain()
        commit(remaining=self.search_count(domain))
        # One with which a job broke does not come in front of the others.
        turn = "lease_until NULLS FIRST, id"
        while orders := self.search(domain, order=turn, limit=const.PROCESS_BATCH):
            time_left = orders._process_each()
            commit_with_retry(self.env, orders.account_id._sync_order_activity)
            if not time_left:
                return
            # What was read for these orders is not needed for the next.
            self.env.invalidate_all()
        commit(remaining=0)

    @api.model
    def _processing_domain(self):
        lost = Domain("lease_until", "<=", fields.Datetime.now())
        fresh = Domain("needs_processing", "=", True) & Domain(
            "lease_until", "=", False
        )
        return fresh | lost

    def _process_each(self):
        """Follow these orders, one after the other.

        :return: whether there is time left for others
        """
        for order_id in self.ids:
            order = self.browse(order_id)
            commit_with_retry(self.env, order._claim_processing)
            retry_on_conflict(self.env, order._process_alone)
            if not self.env["ir.cron"]._commit_progress(1):
                return False
        return True

    def _claim_processing(self):
        """Take an order; what becomes new about it from now on is followed later."""
        lease = fields.Datetime.now() + const.PROCESS_LEASE
        self.write({"needs_processing": False, "lease_until": lease})

    def _process_alone(self):
        """Follow one order; whatever it fails with is kept on it."""
        order = self.try_lock_for_update(allow_referencing=True)
        if not order:
            return
        order = order.with_company(order.company_id).with_context(
            lang=order.account_id.lang
        )
        # What is held up later needs the deliveries that the import makes.
        if order._try("error", order._import_new) and order._try(
            "error", order._process_changes
        ):
            order._try("invoice_error", order._invoice_if_total_fits)
            # The parcel goes, also when the invoice waits.
            order._make_reports()
        order.lease_until = False

    def _try(self, error_field, work):
        """Do some work in a savepoint; keep what it fails with.

        :param str error_field: where the reason is kept, and cleared on success
        :return: whether it went well
        """
        try:
            with self.env.cr.savepoint():
                work()
        except FAILURES as error:
            self._store_failure(error_field, error)
            return False
        if self[error_field]:
            self[error_field] = False
        return True

    def _store_failure(self, error_field, error):
        values = {error_field: str(error).strip() or type(error).__name__}
        if error_field == "error" and not self.sale_order_id:
            values["state"] = "held"
        self.write(values)

    def _import_new(self):
        """Make the sales order, unless there is one or nothing is left to sell."""
        if not self.sale_order_id and self.state != "cancelled":
            self._import()
            if self.sale_order_id:
                self._mark_items_processed()

    def _process_changes(self):
        """Follow what has changed about this order, if it is imported."""
        if self.sale_order_id:
            self._warn_about_missing_items()
            self._process_details()
            self._process_statuses()

    def _mark_items_processed(self):
        """Note that cancelled items have no lines, and open ones need nothing more."""
        for item in self.item_ids:
            if item.status in (*item_statuses.OPEN, item_statuses.CANCELED):
                item.processed_status = item.status

    def _warn_about_missing_items(self):
        """Ask a person to add items that were told only after the order was made."""
        further = self.item_ids.filtered(
            lambda one: (
                one.is_open and not one.sale_line_id and not one.processed_status
            )
        )
        if further:
            self.sale_order_id.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("Items are missing in the sales order"),
                note=self.env._(
                    "THE ICONIC has sent them after the order was imported. Add them "
                    "to the sales order, and ship them: %s",
                    ", ".join(one.seller_sku or one.external_id for one in further),
                ),
                user_id=self.account_id._activity_user().id,
            )

    def _process_details(self):
        """Follow the address, the time to ship and the tracking numbers."""
        if self.address_changed:
            self._change_address(*unpack_addresses(self.addresses or {}))
            self.write({"address_changed": False})
        sale = self.sale_order_id
        if self.target_to_ship and sale.commitment_date != self.target_to_ship:
            sale.commitment_date = self.target_to_ship
        self._store_tracking(self.item_ids.filtered("tracking_code"))

    def _process_statuses(self):
        """Draw the consequences of each status that is new, for its items at once."""
        changed = self.item_ids.filtered(lambda one: one.status != one.processed_status)
        for status, items in changed.grouped("status").items():
            # Other words come from outside too, and must name no method of ours.
            if status in item_statuses.WITH_CONSEQUENCES:
                getattr(self, f"_process_{status}")(items)
            items.processed_status = status
        if changed:
            self.account_id._compare_soon(changed.product_id)

    def _invoice_if_total_fits(self):
        """Invoice the order, unless its total is not the marketplace's."""
        if not self.sale_order_id or self.sale_order_id.state != "sale":
            return
        if self.total_difference and not self.difference_accepted:
            raise UserError(
                self.env._(
                    "The sales order is %(difference)s off what the marketplace says. "
                    "Correct its lines, or press Invoice Anyway.",
                    difference=self.currency_id.format(self.total_difference),
                )
            )
        self._invoice_and_pay()

    def _process_again(self):
        self.filtered(lambda one: one.state == "held").state = "new"
        self.write({"error": False, "needs_processing": True, "lease_until": False})
        for order in self.filtered(lambda one: not one.item_ids):
            # Whoever retries need not see what the marketplace tells.
            order.account_id.sudo()._request_reading(
                "onOrderCreated", order.external_id
            )
        self.account_id._trigger_crons("order_process")

    def _after_ready_to_ship(self, change):
        """Take over the tracking number, and have the documents fetched.

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
        if pickings and names:
            self.env["iconic.order.document"]._request_documents(pickings, names)

    def _after_shipped(self, change):
        """Forget what has been in the way.

        :param change: an `iconic.order.change` that is done
        """
        self._refresh_delivery_message(change)

    def _after_tracking(self, change):
        """Forget what has been in the way.

        :param change: an `iconic.order.change` that is done
        """
        self._refresh_delivery_message(change)

    def _refresh_delivery_message(self, change):
        for picking in change.picking_id:
            picking.iconic_message = picking._iconic_delivery_note()

    def _after_refused_ready_to_ship(self, change):
        """Say on the delivery why it is not ready to ship."""
        change.picking_id.iconic_message = change.message

    def _after_refused_shipped(self, change):
        """Say on the delivery why it is not marked as shipped."""
        change.picking_id.iconic_message = change.message

    def _after_refused_tracking(self, change):
        """Say on the delivery why its tracking number stays what it was."""
        change.picking_id.iconic_message = change.message

    def _request_change(self, kind, items, previous=None, **values):
        """Ask that the marketplace be told something about items of this order.

        Nothing is sent in this transaction: a job does it right after the commit.
        What was asked for already is not asked for twice; of one that waits, the
        values are replaced, and one that was refused is given up for the new one.

        :param str kind: a key of `order_changes.KINDS`
        :param items: items of this order, `iconic.order.item`
        :param previous: an `iconic.order.change` that has to be done before
        :param values: of other fields of `iconic.order.change`
        :return: the `iconic.order.change`; for items of which some are asked for
            already, the new one for the others; empty if there are no items
        """
        self.ensure_one()
        # Users of sales and stock ask, who need no rights on the connector.
        order, items = self.sudo(), items.sudo() & self.sudo().item_ids
        changes = order.change_ids.filtered(
            lambda change: change.kind == kind and change.item_ids & items
        )
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
            self.env._("Asked for again since.")
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
        change._trigger_sending()
        return change

    def _store_tracking(self, items):
        """Write the numbers that the marketplace has made on the deliveries.

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

    def _change_address(self, billing, shipping, masked=()):
        """Let the sales order and its open deliveries go to another address.

        What THE ICONIC hides by now changes nothing, nor does anything once an item has
        left. Invoices stay as they are.

        :param masked: what is hidden of the customer's name
        :return: whether anything has changed
        """
        self.ensure_one()
        where = first_of(shipping, billing)
        if not where or is_hidden(where) or not self._is_unshipped():
            return False
        partners = self.account_id._partners_of(
            (self.external_id, billing, shipping, masked)
        )
        if partners.delivery == self.sale_order_id.partner_shipping_id:
            return False
        self._set_delivery_address(partners.delivery)
        return True

    def _is_unshipped(self):
        """Tell whether no item that we ship, and that is still wanted, has left."""
        items = self.item_ids.filtered(
            lambda item: item._is_ours() and item.status != item_statuses.CANCELED
        )
        return bool(self.sale_order_id and items) and all(items.mapped("is_open"))

    def _set_delivery_address(self, partner):
        """Write the address; taxes and prices of the order stay as they were sold."""
        # Nobody has to be told to do what is done here.
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
