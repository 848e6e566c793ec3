"""What REST v2 says about listed products, put together from its several answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone, tzinfo

from .envelope import Node, moment, number, text, whole
from .records import ListedProduct, QualityState
from .rest_answers import rows


@dataclass(frozen=True, slots=True)
class SetFacts:
    """What is known about some product sets.

    :param sets: by set id.
    :param prices: of each country, by product id.
    :param pictures: addresses, the main one first, by set id.
    :param stocks: by SKU.
    """

    sets: dict[str, Node]
    prices: dict[str, list[Node]]
    pictures: dict[str, tuple[str, ...]]
    stocks: dict[str, Node]


def read_product(
    row: Node, facts: SetFacts, country: str, zone: tzinfo = timezone.utc
) -> ListedProduct:
    """Read a variation.

    :param country: whose price is read; the first one if there is none of it.
    :param zone: the zone of times that do not name one.
    """
    sku, set_id = text(row, "sellerSku"), text(row, "productSetId")
    product_set, stock = facts.sets.get(set_id), facts.stocks.get(sku)
    price = _price_of(country, facts.prices.get(text(row, "id"), []))
    pictures = facts.pictures.get(set_id, ())
    return ListedProduct(
        seller_sku=sku,
        shop_sku=text(row, "shopSku"),
        parent_sku=text(product_set, "parentSku"),
        name=text(row, "name") or text(product_set, "name"),
        variation=text(row, "variation"),
        primary_category=text(product_set, "primaryCategoryId"),
        product_id=text(row, "productIdentifier"),
        status=text(row, "status"),
        qc_status=text(row, "approvalStatus"),
        price=number(price, "price"),
        sale_price=number(price, "salePrice"),
        sale_start=moment(price, "saleStartDate", zone=zone),
        sale_end=moment(price, "saleEndDate", zone=zone),
        quantity=whole(stock, "quantity"),
        available=whole(stock, "available"),
        main_image=pictures[0] if pictures else "",
        images=pictures,
        created_at=moment(row, "createdAt", zone=zone),
        updated_at=moment(row, "updatedAt", zone=zone),
    )


def _price_of(country: str, prices: list[Node]) -> Node:
    for price in prices:
        if text(price, "country").lower() == country.lower():
            return price
    return prices[0] if prices else None


def read_prices(answer: list[Node]) -> dict[str, list[Node]]:
    """Read the prices of product sets, by product id."""
    return {
        text(item, "productId"): rows(item, "prices")
        for row in answer
        for item in rows(row, "items")
    }


def read_pictures(answer: list[Node]) -> dict[str, tuple[str, ...]]:
    """Read the addresses of the pictures of product sets, by set id."""
    return {
        text(row, "productSetId"): tuple(
            filter(None, (text(image, "displayUrl") for image in rows(row, "images")))
        )
        for row in answer
    }


def read_reviews(answer: list[Node], zone: tzinfo = timezone.utc) -> dict[str, str]:
    """Read how the quality control of product sets stands, by set id."""
    unknown = datetime.min.replace(tzinfo=timezone.utc)
    # The latest review of a set comes last and wins.
    answer = sorted(
        answer, key=lambda row: moment(row, "createdAt", zone=zone) or unknown
    )
    return {text(row, "productSetId"): text(row, "status") for row in answer}


def read_reasons(answer: list[Node]) -> dict[str, str]:
    """Read why product sets were rejected, by set id; the reviewer's remark is last."""
    return {
        text(row, "productSetId"): "; ".join(
            filter(
                None,
                [*map(text, rows(row, "rejectedReasons")), text(row, "qcComment")],
            )
        )
        for row in answer
    }


def read_quality_states(
    variations: Iterable[Node], states: dict[str, str], reasons: dict[str, str]
) -> tuple[QualityState, ...]:
    """Give each variation the state of its set; those without one are left out."""
    return tuple(
        QualityState(
            seller_sku=text(row, "sellerSku"),
            status=states[set_id],
            reason=reasons.get(set_id, ""),
        )
        for row in variations
        if (set_id := text(row, "productSetId")) in states
    )
