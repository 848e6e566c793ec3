from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ... import const
from ...seller_center.const import MAX_SECONDARY_CATEGORIES

#: The functions that convert the value of a field to text, by the field's type.
FIELD_TEXTS = {
    "char": lambda record, name: record[name],
    "text": lambda record, name: record[name],
    "integer": lambda record, name: str(record[name]),
    "float": lambda record, name: _number(record[name]),
    "monetary": lambda record, name: _number(record[name]),
    "date": lambda record, name: record[name] and record[name].isoformat(),
    "boolean": lambda record, name: "Yes" if record[name] else "No",
    "many2one": lambda record, name: record[name].display_name,
    "selection": lambda record, name: dict(
        record._fields[name]._description_selection(record.env)
    ).get(record[name]),
}


#: The fields of a category mapping that decide which values have to be mapped.
VALUE_SOURCES = {
    "primary_category_id",
    "variation_attribute_id",
    "brand_source",
    "brand_attribute_id",
    "brand_field_id",
}


#: The fields of a category mapping that are read for every batch of products.
MAPPED_FIELDS = (
    *("categ_id", "product_tmpl_id", "primary_category_id", "safety_buffer"),
    *("brand", "brand_source", "brand_attribute_id", "brand_field_id"),
    "variation_attribute_id",
)


class Source(NamedTuple):
    """Where the values of an attribute come from that are mapped to the marketplace's.

    :param kind: attribute, field or season
    :param id: of the `product.attribute` or the `ir.model.fields`
    """

    kind: str
    id: int = 0


class IconicCategoryMap(models.Model):
    """Maps products to the marketplace's categories and attributes.

    A mapping applies to a product category and to those below it without a mapping of
    their own, or to a single product.
    """

    _name = "iconic.category.map"
    _inherit = "iconic.rights"
    _description = "THE ICONIC Category Mapping"
    _order = "account_id, categ_id, product_tmpl_id"
    _check_company_auto = True

    account_id = fields.Many2one(
        "iconic.account",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env["iconic.account"].search([], limit=1),
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    primary_level = fields.Integer(related="account_id.primary_level")

    categ_id = fields.Many2one(
        "product.category", string="Product Category", ondelete="cascade", index=True
    )
    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Single Product",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
        help="The mapping applies to this product instead of a product category.",
    )
    primary_category_id = fields.Many2one(
        "iconic.category",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('account_id', '=', account_id)]",
        help="The category of the products at THE ICONIC.",
    )
    secondary_category_ids = fields.Many2many(
        "iconic.category",
        "iconic_category_map_secondary_rel",
        string="Secondary Categories",
        context={"active_test": False},  # removed categories have to be visible
        domain="[('account_id', '=', account_id),"
        " ('id', 'child_of', primary_category_id),"
        " ('id', '!=', primary_category_id)]",
        help="Up to three categories below the primary one.",
    )

    brand_source = fields.Selection(
        [
            ("product", "The product's Brand"),
            ("attribute", "A product attribute"),
            ("field", "A field of the product"),
        ],
        string="Brand From",
        default="product",
        required=True,
    )
    brand_attribute_id = fields.Many2one("product.attribute", ondelete="restrict")
    brand_field_id = fields.Many2one(
        "ir.model.fields",
        domain=lambda self: self._field_domain(),
        ondelete="set null",
    )
    brand = fields.Char(
        string="Default Brand", help="Used for products without a brand of their own."
    )

    variation_attribute_id = fields.Many2one(
        "product.attribute",
        ondelete="restrict",
        help="The attribute for the variation, such as the size. Variants that differ "
        "only in this attribute are grouped at THE ICONIC.",
    )
    safety_buffer = fields.Integer(
        help="Pieces of each product of the category that are held back."
    )
    attribute_ids = fields.One2many(
        "iconic.category.map.attribute", "map_id", string="Attribute Values", copy=True
    )

    total = fields.Integer(compute="_compute_readiness")
    ready = fields.Integer(compute="_compute_readiness")
    share = fields.Float(string="Complete", compute="_compute_readiness")

    _unique_category = models.Constraint(
        "UNIQUE(account_id, categ_id)",
        "This product category is already mapped on this account.",
    )
    _unique_product = models.Constraint(
        "UNIQUE(account_id, product_tmpl_id)",
        "This product is already mapped on this account.",
    )
    _category_or_product = models.Constraint(
        "CHECK((categ_id IS NULL) != (product_tmpl_id IS NULL))",
        "Map either a product category or a single product.",
    )

    @api.depends("categ_id", "product_tmpl_id")
    def _compute_display_name(self):
        """Override of `base` to show the product or the product category."""
        for mapping in self:
            source = mapping.product_tmpl_id or mapping.categ_id
            mapping.display_name = source.display_name

    @api.model
    def _field_domain(self):
        """Return the domain of product fields that can be mapped."""
        return [
            ("model", "=", "product.product"),
            ("ttype", "in", tuple(FIELD_TEXTS)),
        ]

    def _compute_readiness(self):
        rows = self.env["iconic.readiness"].search([("map_id", "in", self.ids)])
        by_map = rows.grouped("map_id")
        for mapping in self:
            row = by_map.get(mapping, rows.browse())
            for name in ("total", "ready", "share"):
                mapping[name] = row[name]

    @api.constrains("primary_category_id", "secondary_category_ids")
    def _check_secondary_categories(self):
        for mapping in self:
            secondary = mapping.secondary_category_ids
            if len(secondary) > MAX_SECONDARY_CATEGORIES:
                raise ValidationError(
                    self.env._(
                        "At most %(limit)s secondary categories: %(categories)s.",
                        limit=MAX_SECONDARY_CATEGORIES,
                        categories=", ".join(secondary.mapped("complete_name")),
                    )
                )

    @api.onchange("primary_category_id")
    def _onchange_primary_category_id(self):
        needed = set(self.primary_category_id.attribute_ids.mapped("feed_name"))
        # Lines that nobody has filled in are removed if the new category does not need
        # them.
        self.attribute_ids -= self.attribute_ids.filtered(
            lambda line: line.feed_name not in needed and line._is_untouched()
        )
        self.attribute_ids = [Command.create(one) for one in self._missing_lines()]

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to add a line for each attribute of the category."""
        maps = super().create(vals_list)
        maps._complete_lines()
        return maps

    def write(self, vals):
        """Override of `base` to add lines for the attributes of a new category."""
        result = super().write(vals)
        if vals.keys() & VALUE_SOURCES:
            self._complete_lines()
        return result

    def action_view_problems(self):
        """Open the problems of the products of this mapping."""
        self.ensure_one()
        return (
            self.env["iconic.readiness"]
            .search([("map_id", "=", self.id)], limit=1)
            .action_view_problems()
        )

    def _complete_lines(self):
        """Add a line for each attribute of the category without one."""
        self.env["iconic.category.map.attribute"].create(
            [
                {"map_id": mapping.id, **line}
                for mapping in self
                for line in mapping._missing_lines()
            ]
        )
        self.env["iconic.value.map"]._propose(self.account_id)

    def _missing_lines(self):
        """Return the values of the lines for attributes without one."""
        known = set(self.attribute_ids.mapped("feed_name"))
        return [
            {"feed_name": attribute.feed_name, **self._usual_source(attribute)}
            for attribute in self.primary_category_id.attribute_ids
            if attribute.feed_name not in known and attribute._is_mapped()
        ]

    @api.model
    def _usual_source(self, attribute):
        """Return the values of a line that takes an attribute from a field of ours."""
        field = self._own_field(attribute.feed_name)
        return {"source": "field", "field_id": field.id} if field else {}

    @api.model
    def _own_field(self, feed_name):
        """Return the `ir.model.fields` of ours for an attribute, empty if none."""
        Fields = self.env["ir.model.fields"]
        if name := const.PRODUCT_FIELDS.get(feed_name):
            return Fields._get("product.product", name)
        return Fields

    def _mapped_fields(self):
        """Return the `ir.model.fields` whose values these mappings send."""
        lines = self.attribute_ids.filtered(lambda line: line.source == "field")
        by_field = self.filtered(lambda one: one.brand_source == "field")
        # A manager chose the fields, but only administrators may read about them.
        return (lines.sudo().field_id | by_field.sudo().brand_field_id).sudo()

    def _source_of(self, feed_name, lines=None):
        """Return where the value of an attribute comes from.

        :param lines: the lines of the mapping by FeedName, None to group them
        :return: a `Source`, or None if the value is entered as the marketplace's
        """
        if lines is None:
            lines = self.attribute_ids.grouped("feed_name")
        kind, attribute, field = self._kind_of_source(feed_name, lines.get(feed_name))
        if kind == "attribute" and attribute:
            return Source(kind, attribute.id)
        if kind == "field" and field:
            return Source(kind, field.id)
        return Source(kind) if kind == "season" else None

    def _kind_of_source(self, feed_name, line):
        """Return kind, product attribute and field where a value comes from.

        :param line: the line of the mapping, or None
        """
        if line:
            return line.source, line.product_attribute_id, line.field_id
        if feed_name == "Variation":
            return "attribute", self.variation_attribute_id, None
        if feed_name == "Brand" and self.brand_source != "product":
            return self.brand_source, self.brand_attribute_id, self.brand_field_id
        return "field", None, self._own_field(feed_name)

    @api.model
    def _for_products(self, account, products):
        """Return the mapping of each product: its own, or that of the nearest category.

        :param account: an `iconic.account`
        :param products: `product.product` records
        :return: a dict, product id -> mapping, maybe an empty one
        """
        maps = self._for_templates(account, products.product_tmpl_id)
        return {product.id: maps[product.product_tmpl_id.id] for product in products}

    @api.model
    def _for_templates(self, account, templates):
        """Return the mapping of the variants of each template, found once.

        :param account: an `iconic.account`
        :param templates: `product.template` records
        :return: a dict, template id -> mapping, maybe an empty one
        """
        maps = self.search_fetch([("account_id", "in", account.ids)], MAPPED_FIELDS)
        own = maps.filtered("product_tmpl_id").grouped("product_tmpl_id")
        by_category = maps.grouped("categ_id")
        nearest = {
            category: self._nearest(category, by_category)
            for category in templates.categ_id
        }
        nothing = self.browse()
        return {
            template.id: own.get(template) or nearest.get(template.categ_id, nothing)
            for template in templates
        }

    def _nearest(self, category, maps):
        path = [int(id_) for id_ in (category.parent_path or "").split("/") if id_]
        above = (category.browse(id_) for id_ in reversed(path))
        return next((maps[one] for one in above if one in maps), self.browse())


class IconicCategoryMapAttribute(models.Model):
    """The source of the value of a marketplace attribute."""

    _name = "iconic.category.map.attribute"
    _inherit = "iconic.rights"
    _description = "THE ICONIC Attribute Value of a Category"
    _order = "map_id, mandatory DESC, sequence, feed_name"

    map_id = fields.Many2one(
        "iconic.category.map", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="map_id.company_id", store=True)

    feed_name = fields.Char(
        string="Name in Feeds",
        required=True,
        help="The attribute's FeedName at THE ICONIC, such as Color.",
    )
    attribute_id = fields.Many2one(
        "iconic.attribute",
        compute="_compute_attribute_id",
        store=True,
        index=True,
        ondelete="set null",
    )
    attribute_type = fields.Selection(related="attribute_id.attribute_type")
    mandatory = fields.Boolean(related="attribute_id.mandatory", store=True)
    sequence = fields.Integer(related="attribute_id.sequence", store=True)

    source = fields.Selection(
        [
            ("fixed", "Fixed value"),
            ("attribute", "Product attribute"),
            ("field", "Field of the product"),
            ("season", "Season tag"),
            ("listing", "Filled in on the listing"),
        ],
        help="The source of the value. Empty: the attribute is only sent if it is "
        "filled in on the listing.",
    )
    option_id = fields.Many2one(
        "iconic.attribute.option",
        string="Value of the List",
        ondelete="restrict",
        domain="[('attribute_id', '=', attribute_id)]",
    )
    value = fields.Char(
        compute="_compute_value",
        store=True,
        readonly=False,
        help="The value that is sent, spelt as at THE ICONIC.",
    )
    product_attribute_id = fields.Many2one("product.attribute", ondelete="restrict")
    field_id = fields.Many2one(
        "ir.model.fields",
        domain=lambda self: self.env["iconic.category.map"]._field_domain(),
        ondelete="set null",
    )

    _unique_feed_name = models.Constraint(
        "UNIQUE(map_id, feed_name)", "This attribute already has a value."
    )

    def _is_untouched(self):
        """Tell whether the line is as it was proposed."""
        field = self.map_id._own_field(self.feed_name)
        return not self.source or (self.source == "field" and self.field_id == field)

    @api.depends("feed_name", "map_id.primary_category_id.attribute_set_id")
    def _compute_attribute_id(self):
        for line in self:
            line.attribute_id = line.map_id.primary_category_id.attribute_ids.filtered(
                lambda one, name=line.feed_name: one.feed_name == name
            )[:1]

    @api.depends("option_id")
    def _compute_value(self):
        for line in self:
            line.value = line.option_id.name or line.value

    @api.constrains("source", "value", "product_attribute_id", "field_id")
    def _check_source(self):
        needed = {
            "fixed": "value",
            "attribute": "product_attribute_id",
            "field": "field_id",
        }
        for line in self:
            if line.source in needed and not line[needed[line.source]]:
                raise ValidationError(
                    self.env._("Choose the value of %s.", line.feed_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to create the value mappings that the lines need."""
        lines = super().create(vals_list)
        self.env["iconic.value.map"]._propose(lines.map_id.account_id)
        return lines

    def write(self, vals):
        """Override of `base` to create the value mappings that the lines need."""
        result = super().write(vals)
        if vals.keys() & {"source", "product_attribute_id", "field_id"}:
            self.env["iconic.value.map"]._propose(self.map_id.account_id)
        return result


def _number(value):
    return f"{value:f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def field_text(product, field):
    """Return the value of a field of a product as text, or an empty string.

    :param product: a `product.product`
    :param field: an `ir.model.fields` of the kinds in `FIELD_TEXTS`, empty if it has
        been deleted
    """
    return text_reader(field)(product)


def text_reader(field):
    """Return a function that returns the text of a field for a product.

    :param field: as for `field_text`
    """
    if not field:
        return lambda product: ""
    # A manager chose the field, but only administrators may read its description.
    field = field.sudo()
    name, ttype = field.name, field.ttype
    return lambda product: FIELD_TEXTS[ttype](product, name) or ""
