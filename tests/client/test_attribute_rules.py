"""What an attribute takes, and how names are found again in other spellings.

SellerCenter, GetCategoryAttributes.
"""

from datetime import date

import pytest

from iconic_connector.domain.attribute_rules import (
    NO_DATE,
    NO_NUMBER,
    NOT_AN_OPTION,
    PAST,
    TOO_LONG,
    AttributeRule,
    Names,
    find_option,
    normalise,
)

COLOURS = Names(["Black", "Navy", "Rose Gold", "Blue"])
MATERIALS = Names(["Cotton", "Faux Leather", "Wool", "Hook, Eye"])


def rule(**values):
    """Make the rule of one attribute."""
    return AttributeRule(1, "Color", "Colour family", **values)


def one_of(options):
    return rule(attribute_type="option", options=options)


def several_of(options):
    return rule(attribute_type="multi_option", options=options)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NAVY", "navy"),
        ("Größe", "GRÖSSE"),
        ("Écru", "ecru"),
        ("Dresses", "dress"),
        ("Boxes", "box"),
        ("Watches", "watch"),
        ("Brushes", "brush"),
        ("Parties", "party"),
        ("Hoodies", "hoodie"),
        ("Ties", "tie"),
        ("T-Shirts", "t shirt"),
        ("Hook & Eye", "hook eye"),
        ("Rose  Gold", "rose-gold"),
        ("off_shoulder", "Off-Shoulder"),
        ("Ｎａｖｙ", "navy"),
    ],
)
def test_case_accents_punctuation_and_plurals_make_no_difference(one, other):
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("S", "M"),
        ("XS", "X"),
        ("AS", "A"),
        ("Glass", "Glas"),
        ("8", "80"),
        ("XL+", "XL"),
        ("EU 36", "EU 36.5"),
        ("Navy", "Navy Blue"),
        ("W28 L30", "W28 L32"),
    ],
)
def test_what_is_something_else_stays_something_else(one, other):
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Navy", "Navy"),
        (" navy ", "Navy"),
        ("ROSE-GOLD", "Rose Gold"),
        ("Blacks", "Black"),
        ("Teal", ""),
        ("", ""),
    ],
)
def test_a_name_is_found_in_the_marketplaces_spelling(asked, found):
    assert COLOURS.find(asked) == found


def test_a_name_that_could_be_either_is_neither():
    names = Names(["Thong", "Thongs", "Slides"])
    assert names.find("THONGS") == ""
    assert names.find("slide") == "Slides"


def test_an_exact_name_is_sure_beside_one_that_is_alike():
    names = Names(["Thong", "Thongs"])
    assert names.find("Thong") == "Thong"
    assert names.find("Thongs") == "Thongs"


def test_names_of_signs_alone_are_not_mixed_up():
    names = Names(["*"])
    assert names.find("*") == "*"
    assert names.find("-") == ""
    assert names.find("") == ""


def test_a_list_knows_its_length_and_gives_an_idea_of_itself():
    assert len(COLOURS) == 4
    assert COLOURS.some(2) == ["Black", "Blue"]
    assert not Names([])
    assert "Navy" in COLOURS
    assert "navy" not in COLOURS


@pytest.mark.parametrize(
    ("value", "spelt"), [("NAVYS", "Navy"), ("Navy", "Navy"), ("Teal", "Teal")]
)
def test_an_option_is_spelt_as_in_the_list_and_the_unknown_is_left(value, spelt):
    assert one_of(COLOURS).spell(value) == spelt


@pytest.mark.parametrize(
    ("options", "value", "found"),
    [
        ("Female Male Unisex", "Female", "Female"),
        ("Women Men Girls Boys Unisex", "Female", "Women"),
        ("Women Men Girls Boys Unisex", "Male", "Men"),
        ("Women Men Girls Boys Unisex", "Girls", "Girls"),
        ("Womens Mens", "Female", "Womens"),
        ("Kids Women", "Unisex Kids", "Kids"),
        # Whom a shop means by these is for a person to say.
        ("Female Male Unisex", "Girls", ""),
        ("Women Ladies", "Female", ""),
        ("Women Men", "Teal", ""),
    ],
)
def test_a_gender_is_found_under_another_word_for_it(options, value, found):
    assert find_option("Gender", Names(options.split()), value) == found
    assert find_option("Fit", Names(["Women"]), "Female") == ""


@pytest.mark.parametrize(
    ("value", "spelt"),
    [
        ("cotton", "Cotton"),
        ("cotton, FAUX leather", "Cotton,Faux Leather"),
        ("Cotton,,wool, ", "Cotton,Wool"),
        ("Cotton, Teak", "Cotton,Teak"),
        ("Hook, Eye", "Hook, Eye"),
    ],
)
def test_each_of_several_options_is_spelt_as_in_the_list(value, spelt):
    assert several_of(MATERIALS).spell(value) == spelt


@pytest.mark.parametrize(
    "other",
    [
        rule(),
        rule(attribute_type="system", options=COLOURS),
        rule(attribute_type="option"),
    ],
)
def test_a_text_that_no_list_rules_is_spelt_as_it_is(other):
    assert other.spell("navy,  BLUE") == "navy,  BLUE"
    assert other.fault("navy,  BLUE") == ""


@pytest.mark.parametrize("value", ["navy", "Teal", "Navy,Black"])
def test_what_is_not_in_the_list_is_no_option(value):
    assert one_of(COLOURS).fault(value) == NOT_AN_OPTION


def test_what_is_in_the_list_is_an_option_whatever_its_length():
    short = rule(attribute_type="option", options=COLOURS, max_length=3)
    assert short.fault("Rose Gold") == ""


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("Cotton", ""),
        ("Cotton,Wool", ""),
        ("Cotton,Teak", NOT_AN_OPTION),
        ("Teak", NOT_AN_OPTION),
        (",", NOT_AN_OPTION),
    ],
)
def test_each_of_several_options_has_to_be_in_the_list(value, fault):
    assert several_of(MATERIALS).fault(value) == fault


def test_a_text_may_be_as_long_as_allowed_and_no_longer():
    limited = rule(max_length=5)
    assert limited.fault("Größe") == ""
    assert limited.fault("Größen") == TOO_LONG
    assert rule().fault("x" * 10_000) == ""


@pytest.mark.parametrize("value", ["0", "12", "12.5", "-3", "-0.25"])
def test_a_number_has_a_dot_and_no_unit(value):
    assert rule(input_type="numberfield").fault(value) == ""


@pytest.mark.parametrize(
    "value", ["12,5", "12 cm", ".5", "5.", "1e3", "+1", "1.000,5", "١٢", "12\n", "NaN"]
)
def test_what_is_written_otherwise_is_no_number(value):
    assert rule(input_type="numberfield").fault(value) == NO_NUMBER


@pytest.mark.parametrize("kind", ["datefield", "datetime"])
@pytest.mark.parametrize(
    "value",
    [
        "2027-03-31",
        "2024-02-29",
        "2027-03-31 10:00",
        "2027-03-31 10:00:00",
        "2027-03-31T10:00:00Z",
        "2027-03-31T10:00:00+10:00",
    ],
)
def test_a_date_is_year_month_and_day(kind, value):
    assert rule(input_type=kind).fault(value) == ""


@pytest.mark.parametrize("kind", ["datefield", "datetime"])
@pytest.mark.parametrize(
    "value",
    [
        "31.03.2027",
        "2027-02-30",
        "31/03/2027",
        "2027-W13-3",
        "20270331",
        "soon",
        "2027-03-31 soon",
        "2027-03-31T10:00",
        "2027-03-31 25:00",
    ],
)
def test_what_is_written_otherwise_is_no_date(kind, value):
    assert rule(input_type=kind).fault(value) == NO_DATE


TODAY = date(2027, 3, 31)
AHEAD = "A date; it must not be in the past."


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("2027-03-30", PAST),
        ("2027-03-30 23:59:59", PAST),
        ("2027-03-31", ""),
        ("2030-01-31", ""),
        ("30.03.2027", NO_DATE),
    ],
)
def test_a_date_that_has_to_be_ahead_is_not_before_today(value, fault):
    ahead = rule(input_type="datefield", description=AHEAD)
    assert ahead.fault(value, TODAY) == fault


def test_other_dates_may_lie_in_the_past():
    free = rule(input_type="datefield", description="A date, past or future.")
    assert free.fault("2020-01-31", TODAY) == ""


def test_a_text_is_no_date_whatever_its_description_says():
    assert rule(description=AHEAD).fault("2020-01-31", TODAY) == ""
