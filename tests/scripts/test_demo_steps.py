"""When the demo believes that a change has arrived, and what it says then."""

from scripts.demo.marketplace import Step, sale, seen

SOLD = {
    "status": "active",
    "price": "79.00",
    "sale_price": None,
    "sale_start": None,
    "sale_end": None,
    "quantity": 9,
    "images": [{}, {}],
    "is_published": True,
    "name": "Leather Slide",
}


def product(**values):
    """Make a product as the demo sees it.

    :param values: what differs from one that is for sale
    :return: the product
    """
    return seen({**SOLD, **values})


def test_a_step_arrived_when_every_product_shows_it():
    step = Step("Sold", ["A", "B"], {"quantity": 8})
    assert step.arrived({"A": product(quantity=8), "B": product(quantity=8)})


def test_a_step_has_not_arrived_when_one_product_does_not_show_it():
    step = Step("Sold", ["A", "B"], {"quantity": 8})
    assert not step.arrived({"A": product(quantity=8), "B": product()})
    assert not step.arrived({"A": product(quantity=8)})


def test_a_step_without_products_never_arrives():
    assert not Step("Sold", [], {"quantity": 8}).arrived({"A": product(quantity=8)})


def test_a_line_says_what_changed_and_leaves_out_the_rest():
    step = Step("Sold", ["A"], {"quantity": 8, "status": "active"})
    line = step.describe({"A": product()}, {"A": product(quantity=8)})
    assert line == "Sold: quantity 9 -> 8 at the marketplace"


def test_a_line_counts_the_products():
    step = Step("Cheaper", ["A", "B"], {"price": "69.00"})
    before, after = product(), product(price="69.00")
    line = step.describe({"A": before, "B": before}, {"A": after, "B": after})
    assert line == "Cheaper: price 79.00 -> 69.00 at the marketplace (2 SKUs)"


def test_a_line_names_the_products_that_did_not_arrive():
    step = Step("Sold", ["A", "B"], {"quantity": 8})
    before = {"A": product(), "B": product()}
    line = step.describe(before, {**before, "A": product(quantity=8)})
    assert line == "Sold: NOT at the marketplace: B"


def test_a_sale_arrives_with_its_own_dates_only():
    on_sale = product(
        sale_price="27.30",
        sale_start="2026-11-21 20:00:00+00:00",
        sale_end="2026-11-23 20:00:00+00:00",
    )
    start, end = "2026-11-21 20:00:00+00:00", "2026-11-24 20:00:00+00:00"
    step = Step("Promotion", ["A"], {"sale": sale("27.30", start, end)})
    assert not step.arrived({"A": on_sale})
    assert on_sale["sale"] == "27.30 from 2026-11-21 20:00 to 2026-11-23 20:00 UTC"


def test_a_removed_product_shows_no_pictures():
    assert product(status="deleted")["pictures"] == 0
