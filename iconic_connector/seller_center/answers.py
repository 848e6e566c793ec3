"""The bodies of answers, read into records.

Where each list sits: SellerCenter, the reference page of each action.
"""

from __future__ import annotations

import base64
import binascii
from datetime import timezone, tzinfo

from .envelope import (
    Envelope,
    Node,
    as_list,
    child,
    moment,
    number,
    text,
    truth,
    whole,
)
from .records import (
    Attribute,
    AttributeOption,
    Brand,
    Category,
    Feed,
    FeedMessage,
    FeedReceipt,
    ListedProduct,
    Page,
    QualityState,
)


def read_receipt(envelope: Envelope) -> FeedReceipt:
    """Read the answer to a document. The feed id is empty if the answer names none."""
    return FeedReceipt(
        feed_id=text(envelope.head, "RequestId"),
        action=text(envelope.head, "RequestAction"),
        timestamp=moment(envelope.head, "Timestamp"),
        warnings=read_messages(envelope.body, "WarningDetail"),
    )


def read_details(envelope: Envelope) -> tuple[FeedMessage, ...]:
    """Read what a refusal says about single fields and SKUs."""
    return read_messages(envelope.body, "ErrorDetail")


def read_messages(container: Node, name: str) -> tuple[FeedMessage, ...]:
    """Read errors or warnings, in whichever way they are nested."""
    if text(container, "Message"):
        rows = [container]
    else:
        rows = as_list(container, name)
    return tuple(
        FeedMessage(
            message=text(row, "Message") or text(row),
            seller_sku=text(row, "SellerSku"),
            code=text(row, "Code"),
            field=text(row, "Field"),
        )
        for row in rows
    )


def read_feed(row: Node, zone: tzinfo = timezone.utc) -> Feed:
    """Read one feed.

    :param zone: the zone of times that do not name one.
    """
    return Feed(
        feed_id=text(row, "Feed"),
        status=text(row, "Status"),
        action=text(row, "Action"),
        created_at=moment(row, "CreationDate", zone=zone),
        updated_at=moment(row, "UpdatedDate", zone=zone),
        source=text(row, "Source"),
        total=whole(row, "TotalRecords") or 0,
        processed=whole(row, "ProcessedRecords") or 0,
        failed=whole(row, "FailedRecords") or 0,
        errors=read_messages(child(row, "FeedErrors"), "Error"),
        warnings=read_messages(child(row, "FeedWarnings"), "Warning"),
    )


def read_feed_detail(body: Node, zone: tzinfo = timezone.utc) -> Feed | None:
    """Read the answer to FeedStatus, None if it holds no feed."""
    rows = as_list(body, "FeedDetail")
    return read_feed(rows[0], zone) if rows else None


def read_feeds(body: Node, zone: tzinfo = timezone.utc) -> list[Feed]:
    """Read a list of feeds. A feed's id has the same name as the feed itself."""
    return [read_feed(row, zone) for row in as_list(body, "Feed")]


def read_feed_count(body: Node) -> dict[str, int]:
    """Read how many feeds are in which state."""
    count = child(body, "FeedCount")
    states = count if isinstance(count, dict) else {}
    return {state: whole(count, state) or 0 for state in states}


def read_payloads(body: Node) -> dict[str, bytes]:
    """Read the documents of feeds, by feed id. What cannot be decoded is left out."""
    payloads = {}
    for row in as_list(body, "FeedRawInput"):
        try:
            encoded = text(row, "RawInputFile", "File")
            payloads[text(row, "Feed")] = base64.b64decode(encoded)
        except (binascii.Error, ValueError):
            continue
    return payloads


def read_products(
    envelope: Envelope, offset: int = 0, zone: tzinfo = timezone.utc
) -> Page:
    """Read a page of listed products.

    :param offset: where the page begins.
    """
    rows = as_list(child(envelope.body, "Products"), "Product")
    return _page(envelope, offset, [_read_product(row, zone) for row in rows])


def _read_product(row: Node, zone: tzinfo) -> ListedProduct:
    return ListedProduct(
        seller_sku=text(row, "SellerSku"),
        shop_sku=text(row, "ShopSku"),
        parent_sku=text(row, "ParentSku"),
        name=text(row, "Name"),
        variation=text(row, "Variation"),
        brand=text(row, "Brand"),
        primary_category=text(row, "PrimaryCategory"),
        product_id=text(row, "ProductId"),
        status=text(row, "Status"),
        qc_status=text(row, "QCStatus"),
        price=number(row, "Price"),
        sale_price=number(row, "SalePrice"),
        sale_start=moment(row, "SaleStartDate", zone=zone),
        sale_end=moment(row, "SaleEndDate", zone=zone),
        quantity=whole(row, "Quantity"),
        available=whole(row, "Available"),
        main_image=text(row, "MainImage"),
        images=tuple(text(image) for image in as_list(child(row, "Images"), "Image")),
        url=text(row, "Url"),
        created_at=moment(row, "CreatedAt", zone=zone),
        updated_at=moment(row, "UpdatedAt", zone=zone),
    )


def read_quality_states(envelope: Envelope, offset: int = 0) -> Page:
    """Read a page of quality control states.

    :param offset: where the page begins.
    """
    rows = as_list(child(envelope.body, "Status"), "State")
    states = [
        QualityState(
            seller_sku=text(row, "SellerSKU"),
            status=text(row, "Status"),
            reason=text(row, "Reason"),
            data_changed=truth(row, "DataChanged"),
        )
        for row in rows
    ]
    return _page(envelope, offset, states)


def _page(envelope: Envelope, offset: int, records: list) -> Page:
    return Page(
        tuple(records),
        whole(envelope.head, "TotalCount"),
        # A short page is no proof of the end, an empty one is.
        offset + len(records) if records else None,
    )


def read_categories(body: Node) -> tuple[Category, ...]:
    """Read the category tree, or the children of one of its nodes."""

    def read(container: Node) -> tuple[Category, ...]:
        return tuple(
            Category(
                category_id=text(row, "CategoryId"),
                name=text(row, "Name"),
                global_identifier=text(row, "GlobalIdentifier"),
                attribute_set=text(row, "AttributeSetId"),
                children=read(child(row, "Children")),
            )
            for row in as_list(container, "Category")
        )

    return read(child(body, "Categories"))


def read_attributes(body: Node) -> tuple[Attribute, ...]:
    """Read the attributes of a category."""
    return tuple(
        Attribute(
            name=text(row, "Name"),
            label=text(row, "Label"),
            feed_name=text(row, "FeedName"),
            group=text(row, "GroupName"),
            mandatory=truth(row, "isMandatory"),
            description=text(row, "Description"),
            product_type=text(row, "ProductType"),
            input_type=text(row, "InputType"),
            attribute_type=text(row, "AttributeType"),
            example=text(row, "ExampleValue"),
            # Empty and 0 both stand for no limit.
            max_length=whole(row, "MaxLength") or None,
            options=_read_options(row),
        )
        for row in as_list(body, "Attribute")
    )


def _read_options(attribute: Node) -> tuple[AttributeOption, ...]:
    return tuple(
        AttributeOption(
            name=text(row, "Name"),
            global_identifier=text(row, "GlobalIdentifier"),
            default=truth(row, "isDefault"),
        )
        for row in as_list(child(attribute, "Options"), "Option")
    )


def read_brands(body: Node) -> tuple[Brand, ...]:
    """Read the brands."""
    return tuple(
        Brand(
            name=text(row, "Name"),
            brand_id=text(row, "BrandId"),
            global_identifier=text(row, "GlobalIdentifier"),
        )
        for row in as_list(child(body, "Brands"), "Brand")
    )
