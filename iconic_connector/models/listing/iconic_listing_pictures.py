from functools import cache, cached_property, partial
from itertools import chain

from odoo import api, fields, models
from odoo.fields import Domain

from ... import const
from ...domain.digests import digest_of
from ...domain.flows import FLOWS, FORGOTTEN
from ...domain.statuses import PRODUCERS
from ...seller_center.const import MAX_IMAGES
from ..product.iconic_prepared_image import all_stored_pictures

# What waiting for THE ICONIC's pictures protects, and where that is remembered:
# somebody else may have protected it before.
PROTECTIONS = {
    "protect_content": "content_protected_by_waiting",
    "protect_images": "images_protected_by_waiting",
}


class WantedPictures(dict):
    """The lists of `Picture` that are wanted, by the id of their listing.

    Variants with the same pictures have the same list.

    :param prepared_image: the model `iconic.prepared.image`
    """

    def __init__(self, pictures, prepared_image):
        super().__init__(pictures)
        self._prepared_image = prepared_image

    @cached_property
    def prepared(self):
        """Return what is known of those that are prepared, by their checksum."""
        originals = list(chain.from_iterable(self.values()))
        found = self._prepared_image._of(originals)
        if any(one._is_unreadable() for one in found.values()):
            # Their files may be back. Only a few are tried at a time.
            missing = [one for one in originals if one.checksum in found]
            self._prepared_image._prepare(missing, 0)
            found = self._prepared_image._of(originals)
        return found

    def prepare(self, seconds):
        """Prepare those that are not yet.

        :param seconds: after these no further one is begun
        """
        originals = chain.from_iterable(self.values())
        self.prepared = self._prepared_image._prepare(originals, seconds)


class IconicListing(models.Model):
    """The pictures that Odoo wants listed, the main one first, or THE ICONIC's own.

    A listing whose pictures and text THE ICONIC makes is created without pictures. Then
    it waits, created, until the marketplace shows some (design, section 4).
    """

    _inherit = "iconic.listing"

    produced_by = fields.Selection(
        PRODUCERS,
        string="Pictures and Text By",
        help="THE ICONIC: the product is created without pictures, and with the "
        "account's text instead of its description; it is published once THE ICONIC "
        "has pictured it. Empty: as the season says.",
    )
    produced_by_marketplace = fields.Boolean(
        compute="_compute_produced_by_marketplace",
        search="_search_produced_by_marketplace",
    )
    awaiting_pictures_since = fields.Datetime(
        string="Waiting for THE ICONIC's Pictures Since",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    content_protected_by_waiting = fields.Boolean(readonly=True, copy=False)
    images_protected_by_waiting = fields.Boolean(readonly=True, copy=False)

    @api.depends(
        "produced_by",
        "account_id.season_tag_ids",
        "product_id.all_product_tag_ids.iconic_produced_by_marketplace",
    )
    def _compute_produced_by_marketplace(self):
        for account, listings in self.grouped("account_id").items():
            # Few accounts have such seasons: the products need not be looked at.
            seasons = account.season_tag_ids.filtered("iconic_produced_by_marketplace")
            theirs = listings.filtered(
                lambda one, seasons=seasons: one._is_produced(seasons)
            )
            theirs.produced_by_marketplace = True
            (listings - theirs).produced_by_marketplace = False

    def _is_produced(self, seasons):
        """Tell whether THE ICONIC makes pictures and text, by the seasons it does so.

        :param seasons: `product.tag` records
        """
        if self.produced_by:
            return self.produced_by == "marketplace"
        return bool(seasons and self.product_id.all_product_tag_ids & seasons)

    @api.model
    def _search_produced_by_marketplace(self, operator, value):
        if operator != "in":
            return NotImplemented
        by_season = Domain.OR(
            Domain("account_id", "=", account.id)
            & Domain(
                "product_id.all_product_tag_ids",
                "in",
                account.season_tag_ids.filtered("iconic_produced_by_marketplace").ids,
            )
            for account in self.env["iconic.account"].search([])
        )
        produced = Domain("produced_by", "=", "marketplace") | (
            Domain("produced_by", "=", False) & by_season
        )
        return produced if True in value else ~produced

    def _update_waiting(self):
        """Begin or end waiting for THE ICONIC's pictures, where a person has switched.

        Of a product that is pictured already, nothing changes.
        """
        created = self.filtered(lambda one: one.product_status == "created")
        theirs = created.filtered(
            lambda one: (
                one.produced_by_marketplace
                and not one.awaiting_pictures_since
                and one.content_status in ("pending", "error")
            )
        )
        # Where nothing has failed, the message tells something else.
        failed = theirs.filtered(lambda one: one.content_status == "error")
        failed.write({"content_status": "pending", "content_error": False})
        theirs._await_pictures()
        ours = created.filtered(
            lambda one: one.awaiting_pictures_since and not one.produced_by_marketplace
        )
        if ours:
            ours.awaiting_pictures_since = False
            ours._release_production()
            ours._trigger_flows("image")

    def _await_pictures(self):
        """Wait for THE ICONIC's pictures; what it makes is left alone from now on."""
        self.awaiting_pictures_since = fields.Datetime.now()
        for protection, by_waiting in PROTECTIONS.items():
            free = self.filtered(lambda one, name=protection: not one[name])
            free.write({protection: True, by_waiting: True})

    def _release_production(self):
        """Take off what waiting for THE ICONIC's pictures has protected, and only that.

        Because they will not come, or the product that they were made for is gone.
        """
        for protection, by_waiting in PROTECTIONS.items():
            protected = self.filtered(by_waiting)
            protected.write({protection: False, by_waiting: False})

    @api.model
    def _awaiting_domain(self):
        """Return the domain of the listings that wait for THE ICONIC's pictures."""
        return Domain("awaiting_pictures_since", "!=", False) & Domain(
            "closed", "=", False
        )

    def _apply_production(self, records):
        """Publish the listings that THE ICONIC has pictured, and note those deleted.

        :param records: SKU -> `seller_center.records.ListedProduct`, as just read
        :return: the listings that are published now
        """
        waiting = self.filtered(
            lambda one: one.awaiting_pictures_since and one.sku in records
        )
        pictured = waiting.filtered(
            lambda one: (
                records[one.sku].is_present
                and (records[one.sku].main_image or records[one.sku].images)
            )
        )
        pictured._compare_when_listed()
        pictured.write({**FLOWS["image"].success, "awaiting_pictures_since": False})
        pictured._reset_review()
        deleted = waiting.filtered(lambda one: not records[one.sku].is_present)
        deleted.write(
            {
                **FORGOTTEN,
                "product_status": "removed",
                "content_status": "error",
                "content_error": self.env._(
                    "THE ICONIC has deleted this product instead of picturing it: ask "
                    "there why, and press Retry to create it again."
                ),
            }
        )
        deleted._release_production()
        return pictured

    product_image = fields.Image(compute="_compute_product_image", string="Picture")

    @api.depends(
        "image_ids", "product_id.image_128", "product_tmpl_id.iconic_image_ids"
    )
    def _compute_product_image(self):
        for listing in self:
            main = listing._main_image()
            listing.product_image = main.image_128 or listing.product_id.image_128

    def _main_image(self):
        """Return the `iconic.image` that is first, empty if Odoo's own picture is."""
        if self.image_ids:
            return self.image_ids.sorted()[:1]
        images = self.product_tmpl_id.iconic_image_ids.sorted()
        return images.filtered(
            lambda image: image.is_main and image._is_for(self.product_id)
        )[:1]

    def _wanted_pictures(self):
        """Return the pictures of each listing, in the order in which they are sent.

        The listing's own, if it has any; else the product's: those marked as main or,
        if none is, Odoo's picture of the variant or its template; then the others of
        this variant (product feeds spec, Listing Image: the first is the main image).

        :return: `WantedPictures`
        """
        products = self.product_id
        templates = products.product_tmpl_id
        images = self.env["iconic.image"]._of(self, templates)
        extra, variants, parents = all_stored_pictures(
            (images, "image"),
            (products, "image_variant_1920"),
            (templates, "image_1920"),
        )
        own = images.grouped(lambda image: image.listing_id.id)
        shown = images.grouped(lambda image: image.product_tmpl_id.id)
        shown = {id_: some._as_shown() for id_, some in shown.items() if id_}
        order = cache(partial(_order_pictures, extra))
        result = {}
        for listing in self:
            product = listing.product_id
            template_id = product.product_tmpl_id.id
            standard = variants.get(product.id) or parents.get(template_id)
            chosen = (
                (own[listing.id]._ids, None, ())
                if listing.id in own
                else listing._chosen_images(shown.get(template_id, ()), standard)
            )
            result[listing.id] = order(*chosen)
        return WantedPictures(result, self.env["iconic.prepared.image"])

    def _chosen_images(self, shown, standard):
        """Return the pictures of the product for one listing, in order.

        :param shown: `ShownImage` records of the product's template
        :param standard: Odoo's own picture of the product, or None
        :return: ids of `iconic.image` before Odoo's own picture, that one or None, and
            the ids after it
        """
        had = self.product_id.product_template_attribute_value_ids._ids if shown else ()
        ours = [image for image in shown if image.is_for(had)]
        mains = tuple(image.id for image in ours if image.is_main)
        others = tuple(image.id for image in ours if not image.is_main)
        return mains, None if mains else standard, others

    def _prepare_pictures(self, seconds=None):
        """Make ready what is sent of the pictures of listings, each only once.

        Nothing is sent of those that THE ICONIC is to picture.

        :param seconds: after these no further picture is begun; None: as usual
        :return: the listings with nothing left to prepare, one at least
        """
        if seconds is None:
            seconds = const.PICTURE_SECONDS
        theirs = self.filtered(lambda one: one._is_pictured_by_marketplace())
        ours = self - theirs
        wanted = ours._wanted_pictures()
        wanted.prepare(seconds)
        ready = theirs | ours._with_prepared(wanted)
        return self.filtered(lambda one: one in ready)

    def _is_pictured_by_marketplace(self):
        """Tell whether THE ICONIC is to picture the product, or is about to."""
        unsent = self.product_status in FLOWS["create"].picked["product_status"]
        return self.produced_by_marketplace and bool(
            unsent or self.awaiting_pictures_since
        )

    def _with_prepared(self, pictures):
        """Return the listings whose pictures are all prepared.

        :param pictures: what `_wanted_pictures` returned
        """
        return self.filtered(
            lambda one: all(
                own.checksum in pictures.prepared for own in pictures[one.id]
            )
        )

    def _image_urls(self, pictures):
        """Return the public addresses of the pictures of listings of one account.

        :param pictures: what `_wanted_pictures` returned, all of them prepared
        :return: a dict, listing id -> addresses
        """
        base = self.account_id._image_base()
        address = cache(lambda one: base + pictures.prepared[one.checksum]._path(one))
        return {one.id: tuple(map(address, pictures[one.id])) for one in self}


def _order_pictures(extra, before, standard, after):
    """Return some pictures without duplicates, as many as may be sent.

    :param extra: `iconic.image` id -> `Picture`
    :param before: ids of `iconic.image`
    :param standard: a `Picture`, or None
    :param after: ids of `iconic.image`
    """
    pictures = [*map(extra.get, before), standard, *map(extra.get, after)]
    unique = {picture.checksum: picture for picture in pictures if picture}
    return list(unique.values())[:MAX_IMAGES]


def image_digest(pictures):
    """Return a checksum of the pictures of a listing and their order.

    :param pictures: `Picture` records
    """
    return digest_of("\n".join(picture.checksum for picture in pictures))
