"""The answers of the REST API: refused, or read into records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ..errors import SellerCenterError, Unreadable
from ..records import (
    Attribute,
    AttributeOption,
    Brand,
    Category,
    Feed,
    FeedMessage,
    FeedReceipt,
    ListedProduct,
    QualityState,
    Records,
)
from ..refusals import refusal
from ..transport import Reply, check_status
from ..tree import BrokenAnswer, Node, read_json
from ..values import (
    UTC_TIMES,
    WHOLE,
    Times,
    boolean,
    child,
    description,
    file_content,
    identifier,
    integer,
    long_text,
    price,
    quantity,
    read_branches,
    read_each,
    read_files,
    text,
)


def parse_reply(
    reply: Reply, *, host: str, now: datetime, optional: bool = False
) -> Any:
    """Return the data of a successful answer, None for an empty one.

    :param host: the host's name, for messages.
    :param now: this server's time.
    :param optional: whether not every shop offers the call, see `refusal`.
    :raise SellerCenterError: the branch of the tree that says what to do next.
    """
    check_reply(reply, host=host, now=now, optional=optional)
    if not reply.content.strip():
        return None
    try:
        return read_json(reply.content)
    except BrokenAnswer:
        raise Unreadable(reason="answer_no_json", values={"host": host}) from None


def check_reply(
    reply: Reply, *, host: str, now: datetime, optional: bool = False
) -> None:
    """Raise what stands in the way of reading an answer.

    :raise SellerCenterError: unless the status is one of success.
    """
    check_status(reply, host=host, now=now)
    if not 200 <= reply.status < 300:
        raise _refusal(reply, host, optional)


def _refusal(reply: Reply, host: str, optional: bool) -> SellerCenterError:
    try:
        problem = read_json(reply.content)
    except BrokenAnswer:
        problem = None
    return refusal(
        reply, problem, host=host, wrong_key="wrong_token", optional=optional
    )


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


def rows(node: Node, *path: str) -> list:
    """Return a list, empty if there is none."""
    found = child(node, *path) if path else node
    if isinstance(found, dict) and path:
        return [found]
    return found if isinstance(found, list) else []


def read_receipt(answer: Node, action: str) -> FeedReceipt:
    """Read the answer to a table that was taken."""
    messages = rows(answer, "errorMessages") + rows(answer, "warningMessages")
    return FeedReceipt(
        feed_id=identifier(answer, "feedUuid"),
        action=action,
        warnings=tuple(FeedMessage(long_text(message)) for message in messages),
    )


def read_feed_status(answer: Node) -> Feed:
    """Read how far a feed is. There are no counts in it."""
    errors = _read_messages(answer, "errors", "errorMessage")
    return Feed(
        feed_id=identifier(answer, "id"),
        status=text(answer, "status"),
        action=text(answer, "action"),
        errors=errors,
        warnings=_read_messages(answer, "warnings", "message"),
    )


def _read_messages(answer: Node, name: str, message: str) -> tuple[FeedMessage, ...]:
    return tuple(
        FeedMessage(
            message=long_text(row, message),
            seller_sku=text(row, "sellerSku"),
            code=text(row, "errorCode"),
            field=text(row, "fieldName"),
        )
        for row in rows(answer, name)
    )


def read_feeds(feeds: list[Node], times: Times = UTC_TIMES) -> Records:
    """Read the feeds of a list; see `read_feed`."""
    return read_each(
        feeds, lambda row: read_feed(row, times), key="feed_id", names=("id",)
    )


def read_feed(row: Node, times: Times = UTC_TIMES) -> Feed:
    """Read a feed of the list: its id is a number there, never the one of a receipt.

    :param times: how to read times.
    """
    return Feed(
        feed_id=identifier(row, "id", required=True),
        status=text(row, "status"),
        action=text(row, "action"),
        created_at=times.past(row, "createdAt"),
        updated_at=times.past(row, "updatedAt"),
        processed=integer(row, "processedRecords") or 0,
        failed=integer(row, "failedRecords") or 0,
    )


def read_payloads(answer: Node) -> dict[str, bytes]:
    """Read the documents of feeds, by feed id. What cannot be decoded is left out."""
    return read_files(
        (text(row, "FeedUuid"), file_content(row, "File")) for row in rows(answer)
    )


def read_categories(answer: Node) -> Records:
    """Read the category tree, or the children of one of its nodes."""
    return read_branches(
        rows(answer),
        _read_category,
        lambda row: rows(row, "children"),
        key="category_id",
        names=("id", "name"),
    )


def _read_category(row: Node, children: tuple[Category, ...]) -> Category:
    return Category(
        category_id=identifier(row, "id", required=True),
        name=identifier(row, "name", required=True),
        # 0 stands for none.
        attribute_set=str(integer(row, "attributeSetId") or ""),
        children=children,
    )


def read_attributes(answer: Node) -> Records:
    """Read the attributes of a category or of an attribute set."""
    return read_each(rows(answer), _read_attribute, names=("feedName", "name"))


def _read_attribute(row: Node) -> Attribute:
    feed_name = identifier(row, "feedName")
    return Attribute(
        name=identifier(row, "name", required=not feed_name),
        label=text(row, "label"),
        feed_name=feed_name,
        mandatory=boolean(row, "isMandatory"),
        description=long_text(row, "description"),
        product_type=text(row, "productType"),
        input_type=text(row, "inputType"),
        attribute_type=text(row, "attributeType"),
        example=text(row, "exampleValue"),
        # Empty and 0 both stand for no limit.
        max_length=integer(row, "maxLength") or None,
        options=_read_options(row),
    )


def _read_options(attribute: Node) -> tuple[AttributeOption, ...]:
    return tuple(
        AttributeOption(
            name=text(row, "name"),
            default=boolean(row, "isDefault"),
        )
        for row in rows(attribute, "options")
    )


def read_brands(brands: Iterable[Node]) -> Records:
    """Read the brands, without those that were deleted."""
    kept = (row for row in brands if text(row, "status") != "deleted")
    return read_each(kept, _read_brand, key="name", names=("id", "name"))


def _read_brand(row: Node) -> Brand:
    return Brand(
        name=identifier(row, "name", required=True), brand_id=identifier(row, "id")
    )


def read_product_ids(variations: Iterable[Node]) -> dict[str, str]:
    """Read the ids of variations by SKU, without those of which one SKU has several."""
    found: dict[str, set[str]] = {}
    for row in variations:
        if number := _number(row, "id"):
            found.setdefault(text(row, "sellerSku"), set()).add(number)
    return {sku: ids.pop() for sku, ids in found.items() if len(ids) == 1}


def read_products(
    variations: list[Node], facts: SetFacts, country: str, times: Times = UTC_TIMES
) -> Records:
    """Read the variations of a page; see `read_product`."""
    return read_each(
        variations,
        lambda row: read_product(row, facts, country, times),
        key="seller_sku",
        names=("sellerSku", "name"),
    )


def read_product(
    row: Node, facts: SetFacts, country: str, times: Times = UTC_TIMES
) -> ListedProduct:
    """Read a variation.

    :param country: whose price is read; the first one if there is none of it.
    :param times: how to read times.
    """
    sku = identifier(row, "sellerSku", required=True)
    set_id = text(row, "productSetId")
    product_set, stock = facts.sets.get(set_id), facts.stocks.get(sku)
    offer = _price_of(country, facts.prices.get(text(row, "id"), []))
    pictures = facts.pictures.get(set_id, ())
    return ListedProduct(
        seller_sku=sku,
        parent_sku=identifier(product_set, "parentSku"),
        name=text(row, "name") or text(product_set, "name"),
        status=text(row, "status"),
        price=price(offer, "price"),
        sale_price=price(offer, "salePrice"),
        sale_start=times.moment(offer, "saleStartDate"),
        sale_end=times.moment(offer, "saleEndDate"),
        quantity=quantity(stock, "quantity"),
        main_image=pictures[0] if pictures else "",
        images=pictures,
        description=description(product_set, "description"),
        created_at=times.past(row, "createdAt"),
        updated_at=times.past(row, "updatedAt"),
        marketplace_id=_number(row, "id"),
        primary_category=_number(product_set, "primaryCategoryId"),
    )


def _number(row: Node, name: str) -> str:
    """Return an id that calls can name, empty if there is none."""
    found = text(row, name)
    return found if WHOLE.fullmatch(found) else ""


def _price_of(country: str, prices: list[Node]) -> Node:
    for offer in prices:
        if text(offer, "country").lower() == country.lower():
            return offer
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
            filter(None, (long_text(one, "displayUrl") for one in rows(row, "images")))
        )
        for row in answer
    }


def read_reviews(answer: list[Node], times: Times = UTC_TIMES) -> dict[str, str]:
    """Read how the quality control of product sets stands, by set id."""
    unknown = datetime.min.replace(tzinfo=timezone.utc)
    # The latest review of a set comes last and wins.
    answer = sorted(answer, key=lambda row: times.past(row, "createdAt") or unknown)
    return {text(row, "productSetId"): text(row, "status") for row in answer}


def read_reasons(answer: list[Node]) -> dict[str, str]:
    """Read why product sets were rejected, by set id; the reviewer's remark is last."""
    return {
        text(row, "productSetId"): "; ".join(
            filter(
                None,
                [
                    *map(long_text, rows(row, "rejectedReasons")),
                    long_text(row, "qcComment"),
                ],
            )
        )
        for row in answer
    }


def read_quality_states(
    variations: Iterable[Node], states: dict[str, str], reasons: dict[str, str]
) -> Records:
    """Give each variation the state of its set; those without one are left out."""

    def read(row: Node) -> QualityState:
        set_id = text(row, "productSetId")
        return QualityState(
            seller_sku=identifier(row, "sellerSku", required=True),
            status=states[set_id],
            reason=reasons.get(set_id, ""),
        )

    reviewed = (row for row in variations if text(row, "productSetId") in states)
    return read_each(reviewed, read, key="seller_sku", names=("sellerSku",))
