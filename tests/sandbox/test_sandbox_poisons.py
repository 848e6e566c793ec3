"""Poisoned records: the answer is right but for one of them, over both APIs."""

import json
import re
from copy import deepcopy

import pytest
from lxml import etree
from marketplace import images, product, request
from ordering import gift, ids, many, place
from rest_marketplace import ready

PAST = "2020-01-01"
HUNDRED_THOUSAND = "9" * 100_000


@pytest.fixture
def orders(rest, classic):
    """Three orders of two items each, the second one is to be poisoned."""
    return [place(classic, gift(quantity=2, item_price="50.00")) for _ in range(3)]


def loads(text):
    """Read JSON with all its numbers as they are spelt."""
    return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)


def read_rest(rest, path, **params):
    answer = rest.call("GET", path, params=params)
    rest.checked.take()
    assert answer.status_code == 200
    return answer


def read_orders(rest):
    return read_rest(rest, "v2/orders", limit=10, offset=0)


def read_classic(classic, action, **parameters):
    answer = classic.send(classic.query(action, **parameters))
    assert answer.status_code == 200
    return answer


def paths(value, path=""):
    """Give the path and the value of each scalar."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from paths(one, f"{path}.{name}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from paths(one, f"{path}[{number}]")
    else:
        yield path, value


def changes(before, after):
    """Give what a record has that it did not have, as a dict of paths."""
    old = dict(paths(before))
    return {path: one for path, one in paths(after) if old.get(path) != one}


def lost(before, after):
    """Give the paths that a record does not have any more."""
    return {path for path, _ in paths(before)} - {path for path, _ in paths(after)}


NAME = ".items[0].product.name"
AMOUNT = ".items[0].paidPrice"

#: Poison -> what an order over REST shows at some place.
SEEN = {
    "nul": {NAME: "G\0ift box"},
    "lone_surrogate": {NAME: "G\ud800ift box"},
    "long_text": {NAME: "long " * 60_000},
    "list_for_text": {f"{NAME}[0]": "one"},
    "object_for_text": {f"{NAME}.Value": "one"},
    "nan": {AMOUNT: "NaN", ".grandTotal": "NaN"},
    "infinity": {AMOUNT: "Infinity", ".grandTotal": "Infinity"},
    "huge_number": {AMOUNT: "1e400"},
    "many_digits": {AMOUNT: HUNDRED_THOUSAND},
    "boolean_amount": {AMOUNT: True, ".grandTotal": True},
    "text_amount": {AMOUNT: "twelve"},
    "negative_price": {AMOUNT: "-50.0", ".items[0].unitPrice": "-50.0"},
    "beyond_32_bits": {".itemCount": str(2**40), ".id": str(2**40)},
    "far_future": {".updatedAt": "9999-12-31T23:59:59.000000+00:00"},
    "empty_date": {".targetToShip": "-0001-11-30T00:00:00.000000+10:04"},
}
LOST = {
    "no_number": {".number"},
    "no_id": {".id"},
    "no_item_id": {".items[0].id"},
    "no_name": {NAME},
}


def around(text, number):
    """Give all orders of a page but the one that is poisoned."""
    return [one for one in loads(text)["items"] if one["number"] != number]


@pytest.mark.parametrize("name", [*SEEN, *LOST])
def test_one_order_is_poisoned_over_rest(rest, orders, sandbox, name):
    number = orders[1]["number"]
    before = loads(read_orders(rest).text)["items"]
    sandbox.faults.add("poison", poison=name, record=number, action="GetOrders")
    after = loads(read_orders(rest).text)["items"]
    assert [before[0], before[2]] == [after[0], after[2]]
    found = changes(before[1], after[1])
    assert SEEN.get(name, {}).items() <= found.items()
    assert lost(before[1], after[1]) >= LOST.get(name, set())
    assert loads(read_orders(rest).text)["items"] == before


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("null_record", lambda one: [None]),
        ("text_record", lambda one: ["record"]),
        ("twice", lambda one: [one, one]),
        (
            "item_twice",
            lambda one: [{**one, "items": [one["items"][0], *one["items"]]}],
        ),
    ],
)
def test_an_order_comes_in_another_shape(rest, orders, sandbox, name, shape):
    first, second, third = loads(read_orders(rest).text)["items"]
    sandbox.faults.add("poison", poison=name, record=second["id"], action="GetOrders")
    after = loads(read_orders(rest).text)["items"]
    assert after == [first, *shape(deepcopy(second)), third]


@pytest.mark.parametrize("name", ["raw_nul", "raw_surrogate"])
def test_raw_bytes_break_every_format(rest, classic, orders, sandbox, name):
    sandbox.faults.add("poison", poison=name, times=None, action="GetOrders")
    with pytest.raises(ValueError):
        json.loads(read_orders(rest).content.decode())
    answer = read_classic(classic, "GetOrders", CreatedAfter=PAST)
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(answer.content)


@pytest.mark.parametrize(
    ("name", "levels"), [("deep_nesting", 500), ("very_deep_nesting", 100_000)]
)
def test_a_field_is_deeply_nested(rest, classic, orders, sandbox, name, levels):
    sandbox.faults.add("poison", poison=name, times=None, action="GetOrders")
    assert read_orders(rest).text.count('{"level":') == levels
    text = read_classic(classic, "GetOrders", CreatedAfter=PAST).text
    assert text.count("<Level>") == text.count("</Level>") == levels
    text = read_classic(classic, "GetOrders", CreatedAfter=PAST, Format="JSON").text
    assert text.count('{"level":') == levels


def test_no_parser_reads_100_000_levels(rest, orders, sandbox):
    sandbox.faults.add("poison", poison="very_deep_nesting", action="GetOrders")
    with pytest.raises(RecursionError):
        json.loads(read_orders(rest).text)


#: Poison -> what the XML of an order or an item holds.
IN_XML = {
    "nul": "<Name>G&#0;ift box</Name>",
    "lone_surrogate": "<Name>G&#xD800;ift box</Name>",
    "long_text": f"<Name>{'long ' * 60_000}</Name>",
    "list_for_text": "<Name>one</Name><Name>two</Name>",
    "object_for_text": "<Name><Value>one</Value></Name>",
    "nan": "<PaidPrice>NaN</PaidPrice>",
    "infinity": "<ItemPrice>Infinity</ItemPrice>",
    "huge_number": "<ItemPrice>1e400</ItemPrice>",
    "many_digits": f"<ItemPrice>{HUNDRED_THOUSAND}</ItemPrice>",
    "boolean_amount": "<ItemPrice>true</ItemPrice>",
    "text_amount": "<ItemPrice>twelve</ItemPrice>",
    "negative_price": "<ItemPrice>-50.00</ItemPrice>",
    "beyond_32_bits": f"<OrderItemId>{2**40}</OrderItemId>",
    "far_future": "<UpdatedAt>9999-12-31 23:59:59</UpdatedAt>",
    "empty_date": "<PromisedShippingTime>-0001-11-30 00:00:00</PromisedShippingTime>",
    "null_record": "<OrderItem></OrderItem>",
    "text_record": "<OrderItem>record</OrderItem>",
    "no_id": "<OrderItem><ShopId>",
    "no_item_id": "<OrderItem><ShopId>",
}


@pytest.mark.parametrize("name", IN_XML)
def test_one_item_is_poisoned_over_the_action_api(classic, orders, sandbox, name):
    order = orders[1]
    item = ids(order)[1]
    call = {"action": "GetOrderItems", "OrderId": order["id"]}
    before = read_classic(classic, **call).text
    sandbox.faults.add("poison", poison=name, record=item, action="GetOrderItems")
    after = read_classic(classic, **call).text
    assert IN_XML[name] in after and IN_XML[name] not in before
    assert _first_item(after) == _first_item(before)
    assert _first_item(read_classic(classic, **call).text) == _first_item(before)


def _first_item(text):
    return re.search("<OrderItem>.*?</OrderItem>", text, re.DOTALL)[0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nan", '"PaidPrice": "NaN"'),
        ("huge_number", '"PaidPrice": "1e400"'),
        ("nul", r'"Name": "G\u0000ift box"'),
        ("lone_surrogate", r'"Name": "G\ud800ift box"'),
        ("null_record", '"OrderItem": [null, {'),
    ],
)
def test_the_action_api_is_poisoned_in_json_too(classic, orders, sandbox, name, words):
    call = {"OrderId": orders[0]["id"], "Format": "JSON"}
    sandbox.faults.add("poison", poison=name, action="GetOrderItems")
    assert words in read_classic(classic, "GetOrderItems", **call).text


def test_items_of_several_orders_are_poisoned_by_order_or_by_item(
    classic, orders, sandbox
):
    listed = many([one["id"] for one in orders])
    call = {"action": "GetMultipleOrderItems", "OrderIdList": listed}
    add, count = sandbox.faults.add, re.compile("<OrderItemId>").findall
    whole = len(count(read_classic(classic, **call).text))
    options = {"action": "GetMultipleOrderItems", "record": orders[1]["id"]}
    add("poison", poison="item_twice", **options)
    assert len(count(read_classic(classic, **call).text)) == whole + 1
    add("poison", poison="no_item_id", **options)
    assert len(count(read_classic(classic, **call).text)) == whole - 1
    add("poison", poison="no_number", **options)
    assert orders[1]["number"] not in read_classic(classic, **call).text


def test_several_records_are_poisoned_at_once(rest, orders, sandbox):
    for name, order in zip(["no_number", "nan"], orders, strict=False):
        sandbox.faults.add("poison", poison=name, record=order["number"], times=None)
    first, second, third = loads(read_orders(rest).text)["items"]
    assert "number" not in first
    assert (second["grandTotal"], third["grandTotal"]) == ("NaN", "100.0")


def test_a_field_may_be_chosen(rest, classic, orders, sandbox):
    fault = {"kind": "poison", "poison": "nul", "field": "postCode"}
    answer = classic.control("POST", "faults", action="GetOrders", **fault)
    assert answer.status_code == 200
    (order, *_) = loads(read_orders(rest).text)["items"]
    assert "\0" in order["address"]["billing"]["postCode"]


def test_a_poison_waits_for_its_record(rest, orders, sandbox):
    sandbox.faults.add("poison", poison="no_id", record=orders[2]["id"])
    read_rest(rest, "v2/orders", limit=1, offset=0)
    assert len(list(sandbox.faults)) == 1
    assert (
        "id" not in read_rest(rest, "v2/orders", limit=1, offset=2).json()["items"][0]
    )
    assert not list(sandbox.faults)


def test_a_poison_without_a_place_leaves_the_answer_alone(rest, sandbox):
    sandbox.faults.add("poison", poison="nan", action="GetBrands")
    read_rest(rest, "v2/brands", limit=2, offset=0)
    assert len(list(sandbox.faults)) == 1


@pytest.fixture
def stocked(shelf, classic, pictures):
    """A marketplace with something in every list."""
    shelf.feed("v2/import/product-update-xml-import", request(product("S")))
    classic.feed("Image", request(images("S", pictures.url("good.jpg"))))
    body = {"callbackUrl": "http://127.0.0.1:9/", "events": ["onFeedCompleted"]}
    assert shelf.call("POST", "v2/webhook", json=body).ok
    place(classic, gift())
    return shelf


def first_feed(sandbox):
    return next(iter(sandbox.feeds))


def first_order(sandbox):
    return next(iter(sandbox.orders.orders))


def set_id(rest):
    return rest.get("v2/product/seller-sku/S")["productSetId"]


PAGE = {"limit": 5, "offset": 0}
#: Path, query, action, poison, record: every list that a client reads over REST.
REST_LISTS = [
    ("v2/orders", PAGE, "GetOrders", "nul", None),
    ("v2/orders/{order}", {}, "GetOrder", "nul", None),
    ("v2/orders/{order}", {}, "GetOrder", "item_twice", None),
    ("v2/order-items", PAGE, "GetMultipleOrderItems", "nan", None),
    ("v2/product-sets", PAGE, "GetProducts", "no_name", "S"),
    ("v2/products", {}, "GetProducts", "long_text", "M"),
    ("v2/product-set/{set}/products", {}, "GetProducts", "no_id", "M"),
    ("v2/product/seller-sku/S", {}, "GetProducts", "far_future", None),
    ("v2/prices", {}, "GetPrices", "negative_price", "S"),
    ("v2/product-set/{set}/prices", {}, "GetPrices", "huge_number", "M"),
    ("v2/stock/product-set/{set}", {}, "GetStock", "beyond_32_bits", "M"),
    ("v2/feeds", PAGE, "FeedOffsetList", "empty_date", None),
    ("v2/feed/{feed}/status", {}, "FeedStatus", "null_record", None),
    ("v2/category/tree", {}, "GetCategoryTree", "no_name", "111"),
    ("v2/category/111/attributes", {}, "GetCategoryAttributes", "list_for_text", None),
    ("v2/attribute-sets", {}, "GetCategoryAttributes", "twice", None),
    ("v2/brands", PAGE, "GetBrands", "object_for_text", "Saltbush"),
    ("v2/orders-shipment-providers", {}, "GetShipmentProviders", "nul", "Wattle Post"),
    ("v2/orders-failure-reasons", {}, "GetFailureReasons", "no_id", None),
    ("v2/webhooks", {}, "GetWebhooks", "nul", None),
    ("v2/webhook-entities", {}, "GetWebhookEntities", "text_record", None),
    ("v2/seller", {}, "GetSeller", "no_name", None),
]


@pytest.mark.parametrize(("path", "params", "action", "name", "record"), REST_LISTS)
def test_every_list_of_rest_may_be_poisoned(
    stocked, sandbox, path, params, action, name, record
):
    path = path.format(
        order=first_order(sandbox), feed=first_feed(sandbox), set=set_id(stocked)
    )
    before = read_rest(stocked, path, **params).text
    sandbox.faults.add("poison", poison=name, record=record, action=action)
    assert read_rest(stocked, path, **params).text != before
    assert not list(sandbox.faults)
    assert sandbox.requests[-1].outcome == "poison"
    assert read_rest(stocked, path, **params).text == before


#: Action, parameters, poison, record: every list of the Action API.
CLASSIC_LISTS = [
    ("GetOrders", {"CreatedAfter": PAST}, "no_number", None),
    ("GetOrder", {"OrderId": "{order}"}, "nul", None),
    ("GetOrderItems", {"OrderId": "{order}"}, "item_twice", None),
    ("GetProducts", {}, "negative_price", "M"),
    ("GetQcStatus", {}, "no_id", "S"),
    ("FeedStatus", {"FeedID": "{feed}"}, "far_future", None),
    ("FeedOffsetList", {}, "beyond_32_bits", None),
    ("FeedList", {}, "twice", None),
    ("GetCategoryTree", {}, "no_id", "111"),
    ("GetCategoryAttributes", {"PrimaryCategory": "111"}, "list_for_text", None),
    ("GetBrands", {}, "text_record", "Saltbush"),
    ("GetShipmentProviders", {}, "nul", "Wattle Post"),
    ("GetFailureReasons", {}, "no_name", None),
    ("GetWebhooks", {}, "long_id", None),
    ("GetWebhookEntities", {}, "null_record", None),
]


@pytest.mark.parametrize(("action", "parameters", "name", "record"), CLASSIC_LISTS)
@pytest.mark.parametrize("format", ["XML", "JSON"])
def test_every_list_of_the_action_api_may_be_poisoned(
    stocked, classic, sandbox, action, parameters, name, record, format
):
    values = {"order": first_order(sandbox), "feed": first_feed(sandbox)}
    parameters = {key: one.format(**values) for key, one in parameters.items()}

    def read():
        text = read_classic(classic, action, Format=format, **parameters).text
        return re.sub(r"Timestamp\W+[\dT:+-]+", "", text)

    before = read()
    sandbox.faults.add("poison", poison=name, record=record, action=action)
    assert read() != before
    assert not list(sandbox.faults)
    assert read() == before


def test_documents_may_be_poisoned(stocked, classic, sandbox):
    item = next(iter(sandbox.orders.items))
    assert ready(stocked, [item]).ok
    body = {"orderItemIds": [item], "documentType": "invoice"}
    sandbox.faults.add("poison", poison="null_record", action="GetDocument", times=2)
    answer = stocked.call("POST", "v2/orders/export-document", json=body)
    stocked.checked.take()
    assert answer.json() is None
    call = {"OrderItemIds": many([item]), "DocumentType": "invoice"}
    text = read_classic(classic, "GetDocument", **call).text
    assert "<Documents><Document></Document></Documents>" in text


#: Poison -> what an answer with a token holds.
TOKENS = {
    "endless": '"expires_in": 1e14',
    "euro_sign": "€",
    "nan": '"expires_in": NaN',
    "nul": r"\u0000",
    "lone_surrogate": r"\ud800",
    "boolean_amount": '"expires_in": true',
    "long_text": "long long ",
    "list_for_text": '"access_token": [',
    "beyond_32_bits": str(2**40),
    "null_record": "null",
}


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_may_be_poisoned(rest, sandbox, name):
    sandbox.faults.add("poison", poison=name, action="Token")
    answer = rest.ask_token()
    rest.checked.take()
    assert answer.status_code == 200
    assert TOKENS[name] in answer.content.decode()


def test_a_token_may_be_missing(rest, sandbox):
    sandbox.faults.add("poison", poison="no_token", action="Token")
    assert set(rest.ask_token().json()) == {"expires_in", "token_type"}
    rest.checked.take()


@pytest.mark.parametrize(
    "data", [{"poison": "arsenic"}, {"poison": None}, {"venom": "nul"}]
)
def test_an_unknown_poison_is_refused(classic, sandbox, data):
    answer = classic.control("POST", "faults", kind="poison", **data)
    assert answer.status_code == 400 and answer.json()["error"]
    assert not list(sandbox.faults)


def test_the_control_api_lists_what_there_is(classic):
    kinds = classic.control("GET", "kinds").json()
    assert kinds["kinds"]["refusal"]["code"] == 422
    assert "no_body" in kinds["shapes"]
    assert {*SEEN, *LOST, *IN_XML, *TOKENS} <= set(kinds["poisons"])


def order_pages(rest, offset):
    page = rest.get("v2/orders", limit=1, offset=offset)
    return [one["number"] for one in page["items"]], page["pagination"]


def test_a_list_may_ignore_its_offset_over_rest(rest, orders, sandbox):
    sandbox.faults.add("same_page", action="GetOrders", times=2)
    for offset in (0, 1, 2):
        found, pagination = order_pages(rest, offset)
        assert found == [orders[0]["number"]]
        assert pagination == {"limit": 1, "offset": offset, "hasNext": True}
    assert order_pages(rest, 2)[0] == [orders[2]["number"]]


def test_a_list_may_ignore_its_offset_over_the_action_api(classic, orders, sandbox):
    sandbox.faults.add("same_page", action="GetOrders", times=2)
    call = {"CreatedAfter": PAST, "Limit": 1}
    found = [
        classic.call("GetOrders", Offset=offset, **call)[
            "Body/Orders/Order/OrderNumber"
        ]
        for offset in (0, 1, 2, 2)
    ]
    assert found == [orders[n]["number"] for n in (0, 0, 0, 2)]
