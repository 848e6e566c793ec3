from psycopg2 import DataError, IntegrityError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ... import const
from ...domain.order_addresses import unpack_addresses
from ...transactions import keep, until_no_conflict

# What a single order may fail with, without stopping the others.
FAILURES = (UserError, IntegrityError, DataError)


class IconicOrder(models.Model):
    """Following the marketplace: what is new about an order has its effect in Odoo.

    Each order is worked on alone, under lock and in a savepoint of its own: one that
    fails waits with its reason, and its neighbours go on.
    """

    _inherit = "iconic.order"

    follow_at = fields.Datetime(
        readonly=True,
        help="A job has it. Later than this the job was cut off, and it comes again.",
    )

    @api.model
    def _follow_domain(self):
        lost = Domain("follow_at", "<=", fields.Datetime.now())
        fresh = Domain("needs_follow", "=", True) & Domain("follow_at", "=", False)
        return fresh | lost

    @api.model
    def _cron_follow_orders(self):
        """Follow all orders about which something is new."""
        commit = self.env["ir.cron"]._commit_progress
        domain = self._follow_domain()
        commit(remaining=self.search_count(domain))
        # One with which a job broke does not come in front of the others.
        turn = "follow_at NULLS FIRST, id"
        while orders := self.search(domain, order=turn, limit=const.FOLLOW_BATCH):
            time_left = orders._follow_each()
            keep(self.env, orders.account_id._sync_order_alarm)
            if not time_left:
                return
            # What was read for these orders is not needed for the next.
            self.env.invalidate_all()
        commit(remaining=0)

    def _follow_each(self):
        """Follow these orders, one after the other.

        :return: whether there is time left for others
        """
        for order_id in self.ids:
            order = self.browse(order_id)
            keep(self.env, order._begin_following)
            until_no_conflict(self.env, order._follow_alone)
            if not self.env["ir.cron"]._commit_progress(1):
                return False
        return True

    def _begin_following(self):
        """Take an order; what becomes new about it from now on is followed later."""
        lease = fields.Datetime.now() + const.FOLLOW_LEASE
        self.write({"needs_follow": False, "follow_at": lease})

    def _follow_alone(self):
        """Follow one order; whatever it fails with is kept on it."""
        order = self.try_lock_for_update(allow_referencing=True)
        if not order:
            return
        order = order.with_company(order.company_id).with_context(
            lang=order.account_id.lang
        )
        # What is held up later needs the deliveries that the import makes.
        if order._try("error", order._import_new) and order._try(
            "error", order._follow
        ):
            order._try("invoice_error", order._settle_if_right)
            # The parcel goes, also when the invoice waits.
            order._make_papers()
        order.follow_at = False

    def _try(self, error_field, work):
        """Do some work in a savepoint; keep what it fails with.

        :param str error_field: where the reason is kept, and cleared on success
        :return: whether it went well
        """
        try:
            with self.env.cr.savepoint():
                work()
        except FAILURES as error:
            self._keep_failure(error_field, error)
            return False
        if self[error_field]:
            self[error_field] = False
        return True

    def _keep_failure(self, error_field, error):
        values = {error_field: str(error).strip() or type(error).__name__}
        if error_field == "error" and not self.sale_order_id:
            values["state"] = "held"
        self.write(values)

    def _import_new(self):
        """Make the sales order, unless there is one or nothing is left to sell."""
        if not self.sale_order_id and self.state != "cancelled":
            self._import()
            if self.sale_order_id:
                self._note_lines_made()

    def _follow(self):
        """Follow what has changed about this order, if it is imported."""
        if self.sale_order_id:
            self._warn_of_further_units()
            self._follow_details()
            self._follow_statuses()

    def _note_lines_made(self):
        """Note that cancelled units have no lines, and open ones need nothing more."""
        for item in self.item_ids:
            if item.status in (*const.OPEN_STATUSES, const.CANCELLED_STATUS):
                item.handled_status = item.status

    def _warn_of_further_units(self):
        """Ask a person to add units that were told only after the order was made."""
        further = self.item_ids.filtered(
            lambda one: one.is_open and not one.sale_line_id and not one.handled_status
        )
        if further:
            self.sale_order_id.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("Units are missing in the sales order"),
                note=self.env._(
                    "THE ICONIC has told them after the order was imported. Add them "
                    "to the sales order, and ship them: %s",
                    ", ".join(one.seller_sku or one.external_id for one in further),
                ),
                user_id=self.account_id._alarm_user().id,
            )

    def _follow_details(self):
        """Follow the address, the time to ship and the tracking numbers."""
        if self.address_changed:
            self._change_address(*unpack_addresses(self.addresses or {}))
            self.write({"address_changed": False})
        sale = self.sale_order_id
        if self.target_to_ship and sale.commitment_date != self.target_to_ship:
            sale.commitment_date = self.target_to_ship
        self._take_tracking(self.item_ids.filtered("tracking_code"))

    def _follow_statuses(self):
        """Draw the consequences of each status that is new, for its units at once."""
        changed = self.item_ids.filtered(lambda one: one.status != one.handled_status)
        for status, items in changed.grouped("status").items():
            # Other words come from outside too, and must name no method of ours.
            if status in const.FOLLOWED_STATUSES:
                getattr(self, f"_follow_{status}")(items)
            items.handled_status = status
        if changed:
            self.account_id._compare_soon(changed.product_id)

    def _settle_if_right(self):
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
        self._settle()

    def action_retry(self):
        """Try again what a person has mended."""
        self._follow_again()

    def action_accept_difference(self):
        """Invoice the orders although their totals are off."""
        self.write({"difference_accepted": True})
        self._follow_again()

    def _follow_again(self):
        self.filtered(lambda one: one.state == "held").state = "new"
        self.write({"error": False, "needs_follow": True, "follow_at": False})
        for order in self.filtered(lambda one: not one.item_ids):
            # Whoever retries need not see what the marketplace tells.
            order.account_id.sudo()._expect("onOrderCreated", order.external_id)
        self.account_id._trigger_crons("order_follow")


class IconicAccount(models.Model):
    _inherit = "iconic.account"

    def _sync_order_alarm(self):
        """Raise, renew or close the activity about orders that need a person."""
        held = dict(
            self.env["iconic.order"]._read_group(
                Domain("account_id", "in", self.ids)
                & self.env["iconic.order"]._problem_domain(),
                ["account_id"],
                ["__count"],
            )
        )
        for account in self:
            if not (count := held.get(account)):
                account._clear_alarm("orders")
                continue
            account._raise_alarm(
                "orders",
                self.env._("%s orders need you", count),
                self.env._(
                    "Open the account and press Held: each order says what is wrong "
                    "and what to do. Late parcels cost a penalty."
                ),
            )
