from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...domain.flows import FLOWS
from ...domain.price_curve import own_end
from ...domain.statuses import FLAGS
from ...seller_center.records import Product
from ..iconic_rights import button
from .iconic_listing_content import content_digest
from .iconic_listing_pictures import image_digest
from .iconic_listing_price import OFFER_FIELDS, WantedPrice, offer_values

# The flow that sends each part of a published product.
UPDATE_FLOWS = {
    "content": FLOWS["update"],
    "price": FLOWS["price"],
    "quantity": FLOWS["stock"],
    "image": FLOWS["picture"],
}
# The part that is compared once more before these flows send it.
COMPARED_PARTS = {"price": "price", "stock": "quantity", "picture": "image"}
# The listing's fields that hold the checksum of a part.
DIGESTS = {"content": "content_digest", "image": "image_digest"}
# The values of a feed line that tell whether the same was tried before.
TRIED_VALUES = {
    "create": ("content_digest", "price", "sale_price", "quantity"),
    "image": ("image_digest",),
    "update": ("content_digest",),
    "picture": ("image_digest",),
    "price": ("price", "sale_price", "sale_end"),
    "stock": ("quantity",),
}


class Wanted(NamedTuple):
    """What Odoo wants a listing to show."""

    product: Product
    content_digest: str
    image_digest: str
    price: WantedPrice

    def part(self, name):
        """Return what is compared of one part: a checksum, or the product.

        :param str name: content, price, quantity or image
        """
        return getattr(self, DIGESTS.get(name, "product"))


class IconicListing(models.Model):
    """Compares what Odoo wants with what is listed, and marks what differs.

    Scheduled comparisons instead of hooks on every model: users' saving and picking
    stay fast, and nothing is missed that changes without a write, such as a dated
    price. They also find products that are no longer sold, or that have got another
    SKU or variant.
    """

    _inherit = "iconic.listing"

    sell_out_approved = fields.Boolean(
        readonly=True,
        copy=False,
        help="A user has approved the quantity 0 that the threshold held back.",
    )
    sku_changed = fields.Boolean(
        string="Internal Reference Changed",
        compute="_compute_sku_changed",
        search="_search_sku_changed",
        help="THE ICONIC knows the product by the SKU that it was sent with.",
    )
    recreate = fields.Boolean(
        readonly=True,
        copy=False,
        help="After removal, create the product again under its new SKU.",
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

    @button
    def action_recreate(self):
        """Remove the product at the marketplace and create it under its new SKU."""
        changed = self.filtered("sku_changed")
        if not changed:
            raise UserError(
                self.env._(
                    "THE ICONIC knows these products by their internal reference."
                )
            )
        changed.action_remove()
        changed.write({"recreate": True})

    def _is_being_sent(self):
        """Tell whether a price or quantity waits for its answer: it is not compared."""
        return "sent" in (self.price_status, self.quantity_status)

    def _compare_if_asked(self, flow):
        """Compare listings whose comparison had to wait for the answer of a flow.

        :param flow: the `Flow` that was answered
        """
        asked = [("listing_id", "in", self.ids)]
        requests = self.env["iconic.compare.request"]
        if flow.writes & {"price", "quantity"} and requests.search(asked, limit=1):
            self.account_id._trigger_crons("compare")

    def _compare_soon(self):
        """Have these listings compared with Odoo before all others."""
        self.env["iconic.compare.request"]._insert(Domain("id", "in", self.ids))

    @api.model
    def _compare_products_soon(self, products):
        """Have the listings of products compared, and of kits that contain them.

        :param products: `product.product` records whose stock or sales have changed
        """
        if not products:
            return
        # Warehouse users may read no bills of materials.
        concerned = products | self.sudo()._kits_with(products.sudo())
        self.env["iconic.compare.request"]._insert(
            Domain("product_id", "in", concerned.ids)
        )

    def _detect(self):
        """Compare the listings of one account and mark what differs.

        Closed listings are skipped, ended ones stay ended.
        """
        listings = self.filtered(lambda one: not one.closed)
        listings._update_waiting()
        wanted = listings._wanted_now()
        listings._end_unsaleable()
        selling = listings.filtered(lambda one: one._is_selling())
        selling._end_approvals_of_sell_outs(wanted)
        for part in UPDATE_FLOWS:
            selling._detect_part(part, wanted)
        selling._hold_promotions_ahead(wanted)
        selling._remember_prices(wanted)
        unpublished = listings.filtered(
            lambda one: (
                one.content_status == "error"
                and one.product_status in ("awaiting_creation", "removed", "created")
            )
        )
        unpublished._end_approvals_of_prices(wanted)
        unpublished._retry_creation(wanted)
        self.env["iconic.listing.comparison"]._note(self)

    @api.model
    def _always_compared_domain(self):
        """Return the domain of listings that are compared whatever has changed.

        Their moment has come, or they wait for something that may be anywhere.
        """
        return (
            self._any_flag_domain("error")
            | Domain("next_comparison_at", "<=", fields.Datetime.now())
            | Domain("sell_out_approved", "=", True)
        )

    def _flag_states(self):
        """Return the states of all kinds of changes of each listing, by its id."""
        return {one.id: [one[f"{flag}_status"] for flag in FLAGS] for one in self}

    def _wanted_now(self):
        """Return what Odoo wants each listing to show.

        :return: a dict, listing id -> `Wanted`
        """
        if not self:
            return {}
        prices = self._current_prices()
        products = self._wanted_products(prices)
        pictures = self._wanted_pictures()
        return {
            listing.id: Wanted(
                products[listing.id],
                content_digest(products[listing.id]),
                image_digest(pictures[listing.id]),
                prices[listing.id],
            )
            for listing in self
        }

    def _end_unsaleable(self):
        """Mark for ending the listings of products that Odoo no longer sells."""
        gone = self.filtered(
            lambda one: (
                one._is_selling()
                and one.end_status == "not_needed"
                and not (one.product_id.active and one.product_id.sale_ok)
            )
        )
        gone.write({"end_status": "pending"})

    def _is_selling(self):
        """Tell whether the listing is on sale, and not about to be ended or removed."""
        return (
            self.product_status == "published"
            and self.listing_status == "active"
            and not {self.end_status, self.remove_status} & {"pending", "sent"}
        )

    def _detect_part(self, part, wanted):
        """Mark the listings with a difference in one part, and clear the others.

        A part that is protected counts as no difference: nothing of it waits.

        :param str part: content, price, quantity or image
        :param wanted: what `_wanted_now` returned
        """
        flow = UPDATE_FLOWS[part]
        free = self.filtered(
            lambda one: one[flow.status_field] != "sent" and one._is_selling()
        )
        ours = free.filtered(lambda one: not one._is_protected(part))
        differing = ours._differing(
            part, {one.id: wanted[one.id].part(part) for one in ours}
        )
        changed = free.filtered(lambda one: one.id in differing)
        # "Update Now" marks content as pending without any difference.
        unchanged = (free - changed).filtered(
            lambda one: (
                one[flow.status_field] == "error"
                and not (part == "price" and wanted[one.id].price.ahead_reason)
                or (one[flow.status_field] == "pending" and part != "content")
            )
        )
        unchanged.write({flow.status_field: "not_needed", flow.error_field: False})
        changed._mark_changed(flow, wanted)

    def _hold_promotions_ahead(self, wanted):
        """Show which promotions wait for approval, beside a price that is right.

        Why the present price waits or was refused comes first.

        :param wanted: what `_wanted_now` returned
        """
        price = UPDATE_FLOWS["price"]
        idle = self.filtered(
            lambda one: (
                not one.protect_price
                and one.price_status in ("not_needed", "error")
                and not one._price_differs(wanted[one.id].product)
            )
        )
        for listing in idle:
            reason = wanted[listing.id].price.ahead_reason
            if reason and listing.price_error != reason:
                listing._block(price, reason)

    def _end_approvals_of_sell_outs(self, wanted):
        """Forget approvals of the quantity 0 that is listed, or not wanted, any more.

        :param wanted: what `_wanted_now` returned
        """
        approved = self.filtered("sell_out_approved")
        approved.filtered(
            lambda one: wanted[one.id].product.quantity or not one.listed_quantity
        ).sell_out_approved = False

    def _hold_comparison(self, reason):
        """Show why this listing cannot be compared, until it can be.

        :param str reason: a sentence
        :return: whether it has an error field that the comparison clears
        """
        for part, flow in UPDATE_FLOWS.items():
            if not self._is_protected(part) and self[flow.status_field] != "sent":
                self._block(flow, reason)
                return True
        return False

    def _is_protected(self, part):
        return self["protect_images" if part == "image" else f"protect_{part}"]

    def _differing(self, part, wanted):
        """Return the ids of the listings with a difference in one part.

        :param str part: content, price, quantity or image
        :param wanted: listing id -> what `Wanted.part` returns
        """
        doubtful = self._with_doubtful_quantity() if part == "quantity" else ()
        return {
            one.id
            for one in self
            if one.id in doubtful or one._differs(part, wanted[one.id])
        }

    def _with_doubtful_quantity(self):
        """Return the ids of listings of which pieces have left since they were sent.

        A marketplace that holds pieces for its orders takes them off when they leave:
        it may have another quantity than the one it was sent, and whatever Odoo wants
        is sent (reference: whether a quantity counts held pieces is not said).
        """
        account = self.account_id
        if not account.marketplace_subtracts:
            return set()
        left = self._last_left(account, self.product_id)
        return {
            one.id
            for one in self
            if (at := left.get(one.product_id.id))
            and not (one.quantity_listed_at and one.quantity_listed_at >= at)
        }

    @api.model
    def _last_left(self, account, products=None):
        """Return when a piece of each product has last left for an account's orders.

        :param products: `product.product` records, None for all
        :return: a dict, product id -> moment
        """
        domain = Domain("account_id", "=", account.id) & Domain("left_at", "!=", False)
        if products is not None:
            domain &= Domain("product_id", "in", products.ids)
        # Who may compare need not be somebody who may see orders.
        items = self.env["iconic.order.item"].sudo()
        groups = items._read_group(domain, ["product_id"], ["left_at:max"])
        return {product.id: at for product, at in groups}

    def _differs(self, part, wanted):
        if part in DIGESTS:
            return wanted != self[DIGESTS[part]]
        if part == "quantity":
            return wanted.quantity != self.listed_quantity
        return self._price_differs(wanted)

    def _unchanged(self, flow, wanted):
        """Return those of the listings that are listed as Odoo wants already.

        Only for flows that the comparison starts. An ended listing is always sent,
        since sending relists it; a part that is protected never is.

        :param flow: the `Flow` that is about to send them
        :param wanted: what `_wanted_for` returned
        """
        part = COMPARED_PARTS.get(flow.name)
        if not self or not part:
            return self.browse()
        active = self.filtered(lambda one: one.listing_status == "active")
        if part == "image":
            wanted = {one.id: image_digest(wanted[one.id]) for one in active}
        ours = active.filtered(lambda one: not one._is_protected(part))
        differing = ours._differing(part, wanted)
        return active.filtered(lambda one: one.id not in differing)

    def _mark_changed(self, flow, wanted):
        """Mark listings, unless a threshold holds them or the same was refused.

        :param flow: the `Flow` that sends the change
        :param wanted: what `_wanted_now` returned
        """
        idle = self.filtered(lambda one: one[flow.status_field] != "pending")
        refused = idle.filtered(lambda one: one[flow.status_field] == "error")
        refused = refused._same_was_refused(flow, wanted)
        held = self.browse()
        for listing in self:
            one = wanted[listing.id]
            if reason := listing._hold_reason(flow.flag, one.product, one.price):
                held |= listing
                if listing[flow.error_field] != reason:
                    listing._block(flow, reason)
        due = (idle - refused - held)._passing_check(flow)
        due.write({flow.status_field: "pending", flow.error_field: False})

    def _hold_reason(self, part, product, price):
        """Return why a change waits for approval, or an empty string.

        :param str part: content, price, quantity or image
        :param product: the wanted `seller_center.records.Product`
        :param price: the `WantedPrice` that it has
        """
        if part == "price":
            return price.reason
        if part == "quantity":
            return self._quantity_hold_reason(product)
        return ""

    def _same_was_refused(self, flow, wanted):
        """Return the listings whose last failed feed contained the wanted values.

        An error is marked again only if the wanted values differ from those tried.

        :param flow: the `Flow` that failed
        :param wanted: what `_wanted_now` returned
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
        """Return listing id -> its newest feed line of a flow, if that failed."""
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
        """Return the values that a feed line of this flow would store now."""
        offer = offer_values(wanted.product, OFFER_FIELDS)
        known = {
            "content_digest": wanted.content_digest,
            "image_digest": wanted.image_digest,
            "price": round(float(offer["price"] or 0), 2),
            "sale_price": round(float(offer["sale_price"] or 0), 2),
            "sale_end": own_end(offer["sale_end"], fields.Datetime.now()),
            "quantity": offer["quantity"] or 0,
        }
        return tuple(known[name] for name in TRIED_VALUES[flow.name])

    def _passing_check(self, flow):
        """Return the listings that pass the check; update the error of the others.

        Only those in error are checked here, the others when they are sent.

        :param flow: the `Flow` that is about to send them
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
        """Mark unpublished listings in error again if their values have changed.

        :param wanted: what `_wanted_now` returned
        """
        by_flow = defaultdict(self.browse)
        for listing in self:
            created = listing.product_status == "created"
            by_flow["image" if created else "create"] |= listing
        for name, listings in by_flow.items():
            flow = FLOWS[name]
            refused = listings._same_was_refused(flow, wanted)
            due = (listings - refused)._passing_check(flow)
            due.write({flow.status_field: "pending", flow.error_field: False})

    def _reset_for_recreation(self):
        """Reset removed listings, so that their products are created again."""
        if not self:
            return
        self.write({"product_status": "awaiting_creation", "content_status": "pending"})
        # In a second step: only the keys of a product that is not listed can change.
        self.write({"seller_sku": False, "parent_sku": False, "recreate": False})
        self._trigger_flows("create")

    def _move_to_variant(self, product):
        """Move the listing from an archived variant to one with its SKU.

        :param product: the new `product.product`
        """
        self.ensure_one()
        # The marketplace has the SKU still; only the record in Odoo is another one.
        self.product_id = product
        if self.product_status == "published" and self.listing_status == "inactive":
            self.quantity_status = "pending"
        if self.product_status == "removed":
            self.content_status = "pending"
        self.write({"end_status": "not_needed", "end_error": False})


def _values(line, flow):
    """Return the values that a feed line has sent, in the form of `_tried_values`."""
    values = {name: line[name] for name in TRIED_VALUES[flow.name]}
    for name in ("price", "sale_price"):
        if name in values:
            values[name] = round(values[name], 2)
    if "sale_end" in values:
        values["sale_end"] = own_end(line.sale_end, line.sent_at)
    return tuple(values.values())
