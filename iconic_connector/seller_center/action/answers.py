"""The Action API's answers about products, read into records.

Where each list sits: SellerCenter, the reference page of each action.
"""

from __future__ import annotations

from ..envelope import read_messages
from ..records import (
    Attribute,
    AttributeOption,
    Brand,
    Category,
    Feed,
    ListedProduct,
    QualityState,
    Records,
)
from ..tree import Node
from ..values import (
    UTC_TIMES,
    Times,
    as_list,
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
    record_rows,
    text,
    text_list,
)
from .failure_report import complete_messages, read_failure_report


def read_feed(row: Node, times: Times = UTC_TIMES) -> Feed:
    """Read one feed.

    :param times: how to read times.
    """
    report = read_failure_report(file_content(row, "FailureReports", "File"))
    errors = read_messages(child(row, "FeedErrors"), "Error")
    warnings = read_messages(child(row, "FeedWarnings"), "Warning")
    return Feed(
        feed_id=identifier(row, "Feed", required=True),
        status=text(row, "Status"),
        action=text(row, "Action"),
        created_at=times.past(row, "CreationDate"),
        updated_at=times.past(row, "UpdatedDate"),
        processed=integer(row, "ProcessedRecords") or 0,
        failed=integer(row, "FailedRecords") or 0,
        errors=complete_messages(errors, report.errors),
        warnings=complete_messages(warnings, report.warnings),
    )


def read_feed_detail(body: Node, times: Times = UTC_TIMES) -> Feed | None:
    """Read the answer to FeedStatus, None if it holds no feed."""
    rows = as_list(body, "FeedDetail")
    return read_feed(rows[0], times) if rows else None


def read_feeds(body: Node, times: Times = UTC_TIMES) -> Records:
    """Read a list of feeds. A feed's id has the same name as the feed itself."""
    rows = record_rows(body, "Feed")
    return read_each(
        rows, lambda row: read_feed(row, times), key="feed_id", names=("Feed",)
    )


def read_payloads(body: Node) -> dict[str, bytes]:
    """Read the documents of feeds, by feed id. What cannot be decoded is left out."""
    return read_files(
        (text(row, "Feed"), file_content(row, "RawInputFile", "File"))
        for row in as_list(body, "FeedRawInput")
    )


def read_products(body: Node, times: Times = UTC_TIMES) -> Records:
    """Read listed products.

    :param times: how to read times.
    """
    rows = record_rows(child(body, "Products"), "Product")
    return read_each(
        rows,
        lambda row: _read_product(row, times),
        key="seller_sku",
        names=("SellerSku", "Name"),
    )


def _read_product(row: Node, times: Times) -> ListedProduct:
    category, category_name = _read_category_of(row)
    return ListedProduct(
        seller_sku=identifier(row, "SellerSku", required=True),
        parent_sku=identifier(row, "ParentSku"),
        name=text(row, "Name"),
        status=text(row, "Status"),
        price=price(row, "Price"),
        sale_price=price(row, "SalePrice"),
        sale_start=times.moment(row, "SaleStartDate"),
        sale_end=times.moment(row, "SaleEndDate"),
        quantity=quantity(row, "Quantity"),
        main_image=long_text(row, "MainImage"),
        images=text_list(row, "Images", "Image"),
        description=description(row, "Description"),
        created_at=times.past(row, "CreatedAt"),
        updated_at=times.past(row, "UpdatedAt"),
        primary_category=category,
        category_name=category_name,
    )


def _read_category_of(product: Node) -> tuple[str, str]:
    """Return id and name of a category: shops write either under the same name."""
    number, told = (
        text(product, "PrimaryCategoryId"),
        text(product, "PrimaryCategory"),
    )
    is_number = told.isdecimal()
    return number or (told if is_number else ""), "" if is_number else told


def read_quality_states(body: Node) -> Records:
    """Read quality control states."""
    rows = record_rows(child(body, "Status"), "State")
    return read_each(rows, _read_state, key="seller_sku", names=("SellerSKU",))


def _read_state(row: Node) -> QualityState:
    return QualityState(
        seller_sku=identifier(row, "SellerSKU", required=True),
        status=text(row, "Status"),
        reason=long_text(row, "Reason"),
    )


def read_categories(body: Node) -> Records:
    """Read the category tree."""
    return read_branches(
        as_list(child(body, "Categories"), "Category"),
        _read_category,
        lambda row: as_list(child(row, "Children"), "Category"),
        key="category_id",
        names=("CategoryId", "Name"),
    )


def _read_category(row: Node, children: tuple[Category, ...]) -> Category:
    return Category(
        category_id=identifier(row, "CategoryId", required=True),
        name=identifier(row, "Name", required=True),
        attribute_set=identifier(row, "AttributeSetId"),
        children=children,
    )


def read_attributes(body: Node) -> Records:
    """Read the attributes of a category."""
    rows = record_rows(body, "Attribute")
    return read_each(rows, _read_attribute, names=("FeedName", "Name"))


def _read_attribute(row: Node) -> Attribute:
    feed_name = identifier(row, "FeedName")
    return Attribute(
        name=identifier(row, "Name", required=not feed_name),
        label=text(row, "Label"),
        feed_name=feed_name,
        mandatory=boolean(row, "isMandatory"),
        description=long_text(row, "Description"),
        product_type=text(row, "ProductType"),
        input_type=text(row, "InputType"),
        attribute_type=text(row, "AttributeType"),
        example=text(row, "ExampleValue"),
        # Empty and 0 both stand for no limit.
        max_length=integer(row, "MaxLength") or None,
        options=_read_options(row),
    )


def _read_options(attribute: Node) -> tuple[AttributeOption, ...]:
    return tuple(
        AttributeOption(
            name=text(row, "Name"),
            default=boolean(row, "isDefault"),
        )
        for row in as_list(child(attribute, "Options"), "Option")
    )


def read_brands(body: Node) -> Records:
    """Read the brands."""
    rows = record_rows(child(body, "Brands"), "Brand")
    return read_each(rows, _read_brand, key="name", names=("BrandId", "Name"))


def _read_brand(row: Node) -> Brand:
    return Brand(
        name=identifier(row, "Name", required=True), brand_id=identifier(row, "BrandId")
    )
