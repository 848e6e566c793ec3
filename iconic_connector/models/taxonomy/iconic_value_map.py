from odoo import api, fields, models
from odoo.fields import Domain

from ...domain.attribute_rules import Names


class IconicValueMap(models.Model):
    """Maps the values of a product attribute to those of a marketplace attribute.

    It is shared by all category mappings that use the same marketplace attribute: one
    map of sizes serves all tops.
    """

    _name = "iconic.value.map"
    _description = "THE ICONIC Value Mapping"
    _order = "account_id, product_attribute_id, id"

    account_id = fields.Many2one(
        "iconic.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    product_attribute_id = fields.Many2one(
        "product.attribute", required=True, readonly=True, ondelete="cascade"
    )
    attribute_id = fields.Many2one(
        "iconic.attribute", required=True, readonly=True, ondelete="cascade", index=True
    )
    line_ids = fields.One2many("iconic.value.map.line", "map_id", string="Values")
    open_count = fields.Integer(string="To Map", compute="_compute_open_count")

    _unique_attributes = models.Constraint(
        "UNIQUE(product_attribute_id, attribute_id)",
        "These two attributes are already mapped.",
    )

    @api.depends("line_ids.option_id")
    def _compute_open_count(self):
        for one in self:
            one.open_count = len(one.line_ids.filtered(lambda line: not line.option_id))

    @api.depends("product_attribute_id", "attribute_id")
    def _compute_display_name(self):
        for one in self:
            one.display_name = (
                f"{one.product_attribute_id.name} → {one.attribute_id.name}"
            )

    @api.model
    def _propose(self, accounts):
        """Create the maps that category mappings need, and match values by name.

        Values that are already matched stay.

        :param accounts: `iconic.account` records
        """
        pairs = self._needed_pairs(accounts)
        # Users without write access trigger this, too, when they check products.
        known = self.sudo().search(
            [("attribute_id", "in", [attribute.id for attribute, _own in pairs])]
        )
        have = {(one.attribute_id, one.product_attribute_id) for one in known}
        known |= known.create(
            [
                {
                    "account_id": attribute.account_id.id,
                    "attribute_id": attribute.id,
                    "product_attribute_id": own.id,
                }
                for attribute, own in pairs - have
            ]
        )
        known._add_values()
        known._fill_in()

    @api.model
    def _needed_pairs(self, accounts):
        """Return the pairs of marketplace and product attribute that are in use."""
        maps = self.env["iconic.category.map"].search(
            [("account_id", "in", accounts.ids)]
        )
        pairs = {
            (line.attribute_id, line.product_attribute_id)
            for line in maps.attribute_ids
            if line.source == "attribute" and line.attribute_id._has_options
        }
        for mapping in maps.filtered("variation_attribute_id"):
            for attribute in mapping.primary_category_id.attribute_ids:
                if attribute.feed_name == "Variation" and attribute._has_options:
                    pairs.add((attribute, mapping.variation_attribute_id))
        return pairs

    def _add_values(self):
        """Add a line for each value of the product attributes without one."""
        self.env["iconic.value.map.line"].create(
            [
                {"map_id": one.id, "value_id": value.id}
                for one in self
                for value in one.product_attribute_id.value_ids - one.line_ids.value_id
            ]
        )

    def _fill_in(self):
        """Match open values with the marketplace's values of the same name.

        Names are compared in the account's language, not in the user's.
        """
        for one in self.filtered("open_count"):
            one = one.with_context(lang=one.account_id.lang)
            options = {option.name: option for option in one.attribute_id.option_ids}
            names = Names(options)
            for line in one.line_ids.filtered(lambda line: not line.option_id):
                if name := names.find(line.value_id.name):
                    line.option_id = options[name]

    @api.model
    def _chosen(self, attribute_ids):
        """Return the matched values of some attributes.

        :param attribute_ids: ids of `iconic.attribute` records
        :return: a dict, (attribute id, product attribute value id) -> option's name
        """
        lines = self.env["iconic.value.map.line"].search(
            Domain("map_id.attribute_id", "in", attribute_ids)
            & Domain("option_id", "!=", False)
        )
        return {
            (line.map_id.attribute_id.id, line.value_id.id): line.option_id.name
            for line in lines
        }


class IconicValueMapLine(models.Model):
    """A value of a product attribute and its counterpart at the marketplace."""

    _name = "iconic.value.map.line"
    _description = "THE ICONIC Value"
    _order = "map_id, value_sequence, id"
    _rec_name = "value_id"

    map_id = fields.Many2one(
        "iconic.value.map", required=True, ondelete="cascade", index=True, readonly=True
    )
    account_id = fields.Many2one(related="map_id.account_id", store=True)
    company_id = fields.Many2one(related="map_id.company_id", store=True)
    attribute_id = fields.Many2one(related="map_id.attribute_id", store=True)
    product_attribute_id = fields.Many2one(related="map_id.product_attribute_id")
    value_id = fields.Many2one(
        "product.attribute.value",
        string="Value in Odoo",
        required=True,
        ondelete="cascade",
        readonly=True,
    )
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
