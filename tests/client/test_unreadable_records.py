"""A record that cannot be read stands alone, over both APIs (SellerCenter, Orders)."""

import json

import pytest

from iconic_connector.seller_center import UnknownOutcome, Unreadable

DIGITS = "9" * 100_000
#: In place of what JSON cannot write down.
HERE = "@HERE@"


def rest_order(order_id, **values):
    item = {"id": 10 * order_id, "orderId": order_id, "paidPrice": 50, "unitPrice": 50}
    order = {
        "id": order_id,
        "number": f"N{order_id}",
        "currency": "AUD",
        "updatedAt": "2026-02-01T00:00:00Z",
        "items": [item],
    }
    for name, value in values.items():
        place = item if name in ITEM_FIELDS else order
        place.update({name: value})
    return order


ITEM_FIELDS = ("paidPrice",)
ELEMENTS = {
    "id": "OrderId",
    "number": "OrderNumber",
    "grandTotal": "Price",
    "updatedAt": "UpdatedAt",
    "paymentMethod": "PaymentMethod",
}


class Rest:
    """Answers as REST v2 does."""

    def __init__(self, make_rest_api, marketplace):
        self.api, self._marketplace = make_rest_api(), marketplace

    def answer(self, *orders, written=""):
        page = {"items": orders, "pagination": {"totalCount": len(orders)}}
        self._marketplace.answer(json.dumps(page).replace(f'"{HERE}"', written))

    @staticmethod
    def order(order_id, **values):
        return rest_order(order_id, **values)


class Action:
    """Answers as the Action API does, in XML."""

    def __init__(self, make_api, marketplace):
        self.api, self._marketplace = make_api(), marketplace

    def answer(self, *orders, written=""):
        rows = "".join(f"<Order>{order}</Order>" for order in orders)
        self._marketplace.answer(
            "<SuccessResponse><Head/><Body><Orders>"
            f"{rows}</Orders></Body></SuccessResponse>".replace(
                HERE, written.strip('"')
            )
        )

    @staticmethod
    def order(order_id, **values):
        known = {"id": order_id, "number": f"N{order_id}", **values}
        return "".join(
            f"<{ELEMENTS[name]}>{value}</{ELEMENTS[name]}>"
            for name, value in known.items()
        )


@pytest.fixture(params=["rest", "action"])
def shop(request, make_rest_api, make_api, marketplace, made_up_calls):
    if request.param == "rest":
        return Rest(make_rest_api, marketplace)
    return Action(make_api, marketplace)


@pytest.mark.parametrize(
    "written",
    [
        "NaN",
        "Infinity",
        "1e400",
        "1e99999999999999999999",
        "true",
        '"cheap"',
        "-50",
        "1e30",
        '"12,50"',
        '"1,,5"',
        DIGITS,
    ],
    ids=lambda word: word[:12],
)
def test_an_amount_that_is_none_makes_its_order_unreadable_and_no_other(shop, written):
    shop.answer(
        shop.order(1), shop.order(2, grandTotal=HERE), shop.order(3), written=written
    )
    page = shop.api.orders()
    assert [one.order_id for one in page.records] == ["1", "3"]
    (lost,) = page.unreadable
    assert (lost.key, lost.name) == ("2", "N2")
    assert str(lost.problem)
    assert len(str(lost.problem)) < 200
    assert page.next_offset in (None, 3)


@pytest.mark.parametrize(
    "written",
    ['""', "null", '"1,234.50"', "0", "12.5", "1.5e1"],
)
def test_an_amount_in_any_known_spelling_is_read(shop, written):
    shop.answer(shop.order(1, grandTotal=HERE), written=written)
    assert not shop.api.orders().unreadable


@pytest.mark.parametrize("written", ["NaN", "true", '"cheap"', "-50", DIGITS])
def test_an_items_amount_makes_its_order_unreadable(
    make_rest_api, marketplace, made_up_calls, written
):
    shop = Rest(make_rest_api, marketplace)
    shop.answer(shop.order(1, paidPrice=HERE), shop.order(2), written=written[:5000])
    page = shop.api.orders()
    assert [one.order_id for one in page.records] == ["2"]
    assert page.unreadable[0].problem.values["field"] == "paidPrice"


def test_an_order_without_an_id_is_unreadable_and_named_by_its_number(shop):
    shop.answer(shop.order(1, id=""), shop.order(2))
    page = shop.api.orders()
    assert [one.order_id for one in page.records] == ["2"]
    assert (page.unreadable[0].key, page.unreadable[0].name) == ("", "N1")


def test_an_order_without_a_number_is_read(shop):
    shop.answer(shop.order(1, number=""))
    assert shop.api.orders().records[0].number == ""


@pytest.mark.parametrize("number", ["7" * 300, "12a", "123.0", "A-1"])
def test_an_id_that_no_call_can_name_is_none(shop, number):
    shop.answer(shop.order(1, id=number), shop.order(2))
    page = shop.api.orders()
    assert [one.order_id for one in page.records] == ["2"]
    assert [(one.key, one.name) for one in page.unreadable] == [("", "N1")]


@pytest.mark.parametrize("row", [None, "word", 5, [], [1]])
def test_what_is_no_record_is_told(make_rest_api, marketplace, made_up_calls, row):
    shop = Rest(make_rest_api, marketplace)
    shop.answer(shop.order(1), row, shop.order(2))
    page = shop.api.orders()
    assert [one.order_id for one in page.records] == ["1", "2"]
    assert len(page.unreadable) == 1
    assert page.next_offset is None


@pytest.mark.parametrize(
    "written",
    ['"a\\u0000b"', '"a\\ud800b"', '"a\\u0001b"'],
)
def test_characters_that_nothing_can_store_are_left_out(
    make_rest_api, marketplace, made_up_calls, written
):
    shop = Rest(make_rest_api, marketplace)
    shop.answer(shop.order(1, paymentMethod=HERE), written=written)
    (order,) = shop.api.orders().records
    assert order.payment_method == "ab"
    assert order.raw["paymentMethod"] == "ab"


@pytest.mark.parametrize(
    "written", ["a\x00b", "a&#0;b", "a&#x0;b", "a&#xD800;b", "a\x01b"]
)
def test_xml_with_characters_that_it_cannot_hold_is_read_without_them(
    make_api, marketplace, written
):
    shop = Action(make_api, marketplace)
    shop.answer(shop.order(1, paymentMethod=HERE), shop.order(2), written=written)
    first, second = shop.api.orders().records
    assert (first.payment_method, second.order_id) == ("ab", "2")


def test_bytes_that_are_no_characters_cost_no_record(make_api, marketplace):
    marketplace.answer(
        b"<SuccessResponse><Head/><Body><Orders><Order><OrderId>1</OrderId>"
        b"<PaymentMethod>a\xed\xa0\x80b</PaymentMethod></Order></Orders></Body>"
        b"</SuccessResponse>"
    )
    (order,) = make_api().orders().records
    assert order.payment_method.startswith("a")


@pytest.mark.parametrize("levels", [100, 500])
def test_endless_nesting_is_cut(shop, levels):
    if isinstance(shop, Rest):
        written = "[" * levels + "]" * levels
    else:
        written = "<a>" * levels + "</a>" * levels
    shop.answer(shop.order(1, paymentMethod=HERE), shop.order(2), written=written)
    assert [one.order_id for one in shop.api.orders().records] == ["1", "2"]


def test_a_name_of_300_000_characters_is_cut(shop):
    shop.answer(shop.order(1, paymentMethod="é" * 300_000))
    (order,) = shop.api.orders().records
    assert len(order.payment_method) == 500
    assert len(json.dumps(order.raw)) < 200_000


@pytest.mark.parametrize(
    "moment", ["9999-12-31T00:00:00Z", "-0001-11-30T00:00:00.000000+10:04", "soon"]
)
def test_a_time_that_cannot_be_is_unknown(shop, moment):
    shop.answer(shop.order(1, updatedAt=moment))
    assert shop.api.orders().records[0].updated_at is None


def test_an_order_was_not_changed_in_the_future(shop):
    shop.answer(shop.order(1, updatedAt="2026-03-03T00:00:00Z"))
    assert shop.api.orders().records[0].updated_at is None


def test_an_order_that_comes_twice_on_a_page_is_one(shop):
    shop.answer(shop.order(1), shop.order(1, paymentMethod="later"), shop.order(2))
    page = shop.api.orders()
    assert [one.order_id for one in page.records] == ["1", "2"]
    assert page.records[0].payment_method == "later"


def test_an_item_that_comes_twice_in_an_order_is_one(
    make_rest_api, marketplace, made_up_calls
):
    shop = Rest(make_rest_api, marketplace)
    order = shop.order(1)
    order["items"] *= 2
    shop.answer(order)
    assert len(shop.api.orders().records[0].items) == 1


def test_an_item_that_comes_twice_with_other_values_makes_its_order_unreadable(
    make_rest_api, marketplace, made_up_calls
):
    shop = Rest(make_rest_api, marketplace)
    order = shop.order(1)
    order["items"].append({**order["items"][0], "paidPrice": 1})
    shop.answer(order)
    assert "comes twice" in str(shop.api.orders().unreadable[0].problem)


def test_of_two_answers_about_an_order_the_newer_one_counts(shop):
    shop.answer(
        shop.order(1, paymentMethod="new", updatedAt="2026-02-02T00:00:00Z"),
        shop.order(1, paymentMethod="old", updatedAt="2026-02-01T00:00:00Z"),
    )
    assert shop.api.orders().records[0].payment_method == "new"


@pytest.mark.parametrize("written", ["Ada & Co", "a&nbsp;b", "&"])
def test_an_ampersand_that_means_nothing_costs_no_order(make_api, marketplace, written):
    shop = Action(make_api, marketplace)
    shop.answer(shop.order(1, paymentMethod=HERE), shop.order(2), written=written)
    assert [one.order_id for one in shop.api.orders().records] == ["1", "2"]


@pytest.mark.parametrize("number", ["<a/><b/>", "7" * 300])
def test_a_receipt_that_cannot_be_read_leaves_the_outcome_unknown(
    make_api, marketplace, number
):
    marketplace.answer(
        f"<SuccessResponse><Head><RequestId>{number}</RequestId></Head><Body/>"
        "</SuccessResponse>"
    )
    with pytest.raises(UnknownOutcome):
        make_api().send_feed("Image", b"<Request/>")


def test_the_one_order_that_was_asked_for_cannot_be_read(
    make_rest_api, marketplace, made_up_calls
):
    marketplace.answer(rest_order(7, grandTotal=True))
    with pytest.raises(Unreadable, match="N7 cannot be read: grandTotal"):
        make_rest_api().order("7")


def test_a_page_that_no_parser_takes_is_unreadable(
    make_rest_api, marketplace, made_up_calls
):
    for _attempt in range(3):
        marketplace.answer('{"items": [' + "[" * 100_000 + "]" * 100_000 + "]}")
    with pytest.raises(Unreadable):
        make_rest_api().orders()


#: Over each API: the method, and the list with one record of which nothing is told.
NOTHING_TOLD = [
    ("rest", "orders", '{"items": [null]}'),
    ("rest", "feeds", '{"items": [null]}'),
    ("rest", "shipment_providers", '{"items": [null]}'),
    ("rest", "failure_reasons", '{"items": [{}]}'),
    ("action", "orders", "<Orders><Order/></Orders>"),
    ("action", "feeds", "<Feed/>"),
    ("action", "products", "<Products><Product/></Products>"),
    ("action", "quality_states", "<Status><State/></Status>"),
    (
        "action",
        "shipment_providers",
        "<ShipmentProviders><ShipmentProvider/></ShipmentProviders>",
    ),
]


@pytest.mark.parametrize(("api", "method", "told"), NOTHING_TOLD)
def test_a_single_record_of_which_nothing_is_told_is_not_absent(
    api, method, told, make_rest_api, make_api, marketplace, made_up_calls
):
    if api == "action":
        told = f"<SuccessResponse><Head/><Body>{told}</Body></SuccessResponse>"
    marketplace.answer(told)
    client = make_api() if api == "action" else make_rest_api()
    found = getattr(client, method)()
    assert not getattr(found, "records", found)
    assert len(found.unreadable) == 1
