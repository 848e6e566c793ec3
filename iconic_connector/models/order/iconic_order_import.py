from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ... import const
from ...domain.order_addresses import unpack_addresses

# What sales orders and partners are made with: no mails, no followers, no tracking.
QUIET = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_auto_subscribe_no_notify": True,
}


class IconicOrder(models.Model):
    """Making the sales order, and reserving its stock."""

    _inherit = "iconic.order"

    def _import(self):
        """Make the sales order of this order and confirm it.

        :raise UserError: with what a person has to mend
        """
        self.ensure_one()
        statuses = set(self.item_ids.mapped("status"))
        if not statuses:
            raise UserError(
                self.env._(
                    "THE ICONIC has not told its units. Press Retry to have them read "
                    "again."
                )
            )
        if statuses == {const.CANCELLED_STATUS}:
            self.state = "cancelled"
        elif const.UNPAID_STATUS in statuses:
            self.state = "unpaid"
        else:
            self._make_sale_order()

    def _make_sale_order(self):
        items = self.item_ids.filtered(lambda one: one.status != const.CANCELLED_STATUS)
        self._find_products(items)
        sale = self._create_sale_order()
        self._create_lines(sale, self._line_values(sale, items))
        self.write({"sale_order_id": sale.id, "state": "imported"})
        self._balance(items)
        if self.account_id.confirm_orders:
            self.sale_order_id.action_confirm()

    def _find_products(self, items):
        """Find the product of each unit: mapped by hand, listed, or by reference."""
        # A unit without SKU is what a person says.
        unclear = items.filtered(lambda one: one.seller_sku or not one.product_id)
        found = self.account_id._products_of_skus(
            set(unclear.filtered("seller_sku").mapped("seller_sku"))
        )
        unknown = unclear.filtered(lambda one: one.seller_sku not in found)
        if unknown:
            names = {one.seller_sku or one.name or one.external_id for one in unknown}
            raise UserError(
                self.env._(
                    "No product has the SKU %s. Choose the product of the unit below, "
                    "or correct the product's internal reference, and press Retry.",
                    ", ".join(sorted(names)),
                )
            )
        unclear = unclear.with_context(iconic_product_found=True)
        for sku, same in unclear.grouped("seller_sku").items():
            same.product_id = found[sku]

    def _create_sale_order(self):
        account = self.account_id
        if not self.currency_id.active:
            raise UserError(
                self.env._(
                    "The order is in a currency that is not active here. Activate it "
                    "under Invoicing > Configuration > Currencies, and press Retry."
                )
            )
        partners = account._partners_of(
            (self.external_id, *unpack_addresses(self.addresses or {}))
        )
        return (
            self.env["sale.order"]
            .with_context(**QUIET)
            .create(
                {
                    "iconic_account_id": account.id,
                    "company_id": account.company_id.id,
                    "partner_id": partners.customer.id,
                    "partner_invoice_id": partners.invoice.id,
                    "partner_shipping_id": partners.delivery.id,
                    "pricelist_id": self._pricelist().id,
                    "date_order": self.ordered_at or fields.Datetime.now(),
                    "commitment_date": self.target_to_ship,
                    "client_order_ref": self.number,
                    "origin": self.number,
                    "user_id": False,
                    **self._channel_values(),
                }
            )
        )

    def _channel_values(self):
        """Return what the account sets on its orders, as far as it does."""
        account = self.account_id
        values = {
            "team_id": account.team_id.id,
            "warehouse_id": self._warehouses()[:1].id,
            "payment_term_id": account.payment_term_id.id,
            "fiscal_position_id": account.fiscal_position_id.id,
        }
        chosen = {name: value for name, value in values.items() if value}
        return {**chosen, "tag_ids": [Command.set(account.order_tag_ids.ids)]}

    def _warehouses(self):
        """Return the warehouses that deliver, the preferred one first."""
        account = self.account_id
        first = account.warehouse_id or account.stock_warehouse_ids[:1]
        return first | account.second_warehouse_ids

    def _pricelist(self):
        """Return a price list in the currency of the order, whatever its prices."""
        account = self.account_id
        if account.pricelist_id.currency_id == self.currency_id:
            return account.pricelist_id
        if not account.pricelist_id and self.currency_id == account.currency_id:
            return account.pricelist_id
        known = self.env["product.pricelist"].search(
            Domain("currency_id", "=", self.currency_id.id)
            & Domain("company_id", "in", [False, account.company_id.id]),
            limit=1,
        )
        return known or known.create(
            {
                "name": f"THE ICONIC {self.currency_id.name}",
                "currency_id": self.currency_id.id,
                "company_id": account.company_id.id,
            }
        )

    def _go_on_confirmed(self):
        """Reserve the stock of sales orders that were just confirmed; their date stays.

        If a person has confirmed them, the job draws the further consequences.
        """
        for order in self:
            sale = order.with_company(order.company_id).sale_order_id
            sale.date_order = order.ordered_at or sale.date_order
            moves = sale.picking_ids.move_ids
            # Whatever the operation type says: the piece is sold.
            moves.filtered_domain(
                [("state", "in", ("confirmed", "partially_available"))]
            )._action_assign()
            order.account_id._compare_soon(order.item_ids.product_id)
        if confirmed_by_hand := self.filtered(lambda one: not one.follow_at):
            confirmed_by_hand._follow_again()


class IconicAccount(models.Model):
    _inherit = "iconic.account"

    def _products_of_skus(self, skus):
        """Find the products that the marketplace's SKUs stand for.

        :return: a dict, SKU -> `product.product`; without those that nothing stands for
        """
        ours = Domain("account_id", "=", self.id) & Domain("seller_sku", "in", skus)
        mapped = self.env["iconic.sku.map"].search(ours)
        listed = self.env["iconic.listing"].search(ours)
        known = self.env["product.product"].with_context(active_test=False)
        named = known.search(
            Domain("default_code", "in", list(skus))
            & Domain("company_id", "in", [False, self.company_id.id]),
            # What is sold still comes before what is archived.
            order="active, id desc",
        )
        return {
            **{one.default_code: one for one in named},
            **{one.seller_sku: one.product_id for one in listed},
            **{one.seller_sku: one.product_id for one in mapped},
        }
