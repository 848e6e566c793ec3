from dataclasses import fields as dataclass_fields
from dataclasses import replace
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ... import const
from ...domain.flows import FLOWS, FORGOTTEN, overlapping
from ...domain.moments import precise_now, to_odoo_datetime
from ...domain.statuses import FLAGS
from ...error_messages import describe
from ...seller_center.const import IMAGE, PRODUCT_REMOVE, STATUS_ACTIVE
from ...seller_center.documents import DocumentError, create_document, update_document
from ...seller_center.records import Product, ProductImages, StockRow
from ...seller_center.stock import stock_document
from ..columns import write_columns
from .iconic_listing_check import Problem
from .iconic_listing_content import content_digest
from .iconic_listing_pictures import image_digest
from .iconic_listing_price import OFFER_FIELDS, PRICE_FIELDS, offer_values
from .iconic_listing_quality import NOT_REVIEWED

#: Flow -> the columns of a listing that it looks at; the other flows need most of them.
COLUMNS = {
    "price": (
        "price",
        "rrp",
        "listed_price",
        "listed_sale_price",
        "listed_sale_start",
        "listed_sale_end",
        "last_wanted_price",
        "approved_price",
        "minimum_price",
        "protect_price",
    ),
    "stock": (
        "listed_quantity",
        "quantity_listed_at",
        "has_fixed_quantity",
        "quantity",
        "safety_buffer",
        "on_sale_from",
        "sell_out_approved",
        "protect_quantity",
        "marketplace_product_id",
    ),
    "end": ("marketplace_product_id",),
    "remove": (),
}
#: What all of these look at.
KEYS = ("account_id", "product_id", "seller_sku", "product_status", "listing_status")


class Batch(NamedTuple):
    """The document of a flow for some listings, before anything is written or sent.

    Listings that are in none of the three groups did not fit, and are sent later.

    :param unchanged: the listings that are listed as they would be sent already
    :param problems: listing -> list of `Problem`, for those that cannot be sent
    :param listings: those in the document
    :param wanted: what `_wanted_for` returned for them
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
    """Builds the document of a flow, and moves listings along `domain/flows.py`.

    A document is built in the same way for sending and for a dry run.
    """

    _inherit = "iconic.listing"

    def action_show_document(self):
        """Open a dry run: the document that would be sent for these listings."""
        listings = self.filtered(lambda one: one.account_id == self[:1].account_id)
        return self.env["iconic.dry.run"]._open(
            account_id=listings.account_id.id,
            listing_ids=self.ids,
            flow=listings._next_flow(),
        )

    def _next_flow(self):
        """Return the name of the flow that sends any of these listings next."""
        for flow in FLOWS.values():
            if self.filtered_domain(flow.domain):
                return flow.name
        statuses = set(self.mapped("product_status"))
        if "published" in statuses:
            return "update"
        return "image" if statuses & {"created", "images_uploaded"} else "create"

    @api.model
    def _in_flight_domain(self, flow):
        """Return the domain of listings with an open feed that overlaps with a flow.

        :param flow: a `Flow`
        """
        return Domain(
            "feed_line_ids",
            "any",
            [("state", "=", "open"), ("flow", "in", overlapping(flow))],
        )

    @api.model
    def _read_by_flow(self, flow):
        """Return the fields that a flow reads of listings, None for all.

        There are many columns: to read all of them takes twice as long.

        :param flow: a `Flow`
        """
        columns = COLUMNS.get(flow.name)
        return None if columns is None else [*KEYS, *columns]

    def _prepare_batch(self, flow):
        """Check the listings of one account and build the document of a flow.

        Writes nothing.

        :param flow: a `Flow`
        :return: a `Batch`
        """
        wanted = self._wanted_for(flow)
        unchanged = self._unchanged(flow, wanted)
        due = self - unchanged
        found = due._check_flow(flow, wanted)
        problems = {listing: found[listing.id] for listing in due if found[listing.id]}
        passing = due - self.browse().union(*problems)
        if flow.action == "Image":
            # What was changed a moment ago is prepared for the next document.
            passing = passing._with_prepared(wanted)
        if problems and "content" in flow.writes and passing:
            # A failing listing may have given its SKU as ParentSku.
            wanted = passing._with_own_parents(wanted)
        return passing._fit_document(flow, wanted, unchanged, problems)

    def _fit_document(self, flow, wanted, unchanged, problems):
        """Build a document of as many of these listings as fit into one.

        Listings that cannot be written into a document are added to the problems.

        :param flow: a `Flow`
        :param wanted: what `_wanted_for` returned
        :param unchanged: as in `Batch`
        :param problems: as in `Batch`
        :return: a `Batch`
        """
        listings = self
        while listings:
            try:
                document, lines = listings._build_document(flow, wanted)
            except DocumentError as error:
                rejected = listings._rejected_by(error)
                fault = Problem(
                    self.env._("Cannot be written"), describe(self.env, error)
                )
                problems = {**problems, **{listing: [fault] for listing in rejected}}
                listings -= rejected
                wanted = listings._wanted_for(flow)
                continue
            if len(document) > const.MAX_DOCUMENT_SIZE and len(listings) > 1:
                listings = listings[: len(listings) // 2]
                wanted = listings._wanted_for(flow)
                continue
            return Batch(unchanged, problems, listings, wanted, document, lines)
        return Batch(unchanged, problems, listings, {}, b"", {})

    def _rejected_by(self, error):
        """Return the listings that a document error is about, all if it names none.

        :param error: a `seller_center.documents.DocumentError`
        """
        return self.filtered(lambda one: one.sku == error.seller_sku) or self

    def _build_document(self, flow, wanted):
        """Return the document of a flow for these listings, and the values in it.

        :param flow: a `Flow`
        :param wanted: what `_wanted_for` returned
        :return: the bytes, and a dict, listing id -> values of `iconic.feed.line`
        """
        return getattr(self, f"_build_{flow.name}")(wanted)

    def _build_create(self, wanted):
        lines = {listing.id: _line_values(wanted[listing.id]) for listing in self}
        return create_document(wanted[listing.id] for listing in self), lines

    def _build_update(self, wanted):
        """Build the whole product, without parts that are protected or held back.

        For these the feed line gets the listed values, which the answer then confirms.
        """
        lines = {}
        products = []
        for listing in self:
            product = wanted[listing.id]
            parts = listing._parts_left_out(product, wanted.prices[listing.id])
            lines[listing.id] = _line_values(product) | listing._listed_values(parts)
            products.append(replace(product, **_empty_elements(parts)))
        return update_document(products), lines

    def _parts_left_out(self, product, price):
        """Return the parts that an update of the whole product leaves out.

        :param product: a `seller_center.records.Product`
        :param price: the `WantedPrice` that it has
        :return: a set of content, price and quantity
        """
        return {
            part
            for part in ("content", "price", "quantity")
            if self._is_protected(part) or self._hold_reason(part, product, price)
        }

    def _listed_values(self, parts):
        """Return a feed line's values for the parts that an update leaves out.

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
        quantities = {listing: wanted[listing.id].quantity for listing in self}
        return self._build_quantities(FLOWS["stock"], quantities)

    def _build_end(self, _wanted):
        """Build an update to quantity 0 (product feeds spec, Product End)."""
        return self._build_quantities(FLOWS["end"], dict.fromkeys(self, 0))

    def _build_quantities(self, flow, quantities):
        """Build an update of nothing but quantities, for a feed or to be set at once.

        :param flow: a `Flow`
        :param quantities: listing -> pieces
        """
        lines = {
            listing.id: {"seller_sku": listing.sku, "quantity": quantity}
            for listing, quantity in quantities.items()
        }
        if not self.env["iconic.feed"]._goes_at_once(flow, self):
            return update_document(
                Product(listing.sku, quantity=quantity)
                for listing, quantity in quantities.items()
            ), lines
        for listing in self:
            number = listing.marketplace_product_id
            lines[listing.id]["marketplace_product_id"] = number
        return stock_document(
            StockRow(listing.sku, listing.marketplace_product_id, quantity)
            for listing, quantity in quantities.items()
        ), lines

    def _build_offer(self, wanted, names):
        """Build an update of nothing but some fields of the offer.

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

    def _build_remove(self, _wanted):
        lines = {listing.id: {"seller_sku": listing.sku} for listing in self}
        products = (Product(listing.sku) for listing in self)
        return self.account_id._client_class.remove_document(products), lines

    def _build_image(self, pictures):
        urls = self._image_urls(pictures)
        document = self.account_id._client_class.image_document(
            ProductImages(listing.sku, urls[listing.id]) for listing in self
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
        """Apply "once sent" of a flow, and store the keys that were sent.

        :param flow: a `Flow`
        :param lines: listing id -> values of `iconic.feed.line`
        """
        values = dict(flow.sent)
        if "quantity" in flow.writes:
            values["send_first"] = False
        write_columns(self, values)
        for name in ("seller_sku", "parent_sku"):
            keys = {id_: key for id_, one in lines.items() if (key := one.get(name))}
            self._store_key(name, keys)

    def _store_key(self, name, values):
        """Store a key that was sent, where there is none yet.

        :param name: the key's field
        :param values: listing id -> the key, of those that were sent with one
        """
        new = self.filtered(lambda one: one.id in values and not one[name])
        write_columns(new, {}, {name: [values[one.id] for one in new]})

    def _note_product_ids(self, ids):
        """Store the marketplace's ids of products, as they are learnt.

        :param ids: SKU -> id; what it does not tell stays
        """
        for listing in self:
            found = ids.get(listing.sku)
            if found and found != listing.marketplace_product_id:
                listing.marketplace_product_id = found

    def _reset_to_pending(self, flow):
        """Undo `_mark_sent` for a feed that the marketplace did not accept."""
        values = dict(flow.reset)
        if flow.flag == "quantity":
            values["send_first"] = True
        self._still_sent(flow).write(values)
        self._compare_if_asked(flow)

    def _succeed(self, flow, lines, warnings):
        """Apply "on success" of a flow to listings that the marketplace accepted.

        :param flow: a `Flow`
        :param lines: their `iconic.feed.line`, in the same order
        :param warnings: listing id -> the marketplace's warning
        """
        self.fetch([flow.status_field, flow.error_field, "listing_status"])
        if flow.success.get("listing_status") == "active":
            self._compare_when_listed()
        if flow.name == "image":
            # Warnings about the product still apply once it has its pictures.
            creation = self._still_sent(flow)._creation_warnings()
            warnings = {**creation, **warnings}
        values = _success_values(flow)
        if "quantity" in flow.writes:
            values["quantity_listed_at"] = lines.feed_id.create_date
        self._store_outcome(flow, values, warnings, _copied_values(flow), lines)
        if flow.name == "create":
            self.filtered("produced_by_marketplace")._await_pictures()
        if flow.name == "remove":
            self._release_production()
            self.filtered("recreate")._reset_for_recreation()

    def _store_outcome(self, flow, values, messages, copied=None, lines=None):
        """Store what the answer to a flow means for listings, with one query.

        A flag that is no longer `sent` stays, as does its error field: it was marked
        again in the meantime.

        :param flow: a `Flow`
        :param values: field -> value, with the flag of the flow
        :param messages: listing id -> text for the error field of the flow
        :param copied: field -> the field of their feed lines that it is copied from
        :param lines: these lines, in the order of the listings
        """
        flag, error = flow.status_field, flow.error_field
        ours = set(self._still_sent(flow)._ids)
        each = {
            flag: [values[flag] if one.id in ours else one[flag] for one in self],
            error: [
                messages.get(one.id) if one.id in ours else one[error] for one in self
            ],
        }
        same = {name: value for name, value in values.items() if name not in each}
        same["answered_at"] = precise_now()
        write_columns(self, same, each, copied, lines)
        self._compare_if_asked(flow)

    def _compare_when_listed(self):
        """Compare listings at once that were not on sale: their price may be old."""
        back = self.filtered(lambda one: one.listing_status == "inactive")
        if back:
            back._compare_soon()

    def _is_unsent(self):
        """Tell whether the listing waits to be created, or could not be."""
        return (
            not self.closed
            and self.product_status in ("awaiting_creation", "removed")
            and self.content_status in ("pending", "error")
        )

    def _adopt(self, record):
        """Take over a product that the marketplace has already, as linking does.

        Content, pictures and price are protected until somebody hands them over. Stock
        goes out: somebody wanted to sell the product from Odoo, and would sell what is
        not there (design, section 4). Without pictures there are none to protect.

        :param record: a `seller_center.records.ListedProduct`
        :return: what the listing tells about it
        """
        self.ensure_one()
        message = self.env._(
            "THE ICONIC had this product already: the listing has taken it over. Its "
            "content, pictures and price are protected until you press Unprotect; its "
            "stock is sent."
        )
        # The keys of a product can change as long as it does not count as sent.
        self.write({"product_status": "awaiting_creation", "content_status": "pending"})
        pictured = bool(record.main_image or record.images)
        selling = pictured and record.status == STATUS_ACTIVE
        self.write(
            {
                **_unmarked(),
                **listed_values(record),
                "seller_sku": record.seller_sku,
                "parent_sku": record.parent_sku or self.parent_sku,
                "marketplace_product_id": record.marketplace_id or False,
                "product_status": "published" if pictured else "created",
                "listing_status": "active" if selling else "inactive",
                "content_status": "not_needed" if pictured else "pending",
                "quantity_status": "pending" if selling else "not_needed",
                "content_error": message,
                "answered_at": precise_now(),
                "content_digest": False,
                "image_digest": False,
                "protect_content": True,
                "protect_price": True,
                "protect_quantity": False,
                "protect_images": pictured,
                "content_protected_by_waiting": False,
                "images_protected_by_waiting": False,
            }
        )
        self._reset_review()
        self._update_waiting()
        self._trigger_flows("stock" if pictured else "image")
        return message

    def _note_removed(self):
        """Apply what a removal does to listings whose products are gone anyway."""
        values = {**_unmarked(), **FLOWS["remove"].success, **FORGOTTEN}
        nothing = Product("", quantity=0)
        self.write({**values, **listed_values(nothing), "image_digest": False})
        self._release_production()
        self.filtered("recreate")._reset_for_recreation()

    def _creation_warnings(self):
        """Return the warnings of the feeds that created the products.

        :return: a dict, listing id -> the warning of its newest creation
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

    def _fail(self, flow, messages):
        """Apply "on error" of a flow to listings that the marketplace refused.

        :param flow: a `Flow`
        :param messages: listing id -> text for the error field of the flow
        """
        self._store_outcome(flow, flow.error, messages)

    def _still_sent(self, flow):
        return self.filtered(lambda listing: listing[flow.status_field] == "sent")


def _success_values(flow):
    """Return the values of listings that a flow has succeeded for.

    :param flow: a `Flow`
    """
    values = dict(flow.success)
    for name, value in flow.success.items():
        if name.endswith("_status") and value == "not_needed":
            values[name.replace("_status", "_error")] = False
    if flow.writes & {"content", "images"}:
        values |= NOT_REVIEWED
    if flow.name == "end":
        # Whoever relists it sees what it costs by then.
        values["approved_price"] = 0
    if flow.name == "remove":
        values |= FORGOTTEN
    return values


def _copied_values(flow):
    """Return what is listed once a flow has succeeded, as it was sent.

    :param flow: a `Flow`
    :return: a dict, field of the listing -> field of `iconic.feed.line`
    """
    fields = {}
    if "price" in flow.writes:
        fields |= {f"listed_{name}": name for name in PRICE_FIELDS}
    if "quantity" in flow.writes:
        fields["listed_quantity"] = "quantity"
    if "content" in flow.writes:
        fields["content_digest"] = "content_digest"
    # Removing a product removes its pictures, too.
    if flow.action in (IMAGE, PRODUCT_REMOVE):
        fields["image_digest"] = "image_digest"
    return fields


def listed_values(record):
    """Return the listed price and quantity of a listing.

    :param record: a `seller_center.records.ListedProduct`, or a `Product`
    """
    return {
        "listed_price": float(record.price or 0),
        "listed_sale_price": float(record.sale_price or 0),
        "listed_sale_start": to_odoo_datetime(record.sale_start),
        "listed_sale_end": to_odoo_datetime(record.sale_end),
        "listed_quantity": record.quantity or 0,
    }


def _unmarked():
    """Return the values of a listing with nothing to send and no error."""
    return {
        **dict.fromkeys((f"{flag}_status" for flag in FLAGS), "not_needed"),
        **dict.fromkeys((f"{flag}_error" for flag in FLAGS), False),
    }


def _empty_elements(parts):
    """Return the fields of a record that leave some parts out of a document.

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
    """Return a feed line's values for a whole product.

    :param product: a `seller_center.records.Product`
    """
    return {
        "seller_sku": product.seller_sku,
        "parent_sku": product.parent_sku,
        "content_digest": content_digest(product),
        **offer_values(product, OFFER_FIELDS),
    }
