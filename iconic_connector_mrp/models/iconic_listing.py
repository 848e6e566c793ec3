from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain


class IconicListing(models.Model):
    """Kits: what they are made of, as Odoo delivers them.

    Read level by level, so that the number of queries depends on how deep kits contain
    kits, and not on how many there are.
    """

    _inherit = "iconic.listing"

    @api.model
    def _sellable_components(self, products):
        """Override of `iconic_connector` to return the components of kits.

        Kits within kits are replaced by their own components. Of a kit with variants
        the lines count that apply to the variant.
        """
        found = super()._sellable_components(products)
        boms = self._kit_boms(products)
        kits = products.filtered(lambda one: boms[one])
        found |= {kit: defaultdict(float) for kit in kits}
        level = [(kit, kit, 1) for kit in kits]
        while level:
            level = self._explode(level, boms, found)
            inside = products.browse().union(*(one for _kit, one, _n in level))
            boms = self._kit_boms(inside)
        return found

    @api.model
    def _explode(self, level, boms, found):
        """Replace kits by what their bills of materials contain.

        :param level: tuples of a sold kit, what it contains, and how many pieces
        :param boms: what `_kit_boms` returned for those
        :param found: kit -> component -> pieces; changed here by what is no kit
        :return: the next level
        """
        following = []
        for kit, product, pieces in level:
            if bom := boms[product]:
                following += [(kit, *part) for part in _parts(bom, product, pieces)]
            else:
                found[kit][product] += pieces
        return following

    @api.model
    def _kit_boms(self, products):
        """Return the kit's bill of materials of each product, empty for others."""
        # Sellers' users may read no bills of materials.
        return (
            self.env["mrp.bom"]
            .sudo()
            ._bom_find(products, company_id=self.env.company.id, bom_type="phantom")
        )

    @api.model
    def _kits_with(self, products):
        """Override of `iconic_connector` to return kits, and kits that contain them."""
        kits = super()._kits_with(products)
        level = products
        while level:
            # Warehouse users may read no bills of materials.
            lines = (
                self.env["mrp.bom.line"]
                .sudo()
                .search(
                    Domain("product_id", "in", level.ids)
                    & Domain("bom_id.type", "=", "phantom")
                )
            )
            level = _sold_by(lines.bom_id) - kits
            kits |= level
        return kits


def _sold_by(boms):
    """Return the products that bills of materials are for."""
    general = boms.filtered(lambda bom: not bom.product_id)
    return boms.product_id | general.product_tmpl_id.product_variant_ids


def _parts(bom, product, pieces):
    """Yield what some pieces of a kit contain, in the components' units of measure.

    :param bom: the `mrp.bom` of the kit
    :param product: the variant
    :param pieces: how many of it
    """
    batches = (
        product.uom_id._compute_quantity(pieces, bom.product_uom_id, round=False)
        / bom.product_qty
    )
    for line in bom.bom_line_ids:
        if not line._skip_bom_line(product) and line.product_qty:
            component = line.product_id
            yield (
                component,
                line.product_uom_id._compute_quantity(
                    line.product_qty * batches, component.uom_id, round=False
                ),
            )
