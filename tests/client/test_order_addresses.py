"""Addresses of orders: kept as JSON, written as contacts, found again."""

import json

import pytest

from iconic_connector.domain import addresses
from iconic_connector.seller_center import records

HOME = records.Address(
    first_name="Zoë",
    last_name="Nguyen",
    lines=("Unit 4", "12 King St", "Rear lane"),
    city="Newtown",
    ward="Inner West",
    region="NSW",
    postcode="2042",
    country="AU",
    email="zoe@example.com",
    phones=("0400 000 001", "02 9000 0000"),
)
HIDDEN = records.Address(
    city="Sydney", postcode="2000", masked=("first_name", "last_name", "lines")
)


def packed(order):
    """Return the order's addresses as the database gives them back."""
    return json.loads(json.dumps(addresses.pack_addresses(order)))


@pytest.mark.parametrize(
    ("billing", "shipping", "masked"),
    [
        (HOME, HIDDEN, ("first_name",)),
        (None, HOME, ()),
        (HOME, None, ("first_name", "last_name")),
        (None, None, ()),
    ],
)
def test_addresses_come_back_from_json_as_they_were(billing, shipping, masked):
    order = records.Order("1", billing=billing, shipping=shipping, masked=masked)
    assert addresses.unpack_addresses(packed(order)) == (billing, shipping, masked)


@pytest.mark.parametrize("nothing", [None, {}, {"billing": None}])
def test_of_nothing_comes_no_address(nothing):
    assert addresses.unpack_addresses(nothing) == (None, None, ())


def test_fields_of_another_version_are_no_trouble():
    data = packed(records.Order("1", shipping=HOME))
    data["shipping"]["landmark"] = "Beside the pub"
    del data["shipping"]["ward"]
    _billing, shipping, _masked = addresses.unpack_addresses(data)
    assert (shipping.ward, shipping.lines) == ("", HOME.lines)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zoë Nguyen", " ZOE  NGUYEN "),
        ("12 King St", "12 king  st"),
        ("Größe", "GRÖSSE"),
        ("Ｓｙｄｎｅｙ", "sydney"),
        ("SW1A 1AA", "sw1a1aa"),
    ],
)
def test_case_accents_and_blanks_make_no_difference(one, other):
    assert addresses.fold(one) == addresses.fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Mark", "Marks"), ("1/2 High St", "12 High St"), ("", "a")]
)
def test_plurals_and_punctuation_make_a_difference(one, other):
    assert addresses.fold(one) != addresses.fold(other)


def test_further_lines_and_the_ward_go_to_the_second_line():
    assert addresses.postal_lines(HOME) == {
        "street": "Unit 4",
        "street2": "12 King St, Rear lane, Inner West",
        "city": "Newtown",
        "zip": "2042",
    }


def test_a_region_without_a_state_goes_behind_the_city():
    assert addresses.postal_lines(HOME, "Sydney West")["city"] == "Newtown, Sydney West"


@pytest.mark.parametrize(
    ("masked", "hidden"),
    [
        (("first_name",), True),
        (("last_name",), True),
        (("lines",), True),
        (("email", "phones"), False),
        ((), False),
    ],
)
def test_without_name_or_street_somebody_is_hidden(masked, hidden):
    assert addresses.is_hidden(records.Address(masked=masked)) is hidden


def test_an_address_of_nobody_is_passed_over():
    nobody = records.Address(country="AU")
    assert addresses.first_of(None, nobody, HIDDEN, HOME) is HIDDEN
    assert addresses.first_of(None, nobody) is None


COUNTRIES = addresses.Countries(
    [(1, "AU", "Australia"), (2, "NZ", "New Zealand"), (3, "CI", "Côte d'Ivoire")],
    own=9,
)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("AU", 1),
        ("au", 1),
        ("AUS", 1),
        ("AUSTRALIA", 1),
        ("New  Zealand", 2),
        ("NZL", 2),
        ("Cote d'Ivoire", 3),
        ("Narnia", 9),
        ("", 9),
    ],
)
def test_a_country_is_found_by_code_or_name(text, country):
    assert COUNTRIES.find(text) == country


@pytest.mark.parametrize(
    ("country", "text", "state"),
    [
        (1, "nsw", 11),
        (1, "New South Wales", 11),
        (2, "Manawatu-Wanganui", 21),
        (2, "Manawatū-Whanganui", False),
        (2, "NSW", False),
        (1, "", False),
        (False, "NSW", False),
    ],
)
def test_a_state_is_found_within_its_country(country, text, state):
    rows = [
        (11, 1, "NSW", "New South Wales"),
        (12, 1, False, "No Code"),
        (21, 2, "MWT", "Manawatu-Wanganui"),
    ]
    assert addresses.States(rows).find(country, text) == state


ZOE = {
    "name": "Zoë Nguyen",
    "street": "12 King St",
    "zip": "2042",
    "country_id": 1,
    "email_normalized": "zoe@example.com",
}


def test_somebody_is_found_by_email_and_name():
    book = addresses.ContactBook()
    zoe = book.add_person(ZOE, 7)
    moved = {**ZOE, "name": "ZOE NGUYEN", "street": "1 Other St", "zip": "3000"}
    assert book.person(moved) is zoe
    assert book.missing == []


@pytest.mark.parametrize("other", [{"name": "Max"}, {"email_normalized": "m@x.com"}])
def test_another_name_or_email_is_somebody_else(other):
    book = addresses.ContactBook()
    zoe = book.add_person(ZOE, 7)
    found = book.person(ZOE | other)
    assert found is not zoe
    assert book.missing == [found]


def test_without_an_email_somebody_is_found_by_name_and_address():
    book = addresses.ContactBook()
    zoe = book.add_person(ZOE, 7)
    unnamed = ZOE | {"email_normalized": False}
    assert book.person(unnamed) is zoe
    for changed in ({"zip": "2043"}, {"country_id": 2}, {"street": "13 King St"}):
        assert book.person(unnamed | changed) is not zoe


def test_nobody_is_found_by_a_name_alone():
    book = addresses.ContactBook()
    book.add_person({"name": "Zoë Nguyen", "country_id": 1}, 7)
    assert book.person({"name": "Zoë Nguyen", "country_id": 1}).partner_id == 0


def test_whoever_is_missing_is_missing_once():
    book = addresses.ContactBook()
    zoe = book.person(ZOE)
    assert book.person(ZOE | {"email_normalized": False}) is zoe
    assert book.missing == [zoe]


def test_ones_own_address_is_no_further_one():
    book = addresses.ContactBook()
    zoe = book.add_person({**ZOE, "street2": False}, 7)
    assert book.address(zoe, "delivery", {**ZOE, "street2": ""}) is zoe


def test_a_further_address_is_used_again_for_its_kind_alone():
    book = addresses.ContactBook()
    zoe = book.add_person(ZOE, 7)
    work = {**ZOE, "street": "1 George St"}
    known = book.add_address(zoe, "delivery", work, 8)
    assert book.address(zoe, "delivery", {**work, "phone": "1"}) is known
    invoice = book.address(zoe, "invoice", work)
    assert (invoice.partner_id, invoice.owner, invoice.values["type"]) == (
        0,
        zoe,
        "invoice",
    )
    assert book.address(zoe, "invoice", work) is invoice
    assert book.missing == [invoice]
