"""The check before sending refuses what the marketplace refuses, and nothing else.

Each rule is a pair: the check is asked the way people ask it, and the marketplace is
sent what the connector would have sent. What the connector cannot even write is put
into a good document by hand.

Product feeds spec, Product Create and Listing Image; SellerCenter, Product Create and
Get Category Attributes; design, section 7.
"""

from common import ConnectorCase, document
from pairs import (
    LAST_WEEK,
    SMALL,
    TOMORROW,
    Pairs,
    Rule,
    altered,
    discount,
    each_rule,
    listing,
    primary,
    secondary,
    sell_off,
    specific,
    style,
    unmap,
    unmap_colour,
    unset,
    unsize,
    vanish,
    write,
)

from odoo.exceptions import ValidationError

MISSING = (
    "is empty, but mandatory in this category",
    "choose its source in the category mapping",
)
OPTION = ("is not one of THE ICONIC's", "such as", ": choose ")
LONG = ("allowed: shorten",)
NUMBER = ("is not a number", "write it with a decimal point, such as 12.5")
DATE = ("is not a date", "write it as year-month-day")
DIGIT = ("check digit is wrong", "Compare it with the label")
TEXT = ("are allowed", "change it on the product or the listing")


TEXTS = {
    "a missing sku": Rule(
        write(default_code=False),
        ("has no SKU", "fill in its Internal Reference"),
        ("SellerSku", "must not be empty"),
        {"SellerSku": ""},
    ),
    "a name of nothing": Rule(
        style(name=" "),
        ("Title is empty", "fill it in on the product or on the listing"),
        ("Field Name must not be empty",),
    ),
    "a name of one character": Rule(
        style(name="x"),
        ("Title has 1 characters", "2 to 255", *TEXT),
        ("Field Name: must have 2 to 255 characters, has 1",),
    ),
    "a name of one character and blanks": Rule(
        style(name="  x  "),
        ("Title has 1 characters", "2 to 255", *TEXT),
        ("Field Name: must have 2 to 255 characters, has 1",),
    ),
    "a name of 256 characters": Rule(
        listing(title="x" * 256),
        ("Title has 256 characters", "2 to 255", *TEXT),
        ("Field Name: must have 2 to 255 characters, has 256",),
    ),
    "a missing description": Rule(
        style(iconic_description=False),
        ("Description is empty", "fill it in"),
        ("Field Description must not be empty",),
    ),
    "a description of five characters": Rule(
        style(iconic_description=False, description_sale="Short"),
        ("Description has 5 characters", "6 to 25000", *TEXT),
        ("Field Description: must have 6 to 25000 characters, has 5",),
    ),
    "a description of 25001 characters": Rule(
        style(iconic_description=False, description_sale="x" * 25001),
        ("Description has 25001 characters", "6 to 25000", *TEXT),
        ("Field Description: must have 6 to 25000 characters, has 25001",),
    ),
    "a missing brand": Rule(
        style(iconic_brand=False),
        ("Brand is empty", "fill in the Brand"),
        ("Field Brand must not be empty",),
    ),
    "an unknown brand": Rule(
        style(iconic_brand="Nobody"),
        ("does not know the brand “Nobody”", "correct the Brand", "Refresh Categories"),
        ("Brand 'Nobody' is not registered",),
    ),
    "a brand that vanished": Rule(
        vanish("remove_brand", "Saltbush"),
        ("does not know the brand “Saltbush”", "correct the Brand"),
        ("Brand 'Saltbush' is not registered",),
    ),
    "a barcode with a wrong check digit": Rule(
        write(barcode="4006381333932"),
        ("Barcode 4006381333932", *DIGIT),
        ("Field ProductId: '4006381333932' has a wrong check digit",),
    ),
    "a upc with a wrong check digit": Rule(
        write(barcode=False, iconic_upc="036000291453"),
        ("UPC 036000291453", *DIGIT),
        ("'036000291453' has a wrong check digit",),
    ),
    "an isbn with a wrong check digit": Rule(
        write(barcode=False, iconic_isbn="9780306406158"),
        ("ISBN 9780306406158", *DIGIT),
        ("'9780306406158' has a wrong check digit",),
    ),
    "a part number that is a wrong barcode": Rule(
        write(barcode=False, iconic_mpn="4006381333932"),
        ("MPN 4006381333932", *DIGIT),
        ("'4006381333932' has a wrong check digit",),
    ),
}


OFFERS = {
    "a price of nothing": Rule(
        style(list_price=0),
        ("price is 0", "has to be above 0", "in the price list"),
        ("Field Price must not be empty",),
    ),
    "a price that is rounded to nothing": Rule(
        lambda case: (style(list_price=0.01)(case), discount(case)),
        ("price is 0", "in the price list"),
        ("Field Price must not be empty",),
    ),
    "no price": Rule(
        lambda case: case.account.write({"pricelist_id": False}),
        ("price list on the account",),
        ("Field Price must not be empty",),
    ),
    "no quantity": Rule(
        lambda case: case.account.write({"stock_warehouse_ids": False}),
        ("Choose at least one warehouse", "on the account"),
        ("Field Quantity must not be empty",),
    ),
    "stock that is not tracked": Rule(
        style(is_storable=False),
        ("does not track the stock", "tick Track Inventory"),
        ("Field Quantity must not be empty",),
    ),
}

CATEGORIES = {
    "a category that is not mapped": Rule(
        unmap,
        ("product category Odds is not mapped", "add it under Configuration"),
        ("Field PrimaryCategory must not be empty",),
    ),
    "a primary category that lies too high": Rule(
        primary("11"),
        ("“Women / Clothing” cannot be a primary", "level 3", "Choose one below"),
        ("category '11' cannot be a primary category",),
    ),
    "a primary category that lies too low": Rule(
        primary("1111"),
        ("Midi Dresses” cannot be a primary", "level 3", "or above it"),
        ("category '1111' cannot be a primary category",),
    ),
    "a primary category that vanished": Rule(
        vanish("remove_category", "111"),
        ("“Women / Clothing / Dresses” is no longer a category", "choose another one"),
        ("category '111' does not exist",),
    ),
    "a secondary category outside the primary one": Rule(
        secondary("1111", "1141"),
        ("Parkas” is not below", "“Women / Clothing / Dresses”", "remove it"),
        ("category '1141' does not descend from '111'",),
    ),
    "a secondary category that is the primary one": Rule(
        secondary("111"),
        ("Dresses” is not below", "remove it"),
        ("category '111' does not descend from '111'",),
    ),
    "four secondary categories": Rule(
        secondary("1111", "1112", "1113", "10001"),
        ("4 secondary categories", "at most 3", "remove some"),
        ("Field Categories: at most 3 categories are allowed",),
    ),
    "a secondary category that vanished": Rule(
        lambda case: (
            secondary("1112", "1111")(case),
            vanish("remove_category", "1111")(case),
        ),
        ("Midi Dresses” is no longer a category", "choose another one"),
        ("category '1111' does not exist",),
    ),
}


ATTRIBUTES = {
    "a missing gender": Rule(
        style(iconic_gender=False),
        ("Gender is empty", "fill in the field Gender of the product"),
        ("Field Gender must not be empty",),
    ),
    "a missing variation": Rule(
        unsize,
        ("has no Length", "requires a variation", "add this attribute"),
        ("Field Variation must not be empty",),
    ),
    "a missing variation attribute": Rule(
        lambda case: case.mapping.write({"variation_attribute_id": False}),
        ("requires a variation", "choose the Variation Attribute"),
        ("Field Variation must not be empty",),
    ),
    **{
        f"a missing {name}": Rule(
            unset(name),
            (label, *MISSING),
            (f"Field {name} must not be empty",),
        )
        for name, label in (
            ("Color", "Colour family"),
            ("Composition", "Composition"),
            ("Season", "Season"),
            ("AgeGroup", "Age group"),
        )
    },
    "a mandatory attribute of blanks": Rule(
        specific(Composition="  "),
        ("Composition is empty, but mandatory",),
        ("Field Composition must not be empty",),
    ),
    "a colour that is no option": Rule(
        unmap_colour,
        ("Colour family “Midnight Blue”", *OPTION, "Value Mapping"),
        ("Field Color: 'Midnight Blue' is not one of the allowed values",),
    ),
    "a size that is no option": Rule(
        listing(variation="Tiny"),
        ("Size “Tiny”", *OPTION),
        ("Field Variation: 'Tiny' is not one of the allowed values",),
    ),
    "a value that is no option": Rule(
        specific(Fit="Baggy"),
        ("Fit “Baggy”", *OPTION),
        ("Field Fit: 'Baggy' is not one of the allowed values",),
    ),
    "two options where one is asked for": Rule(
        specific(Fit="Slim,Boxy"),
        ("Fit “Slim,Boxy”", *OPTION),
        ("Field Fit: 'Slim,Boxy' is not one of the allowed values",),
    ),
    "one of several that is no option": Rule(
        specific(MaterialFamily="Cotton,Unobtainium"),
        ("Material family “Cotton,Unobtainium”", *OPTION),
        ("Field MaterialFamily: 'Unobtainium' is not one of the allowed values",),
    ),
    "an option that vanished": Rule(
        vanish("remove_option", 1, "Color", "Navy"),
        ("Colour family “Navy”", *OPTION),
        ("Field Color: 'Navy' is not one of the allowed values",),
    ),
    "an element that is no option": Rule(
        specific(TaxClass="GST 99%"),
        ("Tax class “GST 99%”", *OPTION),
        ("Field TaxClass: 'GST 99%' is not one of",),
    ),
    "a text that is too long": Rule(
        specific(StyleCode="x" * 33),
        ("Style code of the brand has 33 characters", "at most 32", *LONG),
        ("Field StyleCode: at most 32 characters are allowed",),
    ),
    "a long text that is too long": Rule(
        specific(ModelNotes="x" * 501),
        ("Size of the model has 501 characters", "at most 500", *LONG),
        ("Field ModelNotes: at most 500 characters are allowed",),
    ),
    "a number with a comma": Rule(
        specific(LengthCm="98,5"),
        ("Length in cm “98,5”", *NUMBER),
        ("Field LengthCm: '98,5' is not a number with a dot",),
    ),
    "a number with a unit of measure": Rule(
        specific(LengthCm="98 cm"),
        ("Length in cm “98 cm”", *NUMBER),
        ("Field LengthCm: '98 cm' is not a number with a dot",),
    ),
    **{
        f"a date written as {value}": Rule(
            specific(AvailableFrom=value),
            (f"Available from “{value}”", *DATE),
            (f"Field AvailableFrom: '{value}' is not a date",),
        )
        for value in ("31/03/2099", "20990331", "2099-02-30", "2099-03-31 25:00")
    },
    "a date in the past": Rule(
        specific(AvailableFrom=LAST_WEEK),
        (f"Available from “{LAST_WEEK}”", "is in the past", "enter a later date"),
        (f"Field AvailableFrom: '{LAST_WEEK}' is in the past",),
    ),
}


@each_rule
class TestEachRule(Pairs, ConnectorCase):
    rules = {**TEXTS, **OFFERS, **CATEGORIES, **ATTRIBUTES}


class TestWhatOdooPrevents(Pairs, ConnectorCase):
    """Faults that need two products, or that no product in Odoo can have."""

    def test_a_negative_quantity_cannot_be_entered(self):
        with self.assertRaises(ValidationError):
            self.listed.write({"has_fixed_quantity": True, "quantity": -1})
        self.assertIn(
            "Negative value is not allowed",
            self.refused_by_marketplace(altered(self.sent(), {"Quantity": "-1"})),
        )

    def test_pieces_are_whole(self):
        self.set_stock(self.small, self.warehouse, 0.7)
        self.assert_both_accept()
        self.assertEqual(self.sandbox.products[SMALL].quantity, 7)
        self.sandbox.reset()
        self.assertIn(
            "'7.7' is not a whole number",
            self.refused_by_marketplace(altered(self.sent(), {"Quantity": "7.7"})),
        )

    def test_a_sale_price_that_is_no_lower_is_not_sent(self):
        self.account.send_rrp = True
        for price, rrp in ((50.0, 40.0), (50.0, 50.0)):
            with self.subTest(price=price, rrp=rrp):
                self.listed.write({"price": price, "rrp": rrp})
                self.sandbox.reset()
                self.assert_both_accept()
        self.sandbox.reset()
        sale = {
            "SalePrice": "50.00",
            "SaleStartDate": "2026-01-01T00:00:00+00:00",
            "SaleEndDate": f"{TOMORROW}T23:59:59+00:00",
        }
        self.assertIn(
            "Field SalePrice: must be lower than Price",
            self.refused_by_marketplace(altered(self.sent(), sale)),
        )

    def test_a_promotion_may_begin_long_ago_and_end_never(self):
        for start, end in (("2009-12-31", "2040-01-01"), ("2020-01-01", "2999-12-31")):
            with self.subTest(start=start, end=end):
                self.pricelist.item_ids.unlink()
                sell_off(start, end)(self)
                self.sandbox.reset()
                self.assert_both_accept()

    def test_a_price_has_two_decimals_and_a_dot(self):
        self.listed.price = 49.999
        good = self.sent()
        self.assertIn(b"<Price>50.00</Price>", good)
        for wrong in ("50.0", "50,00"):
            with self.subTest(price=wrong):
                refusal = self.refused_by_marketplace(altered(good, {"Price": wrong}))
                self.assertIn("2 decimals", refusal)
        self.assert_both_accept()

    def test_two_products_with_one_sku(self):
        other = self.product("PAIR-Navy-M")
        other.default_code = SMALL
        (message,) = self.messages_of_check()
        for word in (f"SKU {SMALL}", other.display_name, "used by several", "Give"):
            self.assertIn(word, message)
        both = self.listed | self.list_products(other)
        refusal = self.refused_by_marketplace(document(both))
        self.assertIn("Duplicate SellerSku", refusal)
        self.assertIn(SMALL, refusal)

    def test_two_products_of_a_group_with_one_variation(self):
        medium = self.env["iconic.value.map.line"].search(
            [("account_id", "=", self.account.id), ("value_id.name", "=", "M")]
        )
        medium.option_id = medium.option_id.search(
            [("attribute_id", "=", medium.attribute_id.id), ("name", "=", "S")]
        )
        both = self.listed | self.list_products(self.product("PAIR-Navy-M"))
        self.account.action_check_products()
        for one, other in zip(both, reversed(both), strict=True):
            (message,) = self.account.problem_ids.filtered(
                lambda problem, one=one: problem.product_id == one.product_id
            ).mapped("message")
            for word in ("variation “S”", other.sku, "Value Mapping"):
                self.assertIn(word, message)
        refusal = self.refused_by_marketplace(document(both))
        self.assertIn("Field Variation: 'S' is taken by SellerSku", refusal)


class TestStricter(Pairs, ConnectorCase):
    """What only the check refuses, since sellers need more than the marketplace."""

    #: What it is, how to get there, and words of the check.
    cases = (
        # The merchant guide, Compulsory Fields: barcodes.
        ("no barcode", write(barcode=False), "Barcode is empty"),
        # Another marketplace's number cannot be distinguished from a mistyped barcode.
        ("letters as a barcode", write(barcode="ABC-1"), "check digit"),
        (
            "a short isbn",
            write(barcode=False, iconic_isbn="0306406153"),
            "check digit",
        ),
        ("no condition", style(iconic_condition=False), "Condition is empty"),
        # Shown as boxes in shops.
        ("a picture in the name", style(name="Dress \N{PARTY POPPER}"), "party popper"),
    )

    def test_what_the_marketplace_accepts_and_sellers_regret(self):
        for name, spoil, words in self.cases:
            with self.subTest(name), self.cr.savepoint() as savepoint:
                self.sandbox.reset()
                spoil(self)
                (message,) = self.messages_of_check()
                self.assertIn(words, message)
                self.assertEqual(self.refused_by_marketplace(self.sent()), "")
                savepoint.rollback()
                self.env.invalidate_all()
