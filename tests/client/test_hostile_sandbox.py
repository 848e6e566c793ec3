"""Each way to spoil one record of an answer, over both APIs and in both formats."""

from contextlib import suppress
from datetime import datetime, timezone
from decimal import Decimal

import pytest
import requests

from iconic_connector.seller_center import (
    ActionApi,
    NoProgress,
    Refused,
    RestApi,
    Unreachable,
    Unreadable,
)
from iconic_connector.seller_center.documents import create_document
from iconic_connector.seller_center.records import Product, Records, UnreadableRecord
from seller_center_sandbox import Sandbox, SandboxServer
from seller_center_sandbox.core import const
from seller_center_sandbox.core.poisons import POISONS
from seller_center_sandbox.orders.placing import place_order

ACTION = {"user_id": const.DEFAULT_USER_ID, "api_key": const.DEFAULT_API_KEY}
SHOPS = {
    "rest": (
        RestApi,
        {
            "application_id": const.DEFAULT_APPLICATION_ID,
            "application_secret": const.DEFAULT_APPLICATION_SECRET,
            "country": "AU",
        },
    ),
    "xml": (ActionApi, {**ACTION, "version": "1.0"}),
    "json": (ActionApi, {**ACTION, "version": "1.0", "response_format": "JSON"}),
}
COUNT = 5
#: What the sandbox calls the lists beside those of orders and products.
LISTS = (
    "GetBrands",
    "GetCategoryTree",
    "GetCategoryAttributes",
    "GetShipmentProviders",
    "GetFailureReasons",
    "GetWebhooks",
    "GetWebhookEntities",
    "FeedOffsetList",
    "FeedList",
    "GetQcStatus",
)
#: Of these nothing is lost: they are cleaned away, or nothing depends on them.
HARMLESS = {
    "nul",
    "raw_nul",
    "lone_surrogate",
    "raw_surrogate",
    "long_text",
    "list_for_text",
    "object_for_text",
    "no_name",
    "no_number",
    "far_future",
    "empty_date",
    "deep_nesting",
    "twice",
    "item_twice",
}
#: These are the token's.
OF_TOKENS = {"no_token", "euro_sign", "endless"}
#: No parser takes this.
BREAKING = {"very_deep_nesting"}
UNREADABLE = set(POISONS) - HARMLESS - OF_TOKENS - BREAKING


@pytest.fixture(scope="module")
def server():
    sandbox = Sandbox(processing_delay=0)
    with SandboxServer(sandbox) as running:
        stock(sandbox, running)
        yield running


def stock(sandbox, running):
    """Have some products and orders at the marketplace."""
    with requests.Session() as session:
        client = connect("rest", session, running)
        receipt = client.send_feed(
            "ProductCreate", create_document(map(dress, range(COUNT)))
        )
        assert client.feed_status(receipt.feed_id).status == "Finished"
    for number in range(COUNT):
        line = {"sku": f"D-{number}", "name": "Dress", "item_price": "33.00"}
        place_order(sandbox, items=[line, line], oversell=True, number=f"N{number}")


def dress(number):
    return Product(
        seller_sku=f"D-{number}",
        parent_sku=f"D-{number}",
        status="active",
        name="Linen dress",
        variation="S",
        primary_category="111",
        description="<p>For long summers</p>",
        brand="Saltbush",
        price=Decimal("199.95"),
        attributes=(
            ("Gender", "Female"),
            ("Color", "Black"),
            ("Composition", "100% Linen"),
            ("Season", "AW26"),
            ("AgeGroup", "Adult"),
        ),
        quantity=5,
    )


def connect(kind, session, running, **settings):
    api, credentials = SHOPS[kind]
    return api(
        session,
        base_url=running.url,
        clock=lambda: datetime.now(timezone.utc),
        sleep=lambda seconds: None,
        timeout=(5, 20),
        **{**credentials, **settings},
    )


@pytest.fixture(params=list(SHOPS))
def client(request, server):
    with requests.Session() as session:
        yield connect(request.param, session, server)
    server.sandbox.faults.clear()


def poison(server, name, *actions, record=None, times=None):
    for action in actions:
        server.sandbox.faults.add(
            "poison", action=action, poison=name, record=record, times=times
        )


def items_of(client, order_ids):
    """Read the items of orders, one by one if they are refused together."""
    try:
        return client.order_items(order_ids)
    except (Refused, Unreadable):
        items, lost = [], []
        for order_id in order_ids:
            try:
                found = client.order_items([order_id])
            except (Refused, Unreadable) as error:
                lost.append(UnreadableRecord(order_id, "", error))
            else:
                items += found
                lost += found.unreadable
        return Records(items, lost)


def orders_and_items(client):
    """Read all orders with their items.

    :return: the numbers of those that can be read, and how many cannot
    """
    page = client.orders()
    found = {one.order_id: one for one in page.records}
    lost = {one.key or one.name for one in page.unreadable}
    if not any(one.items for one in page.records):
        items = items_of(client, list(found))
        lost |= {one.key for one in items.unreadable} & set(found)
        found = {key: one for key, one in found.items() if key not in lost}
        assert {item.order_id for item in items} >= set(found)
    return sorted(one.number for one in found.values()), len(lost)


ORDERS = [f"N{number}" for number in range(COUNT)]


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_what_can_be_cleaned_away_costs_no_order(server, client, name):
    poison(server, name, "GetOrders", "GetMultipleOrderItems", record="N2")
    numbers, lost = orders_and_items(client)
    assert lost == 0
    assert len(numbers) == COUNT
    assert set(ORDERS) - set(numbers) <= {"N2"}


@pytest.mark.parametrize("name", sorted(UNREADABLE))
def test_an_order_that_cannot_be_read_costs_no_other(server, client, name):
    poison(server, name, "GetOrders", record="N2")
    poison(server, name, "GetMultipleOrderItems", times=1)
    numbers, lost = orders_and_items(client)
    assert lost <= 2
    assert len(numbers) >= COUNT - lost
    assert set(numbers) >= {"N0", "N1"} or set(numbers) >= {"N3", "N4"}


@pytest.mark.parametrize("name", sorted(UNREADABLE - {"beyond_32_bits"}))
def test_an_order_that_cannot_be_read_is_told(server, client, name):
    poison(server, name, "GetOrders", "GetMultipleOrderItems")
    _numbers, lost = orders_and_items(client)
    assert lost >= 1


def test_an_answer_that_is_too_deep_is_read_or_unreadable(server, client):
    poison(server, "very_deep_nesting", "GetOrders")
    try:
        assert len(client.orders().records) == COUNT
    except Unreadable as error:
        assert "JSON" in str(error)


@pytest.mark.parametrize("name", sorted(set(POISONS) - OF_TOKENS - BREAKING))
def test_a_product_that_cannot_be_read_costs_no_other(server, client, name):
    for action in ("GetProducts", "GetPrices"):
        poison(server, name, action)
        page = client.products()
        server.sandbox.faults.clear()
        skus = {one.seller_sku for one in page.records}
        # Over REST, sets and variations are two answers.
        assert len(skus) >= COUNT - 2
        assert len(skus) + len(page.unreadable) >= COUNT


@pytest.mark.parametrize("name", sorted(set(POISONS) - OF_TOKENS - BREAKING))
def test_no_other_list_breaks_by_one_record(server, client, name):
    reads = (
        client.brands,
        client.category_tree,
        lambda: client.category_attributes("111"),
        client.shipment_providers,
        client.failure_reasons,
        client.webhooks,
        client.feeds,
        client.quality_states,
    )
    wholes = [len(found_by(read)) for read in reads]
    poison(server, name, *LISTS)
    for read, whole in zip(reads, wholes, strict=True):
        before = len(server.sandbox.requests)
        found = found_by(read)
        # Each answer has one that is spoilt.
        assert len(found) >= whole - (len(server.sandbox.requests) - before)
    client.webhook_events()


def found_by(read):
    found = read()
    return getattr(found, "records", found)


@pytest.mark.parametrize("name", sorted(OF_TOKENS | {"nan", "many_digits"}))
def test_a_token_that_is_none_is_asked_for_later(server, name):
    poison(server, name, "Token")
    with requests.Session() as session:
        client = connect("rest", session, server)
        with suppress(Unreachable):
            client.probe()
    server.sandbox.faults.clear()


def test_a_list_that_ignores_the_offset_has_an_end(server, client):
    server.sandbox.faults.add("same_page", action="*", times=None)
    page = client.orders(limit=2)
    with pytest.raises(NoProgress):
        while page.next_offset is not None:
            page = client.orders(limit=2, offset=page.next_offset)
