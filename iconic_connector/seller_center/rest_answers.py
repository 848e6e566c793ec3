"""The answers of REST v2, read into records.

What each holds: SellerCenter REST, the reference page of each endpoint.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from datetime import timezone, tzinfo

from .const import FEED_CANCELED, FEED_FINISHED, FEED_PROCESSING, FEED_QUEUED
from .envelope import Node, child, moment, text, truth, whole
from .records import (
    Attribute,
    AttributeOption,
    Brand,
    Category,
    Feed,
    FeedMessage,
    FeedReceipt,
)

# The states that are counted, as the Action API writes them.
COUNTED = ("Total", FEED_QUEUED, FEED_PROCESSING, FEED_FINISHED, FEED_CANCELED)


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
        created_at=moment(row, "createdAt", zone=zone),
        updated_at=moment(row, "updatedAt", zone=zone),
        source=text(row, "source"),
        total=whole(row, "totalRecords") or 0,
        processed=whole(row, "processedRecords") or 0,
        failed=whole(row, "failedRecords") or 0,
    )


def read_feed_count(answer: Node) -> dict[str, int]:
    """Read how many feeds are in which state."""
    return {state: whole(answer, state) or 0 for state in COUNTED}


def read_payloads(answer: Node) -> dict[str, bytes]:
    """Read the documents of feeds, by feed id. What cannot be decoded is left out."""
    payloads = {}
    for row in rows(answer):
        try:
            payloads[text(row, "FeedUuid")] = base64.b64decode(text(row, "File"))
        except (binascii.Error, ValueError):
            continue
    return payloads


def read_categories(answer: Node) -> tuple[Category, ...]:
    """Read the category tree, or the children of one of its nodes."""
    return tuple(
        Category(
            category_id=text(row, "id"),
            name=text(row, "name"),
            global_identifier=text(row, "uuid"),
            # 0 stands for none.
            attribute_set=str(whole(row, "attributeSetId") or ""),
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
            group=text(row, "groupName"),
            mandatory=truth(row, "isMandatory"),
            description=text(row, "description"),
            product_type=text(row, "productType"),
            input_type=text(row, "inputType"),
            attribute_type=text(row, "attributeType"),
            example=text(row, "exampleValue"),
            # Empty and 0 both stand for no limit.
            max_length=whole(row, "maxLength") or None,
            options=_read_options(row),
        )
        for row in rows(answer)
    )


def _read_options(attribute: Node) -> tuple[AttributeOption, ...]:
    return tuple(
        AttributeOption(
            name=text(row, "name"),
            global_identifier=text(row, "id"),
            default=truth(row, "isDefault"),
        )
        for row in rows(attribute, "options")
    )


def read_brands(brands: Iterable[Node]) -> tuple[Brand, ...]:
    """Read the brands, without those that were deleted."""
    return tuple(
        Brand(
            name=text(row, "name"),
            brand_id=text(row, "id"),
            global_identifier=text(row, "uuid"),
        )
        for row in brands
        if text(row, "status") != "deleted"
    )
