from dataclasses import fields as dataclass_fields
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ... import const
from ...domain.flows import FLOWS, overlapping
from ...domain.moments import to_odoo_datetime
from ...seller_center.documents import DocumentError, create_document, update_document
from ...seller_center.records import CLEARED, Product, ProductImages
from .iconic_listing_check import Problem
from .iconic_listing_content import content_digest
from .iconic_listing_pictures import image_digest

# The fields of a record, and of a feed line, that make up an offer.
PRICE_FIELDS = ("price", "sale_price", "sale_start", "sale_end")
OFFER_FIELDS = (*PRICE_FIELDS, "quantity")
# Which part of a listing is compared for the flows that comparing starts.
COMPARED_PARTS = {"price": "price", "stock": "quantity", "picture": "image"}


class Batch(NamedTuple):
    """What a flow makes of some listings, before anything is written or sent.

    :param unchanged: the listings that are listed already as they would be sent
    :param problems: listing -> list of `Problem`, for those that cannot be sent
    :param listings: those in the document; what is in none of these goes later
    :param wanted: what `_wanted_for` gave for them
    :param document: the bytes, empty without listings
    :param lines: listing id -> values of `iconic.feed.line`
    """

    unchanged: models.Model
    problems: dict
    listings: models.Model
    wanted: dict
    document: bytes
    lines: dict


class IconicListing(models.Model):
    """How listings become a document, and move along the table of `domain/flows.py`.

    A document is built the same way for sending and for showing it only.
    """

    _inherit = "iconic.listing"

    def action_show_document(self):
        """Show what would be sent for these listings, without sending it."""
        listings = self.filtered(lambda one: one.account_id == self[:1].account_id)
        return self.env["iconic.dry.run"]._open(
            account_id=listings.account_id.id,
            listing_ids=self.ids,
            flow=listings._next_flow(),
        )

    def _next_flow(self):
        """Return the name of the flow that sends any of these next, or could."""
        for flow in FLOWS.values():
            if self.filtered_domain(flow.domain):
                return flow.name
        statuses = set(self.mapped("product_status"))
        if "published" in statuses:
            return "update"
        return "image" if statuses & {"created", "images_uploaded"} else "create"

    @api.model
    def _in_flight_domain(self, flow):
        """Return the listings with an open feed that writes what this flow writes."""
        return Domain(
            "feed_line_ids",
            "any",
            [("state", "=", "open"), ("flow", "in", overlapping(flow))],
        )

    def _prepare_batch(self, flow):
        """Check the listings of one account and build the document of a flow.

        Nothing is written here.

        :param flow: a row of the table of flows
        :return: a `Batch`
        """
        unchanged = self._unchanged(flow)
        due = self - unchanged
        wanted = due._wanted_for(flow)
        found = due._check_flow(flow, wanted)
        problems = {listing: found[listing.id] for listing in due if found[listing.id]}
        passing = due.filtered(lambda one: one not in problems)
        # A ParentSku may be the SKU of a failing one: then it is another.
        return passing._fit_document(
            flow, None if problems else wanted, unchanged, problems
        )

    def _unchanged(self, flow):
        """Return which of these turned out to be listed already as Odoo wants.

        Only for changes that are noticed by comparing. What is ended is sent whatever
        it says, since that brings it back.
        """
        part = COMPARED_PARTS.get(flow.name)
        if not self or not part:
            return self.browse()
        active = self.filtered(lambda one: one.listing_status == "active")
        differing = active._differing(part)
        return active.filtered(lambda one: one.id not in differing)

    def _wanted_for(self, flow):
        """Return what a flow is about to send, once for the check and the document.

        :return: a dict, listing id -> record or pictures; empty if the SKU is enough
        """
        if not self or flow.name in ("end", "remove"):
            return {}
        if flow.action == "Image":
            return self._wanted_pictures()
        if flow.flag == "price":
            return self._wanted_offers(PRICE_FIELDS)
        if flow.flag == "quantity":
            return self._wanted_offers(("quantity",))
        return self._wanted_products()

    def _check_flow(self, flow, wanted):
        """Check what a flow is about to send.

        :param wanted: what `_wanted_for` gave
        :return: a dict, listing id -> list of `Problem`, empty if it may be sent
        """
        if not wanted:
            return {listing.id: [] for listing in self}
        if flow.action == "Image":
            return self._check_all_pictures(wanted)
        check = {
            "create": self._check_for_sending,
            "update": self._check_for_update,
            "price": self._check_wanted_prices,
            "stock": self._check_wanted_quantities,
        }
        return check[flow.name](wanted)

    def _fit_document(self, flow, wanted, unchanged, problems):
        """Build the document of these listings, as far as they fit into one.

        A listing that no document can be made of joins the problems, and the others
        go on.

        :param wanted: what `_wanted_for` gave, None to ask for it again
        :param unchanged: as in `Batch`
        :param problems: as in `Batch`
        :return: a `Batch`
        """
        listings = self
        while listings:
            wanted = wanted or listings._wanted_for(flow)
            try:
                document, lines = listings._build_document(flow, wanted)
            except DocumentError as error:
                rejected = listings._rejected_by(error)
                fault = Problem(self.env._("Cannot be written"), str(error))
                problems = {**problems, **{listing: [fault] for listing in rejected}}
                listings -= rejected
                wanted = None
                continue
            if len(document) > const.MAX_DOCUMENT_SIZE and len(listings) > 1:
                listings = listings[: len(listings) // 2]
                wanted = None
                continue
            return Batch(unchanged, problems, listings, wanted, document, lines)
        return Batch(unchanged, problems, listings, {}, b"", {})

    def _rejected_by(self, error):
        """Return the listings that an error of the document is about: maybe all.

        :param error: a `seller_center.documents.DocumentError`
        """
        return self.filtered(lambda one: one.sku == error.seller_sku) or self

    def _build_document(self, flow, wanted):
        """Return the document of a flow for these listings, and the values it carries.

        :param wanted: what `_wanted_for` gave
        :return: the bytes, and a dict, listing id -> values of `iconic.feed.line`
        """
        return getattr(self, f"_build_{flow.name}")(wanted)

    def _build_create(self, wanted):
        lines = {listing.id: _line_values(wanted[listing.id]) for listing in self}
        return create_document(wanted[listing.id] for listing in self), lines

    def _build_update(self, wanted):
        """Build the whole product, less what is protected or held by a brake.

        On the line such a part is what is listed already, so that it stays.
        """
        lines = {}
        products = []
        for listing in self:
            product = wanted[listing.id]
            parts = listing._parts_left_out(product)
            lines[listing.id] = _line_values(product) | listing._listed_values(parts)
            products.append(replace(product, **_empty_elements(parts)))
        return update_document(products), lines

    def _parts_left_out(self, product):
        """Return the parts of an update that stay as they are listed.

        :param product: a `seller_center.records.Product`
        :return: a set of content, price and quantity
        """
        return {
            part
            for part in ("content", "price", "quantity")
            if self._is_protected(part) or self._is_held(part, product)
        }

    def _listed_values(self, parts):
        """Return what a line says of the parts that an update leaves out.

        :param parts: some of content, price and quantity
        """
        values = {}
        if "content" in parts:
            values["content_digest"] = self.content_digest
        if "price" in parts:
            values |= {name: self[f"listed_{name}"] for name in PRICE_FIELDS}
        if "quantity" in parts:
            values["quantity"] = self.listed_quantity
        return values

    def _build_price(self, wanted):
        return self._build_offer(wanted, PRICE_FIELDS)

    def _build_stock(self, wanted):
        return self._build_offer(wanted, ("quantity",))

    def _build_offer(self, wanted, names):
        """Build an update with the SKU and price fields or the quantity.

        :param names: fields of `seller_center.records.Product`
        """
        products = [wanted[listing.id] for listing in self]
        lines = {
            listing.id: {
                "seller_sku": product.seller_sku,
                **offer_values(product, names),
            }
            for listing, product in zip(self, products, strict=True)
        }
        return update_document(products), lines

    def _build_end(self, _wanted):
        """Build an update to quantity 0 (product feeds spec, Product End)."""
        lines = {
            listing.id: {"seller_sku": listing.sku, "quantity": 0} for listing in self
        }
        products = (Product(listing.sku, quantity=0) for listing in self)
        return update_document(products), lines

    def _build_remove(self, _wanted):
        lines = {listing.id: {"seller_sku": listing.sku} for listing in self}
        products = (Product(listing.sku) for listing in self)
        return self.account_id._client_class.remove_document(products), lines

    def _build_image(self, pictures):
        document = self.account_id._client_class.image_document(
            ProductImages(listing.sku, listing._image_urls(pictures[listing.id]))
            for listing in self
        )
        lines = {
            listing.id: {
                "seller_sku": listing.sku,
                "image_digest": image_digest(pictures[listing.id]),
            }
            for listing in self
        }
        return document, lines

    def _build_picture(self, pictures):
        return self._build_image(pictures)

    def _mark_sent(self, flow, lines):
        """Move listings on when their feed is stored, and freeze their keys.

        :param lines: listing id -> values of `iconic.feed.line`
        """
        self.write(flow.sent)
        # What a person let pass is let pass until all of it is sent.
        waiting = self.filtered(
            lambda one: "pending" in (one.price_status, one.quantity_status)
        )
        (self - waiting).write({"send_anyway": False})
        for listing in self:
            for name in ("seller_sku", "parent_sku"):
                value = lines[listing.id].get(name)
                if value and not listing[name]:
                    listing[name] = value

    def _reset_to_pending(self, flow):
        """Undo `_mark_sent`: the marketplace never took the feed."""
        self._still_sent(flow).write(flow.put_back)

    def _succeed(self, flow, warnings):
        """Move listings on that the marketplace took.

        :param warnings: listing id -> what it remarked nevertheless
        """
        flag = flow.status_field
        truth = {name: value for name, value in flow.success.items() if name != flag}
        for name in list(truth):
            if name.endswith("_status") and truth[name] == "not_needed":
                truth[name.replace("_status", "_error")] = False
        if truth:
            self.write(truth)
        if flow.writes & {"content", "images"}:
            self._await_review()
        untouched = self._still_sent(flow)
        untouched.write({flag: flow.success[flag], flow.error_field: False})
        if flow.name == "image":
            warnings = {**untouched._creation_remarks(), **warnings}
        for listing in untouched.filtered(lambda one: one.id in warnings):
            listing[flow.error_field] = warnings[listing.id]
        if flow.name == "remove":
            self.filtered("recreate")._start_over()

    def _creation_remarks(self):
        """Return what creation was warned of: it is still true after the pictures.

        :return: a dict, listing id -> the remark of its newest creation
        """
        lines = self.env["iconic.feed.line"].search(
            [
                ("listing_id", "in", self.ids),
                ("flow", "=", "create"),
                ("state", "=", "success"),
                ("message", "!=", False),
            ],
            order="id",
        )
        return {line.listing_id.id: line.message for line in lines}

    def _fail(self, flow, message):
        """Move listings on that the marketplace did not take.

        :param str message: for the error field of the flow
        """
        flag = flow.status_field
        truth = {name: value for name, value in flow.error.items() if name != flag}
        if truth:
            self.write(truth)
        self._still_sent(flow)._block(flow, message)

    def _block(self, flow, message):
        """Note why listings cannot be sent.

        :param str message: for the error field of the flow
        """
        self.write({flow.status_field: "error", flow.error_field: message})

    def _still_sent(self, flow):
        return self.filtered(lambda listing: listing[flow.status_field] == "sent")


def _empty_elements(parts):
    """Return the elements of some parts as empty record fields.

    :param parts: some of content, price and quantity
    """
    empty = {}
    if "content" in parts:
        empty |= {
            field.name: field.default
            for field in dataclass_fields(Product)
            if field.name not in (*OFFER_FIELDS, "seller_sku")
        }
    if "price" in parts:
        empty |= dict.fromkeys(PRICE_FIELDS)
    if "quantity" in parts:
        empty["quantity"] = None
    return empty


def _line_values(product):
    """Return what a feed line keeps of a whole product.

    :param product: a `seller_center.records.Product`
    """
    return {
        "seller_sku": product.seller_sku,
        "parent_sku": product.parent_sku,
        "content_digest": content_digest(product),
        **offer_values(product, OFFER_FIELDS),
    }


def offer_values(product, names):
    """Return price or quantity fields of a record as Odoo stores them."""
    values = {name: getattr(product, name) for name in names}
    for name, value in values.items():
        if value is CLEARED:
            values[name] = False
        elif isinstance(value, datetime):
            values[name] = to_odoo_datetime(value)
    return values
