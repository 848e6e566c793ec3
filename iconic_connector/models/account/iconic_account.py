from markupsafe import escape

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import html2plaintext

from ... import const
from ...domain.countries import COUNTRIES, CURRENCIES
from ...error_messages import plural
from ...seller_center.const import MAX_PRODUCTS_PER_FEED
from ..dispatch_clock import compare_rules
from .clearing_journal import clearing_problem, create_clearing_journal
from .setting_problems import PRICE_LISTS, archived, setting_problems

DAMAGED_NAME = "THE ICONIC damaged"
# The settings that invoices may wait for.
ANSWERS = {"unknown_voucher_payer", "shipping_kept_by", "export_tax_id"}


class IconicAccount(models.Model):
    """A seller's account at THE ICONIC: the configuration page.

    Users choose season tags and send products; managers enter the credentials, test the
    connection and decide which prices and stock are offered and how orders and returns
    are processed. Listings change state on the marketplace's answers, never on a click.
    """

    _name = "iconic.account"
    _inherit = ["iconic.rights", "mail.thread", "mail.activity.mixin"]
    _description = "THE ICONIC Account"
    _order = "sequence, id"
    _check_company_auto = True
    _user_fields = frozenset("season_tag_ids product_categ_ids pull_number".split())

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        default=True, help="An archived account sends and reads nothing."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        help="Fixed as soon as the account has listings or orders.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        check_company=True,
        help="Gets an activity when something needs attention.",
    )
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
        default=lambda self: self.env.lang or "en_US",
        help="Titles and descriptions are sent in this language.",
    )
    production_text = fields.Text(
        string="Description until THE ICONIC Writes It",
        default="Pictures and text by THE ICONIC.",
        help="The text that THE ICONIC asks for, of products whose pictures and text "
        "it makes. Empty: the description of the product.",
    )

    country = fields.Selection(
        COUNTRIES,
        string="Marketplace Country",
        default="AU",
        required=True,
        help="The country of the shop where the products are sold. Its currency is the "
        "currency of all prices. Fixed as soon as the account has listings or orders.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    pricelist_id = fields.Many2one(
        "product.pricelist",
        string="Price List",
        check_company=True,
        domain="[('currency_id', '=', currency_id)]",
        help="What shoppers pay. It must be in the currency of the marketplace "
        "country: AUD for Australia, NZD for New Zealand. Prices are sent with the "
        "sales taxes of the product included.",
    )
    pricelist_hint = fields.Char(compute="_compute_pricelist_hint")
    rrp_pricelist_id = fields.Many2one(
        "product.pricelist",
        string="RRP Price List",
        check_company=True,
        domain="[('currency_id', '=', currency_id)]",
        help="Recommended retail prices for products that have no RRP of their own, in "
        "the currency of the marketplace country.",
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
        "a few minutes ahead, and the new price is sent after that. For shops where a "
        "cleared sale stays on.",
    )

    stock_warehouse_ids = fields.Many2many(
        "stock.warehouse",
        "iconic_account_stock_warehouse_rel",
        string="Inventory From",
        check_company=True,
        context={"active_test": False},  # an archived one has to be seen
        domain="[('company_id', '=', company_id)]",
        help="The free quantity in these warehouses is offered for sale. Without one "
        "no product can be sent.",
    )
    stock_location_ids = fields.Many2many(
        "stock.location",
        "iconic_account_stock_location_rel",
        string="Only These Locations",
        check_company=True,
        context={"active_test": False},  # an archived one has to be seen
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        help="Empty: all locations of the warehouses.",
    )
    excluded_location_ids = fields.Many2many(
        "stock.location",
        "iconic_account_excluded_location_rel",
        string="Except Locations",
        check_company=True,
        context={"active_test": False},  # an archived one has to be seen
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        help="Such as returns or damaged goods: they are never offered.",
    )
    safety_buffer = fields.Integer(
        help="Pieces of each product that are held back: the last ones stay for your "
        "own shop."
    )
    stock_share = fields.Integer(
        string="Share of the Free Stock (%)",
        help="Never offer a larger share of the free pieces of a product, rounded "
        "down, so that the last one stays for your own shop. 0: no limit.",
    )
    quantity_cap = fields.Integer(
        string="At Most", help="Never offer more pieces of a product. 0: no limit."
    )
    untracked_quantity = fields.Integer(
        string="Untracked Goods",
        help="The quantity offered of products without inventory tracking in Odoo. "
        "0: they cannot be sent without a fixed quantity.",
    )
    marketplace_subtracts = fields.Boolean(
        string="THE ICONIC Subtracts Open Orders",
        help="Tick if THE ICONIC subtracts the items of open orders from the quantity "
        "it receives. Odoo then adds them back, so that they are not counted twice.",
    )

    listing_ids = fields.One2many("iconic.listing", "account_id")
    category_map_ids = fields.One2many("iconic.category.map", "account_id")
    primary_level = fields.Integer(
        string="Level of Primary Categories",
        default=const.PRIMARY_LEVEL,
        required=True,
        help="The level of primary categories in THE ICONIC's tree; 1 is the top. "
        "0: any level.",
    )
    batch_size = fields.Integer(
        string="Products per Feed",
        default=MAX_PRODUCTS_PER_FEED,
        required=True,
        help="At most 1000, which costs the least. The marketplace recommends 500: "
        "lower it if large feeds take long there.",
    )
    retention_days = fields.Integer(
        string="Feed Retention (Days)",
        default=90,
        required=True,
        help="Documents and lines of finished feeds are deleted after this many days.",
    )
    image_base_url = fields.Char(
        string="Public Address of Odoo",
        help="The address from which the marketplace fetches pictures; it must be "
        "reachable from the internet. Empty: the address of this Odoo (web.base.url).",
    )

    order_ids = fields.One2many("iconic.order", "account_id")
    orders_from = fields.Datetime(
        string="Import Orders From",
        default=lambda self: fields.Datetime.now(),
        help="Orders placed before this are ignored, unless they are pulled by number "
        "or with Pull All Open Orders.",
    )
    history_days = fields.Integer(
        string="History of (Days)",
        default=90,
        help="How many days before Import Orders From the history begins. Orders of "
        "that time that were shipped are stored without sales order, stock, invoice or "
        "message, so that their returns are found. Those that still have to be shipped "
        "are left to Pull All Open Orders.",
    )
    confirm_orders = fields.Boolean(
        default=True,
        help="Orders are confirmed automatically, which reserves their stock.",
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
    fiscal_position_id = fields.Many2one(
        "account.fiscal.position",
        check_company=True,
        help="Set on orders. Empty: Odoo chooses by the delivery address.",
    )
    order_tag_ids = fields.Many2many(
        "crm.tag", "iconic_account_order_tag_rel", string="Tags", help="Set on orders."
    )
    collected_tax_country_ids = fields.Many2many(
        "res.country",
        "iconic_account_collected_tax_country_rel",
        string="THE ICONIC Pays the Tax In",
        compute="_compute_collected_tax_country_ids",
        store=True,
        readonly=False,
        precompute=True,
        help="Such as New Zealand, for sellers in Australia. The tax that THE ICONIC "
        "reports for items shipped there from abroad is not the seller's revenue: they "
        "are booked without it, as exports.",
    )
    export_tax_id = fields.Many2one(
        "account.tax",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('amount', '=', 0)]",
        help="The tax of sales where THE ICONIC pays the country's own. Empty: the tax "
        "that replaces the domestic one abroad in the chart of accounts. Without "
        "either, such orders are shipped and their invoices wait.",
    )
    unknown_voucher_payer = fields.Selection(
        const.BEARERS,
        string="Vouchers Are Paid By",
        help="Applies to vouchers for which THE ICONIC does not say who pays. A "
        "voucher paid by THE ICONIC does not reduce the seller's revenue. As long as "
        "nobody has chosen, invoices of orders with such vouchers wait.",
    )
    shipping_kept_by = fields.Selection(
        const.BEARERS,
        string="Shipping Fees Are Kept By",
        help="Your contract with THE ICONIC says it. Fees that THE ICONIC keeps are "
        "not on sales orders and invoices. As long as nobody has chosen, invoices of "
        "orders with a shipping fee wait.",
    )
    order_tolerance = fields.Monetary(
        string="Rounding Tolerance",
        default=const.ORDER_TOLERANCE,
        help="Per order line. Differences up to this amount go to a rounding line; "
        "larger ones hold the invoice for review, but not the delivery.",
    )
    shipping_product_id = fields.Many2one(
        "product.product",
        check_company=True,
        domain="[('type', '=', 'service')]",
        default=lambda self: self._default_product("shipping"),
        help="Used on the order line for the shipping fee that the buyer pays.",
    )
    rounding_product_id = fields.Many2one(
        "product.product",
        check_company=True,
        domain="[('type', '=', 'service')]",
        default=lambda self: self._default_product("rounding"),
    )

    bill_to = fields.Selection(
        [
            ("collective", "The collective customer"),
            ("buyer", "The buyer"),
            ("marketplace", "THE ICONIC"),
        ],
        default="collective",
        required=True,
        help="Who is invoiced; parcels go to the buyer in any case. The collective "
        "customer: one contact stands for all buyers, who are THE ICONIC's customers. "
        "The buyer: a contact is found or created for each of them. THE ICONIC: its "
        "contact, which you choose.",
    )
    marketplace_partner_id = fields.Many2one(
        "res.partner",
        string="THE ICONIC as Customer",
        check_company=True,
        help="The contact that is invoiced instead of the buyer.",
    )
    collective_partner_id = fields.Many2one(
        "res.partner",
        string="Collective Customer",
        check_company=True,
        copy=False,
        help="Is invoiced for all buyers, or for those with a hidden name or address "
        "only. Empty: a contact is created when it is first needed.",
    )

    warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="Fulfilment Warehouse",
        check_company=True,
        domain="[('company_id', '=', company_id)]",
        help="Orders of THE ICONIC are delivered from here.",
    )
    second_warehouse_ids = fields.Many2many(
        "stock.warehouse",
        "iconic_account_second_warehouse_rel",
        string="Further Warehouses",
        check_company=True,
        context={"active_test": False},  # an archived one has to be seen
        domain="[('company_id', '=', company_id)]",
        help="If the fulfilment warehouse cannot fill an order alone, the first of "
        "these that can ships it. If none can, the order is split between them.",
    )
    fulfilled_location_id = fields.Many2one(
        "stock.location",
        string="Stock at THE ICONIC",
        check_company=True,
        domain="[('usage', 'in', ('internal', 'transit')), "
        "('company_id', '=', company_id)]",
        help="The location of your goods in the warehouse of THE ICONIC, outside of "
        "your own ones. Fill it with transfers: items fulfilled by THE ICONIC leave it "
        "when they are shipped. It is not offered as your stock. Without one, orders "
        "of such items are held.",
    )
    dispatch_calendar_id = fields.Many2one(
        "resource.calendar",
        compute="_compute_dispatch_calendar_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        check_company=True,
        ondelete="restrict",
        help="Your working hours, with the public holidays as time off. They say by "
        "when an order has to leave for which THE ICONIC has not set a time. Their "
        "time zone says when a day ends.",
    )
    dispatch_cut_off = fields.Float(
        string="Orders Until",
        help="Orders that are placed on a working day until this time count from that "
        "day on. 0:00: they count from the next working day on.",
    )
    dispatch_days = fields.Integer(
        string="Dispatch Within (Working Days)",
        default=1,
        required=True,
        help="1: until work ends on the day from which an order counts, or 24 hours "
        "after it was placed, days off not counted, which is THE ICONIC's limit. 2: a "
        "working day more.",
    )
    make_pick_tickets = fields.Boolean(
        default=True,
        help="A printable picking list is attached to each new delivery.",
    )

    invoice_orders = fields.Boolean(
        string="Invoice and Post",
        default=True,
        help="Orders are invoiced by themselves and the invoices are posted, whatever "
        "the invoicing policy of their products is.",
    )
    invoice_when = fields.Selection(
        const.INVOICE_MOMENTS,
        string="Invoice",
        default="ordered",
        required=True,
        help="When ordered: all items, dated the day of the order. When shipped: the "
        "items of each shipment with their shares of the shipping, dated the day that "
        "they left; what is cancelled before that is never invoiced. Items fulfilled "
        "by THE ICONIC are invoiced once it reports them as shipped.",
    )
    invoice_journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', '=', 'sale')]",
        help="Empty: Odoo's default sales journal.",
    )
    register_payments = fields.Boolean(
        default=True,
        help="Buyers have already paid THE ICONIC: the payment is registered in the "
        "clearing journal, where THE ICONIC's payouts are matched later. Credit notes "
        "are refunded from it.",
    )
    payment_journal_id = fields.Many2one(
        "account.journal",
        string="Clearing Journal",
        check_company=True,
        copy=False,
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', '=', company_id)]",
        help="Holds the money that THE ICONIC has collected for you until it pays "
        "out. All of its payment methods book to one reconcilable current asset that "
        "nothing else uses; Create Clearing Journal makes one. Without a clearing "
        "journal no payments can be registered and invoices wait.",
    )
    send_invoice_numbers = fields.Boolean(
        help="The invoice number is sent to THE ICONIC, for shops that print it on the "
        "documents in the parcel.",
    )
    make_payment_receipts = fields.Boolean(
        default=True,
        help="A receipt is attached to each registered payment.",
    )

    returns_to = fields.Selection(
        [("seller", "Our warehouse"), ("marketplace", "THE ICONIC")],
        string="Returns Go To",
        default="seller",
        required=True,
        help="THE ICONIC: it receives returns and forwards them. They are credited "
        "when THE ICONIC reports them as returned, and added to stock when they are "
        "received here.",
    )
    check_in_returns = fields.Boolean(
        string="Automatically Check-In",
        help="Items that THE ICONIC reports as returned are added to stock at once. "
        "Otherwise the warehouse receives them.",
    )
    credit_returns = fields.Selection(
        [("draft", "Draft"), ("posted", "Posted")],
        string="Credit Notes of Returns",
        default="posted",
        required=True,
        help="THE ICONIC has refunded the buyer by then. Each credit note is dated on "
        "the day on which it has reported the refund. Drafts wait for you to post "
        "them.",
    )
    return_location_id = fields.Many2one(
        "stock.location",
        string="Good Returns To",
        check_company=True,
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        help="Empty: the stock location of the warehouse that shipped them.",
    )
    damaged_location_id = fields.Many2one(
        "stock.location",
        string="Damaged Returns To",
        check_company=True,
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        help="Stock in this location is never sold. Empty: a location is created with "
        "the first damaged return.",
    )

    setting_problems = fields.Text(compute="_compute_setting_problems")
    setting_problem_count = fields.Integer(compute="_compute_setting_problems")

    _history_is_limited = models.Constraint(
        "CHECK(history_days BETWEEN 1 AND 366)",
        "The history begins 1 to 366 days before the import.",
    )
    _batch_size_in_limits = models.Constraint(
        f"CHECK(batch_size BETWEEN 1 AND {MAX_PRODUCTS_PER_FEED})",
        f"A feed contains 1 to {MAX_PRODUCTS_PER_FEED} products.",
    )
    _retention_is_positive = models.Constraint(
        "CHECK(retention_days > 0)", "Feeds have to be stored for at least a day."
    )
    _buffers_not_negative = models.Constraint(
        "CHECK(safety_buffer >= 0 AND quantity_cap >= 0 AND untracked_quantity >= 0)",
        "Buffer, limit and quantity must not be negative.",
    )
    _stock_share_is_a_share = models.Constraint(
        "CHECK(stock_share BETWEEN 0 AND 100)",
        "The share of the free stock is between 0 and 100 %.",
    )

    _cut_off_is_a_time = models.Constraint(
        "CHECK(dispatch_cut_off >= 0 AND dispatch_cut_off < 24)",
        "Orders Until is a time of the day, from 0:00 to 23:59.",
    )
    _dispatch_takes_days = models.Constraint(
        "CHECK(dispatch_days BETWEEN 1 AND 30)",
        "Orders are dispatched within 1 to 30 working days.",
    )

    @api.depends("company_id")
    def _compute_dispatch_calendar_id(self):
        for account in self:
            account.dispatch_calendar_id = account.company_id.resource_calendar_id

    @api.depends("country")
    def _compute_currency_id(self):
        currencies = self.env["res.currency"].with_context(active_test=False)
        known = currencies.search_fetch([("name", "in", list(CURRENCIES.values()))])
        by_code = {currency.name: currency.id for currency in known}
        for account in self:
            account.currency_id = by_code.get(CURRENCIES.get(account.country))

    @api.depends("country", "company_id.country_id")
    def _compute_collected_tax_country_ids(self):
        for account in self:
            # Reference, section 18: exports of Australian sellers to New Zealand.
            home = account.company_id.country_id.code
            exports = account.country == "AU" and home in (False, "AU")
            account.collected_tax_country_ids = (
                self.env.ref("base.nz") if exports else False
            )

    @api.depends("country", "pricelist_id", "company_id")
    def _compute_pricelist_hint(self):
        for account in self:
            account.pricelist_hint = not account._has_pricelists() and self.env._(
                "No price list is in %(currency)s. Tick Pricelists under Sales > "
                "Configuration > Settings, activate %(currency)s under Invoicing > "
                "Configuration > Currencies, and create a list in %(currency)s under "
                "Sales > Products > Pricelists.",
                currency=account.currency_id.name,
            )

    # What is archived elsewhere has to be seen at once; few fields are read.
    def _compute_setting_problems(self):
        for account in self:
            problems = account._setting_problems()
            account.setting_problems = "\n".join(problems)
            account.setting_problem_count = len(problems)

    def _setting_problems(self):
        """Return what is wrong with the settings and what that stops, as sentences."""
        # Users may read what stops their orders, but not the journals.
        return setting_problems(self.sudo())

    def _has_pricelists(self):
        """Tell whether price lists in the currency are chosen or may be chosen."""
        if self._has_currency_of(self.pricelist_id):
            return True
        Pricelist = self.env["product.pricelist"]
        domain = Domain("currency_id", "=", self.currency_id.id)
        domain &= Domain(Pricelist._check_company_domain(self.company_id))
        return bool(Pricelist.search_count(domain, limit=1))

    def _usable_pricelist(self, name):
        """Return a price list of the account, empty if its prices must not be sent.

        :param str name: one of `PRICE_LISTS`
        """
        # An archived list is out of date, and amounts are sent without their currency.
        return self[name].filtered(
            lambda one: one.active and self._has_currency_of(one)
        )

    def _pricelist_problem(self, name):
        """Return why the prices of a list are not sent, and what to do.

        :param str name: one of `PRICE_LISTS`
        :return: sentences; empty if they are sent, or if no list is chosen
        """
        pricelist = self[name]
        if pricelist and not pricelist.active:
            return self.env._(
                "The price list %s is archived: restore it, or choose another one on "
                "the account.",
                pricelist.name,
            )
        return self._currency_problem(name)

    def _has_currency_of(self, pricelist):
        return pricelist.currency_id == self.currency_id

    def _currency_problem(self, name):
        """Return that a price list is in another currency than the account, or nothing.

        :param str name: one of `PRICE_LISTS`
        """
        pricelist = self[name]
        if not self.country or not pricelist or self._has_currency_of(pricelist):
            return ""
        countries = self._fields["country"]._description_selection(self.env)
        return self.env._(
            "%(setting)s: %(name)s is in %(currency)s, but prices in %(country)s are "
            "in %(wanted)s. Choose a list in %(wanted)s on the account, or create one "
            "under Sales > Products > Pricelists.",
            setting=self._fields[name]._description_string(self.env),
            name=pricelist.name,
            currency=pricelist.currency_id.name,
            wanted=CURRENCIES[self.country],
            country=dict(countries)[self.country],
        )

    def _currency_problems(self):
        """Return which price lists are in another currency, one sentence a line."""
        return "\n".join(filter(None, map(self._currency_problem, PRICE_LISTS)))

    @api.constrains("country", *PRICE_LISTS)
    def _check_currencies(self):
        """Refuse price lists in another currency than that of the country.

        :raise ValidationError: with the list, its currency and what to do
        """
        for account in self:
            if problems := account._currency_problems():
                raise ValidationError(problems)

    @api.model
    def _default_product(self, name):
        """Return a product of the module's data, or None if it was deleted."""
        return self.env.ref(
            f"iconic_connector.product_{name}", raise_if_not_found=False
        )

    @api.constrains(
        "damaged_location_id",
        "stock_warehouse_ids",
        "stock_location_ids",
        "excluded_location_ids",
    )
    def _check_damaged_location(self):
        """Refuse a damaged goods location from which stock could be sold again.

        :raise ValidationError: if this account or another of the company offers it
        """
        for account in self:
            others = self.search([("company_id", "=", account.company_id.id)])
            for place in (others | account).damaged_location_id:
                if account._offers_from(place) or place in account._delivered_from():
                    raise ValidationError(
                        self.env._(
                            "Damaged goods in %(location)s would be sold again. Choose "
                            "a location outside the warehouse's stock and add it to "
                            "Except Locations.",
                            location=place.display_name,
                        )
                    )

    @api.constrains(
        "fulfilled_location_id",
        "warehouse_id",
        "second_warehouse_ids",
        "stock_warehouse_ids",
        "stock_location_ids",
        "return_location_id",
        "damaged_location_id",
    )
    def _check_fulfilled_location(self):
        """Refuse a location at THE ICONIC whose pieces would count as the own stock.

        :raise ValidationError: with the location and what to choose instead
        """
        for account in self:
            others = self.search([("company_id", "=", account.company_id.id)])
            for one in others | account:
                if problem := one._fulfilled_location_problem():
                    raise ValidationError(problem)

    def _fulfilled_location_problem(self):
        """Return why the location at THE ICONIC cannot be used, and what to do.

        :return: sentences; empty if it can, or if none is chosen
        """
        place = self.fulfilled_location_id
        usable = place.usage in ("internal", "transit")
        if place and (not usable or place.company_id != self.company_id):
            return self.env._(
                "Stock at THE ICONIC: %s holds no goods of the company. Choose an "
                "internal or transit location of the company.",
                place.display_name,
            )
        for own in self._own_stock_places() if place else ():
            if place._child_of(own) or own._child_of(place):
                return self.env._(
                    "Stock at THE ICONIC: %(location)s belongs together with "
                    "%(own)s, so that its goods would be sold and shipped as your own. "
                    "Choose or create a location outside of your warehouses.",
                    location=place.display_name,
                    own=own.display_name,
                )
        return ""

    def _own_stock_places(self):
        """Return where the company's accounts sell from, ship from and receive to."""
        accounts = self | self.search([("company_id", "=", self.company_id.id)])
        warehouses = (
            accounts.stock_warehouse_ids
            | accounts.warehouse_id
            | accounts.second_warehouse_ids
        )
        return (
            warehouses.view_location_id
            | accounts.stock_location_ids
            | accounts.return_location_id
            | accounts.damaged_location_id
        )

    @api.constrains("payment_journal_id", "company_id", "country")
    def _check_clearing_journal(self):
        """Refuse a clearing journal from which money would be booked elsewhere.

        :raise ValidationError: with what is wrong and what to do
        """
        for account in self:
            if problem := clearing_problem(account):
                raise ValidationError(problem)

    def action_create_clearing_journal(self):
        """Create the clearing journal of this account and choose it.

        :raise UserError: if one is chosen already
        """
        self.ensure_one()
        self._check_fields({"payment_journal_id"})
        self.check_access("write")
        if self.payment_journal_id:
            raise UserError(
                self.env._(
                    "%s is the clearing journal already. Clear the field to have "
                    "another one created.",
                    self.payment_journal_id.display_name,
                )
            )
        # Managers of THE ICONIC need not be accountants.
        journal = create_clearing_journal(self.sudo())
        self.payment_journal_id = journal
        return self._notify(
            self.env._(
                "The clearing journal %(journal)s was created, with the account "
                "%(account)s.",
                journal=journal.name,
                account=journal.default_account_id.display_name,
            ),
            "success",
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail` to prepare webhook address, token store and jobs."""
        for vals in vals_list:
            # Stored before it is registered, so that a registration can be found again
            # if its answer is lost.
            vals.setdefault("webhook_token", self._new_webhook_token())
        accounts = super().create(vals_list)
        accounts._remember_database()
        accounts._create_access_tokens()
        self.env["iconic.account.job"]._ensure(accounts)
        return accounts

    def write(self, vals):
        """Override of `mail` to protect company, country and credentials.

        New credentials have to be tested again, another choice of products checked,
        and open orders follow another dispatch calendar.
        """
        # Who may not change them is told that first.
        self._check_fields(vals.keys())
        for name in ("company_id", "country"):
            if name in vals:
                self._check_is_free(name, vals[name])
        result = super().write(vals)
        if {"season_tag_ids", "product_categ_ids"} & vals.keys():
            # Users may choose products, and not write this.
            self.sudo().write({"checked_at": False})
        if any(name.startswith("dispatch_") for name in vals):
            compare_rules(self)
        if ANSWERS & vals.keys():
            # What has waited for the answer goes on by itself.
            waiting = (
                self.env["iconic.order"]
                .sudo()
                .search(
                    [("account_id", "in", self.ids), ("invoice_error", "!=", False)]
                )
            )
            waiting._process_again()
        if entered := self._entered_credentials(vals):
            self._remember_database()
            self._forget_connection(entered)
        return result

    def _check_is_free(self, name, value):
        """Refuse another company or country for an account with listings or orders.

        The prices of its listings are in the currency of the country.

        :param str name: company_id or country
        :param value: as given to `write`
        :raise ValidationError: if one of the accounts has some
        """
        field = self._fields[name]
        for account in self:
            current = field.convert_to_write(account[name], account)
            if current != value and account._is_used():
                raise ValidationError(
                    self.env._(
                        "The %(field)s of %(account)s cannot be changed, since it has "
                        "listings or orders. Create another account for the other one.",
                        field=field._description_string(self.env),
                        account=account.name,
                    )
                )

    def _is_used(self):
        """Tell whether the account has listings or orders."""
        own = [("account_id", "=", self.id)]
        # They count even if the user has no access to them.
        return any(
            self.env[model].sudo().search_count(own, limit=1)
            for model in ("iconic.listing", "iconic.order")
        )

    def _with_company_and_language(self):
        """Return the account with its own company and language in the context."""
        self.ensure_one()
        return self.with_company(self.company_id).with_context(lang=self._active_lang())

    def _active_lang(self):
        """Return the language; None if it is not active, since Odoo refuses that."""
        is_active = self.env["res.lang"]._get_data(code=self.lang)
        return self.lang if is_active else None

    def _archived_stock_places(self):
        """Return the archived warehouses and locations whose stock is to be offered."""
        return archived(self, "stock_warehouse_ids", "stock_location_ids")

    def _sync_setting_activity(self, problems):
        """Create, update or close the activity about settings that stop something.

        :param problems: what `_setting_problems` returned
        """
        if not problems:
            self._close_activity("settings")
            return
        summary = plural(
            len(problems),
            self.env._("1 setting stops something"),
            self.env._("%s settings stop something"),
        )
        self._raise_activity("settings", summary, "\n".join(problems))

    def _sync_error_activity(self):
        """Create, update or close the activity about listings with errors."""
        # Another transaction that holds the account updates the activity itself.
        Listing = self.env["iconic.listing"]
        for account in self.try_lock_for_update(allow_referencing=True):
            count = Listing.search_count(
                Domain("account_id", "=", account.id) & Listing._error_domain()
            )
            if not count:
                account._close_activity("errors")
                continue
            account._raise_activity(
                "errors",
                plural(
                    count,
                    self.env._("1 listing with errors"),
                    self.env._("%s listings with errors"),
                ),
                self.env._(
                    "Open the account and press With Errors: each listing shows its "
                    "error and how to fix it."
                ),
            )

    def _raise_activity(self, cause, summary, note):
        """Create or update the activity of a cause: one per account.

        :param str cause: names the activity type `mail_activity_type_<cause>`
        :param str summary: the title
        :param str note: plain text, maybe with words of the marketplace
        """
        activity_type = f"iconic_connector.mail_activity_type_{cause}"
        for account in self:
            known = account.activity_search([activity_type])
            if not known:
                account.activity_schedule(
                    activity_type,
                    summary=summary,
                    # Notes are HTML; the text may come from the marketplace.
                    note=escape(note),
                    user_id=account._activity_user().id,
                )
            elif (known[0].summary, html2plaintext(known[0].note)) != (summary, note):
                known.write({"summary": summary, "note": escape(note)})

    def _close_activity(self, cause):
        """Close the activity of a cause that is fixed."""
        self.activity_unlink([f"iconic_connector.mail_activity_type_{cause}"])

    def _activity_user(self):
        """Return the responsible user, or a manager if that user is archived."""
        if self.responsible_id.active:
            return self.responsible_id
        managers = self.env.ref(const.MANAGER_GROUP).all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        return managers[:1] or self.env.ref("base.user_admin")

    def _offers_from(self, location):
        """Tell whether the stock of a location is offered for sale."""
        places = self.stock_location_ids or self.stock_warehouse_ids.view_location_id
        offered = Domain("id", "child_of", places.ids) & ~Domain(
            "id", "child_of", self.excluded_location_ids.ids
        )
        return bool(
            location & location.search(offered & Domain("id", "=", location.id))
        )

    def _delivered_from(self):
        """Return the locations from which Odoo reserves stock for deliveries."""
        warehouses = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)]
        )
        return self.env["stock.location"].search(
            [("id", "child_of", warehouses.lot_stock_id.ids)]
        )

    def _good_location(self, warehouse):
        """Return the location for good returns.

        :param warehouse: the warehouse that shipped them
        """
        self._check_location(self.return_location_id)
        return self.return_location_id or warehouse.lot_stock_id

    def _check_location(self, location):
        """Refuse to move goods to an archived location, where nobody would find them.

        :raise UserError: if it is archived
        """
        if location and not location.active:
            raise UserError(
                self.env._(
                    "The location %(location)s is archived. Restore it, or choose "
                    "another one in the Orders section of the account %(account)s.",
                    location=location.display_name,
                    account=self.name,
                )
            )

    def _damaged_location(self, warehouse):
        """Return the location for damaged returns, created if none was chosen.

        :param warehouse: the warehouse that shipped them
        """
        if not self.damaged_location_id:
            location = self.env["stock.location"].create(
                {
                    "name": DAMAGED_NAME,
                    "usage": "internal",
                    "location_id": warehouse.view_location_id.id,
                    "company_id": self.company_id.id,
                }
            )
            # Other accounts may offer the stock of the same warehouse.
            accounts = self.with_context(active_test=False).search(
                [("company_id", "=", self.company_id.id)]
            )
            accounts.excluded_location_ids |= location
            self.damaged_location_id = location
        self._check_location(self.damaged_location_id)
        return self.damaged_location_id

    def _decides_returns(self):
        """Tell whether returns are approved and rejected from Odoo."""
        return self.returns_to == "seller" and self._client_class.decides_returns
