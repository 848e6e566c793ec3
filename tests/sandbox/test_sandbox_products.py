"""What becomes of products in a feed: the rules per SKU."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from marketplace import ATTRIBUTES, only, product, request

START, END = "2026-01-01T00:00:00+00:00", "2099-01-01 00:00:00"
SALE = {"SalePrice": "149.00", "SaleStartDate": START, "SaleEndDate": END}
NO_SALE = {"SalePrice": "", "SaleStartDate": "", "SaleEndDate": ""}


@pytest.fixture
def created(seller):
    """The seller, with one dress on the marketplace."""
    assert not seller.errors("ProductCreate", request(product()))
    return seller


def test_a_complete_product_is_created_with_all_its_values(seller, sandbox):
    document = product(
        ParentSku="SKU-0",
        Categories="1111,1112",
        TaxClass="default",
        ShipmentType="dropshipping",
        ProductId="9310000000001",
        Condition="new",
        ProductGroup="Midi",
        **SALE,
    )
    assert not seller.errors("ProductCreate", request(document))
    one = sandbox.products["SKU-1"]
    assert (one.name, one.variation, one.brand) == ("Linen midi dress", "S", "Saltbush")
    assert (one.price, one.sale_price) == (Decimal("199.00"), Decimal("149.00"))
    assert one.sale_end == datetime(2099, 1, 1, tzinfo=timezone.utc)
    assert (one.quantity, one.status) == (5, "active")
    assert (one.parent_sku, one.product_group) == ("SKU-0", "Midi")
    assert (one.primary_category, one.categories) == ("111", ("1111", "1112"))
    assert one.attributes == ATTRIBUTES
    assert one.shop_sku


@pytest.mark.parametrize(
    "name", ["Name", "Description", "PrimaryCategory", "Brand", "Price", "Quantity"]
)
@pytest.mark.parametrize("value", [None, ""], ids=["left out", "empty"])
def test_a_mandatory_field_is_asked_for_when_creating(seller, sandbox, name, value):
    errors = seller.errors("ProductCreate", request(product(**{name: value})))
    assert errors == [f"Field {name} must not be empty"]
    assert "SKU-1" not in sandbox.products


WRONG = {
    "one letter as name": {"Name": "x"},
    "256 characters as name": {"Name": "x" * 256},
    "short description": {"Description": "short"},
    "long description": {"Description": "x" * 25001},
    "script in the description": {"Description": "Nice <script>x</script> dress"},
    "unknown brand": {"Brand": "Nobody"},
    "brand in other letters": {"Brand": "saltbush"},
    "unknown category": {"PrimaryCategory": "999"},
    "category of the second level": {"PrimaryCategory": "11"},
    "category of the fourth level": {"PrimaryCategory": "1111"},
    "secondary category elsewhere": {"Categories": "1211"},
    "secondary category is the primary one": {"Categories": "111"},
    "unknown secondary category": {"Categories": "1111,x"},
    "four secondary categories": {"Categories": "1111,1112,1113,1111"},
    "no price": {"Price": "0.00"},
    "negative quantity": {"Quantity": "-1"},
    "half a piece": {"Quantity": "1.5"},
    "quantity in words": {"Quantity": "many"},
    "quantity in other digits": {"Quantity": "٣"},
    "unknown status": {"Status": "Active"},
    "unknown condition": {"Condition": "1000"},
    "unknown shipment": {"ShipmentType": "pickup"},
    "unknown tax class": {"TaxClass": "none"},
    "wrong check digit": {"ProductId": "9310000000002"},
    "size that the category has not": {"Variation": "EU 38"},
    "no size where one is needed": {"Variation": None},
    "weight in words": {"VolumetricWeight": "heavy"},
    "sale above the price": {**SALE, "SalePrice": "199.00"},
    "sale without dates": {"SalePrice": "149.00"},
    "sale without end": {**SALE, "SaleEndDate": None},
    "dates without sale": {**SALE, "SalePrice": None},
    "sale that is over": {**SALE, "SaleEndDate": "2026-01-02 00:00:00"},
    "sale from long ago": {**SALE, "SaleStartDate": "2009-12-31 00:00:00"},
    "sale for ever": {**SALE, "SaleEndDate": "2299-01-01 00:00:00"},
    "sale that ends before it starts": {
        **SALE,
        "SaleStartDate": "2099-01-01 00:00:00",
        "SaleEndDate": "2098-01-01 00:00:00",
    },
    "date in words": {**SALE, "SaleStartDate": "tomorrow"},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG.keys())
def test_a_field_against_the_rules_is_an_error_of_its_sku_alone(
    seller, sandbox, changes
):
    feed = seller.feed("ProductCreate", request(product(**changes), product("SKU-2")))
    assert feed["Body/FeedDetail/Status"] == "Finished"
    assert feed.all("Body/FeedDetail/FeedErrors/Error/SellerSku") == ["SKU-1"]
    assert feed["Body/FeedDetail/FailedRecords"] == "1"
    assert list(sandbox.products) == ["SKU-2"]


ALLOWED = {
    "two letters as name": {"Name": "xy"},
    "255 characters as name": {"Name": "x" * 255},
    "six characters of description": {"Description": "Linen."},
    "simple markup": {"Description": "<p>A <b>soft</b> dress</p>"},
    "a letter with a macron": {"Brand": "Kōwhai & Co"},
    "an emoji": {"Name": "Dress 👗"},
    "nothing in stock": {"Quantity": "0"},
    "no barcode": {"ProductId": None},
    "an article number": {"ProductId": "LMD-2026"},
    "a UPC": {"ProductId": "036000291452"},
    "an ISBN of ten digits": {"ProductId": "0306406152"},
    "inactive": {"Status": "inactive"},
    "three secondary categories": {"Categories": "1111, 1112,1113"},
    "no parent": {"ParentSku": ""},
}


@pytest.mark.parametrize("changes", ALLOWED.values(), ids=ALLOWED.keys())
def test_a_field_at_the_edge_of_the_rules_is_accepted(seller, changes):
    assert not seller.errors("ProductCreate", request(product(**changes)))


@pytest.mark.parametrize("name", ["Gender", "Color", "Composition", "Season"])
def test_a_mandatory_attribute_of_the_category_is_asked_for(seller, name):
    attributes = {key: value for key, value in ATTRIBUTES.items() if key != name}
    errors = seller.errors("ProductCreate", request(product(attributes=attributes)))
    assert errors == [f"Field {name} must not be empty"]


def test_each_problem_of_a_product_is_an_error_of_its_own(seller):
    document = product(attributes={}, Brand="Nobody", Quantity="-1")
    feed = seller.feed("ProductCreate", request(document))
    assert len(feed.all("Body/FeedDetail/FeedErrors/Error")) == 7
    assert feed["Body/FeedDetail/FailedRecords"] == "1"
    codes = feed.all("Body/FeedDetail/FeedErrors/Error/Code")
    assert codes == [str(number) for number in range(7)]


@pytest.mark.parametrize(
    "attribute",
    [{"Color": "Teal"}, {"Composition": "x" * 256}, {"Season": "AW22"}],
    ids=["no option", "too long", "old season"],
)
def test_an_attribute_against_its_definition_is_an_error(seller, attribute):
    document = product(attributes={**ATTRIBUTES, **attribute})
    (error,) = seller.errors("ProductCreate", request(document))
    assert next(iter(attribute)) in error


def test_an_attribute_of_another_category_is_ignored_with_a_warning(seller, sandbox):
    document = product(attributes={**ATTRIBUTES, "HeelHeight": "4 cm"})
    feed = seller.feed("ProductCreate", request(document))
    assert "HeelHeight" in feed["Body/FeedDetail/FeedWarnings/Warning/Message"]
    assert feed["Body/FeedDetail/FeedWarnings/Warning/SellerSku"] == "SKU-1"
    assert sandbox.products["SKU-1"].attributes == ATTRIBUTES


def test_a_bag_needs_no_size_but_a_material(seller):
    bag = {"PrimaryCategory": "131", "Variation": None}
    assert seller.errors("ProductCreate", request(product(**bag))) == [
        "Field Material must not be empty"
    ]
    attributes = {**ATTRIBUTES, "Material": "Canvas"}
    document = request(product(attributes=attributes, **bag))
    assert not seller.errors("ProductCreate", document)


def test_a_live_sku_cannot_be_created_again(created):
    errors = created.errors("ProductCreate", request(product()))
    assert errors == ["Product with SellerSku 'SKU-1' already exists"]


def test_a_removed_sku_can_be_created_again_and_starts_afresh(created, sandbox):
    shop_sku = sandbox.products["SKU-1"].shop_sku
    sandbox.quality.review("SKU-1", "approved")
    assert not created.errors("ProductRemove", request(only("SKU-1")))
    assert sandbox.products["SKU-1"].status == "deleted"
    document = request(product(Name="Another dress"))
    assert not created.errors("ProductCreate", document)
    one = sandbox.products["SKU-1"]
    assert (one.status, one.name, one.shop_sku) == ("active", "Another dress", shop_sku)
    assert [change.action for change in one.history] == [
        "ProductCreate",
        "ProductRemove",
        "ProductCreate",
    ]


@pytest.mark.parametrize("action", ["ProductUpdate", "ProductRemove"])
def test_an_unknown_sku_cannot_be_changed_or_removed(seller, action):
    (error,) = seller.errors(action, request(only("SKU-9", Quantity="1")))
    assert "SKU-9" in error


def test_a_sku_is_removed_only_once(created):
    assert not created.errors("ProductRemove", request(only("SKU-1")))
    (error,) = created.errors("ProductRemove", request(only("SKU-1"), only("SKU-2")))[
        :1
    ]
    assert error.startswith("Could not remove product: ")


def test_a_removed_sku_takes_no_update_but_one_that_brings_it_back(created, sandbox):
    created.feed("ProductRemove", request(only("SKU-1")))
    (error,) = created.errors("ProductUpdate", request(only("SKU-1", Quantity="1")))
    assert error == "Product with SellerSku 'SKU-1' was removed"
    document = request(only("SKU-1", Status="active"))
    assert not created.errors("ProductUpdate", document)
    assert sandbox.products["SKU-1"].status == "active"


def test_an_update_changes_what_it_names_and_nothing_else(created, sandbox):
    before = sandbox.products["SKU-1"]
    document = request(only("SKU-1", Quantity="7", Price="189", Name=""))
    assert not created.errors("ProductUpdate", document)
    one = sandbox.products["SKU-1"]
    assert (one.quantity, one.price) == (7, Decimal("189.00"))
    for name in ("name", "description", "attributes", "status", "shop_sku"):
        assert getattr(one, name) == getattr(before, name)


def test_an_update_may_change_one_attribute(created, sandbox):
    document = product(attributes={"Color": "Navy"}, Name=None)
    assert not created.errors("ProductUpdate", request(document))
    assert sandbox.products["SKU-1"].attributes == {**ATTRIBUTES, "Color": "Navy"}


def test_an_update_with_one_wrong_field_changes_nothing(created, sandbox):
    before = sandbox.products["SKU-1"]
    created.feed("ProductUpdate", request(only("SKU-1", Quantity="-3", Price="9.00")))
    assert sandbox.products["SKU-1"] == before


def test_three_empty_sale_elements_end_a_sale(created, sandbox):
    created.feed("ProductUpdate", request(only("SKU-1", **SALE)))
    assert sandbox.products["SKU-1"].sale_price == Decimal("149.00")
    document = request(only("SKU-1", Price="199.00", **NO_SALE))
    assert not created.errors("ProductUpdate", document)
    one = sandbox.products["SKU-1"]
    assert (one.sale_price, one.sale_start, one.sale_end) == (None, None, None)


def test_shoppers_pay_the_sale_price_from_its_start_until_just_before_its_end(
    created, sandbox
):
    created.feed("ProductUpdate", request(only("SKU-1", **SALE)))
    one, second = sandbox.products["SKU-1"], timedelta(seconds=1)
    assert one.charged(one.sale_start - second) == Decimal("199.00")
    assert one.charged(one.sale_start) == Decimal("149.00")
    assert one.charged(one.sale_end - second) == Decimal("149.00")
    assert one.charged(one.sale_end) == Decimal("199.00")
    created.feed("ProductUpdate", request(only("SKU-1", Price="199.00", **NO_SALE)))
    assert sandbox.products["SKU-1"].charged(one.sale_start) == Decimal("199.00")


def test_one_empty_sale_element_ends_nothing(created, sandbox):
    created.feed("ProductUpdate", request(only("SKU-1", **SALE)))
    assert not created.errors("ProductUpdate", request(only("SKU-1", SalePrice="")))
    assert sandbox.products["SKU-1"].sale_price == Decimal("149.00")


def test_a_price_cannot_fall_to_a_sale_that_runs(created):
    created.feed("ProductUpdate", request(only("SKU-1", **SALE)))
    (error,) = created.errors("ProductUpdate", request(only("SKU-1", Price="149.00")))
    assert error == "Field SalePrice: must be lower than Price"


def test_a_sale_that_is_over_does_not_bind_the_price(created, sandbox):
    created.feed("ProductUpdate", request(only("SKU-1", **SALE)))
    sandbox.products["SKU-1"].sale_end = sandbox.now() - timedelta(days=1)
    document = request(only("SKU-1", Price="100.00"))
    assert not created.errors("ProductUpdate", document)


def test_a_running_sale_near_its_end_does_not_stop_a_stock_update(created, sandbox):
    created.feed("ProductUpdate", request(only("SKU-1", **SALE)))
    sandbox.products["SKU-1"].sale_end = sandbox.now() - timedelta(seconds=1)
    assert not created.errors("ProductUpdate", request(only("SKU-1", Quantity="3")))


def test_sizes_of_one_parent_must_differ(seller, sandbox):
    documents = [
        product("A-S", ParentSku="A-S", Variation="S"),
        product("A-M", ParentSku="A-S", Variation="M"),
        product("A-X", ParentSku="A-S", Variation="S"),
    ]
    (error,) = seller.errors("ProductCreate", request(*documents))
    assert "'S' is taken by SellerSku 'A-S'" in error
    assert list(sandbox.products) == ["A-S", "A-M"]


def test_a_parent_is_in_the_group_that_its_sku_names(seller):
    documents = [product("A-S"), product("A-X", ParentSku="A-S")]
    (error,) = seller.errors("ProductCreate", request(*documents))
    assert "Variation" in error


def test_a_removed_product_gives_its_size_free(created):
    created.feed("ProductRemove", request(only("SKU-1")))
    document = request(product("SKU-2", ParentSku="SKU-1"))
    assert not created.errors("ProductCreate", document)


def test_every_accepted_change_is_in_the_history_of_the_sku(created, sandbox):
    feed = created.call("ProductUpdate", request(only("SKU-1", Quantity="3")))
    created.feed("ProductUpdate", request(only("SKU-1", Quantity="-3")))
    change = sandbox.products["SKU-1"].history[-1]
    assert change.source == feed.feed_id
    assert change.action == "ProductUpdate"
    assert change.values == {"quantity": ("5", "3")}
    assert abs(sandbox.now() - change.at) < timedelta(minutes=1)


def test_a_thousand_products_are_processed_before_the_next_answer(seller, sandbox):
    documents = [product(f"SKU-{number}") for number in range(1000)]
    assert not seller.errors("ProductCreate", request(*documents))
    assert len(sandbox.products) == 1000
