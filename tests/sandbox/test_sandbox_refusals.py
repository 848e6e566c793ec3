"""Refusals on demand: any status, in any shape, over both APIs."""

import json

import pytest
from marketplace import product, request
from ordering import gift, ids, many, place
from rest_marketplace import CREATE, STATES

SENTENCE = "Order item contains not allowed shipment type"
JSON, PROBLEM = "application/json", "application/problem+json"
#: Shape -> media type and body; what it holds of them is enough.
SHAPES = {
    "no_body": (None, None),
    "html": ("text/html", None),
    "empty_list": (JSON, []),
    "error_word": (JSON, {"error": "x"}),
    "problem": (PROBLEM, {"status": 409, "detail": SENTENCE}),
    "item_errors": (JSON, {"errors": [{"orderItemId": 1, "detail": SENTENCE}]}),
    "violations": (JSON, {"title": "Validation Failed"}),
    "message": (JSON, {"message": SENTENCE}),
}


@pytest.fixture(params=["classic", "rest"])
def ask(request, rest, classic):
    """Ask for the number of feeds over either API."""

    def ask_rest():
        answer = rest.call("GET", "v2/feeds/count")
        rest.checked.take()
        return answer

    def ask_classic():
        return classic.send(classic.query("FeedCount"))

    assert rest.token
    return ask_rest if request.param == "rest" else ask_classic


@pytest.mark.parametrize("shape", SHAPES)
def test_a_call_is_refused_in_any_shape(ask, sandbox, shape):
    sandbox.faults.add("refusal", code=409, shape=shape, action="FeedCount")
    answer, (kind, data) = ask(), SHAPES[shape]
    assert answer.status_code == 409
    assert answer.headers.get("Content-Type", "").partition(";")[0] == (kind or "")
    if kind in (JSON, PROBLEM):
        found = answer.json()
        assert found == data or dict(data).items() <= found.items()
    else:
        assert answer.text.startswith("<!DOCTYPE html>" if kind else "")
        assert bool(answer.text) is bool(kind)
    assert ask().status_code == 200


def test_a_refusal_may_come_as_a_success(ask, sandbox):
    sandbox.faults.add("refusal", code=200, shape="empty_list", action="FeedCount")
    answer = ask()
    assert (answer.status_code, answer.text) == (200, "[]")


def test_violations_name_what_is_wrong(ask, sandbox):
    sandbox.faults.add("refusal", shape="violations", message="Too many")
    (one,) = ask().json()["violations"]
    assert (one["propertyPath"], one["title"]) == ("orderItemIds", "Too many")


@pytest.mark.parametrize("status", [400, 404, 418, 503])
@pytest.mark.parametrize("shape", ["no_body", "html"])
def test_a_refused_feed_is_not_accepted(rest, classic, sandbox, status, shape):
    sandbox.faults.add(
        "refusal", code=status, shape=shape, action="ProductCreate", times=2
    )
    document = request(product("A"))
    assert rest.send_xml(CREATE, document).status_code == status
    answer = classic.send(classic.query("ProductCreate"), document.encode())
    assert answer.status_code == status
    rest.checked.take()
    assert not sandbox.feeds


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{STATES}return-received", lambda one, two: {"orderItemIds": [one, two]}),
        (
            f"{STATES}ready-to-ship",
            lambda one, two: {"orderItems": [{"id": one}, {"id": two}]},
        ),
        (
            f"{STATES}packed-by-marketplace",
            lambda one, two: {"orderItems": [{"orderItemId": x} for x in (one, two)]},
        ),
    ],
)
def test_the_items_that_a_rest_call_names_are_refused(
    rest, classic, sandbox, path, body
):
    items = ids(place(classic, gift(quantity=2)))
    sandbox.faults.add("refusal", shape="item_errors", message="No")
    answer = rest.call("POST", path, json=body(*items), token="x")
    rest.checked.take()
    assert answer.status_code == 422
    assert answer.json() == {
        "errors": [{"orderItemId": one, "detail": "No"} for one in items]
    }


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("SetStatusToReadyToShip", lambda one: {"OrderItemIds": many([one])}),
        ("SetStatusToShipped", lambda one: {"OrderItemId": one}),
    ],
)
def test_the_items_that_an_action_names_are_refused(
    classic, sandbox, action, parameters
):
    (item_id,) = ids(place(classic, gift()))
    sandbox.faults.add("refusal", shape="item_errors", action=action)
    answer = classic.send(classic.query(action, **parameters(item_id)), b"")
    assert [one["orderItemId"] for one in json.loads(answer.text)["errors"]] == [
        item_id
    ]
    assert sandbox.orders.items[item_id].status == "pending"


@pytest.mark.parametrize(
    "text", ["9" * 400, "Fri, 31 Dec 5195 23:59:59 GMT", "soon", "7"]
)
def test_retry_after_may_be_any_text(ask, sandbox, text):
    sandbox.faults.add("status", code=429, retry_after=text, action="FeedCount")
    answer = ask()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, text)


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "refusal", "shape": "shrug"},
        {"kind": "refusal", "code": 42},
        {"kind": "status", "code": 1000},
        {"kind": "status", "retry_after": "7\r\nX: 1"},
    ],
)
def test_a_refusal_that_makes_no_sense_is_none(classic, sandbox, data):
    answer = classic.control("POST", "faults", **data)
    assert answer.status_code == 400 and answer.json()["error"]
    assert not list(sandbox.faults)


def test_a_refusal_is_switched_on_by_a_control_request(classic):
    answer = classic.control(
        "POST", "faults", kind="refusal", shape="no_body", code=404, action="FeedCount"
    )
    assert answer.json()["fault"]["shape"] == "no_body"
    assert classic.send(classic.query("FeedCount")).status_code == 404
