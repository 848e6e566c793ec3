"""Which warehouse delivers what of an order."""

from hypothesis import given
from hypothesis import strategies as st

from iconic_connector.domain.order_warehouses import spread

PRODUCTS = ("dress", "shirt")
pieces = st.dictionaries(st.sampled_from(PRODUCTS), st.integers(-3, 9))


def test_the_preferred_warehouse_serves_all_if_it_can():
    found = spread({"dress": 2}, [("main", {"dress": 2}), ("second", {"dress": 9})])
    assert found == {"dress": {"main": 2}}


def test_another_warehouse_serves_all_before_an_order_is_split():
    stock = [("main", {"dress": 2}), ("second", {"dress": 2, "shirt": 1})]
    found = spread({"dress": 2, "shirt": 1}, stock)
    assert found == {"dress": {"second": 2}, "shirt": {"second": 1}}


def test_each_delivers_its_part_if_none_can_serve_all():
    stock = [("main", {"dress": 1}), ("second", {"dress": 1, "shirt": 1})]
    found = spread({"dress": 2, "shirt": 1}, stock)
    assert found == {"dress": {"main": 1, "second": 1}, "shirt": {"second": 1}}


def test_what_nobody_has_is_waited_for_in_the_preferred_warehouse():
    found = spread({"dress": 3}, [("main", {}), ("second", {"dress": 1})])
    assert found == {"dress": {"main": 2, "second": 1}}


@given(
    wanted=st.dictionaries(st.sampled_from(PRODUCTS), st.integers(1, 9), min_size=1),
    first=pieces,
    second=pieces,
)
def test_every_piece_is_delivered_once(wanted, first, second):
    found = spread(wanted, [("main", first), ("second", second)])
    assert {product: sum(parts.values()) for product, parts in found.items()} == wanted
