"""Addresses of orders: kept as JSON, written as contacts, found again."""

import json
from dataclasses import replace

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


def test_an_address_of_nowhere_is_passed_over():
    nowhere = records.Address(country="AU", region="NSW")
    named = records.Address("Zoë", "Nguyen")
    assert addresses.first_of(None, nowhere, HIDDEN, HOME) is HIDDEN
    assert addresses.first_of(nowhere, named, HOME) is HOME
    assert addresses.first_of(None, nowhere, named) is named
    assert addresses.first_of(None, nowhere) is None


NAMELESS = replace(HOME, first_name="", last_name="")
WORK = replace(HOME, first_name="Max", lines=("1 George St",), postcode="2000")


def completed(billing, shipping, first_name="", last_name="", known_name=""):
    """Return name and street of the billing and the shipping address."""
    order = records.Order(
        "1", "1", first_name, last_name, billing=billing, shipping=shipping
    )
    order = addresses.complete(order, known_name)
    return tuple(
        place and (place.name, place.lines) for place in (order.billing, order.shipping)
    )


@pytest.mark.parametrize(
    "nobody",
    [
        NAMELESS,
        replace(HOME, first_name="", last_name="\u200b"),
        replace(HOME, first_name=" - ", last_name="."),
        replace(NAMELESS, masked=("first_name", "last_name")),
        replace(HOME, first_name="", masked=("first_name",)),
    ],
)
@pytest.mark.parametrize(
    ("others", "name"),
    [
        ({"first_name": "Zoë", "last_name": "Nguyen"}, "Zoë Nguyen"),
        ({"first_name": "Loom Pty Ltd"}, "Loom Pty Ltd"),
        ({"billing": WORK}, "Max Nguyen"),
        ({"billing": WORK, "first_name": "Zoë"}, "Zoë"),
        ({"known_name": "Zoë Nguyen"}, "Zoë Nguyen"),
        ({"billing": WORK, "known_name": "Zoë Nguyen"}, "Max Nguyen"),
    ],
)
def test_a_shipping_address_gets_the_name_that_is_known_elsewhere(nobody, others, name):
    found = completed(**{"billing": None, **others, "shipping": nobody})
    assert found[1] == (name, HOME.lines)


def test_a_billing_address_gets_the_name_of_the_parcel_at_last():
    assert completed(NAMELESS, WORK)[0] == ("Max Nguyen", HOME.lines)
    assert completed(NAMELESS, WORK, "Zoë")[0] == ("Zoë", HOME.lines)


def test_a_name_that_nobody_knows_stays_unknown_beside_its_street():
    assert completed(None, NAMELESS) == (None, ("", HOME.lines))
    hidden = replace(NAMELESS, masked=("first_name", "last_name"))
    order = addresses.complete(records.Order("1", billing=hidden, shipping=hidden))
    assert (order.billing, order.shipping) == (hidden, hidden)


def test_a_known_name_is_hidden_no_longer():
    hidden = replace(NAMELESS, masked=("first_name", "last_name", "email"))
    order = records.Order("1", first_name="Zoë", shipping=hidden)
    shipping = addresses.complete(order).shipping
    assert (shipping.masked, addresses.is_hidden(shipping)) == (("email",), False)


@pytest.mark.parametrize(
    ("without", "lines"),
    [
        # Nothing but a name.
        (records.Address("Max", "Nguyen", country="AU"), WORK.lines),
        # The same place without its street.
        (replace(WORK, lines=()), WORK.lines),
        (replace(WORK, lines=(), city=""), WORK.lines),
        # Another place: the parcel must not go elsewhere without a word.
        (replace(WORK, lines=(), postcode="6000"), ()),
        # A street that is hidden.
        (replace(WORK, lines=(), masked=("lines",)), ()),
    ],
)
def test_a_street_that_is_known_elsewhere_is_taken(without, lines):
    assert completed(WORK, without)[1] == ("Max Nguyen", lines)
    assert completed(without, WORK)[0] == ("Max Nguyen", lines)


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


AU, NZ, JP = 1, 2, 4
AUSTRALIAN = {
    "ACT": "Australian Capital Territory",
    "NSW": "New South Wales",
    "NT": "Northern Territory",
    "QLD": "Queensland",
    "SA": "South Australia",
    "TAS": "Tasmania",
    "VIC": "Victoria",
    "WA": "Western Australia",
}
NEW_ZEALAND = {
    "AUK": "Auckland",
    "BOP": "Bay of Plenty",
    "CAN": "Canterbury",
    "GIS": "Gisborne",
    "HKB": "Hawke's Bay",
    "MWT": "Manawatu-Wanganui",
    "MBH": "Marlborough",
    "NSN": "Nelson",
    "NTL": "Northland",
    "OTA": "Otago",
    "STL": "Southland",
    "TKI": "Taranaki",
    "TAS": "Tasman",
    "WKO": "Waikato",
    "WGN": "Wellington",
    "WTC": "West Coast",
}
STATES = addresses.States(
    [((AU, code), AU, code, name) for code, name in AUSTRALIAN.items()]
    + [((NZ, code), NZ, code, name) for code, name in NEW_ZEALAND.items()]
    + [((3, "none"), 3, False, "No Code")]
    + [((JP, "13"), JP, "13", "Tokyo"), ((JP, "27"), JP, "27", "Osaka")]
)


@pytest.mark.parametrize(
    ("country", "code", "texts"),
    [
        (AU, "ACT", "A.C.T.; Aust. Capital Territory; Aust Cap Terr; ACT 2600"),
        (AU, "NSW", "N.S.W.; N. S. W.; nsw; New S. Wales; N.S. Wales; AU-NSW; N/S/W"),
        (AU, "NSW", "New South Wales (NSW); NSW - New South Wales; Nsw, Australia"),
        (AU, "NT", "N.T.; Nth Territory; Northern Terr.; N Territory"),
        (AU, "QLD", "Q.L.D.; Qld.; Queens; QUEENSLAND; Qnsld; Queensland Australia"),
        (AU, "SA", "S.A.; Sth Aust.; South Aust; S. Australia; South Australia"),
        (AU, "TAS", "Tas.; Tas; Tasm."),
        (AU, "VIC", "Vic; Vic.; Vict.; State of Victoria; VICTORIA, AUSTRALIA"),
        (AU, "WA", "W.A.; Western Aust.; West Australia; W. Aust.; Perth, WA"),
        (NZ, "AUK", "Auckland Region; Auckland, New Zealand; Akl; auckland city"),
        (NZ, "BOP", "Bay of Plenty Region; B.O.P.; Bay Of Plenty New Zealand"),
        (NZ, "CAN", "Canterbury Region; Cant.; Canty"),
        (NZ, "HKB", "Hawkes Bay; Hawke’s Bay Region; HAWKE'S BAY"),
        (NZ, "MWT", "Manawatū-Whanganui; Manawatu Wanganui; Manawatu/Wanganui"),
        (NZ, "MBH", "Marlborough District"),
        (NZ, "NSN", "Nelson City"),
        (NZ, "OTA", "Otago Region; OTAGO REGIONAL COUNCIL; NZ-OTA"),
        (NZ, "TAS", "Tasman District; TAS; Tasman"),
        (NZ, "WKO", "The Waikato; Waikato Region, Aotearoa"),
        (NZ, "WGN", "Wgtn; Greater, Wellington; Wellington 6011"),
        (NZ, "WTC", "West Coast Region; W. Coast"),
        (3, "none", "no code"),
        (JP, "27", "Osaka; OSAKA"),
    ],
)
def test_a_state_is_found_in_any_usual_spelling(country, code, texts):
    for text in texts.split("; "):
        assert STATES.find(country, text) == (country, code), text


@pytest.mark.parametrize(
    ("country", "texts"),
    [
        (AU, "; .; 2042; AU; Australia; Wellington; Otago Region; WGN; Tasman; Nelson"),
        (AU, "South; West; Territory; N; W; Wales; Territory of Nowhere; Sydney"),
        (
            NZ,
            "NSW; N.S.W.; Vic; Victoria; Qld; S.A.; Western Aust.; Northern Territory",
        ),
        (NZ, "North Island; South Island; South; North; T; New Zealand; Queenstown"),
        (JP, "; .; 150-0001; 13; Kyoto"),
        (False, "NSW; Otago"),
    ],
)
def test_nothing_else_is_taken_for_a_state(country, texts):
    for text in texts.split("; "):
        assert STATES.find(country, text) is False, text


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
