"""The answers of the REST API: refused, or read into records."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone, tzinfo
from decimal import Decimal
from typing import Any

from ..errors import AccessRefused, Refused, SellerCenterError, UnknownOutcome
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
)
from ..transport import Reply, check_status
from ..values import (
    Node,
    boolean,
    child,
    file_content,
    integer,
    number,
    read_files,
    text,
    timestamp,
)

# Cause and reason of the statuses that no repetition fixes, whatever the answer says.
ACCESS_STATUSES = {
    401: ("key", "wrong_token"),
    403: ("role", "wrong_role"),
    413: ("request", "too_big"),
}


def parse_reply(reply: Reply, *, host: str, now: datetime) -> Any:
    """Return the data of a successful answer, None for an empty one.

    :param host: the host's name, for messages.
    :param now: this server's time.
    :raise SellerCenterError: the branch of the tree that says what to do next.
    """
    check_reply(reply, host=host, now=now)
    if not reply.content.strip():
        return None
    try:
        return _read_json(reply.content)
    except (ValueError, RecursionError):
        values = {"host": host}
        raise UnknownOutcome(reason="answer_no_json", values=values) from None


def check_reply(reply: Reply, *, host: str, now: datetime) -> None:
    """Raise what stands in the way of reading an answer.

    :raise SellerCenterError: unless the status is one of success.
    """
    check_status(reply, host=host, now=now)
    if not 200 <= reply.status < 300:
        raise _refusal(reply)


def _refusal(reply: Reply) -> SellerCenterError:
    problem = _read_problem(reply.content)
    title = text(problem, "title")
    message = "; ".join(filter(None, (_sentence(problem), *_errors(problem))))
    status = f"HTTP {reply.status}"
    if reply.status in ACCESS_STATUSES:
        cause, reason = ACCESS_STATUSES[reply.status]
        said = message or title
        return AccessRefused(said, reason=reason, detail=said or status, cause=cause)
    if not message and not title:
        return AccessRefused(reason="wrong_host", detail=status, cause="host")
    return Refused(
        message or title,
        code=str(reply.status),
        error_type=title if message else "",
    )


def _read_json(content: bytes) -> Any:
    """Read JSON; money stays exact."""
    return json.loads(content, parse_float=Decimal)


def _read_problem(content: bytes) -> dict:
    try:
        problem = _read_json(content)
    except (ValueError, RecursionError):
        return {}
    return problem if isinstance(problem, dict) else {}


def _sentence(problem: dict) -> str:
    return text(problem, "detail") or text(problem, "message")


def _errors(problem: dict) -> list[str]:
    """Return what a refused import says beside its message."""
    messages = child(problem, "errorMessages")
    return [text(one) for one in messages] if isinstance(messages, list) else []


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
    return found if isinstance(found, list) else []


def read_receipt(answer: Node, action: str) -> FeedReceipt:
    """Read the answer to a table that was taken."""
    messages = rows(answer, "errorMessages") + rows(answer, "warningMessages")
    return FeedReceipt(
        feed_id=text(answer, "feedUuid"),
        action=action,
        warnings=tuple(FeedMessage(text(message)) for message in messages),
    )


def read_feed_status(answer: Node) -> Feed:
    """Read how far a feed is. There are no counts in it."""
    errors = _read_messages(answer, "errors", "errorMessage")
    return Feed(
        feed_id=text(answer, "id"),
        status=text(answer, "status"),
        action=text(answer, "action"),
        errors=errors,
        warnings=_read_messages(answer, "warnings", "message"),
    )


def _read_messages(answer: Node, name: str, message: str) -> tuple[FeedMessage, ...]:
    return tuple(
        FeedMessage(
            message=text(row, message),
            seller_sku=text(row, "sellerSku"),
            code=text(row, "errorCode"),
            field=text(row, "fieldName"),
        )
        for row in rows(answer, name)
    )


def read_feed(row: Node, zone: tzinfo = timezone.utc) -> Feed:
    """Read a feed of the list: its id is a number there, never the one of a receipt.

    :param zone: the zone of times that do not name one.
    """
    return Feed(
        feed_id=text(row, "id"),
        status=text(row, "status"),
        action=text(row, "action"),
        created_at=timestamp(row, "createdAt", zone=zone),
        updated_at=timestamp(row, "updatedAt", zone=zone),
        processed=integer(row, "processedRecords") or 0,
        failed=integer(row, "failedRecords") or 0,
    )


def read_payloads(answer: Node) -> dict[str, bytes]:
    """Read the documents of feeds, by feed id. What cannot be decoded is left out."""
    return read_files(
        (text(row, "FeedUuid"), file_content(row, "File")) for row in rows(answer)
    )


def read_categories(answer: Node) -> tuple[Category, ...]:
    """Read the category tree, or the children of one of its nodes."""
    return tuple(
        Category(
            category_id=text(row, "id"),
            name=text(row, "name"),
            # 0 stands for none.
            attribute_set=str(integer(row, "attributeSetId") or ""),
            children=read_categories(child(row, "children")),
        )
        for row in rows(answer)
    )


def read_attributes(answer: Node) -> tuple[Attribute, ...]:
    """Read the attributes of a category or of an attribute set."""
    return tuple(
        Attribute(
            name=text(row, "name"),
            label=text(row, "label"),
            feed_name=text(row, "feedName"),
            mandatory=boolean(row, "isMandatory"),
            description=text(row, "description"),
            product_type=text(row, "productType"),
            input_type=text(row, "inputType"),
            attribute_type=text(row, "attributeType"),
            example=text(row, "exampleValue"),
            # Empty and 0 both stand for no limit.
            max_length=integer(row, "maxLength") or None,
            options=_read_options(row),
        )
        for row in rows(answer)
    )


def _read_options(attribute: Node) -> tuple[AttributeOption, ...]:
    return tuple(
        AttributeOption(
            name=text(row, "name"),
            default=boolean(row, "isDefault"),
        )
        for row in rows(attribute, "options")
    )


def read_brands(brands: Iterable[Node]) -> tuple[Brand, ...]:
    """Read the brands, without those that were deleted."""
    return tuple(
        Brand(
            name=text(row, "name"),
            brand_id=text(row, "id"),
        )
        for row in brands
        if text(row, "status") != "deleted"
    )


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
        parent_sku=text(product_set, "parentSku"),
        name=text(row, "name") or text(product_set, "name"),
        status=text(row, "status"),
        price=number(price, "price"),
        sale_price=number(price, "salePrice"),
        sale_start=timestamp(price, "saleStartDate", zone=zone),
        sale_end=timestamp(price, "saleEndDate", zone=zone),
        quantity=integer(stock, "quantity"),
        main_image=pictures[0] if pictures else "",
        images=pictures,
        created_at=timestamp(row, "createdAt", zone=zone),
        updated_at=timestamp(row, "updatedAt", zone=zone),
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
        answer, key=lambda row: timestamp(row, "createdAt", zone=zone) or unknown
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
