from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..seller_center.const import MAX_SECONDARY_CATEGORIES


class IconicCategoryMap(models.Model):
    """Where products of an Odoo category go in the marketplace's category tree.

    A map holds for the category and for those below it that have none of their own.
    """

    _name = "iconic.category.map"
    _description = "THE ICONIC Category Mapping"
    _order = "account_id, categ_id"
    _rec_name = "categ_id"
    _check_company_auto = True

    account_id = fields.Many2one(
        "iconic.account",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env["iconic.account"].search([], limit=1),
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    categ_id = fields.Many2one(
        "product.category",
        string="Product Category",
        required=True,
        ondelete="cascade",
        index=True,
    )
    primary_category = fields.Char(
        string="Primary Category ID",
        required=True,
        help="The number of the category in THE ICONIC's tree.",
    )
    secondary_categories = fields.Char(
        string="Secondary Category IDs",
        help="Up to three numbers below the primary category, separated by commas.",
    )
    brand = fields.Char(help="For products that name no brand of their own.")
    variation_attribute_id = fields.Many2one(
        "product.attribute",
        ondelete="restrict",
        help="The attribute whose value is the variation, such as the size. Variants "
        "that differ in it alone belong together at THE ICONIC.",
    )
    safety_buffer = fields.Integer(
        help="Pieces of each product of the category that are kept back."
    )
    attribute_ids = fields.One2many(
        "iconic.category.map.attribute", "map_id", string="Attribute Values", copy=True
    )

    _unique_category = models.Constraint(
        "UNIQUE(account_id, categ_id)",
        "This product category is mapped already on this account.",
    )

    @api.constrains("secondary_categories")
    def _check_secondary_categories(self):
        for mapping in self:
            if len(mapping._secondary_ids()) > MAX_SECONDARY_CATEGORIES:
                raise ValidationError(
                    self.env._(
                        "At most %(limit)s secondary categories: %(categories)s.",
                        limit=MAX_SECONDARY_CATEGORIES,
                        categories=mapping.secondary_categories,
                    )
                )

    def _secondary_ids(self):
        """Return the secondary category numbers as a tuple of text."""
        return split_ids(self.secondary_categories)

    @api.model
    def _for_products(self, account, products):
        """Return the map of each product, inherited from the nearest category above.

        :return: a dict, product id -> map, empty where there is none
        """
        maps = {
            mapping.categ_id.id: mapping
            for mapping in self.search([("account_id", "in", account.ids)])
        }
        by_category = {
            category: self._nearest(category, maps) for category in products.categ_id
        }
        nothing = self.browse()
        return {
            product.id: by_category.get(product.categ_id, nothing)
            for product in products
        }

    def _nearest(self, category, maps):
        path = [int(id_) for id_ in (category.parent_path or "").split("/") if id_]
        found = (maps[id_] for id_ in reversed(path) if id_ in maps)
        return next(found, self.browse())


class IconicCategoryMapAttribute(models.Model):
    """The value that an attribute of the marketplace takes for a mapped category."""

    _name = "iconic.category.map.attribute"
    _description = "THE ICONIC Attribute Value of a Category"
    _order = "map_id, feed_name"

    map_id = fields.Many2one(
        "iconic.category.map", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="map_id.company_id", store=True)
    feed_name = fields.Char(
        string="Attribute",
        required=True,
        help="The attribute's FeedName at THE ICONIC, such as Color.",
    )
    source = fields.Selection(
        [
            ("fixed", "Fixed value"),
            ("attribute", "Product attribute"),
            ("season", "Season tag"),
        ],
        required=True,
        default="fixed",
        help="Where the value comes from: typed here, an attribute of the product, or "
        "its season tag.",
    )
    value = fields.Char(help="One of the marketplace's options, spelt as there.")
    attribute_id = fields.Many2one(
        "product.attribute", string="Product Attribute", ondelete="restrict"
    )

    _unique_feed_name = models.Constraint(
        "UNIQUE(map_id, feed_name)", "This attribute has a value already."
    )

    @api.constrains("source", "value", "attribute_id")
    def _check_source(self):
        for line in self:
            missing = (line.source == "fixed" and not line.value) or (
                line.source == "attribute" and not line.attribute_id
            )
            if missing:
                raise ValidationError(
                    self.env._("Say which value %s takes.", line.feed_name)
                )


def split_ids(text):
    """Return the parts of a comma list, without blanks.

    :param text: such as "2, 3,5", or a false value
    """
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())
