from odoo import api, fields, models
from odoo.fields import Domain

from ...domain.attribute_rules import GENDER
from .batch_context import BatchContext

# A row's id is the listing's id times this number, plus the attribute's id. Browsers
# know whole numbers up to 2**53, which is enough for 33 million listings.
ATTRIBUTES = 2**28


class IconicListingSpecific(models.Model):
    """One attribute of a listing's category, with the value that is sent.

    Rows have no table of their own: they are computed from listing and attribute, and
    what users choose is stored as `iconic.listing.attribute`.
    """

    _name = "iconic.listing.specific"
    _description = "THE ICONIC Item Specific"
    _table_query = "SELECT 0 AS id WHERE FALSE"

    listing_id = fields.Many2one("iconic.listing", compute="_compute_parts")
    company_id = fields.Many2one(
        "res.company", compute="_compute_parts", search="_search_company_id"
    )
    attribute_id = fields.Many2one("iconic.attribute", compute="_compute_parts")
    feed_name = fields.Char(compute="_compute_parts")
    mandatory = fields.Boolean(compute="_compute_parts")
    attribute_type = fields.Char(compute="_compute_parts")

    option_ids = fields.Many2many(
        "iconic.attribute.option",
        string="Choose Another",
        compute="_compute_option_ids",
        inverse="_inverse_option_ids",
        domain="[('attribute_id', '=', attribute_id)]",
        help="Overrides the mapping for this listing.",
    )
    value = fields.Char(
        string="Enter Another",
        compute="_compute_value",
        inverse="_inverse_value",
        help="Overrides the mapping for this listing.",
    )
    map_line_id = fields.Many2one(
        "iconic.category.map.attribute", compute="_compute_mapped"
    )
    mapped_value = fields.Char(compute="_compute_mapped")
    wanted_value = fields.Char(string="Sent to THE ICONIC", compute="_compute_wanted")
    origin = fields.Char(string="Comes From", compute="_compute_wanted")

    def _compute_parts(self):
        for row in self:
            listing_id, attribute_id = divmod(row._origin.id or 0, ATTRIBUTES)
            row.listing_id = listing_id or False
            row.company_id = row.listing_id.company_id
            row.attribute_id = attribute_id or False
            row.feed_name = row.attribute_id.feed_name
            row.mandatory = row.attribute_id.mandatory
            row.attribute_type = row.attribute_id.attribute_type

    @api.model
    def _search_company_id(self, operator, value):
        # Odoo searches when it explains a denied access, but no row is stored.
        return Domain.FALSE

    def _compute_option_ids(self):
        rules = self._rules()
        for row in self:
            value = row._override().value or ""
            spelled = rules[row.attribute_id].spell(value)
            names = {spelled, *spelled.split(",")}
            row.option_ids = row.attribute_id.option_ids.filtered(
                lambda option, names=names: option.name in names
            )

    def _inverse_option_ids(self):
        for row in self:
            row._store_value(row._chosen())

    def _compute_value(self):
        for row in self:
            row.value = row._override().value

    def _inverse_value(self):
        for row in self:
            row._store_value((row.value or "").strip())

    def _compute_mapped(self):
        for listings in self.listing_id.grouped("account_id").values():
            mapped = self._mapped_values(listings)
            for row in self.filtered(lambda one, here=listings: one.listing_id in here):
                row.mapped_value, row.map_line_id = mapped[row.listing_id.id].get(
                    row.feed_name, ("", False)
                )

    @api.depends("value", "mapped_value")
    def _compute_wanted(self):
        rules = self._rules()
        for row in self:
            own = rules[row.attribute_id].spell(row.value or "")
            row.wanted_value = own or row.mapped_value
            row.origin = row._value_source()

    @api.onchange("option_ids")
    def _onchange_option_ids(self):
        if self.attribute_type == "option":
            self.option_ids = self.option_ids[-1:]
        self.value = self._chosen()

    @api.model
    def _of(self, listing, category):
        """Return a row for each attribute of a category, the mandatory ones first.

        :param listing: an `iconic.listing`
        :param category: its `iconic.category`
        """
        attributes = category.attribute_ids.filtered(lambda one: one._is_mapped())
        return self.browse(
            listing._origin.id * ATTRIBUTES + attribute.id
            for attribute in attributes.sorted(lambda one: not one.mandatory)
            if listing._origin
        )

    def _rules(self):
        """Return attribute -> `AttributeRule`."""
        sets = self.attribute_id.set_id
        rules = self.attribute_id._rules(sets)
        return {one: rules[one.set_id.id][one.feed_name] for one in self.attribute_id}

    def _override(self):
        """Return the listing's own stored value, which may be empty."""
        return self.listing_id.attribute_ids.filtered(
            lambda one: one.feed_name == self.feed_name
        )

    def _store_value(self, value):
        """Store the listing's own value; an empty one restores the mapping's."""
        override = self._override()
        if not value:
            override.unlink()
        elif override:
            override.value = value
        else:
            override.create(
                {
                    "listing_id": self.listing_id.id,
                    "feed_name": self.feed_name,
                    "value": value,
                }
            )
        self.invalidate_recordset()

    def _chosen(self):
        return ",".join(self.option_ids.mapped("name"))

    def _value_source(self):
        """Return the source of the value that is sent, as shown to users."""
        if self.value:
            return self.env._("This listing")
        source = self._mapped_from()
        if self.mapped_value or not self.mandatory:
            return source or self.env._("Not sent")
        if source:
            return self.env._("Missing: %s", source)
        return self.env._("Missing")

    def _mapped_from(self):
        """Return the source of the mapped value, as shown to users."""
        line = self.map_line_id
        if not line and self.feed_name == GENDER:
            return self.env._("Gender of the product")
        if line.source == "attribute":
            name = line.product_attribute_id.name
            return self.env._("Product attribute %s", name)
        if line.source == "field":
            name = line.field_id.sudo().field_description  # its label, for everybody
            return self.env._("Product field %s", name)
        return {
            "fixed": self.env._("Fixed in the mapping"),
            "season": self.env._("Season tag"),
            "listing": self.env._("To be filled in here"),
        }.get(line.source, "")

    @api.model
    def _mapped_values(self, listings):
        """Return the values that the listings of one account have by the mapping.

        :return: a dict, listing id -> FeedName -> value, and line of the category
            mapping
        """
        account = listings.account_id._with_company_and_language()
        listings = listings.with_env(account.env)
        context = BatchContext(listings, account)
        return {one.id: self._mapped_values_of(one, context) for one in listings}

    @api.model
    def _mapped_values_of(self, listing, context):
        product = listing.product_id
        mapping = context.mapping_of(product)
        rules = context.categories_of(listing).rules
        lines = mapping.record.attribute_ids.grouped("feed_name")
        found = context.attributes_of(product, context.values_of(product))
        return {
            name: (context.spell(rules.get(name), value, mapping, key), lines.get(name))
            for name, (key, value) in found.items()
        }


class IconicListingAttribute(models.Model):
    """The value of one marketplace attribute on one listing.

    It overrides the value of the category mapping.
    """

    _name = "iconic.listing.attribute"
    _inherit = "iconic.rights"
    _description = "THE ICONIC Attribute Value of a Listing"
    _order = "listing_id, feed_name"
    _user_fields = frozenset("listing_id feed_name value".split())

    listing_id = fields.Many2one(
        "iconic.listing", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="listing_id.company_id", store=True)
    feed_name = fields.Char(
        string="Attribute",
        required=True,
        help="The attribute's FeedName at THE ICONIC, such as Composition.",
    )
    value = fields.Char(required=True)

    _unique_feed_name = models.Constraint(
        "UNIQUE(listing_id, feed_name)", "This attribute has a value already."
    )
