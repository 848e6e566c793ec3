"""At the limits of every rule a product is good for check and marketplace.

Sources: see the test of the refusals.
"""

from datetime import datetime, timedelta, timezone

from common import ConnectorCase
from lxml import etree
from pairs import SMALL, TODAY, TOMORROW, Pairs, altered, secondary, sell_off

#: The attributes that are written beside all others.
OWN_ELEMENTS = ("Variation", "TaxClass", "ShipmentType")


class TestGoodProducts(Pairs, ConnectorCase):
    """At the limits of every rule a product is good for both sides."""

    def test_a_plain_product(self):
        self.assert_both_accept()

    def test_the_shortest_and_the_longest_texts(self):
        self.style.iconic_description = False
        for name, description in (("xy", "Dress!"), ("x" * 255, "x" * 25000)):
            with self.subTest(name=len(name), description=len(description)):
                self.style.write({"name": name, "description_sale": description})
                self.sandbox.reset()
                self.assert_both_accept()

    def test_blanks_around_a_text_do_not_count(self):
        self.style.name = f"  {'x' * 255}  "
        self.specify(StyleCode=f" {'x' * 32} ")
        self.assert_both_accept()

    def test_every_kind_of_attribute_at_its_limits(self):
        self.specify(
            Composition="x" * 255,
            StyleCode="x" * 32,
            ModelNotes="é" * 500,
            MaterialFamily="Cotton,Linen",
            Sustainability="Vegan",
            LengthCm="98.5",
            AvailableFrom=TOMORROW,
            TaxClass="GST Free",
            ShipmentType="dropshipping",
        )
        self.assert_both_accept()
        sent = self.sandbox.products[SMALL]
        self.assertEqual(sent.attributes["MaterialFamily"], "Cotton,Linen")

    def test_a_date_of_today(self):
        today = datetime.now(timezone.utc).date()
        for value in (today.isoformat(), f"{today + timedelta(days=1)} 10:00"):
            self.specify(AvailableFrom=value)
            self.sandbox.reset()
            self.assert_both_accept()

    def test_the_first_and_the_last_option_of_each_list(self):
        lists = self.mapping.primary_category_id.attribute_ids.filtered(
            lambda one: one._has_options and one._is_mapped()
        )
        self.assertGreater(len(lists), 10)
        for place in (0, -1):
            self.specify(**{one.feed_name: one.option_ids[place].name for one in lists})
            self.sandbox.reset()
            self.assert_both_accept()

    def test_an_option_in_another_spelling(self):
        self.specify(Fit="slim", MaterialFamily="cotton, LINEN")
        self.assert_both_accept()
        sent = self.sandbox.products[SMALL].attributes
        self.assertEqual(
            (sent["Fit"], sent["MaterialFamily"]), ("Slim", "Cotton,Linen")
        )

    def test_three_secondary_categories(self):
        secondary("1111", "1112", "1113")(self)
        self.assert_both_accept()

    def test_a_sale(self):
        sell_off("2010-01-02", f"{TODAY.year + 100}-12-31")(self)
        self.assert_both_accept()
        self.assertEqual(self.sandbox.products[SMALL].sale_price, 49)

    def test_no_pieces(self):
        self.listed.write({"has_fixed_quantity": True, "quantity": 0})
        self.assert_both_accept()

    def test_every_number_that_names_a_product(self):
        for values in (
            {"iconic_upc": "036000291452"},
            {"iconic_mpn": "ANY-THING 1"},
            {"iconic_isbn": "978-0-306-40615-7"},
            {"iconic_isbn": "0306406152"},
        ):
            with self.subTest(**values):
                blank = dict.fromkeys(("iconic_upc", "iconic_mpn", "iconic_isbn"))
                self.small.write({"barcode": False, **blank, **values})
                self.sandbox.reset()
                self.assert_both_accept()

    def test_html_that_is_not_allowed_is_removed(self):
        self.style.iconic_description = (
            "<p>A <mark>lovely</mark> dress.</p><script>alert(1)</script> ]]&gt; Yes"
        )
        self.assert_both_accept()
        self.sandbox.reset()
        content = altered(self.sent(), {"Description": "<mark>Lovely</mark> dress"})
        refusal = self.refused_by_marketplace(content)
        self.assertIn("Field Description: HTML that is not allowed: <mark>", refusal)

    def test_characters_that_no_document_may_hold_are_removed(self):
        self.specify(Composition="Cotton\x0b 100%")
        self.assert_both_accept()
        composition = self.sandbox.products[SMALL].attributes["Composition"]
        self.assertEqual(composition, "Cotton 100%")


class TestEveryAttributeSet(Pairs, ConnectorCase):
    """The same for each attribute of each kind of product, filled in on the listing."""

    @classmethod
    def prepare_sandbox(cls):
        """Override to leave the taxonomy whole."""
        cls.sandbox.reset()

    def test_each_kind_of_product_good_and_spoilt_in_every_way(self):
        self.mapping.attribute_ids.source = False
        self.mapping.variation_attribute_id = False
        sets = self.env["iconic.attribute.set"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertGreater(len(sets), 10)
        self.seen = set()
        for one in sets:
            with self.subTest(one.name), self.cr.savepoint() as savepoint:
                self.sandbox.reset()
                self.compare(one)
                savepoint.rollback()
                self.env.invalidate_all()

    def compare(self, attribute_set):
        """Fill in all attributes of a set, spoil each kind, and compare the results."""
        level = self.account.primary_level
        self.listed.primary_category_id = attribute_set.category_ids.filtered(
            lambda category: category.level == level
        )[0]
        attributes = attribute_set.attribute_ids.filtered(
            lambda one: one._is_mapped() or one.feed_name == "Variation"
        )
        for place in (-1, 0):
            for one in attributes:
                self.fill_in(one, good_values(one)[place])
            self.sandbox.reset()
            self.assert_both_accept()
        results, entries = {}, []
        for one, value, refused in variants(self.unseen(attributes)):
            self.fill_in(one, value)
            sku = f"ALL-{len(entries)}"
            entries.append(altered(self.sent(), {"SellerSku": sku, "ParentSku": sku}))
            results[sku] = (one, value, self.listed.action_check()["params"]["type"])
            self.assertEqual(results[sku][2] == "warning", refused, results[sku])
            self.fill_in(one, good_values(one)[0])
        if not entries:
            return
        errors = self.errors_of_marketplace(joined(entries))
        wrong = {error.seller_sku: error.message for error in errors}
        for sku, (one, _value, kind) in results.items():
            with self.subTest(results[sku]):
                self.assertEqual(sku in wrong, kind == "warning", wrong.get(sku))
                self.assertIn(one.feed_name if sku in wrong else "", wrong.get(sku, ""))

    def unseen(self, attributes):
        """Return the attributes of which there has been none that is checked alike."""
        fresh = attributes.filtered(lambda one: definition(one) not in self.seen)
        self.seen.update(map(definition, fresh))
        return fresh

    def fill_in(self, attribute, value):
        """Give an attribute a value on the listing; none if it is empty."""
        if attribute.feed_name == "Variation":
            self.listed.variation = value
            return
        self.specify(**{attribute.feed_name: value or " "})


def definition(attribute):
    """Return what decides which values an attribute allows."""
    names = ("mandatory", "attribute_type", "input_type", "max_length")
    own = attribute.feed_name if attribute.feed_name in OWN_ELEMENTS else ""
    return (own, *(attribute[name] for name in names), bool(attribute.option_ids))


def good_values(attribute):
    """Return values that an attribute allows, at its limits."""
    names = attribute.option_ids.mapped("name")
    if attribute.attribute_type == "multi_option":
        return [names[0], f"{names[0]},{names[-1]}"]
    if names:
        return [names[0], names[-1]]
    if attribute.input_type == "numberfield":
        return ["12.5", "12"]
    if attribute.input_type == "datefield":
        return [TOMORROW]
    return ["x" * (attribute.max_length or 1000), "x"]


def bad_values(attribute):
    """Return values that an attribute does not allow."""
    if attribute.option_ids:
        return ["Nothing of the kind"]
    if attribute.input_type == "numberfield":
        return ["12,5"]
    if attribute.input_type == "datefield":
        return ["31.12.2099"]
    return ["x" * (attribute.max_length + 1)] if attribute.max_length else []


def variants(attributes):
    """Give each attribute with each value to try, and whether it is to be refused."""
    for one in attributes:
        yield one, "", one.mandatory
        for value in good_values(one):
            yield one, value, False
        for value in bad_values(one):
            yield one, value, True


def joined(contents):
    """Make one document of many with one product each.

    :param contents: the documents, as bytes
    """
    roots = [etree.fromstring(content) for content in contents]
    for root in roots[1:]:
        roots[0].append(root[0])
    return etree.tostring(roots[0])
