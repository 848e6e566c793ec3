from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...domain import statuses
from ...domain.flows import FLOWS
from ..iconic_rights import button

_SELLING = [("product_status", "=", "published"), ("listing_status", "=", "active")]
_ENDED = [("product_status", "=", "published"), ("listing_status", "=", "inactive")]


class IconicListing(models.Model):
    """One product on one account: what to send, what is listed, what is being sent.

    Users fill in what differs from the product, and buttons mark what has to be sent;
    the scheduled jobs send it. The statuses change according to the table in
    `domain/flows.py`, and only the marketplace's answers complete a flow.
    """

    _name = "iconic.listing"
    _inherit = "iconic.rights"
    _description = "THE ICONIC Listing"
    _rec_name = "sku"
    # The newest styles first; names would be joined and sorted, all of them.
    _order = "product_tmpl_id.id desc, id"
    _check_company_auto = True
    _user_fields = frozenset(
        "account_id product_id seller_sku parent_sku product_group title "
        "description price rrp has_fixed_quantity quantity variation brand "
        "primary_category_id secondary_category_ids image_ids attribute_ids "
        "specific_ids minimum_price safety_buffer on_sale_from closed protect_content "
        "protect_price protect_quantity protect_images produced_by".split()
    )

    account_id = fields.Many2one(
        "iconic.account",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env["iconic.account"].search([], limit=1),
        check_company=True,
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="account_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    product_tmpl_id = fields.Many2one(
        related="product_id.product_tmpl_id", store=True, index=True
    )

    seller_sku = fields.Char(
        string="Seller SKU",
        copy=False,
        help="The key of the product at THE ICONIC. Empty: the internal reference. "
        "It cannot change once sent.",
    )
    sku = fields.Char(
        string="SKU", compute="_compute_sku", search="_search_sku", compute_sudo=True
    )
    parent_sku = fields.Char(
        string="Parent SKU",
        copy=False,
        help="Shared by the sizes of one style and colour. Empty: the first of their "
        "SKUs that is sent. It cannot change once sent.",
    )
    product_group = fields.Char(
        string="Variation Group",
        help="The name of a group of related products, such as the colours of a style.",
    )

    title = fields.Char(help="Empty: the name of the product.")
    description = fields.Html(
        sanitize_attributes=True, help="Empty: the description of the product."
    )
    price = fields.Monetary(
        help="What shoppers pay, taxes included. Empty: from the account's price list."
    )
    rrp = fields.Monetary(
        string="RRP",
        help="Recommended retail price, taxes included. Empty: from the RRP price list "
        "or the product.",
    )
    has_fixed_quantity = fields.Boolean(
        string="Fixed Quantity",
        help="Offer the quantity given here, whatever the stock.",
    )
    quantity = fields.Integer(help="Offered instead of the free stock, if fixed.")
    variation = fields.Char(
        help="Such as the size. Empty: the product's value of the variation attribute."
    )
    brand = fields.Char(help="Empty: the brand of the product or of its category.")
    primary_category_id = fields.Many2one(
        "iconic.category",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('account_id', '=', account_id)]",
        help="Empty: from the category mapping.",
    )
    secondary_category_ids = fields.Many2many(
        "iconic.category",
        "iconic_listing_secondary_category_rel",
        string="Secondary Categories",
        domain="[('account_id', '=', account_id)]",
        context={"active_test": False},  # a withdrawn category has to be seen
        help="Up to three below the primary one. Empty: from the category mapping.",
    )
    image_ids = fields.One2many(
        "iconic.image",
        "listing_id",
        string="Pictures",
        help="Sent in place of the product's pictures, the main one first.",
    )
    attribute_ids = fields.One2many(
        "iconic.listing.attribute", "listing_id", string="Item Specifics"
    )

    product_status = fields.Selection(
        statuses.PRODUCT_STATUSES,
        required=True,
        readonly=True,
        default="awaiting_creation",
        copy=False,
        index=True,
    )
    listing_status = fields.Selection(
        statuses.LISTING_STATUSES,
        required=True,
        readonly=True,
        default="inactive",
        copy=False,
    )

    content_status = fields.Selection(
        statuses.FLAG_STATES,
        required=True,
        readonly=True,
        default="pending",
        copy=False,
    )
    price_status = fields.Selection(
        statuses.FLAG_STATES,
        required=True,
        readonly=True,
        default="not_needed",
        copy=False,
    )
    quantity_status = fields.Selection(
        statuses.FLAG_STATES,
        required=True,
        readonly=True,
        default="not_needed",
        copy=False,
    )
    image_status = fields.Selection(
        statuses.FLAG_STATES,
        required=True,
        readonly=True,
        default="not_needed",
        copy=False,
    )
    end_status = fields.Selection(
        statuses.FLAG_STATES,
        required=True,
        readonly=True,
        default="not_needed",
        copy=False,
    )
    remove_status = fields.Selection(
        statuses.FLAG_STATES,
        required=True,
        readonly=True,
        default="not_needed",
        copy=False,
    )

    content_error = fields.Text(readonly=True, copy=False)
    price_error = fields.Text(readonly=True, copy=False)
    quantity_error = fields.Text(readonly=True, copy=False)
    image_error = fields.Text(readonly=True, copy=False)
    end_error = fields.Text(readonly=True, copy=False)
    remove_error = fields.Text(readonly=True, copy=False)
    error = fields.Text(
        string="Message",
        compute="_compute_error",
        help="All messages of the check and of THE ICONIC.",
    )
    error_summary = fields.Char(
        string="First Message",
        compute="_compute_error",
        help="The first line of the message, and how many more there are.",
    )
    has_error = fields.Boolean(compute="_compute_error", search="_search_has_error")

    closed = fields.Boolean(help="Scheduled jobs skip a closed listing.")
    protect_content = fields.Boolean(
        help="Updates do not change title, description, category and attributes."
    )
    protect_price = fields.Boolean(help="Updates do not change the price.")
    protect_quantity = fields.Boolean(help="Updates do not change the quantity.")
    protect_images = fields.Boolean(help="Updates do not change the pictures.")

    listed_price = fields.Monetary(readonly=True, copy=False)
    listed_sale_price = fields.Monetary(readonly=True, copy=False)
    listed_sale_start = fields.Datetime(readonly=True, copy=False)
    listed_sale_end = fields.Datetime(readonly=True, copy=False)
    listed_quantity = fields.Integer(readonly=True, copy=False)
    quantity_listed_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the document was made that the listed quantity was sent in.",
    )
    content_digest = fields.Char(readonly=True, copy=False)
    image_digest = fields.Char(readonly=True, copy=False)
    marketplace_product_id = fields.Char(
        string="THE ICONIC's Product ID",
        readonly=True,
        copy=False,
        help="The number that THE ICONIC has given the product, by which a few "
        "quantities are set at once. It is read when it is needed.",
    )
    seen_at = fields.Datetime(string="Seen on THE ICONIC", readonly=True, copy=False)
    answered_at = fields.Datetime(
        string="Last Answer",
        readonly=True,
        copy=False,
        help="When the last result of a feed was stored: what was read of the product "
        "before then is outdated.",
    )

    feed_line_ids = fields.One2many("iconic.feed.line", "listing_id", string="Feeds")
    last_feed_id = fields.Many2one("iconic.feed", compute="_compute_last_feed_id")
    send_first = fields.Boolean(
        readonly=True,
        copy=False,
        help="Its stock has just changed: it is sent before all others.",
    )

    _unique_product = models.Constraint(
        "UNIQUE(account_id, product_id)",
        "This product is listed on this account already.",
    )
    _unique_seller_sku = models.UniqueIndex(
        "(account_id, seller_sku) WHERE seller_sku IS NOT NULL",
        "Another product of this account has this seller SKU.",
    )
    # By these the jobs find what is to be sent next, in the order of its id.
    _pending_content = models.Index(
        "(account_id, product_status, id) WHERE content_status = 'pending'"
    )
    _pending_price = models.Index("(account_id, id) WHERE price_status = 'pending'")
    _pending_quantity = models.Index(
        "(account_id, id) WHERE quantity_status = 'pending'"
    )
    _pending_image = models.Index("(account_id, id) WHERE image_status = 'pending'")
    _pending_end = models.Index("(account_id, id) WHERE end_status = 'pending'")
    _pending_removal = models.Index("(account_id, id) WHERE remove_status = 'pending'")
    # PostgreSQL takes no index on a condition without Odoo's own `IS TRUE`.
    _to_send_first = models.Index("(account_id) WHERE send_first IS TRUE")
    # What is on its way or failed is counted whenever the dashboard is opened.
    _unsettled = models.Index(
        "(account_id) WHERE "
        + " OR ".join(f"{flag}_status <> 'not_needed'" for flag in statuses.FLAGS)
        + " OR qc_status = 'rejected'"
    )

    @api.depends("seller_sku", "product_id.default_code")
    def _compute_sku(self):
        for listing in self:
            listing.sku = listing.seller_sku or listing.product_id.default_code

    def _search_sku(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        return Domain("seller_sku", operator, value) | (
            Domain("seller_sku", "=", False)
            & Domain("product_id.default_code", operator, value)
        )

    @api.depends(
        "qc_status",
        "qc_reason",
        *(f"{flag}_{part}" for flag in statuses.FLAGS for part in ("status", "error")),
    )
    def _compute_error(self):
        for listing in self:
            texts = [listing[f"{flag}_error"] for flag in statuses.FLAGS]
            texts.append(listing.qc_reason)
            listing.error = "\n".join(text for text in texts if text) or False
            listing.error_summary = listing._first_message()
            listing.has_error = listing.qc_status == "rejected" or any(
                listing[f"{flag}_status"] == "error" for flag in statuses.FLAGS
            )

    def _first_message(self):
        """Return the first line of the message and the number of further lines."""
        first, *others = (self.error or "").split("\n")
        if not others:
            return first
        return self.env._(
            "%(message)s (and %(count)s more)", message=first, count=len(others)
        )

    def _search_has_error(self, operator, value):
        if operator != "in":
            return NotImplemented
        errors = self._error_domain()
        return errors if True in value else ~errors

    @api.depends("feed_line_ids")
    def _compute_last_feed_id(self):
        latest = dict(
            self.env["iconic.feed.line"]._read_group(
                [("listing_id", "in", self.ids)], ["listing_id"], ["feed_id:max"]
            )
        )
        for listing in self:
            listing.last_feed_id = latest.get(listing._origin, False)

    @api.constrains("quantity")
    def _check_quantity(self):
        if self.filtered(lambda listing: listing.quantity < 0):
            raise ValidationError(self.env._("A quantity cannot be negative."))

    @api.constrains("price", "rrp")
    def _check_prices(self):
        if self.filtered(lambda listing: listing.price < 0 or listing.rrp < 0):
            raise ValidationError(self.env._("A price cannot be negative."))

    @api.constrains("account_id", "primary_category_id", "secondary_category_ids")
    def _check_categories(self):
        """Refuse categories of other accounts, maybe of other companies."""
        for listing in self:
            chosen = listing.primary_category_id | listing.secondary_category_ids
            if chosen.account_id - listing.account_id:
                raise ValidationError(
                    self.env._("Choose categories of the listing's own account.")
                )

    def write(self, vals):
        """Override to refuse other keys for a product that is listed already.

        Another opening is compared at once, for the moment to be known; so is another
        producer of pictures, for these to be sent or awaited.
        """
        for name in ("seller_sku", "parent_sku", "account_id", "product_id"):
            if name in vals:
                self._check_key_can_change(name, vals[name])
        result = super().write(vals)
        if vals.keys() & {"on_sale_from", "produced_by"}:
            self._compare_soon()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_listed(self):
        # Without its listing nobody would see or end the product any more.
        for listing in self:
            if listing._may_be_listed() and listing.product_status != "removed":
                raise UserError(
                    self.env._(
                        "%s is listed on THE ICONIC. Remove it there first.",
                        listing.sku,
                    )
                )

    def action_open_product(self):
        """Open the product of the listing."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "product.product",
            "res_id": self.product_id.id,
            "view_mode": "form",
        }

    def action_view_feeds(self):
        """Open the feeds that contained this product."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iconic_connector.iconic_feed_action"
        )
        return {**action, "domain": [("line_ids.listing_id", "=", self.id)]}

    def action_check(self):
        """Run the check that precedes sending, and show all problems."""
        self.ensure_one()
        self._prepare_pictures()
        problems = self._check_for_sending()[self.id]
        if not problems:
            return self.account_id._notify(
                self.env._("%s can be sent.", self.sku), "success"
            )
        return self.account_id._notify(
            "\n".join(problem.message for problem in problems), "warning"
        )

    @button
    def action_retry(self):
        """Mark failed changes as pending again."""
        self._reset_errors()

    @button
    def action_send_anyway(self):
        """Approve the price or the sell-out that a threshold holds back, once.

        The form passes the price that the user has seen as `seen_price`.

        :raise UserError: if nothing waits, or the price is another one meanwhile
        """
        if "seen_price" in self.env.context:
            # 0 if only a sell-out was shown.
            prices = dict.fromkeys(self.ids, self.env.context["seen_price"])
        else:
            prices = {id_: one.held for id_, one in self._current_prices().items()}
        if not self._send_anyway(prices):
            raise UserError(
                self.env._(
                    "Nothing that you have seen waits for approval: the price has "
                    "changed since then, or it is being sent. Look again."
                )
            )

    @button
    def action_update_now(self):
        """Send the whole product again; this relists an ended listing."""
        self._mark("content", "update", [("product_status", "=", "published")])

    @button
    def action_end(self):
        """Take the listings off sale by sending quantity 0."""
        self._mark("end", "end", _SELLING)

    @button
    def action_relist(self):
        """Put ended listings on sale again with their quantity in Odoo."""
        self._mark("quantity", "stock", _ENDED)

    @button
    def action_remove(self):
        """Remove the products from the marketplace."""
        self._mark("remove", "remove", [("product_status", "=", "published")])

    @button
    def action_close(self):
        """Exclude the listings from all scheduled jobs."""
        self.write({"closed": True, "approved_price": 0})

    @button
    def action_reopen(self):
        """Include closed listings in the scheduled jobs again."""
        self.write({"closed": False})

    @button
    def action_protect(self):
        """Protect content, price, quantity and pictures from updates."""
        self._protect(True)

    @button
    def action_unprotect(self):
        """Let updates send content, price, quantity and pictures.

        A product that was linked without pictures is published by sending them.
        """
        self._protect(False)
        unpublished = self.filtered_domain(
            [("product_status", "=", "created"), ("content_status", "=", "not_needed")]
        )
        if unpublished:
            unpublished.write({"content_status": "pending"})
            unpublished._trigger_flows("image")

    def _check_key_can_change(self, name, value):
        """Refuse another value for a key of a product that is listed.

        :param str name: the key's field
        :param value: the new value, as given to `write`
        :raise UserError: if the marketplace may know the product by the present value
        """
        field = self._fields[name]
        for listing in self:
            if name == "product_id" and listing._is_replaced_by(value):
                continue
            current = field.convert_to_write(listing[name], listing)
            if current and current != value and listing._may_be_listed():
                raise UserError(
                    self.env._(
                        "%(sku)s is known to THE ICONIC, so its %(field)s cannot "
                        "change. Remove the listing and create a new one.",
                        sku=listing.sku,
                        field=field._description_string(self.env),
                    )
                )

    def _is_replaced_by(self, product_id):
        """Tell whether the product has the SKU of this listing's archived variant."""
        product = self.env["product.product"].browse(product_id)
        return bool(self.seller_sku) and (
            not self.product_id.active and product.default_code == self.seller_sku
        )

    def _may_be_listed(self):
        """Tell whether the marketplace has the product, or may have it by now."""
        self.ensure_one()
        return self.product_status != "awaiting_creation" or (
            self.content_status == "sent"
        )

    @button
    def _send_anyway(self, prices):
        """Let what a threshold holds back pass once, and have it sent.

        :param prices: listing id -> the price that a person has seen, or 0
        :return: the listings of which something waits, and still at that price
        """
        wanted = self._current_prices()
        priced = self.filtered(
            lambda one: (
                not one.closed
                and wanted[one.id].held
                and not one.currency_id.compare_amounts(
                    float(wanted[one.id].held), float(prices.get(one.id) or 0)
                )
            )
        )
        for listing in priced:
            listing.approved_price = float(wanted[listing.id].held)
        priced._reset_errors(("price",))
        # The first price waits together with the whole product.
        priced.filtered(lambda one: one._is_unsent())._reset_errors(("content",))
        sold_out = self._held_sell_outs()
        sold_out.sell_out_approved = True
        sold_out._reset_errors(("quantity",))
        return priced | sold_out

    def _held_sell_outs(self):
        """Return the listings whose sell-out the threshold holds back."""
        return self.filtered(
            lambda one: (
                one.quantity_status == "error"
                and one.listed_quantity
                and one.account_id.sell_out_threshold_exceeded
            )
        )

    def _reset_errors(self, flags=statuses.FLAGS):
        """Mark everything as pending that failed or was rejected, and have it sent.

        :param flags: some of `statuses.FLAGS`
        """
        flows = set()
        for flag in flags:
            failed = self.filtered_domain([(f"{flag}_status", "=", "error")])
            if failed:
                failed.write({f"{flag}_status": "pending", f"{flag}_error": False})
                flows |= {flow.name for flow in FLOWS.values() if flow.flag == flag}
        rejected = self.filtered_domain(
            [("qc_status", "=", "rejected"), ("product_status", "=", "published")]
        )
        if rejected and "content" in flags:
            rejected.write({"content_status": "pending"})
            flows.add("update")
        self._trigger_flows(*flows)

    def _protect(self, value):
        self.write(
            dict.fromkeys(
                (
                    "protect_content",
                    "protect_price",
                    "protect_quantity",
                    "protect_images",
                ),
                value,
            )
        )

    def _mark(self, flag, flow_name, domain):
        """Mark a kind of change as pending and have it sent.

        :param str flag: a kind of change, one of `statuses.FLAGS`
        :param str flow_name: the flow that sends it
        :param list domain: the listings that it is possible for
        :raise UserError: if it is possible for none of these listings
        """
        ready = self.filtered_domain(
            [*domain, ("closed", "=", False), (f"{flag}_status", "!=", "sent")]
        )
        if not ready:
            raise UserError(
                self.env._(
                    "Nothing to do: this is not possible for any of the listings now. "
                    "They may be closed, ended, being sent or not published yet."
                )
            )
        ready.write({f"{flag}_status": "pending", f"{flag}_error": False})
        ready._trigger_flows(flow_name)

    def _block(self, flow, message):
        """Set a flow to error, with the reason.

        :param flow: a `Flow`
        :param str message: for the error field of the flow
        """
        self.write({flow.status_field: "error", flow.error_field: message})

    def _trigger_flows(self, *names):
        if names:
            self.account_id._trigger_crons(*names)

    @api.model
    def _any_flag_domain(self, *states):
        """Return the domain of listings with any change in one of these states."""
        return Domain.OR(
            Domain(f"{flag}_status", "in", states) for flag in statuses.FLAGS
        )

    def _unmoved_since(self, moment):
        """Return the listings with nothing on its way, and no answer since a moment.

        :param moment: from `precise_now`, before something was read
        """
        # A domain would compare whole seconds.
        return self.filtered(
            lambda one: (
                all(one[f"{flag}_status"] != "sent" for flag in statuses.FLAGS)
                and not (one.answered_at and one.answered_at >= moment)
            )
        )

    @api.model
    def _error_domain(self):
        """Return the domain of listings that were refused, held back or rejected."""
        return self._any_flag_domain("error") | Domain("qc_status", "=", "rejected")
