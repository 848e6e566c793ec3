from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...domain import statuses
from ...domain.flows import FLOWS

_SELLING = [("product_status", "=", "published"), ("listing_status", "=", "active")]
_ENDED = [("product_status", "=", "published"), ("listing_status", "=", "inactive")]


class IconicListing(models.Model):
    """One product on one account: what is sent, what is listed, what is on its way.

    Users fill in what shall differ from the product, and mark what shall happen:
    buttons only mark, the scheduled jobs do the work. The statuses move by the flows of
    `domain/flows.py`, on the answers of the marketplace alone.
    """

    _name = "iconic.listing"
    _description = "THE ICONIC Listing"
    _rec_name = "sku"
    _order = "account_id, product_tmpl_id, product_id"
    _check_company_auto = True

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
        "Fixed once sent.",
    )
    sku = fields.Char(
        string="SKU", compute="_compute_sku", search="_search_sku", compute_sudo=True
    )
    parent_sku = fields.Char(
        string="Parent SKU",
        copy=False,
        help="What the sizes of one style and colour share. Empty: the first SKU of "
        "them that is sent. Fixed once sent.",
    )
    product_group = fields.Char(
        string="Variation Group",
        help="The name of a group of products that belong together, such as the "
        "colours of one style.",
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
        context={"active_test": False},  # one that vanished is not left out silently
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
        help="What the check or the marketplace said, all kinds of change together.",
    )
    error_summary = fields.Char(
        string="First Message",
        compute="_compute_error",
        help="The first line of the message, and how many there are besides.",
    )
    has_error = fields.Boolean(compute="_compute_error", search="_search_has_error")

    closed = fields.Boolean(help="No scheduled job touches a closed listing.")
    protect_content = fields.Boolean(
        help="Updates leave title, description, category and attributes alone."
    )
    protect_price = fields.Boolean(help="Updates leave the price alone.")
    protect_quantity = fields.Boolean(help="Updates leave the quantity alone.")
    protect_images = fields.Boolean(help="Updates leave the pictures alone.")

    listed_price = fields.Monetary(readonly=True, copy=False)
    listed_sale_price = fields.Monetary(readonly=True, copy=False)
    listed_sale_start = fields.Datetime(readonly=True, copy=False)
    listed_sale_end = fields.Datetime(readonly=True, copy=False)
    listed_quantity = fields.Integer(readonly=True, copy=False)
    content_digest = fields.Char(readonly=True, copy=False)
    image_digest = fields.Char(readonly=True, copy=False)
    seen_at = fields.Datetime(string="Seen at THE ICONIC", readonly=True, copy=False)

    feed_line_ids = fields.One2many("iconic.feed.line", "listing_id", string="Feeds")
    last_feed_id = fields.Many2one("iconic.feed", compute="_compute_last_feed_id")
    compare_soon = fields.Boolean(
        readonly=True, copy=False, help="Compared before all others: it was just sold."
    )
    product_image = fields.Image(compute="_compute_product_image", string="Picture")

    _unique_product = models.Constraint(
        "UNIQUE(account_id, product_id)",
        "This product is listed on this account already.",
    )
    _unique_seller_sku = models.UniqueIndex(
        "(account_id, seller_sku) WHERE seller_sku IS NOT NULL",
        "Another product of this account has this seller SKU.",
    )
    _pending_content = models.Index(
        "(account_id, product_status) WHERE content_status = 'pending'"
    )
    _to_compare_soon = models.Index("(account_id) WHERE compare_soon")

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
        """Return the first line of the message, short enough for a list."""
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
            raise ValidationError(self.env._("A quantity is 0 or more."))

    @api.constrains("price", "rrp")
    def _check_prices(self):
        if self.filtered(lambda listing: listing.price < 0 or listing.rrp < 0):
            raise ValidationError(self.env._("A price is more than 0."))

    def write(self, vals):
        for name in ("seller_sku", "parent_sku", "account_id", "product_id"):
            if name in vals:
                self._check_not_sent_yet(name, vals[name])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_known_outside(self):
        for listing in self:
            if listing._is_known_outside() and listing.product_status != "removed":
                raise UserError(
                    self.env._(
                        "%s is at THE ICONIC. Remove it there first.", listing.sku
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
        """Open the feeds that carried this product."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iconic_connector.iconic_feed_action"
        )
        return {**action, "domain": [("line_ids.listing_id", "=", self.id)]}

    def action_check(self):
        """Check the listing as before sending and say everything that is wrong."""
        self.ensure_one()
        problems = self._check_for_sending()[self.id]
        if not problems:
            return self.account_id._notify(
                self.env._("%s can be sent.", self.sku), "success"
            )
        return self.account_id._notify(
            "\n".join(problem.message for problem in problems), "warning"
        )

    def action_retry(self):
        """Put what failed back to pending, so that it is tried again."""
        self._reset_errors()

    def action_send_anyway(self):
        """Let the changes go out that a brake held up."""
        self.write({"send_anyway": True})
        self._reset_errors()

    def action_update_now(self):
        """Send the whole product again; an ended listing is brought back by it."""
        self._mark("content", "update", [("product_status", "=", "published")])

    def action_end(self):
        """Take the listings off sale: quantity 0."""
        self._mark("end", "end", _SELLING)

    def action_relist(self):
        """Bring ended listings back on sale with the quantity that Odoo has."""
        self._mark("quantity", "stock", _ENDED)

    def action_remove(self):
        """Remove the products from the marketplace."""
        self._mark("remove", "remove", [("product_status", "=", "published")])

    def action_close(self):
        """Keep the scheduled jobs away from the listings."""
        self.write({"closed": True})

    def action_reopen(self):
        """Let the scheduled jobs take care of closed listings again."""
        self.write({"closed": False})

    def action_protect(self):
        """Keep updates from changing content, price, quantity and pictures."""
        self._protect(True)

    def action_unprotect(self):
        """Hand content, price, quantity and pictures to Odoo.

        What was linked without pictures is published by getting them.
        """
        self._protect(False)
        unpublished = self.filtered_domain(
            [("product_status", "=", "created"), ("content_status", "=", "not_needed")]
        )
        if unpublished:
            unpublished.write({"content_status": "pending"})
            unpublished._trigger_flows("image")

    def _check_not_sent_yet(self, name, value):
        """Refuse to change what the marketplace knows a product by."""
        field = self._fields[name]
        for listing in self:
            if name == "product_id" and listing._may_stand_for(value):
                continue
            current = field.convert_to_write(listing[name], listing)
            if current and current != value and listing._is_known_outside():
                raise UserError(
                    self.env._(
                        "%(sku)s is known to THE ICONIC; its %(field)s cannot change "
                        "any more. Remove the listing and create another one.",
                        sku=listing.sku,
                        field=field._description_string(self.env),
                    )
                )

    def _may_stand_for(self, product_id):
        """Tell whether an archived variant's listing goes over to one with its SKU."""
        product = self.env["product.product"].browse(product_id)
        return bool(self.seller_sku) and (
            not self.product_id.active and product.default_code == self.seller_sku
        )

    def _is_known_outside(self):
        """Tell whether the marketplace knows the product, or may know it by now."""
        self.ensure_one()
        return self.product_status != "awaiting_creation" or (
            self.content_status == "sent"
        )

    def _reset_errors(self):
        flows = set()
        for flag in statuses.FLAGS:
            failed = self.filtered_domain([(f"{flag}_status", "=", "error")])
            if failed:
                failed.write({f"{flag}_status": "pending", f"{flag}_error": False})
                flows |= {flow.name for flow in FLOWS.values() if flow.flag == flag}
        rejected = self.filtered_domain(
            [("qc_status", "=", "rejected"), ("product_status", "=", "published")]
        )
        if rejected:
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
        """Mark what a domain allows as pending, and let it be sent.

        :param str flag: a kind of change, one of `statuses.FLAGS`
        :raise UserError: if none of the listings is in a state for it
        """
        ready = self.filtered_domain(
            [*domain, ("closed", "=", False), (f"{flag}_status", "!=", "sent")]
        )
        if not ready:
            raise UserError(
                self.env._(
                    "Nothing to do: none of these listings is in a state for that. "
                    "They may be closed, ended, on their way or not published yet."
                )
            )
        ready.write({f"{flag}_status": "pending", f"{flag}_error": False})
        ready._trigger_flows(flow_name)

    def _trigger_flows(self, *names):
        if names:
            self.account_id._trigger_crons(*names)

    @api.model
    def _any_flag_domain(self, *states):
        """Return the listings of which any kind of change is in one of these states."""
        return Domain.OR(
            Domain(f"{flag}_status", "in", states) for flag in statuses.FLAGS
        )

    @api.model
    def _error_domain(self):
        """Return the listings that need a person: refused, held up or rejected."""
        return self._any_flag_domain("error") | Domain("qc_status", "=", "rejected")
