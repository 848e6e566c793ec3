"""Everything that a category asks for is enforced in feeds, each rule in its words."""

from datetime import timedelta

import pytest
from marketplace import ATTRIBUTES, product, request

NOT_ALLOWED = "is not one of the allowed values"
NO_NUMBER = "is not a number with a dot as decimal separator"
SALE = {
    "SalePrice": "149.00",
    "SaleStartDate": "2026-01-01T00:00:00+00:00",
    "SaleEndDate": "2099-01-01 00:00:00",
}

# What is wrong about a dress -> the sentence that says so.
FIELDS = [
    ({"PrimaryCategory": "999"}, "PrimaryCategory: category '999' does not exist"),
    (
        {"PrimaryCategory": "11"},
        "PrimaryCategory: category '11' cannot be a primary category",
    ),
    (
        {"PrimaryCategory": "1111"},
        "PrimaryCategory: category '1111' cannot be a primary category",
    ),
    ({"Categories": "1111,999"}, "Categories: category '999' does not exist"),
    (
        {"Categories": "1141"},
        "Categories: category '1141' does not descend from '111'",
    ),
    ({"Categories": "111"}, "Categories: category '111' does not descend from '111'"),
    (
        {"Categories": "1111,1112,1113,1111"},
        "Categories: at most 3 categories are allowed",
    ),
    ({"Brand": "Nobody"}, "Brand: Brand 'Nobody' is not registered"),
    ({"Variation": "EU 38"}, f"Variation: 'EU 38' {NOT_ALLOWED}"),
    ({"Variation": "s"}, f"Variation: 's' {NOT_ALLOWED}"),
    (
        {"ProductId": "9310000000002"},
        "ProductId: '9310000000002' has a wrong check digit",
    ),
    (
        {"ProductId": "036000291453"},
        "ProductId: '036000291453' has a wrong check digit",
    ),
    ({"Name": "x"}, "Name: must have 2 to 255 characters, has 1"),
    ({"Name": "x" * 256}, "Name: must have 2 to 255 characters, has 256"),
    ({"Description": "Dress"}, "Description: must have 6 to 25000 characters, has 5"),
    (
        {"Description": "<b>" + "x" * 25000},
        "Description: must have 6 to 25000 characters, has 25003",
    ),
    (
        {"Description": "<p>A <IMG src='x'> and <script>x</script></p>"},
        "Description: HTML that is not allowed: <img>, <script>",
    ),
    (
        {"Description": "A dress, <a href='x'>see here</a>"},
        "Description: HTML that is not allowed: <a>",
    ),
    ({"Price": "0.00"}, "Price: must be above 0 and at most 99999999.99"),
    ({"Price": "100000000.00"}, "Price: must be above 0 and at most 99999999.99"),
    ({**SALE, "SalePrice": "199.00"}, "SalePrice: must be lower than Price"),
    ({**SALE, "SaleStartDate": "soon"}, "SaleStartDate: 'soon' is not a date"),
    (
        {**SALE, "SaleEndDate": "2026-13-01"},
        "SaleEndDate: '2026-13-01' is not a date",
    ),
    (
        {**SALE, "SaleStartDate": "2009-12-31"},
        "SaleStartDate: must be after 2010-01-01",
    ),
    ({**SALE, "SaleEndDate": "2026-01-02"}, "SaleEndDate: must be in the future"),
    ({**SALE, "SaleEndDate": "2299-01-01"}, "SaleEndDate: must be within 100 years"),
    (
        {**SALE, "SaleStartDate": "2099-01-01"},
        "SaleEndDate: must be after SaleStartDate",
    ),
    ({"Quantity": "-1"}, "Quantity: Negative value is not allowed"),
    ({"Quantity": "1,5"}, "Quantity: '1,5' is not a whole number"),
    ({"Quantity": "2147483648"}, "Quantity: must not be above 2147483647"),
    ({"VolumetricWeight": "1,5"}, f"VolumetricWeight: '1,5' {NO_NUMBER}"),
    ({"VolumetricWeight": "-1"}, "VolumetricWeight: Negative value is not allowed"),
    (
        {"TaxClass": "none"},
        "TaxClass: 'none' is not one of: default, GST 10%, GST Free",
    ),
    (
        {"ShipmentType": "pigeon"},
        "ShipmentType: 'pigeon' is not one of: dropshipping, crossdocking",
    ),
    ({"Condition": "1000"}, "Condition: '1000' is not one of: new, used, refurbished"),
    ({"Status": "live"}, "Status: 'live' is not one of: active, inactive, deleted"),
    (
        {"ProductGroup": "x" * 256},
        "ProductGroup: must have 1 to 255 characters, has 256",
    ),
]
VALUES = [
    ({"Color": "Teal"}, f"Color: 'Teal' {NOT_ALLOWED}"),
    ({"Color": "black"}, f"Color: 'black' {NOT_ALLOWED}"),
    ({"Color": "Black,White"}, f"Color: 'Black,White' {NOT_ALLOWED}"),
    ({"Occasion": "Work,Fishing"}, f"Occasion: 'Fishing' {NOT_ALLOWED}"),
    ({"Occasion": "Work,,Party"}, f"Occasion: '' {NOT_ALLOWED}"),
    ({"Occasion": "Work;Party"}, f"Occasion: 'Work;Party' {NOT_ALLOWED}"),
    ({"Composition": "x" * 256}, "Composition: at most 255 characters are allowed"),
    ({"StyleCode": "x" * 33}, "StyleCode: at most 32 characters are allowed"),
    ({"ModelNotes": "x" * 501}, "ModelNotes: at most 500 characters are allowed"),
    ({"LengthCm": "98,5"}, f"LengthCm: '98,5' {NO_NUMBER}"),
    ({"LengthCm": "98.5 cm"}, f"LengthCm: '98.5 cm' {NO_NUMBER}"),
    ({"LengthCm": "1 000"}, f"LengthCm: '1 000' {NO_NUMBER}"),
    ({"LengthCm": "٣"}, f"LengthCm: '٣' {NO_NUMBER}"),
    ({"LengthCm": "."}, f"LengthCm: '.' {NO_NUMBER}"),
    ({"AvailableFrom": "31.01.2099"}, "AvailableFrom: '31.01.2099' is not a date"),
    ({"AvailableFrom": "2099-02-30"}, "AvailableFrom: '2099-02-30' is not a date"),
    ({"AvailableFrom": "2020-01-31"}, "AvailableFrom: '2020-01-31' is in the past"),
]
NAMES = [f"{'+'.join(changes)} {message[-30:]}" for changes, message in FIELDS]


@pytest.fixture
def created(seller):
    """The seller, with one dress on the marketplace."""
    assert not seller.errors("ProductCreate", request(product()))
    return seller


def update(changes=None, attributes=None):
    """Write an update of the dress, with nothing but what changes."""
    whole = dict.fromkeys(
        "Name Variation PrimaryCategory Description Brand Price Quantity".split()
    )
    return request(product(attributes=attributes, **{**whole, **(changes or {})}))


@pytest.mark.parametrize(("changes", "message"), FIELDS, ids=NAMES)
def test_a_field_against_the_rules_is_refused_when_creating(seller, changes, message):
    document = request(product(**changes))
    assert seller.errors("ProductCreate", document) == [f"Field {message}"]


@pytest.mark.parametrize(("changes", "message"), FIELDS, ids=NAMES)
def test_a_field_against_the_rules_is_refused_when_updating(created, changes, message):
    assert created.errors("ProductUpdate", update(changes)) == [f"Field {message}"]


@pytest.mark.parametrize(("changes", "message"), VALUES)
def test_an_attribute_against_the_rules_is_refused_when_creating(
    seller, changes, message
):
    document = request(product(attributes={**ATTRIBUTES, **changes}))
    assert seller.errors("ProductCreate", document) == [f"Field {message}"]


@pytest.mark.parametrize(("changes", "message"), VALUES)
def test_an_attribute_against_the_rules_is_refused_when_updating(
    created, sandbox, changes, message
):
    errors = created.errors("ProductUpdate", update(attributes=changes))
    assert errors == [f"Field {message}"]
    assert sandbox.products["SKU-1"].attributes == ATTRIBUTES


ALLOWED = [
    {"Occasion": "Work"},
    {"Occasion": "Work,Party, Formal"},
    {"Composition": "x" * 255},
    {"LengthCm": "98.5"},
    {"LengthCm": "98"},
    {"LengthCm": "-1.25"},
    {"AvailableFrom": "2099-01-31"},
    {"AvailableFrom": "2099-01-31 08:00:00"},
    {"AvailableFrom": "2099-01-31T08:00:00+10:00"},
]


@pytest.mark.parametrize("attributes", ALLOWED)
def test_an_attribute_within_the_rules_is_taken(created, sandbox, attributes):
    assert not created.errors("ProductUpdate", update(attributes=attributes))
    found = sandbox.products["SKU-1"].attributes
    assert found == {**ATTRIBUTES, **attributes}


def test_a_date_of_today_is_not_in_the_past_whatever_the_time(created, sandbox):
    sandbox.settings.timezone = "Australia/Sydney"
    today = sandbox.now().astimezone(sandbox.zone).date()
    yesterday = today - timedelta(days=1)
    document = update(attributes={"AvailableFrom": str(today)})
    assert not created.errors("ProductUpdate", document)
    (error,) = created.errors(
        "ProductUpdate", update(attributes={"AvailableFrom": str(yesterday)})
    )
    assert error == f"Field AvailableFrom: '{yesterday}' is in the past"


def test_a_date_that_has_passed_stops_no_update_that_leaves_it_out(created, sandbox):
    created.errors("ProductUpdate", update(attributes={"AvailableFrom": "2099-01-31"}))
    sandbox.products["SKU-1"].attributes["AvailableFrom"] = "2020-01-31"
    assert not created.errors("ProductUpdate", update({"Name": "Another dress"}))
    assert not created.errors("ProductUpdate", update(attributes={"Color": "Red"}))


def test_a_date_may_be_in_the_past_where_the_attribute_says_nothing_else(
    seller, sandbox
):
    (key,) = (
        one.id
        for one in sandbox.taxonomy.categories.values()
        if one.path == ("Sport", "Equipment", "Balls")
    )
    attributes = {"Color": "Red", "Sport": "Netball", "ReleaseDate": "2020-01-31"}
    ball = {"PrimaryCategory": key, "Variation": "Size 5"}
    document = request(product(attributes=attributes, **ball))
    assert not seller.errors("ProductCreate", document)


def test_mandatory_attributes_are_asked_for_when_the_category_changes(created):
    assert created.errors("ProductUpdate", update({"PrimaryCategory": "121"})) == [
        "Field Variation: 'S' is not one of the allowed values",
        "Field UpperMaterial must not be empty",
    ]
    shoe = {"PrimaryCategory": "121", "Variation": "EU 38"}
    document = update(shoe, attributes={"UpperMaterial": "Leather"})
    assert not created.errors("ProductUpdate", document)


def test_mandatory_attributes_are_asked_for_in_every_set(seller, sandbox):
    taxonomy = sandbox.taxonomy
    keys = {
        one.attribute_set: one.id
        for one in taxonomy.categories.values()
        if one.level == 3
    }
    for number in taxonomy.sets:
        one = product(attributes={}, PrimaryCategory=keys[number], Variation=None)
        assert seller.errors("ProductCreate", request(one)) == [
            f"Field {one.feed_name} must not be empty"
            for one in taxonomy.attributes_of_set(number)
            if one.mandatory and one.feed_name != "Brand"
        ]


def test_secondary_categories_must_fit_a_new_primary_one(created):
    assert not created.errors("ProductUpdate", update({"Categories": "1111"}))
    assert created.errors("ProductUpdate", update({"PrimaryCategory": "112"})) == [
        "Field Categories: category '1111' does not descend from '112'"
    ]


def test_secondary_categories_may_lie_several_levels_below(created, sandbox):
    (key,) = (
        one.id
        for one in sandbox.taxonomy.categories.values()
        if one.path[2:] == ("Dresses", "Evening Dresses", "Ball Gowns")
    )
    assert not created.errors("ProductUpdate", update({"Categories": key}))


@pytest.mark.parametrize(
    "text",
    [
        "<p>Soft<br/>and <strong>light</strong>, 5 < 6</p>",
        "<ul><li>Linen</li></ul><table><tr><td>S</td></tr></table>",
        "&lt;script&gt; is no tag",
    ],
)
def test_markup_of_text_is_allowed_in_a_description(seller, text):
    assert not seller.errors("ProductCreate", request(product(Description=text)))


def test_everything_that_is_wrong_is_told_at_once(seller):
    wrong = {
        "Name": "x",
        "Brand": "Nobody",
        "Categories": "1141",
        "ProductId": "9310000000002",
        "Variation": "EU 38",
    }
    attributes = {**ATTRIBUTES, "Color": "Teal", "LengthCm": "9,5", "Season": None}
    document = request(product(attributes=attributes, **wrong))
    errors = seller.errors("ProductCreate", document)
    names = [error.split(":")[0].split()[1] for error in errors]
    assert sorted(names) == sorted([*wrong, "Color", "LengthCm", "Season"])
