from odoo import api, fields, models
from odoo.tools import SQL

from ..overrides import is_untouched
from ..product.price_rules import CHOOSING, PRICING
from .comparison_inputs import inputs_query

#: Model -> methods that decide what is wanted.
COMPUTING = {
    **PRICING,
    "product.pricelist": (*CHOOSING, *PRICING["product.pricelist"]),
    "account.tax": ("compute_all",),
    "iconic.listing": (
        "_wanted_products",
        "_wanted_product",
        "_wanted_prices",
        "_wanted_price",
        "_amounts",
        "_wanted_pictures",
        "_wanted_quantities",
        "_wanted_quantity",
        "_limits",
        "_available_quantities",
        "_free_quantities",
        "_quant_domain",
    ),
}


class IconicListingComparison(models.Model):
    """What a listing was last compared from: the state of all that it is made from.

    As long as that is the same, its content, pictures, price and quantity are wanted as
    they were, and need not be computed (design, section 6). A checksum of PostgreSQL's
    versions of the rows tells: whoever writes one, in whatever way, makes another.
    """

    _name = "iconic.listing.comparison"
    _description = "THE ICONIC Comparison of a Listing"
    _log_access = False

    listing_id = fields.Many2one("iconic.listing", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="listing_id.company_id")
    inputs = fields.Char(required=True, help="Checksum of what it was made from.")

    _unique_listing = models.UniqueIndex("(listing_id)")

    @api.model
    def _note(self, listings):
        """Remember what listings are compared from, in the transaction that does it.

        :param listings: `iconic.listing` records of one account
        """
        if not listings:
            return
        self.env.flush_all()
        account = listings.account_id._with_company_and_language()
        # Which products are kits depends on the company.
        listings = listings.with_env(account.env)
        stock = listings._stock_states(account, listings.product_id)
        self.env.cr.execute(
            SQL(
                "INSERT INTO iconic_listing_comparison AS known (listing_id, inputs) %s"
                " ON CONFLICT (listing_id) DO UPDATE SET inputs = EXCLUDED.inputs"
                " WHERE known.inputs <> EXCLUDED.inputs",
                inputs_query(account, stock, SQL("listing.id = ANY(%s)", listings.ids)),
            )
        )

    @api.model
    def _find_changed(self, account, domain):
        """Return the ids of listings that may be wanted otherwise than at last.

        Something that they are made from was written, or their moment has come. What
        failed is always among them: it may wait for something else.

        :param account: the account in its company and language
        :param domain: which of its listings
        """
        Listing = self.env["iconic.listing"]
        self.env.flush_all()
        concerned = Listing._search(domain)
        stock = Listing._stock_states(account, Listing._kits_among(domain))
        inputs = inputs_query(
            account, stock, SQL("listing.id IN %s", concerned.subselect())
        )
        always = Listing._search(domain & Listing._always_compared_domain())
        self.env.cr.execute(
            SQL(
                """SELECT found.id
                     FROM (%s) AS found (id, inputs)
                     LEFT JOIN iconic_listing_comparison AS known
                       ON known.listing_id = found.id
                    WHERE known.inputs IS DISTINCT FROM found.inputs
                    UNION %s""",
                inputs,
                always.subselect(),
            )
        )
        return {id_ for (id_,) in self.env.cr.fetchall()}

    @api.model
    def _is_known_enough(self, account):
        """Tell whether nothing decides what is wanted that is not looked at here.

        Neither another module's way of computing it, nor a mapped field whose value is
        not in the product's own row.

        :param account: the `iconic.account`
        """
        return all(
            is_untouched(self.env[model], names) for model, names in COMPUTING.items()
        ) and all(map(self._is_stored, account.category_map_ids._mapped_fields()))

    def _is_stored(self, field):
        """Tell whether the value of a product's field is in the row of the product.

        Or the name of a record, that is stored with it.

        :param field: an `ir.model.fields` of `product.product`
        """
        own = self.env["product.product"]._fields.get(field.name)
        if own and own.inherited:
            own = own.related_field
        if not own or not own.store or own.type != "many2one":
            return bool(own and own.store)
        named = self.env[own.comodel_name]
        name = named._fields.get(named._rec_name)
        return bool(name and name.store) and is_untouched(
            named, ("_compute_display_name",), ("base",)
        )
