"""What the demo prints, and when it calls itself successful."""

import pytest

from scripts.demo import main_job


def row(**values):
    """Make a row of the table.

    :param values: what differs from a listing that is for sale
    :return: the row
    """
    return {
        "product": "Linen Dress",
        "sku": "LD-10",
        "product_status": "published",
        "listing_status": "active",
        "feed": "c685b76e",
        "error": "",
        **values,
    }


def test_every_listing_for_sale_is_success():
    assert main_job.reached_goal([row(), row(sku="LD-12")])


@pytest.mark.parametrize(
    "values",
    [{"product_status": "created"}, {"listing_status": "inactive"}],
)
def test_one_listing_short_of_the_goal_is_no_success(values):
    assert not main_job.reached_goal([row(), row(**values)])


def test_no_listing_at_all_is_no_success():
    assert not main_job.reached_goal([])


def test_the_table_has_one_aligned_line_per_listing():
    lines = main_job.format_table([row(), row(product="A", sku="A-1")]).splitlines()
    assert len(lines) == 4
    assert len({line.index("published") for line in lines[2:]}) == 1


def test_a_failed_listing_shows_its_reason():
    text = main_job.format_table([row(error="Brand is unknown.")])
    assert text.splitlines()[-1] == "LD-10: Brand is unknown."
