from odoo import models


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def _get_applicable_rules_domain(self, products, date, **kwargs):
        """Override of `product` to ignore promotions, that is rules with an end date.

        Only with `iconic_lasting_rules` in the context.
        """
        domain = super()._get_applicable_rules_domain(products, date, **kwargs)
        if self.env.context.get("iconic_lasting_rules"):
            domain = [*domain, ("date_end", "=", False)]
        return domain
