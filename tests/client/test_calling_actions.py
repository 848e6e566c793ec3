"""Each method: what it asks, and how it reads the answer."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest

from iconic_connector.seller_center import AccessRefused, UnknownOutcome
from iconic_connector.seller_center.action.signature import sign
from iconic_connector.seller_center.records import (
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

UTC = timezone.utc
CREATED = datetime(2026, 2, 28, 9, 0, tzinfo=UTC)


def parameters(request):
    return dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))


def own_parameters(request):
    """Return the parameters that only this action has."""
    common = ("Action", "Format", "Timestamp", "UserID", "Version", "Signature")
    return {k: v for k, v in parameters(request).items() if k not in common}


def test_a_feed_is_posted_as_it_stands_and_its_id_returned(api, marketplace, load):
    marketplace.answer(load("receipt.xml"))
    assert api.send_feed("ProductCreate", b"<Request/>") == FeedReceipt(
        feed_id="cb106552-87f3-450b-aa8b-412246a24b34",
        action="ProductCreate",
        timestamp=datetime(2016, 6, 22, 2, 40, 14, tzinfo=UTC),
    )
    (request,) = marketplace.requests
    assert request.method == "POST"
    assert request.headers["Content-Type"] == "text/xml"
    assert request.headers["Content-Length"] == "10"
    assert "iconic_connector" in request.headers["User-Agent"]
    assert marketplace.bodies == [b"<Request/>"]


def test_the_query_string_that_is_sent_is_the_one_that_was_signed(
    make_api, marketplace, load
):
    marketplace.answer(load("products.json"))
    api = make_api(user_id="a b+c@é.example", api_key="kéy", response_format="JSON")
    api.products(seller_skus=["A B", "C+D", "É'!*()~"])
    query = urlsplit(marketplace.requests[0].url).query
    signed, _sep, signature = query.rpartition("&Signature=")
    assert sign(signed, "kéy") == signature
    assert signed == (
        "Action=GetProducts&Filter=all&Format=JSON&Limit=100&Offset=0&SkuSellerList="
        "%5B%22A%20B%22%2C%22C%2BD%22%2C%22%5Cu00c9%27%21%2A%28%29~%22%5D"
        "&Timestamp=2026-03-01T12%3A00%3A00%2B00%3A00"
        "&UserID=a%20b%2Bc%40%C3%A9.example&Version=1.0"
    )


def test_redirects_are_not_followed_and_certificates_are_checked(
    make_api, marketplace, load
):
    marketplace.answer(load("feed_count.xml"))
    make_api(timeout=(3, 7)).probe()
    (options,) = marketplace.options
    assert options["verify"] is not False
    assert options["timeout"] == (3, 7)
    for _attempt in range(3):
        marketplace.answer("", status=302, Location="https://api.example/elsewhere")
    with pytest.raises(AccessRefused) as caught:
        make_api().probe()
    assert caught.value.cause == "host"
    assert all("elsewhere" not in request.url for request in marketplace.requests)


def test_warnings_come_with_the_receipt_of_an_accepted_feed(api, marketplace, load):
    marketplace.answer(load("receipt_with_warnings.json"))
    receipt = api.send_feed("ProductCreate", b"<Request/>")
    assert receipt.feed_id == "cb106552-87f3-450b-aa8b-412246a24b34"
    assert receipt.warnings == (
        FeedMessage("Color is deprecated", seller_sku="SKU-1", field="Color"),
    )


def test_a_receipt_without_feed_id_leaves_the_outcome_unknown(api, marketplace):
    marketplace.answer("<SuccessResponse><Head><RequestId/></Head></SuccessResponse>")
    with pytest.raises(UnknownOutcome, match="which number"):
        api.send_feed("Image", b"<Request/>")


def test_only_feed_actions_take_a_document(api, marketplace):
    with pytest.raises(ValueError, match="FeedCancel"):
        api.send_feed("FeedCancel", b"<Request/>")
    assert not marketplace.requests


def test_a_feed_is_read_with_errors_and_warnings(api, marketplace, load):
    marketplace.answer(load("feed_status.xml"))
    assert api.feed_status("883bdfe3-950f-4390-9a80-41437b69808c") == Feed(
        feed_id="883bdfe3-950f-4390-9a80-41437b69808c",
        status="Finished",
        action="ProductUpdate",
        created_at=datetime(2015, 5, 5, 15, 6, 35, tzinfo=UTC),
        updated_at=datetime(2015, 5, 5, 15, 7, 11, tzinfo=UTC),
        processed=10,
        failed=2,
        errors=(
            FeedMessage("Brand 'X' is not registered", "SKU-1", "0"),
            FeedMessage("Negative value is not allowed", "SKU-1", "1"),
            FeedMessage("Something went wrong", "", "2"),
        ),
        warnings=(FeedMessage("The following SKUs have been excluded...", "SKU-123"),),
    )
    (request,) = marketplace.requests
    assert request.method == "GET"
    assert own_parameters(request) == {"FeedID": "883bdfe3-950f-4390-9a80-41437b69808c"}


@pytest.mark.parametrize(
    "errors",
    [
        '{"Error": {"Code": "0", "Message": "No", "SellerSKU": "S"}}',
        '{"Error": [{"Code": 0, "Message": "No", "SellerSku": "S"}]}',
        '[{"Error": {"Code": "0", "Message": "No", "SellerSku": "S"}}]',
        '[{"Code": "0", "Message": "No", "SellerSku": "S"}]',
        '{"Code": "0", "Message": "No", "SellerSku": "S"}',
    ],
)
def test_feed_errors_are_read_in_every_spelling(api, marketplace, errors):
    marketplace.answer(
        '{"SuccessResponse": {"Head": "", "Body": {"FeedDetail": {"Feed": "f", '
        f'"Status": "Finished", "FeedErrors": {errors}}}}}}}}}'
    )
    assert api.feed_status("f").errors == (FeedMessage("No", "S", "0"),)


@pytest.mark.parametrize("errors", ['"FeedErrors": "",', '"FeedErrors": {},', ""])
def test_no_feed_errors_are_read_in_every_spelling(api, marketplace, errors):
    marketplace.answer(
        '{"SuccessResponse": {"Head": "", "Body": {"FeedDetail": {'
        f'{errors} "Feed": "f"}}}}}}}}'
    )
    assert api.feed_status("f").errors == ()


def test_an_answer_without_the_feed_is_no_status(api, marketplace):
    marketplace.answer('{"SuccessResponse": {"Head": "", "Body": ""}}')
    with pytest.raises(UnknownOutcome, match="feed f"):
        api.feed_status("f")


def test_feeds_are_listed_newest_first(api, marketplace, load):
    marketplace.answer(load("feed_list.xml"))
    sydney = timezone(timedelta(hours=11))
    feeds = api.feeds(
        created_after=datetime(2026, 3, 1, 10, 0, tzinfo=sydney), limit=20, offset=40
    )
    assert [feed.feed_id for feed in feeds] == ["newer", "older"]
    assert feeds[0].updated_at is None
    assert parameters(marketplace.requests[0])["Action"] == "FeedOffsetList"
    assert own_parameters(marketplace.requests[0]) == {
        "CreationDate": "2026-02-28T23:00:00+00:00",
        "Offset": "40",
        "PageSize": "20",
    }


def test_times_without_zone_are_read_in_the_zone_of_the_shop(
    make_api, marketplace, load
):
    marketplace.answer(load("feed_list.xml"))
    api = make_api(zone=timezone(timedelta(hours=11)))
    older = api.feeds()[1]
    assert older.created_at == CREATED - timedelta(hours=11)


def test_probe_tells_the_marketplaces_time(api, marketplace, load):
    marketplace.answer(load("feed_count.xml"))
    assert api.probe() == datetime(2026, 3, 1, 11, 58, 30, tzinfo=UTC)


def test_probe_falls_back_on_the_date_of_the_http_answer(api, marketplace):
    marketplace.answer(
        "<SuccessResponse><Head/></SuccessResponse>",
        Date="Sun, 01 Mar 2026 11:58:30 GMT",
    )
    assert api.probe() == datetime(2026, 3, 1, 11, 58, 30, tzinfo=UTC)


def test_cancelling_a_feed_posts_its_id(api, marketplace):
    marketplace.answer("<SuccessResponse><Head/><Body/></SuccessResponse>")
    assert api.cancel_feed("feed-1") is None
    (request,) = marketplace.requests
    assert request.method == "POST"
    assert own_parameters(request) == {"FeedID": "feed-1"}


@pytest.mark.parametrize(
    ("told", "number", "name"),
    [
        ({"PrimaryCategory": "Dresses", "PrimaryCategoryId": "111"}, "111", "Dresses"),
        ({"PrimaryCategory": "111"}, "111", ""),
        ({"PrimaryCategory": 111}, "111", ""),
        ({"PrimaryCategory": "Dresses"}, "", "Dresses"),
        ({}, "", ""),
    ],
)
def test_a_category_is_told_by_name_or_number(
    make_api, marketplace, told, number, name
):
    product = {"SellerSku": "A", **told}
    marketplace.answer(
        {"SuccessResponse": {"Body": {"Products": {"Product": product}}}}
    )
    (found,) = make_api(response_format="JSON").products().records
    assert (found.primary_category, found.category_name) == (number, name)


def test_documents_of_feeds_are_decoded_and_broken_ones_left_out(
    api, marketplace, load
):
    marketplace.answer(load("feed_raw_input.xml"))
    assert api.feed_payloads(["feed-1", "feed-2"]) == {
        "feed-1": b"<Request><Product></Product></Request>"
    }
    assert own_parameters(marketplace.requests[0]) == {
        "FeedIdList": '["feed-1","feed-2"]'
    }


def test_listed_products_are_read(make_api, marketplace, load):
    marketplace.answer(load("products.json"))
    page = make_api(response_format="JSON").products(
        offset=5, limit=2, filter="live", updated_after=CREATED
    )
    assert page.total == 7
    assert page.records == (
        ListedProduct(
            seller_sku="SKU-1",
            parent_sku="SKU-0",
            name="Linen Dress",
            status="active",
            price=Decimal("1299.00"),
            sale_price=Decimal("999.90"),
            sale_start=datetime(2026, 1, 1, tzinfo=UTC),
            sale_end=datetime(2027, 12, 31, 13, 0, tzinfo=UTC),
            quantity=12,
            main_image="https://img.example/1.jpg",
            images=("https://img.example/1.jpg",),
            category_name="Dresses",
        ),
        ListedProduct(seller_sku="SKU-2"),
    )
    assert own_parameters(marketplace.requests[0]) == {
        "Filter": "live",
        "Limit": "2",
        "Offset": "5",
        "UpdatedAfter": "2026-02-28T09:00:00+00:00",
    }


def test_no_products_are_an_empty_page(api, marketplace):
    marketplace.answer('{"SuccessResponse": {"Head": "", "Body": {"Products": ""}}}')
    page = api.products()
    assert page.records == ()
    assert page.total is None


def test_quality_states_are_read(api, marketplace, load):
    marketplace.answer(load("quality_states.xml"))
    page = api.quality_states(seller_skus=["SKU-1", "SKU-2"])
    assert page.records == (
        QualityState("SKU-1", "approved"),
        QualityState("SKU-2", "rejected", "Wrong picture"),
    )
    assert own_parameters(marketplace.requests[0]) == {
        "Limit": "100",
        "Offset": "0",
        "SkuSellerList": '["SKU-1","SKU-2"]',
    }


def test_the_category_tree_is_read(api, marketplace, load):
    marketplace.answer(load("category_tree.xml"))
    dresses = Category("111", "Dresses")
    clothing = Category("11", "Clothing", "3", (dresses,))
    shoes = Category("12", "Shoes")
    assert api.category_tree() == (
        Category("1", "Women", "3", (clothing, shoes)),
        Category("2", "Men"),
    )


def test_the_attributes_of_a_category_are_read(api, marketplace, load):
    marketplace.answer(load("category_attributes.json"))
    color, composition, tax_class = api.category_attributes("111")
    assert color == Attribute(
        name="color",
        label="Colour",
        feed_name="Color",
        mandatory=True,
        description="Main colour",
        product_type="config",
        input_type="dropdown",
        attribute_type="option",
        example="Red",
        max_length=None,
        options=(AttributeOption("Red", False), AttributeOption("Blue", True)),
    )
    assert (composition.max_length, composition.mandatory) == (255, False)
    assert composition.options == ()
    assert tax_class.options == (AttributeOption("default", True),)
    assert own_parameters(marketplace.requests[0]) == {"PrimaryCategory": "111"}


def test_brands_are_read(api, marketplace, load):
    # A shop that knows no pages answers the same again.
    for _call in range(2):
        marketplace.answer(load("brands.xml"))
    assert api.brands() == (
        Brand("Kōwhai & Co", "7"),
        Brand("Saltbush"),
    )


def test_a_clock_without_zone_is_a_programming_error(make_api, marketplace):
    api = make_api(clock=lambda: datetime(2026, 3, 1, 12, 0))
    with pytest.raises(ValueError, match="no time zone"):
        api.probe()
    assert not marketplace.requests


def test_brands_are_read_page_after_page(api, marketplace):
    for names in (("North", "South"), ("East",), ()):
        brands = "".join(f"<Brand><Name>{name}</Name></Brand>" for name in names)
        marketplace.answer(
            "<SuccessResponse><Head><RequestId/></Head>"
            f"<Body><Brands>{brands}</Brands></Body></SuccessResponse>"
        )
    assert [brand.name for brand in api.brands()] == ["North", "South", "East"]
    offsets = [
        dict(parse_qsl(urlsplit(request.url).query))["Offset"]
        for request in marketplace.requests
    ]
    assert offsets == ["0", "2", "3"]
