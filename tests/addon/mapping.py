"""An account with the marketplace's taxonomy on record, and a mapped product."""

from common import SECTIONS, ConnectorCase, document, elements, leave_sections

from odoo.fields import Command

from seller_center_sandbox import Sandbox, SandboxServer


class MappingCase(ConnectorCase):
    """The taxonomy of the sandbox is read once for all tests of a class."""

    #: The part of it that there is.
    sections = SECTIONS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = SandboxServer(Sandbox()).start()
        leave_sections(server.sandbox, cls.sections)
        cls.addClassCleanup(server.stop)
        cls.account.api_url = server.url
        cls.read_taxonomy()
        cls.style = cls.make_style("MAP", "S M")
        cls.small = cls.product("MAP-Navy-S")

    @classmethod
    def line(cls, feed_name, mapping=None):
        """Return the line of a mapping for an attribute, by default of the dresses'."""
        lines = (mapping or cls.mapping).attribute_ids
        return lines.filtered(lambda line: line.feed_name == feed_name)

    @classmethod
    def take(cls, feed_name, source, **values):
        """Choose the source of an attribute in the mapping of the dresses."""
        cls.line(feed_name).write({"source": source, **values})

    @classmethod
    def product_field(cls, name):
        """Return the description of a field of `product.product`."""
        return cls.env["ir.model.fields"]._get("product.product", name)

    @classmethod
    def value_map(cls, own, feed_name):
        """Return the value map of a product attribute for the dresses' category."""
        return cls.env["iconic.value.map"].search(
            [
                ("product_attribute_id", "=", own.id),
                (
                    "attribute_id",
                    "in",
                    cls.mapping.primary_category_id.attribute_ids.filtered(
                        lambda one: one.feed_name == feed_name
                    ).ids,
                ),
            ]
        )

    @classmethod
    def add_value(cls, attribute, name):
        """Add a value to a product attribute."""
        return cls.env["product.attribute.value"].create(
            {"attribute_id": attribute.id, "name": name}
        )

    @classmethod
    def child_category(cls, name, parent):
        return cls.env["product.category"].create(
            {"name": name, "parent_id": parent.id}
        )

    def map_category(self, number, **values):
        """Map a product category, or a product, to a marketplace's category."""
        return self.env["iconic.category.map"].create(
            {
                "account_id": self.account.id,
                "primary_category_id": self.marketplace_category(number).id,
                **values,
            }
        )

    def listing_of(self, product=None, **values):
        """Return the listing of a product, by default of the small dress."""
        product = product or self.small
        listing = self.account.listing_ids.filtered(
            lambda one: one.product_id == product
        )
        listing = listing or self.list_products(product)
        listing.write(values)
        return listing

    def sent(self, product=None, **values):
        """Return the element of a product in the document that would create it."""
        listing = self.listing_of(product, **values)
        return elements(document(listing))[listing.sku]

    def sent_value(self, feed_name, product=None, **values):
        """Return what an attribute in ProductData would be sent as, None without."""
        return self.sent(product, **values).findtext(f"ProductData/{feed_name}")

    def fill_in(self, feed_name, value):
        """Return values of a listing with an attribute value of its own."""
        return {
            "attribute_ids": [Command.create({"feed_name": feed_name, "value": value})]
        }

    def problems(self, product=None, **values):
        """Return the problems of a product by rule, as the check finds them."""
        listing = self.listing_of(product, **values)
        found = listing._check_for_sending()[listing.id]
        return {problem.rule: problem for problem in found}
