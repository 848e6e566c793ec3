"""Lists in each of the forms that the REST API has for them, and their ends."""

import pytest
from fake_marketplace import parameters

from iconic_connector.seller_center import NoProgress, UnknownOutcome

ROWS = [{"id": number, "unitPrice": 10} for number in (1, 2)]


@pytest.fixture
def page(rest_api, marketplace):
    """Answer and return what the client makes of it."""

    def page(answer, offset=0, limit=2):
        marketplace.answer(answer)
        return rest_api._get_page("/v2/brands", {"sort": "name"}, offset, limit)

    return page


def test_a_page_is_asked_for_with_limit_and_offset(page, marketplace):
    page(ROWS, offset=40, limit=20)
    assert sorted(parameters(marketplace.requests[0])) == [
        ("limit", "20"),
        ("offset", "40"),
        ("sort", "name"),
    ]


def test_the_first_page_names_its_offset_too(page, marketplace):
    page(ROWS)
    assert ("offset", "0") in parameters(marketplace.requests[0])


def test_a_total_is_handed_on(page):
    pagination = {"limit": 2, "offset": 0, "totalCount": 7}
    rows, total, _more = page({"items": ROWS, "pagination": pagination})
    assert list(rows) == ROWS
    assert total == 7


@pytest.mark.parametrize("more", [True, False])
def test_the_word_that_there_is_more_is_handed_on(page, more):
    pagination = {"limit": 3, "offset": 0, "hasNext": more}
    rows, total, said = page({"items": ROWS, "pagination": pagination}, limit=3)
    assert list(rows) == ROWS
    assert total is None
    assert said is more


@pytest.mark.parametrize(
    "lie", [{"totalCount": 0}, {"totalCount": 2}, {"hasNext": False}]
)
def test_a_full_page_is_no_end_whatever_the_marketplace_counts(page, lie):
    _rows, _total, more = page({"items": ROWS, "pagination": lie})
    assert more is None


def test_a_bare_list_says_neither(page):
    rows, total, more = page(ROWS)
    assert list(rows) == ROWS
    assert (total, more) == (None, None)


@pytest.mark.parametrize(
    "answer", [{"items": ROWS}, {"items": ROWS, "pagination": None}]
)
def test_rows_without_pagination_are_still_rows(page, answer):
    rows, total, more = page(answer)
    assert list(rows) == ROWS
    assert (total, more) == (None, None)


@pytest.mark.parametrize(
    "answer", [[], {"items": []}, {"items": [], "pagination": {"totalCount": 0}}]
)
def test_an_empty_page_has_no_rows(page, answer):
    assert list(page(answer)[0]) == []


@pytest.mark.parametrize("answer", ["5", '"x"', "null", '{"rows": []}', '{"items": 5}'])
def test_what_is_no_list_is_no_answer(page, marketplace, answer):
    marketplace.answer(answer)
    marketplace.answer(answer)
    with pytest.raises(UnknownOutcome):
        page(answer)


@pytest.fixture
def stuck(marketplace):
    """Let a list answer the same page, whatever page it is asked for."""

    def stuck(path, rows, **pagination):
        answer = {"items": rows, "pagination": pagination or None}
        marketplace.stand(path, answer)

    return stuck


@pytest.mark.parametrize("pagination", [{}, {"hasNext": True}, {"totalCount": 9}])
@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("/v2/order-items", lambda api: api.order_items(["4001"])),
        ("/v2/product/seller-skus", lambda api: api.products(seller_skus=["A"])),
    ],
)
def test_a_page_that_does_not_advance_is_an_error(
    rest_api, marketplace, stuck, path, read, pagination
):
    stuck(path, ROWS, **pagination)
    with pytest.raises(NoProgress, match="repeats a page") as caught:
        read(rest_api)
    assert isinstance(caught.value, UnknownOutcome)
    assert len(marketplace.requests) == 2


def test_a_list_of_one_page_is_no_repetition(rest_api, marketplace, stuck):
    stuck("/v2/order-items", [{"id": 90001, "unitPrice": 10}], totalCount=1)
    (item,) = rest_api.order_items(["4001"])
    assert item.order_item_id == "90001"
    assert len(marketplace.requests) == 1


def test_an_empty_page_ends_a_list_whatever_its_length_is_said_to_be(
    rest_api, marketplace
):
    marketplace.answer({"items": ROWS, "pagination": {"totalCount": 9}})
    marketplace.answer({"items": [], "pagination": {"totalCount": 9}})
    assert len(rest_api.order_items(["4001"])) == 2


def test_pages_that_overlap_advance(rest_api, marketplace):
    marketplace.answer({"items": ROWS})
    marketplace.answer({"items": [ROWS[1], {**ROWS[0], "id": 3}]})
    marketplace.answer({"items": []})
    found = rest_api.order_items(["4001"])
    assert [item.order_item_id for item in found] == ["1", "2", "3"]


def test_brands_that_come_all_at_once_end_where_nothing_new_comes(
    rest_api, marketplace, stuck
):
    names = ("North", "South")
    stuck("/v2/brands", [{"id": name, "name": name} for name in names])
    assert tuple(brand.name for brand in rest_api.brands()) == names
    assert len(marketplace.requests) == 2


def test_the_action_api_reads_its_one_list_by_the_same_rule(api, marketplace):
    brand = "<Brand><Name>North</Name></Brand>"
    marketplace.stand(
        "/",
        f"<SuccessResponse><Head/><Body><Brands>{brand}</Brands></Body>"
        "</SuccessResponse>",
    )
    with pytest.raises(NoProgress):
        api._read_all(api._brand_page, key=lambda brand: brand.name)
    assert len(marketplace.requests) == 2


def test_orders_that_ignore_the_offset_are_an_error(rest_api, marketplace, load):
    for _page in range(2):
        marketplace.answer(load("rest_orders.json"))
    following = rest_api.orders().next_offset
    with pytest.raises(NoProgress, match="repeats a page"):
        rest_api.orders(offset=following)


def test_a_list_may_be_read_again_from_its_beginning(rest_api, marketplace, load):
    for _page in range(2):
        marketplace.answer(load("rest_orders.json"))
    assert rest_api.orders().records == rest_api.orders().records


def test_orders_of_the_action_api_that_ignore_the_offset_are_an_error(
    api, marketplace, load
):
    for _page in range(2):
        marketplace.answer(load("orders.xml"))
    following = api.orders().next_offset
    with pytest.raises(NoProgress, match="repeats a page"):
        api.orders(offset=following)


def test_products_of_the_action_api_that_ignore_the_offset_are_an_error(
    api, marketplace, load
):
    for _page in range(2):
        marketplace.answer(load("products.json"))
    following = api.products().next_offset
    with pytest.raises(NoProgress, match="repeats a page"):
        api.products(offset=following)


def test_the_last_order_may_come_again_when_a_new_one_moves_it(rest_api, marketplace):
    for ids in ((3, 2), (1,), (1,)):
        rows = [{"id": one} for one in ids]
        marketplace.answer({"items": rows, "pagination": {"hasNext": True}})
    for offset in (0, 2):
        rest_api.orders(offset=offset)
    assert [one.order_id for one in rest_api.orders(offset=3).records] == ["1"]
