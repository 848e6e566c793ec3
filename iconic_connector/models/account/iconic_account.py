from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ... import const
from ...seller_center.const import MAX_PRODUCTS_PER_FEED


class IconicAccount(models.Model):
    """A seller's account at THE ICONIC: the configuration page.

    Users choose season tags and send products; managers enter the credentials, test the
    connection and decide how prices and stock are taken from Odoo. The answers of the
    marketplace, never a button, move the account's listings.
    """

    _name = "iconic.account"
    _description = "THE ICONIC Account"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        default=True, help="An archived account sends and reads nothing."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        help="Fixed as soon as the account has listings.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        check_company=True,
        help="Gets an activity when something needs a person.",
    )

    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
        default=lambda self: self.env.lang or "en_US",
        help="Titles and descriptions are sent in this language.",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        string="Price List",
        check_company=True,
        help="What shoppers pay. Its currency is the currency of the account. Prices "
        "are sent with the sales taxes of the product included.",
    )
    rrp_pricelist_id = fields.Many2one(
        "product.pricelist",
        string="RRP Price List",
        check_company=True,
        help="Recommended retail prices for products that have no RRP of their own.",
    )
    send_rrp = fields.Boolean(
        string="Send RRPs",
        default=True,
        help="Shows shoppers the RRP crossed out beside a lower price. Untick to send "
        "plain prices.",
    )
    sale_ending = fields.Selection(
        [("clear", "At once"), ("expire", "By running out")],
        string="A Sale Ends",
        default="clear",
        required=True,
        help="At once: its price and dates are cleared. By running out: it gets an end "
        "a few minutes ahead, and the new price is sent after that. For shops that "
        "keep a sale when it is cleared.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    stock_warehouse_ids = fields.Many2many(
        "stock.warehouse",
        "iconic_account_stock_warehouse_rel",
        string="Inventory From",
        check_company=True,
        domain="[('company_id', '=', company_id)]",
        help="The free quantity in these warehouses is offered for sale. Without one "
        "no product can be sent.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="Fulfilment Warehouse",
        check_company=True,
        domain="[('company_id', '=', company_id)]",
        help="Orders of THE ICONIC are delivered from here.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        check_company=True,
        help="Orders of THE ICONIC are booked for this team.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Payment Terms",
        check_company=True,
        help="Set on orders of THE ICONIC.",
    )
    primary_level = fields.Integer(
        string="Level of Primary Categories",
        default=const.PRIMARY_LEVEL,
        required=True,
        help="How deep in THE ICONIC's tree the primary category of a product is, 1 "
        "for the top. 0: anywhere.",
    )
    batch_size = fields.Integer(
        string="Products per Feed",
        default=const.FEED_BATCH_SIZE,
        required=True,
        help="500 is what the marketplace recommends, 1000 the most it takes.",
    )
    retention_days = fields.Integer(
        string="Keep Feeds (Days)",
        default=90,
        required=True,
        help="Documents and lines of finished feeds are deleted after so many days.",
    )
    image_base_url = fields.Char(
        string="Public Address of Odoo",
        help="Where the marketplace fetches pictures from. Empty: the address of this "
        "Odoo (web.base.url). It must be reachable from the internet.",
    )

    category_map_ids = fields.One2many("iconic.category.map", "account_id")
    listing_ids = fields.One2many("iconic.listing", "account_id")

    _batch_size_in_limits = models.Constraint(
        f"CHECK(batch_size BETWEEN 1 AND {MAX_PRODUCTS_PER_FEED})",
        f"A feed takes 1 to {MAX_PRODUCTS_PER_FEED} products.",
    )

    _retention_is_positive = models.Constraint(
        "CHECK(retention_days > 0)", "Keep feeds for at least a day."
    )

    @api.depends("pricelist_id.currency_id", "company_id.currency_id")
    def _compute_currency_id(self):
        for account in self:
            account.currency_id = (
                account.pricelist_id.currency_id or account.company_id.currency_id
            )

    def write(self, vals):
        if "company_id" in vals:
            self._check_company_is_free(vals["company_id"])
        return super().write(vals)

    def _check_company_is_free(self, company_id):
        """Refuse another company for an account with listings, whose stock it sends."""
        for account in self:
            # Whoever moves it may not see the listings, but they count.
            if account.company_id.id != company_id and account.sudo().listing_ids:
                raise ValidationError(
                    self.env._(
                        "%s has listings, so that its company cannot change any more. "
                        "Make another account for the other company.",
                        account.name,
                    )
                )

    def _with_company_and_language(self):
        """Return the account in its own company and language."""
        self.ensure_one()
        return self.with_company(self.company_id).with_context(lang=self.lang)
