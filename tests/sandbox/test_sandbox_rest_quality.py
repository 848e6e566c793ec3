"""REST v2: quality control of product sets, and sets by their status."""

import pytest
from marketplace import product, request
from rest_marketplace import CREATE, IMAGES, REMOVE, by_sku, set_of, sets, table


def state_of(rest, sku):
    """Read the quality state of the set of a SKU."""
    wanted = set_of(rest, sku)
    path = "v2/product-set/quality-control-status"
    (row,) = rest.get(path, productSetIds=[wanted])
    assert row["productSetId"] == wanted
    return row["status"]


@pytest.fixture
def pictured(shelf, pictures):
    """The seller of the shelf, whose products have pictures and wait for review."""
    rows = [[sku, pictures.url("good.jpg")] for sku in ("S", "M", "TOP")]
    shelf.result(IMAGES, table(["SellerSku", "MainImage"], *rows))
    return shelf


def test_a_set_is_approved_when_all_its_variations_are(pictured, sandbox):
    assert state_of(pictured, "S") == "pending"
    sandbox.quality.review("S", "approved")
    assert state_of(pictured, "S") == "pending"
    sandbox.quality.review("M", "approved")
    assert state_of(pictured, "S") == "approved"
    assert by_sku(pictured, "S")["S"]["approvalStatus"] == "approved"


def test_a_set_is_rejected_when_a_variation_is_and_says_why(pictured, sandbox):
    sandbox.quality.review("M", "rejected", "Blurred picture")
    assert state_of(pictured, "S") == "rejected"
    sandbox.quality.review("S", "approved")
    assert state_of(pictured, "S") == "rejected"
    wanted = [set_of(pictured, sku) for sku in ("S", "TOP")]
    (row,) = pictured.get("v2/product-quality-control/rejected", productSetIds=wanted)
    assert row["productSetId"] == wanted[0]
    assert "Blurred picture" in [*row["rejectedReasons"], row["qcComment"]]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("active", {"live", "pending", "rejected", "soldout", "bare"}),
        ("inactive-all", {"inactive"}),
        ("deleted-all", {"gone"}),
        ("image-missing", {"bare"}),
        ("rejected", {"rejected"}),
        ("sold-out", {"soldout"}),
    ],
)
def test_each_status_gives_its_sets(rest, sandbox, pictures, status, expected):
    sandbox.settings.auto_review = False
    names = "live pending rejected inactive soldout gone bare".split()
    rest.feed(
        CREATE,
        request(
            *[
                product(
                    name,
                    ParentSku=name,
                    Status="inactive" if name == "inactive" else "active",
                    Quantity="0" if name == "soldout" else "5",
                )
                for name in names
            ]
        ),
    )
    rows = [[name, pictures.url("good.jpg")] for name in names[:-1]]
    rest.result(IMAGES, table(["SellerSku", "MainImage"], *rows))
    for name in ("live", "inactive", "soldout", "gone"):
        sandbox.quality.review(name, "approved")
    sandbox.quality.review("rejected", "rejected", "Blurred picture")
    rest.feed(REMOVE, table(["SellerSku"], ["gone"]))
    assert {one["parentSku"] for one in sets(rest, status=status)["items"]} == expected
