"""A refused call is refused for itself, with its text or its code in words.

The shapes are those of SellerCenter REST, and what servers before it answer.
"""

import pytest

from iconic_connector.seller_center import (
    AccessRefused,
    NotOffered,
    Refused,
    Unreadable,
)

HTML = "<!DOCTYPE html><html><body><h1>404 Not Found</h1></body></html>"
ITEM = "Order item contains not allowed shipment type"
SHAPES = [
    ({"errors": [{"orderItemId": 1, "detail": ITEM}]}, f"1: {ITEM}"),
    (
        {"errors": [{"orderItemId": 1, "detail": "No."}, {"orderItemId": 2}]},
        "1: No.",
    ),
    ({"errors": ["No.", "Never."]}, "No.; Never."),
    (
        {
            "title": "Invalid",
            "violations": [{"propertyPath": "orderItemIds", "title": "Too many"}],
        },
        "orderItemIds: Too many",
    ),
    ({"error": "x"}, "x"),
    ({"error": "x", "error_description": "A reason."}, "x: A reason."),
    ({"message": "A message."}, "A message."),
    ({"detail": "No.", "errors": [{"detail": "No."}]}, "No."),
]
SILENT = [
    (400, "", "could not make sense of the request"),
    (404, "", "does not have what this request is about"),
    (404, HTML, "does not have what this request is about"),
    (409, "", "does not fit"),
    (422, [], "refused a value in the request"),
    (422, {}, "refused a value in the request"),
    (418, "", "refused without saying why"),
]


@pytest.mark.parametrize(("body", "told"), SHAPES)
def test_a_refused_return_says_why(rest_api, marketplace, body, told):
    marketplace.answer(body, status=422)
    with pytest.raises(Refused) as caught:
        rest_api.receive_return(["1"])
    assert str(caught.value) == told
    assert caught.value.code == "422"


@pytest.mark.parametrize(("status", "body", "told"), SILENT)
def test_a_silent_refusal_is_told_in_words(rest_api, marketplace, status, body, told):
    marketplace.answer(body, status=status)
    with pytest.raises(Refused, match=told) as caught:
        rest_api.set_shipped(["1"])
    assert f"HTTP {status}" in str(caught.value)


@pytest.mark.parametrize(("status", "body", "told"), SILENT)
def test_the_action_api_tells_the_same(api, marketplace, status, body, told):
    marketplace.answer(body, status=status)
    with pytest.raises(Refused, match=told):
        api.set_shipped(["1"])


@pytest.mark.parametrize("status", [400, 404])
def test_only_the_probe_judges_the_address(rest_api, api, marketplace, status):
    for client in (rest_api, api):
        marketplace.answer(HTML, status=status)
        with pytest.raises(AccessRefused) as caught:
            client.probe()
        assert caught.value.reason == "wrong_host"


def test_a_single_403_is_asked_again(rest_api, api, marketplace, load, pauses):
    marketplace.answer("", status=403)
    marketplace.answer([])
    assert rest_api.failure_reasons() == ()
    marketplace.answer("", status=403)
    marketplace.answer(load("feed_count.xml"))
    api.probe()
    assert pauses == [1.0, 1.0]


@pytest.mark.parametrize("status", [404, 405, 410])
def test_an_optional_read_that_is_not_there_is_not_offered(
    rest_api, marketplace, status
):
    marketplace.answer("", status=status)
    with pytest.raises(NotOffered):
        rest_api.failure_reasons()


def test_an_unreadable_answer_to_a_change_leaves_its_outcome_unknown(
    rest_api, api, marketplace
):
    for client in (rest_api, api):
        marketplace.answer(HTML)
        with pytest.raises(Unreadable):
            client.set_shipped(["1"])
