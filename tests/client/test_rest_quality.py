"""Quality control over REST: of sets there, of SKUs here."""

import pytest
from fake_marketplace import path
from rest_catalogue import Catalogue
from test_rest_products import drain

from iconic_connector.seller_center.records import QualityState


def paths(marketplace):
    return [path(request) for request in marketplace.requests]


def test_each_sku_has_the_state_of_its_set(rest_api, marketplace):
    catalogue = Catalogue(marketplace, dress=2, shirt=1, shoe=1)
    catalogue.quality.update({100: "pending", 101: "approved"})
    states, _pages = drain(
        rest_api.quality_states, seller_skus=["dress-1", "dress-2", "shirt-1"]
    )
    assert sorted(states, key=lambda state: state.seller_sku) == [
        QualityState("dress-1", "pending"),
        QualityState("dress-2", "pending"),
        QualityState("shirt-1", "approved"),
    ]


def test_a_rejected_one_says_why(rest_api, marketplace):
    catalogue = Catalogue(marketplace, dress=1, shirt=1)
    catalogue.quality[100] = "rejected"
    catalogue.reasons[100] = ["Blurry picture", "Wrong colour"]
    catalogue.comments[100] = "Please take new ones"
    states, _pages = drain(rest_api.quality_states, seller_skus=["dress-1", "shirt-1"])
    reasons = {state.seller_sku: state.reason for state in states}
    assert reasons["dress-1"].startswith("Blurry picture; Wrong colour")
    assert reasons["dress-1"].endswith("Please take new ones")
    assert reasons["shirt-1"] == ""


@pytest.mark.parametrize(
    ("reasons", "comment", "told"),
    [
        (["Blurry"], "", "Blurry"),
        (["Blurry"], None, "Blurry"),
        ([], "See mail", "See mail"),
        ([], None, ""),
    ],
)
def test_a_rejection_says_what_it_has(rest_api, marketplace, reasons, comment, told):
    catalogue = Catalogue(marketplace, dress=1)
    catalogue.quality[100] = "rejected"
    catalogue.reasons[100] = reasons
    catalogue.comments[100] = comment
    (state,) = drain(rest_api.quality_states, seller_skus=["dress-1"])[0]
    assert state == QualityState("dress-1", "rejected", told)


def test_nobody_asks_why_nothing_was_rejected(rest_api, marketplace):
    Catalogue(marketplace, dress=1)
    rest_api.quality_states(seller_skus=["dress-1"])
    assert "/v2/product-quality-control/rejected" not in paths(marketplace)


def test_without_skus_every_product_is_gone_through(rest_api, marketplace):
    catalogue = Catalogue(marketplace, page_cap=20, **{f"set{n}": 2 for n in range(60)})
    catalogue.quality[130] = "rejected"
    catalogue.reasons[130] = ["Blurry"]
    states, pages = drain(rest_api.quality_states)
    assert sorted(state.seller_sku for state in states) == sorted(
        f"set{n}-{m}" for n in range(60) for m in (1, 2)
    )
    assert pages > 1
    rejected = {s.seller_sku: s.reason for s in states if s.status == "rejected"}
    assert rejected == {"set30-1": "Blurry", "set30-2": "Blurry"}


def test_many_skus_are_asked_for_a_hundred_at_once(rest_api, marketplace):
    Catalogue(marketplace, **{f"set{n}": 2 for n in range(120)})
    wanted = [f"set{n}-1" for n in range(120)]
    states, _pages = drain(rest_api.quality_states, seller_skus=wanted)
    assert sorted(state.seller_sku for state in states) == sorted(wanted)


def test_unknown_skus_are_nothing(rest_api, marketplace):
    Catalogue(marketplace, dress=1)
    page = rest_api.quality_states(seller_skus=["nothing"])
    assert (page.records, page.next_offset) == ((), None)
    assert paths(marketplace) == ["/v2/product/seller-skus"]


def test_a_set_that_nobody_has_looked_at_yet_has_no_reason(rest_api, marketplace):
    Catalogue(marketplace, dress=1)
    marketplace.stand("/v2/product-set/quality-control-status", [])
    states, _pages = drain(rest_api.quality_states, seller_skus=["dress-1"])
    assert [state for state in states if state.status in ("approved", "rejected")] == []
