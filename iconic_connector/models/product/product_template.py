from odoo import api, fields, models

from ...domain import statuses

VARIANT_FIELDS = ("iconic_upc", "iconic_mpn", "iconic_isbn", "iconic_rrp")


class ProductTemplate(models.Model):
    _inherit = "product.template"

    iconic_brand = fields.Char(
        string="Brand", help="Spelt as at THE ICONIC.", index="btree_not_null"
    )
    iconic_gender = fields.Selection(statuses.GENDERS, string="Gender")
    iconic_condition = fields.Selection(
        statuses.CONDITIONS, string="Condition", default="1000"
    )
    iconic_description = fields.Html(
        string="Description for THE ICONIC",
        translate=True,
        sanitize_attributes=True,
        help="The text that shoppers read. Empty: the sales description. Internal "
        "notes are never sent.",
    )
    iconic_image_ids = fields.One2many(
        "iconic.image",
        "product_tmpl_id",
        string="Pictures for THE ICONIC",
        # Visitors of a web shop read products, too.
        groups="base.group_user",
    )

    iconic_upc = fields.Char(
        string="UPC",
        compute="_compute_iconic_upc",
        inverse="_inverse_iconic_upc",
        search="_search_iconic_upc",
    )
    iconic_mpn = fields.Char(
        string="MPN",
        compute="_compute_iconic_mpn",
        inverse="_inverse_iconic_mpn",
        search="_search_iconic_mpn",
        help="Manufacturer's part number.",
    )
    iconic_isbn = fields.Char(
        string="ISBN",
        compute="_compute_iconic_isbn",
        inverse="_inverse_iconic_isbn",
        search="_search_iconic_isbn",
    )
    iconic_rrp = fields.Float(
        string="RRP",
        digits="Product Price",
        compute="_compute_iconic_rrp",
        inverse="_inverse_iconic_rrp",
        search="_search_iconic_rrp",
        help="Recommended retail price, taxes included.",
    )

    iconic_listing_ids = fields.One2many(
        "iconic.listing",
        compute="_compute_iconic_listing_ids",
        string="THE ICONIC Listings",
        groups="iconic_connector.iconic_connector_group_user",
    )

    @api.depends("product_variant_ids.iconic_upc")
    def _compute_iconic_upc(self):
        self._compute_template_field_from_variant_field("iconic_upc")

    def _inverse_iconic_upc(self):
        self._set_product_variant_field("iconic_upc")

    def _search_iconic_upc(self, operator, value):
        return [("product_variant_ids.iconic_upc", operator, value)]

    @api.depends("product_variant_ids.iconic_mpn")
    def _compute_iconic_mpn(self):
        self._compute_template_field_from_variant_field("iconic_mpn")

    def _inverse_iconic_mpn(self):
        self._set_product_variant_field("iconic_mpn")

    def _search_iconic_mpn(self, operator, value):
        return [("product_variant_ids.iconic_mpn", operator, value)]

    @api.depends("product_variant_ids.iconic_isbn")
    def _compute_iconic_isbn(self):
        self._compute_template_field_from_variant_field("iconic_isbn")

    def _inverse_iconic_isbn(self):
        self._set_product_variant_field("iconic_isbn")

    def _search_iconic_isbn(self, operator, value):
        return [("product_variant_ids.iconic_isbn", operator, value)]

    @api.depends("product_variant_ids.iconic_rrp")
    def _compute_iconic_rrp(self):
        self._compute_template_field_from_variant_field("iconic_rrp")

    def _inverse_iconic_rrp(self):
        self._set_product_variant_field("iconic_rrp")

    def _search_iconic_rrp(self, operator, value):
        return [("product_variant_ids.iconic_rrp", operator, value)]

    @api.depends("product_variant_ids.iconic_listing_ids")
    def _compute_iconic_listing_ids(self):
        for template in self:
            template.iconic_listing_ids = (
                template.product_variant_ids.iconic_listing_ids
            )

    def _get_related_fields_variant_template(self):
        """Override of `product` to copy these fields to the variant on creation."""
        return [*super()._get_related_fields_variant_template(), *VARIANT_FIELDS]
