"""What a user reads of an error, apart from what a log says of it."""

import ast
import re
from pathlib import Path

import pytest

from iconic_connector import seller_center
from iconic_connector.seller_center import (
    USER_MESSAGES,
    AccessRefused,
    NotAccepted,
    NotReady,
    Refused,
    SellerCenterError,
    UnknownOutcome,
    Unreachable,
)
from iconic_connector.seller_center.documents import DocumentError, create_document
from iconic_connector.seller_center.records import Product

HERE = Path(seller_center.__file__).parent
HTML = "<!DOCTYPE html><html><body><h1>Sorry</h1></body></html>"
#: Every sentence in another language: what is to be seen is that none stays English.
TRANSLATED = {
    reason: "XX " + " ".join(re.findall(r"%\(\w+\)s", sentence))
    for reason, sentence in USER_MESSAGES.items()
}


def strings_of_the_client():
    """Return every text that stands in the client's code, the table's keys apart."""
    found = set()
    for path in HERE.rglob("*.py"):
        tree = ast.parse(path.read_text())
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and not (path.name == "errors.py" and node.value in USER_MESSAGES)
        }
    return found


def test_every_sentence_has_somebody_who_says_it():
    assert set(USER_MESSAGES) <= strings_of_the_client()


def test_every_reason_has_a_sentence():
    said = {
        keyword.value.value
        for path in HERE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "reason" and isinstance(keyword.value, ast.Constant)
    }
    assert said
    assert said <= set(USER_MESSAGES)


@pytest.mark.parametrize("sentence", USER_MESSAGES.values())
def test_a_sentence_is_one_with_nothing_but_named_placeholders(sentence):
    assert re.sub(r"%\(\w+\)s", "", sentence).count("%") == 0
    assert sentence.endswith((".", ")s"))


def test_the_sentence_is_apart_from_the_technical_detail(api, marketplace):
    marketplace.answer(HTML, status=404)
    with pytest.raises(AccessRefused) as caught:
        api.probe()
    error = caught.value
    assert (error.reason, error.values, error.detail) == ("wrong_host", {}, "HTTP 404")
    assert error.user_message == USER_MESSAGES["wrong_host"]
    assert str(error) == f"{error.user_message} (HTTP 404)"
    assert error.describe(TRANSLATED) == "XX  (HTTP 404)"


def test_placeholders_are_filled_in_every_language(api, marketplace):
    for _attempt in range(3):
        marketplace.answer(HTML, status=500)
    with pytest.raises(UnknownOutcome) as caught:
        api.probe()
    error = caught.value
    assert error.reason == "server_problem"
    assert str(error) == "api.example had a problem of its own (HTTP 500)."
    assert error.describe(TRANSLATED) == "XX api.example 500"


def test_what_the_marketplace_said_stays_as_it_is(api, marketplace):
    marketplace.answer(
        "<ErrorResponse><Head><ErrorCode>30</ErrorCode><ErrorMessage>E030: Empty "
        "Request</ErrorMessage></Head></ErrorResponse>"
    )
    with pytest.raises(Refused) as caught:
        api.send_feed("Image", b"<Request/>")
    error = caught.value
    assert (error.reason, error.message) == ("", "E030: Empty Request")
    assert error.user_message == error.describe(TRANSLATED) == error.message


def test_what_the_marketplace_said_beside_a_sentence_is_a_detail(api, marketplace):
    marketplace.answer(
        "<ErrorResponse><Head><ErrorCode>9</ErrorCode><ErrorMessage>E009: Access "
        "Denied</ErrorMessage></Head></ErrorResponse>"
    )
    with pytest.raises(AccessRefused) as caught:
        api.probe()
    error = caught.value
    assert (error.reason, error.message) == ("wrong_role", "E009: Access Denied")
    assert str(error) == f"{USER_MESSAGES['wrong_role']} (E009: Access Denied)"


def test_an_error_within_an_error_is_translated_too(rest_api, marketplace):
    for _attempt in range(3):
        marketplace.token.answer(HTML, status=502)
    with pytest.raises(Unreachable) as caught:
        rest_api.probe()
    error = caught.value
    assert error.reason == "no_token"
    assert str(error) == (
        "No access token could be had: api.example had a problem of its own (HTTP 502)."
    )
    assert error.describe(TRANSLATED) == "XX XX api.example 502"


def test_a_language_that_lacks_a_sentence_says_it_in_english():
    error = Refused(reason="missing_items")
    assert error.describe({}) == USER_MESSAGES["missing_items"]


def test_a_caller_may_say_a_sentence_of_its_own():
    error = AccessRefused("This database is a copy.", cause="host")
    assert str(error) == error.user_message == "This database is a copy."
    assert error.describe(TRANSLATED) == "This database is a copy."


def test_an_error_of_another_branch_says_the_same():
    refused = Refused("Order 7 must be packed", code="34")
    error = NotReady.like(refused)
    assert isinstance(error, NotAccepted)
    assert (str(error), error.code) == (str(refused), "34")


def test_a_refusal_of_our_own_is_joined_like_one_of_the_marketplace():
    assert Refused(reason="missing_items").joined() == USER_MESSAGES["missing_items"]
    refused = Refused("No.", code="7", error_type="Sender")
    assert refused.joined() == "Sender 7 No."


def test_no_error_shows_more_than_it_was_given():
    assert repr(SellerCenterError("No.")) == "SellerCenterError('No.')"


def test_a_document_that_cannot_be_written_says_so_in_every_language():
    with pytest.raises(DocumentError) as caught:
        create_document([Product("SKU-1", quantity=-1)])
    error = caught.value
    assert (error.seller_sku, error.field) == ("SKU-1", "quantity")
    assert str(error) == "SKU-1: Quantity: -1 is not a whole number from 0 up."
    assert error.describe(TRANSLATED) == "XX SKU-1 Quantity XX -1"
