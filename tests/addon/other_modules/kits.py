"""What the tests of kits share: a kit of one top and two socks, and its components."""

from collections import Counter

from odoo.fields import Command


class Kits:
    """A kit, and what its components do in the warehouse."""

    kit = "KIT-Navy-S"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.top = cls._component("Top")
        cls.sock = cls._component("Sock")
        cls.kit_style = cls.make_style("KIT", "S", stock=0, is_storable=False)
        cls.bom = cls._bom(cls.kit_style, {cls.top: 1, cls.sock: 2})

    @classmethod
    def _component(cls, name, stock=100):
        """Create a storable product in stock."""
        product = cls.env["product.product"].create(
            {"name": name, "is_storable": True, "list_price": 10}
        )
        if stock:
            cls.set_stock(product, cls.warehouse, stock)
        return product

    @classmethod
    def _bom(cls, template, components, count=1):
        """Make a kit of a template.

        :param components: a dict, product -> pieces; or a list of values of lines
        :param count: of how many kits
        """
        if isinstance(components, dict):
            components = [
                {"product_id": product.id, "product_qty": pieces}
                for product, pieces in components.items()
            ]
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": template.id,
                "type": "phantom",
                "product_qty": count,
                "bom_line_ids": [Command.create(one) for one in components],
            }
        )

    @classmethod
    def deliver_by_pull_rules(cls):
        """Let all steps of a delivery exist from the beginning: pick and ship."""
        cls.warehouse.delivery_steps = "pick_ship"
        house = cls.warehouse
        stock, output = house.lot_stock_id, house.wh_output_stock_loc_id
        customers = cls.env.ref("stock.stock_location_customers")
        house.delivery_route_id.rule_ids.unlink()
        for source, target, kind, method in (
            (output, customers, house.out_type_id, "make_to_order"),
            (stock, output, house.pick_type_id, "make_to_stock"),
        ):
            cls.env["stock.rule"].create(
                {
                    "name": kind.name,
                    "route_id": house.delivery_route_id.id,
                    "action": "pull",
                    "location_src_id": source.id,
                    "location_dest_id": target.id,
                    "picking_type_id": kind.id,
                    "procure_method": method,
                    "warehouse_id": house.id,
                }
            )

    def kits(self, count=2, sku=None):
        """Sell some kits, as items of one line."""
        order = self.sell(items=[self.line(sku or self.kit, quantity=count)])
        self.assertFalse(order.error)
        return order

    def pieces(self, moves):
        """Return tops and socks that some moves plan, without cancelled ones."""
        counts = Counter()
        for move in moves.filtered(lambda one: one.state != "cancel"):
            counts[move.product_id] += move.product_qty
        return self.tops_and_socks(counts)

    def tops_and_socks(self, counts):
        """Return the number of tops and of socks."""
        return (counts[self.top], counts[self.sock])

    def net(self, order):
        """Return tops and socks that left or will leave, less what returns."""
        counts = Counter()
        for move in order.item_ids.sale_line_id.move_ids:
            done = move.state == "done"
            pieces = move.product_uom._compute_quantity(
                move.quantity if done else move.product_uom_qty,
                move.product_id.uom_id,
            )
            if move.state == "cancel":
                continue
            if move.location_dest_id.usage == "customer":
                counts[move.product_id] += pieces
            elif move.location_id.usage == "customer":
                counts[move.product_id] -= pieces
        return self.tops_and_socks(counts)

    def reserved(self):
        """Return tops and socks that are reserved in the warehouse."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "in", (self.top | self.sock).ids),
                ("location_id.usage", "=", "internal"),
            ]
        )
        counts = Counter()
        for quant in quants:
            counts[quant.product_id] += quant.reserved_quantity
        return self.tops_and_socks(counts)

    def in_stock(self):
        """Return tops and socks in the stock of the warehouse."""
        place = self.warehouse.lot_stock_id.id
        return tuple(
            product.with_context(location=place).qty_available
            for product in (self.top, self.sock)
        )

    def done_some(self, picking, tops, socks):
        """Validate some tops and socks of a transfer; the rest follows later."""
        left = Counter({self.top: tops, self.sock: socks})
        for move in picking.move_ids:
            unit = move.product_id.uom_id
            planned = min(left[move.product_id], move.product_qty)
            left[move.product_id] -= planned
            move.quantity = unit._compute_quantity(planned, move.product_uom)
            move.picked = bool(planned)
        picking.with_context(skip_backorder=True).button_validate()
