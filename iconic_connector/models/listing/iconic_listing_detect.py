from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...domain.flows import FLOWS
from ...seller_center.pricing import paid_price
from ...seller_center.records import Product
from .iconic_listing_content import content_digest
from .iconic_listing_flow import offer_values
from .iconic_listing_pictures import image_digest

# Which flow carries each kind of change of a published product.
UPDATE_FLOWS = {
    "content": FLOWS["update"],
    "price": FLOWS["price"],
    "quantity": FLOWS["stock"],
    "image": FLOWS["picture"],
}
# Which values of a feed line decide whether the same was tried before.
TRIED_VALUES = {
    "create": ("content_digest", "price", "sale_price", "quantity"),
    "image": ("image_digest",),
    "update": ("content_digest",),
    "picture": ("image_digest",),
    "price": ("price", "sale_price"),
    "stock": ("quantity",),
}


class Wanted(NamedTuple):
    """What a listing shall show, next to what it shows."""

    product: Product
    content_digest: str
    image_digest: str


class IconicListing(models.Model):
    """Compares what Odoo wants with what is listed, and marks what differs.

    A comparison and no hook, so that nobody's saving or picking gets slower and nothing
    is missed that changes by itself, such as a dated price. A product whose life goes
    on with another SKU or variant, or that ends, is noticed here too.
    """

    _inherit = "iconic.listing"

    send_anyway = fields.Boolean(
        readonly=True,
        copy=False,
        help="A person has approved the change that a threshold held.",
    )
    minimum_price = fields.Monetary(
        help="A price below this waits for a person. Empty: the account's limit."
    )

    sku_changed = fields.Boolean(
        string="Internal Reference Changed",
        compute="_compute_sku_changed",
        search="_search_sku_changed",
        help="THE ICONIC knows the product by the SKU it was sent with.",
    )
    recreate = fields.Boolean(
        readonly=True,
        copy=False,
        help="Once removed, it is created again under the new internal reference.",
    )

    @api.depends("seller_sku", "product_id.default_code", "product_status")
    def _compute_sku_changed(self):
        for listing in self:
            reference = listing.product_id.default_code
            listing.sku_changed = (
                bool(listing.seller_sku and reference)
                and listing.seller_sku != reference
                and listing.product_status not in ("awaiting_creation", "removed")
            )

    def _search_sku_changed(self, operator, value):
        if operator != "in":
            return NotImplemented
        known = self.search(
            Domain("seller_sku", "!=", False)
            & Domain("product_status", "not in", ("awaiting_creation", "removed"))
        )
        changed = Domain("id", "in", known.filtered("sku_changed").ids)
        return changed if True in value else ~changed

    def action_recreate(self):
        """Remove the product at the marketplace and create it under its new SKU."""
        changed = self.filtered("sku_changed")
        if not changed:
            raise UserError(
                self.env._("The internal reference is the one THE ICONIC knows.")
            )
        changed.action_remove()
        changed.write({"recreate": True})

    def _detect(self):
        """Compare the listings of one account and mark what differs.

        Closed ones are left alone; ended ones stay ended.
        """
        listings = self.filtered(lambda one: not one.closed)
        wanted = listings._wanted_now()
        listings._end_unsaleable()
        selling = listings.filtered(lambda one: one._is_selling())
        for part in UPDATE_FLOWS:
            selling._detect_part(part, wanted)
        unpublished = listings.filtered(
            lambda one: (
                one.content_status == "error"
                and one.product_status in ("awaiting_creation", "removed", "created")
            )
        )
        unpublished._retry_creation(wanted)

    def _wanted_now(self):
        """Return what each listing shall show.

        :return: a dict, listing id -> `Wanted`
        """
        if not self:
            return {}
        products = self._wanted_products()
        pictures = self._wanted_pictures()
        return {
            listing.id: Wanted(
                products[listing.id],
                content_digest(products[listing.id]),
                image_digest(pictures[listing.id]),
            )
            for listing in self
        }

    def _end_unsaleable(self):
        """Mark for ending what Odoo does not sell any more."""
        gone = self.filtered(
            lambda one: (
                one._is_selling()
                and one.end_status == "not_needed"
                and not (one.product_id.active and one.product_id.sale_ok)
            )
        )
        gone.write({"end_status": "pending"})

    def _is_selling(self):
        """Tell whether the listing is published, active and there to stay."""
        return (
            self.product_status == "published"
            and self.listing_status == "active"
            and not {self.end_status, self.remove_status} & {"pending", "sent"}
        )

    def _detect_part(self, part, wanted):
        """Mark the listings of which one part differs, and clear the others.

        :param str part: content, price, quantity or image
        :param wanted: what `_wanted_now` gave
        """
        flow = UPDATE_FLOWS[part]
        free = self.filtered(
            lambda one: (
                not one._is_protected(part)
                and one[flow.status_field] != "sent"
                and one._is_selling()
            )
        )
        differing = free._differing(part, wanted)
        changed = free.filtered(lambda one: one.id in differing)
        # Content is also marked by hand, "Update now", without any difference.
        unchanged = (free - changed).filtered(
            lambda one: (
                one[flow.status_field] == "error"
                or (one[flow.status_field] == "pending" and part != "content")
            )
        )
        unchanged.write({flow.status_field: "not_needed", flow.error_field: False})
        changed._mark_changed(flow, wanted)

    def _is_protected(self, part):
        return self[{"image": "protect_images"}.get(part) or f"protect_{part}"]

    def _differing(self, part, wanted=None):
        """Return the ids of the listings of which a part is listed differently.

        :param str part: content, price, quantity or image
        :param wanted: what `_wanted_now` gave, if it is known
        """
        if wanted is None:
            wanted = self._wanted_now()
        return {one.id for one in self if one._differs(part, wanted[one.id])}

    def _differs(self, part, wanted):
        if part == "content":
            return wanted.content_digest != self.content_digest
        if part == "image":
            return wanted.image_digest != self.image_digest
        if part == "quantity":
            return wanted.product.quantity != self.listed_quantity
        return self._price_differs(wanted.product)

    def _mark_changed(self, flow, wanted):
        """Mark listings, unless a brake holds them or the same was refused."""
        idle = self.filtered(lambda one: one[flow.status_field] != "pending")
        refused = idle.filtered(lambda one: one[flow.status_field] == "error")
        refused = refused._refused_the_same(flow, wanted)
        held = self.filtered(lambda one: not one.send_anyway)._held_by_threshold(
            flow, wanted
        )
        for listing, reason in held.items():
            if listing[flow.error_field] != reason:
                listing._block(flow, reason)
        brakes = self.browse(listing.id for listing in held)
        due = (idle - refused - brakes)._passing_check(flow)
        due.write({flow.status_field: "pending", flow.error_field: False})

    def _held_by_threshold(self, flow, wanted):
        """Return the listings whose change is too big to go out unseen.

        :return: a dict, listing -> why it waits for a person
        """
        hold = {"price": self._price_threshold, "stock": self._sell_out_threshold}.get(
            flow.name
        )
        if not hold:
            return {}
        reasons = {one: hold(one, wanted[one.id].product) for one in self}
        return {one: reason for one, reason in reasons.items() if reason}

    def _is_held(self, part, product):
        """Tell whether a brake keeps a part from going out unseen.

        :param str part: content, price or quantity
        :param product: a `seller_center.records.Product`
        """
        hold = {
            "price": self._price_threshold,
            "quantity": self._sell_out_threshold,
        }.get(part)
        return bool(hold and not self.send_anyway and hold(self, product))

    @staticmethod
    def _price_threshold(listing, product):
        """Return why a price fall waits, or an empty string."""
        account = listing.account_id
        limit = account.max_price_fall
        new = float(paid_price(product) or 0)
        floor = listing.minimum_price or account.minimum_price
        if new < floor:
            return listing.env._(
                "The price would be %(new).2f, below the limit of %(floor).2f. Correct "
                "it, or press Send Anyway.",
                new=new,
                floor=floor,
            )
        old = listing.listed_sale_price or listing.listed_price
        fall = (1 - new / old) * 100 if old else 0
        if not limit or fall <= limit:
            return ""
        return listing.env._(
            "The price would fall from %(old).2f to %(new).2f, by %(fall)d %%. Correct "
            "it, or press Send Anyway.",
            old=old,
            new=new,
            fall=fall,
        )

    @staticmethod
    def _sell_out_threshold(listing, product):
        """Return why a sell-out waits, or an empty string."""
        if not listing.account_id.sell_out_threshold_exceeded:
            return ""
        if product.quantity != 0 or not listing.listed_quantity:
            return ""
        return listing.env._(
            "The quantity would go to 0, as that of very many listings at once. Check "
            "the stock, or press Send Anyway."
        )

    def _refused_the_same(self, flow, wanted):
        """Return the listings whose last failed feed carried just what is wanted now.

        An error is marked again only when what is wanted differs from what was tried.

        :param flow: a row of the table of flows
        :param wanted: what `_wanted_now` gave
        """
        tried = self._last_failures(flow)
        return self.filtered(
            lambda one: (
                one.id in tried
                and one._tried_values(flow, wanted[one.id])
                == _values(tried[one.id], flow)
            )
        )

    def _last_failures(self, flow):
        """Return the newest line of this flow of each listing, where it failed."""
        newest = self.env["iconic.feed.line"]._read_group(
            [("listing_id", "in", self.ids), ("flow", "=", flow.name)],
            ["listing_id"],
            ["id:max"],
        )
        lines = self.env["iconic.feed.line"].browse(id_ for _listing, id_ in newest)
        return {
            line.listing_id.id: line
            for line in lines
            if line.state in ("error", "excluded")
        }

    def _tried_values(self, flow, wanted):
        """Return what a feed of this flow would carry now, as a line would keep it."""
        offer = offer_values(wanted.product, ("price", "sale_price", "quantity"))
        known = {
            "content_digest": wanted.content_digest,
            "image_digest": wanted.image_digest,
            "price": round(float(offer["price"] or 0), 2),
            "sale_price": round(float(offer["sale_price"] or 0), 2),
            "quantity": offer["quantity"] or 0,
        }
        return tuple(known[name] for name in TRIED_VALUES[flow.name])

    def _passing_check(self, flow):
        """Return the listings that pass the check; of failing ones renew the reason.

        Only those in error are checked here; the others are when they are sent.
        """
        failed = self.filtered(lambda one: one[flow.status_field] == "error")
        problems = failed._check_flow(flow, failed._wanted_for(flow))
        still = failed.filtered(lambda one: problems[one.id])
        for listing in still:
            text = "\n".join(problem.message for problem in problems[listing.id])
            if listing[flow.error_field] != text:
                listing[flow.error_field] = text
        return self - still

    def _retry_creation(self, wanted):
        """Mark unpublished listings in error again whose cause has changed.

        :param wanted: what `_wanted_now` gave
        """
        by_flow = defaultdict(self.browse)
        for listing in self:
            created = listing.product_status == "created"
            by_flow["image" if created else "create"] |= listing
        for name, listings in by_flow.items():
            flow = FLOWS[name]
            refused = listings._refused_the_same(flow, wanted)
            due = (listings - refused)._passing_check(flow)
            due.write({flow.status_field: "pending", flow.error_field: False})

    def _start_over(self):
        """Begin as a listing that was never sent, and have it sent."""
        if not self:
            return
        self.write({"product_status": "awaiting_creation", "content_status": "pending"})
        # Pending and never sent: its keys are free again.
        self.write({"seller_sku": False, "parent_sku": False, "recreate": False})
        self._trigger_flows("create")

    def _take_over(self, product):
        """Stand for another variant that carries the SKU of an archived one.

        :param product: the new `product.product`
        """
        self.ensure_one()
        # The marketplace goes on knowing the SKU; only Odoo's side is another record.
        self.product_id = product
        if self.product_status == "published" and self.listing_status == "inactive":
            self.quantity_status = "pending"
        if self.product_status == "removed":
            self.content_status = "pending"
        self.write({"end_status": "not_needed", "end_error": False})


def _values(line, flow):
    """Return what a feed line tried, in the form of `_tried_values`."""
    values = {name: line[name] for name in TRIED_VALUES[flow.name]}
    for name in ("price", "sale_price"):
        if name in values:
            values[name] = round(values[name], 2)
    return tuple(values.values())
