from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class ShownImage(NamedTuple):
    """What decides whether and where a picture of a product is sent.

    :param id: of the `iconic.image`
    :param is_main: whether it comes before Odoo's own picture
    :param values: sets of ids of `product.template.attribute.value`
    """

    id: int
    is_main: bool
    values: tuple

    def is_for(self, had):
        """Tell whether the picture shows a variant.

        The variant has to match each attribute, by any of its values.

        :param had: the ids of the values that the variant has
        """
        return all(not needed.isdisjoint(had) for needed in self.values)


class IconicImage(models.Model):
    """A picture for the marketplace, stored as uploaded.

    Odoo scales product pictures down to 1920 pixels, but the marketplace needs the
    original. A picture belongs to a product, for all of its variants or for those with
    certain values (such as a colour), or to a listing. The pictures of a listing
    replace those of the product.
    """

    _name = "iconic.image"
    _inherit = "iconic.rights"
    _description = "THE ICONIC Picture"
    _order = "is_main DESC, sequence, id"
    _user_fields = frozenset(
        "name sequence image is_main product_tmpl_id listing_id "
        "product_template_attribute_value_ids".split()
    )

    name = fields.Char()
    sequence = fields.Integer(default=10)
    image = fields.Image(
        string="Picture",
        required=True,
        help="Stored as uploaded, never scaled down. What is neither JPEG nor PNG is "
        "converted for THE ICONIC.",
    )
    image_128 = fields.Image(
        related="image", string="Thumbnail", max_width=128, max_height=128, store=True
    )
    is_main = fields.Boolean(
        string="Main",
        help="Sent first, instead of the product picture of Odoo.",
    )
    product_tmpl_id = fields.Many2one(
        "product.template", string="Product", ondelete="cascade", index=True
    )
    listing_id = fields.Many2one("iconic.listing", ondelete="cascade", index=True)
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, index=True
    )
    product_template_attribute_value_ids = fields.Many2many(
        "product.template.attribute.value",
        "iconic_image_attribute_value_rel",
        string="Only for Variants With",
        domain="[('product_tmpl_id', '=', product_tmpl_id)]",
        help="Such as a colour. Empty: for all variants.",
    )

    @api.depends("product_tmpl_id.company_id", "listing_id.company_id")
    def _compute_company_id(self):
        for image in self:
            image.company_id = image.listing_id.company_id or (
                image.product_tmpl_id.company_id
            )

    @api.constrains("product_tmpl_id", "listing_id")
    def _check_owner(self):
        for image in self:
            if bool(image.product_tmpl_id) == bool(image.listing_id):
                raise ValidationError(
                    self.env._("A picture belongs to a product or to a listing.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to store pictures as uploaded, not scaled down."""
        original = self.with_context(image_no_postprocess=True)
        return super(IconicImage, original).create(vals_list).with_env(self.env)

    def write(self, vals):
        """Override of `base` to store pictures as uploaded, not scaled down."""
        original = self.with_context(image_no_postprocess=True)
        return super(IconicImage, original).write(vals)

    @api.model
    def _of(self, listings, templates):
        """Return the pictures of listings and of templates, in order, in one query.

        :param listings: `iconic.listing` records
        :param templates: `product.template` records
        """
        return self.search_fetch(
            Domain("listing_id", "in", listings.ids)
            | Domain("product_tmpl_id", "in", templates.ids),
            [
                *("listing_id", "product_tmpl_id", "is_main"),
                "product_template_attribute_value_ids",
            ],
        )

    def _as_shown(self):
        """Return pictures of a template, in their order, as `ShownImage`."""
        return [
            ShownImage(image.id, image.is_main, image._needed_values())
            for image in self
        ]

    def _needed_values(self):
        """Return sets of value ids: of each, a variant must have one to be shown."""
        values = self.product_template_attribute_value_ids.grouped("attribute_id")
        return tuple(frozenset(some._ids) for some in values.values())

    def _is_for(self, product):
        """Tell whether the picture shows this variant.

        :param product: a `product.product` of the picture's template
        """
        self.ensure_one()
        [shown] = self._as_shown()
        return shown.is_for(product.product_template_attribute_value_ids._ids)
