"""Kits: what their components allow, and what they claim of them."""

from fulfilling import DeliveryCase

from odoo.fields import Command


class KitCase(DeliveryCase):
    """KIT is 1 TOP and 2 SOCK; there are 5 TOP and 10 SOCK. All three are listed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.confirm_orders = False
        cls.top = cls._single("TOP", 5)
        cls.sock = cls._single("SOCK", 10)
        cls.kit = cls._single("KIT")
        cls.bom = cls._kit_of(cls.kit, (cls.top, 1), (cls.sock, 2))
        cls.listings = cls.list_now(cls.top | cls.sock | cls.kit)

    @classmethod
    def _single(cls, sku, stock=0, **values):
        """Make a product without variants.

        :param stock: its pieces in the account's warehouse
        """
        product = cls.env["product.product"].create(
            {
                "name": sku,
                "default_code": sku,
                "is_storable": True,
                "categ_id": cls.category.id,
                "product_tag_ids": [Command.set(cls.season.ids)],
                **values,
            }
        )
        cls._add(product, stock)
        return product

    @classmethod
    def _add(cls, product, pieces, location=None):
        if pieces:
            cls.env["stock.quant"]._update_available_quantity(
                product, location or cls.warehouse.lot_stock_id, pieces
            )

    @classmethod
    def _kit_of(cls, product, *components, **values):
        """Make a kit.

        :param components: tuples of a product, its pieces, and values of the BoM line
        """
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create(
                        {
                            "product_id": component.id,
                            "product_qty": pieces,
                            **(extra[0] if extra else {}),
                        }
                    )
                    for component, pieces, *extra in components
                ],
                **values,
            }
        )

    @classmethod
    def list_now(cls, products):
        """Put published listings on record."""
        return cls.env["iconic.listing"].create(
            [
                {
                    "account_id": cls.account.id,
                    "product_id": product.id,
                    "seller_sku": product.default_code,
                    "product_status": "published",
                    "listing_status": "active",
                    "content_status": "not_needed",
                }
                for product in products
            ]
        )

    def offered(self, *products):
        """Return what is offered of products: by default TOP, SOCK and KIT."""
        products = products or (self.top, self.sock, self.kit)
        listings = self.env["iconic.listing"].search(
            [("product_id", "in", [one.id for one in products])]
        )
        wanted = listings._wanted_quantities(self.account)
        by_product = {one.product_id: wanted[one.id] for one in listings}
        return tuple(by_product[one] for one in products)


class TestKitQuantities(KitCase):
    def test_a_kit_is_what_its_components_allow(self):
        self.assertEqual(self.offered(), (5, 10, 5))
        self._add(self.sock, -3)
        self.assertEqual(self.offered(), (5, 7, 3))

    def test_waiting_kits_claim_their_components(self):
        self.sell("KIT", "KIT")
        self.assertEqual(self.offered(), (3, 6, 3))

    def test_waiting_components_leave_fewer_kits(self):
        self.sell(*["TOP"] * 4)
        self.assertEqual(self.offered(), (1, 10, 1))

    def test_kits_that_wait_for_stock_claim_what_arrives(self):
        self._add(self.sock, -9)
        self.account.confirm_orders = True
        order = self.sell("KIT", "KIT")
        self.assertEqual(order.sale_order_id.state, "sale")
        self._add(self.sock, 4)
        self.assertEqual(self.offered(), (3, 1, 0))

    def test_reserved_kits_count_once(self):
        self.account.confirm_orders = True
        order = self.sell("KIT", "KIT")
        self.assertEqual(self.offered(), (3, 6, 3))
        order.sale_order_id.picking_ids.do_unreserve()
        self.assertEqual(self.offered(), (3, 6, 3))
        order.sale_order_id.picking_ids.action_assign()
        self.validate(order.sale_order_id.picking_ids)
        self.assertEqual(self.offered(), (3, 6, 3))

    def test_a_parcel_with_a_part_of_a_kit_leaves_its_other_part_claimed(self):
        self.account.confirm_orders = True
        order = self.sell("KIT")
        delivery = order.sale_order_id.picking_ids
        moves = delivery.move_ids.grouped("product_id")
        moves[self.top].write({"quantity": 1, "picked": True})
        moves[self.sock].write({"quantity": 0, "picked": False})
        delivery.with_context(skip_backorder=True).button_validate()
        order.sale_order_id.picking_ids.filtered(
            lambda one: one.state not in ("done", "cancel")
        ).do_unreserve()
        self.assertEqual(self.offered(), (4, 8, 4))

    def test_an_excluded_place_counts_for_no_kit(self):
        damaged = self.env["stock.location"].create(
            {
                "name": "Damaged",
                "usage": "internal",
                "location_id": self.warehouse.lot_stock_id.id,
            }
        )
        self._add(self.top, -5)
        self._add(self.top, 7, damaged)
        self._add(self.sock, 14, damaged)
        self.account.excluded_location_ids = [Command.set(damaged.ids)]
        self.assertEqual(self.offered(), (0, 10, 0))

    def test_a_confirmed_kit_keeps_the_components_that_it_was_sold_with(self):
        self.account.confirm_orders = True
        order = self.sell("KIT")
        order.sale_order_id.picking_ids.do_unreserve()
        self.bom.bom_line_ids.filtered(
            lambda one: one.product_id == self.sock
        ).product_qty = 5
        self.assertEqual(self.offered(), (4, 8, 1))

    def test_a_waiting_kit_follows_its_changed_components(self):
        self.sell("KIT")
        self.bom.bom_line_ids.filtered(
            lambda one: one.product_id == self.sock
        ).product_qty = 5
        self.assertEqual(self.offered(), (4, 5, 1))

    def test_a_kit_within_a_kit_is_made_of_the_inner_components(self):
        box = self._single("BOX", 3)
        gift = self._single("GIFT")
        self._kit_of(gift, (self.kit, 2), (box, 1))
        self.list_now(gift)
        self.assertEqual(self.offered(gift), (2,))
        self.sell("GIFT")
        self.assertEqual(self.offered(), (3, 6, 3))
        self.assertEqual(self.offered(gift), (1,))

    def test_a_component_in_two_lines_counts_twice(self):
        self.bom.bom_line_ids = [
            Command.create({"product_id": self.sock.id, "product_qty": 1})
        ]
        self.assertEqual(self.offered(), (5, 10, 3))
        self.sell("KIT")
        self.assertEqual(self.offered(), (4, 7, 2))

    def test_components_in_dozens(self):
        self.bom.bom_line_ids.filtered(lambda one: one.product_id == self.sock).write(
            {
                "product_qty": 0.25,
                "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
            }
        )
        self.assertEqual(self.offered(), (5, 10, 3))
        self.sell("KIT")
        self.assertEqual(self.offered(), (4, 7, 2))

    def test_a_bill_of_materials_for_several_kits(self):
        self.bom.product_qty = 2
        self.assertEqual(self.offered(), (5, 10, 10))
        self.sell("KIT")
        # Half a top is sold, and no half top is offered.
        self.assertEqual(self.offered(), (4, 9, 9))

    def test_a_variant_is_made_of_its_own_lines(self):
        navy = self._single("NAVY", 4)
        red = self._single("RED", 2)
        template = self.env["product.template"].create(
            {
                "name": "Set",
                "is_storable": True,
                "categ_id": self.category.id,
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": self.colour.id,
                            "value_ids": [Command.set(self.colour.value_ids.ids)],
                        }
                    )
                ],
            }
        )
        values = template.attribute_line_ids.product_template_value_ids
        variants = template.product_variant_ids
        for variant, sku in zip(variants, ("SET-1", "SET-2"), strict=True):
            variant.default_code = sku
        applied = "bom_product_template_attribute_value_ids"
        self._kit_of(
            variants[0],
            (navy, 1, {applied: [Command.set(values[0].ids)]}),
            (red, 1, {applied: [Command.set(values[1].ids)]}),
            (self.sock, 1),
        )
        self.list_now(variants)
        self.assertEqual(self.offered(*variants), (4, 2))
        self.sell("SET-1")
        self.assertEqual(self.offered(*variants), (3, 2))

    def test_a_component_that_is_not_tracked_limits_nothing(self):
        bag = self._single("BAG", is_storable=False)
        self.bom.bom_line_ids = [
            Command.create({"product_id": bag.id, "product_qty": 1})
        ]
        self.assertEqual(self.offered(), (5, 10, 5))

    def test_a_kit_that_is_not_tracked_itself_still_is_a_kit(self):
        self.kit.is_storable = False
        self.account.untracked_quantity = 25
        self.assertEqual(self.offered(), (5, 10, 5))

    def test_a_kit_of_untracked_goods_follows_their_rule(self):
        bag = self._single("BAG", is_storable=False)
        case = self._single("CASE")
        self._kit_of(case, (bag, 1))
        self.list_now(case)
        self.assertEqual(self.offered(case), (None,))
        self.account.untracked_quantity = 25
        self.assertEqual(self.offered(case), (25,))

    def test_what_the_marketplace_subtracts_of_a_kit_is_added_to_the_kit(self):
        self.account.marketplace_subtracts = True
        self.sell("KIT", "KIT")
        self.assertEqual(self.offered(), (3, 6, 5))

    def test_limits_count_for_the_kit_and_not_for_its_components(self):
        self.listings.filtered(lambda one: one.product_id == self.top).safety_buffer = 4
        self.assertEqual(self.offered(), (1, 10, 5))

    def test_the_components_are_those_that_odoo_delivers(self):
        gift = self._single("GIFT")
        self._kit_of(gift, (self.kit, 3), (self.top, 1), product_qty=1)
        found = self.env["iconic.listing"]._sellable_components(gift | self.top)
        self.assertEqual(
            {kit: dict(components) for kit, components in found.items()},
            {gift: {self.top: 4, self.sock: 6}},
        )
        _boms, lines = gift.bom_ids.explode(gift, 1)
        delivered = {}
        for line, values in lines:
            known = delivered.get(line.product_id, 0)
            delivered[line.product_id] = known + values["qty"]
        self.assertEqual(delivered, {self.top: 4, self.sock: 6})


class TestComparingKits(KitCase):
    def asked(self):
        """Return the products whose listings are compared next."""
        requests = self.env["iconic.compare.request"].search([])
        products = requests.listing_id.product_id
        requests.unlink()
        return products

    def test_a_delivered_component_has_its_kits_compared(self):
        box = self._single("BOX", 3)
        gift = self._single("GIFT")
        self._kit_of(gift, (self.kit, 2), (box, 1))
        self.list_now(gift)
        self.asked()
        receipt = self.env["stock.move"].create(
            {
                "product_id": self.sock.id,
                "product_uom_qty": 2,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
            }
        )
        receipt._action_confirm()
        receipt.write({"quantity": 2, "picked": True})
        receipt._action_done()
        self.assertEqual(self.asked(), self.sock | self.kit | gift)

    def test_the_number_of_queries_does_not_grow_with_the_kits(self):
        kits = self.env["product.product"].union(
            *(self._single(f"KIT-{number}") for number in range(20))
        )
        for kit in kits:
            self._kit_of(kit, (self.top, 1), (self.sock, 2))
        listings = self.list_now(kits)
        counts = []
        for some in (listings[:2], listings):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._wanted_quantities(self.account)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)
