from odoo import api, models
from odoo.fields import Domain

from ..flows import overlapping
from ..seller_center.documents import create_document, image_document
from ..seller_center.records import ProductImages
from .iconic_listing_pictures import image_digest
from .iconic_listing_wanted import content_digest


class IconicListing(models.Model):
    """How a listing moves along the table of `flows.py`."""

    _inherit = "iconic.listing"

    @api.model
    def _in_flight_domain(self, flow):
        """Return the listings with an open feed that writes what this flow writes."""
        return Domain(
            "feed_line_ids",
            "any",
            [("state", "=", "open"), ("flow", "in", overlapping(flow))],
        )

    def _check_flow(self, flow):
        """Check what a flow is about to send.

        :return: a dict, listing id -> list of `Problem`, empty if it may be sent
        """
        if flow.action == "Image":
            return self._check_pictures_alone()
        return self._check_for_sending()

    def _build_document(self, flow):
        """Return the document of a flow for these listings, and the values it carries.

        :return: the bytes, and a dict, listing id -> values of `iconic.feed.line`
        """
        build = {"ProductCreate": self._build_create, "Image": self._build_image}
        return build[flow.action]()

    def _build_create(self):
        wanted = self._wanted_products()
        lines = {
            id_: {
                "seller_sku": product.seller_sku,
                "parent_sku": product.parent_sku,
                "price": product.price,
                "sale_price": product.sale_price,
                "sale_start": _naive(product.sale_start),
                "sale_end": _naive(product.sale_end),
                "quantity": product.quantity,
                "content_digest": content_digest(product),
            }
            for id_, product in wanted.items()
        }
        return create_document(wanted[listing.id] for listing in self), lines

    def _build_image(self):
        pictures = self._wanted_pictures()
        document = image_document(
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

    def _mark_sent(self, flow, lines):
        """Move listings on when their feed is stored, and freeze their keys.

        :param lines: listing id -> values of `iconic.feed.line`
        """
        self.write(flow.sent)
        for listing in self:
            for name in ("seller_sku", "parent_sku"):
                value = lines[listing.id].get(name)
                if value and not listing[name]:
                    listing[name] = value

    def _put_back(self, flow):
        """Undo `_mark_sent`: the marketplace never took the feed."""
        self._still_sent(flow).write(flow.put_back)

    def _succeed(self, flow, warnings):
        """Move listings on that the marketplace took.

        :param warnings: listing id -> what it remarked nevertheless
        """
        flag = flow.status_field
        truth = {name: value for name, value in flow.success.items() if name != flag}
        if truth:
            self.write(truth)
        untouched = self._still_sent(flow)
        untouched.write({flag: flow.success[flag], flow.error_field: False})
        for listing in untouched.filtered(lambda one: one.id in warnings):
            listing[flow.error_field] = warnings[listing.id]

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


def _naive(moment):
    """Return an aware time as Odoo stores it: naive, in UTC."""
    return moment and moment.replace(tzinfo=None)
