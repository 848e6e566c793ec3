from collections import Counter, defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ... import const
from ...error_messages import plural
from ...seller_center.records import Product
from ..iconic_rights import button
from .product_check import ProductCheck

PRICE_FIELDS = ("pricelist_id", "rrp_pricelist_id", "send_rrp")
STOCK_FIELDS = (
    "stock_warehouse_ids",
    "stock_location_ids",
    "excluded_location_ids",
    "safety_buffer",
    "stock_share",
    "quantity_cap",
    "untracked_quantity",
)


class IconicAccount(models.Model):
    """The Products section: choose, check and send the products of a season."""

    _inherit = "iconic.account"

    season_tag_ids = fields.Many2many(
        "product.tag",
        "iconic_account_season_tag_rel",
        string="Seasons",
        help="Products with one of these tags are sent.",
    )
    product_categ_ids = fields.Many2many(
        "product.category",
        "iconic_account_product_category_rel",
        string="Product Categories",
        help="Limits the products to these categories and the ones below. Empty: all.",
    )
    matching_count = fields.Integer(
        string="Matching Products", compute="_compute_matching_count"
    )

    problem_ids = fields.One2many("iconic.product.problem", "account_id")
    readiness_ids = fields.One2many("iconic.readiness", "account_id")
    checked_at = fields.Datetime(string="Last Check", readonly=True, copy=False)
    checked_count = fields.Integer(readonly=True, copy=False)
    failing_count = fields.Integer(string="Failing Products", readonly=True, copy=False)
    problem_summary = fields.Html(compute="_compute_problem_summary")

    listing_count = fields.Integer(compute="_compute_statuses_counted")
    awaiting_pictures_count = fields.Integer(compute="_compute_listing_counts")
    published_count = fields.Integer(compute="_compute_statuses_counted")
    visible_count = fields.Integer(
        string="Visible to Shoppers",
        compute="_compute_statuses_counted",
        help="Published, active and approved.",
    )
    rows_allowed = fields.Integer(
        string="Rows per Day", compute="_compute_statuses_counted"
    )
    pending_count = fields.Integer(
        string="On the Way", compute="_compute_listing_counts"
    )
    error_count = fields.Integer(
        string="Listings with Errors", compute="_compute_listing_counts"
    )

    @api.depends("season_tag_ids", "product_categ_ids", "company_id")
    def _compute_matching_count(self):
        for account in self:
            account.matching_count = account._count_matching()

    @api.depends("problem_ids")
    def _compute_problem_summary(self):
        for account in self:
            counts = self.env["iconic.product.problem"]._read_group(
                [("account_id", "=", account._origin.id)],
                ["rule"],
                ["product_id:count_distinct"],
                order="product_id:count_distinct DESC",
            )
            account.problem_summary = counts and Markup("<ul>%s</ul>") % Markup().join(
                Markup("<li>%s: <b>%s</b></li>") % (rule, count)
                for rule, count in counts
            )

    @api.depends("listing_ids")
    def _compute_listing_counts(self):
        Listing = self.env["iconic.listing"]
        self._count(
            "pending_count",
            "iconic.listing",
            Listing._any_flag_domain("pending", "sent")
            & Domain("awaiting_pictures_since", "=", False),
        )
        self._count(
            "awaiting_pictures_count", "iconic.listing", Listing._awaiting_domain()
        )
        self._count("error_count", "iconic.listing", Listing._error_domain())

    @api.depends("listing_ids")
    def _compute_statuses_counted(self):
        """Count listings by their statuses, all with one query."""
        counts = defaultdict(Counter)
        for account, *listed, count in self.env["iconic.listing"]._read_group(
            [("account_id", "in", self._origin.ids)],
            ["account_id", "product_status", "listing_status", "qc_status"],
            ["__count"],
        ):
            counts[account].update(_counted_as(*listed, count))
        for account in self:
            mine = counts[account._origin]
            account.listing_count = mine["listing"]
            account.published_count = mine["published"]
            account.visible_count = mine["visible"]
            account.rows_allowed = (
                const.DAILY_ROWS + const.DAILY_ROWS_PER_PRODUCT * mine["listing"]
            )

    @api.onchange("country", *PRICE_FIELDS)
    def _onchange_prices(self):
        if problems := self._currency_problems():
            return self._warn(problems)
        return self._warn_of_changes("price", self.env._("prices"))

    @api.onchange(*STOCK_FIELDS)
    def _onchange_stock(self):
        return self._warn_of_changes("quantity", self.env._("quantities"))

    @button
    def action_check_products(self):
        """Check every matching product as before sending, and list the problems."""
        self.ensure_one()
        self._require_seasons()
        products = self._matching_products(limit=const.PRODUCTS_AT_ONCE + 1)
        if len(products) > const.PRODUCTS_AT_ONCE:
            return self._start_in_background("check")
        check = ProductCheck(self)
        check.begin()
        listings = self._listings_of(products)
        unprepared = listings - listings._prepare_pictures()
        check.add(listings)
        check.end()
        message = check.report()
        if unprepared:
            message = f"{message} {self._unprepared_message(len(unprepared))}"
        is_fine = not (check.failing or unprepared)
        return self._notify(message, "success" if is_fine else "warning")

    @button
    def action_send_products(self):
        """Create the listings of the chosen seasons and have them sent.

        Missing listings are created, removed ones are sent again, all others stay as
        they are.

        :raise UserError: if no season is chosen or the account must not call
        """
        self.ensure_one()
        self._require_seasons()
        if reason := self._blocking_reason():
            raise UserError(reason)
        products = self._matching_products(limit=const.PRODUCTS_AT_ONCE + 1)
        if len(products) > const.PRODUCTS_AT_ONCE:
            return self._start_in_background("list")
        count = self._list_products(products)
        self._trigger_crons("create")
        return self._notify(self._sending_message(count, len(products)), "success")

    def action_view_matching_products(self):
        """Open the products that the Products section selects."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Matching Products"),
            "res_model": "product.product",
            "view_mode": "list,kanban,form",
            "domain": list(self._product_domain()),
        }

    def action_view_problems(self):
        """Open the problems found by the last check, grouped by rule."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iconic_connector.iconic_product_problem_action"
        )
        return {**action, "domain": [("account_id", "=", self.id)]}

    def action_view_listings(self):
        """Open the listings of this account, with the filter named in the context."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iconic_connector.iconic_listing_action"
        )
        name = self.env.context.get("listing_filter")
        context = {"search_default_account_id": self.id}
        if name:
            context[f"search_default_{name}"] = 1
        return {**action, "context": context}

    def action_view_feeds(self):
        """Open the feeds of this account."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iconic_connector.iconic_feed_action"
        )
        return {**action, "context": {"search_default_account_id": self.id}}

    def action_show_document(self):
        """Show the document for the matching products without sending it."""
        self.ensure_one()
        self._require_seasons()
        known = self.env["iconic.listing"].search(
            Domain("account_id", "=", self.id)
            & Domain("product_id", "any", self._product_domain())
        )
        missing = self.matching_count - len(known)
        flow = "create" if missing else known._next_flow()
        return self.env["iconic.dry.run"]._open(account_id=self.id, flow=flow)

    def _product_domain(self):
        """Return the domain of the products of the chosen seasons and categories.

        Without a season nothing matches, so that nobody sends everything by mistake.
        """
        self.ensure_one()
        tags = self.season_tag_ids._origin.ids
        if not tags:
            return Domain.FALSE
        return Domain("all_product_tag_ids", "in", tags) & self._offered_domain()

    def _offered_domain(self):
        """Return the domain of the products of the chosen categories, of any season."""
        Product = self.env["product.product"]
        domain = Domain("sale_ok", "=", True)
        domain &= Domain(Product._check_company_domain(self.company_id))
        if self.product_categ_ids:
            domain &= Domain("categ_id", "child_of", self.product_categ_ids._origin.ids)
        return domain

    def _count_matching(self):
        """Count what `_product_domain` finds.

        Variants with a tag of their own are counted apart: PostgreSQL takes twice as
        long to look at the tags of both for each of them.
        """
        tags = self.season_tag_ids._origin.ids
        if not tags:
            return 0
        by_style = Domain("product_tmpl_id.product_tag_ids", "in", tags)
        alone = Domain("additional_product_tag_ids", "in", tags) & ~by_style
        return sum(
            self.env["product.product"].search_count(some & self._offered_domain())
            for some in (by_style, alone)
        )

    def _matching_products(self, after=0, limit=None):
        """Return the matching products, the oldest first.

        :param int after: the id behind which they begin
        :param int limit: how many at most
        """
        return self.env["product.product"].search(
            self._product_domain() & Domain("id", ">", after), order="id", limit=limit
        )

    def _start_in_background(self, kind):
        """Have a job do what would take too long for a user to wait.

        :param str kind: check or list
        :raise UserError: if it is being done already, or paused
        """
        job = self._job(kind)
        if job._is_at_work():
            raise UserError(self.env._("That is being done already; see the progress."))
        job._check_may_run()
        job._request(kind)
        return self._notify(
            self.env._(
                "There are %s products, so this is done in the background; see the "
                "progress. You may go on working.",
                self.matching_count,
            )
        )

    def _list_products(self, products):
        """List products that are not listed yet, and send removed ones again.

        :param products: `product.product` records
        :return: how many are sent
        """
        created = self._create_missing_listings(products)
        return len(created) + len(self._send_removed_again(products))

    def _unprepared_message(self, count):
        """Return the sentence about products whose pictures are not checked yet.

        :param count: how many they are
        """
        return self.env._(
            "The pictures of %s are not checked yet, since preparing them takes time: "
            "press Check Products again to go on.",
            plural(count, self.env._("1 product"), self.env._("%s products")),
        )

    def _listings_of(self, products):
        """Return a listing for each product; a missing one exists in memory only."""
        Listing = self.env["iconic.listing"]
        known = self._existing_listings(products)
        missing = products - known.product_id
        return known.union(
            *(
                Listing.new({"account_id": self.id, "product_id": product.id})
                for product in missing
            )
        )

    def _sending_message(self, count, total):
        """Return what listing has come to, as a sentence.

        :param int count: how many products are sent
        :param int total: how many match
        """
        if not count:
            return self.env._(
                "All %s products of the chosen seasons are already listed.", total
            )
        return self.env._(
            "Being sent to THE ICONIC if they pass the check: %(count)s. Already "
            "listed: %(rest)s.",
            count=count,
            rest=total - count,
        )

    def _existing_listings(self, products):
        """Return the listings of some products on this account."""
        return self.env["iconic.listing"].search(
            [("account_id", "=", self.id), ("product_id", "in", products.ids)]
        )

    def _create_missing_listings(self, products):
        """Create the missing listings of some products, pending creation.

        The listing of an archived product is moved to the variant that now has its SKU.

        :param products: `product.product` records
        :return: the listings that were created or moved
        """
        moved = self._move_archived_listings(products)
        known = self._existing_listings(products)
        created = self.env["iconic.listing"].create(
            [
                {"account_id": self.id, "product_id": product.id}
                for product in products - known.product_id
            ]
        )
        return moved + created

    def _send_removed_again(self, products):
        """Mark the removed listings of some products for creation.

        :param products: `product.product` records
        :return: the listings that were marked
        """
        removed = self.env["iconic.listing"].search(
            [
                ("account_id", "=", self.id),
                ("product_id", "in", products.ids),
                ("product_status", "=", "removed"),
                ("content_status", "=", "not_needed"),
                ("closed", "=", False),
            ]
        )
        removed.write({"content_status": "pending"})
        return removed

    def _require_seasons(self):
        if not self.season_tag_ids:
            raise UserError(
                self.env._("Choose at least one season in the Products section first.")
            )

    def _warn_of_changes(self, part, label):
        """Return a warning with the number of listings that saving would change.

        :param str part: price or quantity
        :param str label: the translated word for it
        :return: an onchange result, or None
        """
        total, listings = self._listings_to_preview()
        if not listings:
            return None
        changed = self._count_changes(listings, part)
        if len(listings) < total:
            return self._warn(self._estimate(label, changed, len(listings), total))
        if not changed:
            return None
        return self._warn(
            self.env._(
                "Saving changes the %(label)s of %(changed)s of %(total)s active "
                "listings and sends them to THE ICONIC.",
                label=label,
                changed=changed,
                total=len(listings),
            )
        )

    def _listings_to_preview(self):
        """Return how many listings are active, and the ones to look at: all if few.

        A user waits for it, and the values of the form are in no database that a job
        could read. So of many listings some from all over are looked at.
        """
        active = self.env["iconic.listing"].search(
            Domain("account_id", "=", self._origin.id)
            & Domain("product_status", "=", "published")
            & Domain("listing_status", "=", "active"),
            order="id",
        )
        step = -(-len(active) // const.PREVIEWED_LISTINGS) or 1
        some = active.browse(active.ids[::step]).filtered(lambda one: one._is_selling())
        return (len(some) if step == 1 else len(active)), some

    def _estimate(self, label, changed, looked_at, total):
        """Say how many listings would change, by those that were looked at.

        :param label: the translated word for what changes
        :param int changed: how many of those that were looked at would change
        :param int looked_at: how many these are
        :param int total: how many listings are active
        """
        return self.env._(
            "Saving changes the %(label)s of about %(share)s %% of %(total)s active "
            "listings and sends them to THE ICONIC: of %(looked_at)s listings from all "
            "over, %(changed)s would change.",
            label=label,
            share=round(100 * changed / looked_at),
            total=total,
            looked_at=looked_at,
            changed=changed,
        )

    def _warn(self, message):
        """Return an onchange result that shows a message and changes nothing."""
        return {"warning": {"title": self.env._("Before You Save"), "message": message}}

    def _count_changes(self, listings, part):
        """Return how many listings the values of the form would change."""
        if part == "price":
            wanted = listings._wanted_prices(self)
            return sum(
                listing._price_differs(
                    Product(listing.sku, **wanted[listing.id].fields)
                )
                for listing in listings
            )
        wanted = listings._wanted_quantities(self)
        return sum(
            wanted[listing.id] != listing.listed_quantity for listing in listings
        )

    def _move_archived_listings(self, products):
        """Move listings of archived products to the products that now have their SKU.

        :param products: `product.product` records
        :return: the listings that were moved
        """
        Listing = self.env["iconic.listing"]
        archived = Listing.search(
            [
                ("account_id", "=", self.id),
                ("seller_sku", "in", products.mapped("default_code")),
                ("product_id.active", "=", False),
            ]
        ).grouped("seller_sku")
        listed = self._existing_listings(products).product_id
        moved = Listing
        for product in products - listed:
            if listing := archived.pop(product.default_code, None):
                listing._move_to_variant(product)
                moved |= listing
        if moved:
            self._trigger_crons("stock", "create", "detect")
        return moved


def _counted_as(product_status, listing_status, qc_status, count):
    """Return among which listings some are counted.

    :param count: how many have these statuses
    """
    is_published = (product_status, listing_status) == ("published", "active")
    return {
        "listing": count,
        "published": count * is_published,
        "visible": count * (is_published and qc_status == "approved"),
    }
