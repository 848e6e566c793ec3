"""Lists in each of the forms that the REST API has for them."""

import pytest
from fake_marketplace import parameters

from iconic_connector.seller_center import UnknownOutcome

ROWS = [{"id": 1}, {"id": 2}]


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
    pagination = {"limit": 2, "offset": 0, "hasNext": more}
    rows, total, said = page({"items": ROWS, "pagination": pagination})
    assert list(rows) == ROWS
    assert total is None
    assert said is more


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
