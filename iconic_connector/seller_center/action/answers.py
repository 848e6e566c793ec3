"""The Action API's answers about products, read into records.

Where each list sits: SellerCenter, the reference page of each action.
"""

from __future__ import annotations

from datetime import timezone, tzinfo

from ..envelope import read_messages
from ..records import (
    Attribute,
    AttributeOption,
    Brand,
    Category,
    Feed,
    ListedProduct,
    QualityState,
)
from ..values import (
    Node,
    as_list,
    boolean,
    child,
    file_content,
    integer,
    number,
    read_files,
    text,
    timestamp,
)


def read_feed(row: Node, zone: tzinfo = timezone.utc) -> Feed:
    """Read one feed.

    :param zone: the zone of times that do not name one.
    """
    return Feed(
        feed_id=text(row, "Feed"),
        status=text(row, "Status"),
        action=text(row, "Action"),
        created_at=timestamp(row, "CreationDate", zone=zone),
        updated_at=timestamp(row, "UpdatedDate", zone=zone),
        processed=integer(row, "ProcessedRecords") or 0,
        failed=integer(row, "FailedRecords") or 0,
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


def read_payloads(body: Node) -> dict[str, bytes]:
    """Read the documents of feeds, by feed id. What cannot be decoded is left out."""
    return read_files(
        (text(row, "Feed"), file_content(row, "RawInputFile", "File"))
        for row in as_list(body, "FeedRawInput")
    )


def read_products(body: Node, zone: tzinfo = timezone.utc) -> list[ListedProduct]:
    """Read listed products.

    :param zone: the zone of times that do not name one.
    """
    rows = as_list(child(body, "Products"), "Product")
    return [_read_product(row, zone) for row in rows]


def _read_product(row: Node, zone: tzinfo) -> ListedProduct:
    return ListedProduct(
        seller_sku=text(row, "SellerSku"),
        parent_sku=text(row, "ParentSku"),
        name=text(row, "Name"),
        status=text(row, "Status"),
        price=number(row, "Price"),
        sale_price=number(row, "SalePrice"),
        sale_start=timestamp(row, "SaleStartDate", zone=zone),
        sale_end=timestamp(row, "SaleEndDate", zone=zone),
        quantity=integer(row, "Quantity"),
        main_image=text(row, "MainImage"),
        images=tuple(text(image) for image in as_list(child(row, "Images"), "Image")),
        created_at=timestamp(row, "CreatedAt", zone=zone),
        updated_at=timestamp(row, "UpdatedAt", zone=zone),
    )


def read_quality_states(body: Node) -> list[QualityState]:
    """Read quality control states."""
    return [
        QualityState(
            seller_sku=text(row, "SellerSKU"),
            status=text(row, "Status"),
            reason=text(row, "Reason"),
        )
        for row in as_list(child(body, "Status"), "State")
    ]


def read_categories(body: Node) -> tuple[Category, ...]:
    """Read the category tree."""
    return _read_categories(child(body, "Categories"))


def _read_categories(container: Node) -> tuple[Category, ...]:
    return tuple(
        Category(
            category_id=text(row, "CategoryId"),
            name=text(row, "Name"),
            attribute_set=text(row, "AttributeSetId"),
            children=_read_categories(child(row, "Children")),
        )
        for row in as_list(container, "Category")
    )


def read_attributes(body: Node) -> tuple[Attribute, ...]:
    """Read the attributes of a category."""
    return tuple(
        Attribute(
            name=text(row, "Name"),
            label=text(row, "Label"),
            feed_name=text(row, "FeedName"),
            mandatory=boolean(row, "isMandatory"),
            description=text(row, "Description"),
            product_type=text(row, "ProductType"),
            input_type=text(row, "InputType"),
            attribute_type=text(row, "AttributeType"),
            example=text(row, "ExampleValue"),
            # Empty and 0 both stand for no limit.
            max_length=integer(row, "MaxLength") or None,
            options=_read_options(row),
        )
        for row in as_list(body, "Attribute")
    )


def _read_options(attribute: Node) -> tuple[AttributeOption, ...]:
    return tuple(
        AttributeOption(
            name=text(row, "Name"),
            default=boolean(row, "isDefault"),
        )
        for row in as_list(child(attribute, "Options"), "Option")
    )


def read_brands(body: Node) -> tuple[Brand, ...]:
    """Read the brands."""
    return tuple(
        Brand(
            name=text(row, "Name"),
            brand_id=text(row, "BrandId"),
        )
        for row in as_list(child(body, "Brands"), "Brand")
    )
