from odoo import api, fields, models
from odoo.fields import Domain

from ... import const
from ...domain.attribute_rules import Names, find_option
from ...seller_center.const import CONDITIONS
from .iconic_category_map import Source, field_text

#: The kinds of `Source`.
KINDS = [
    ("attribute", "Product attribute"),
    ("field", "Field of the product"),
    ("season", "Season tag"),
]


class IconicValueMap(models.Model):
    """Maps the values of one source to those of a marketplace attribute.

    It is shared by all category mappings that use the same marketplace attribute: one
    map of sizes serves all tops.
    """

    _name = "iconic.value.map"
    _inherit = "iconic.rights"
    _description = "THE ICONIC Value Mapping"
    _order = "account_id, kind, product_attribute_id, id"

    account_id = fields.Many2one(
        "iconic.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    kind = fields.Selection(KINDS, required=True, readonly=True, default="attribute")
    product_attribute_id = fields.Many2one(
        "product.attribute", readonly=True, ondelete="cascade"
    )
    field_id = fields.Many2one("ir.model.fields", readonly=True, ondelete="cascade")
    source_name = fields.Char(string="Comes From", compute="_compute_source_name")
    attribute_id = fields.Many2one(
        "iconic.attribute", required=True, readonly=True, ondelete="cascade", index=True
    )
    line_ids = fields.One2many("iconic.value.map.line", "map_id", string="Values")
    open_count = fields.Integer(string="To Map", compute="_compute_open_count")

    _unique_source = models.UniqueIndex(
        "(attribute_id, kind, COALESCE(product_attribute_id, field_id, 0))",
        "These two attributes are already mapped.",
    )

    @api.depends("line_ids.option_id")
    def _compute_open_count(self):
        for one in self:
            one.open_count = len(one.line_ids.filtered(lambda line: not line.option_id))

    @api.depends("kind", "product_attribute_id", "field_id")
    def _compute_source_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for one in self:
            # Only administrators may read the description of a field.
            label = one.field_id.sudo().field_description
            one.source_name = (
                one.product_attribute_id.name or label or kinds.get(one.kind)
            )

    @api.depends("source_name", "attribute_id")
    def _compute_display_name(self):
        """Override of `base` to show the source and the marketplace's attribute."""
        for one in self:
            one.display_name = f"{one.source_name} → {one.attribute_id.name}"

    @property
    def _source(self):
        """Return the `Source` of the values."""
        return Source(self.kind, self.product_attribute_id.id or self.field_id.id or 0)

    @api.model
    def _propose(self, accounts):
        """Create the maps that category mappings need, and match values by name.

        Values that are already matched stay.

        :param accounts: `iconic.account` records
        """
        pairs = self._needed_pairs(accounts)
        # Users without write access trigger this, too, when they check products.
        known = self.sudo().search(
            [("attribute_id", "in", [attribute.id for attribute, _source in pairs])]
        )
        have = {(one.attribute_id, one._source) for one in known}
        known |= known.create(
            [self._values(attribute, source) for attribute, source in pairs - have]
        )
        known._add_values()
        known._fill_in()

    @api.model
    def _values(self, attribute, source):
        """Return the values of a new map.

        :param attribute: an `iconic.attribute`
        :param source: the `Source` of the values
        """
        return {
            "account_id": attribute.account_id.id,
            "attribute_id": attribute.id,
            "kind": source.kind,
            "product_attribute_id": source.kind == "attribute" and source.id,
            "field_id": source.kind == "field" and source.id,
        }

    @api.model
    def _needed_pairs(self, accounts):
        """Return the pairs of marketplace attribute and `Source` that are in use."""
        maps = self.env["iconic.category.map"].search(
            [("account_id", "in", accounts.ids)]
        )
        pairs = set()
        for mapping in maps:
            lines = mapping.attribute_ids.grouped("feed_name")
            for attribute in mapping.primary_category_id.attribute_ids:
                source = mapping._source_of(attribute.feed_name, lines)
                if source and attribute._has_options and attribute.option_ids:
                    pairs.add((attribute, source))
        return pairs

    def _add_values(self):
        """Add a line for each value without one, and remove open ones of no use."""
        lines = []
        for one in self:
            if one.kind == "attribute":
                values = one.product_attribute_id.value_ids - one.line_ids.value_id
                lines += [{"map_id": one.id, "value_id": value.id} for value in values]
                continue
            texts = one._texts()
            one.line_ids.filtered(
                lambda line, texts=texts: not line.option_id and line.text not in texts
            ).unlink()
            new = texts - set(one.line_ids.mapped("text"))
            lines += [{"map_id": one.id, "text": text} for text in sorted(new)]
        self.env["iconic.value.map.line"].create(lines)

    def _texts(self):
        """Return the texts that the account's products or its seasons give."""
        account = self.account_id._with_company_and_language()
        if self.kind == "season":
            return set(account.season_tag_ids.mapped("name"))
        field = self.field_id.sudo()
        products = self._products_by_value(account, field)
        if field.name == const.PRODUCT_FIELDS["Condition"]:
            codes = products.mapped("iconic_condition")
            return {CONDITIONS[code] for code in codes if code}
        return {field_text(product, field) for product in products} - {""}

    @api.model
    def _products_by_value(self, account, field):
        """Return one of the account's products for each value of a field.

        :param account: an `iconic.account` in its language
        :param field: an `ir.model.fields` of `product.product`
        """
        Product = account.env["product.product"]
        listed = account.env["iconic.listing"]._search(
            Domain("account_id", "=", account.id)
        )
        domain = account._product_domain() | Domain(
            "id", "in", listed.subselect("product_id")
        )
        if not Product._fields[field.name]._description_groupable(Product.env):
            return Product.search(domain)
        groupby = f"{field.name}:day" if field.ttype == "date" else field.name
        groups = Product._read_group(domain, [groupby], ["id:min"])
        return Product.browse(id_ for *_value, id_ in groups)

    def _fill_in(self):
        """Match open values with the marketplace's values of the same name.

        Names are compared in the account's language, not in the user's.
        """
        for one in self.filtered("open_count"):
            one = one.with_context(lang=one.account_id._active_lang())
            feed_name = one.attribute_id.feed_name
            options = {option.name: option for option in one.attribute_id.option_ids}
            names = Names(options)
            for line in one.line_ids.filtered(lambda line: not line.option_id):
                if name := find_option(feed_name, names, line.name):
                    line.option_id = options[name]

    @api.model
    def _chosen(self, attribute_ids):
        """Return the matched values of some attributes.

        :param attribute_ids: ids of `iconic.attribute` records
        :return: a dict, (attribute id, `Source`, id of the product attribute's value
            or text) -> option's name
        """
        lines = self.env["iconic.value.map.line"].search_fetch(
            Domain("map_id.attribute_id", "in", attribute_ids)
            & Domain("option_id", "!=", False),
            ["map_id", "value_id", "text", "option_id"],
        )
        return {
            (
                line.map_id.attribute_id.id,
                line.map_id._source,
                line.value_id.id or line.text,
            ): line.option_id.name
            for line in lines
        }


class IconicValueMapLine(models.Model):
    """A value in Odoo and its counterpart at the marketplace."""

    _name = "iconic.value.map.line"
    _inherit = "iconic.rights"
    _description = "THE ICONIC Value"
    _order = "map_id, value_sequence, id"

    map_id = fields.Many2one(
        "iconic.value.map", required=True, ondelete="cascade", index=True, readonly=True
    )
    account_id = fields.Many2one(related="map_id.account_id", store=True)
    company_id = fields.Many2one(related="map_id.company_id", store=True)
    attribute_id = fields.Many2one(related="map_id.attribute_id", store=True)
    source_name = fields.Char(related="map_id.source_name")
    name = fields.Char(string="Value in Odoo", compute="_compute_name")
    value_id = fields.Many2one(
        "product.attribute.value", ondelete="cascade", readonly=True
    )
    text = fields.Char(readonly=True, help="The value of a field, or the season.")
    value_sequence = fields.Integer(related="value_id.sequence", store=True)
    option_id = fields.Many2one(
        "iconic.attribute.option",
        string="Value at THE ICONIC",
        ondelete="set null",
        domain="[('attribute_id', '=', attribute_id)]",
    )

    _unique_value = models.Constraint(
        "UNIQUE(map_id, value_id)", "This value is already mapped."
    )
    _unique_text = models.Constraint(
        "UNIQUE(map_id, text)", "This value is already mapped."
    )
    _value_or_text = models.Constraint(
        "CHECK(value_id IS NULL OR text IS NULL)",
        "A line maps either a value of a product attribute or a text.",
    )

    @api.depends("value_id", "text")
    def _compute_name(self):
        for line in self:
            line.name = line.value_id.name or line.text
