"""REST v2: every address of the sandbox is documented, and every read answers so."""

import re

import pytest
from marketplace import only, request
from ordering import gift, ids, moved, place
from rest_facts import Facts
from rest_marketplace import IMAGES, UPDATE, by_sku, ready, segment, table

from seller_center_sandbox.rest.calls import ROUTES

FACTS = Facts()
#: Nobody listens there: the marketplace notes that its call has failed.
HOOK = "http://127.0.0.1:9/hook"


def documented(route):
    """Give the documented endpoint of an address, None without one."""
    path = re.sub(r"<(?:\w+:)?\w+>", "7", route.path)
    return FACTS.find(path).get(route.method, (None,))[0]


READS = {
    one.template: one
    for one in map(documented, ROUTES)
    if one and one.method == "GET" and one.template.startswith("/v2/")
}


@pytest.mark.parametrize("route", ROUTES, ids=lambda one: f"{one.method} {one.path}")
def test_every_address_and_its_parameters_are_documented(route):
    endpoint = documented(route)
    assert endpoint
    assert set(route.query) <= set(endpoint.query)


@pytest.fixture
def busy(shelf, classic, pictures):
    """A marketplace with something to read at every address."""
    rows = [[sku, pictures.url("good.jpg")] for sku in ("S", "M")]
    shelf.result(IMAGES, table(["SellerSku", "MainImage"], *rows))
    classic.control("POST", "qc", sku="S", status="rejected", reason="Blurred picture")
    body = {"callbackUrl": HOOK, "events": ["onOrderCreated"]}
    assert shelf.call("POST", "v2/webhook", json=body).ok
    item_ids = ids(place(classic, gift(quantity=2)))
    assert ready(shelf, item_ids).ok
    for status in ("shipped", "delivered"):
        moved(classic, item_ids, status)
    classic.control("POST", "orders/return", items=item_ids)
    return shelf


@pytest.fixture
def arguments(busy):
    """Give values for the arguments of paths and for the usual parameters."""
    product = by_sku(busy, "S")["S"]
    (order,) = busy.get("v2/orders", limit=1, offset=0)["items"]
    item_ids = order["orderItemIds"]
    body = {"orderItemIds": item_ids, "documentType": "shippingLabel"}
    export = busy.call("POST", "v2/orders/export-document", json=body).json()
    attributes = busy.get("v2/category/111/attributes")
    callbacks = busy.get(f"v2/webhook/callbacks/{segment(HOOK)}", limit=1, offset=0)
    uuid = busy.feed(UPDATE, request(only("S", Quantity="-1")))
    return {
        "limit": 5,
        "offset": 0,
        "uuid": uuid,
        "feedUuidList[]": uuid,
        "productSetIds[]": product["productSetId"],
        "productSetId": product["productSetId"],
        "productId": product["id"],
        "sellerSkus[]": "S",
        "productSkus[]": "S",
        "sellerSku": "S",
        "parentSku": "S",
        "shopSku": product["shopSku"],
        "categoryId": 111,
        "brandId": 1,
        "attributeSetId": 1,
        "attributeId": attributes[0]["id"],
        "orderId": order["id"],
        "orderItemId": item_ids[0],
        "orderItemIds[]": item_ids,
        "exportItemId": export["id"],
        "callbackId": callbacks["items"][0]["id"],
        "callbackUrl": segment(HOOK),
    }


def test_every_read_answers_as_it_is_documented(busy, arguments, subtests):
    for template, endpoint in sorted(READS.items()):
        with subtests.test(template):
            path = template.format(**arguments)
            given = {k: arguments[k] for k in endpoint.query if k in arguments}
            answer = busy.call("GET", path[1:], params=given)
            assert answer.status_code == 200, answer.text
            assert answer.json()
            assert not busy.checked.take()
