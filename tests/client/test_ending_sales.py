"""Sales with dates of their own, and how a sale is ended."""

from datetime import datetime, timezone
from decimal import Decimal

from lxml import etree

from iconic_connector.seller_center.documents import create_document, update_document
from iconic_connector.seller_center.pricing import ended_sale_fields
from iconic_connector.seller_center.records import CLEARED, Product

START = datetime(2026, 11, 4, tzinfo=timezone.utc)
END = datetime(2026, 11, 6, tzinfo=timezone.utc)


def sent(**fields):
    """Return name and text of the elements of one product."""
    root = etree.fromstring(update_document([Product("S-1", **fields)]))
    return {child.tag: child.text for child in root[0]}


def test_a_sale_has_its_own_dates():
    fields = {"price": Decimal("99"), "sale_price": Decimal("79")}
    assert sent(**fields, sale_start=START, sale_end=END) == {
        "SellerSku": "S-1",
        "Price": "99.00",
        "SalePrice": "79.00",
        "SaleStartDate": "2026-11-04T00:00:00+00:00",
        "SaleEndDate": "2026-11-06T00:00:00+00:00",
    }


def test_a_sale_is_ended_by_three_empty_elements():
    assert sent(**ended_sale_fields(Decimal("99"))) == {
        "SellerSku": "S-1",
        "Price": "99.00",
        "SalePrice": None,
        "SaleStartDate": None,
        "SaleEndDate": None,
    }


def test_none_is_left_out_and_cleared_is_empty():
    assert "SalePrice" not in sent(price=Decimal(1), sale_price=None)
    assert sent(price=Decimal(1), sale_price=CLEARED)["SalePrice"] is None


def test_a_first_sending_may_hold_empty_elements_too():
    product = Product("S-1", **ended_sale_fields(Decimal("99")))
    root = etree.fromstring(create_document([product]))
    assert root.find("Product/SalePrice") is not None
