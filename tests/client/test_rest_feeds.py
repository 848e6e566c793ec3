"""Feeds over REST: imports, how far they are, lists, documents."""

import base64
from datetime import datetime, timezone
from email import message_from_bytes
from email.policy import HTTP

import pytest
from fake_marketplace import parameters, path

from iconic_connector.seller_center import Refused, UnknownOutcome
from iconic_connector.seller_center.records import FeedMessage

UTC = timezone.utc
UUID = "883bdfe3-950f-4390-9a80-41437b69808c"
DOCUMENT = """<?xml version='1.0' encoding='UTF-8'?>\r
<Request>
<Product> <SellerSku>é 😀</SellerSku><Quantity>1</Quantity></Product>\r
</Request>
""".encode()
TABLE = 'SellerSku;MainImage\r\n"A;1";https://img.example/é.jpg\r\n--x\r\n'.encode()


def receipt(**fields):
    """Return the answer to a table."""
    return {
        "success": True,
        "message": "",
        "errorMessages": [],
        "warningMessages": [],
        "feedId": 17,
        "feedUuid": UUID,
        **fields,
    }


def row(number, created="2026-02-28T09:00:00.000000Z", **fields):
    """Return a feed as the list of feeds shows it."""
    return {
        "id": number,
        "userId": 1,
        "sellerId": 4711,
        "status": "Finished",
        "action": "ProductUpdate",
        "createdAt": created,
        "updatedAt": created,
        "source": "api",
        "requestedFormats": [],
        "downloadLinks": [],
        "totalRecords": 3,
        "processedRecords": 2,
        "failedRecords": 1,
        "failureReportExportItemid": None,
        **fields,
    }


def pages(rows, cap=20):
    """Serve rows by limit and offset, never more than the cap at once."""

    def serve(request):
        asked = dict(parameters(request))
        limit, offset = int(asked["limit"]), int(asked["offset"])
        assert 1 <= limit <= cap
        total = {"limit": limit, "offset": offset, "totalCount": len(rows)}
        return {"items": rows[offset : offset + limit], "pagination": total}

    return serve


def upload(request, body):
    """Read an upload the way a mail client would.

    :return: its only part.
    """
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    (part,) = message_from_bytes(head + body, policy=HTTP).iter_parts()
    return part


@pytest.mark.parametrize(
    ("action", "quantity_only", "address"),
    [
        ("ProductCreate", False, "/v2/import/product-creation-xml-import"),
        ("ProductUpdate", False, "/v2/import/product-update-xml-import"),
        ("ProductUpdate", True, "/v2/import/product-stock-update-xml"),
    ],
)
def test_a_document_is_imported_as_it_stands(
    rest_api, marketplace, load, action, quantity_only, address
):
    marketplace.answer(load("receipt.xml"))
    done = rest_api.send_feed(action, DOCUMENT, quantity_only=quantity_only)
    assert done.feed_id == "cb106552-87f3-450b-aa8b-412246a24b34"
    assert done.warnings == ()
    (request,) = marketplace.requests
    assert (request.method, path(request)) == ("POST", address)
    assert request.headers["Content-Type"].partition(";")[0] == "text/xml"
    assert request.headers["Content-Length"] == str(len(DOCUMENT))
    assert marketplace.bodies == [DOCUMENT]
    assert parameters(request) == []


def test_the_older_api_sends_a_stock_document_as_an_update(api, marketplace, load):
    marketplace.answer(load("receipt.xml"))
    api.send_feed("ProductUpdate", DOCUMENT, quantity_only=True)
    assert "Action=ProductUpdate" in marketplace.requests[0].url


@pytest.mark.parametrize(
    ("action", "address"),
    [
        ("ProductRemove", "/v2/import/product-removal"),
        ("Image", "/v2/import/image-update"),
    ],
)
def test_a_table_is_uploaded_as_a_file(rest_api, marketplace, action, address):
    marketplace.answer(receipt(), status=201)
    assert rest_api.send_feed(action, TABLE).feed_id == UUID
    (request,) = marketplace.requests
    (body,) = marketplace.bodies
    assert (request.method, path(request)) == ("POST", address)
    assert request.headers["Content-Type"].startswith("multipart/form-data;")
    assert request.headers["Content-Length"] == str(len(body))
    part = upload(request, body)
    assert part.get_param("name", header="Content-Disposition") == "file1"
    assert part.get_filename().endswith(".csv")
    assert part.get_content_type() == "text/csv"
    assert TABLE in body


def test_a_table_comes_out_of_the_upload_byte_for_byte(rest_api, marketplace):
    marketplace.answer(receipt(), status=201)
    rest_api.send_feed("Image", TABLE)
    (body,) = marketplace.bodies
    content_type = marketplace.requests[0].headers["Content-Type"]
    boundary = content_type.partition("boundary=")[2].strip('"').encode()
    assert body.count(b"--" + boundary) == 2
    assert body.endswith(b"\r\n--" + boundary + b"--\r\n")
    head, _blank, rest = body.partition(b"\r\n\r\n")
    assert head.startswith(b"--" + boundary + b"\r\n")
    assert rest == TABLE + b"\r\n--" + boundary + b"--\r\n"


def test_the_same_table_is_always_the_same_upload(
    make_rest_api, marketplace, monkeypatch
):
    for _client in range(2):
        marketplace.answer(receipt(), status=201)
        make_rest_api().send_feed("Image", TABLE)
    assert marketplace.bodies[0] == marketplace.bodies[1]
    first, second = marketplace.requests
    assert first.headers["Content-Type"] == second.headers["Content-Type"]


def test_warnings_come_with_the_receipt_of_a_document(rest_api, marketplace, load):
    marketplace.answer(load("receipt_with_warnings.json"))
    assert rest_api.send_feed("ProductCreate", DOCUMENT).warnings == (
        FeedMessage("Color is deprecated", seller_sku="SKU-1", field="Color"),
    )


def test_warnings_come_with_the_receipt_of_a_table(rest_api, marketplace):
    warnings = ["Row 2 is empty", "Row 3 is empty"]
    marketplace.answer(receipt(warningMessages=warnings), status=201)
    done = rest_api.send_feed("Image", TABLE)
    assert [warning.message for warning in done.warnings] == warnings


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"message": "File is broken"}, ["File is broken"]),
        ({"errorMessages": ["Row 2", "Row 3"]}, ["Row 2", "Row 3"]),
        ({"message": "Broken", "errorMessages": ["Row 2"]}, ["Broken", "Row 2"]),
    ],
)
def test_a_table_without_success_is_refused_with_all_its_messages(
    rest_api, marketplace, fields, told
):
    fields = {"feedId": None, "feedUuid": None, **fields}
    marketplace.answer(receipt(success=False, **fields), status=201)
    with pytest.raises(Refused) as caught:
        rest_api.send_feed("ProductRemove", TABLE)
    for words in told:
        assert words in str(caught.value)


def test_a_refused_table_without_words_still_says_something(rest_api, marketplace):
    marketplace.answer({"success": False}, status=201)
    with pytest.raises(Refused) as caught:
        rest_api.send_feed("ProductRemove", TABLE)
    assert str(caught.value).strip()


@pytest.mark.parametrize("uuid", [None, "", "missing"])
def test_a_table_without_a_number_leaves_the_outcome_unknown(
    rest_api, marketplace, uuid
):
    answer = receipt(feedUuid=uuid)
    if uuid == "missing":
        del answer["feedUuid"]
    marketplace.answer(answer, status=201)
    with pytest.raises(UnknownOutcome, match="which number"):
        rest_api.send_feed("Image", TABLE)


def test_a_document_without_a_number_leaves_the_outcome_unknown(rest_api, marketplace):
    marketplace.answer("<SuccessResponse><Head><RequestId/></Head></SuccessResponse>")
    with pytest.raises(UnknownOutcome, match="which number"):
        rest_api.send_feed("ProductUpdate", DOCUMENT)


@pytest.mark.parametrize("action", ["FeedCancel", "ProductStockUpdate", ""])
def test_only_feed_actions_take_a_document(rest_api, marketplace, action):
    with pytest.raises(ValueError):
        rest_api.send_feed(action, DOCUMENT)
    assert not marketplace.requests
    assert not marketplace.token.requests


def test_a_feed_is_read_with_errors_and_warnings(rest_api, marketplace):
    marketplace.answer(
        {
            "id": UUID,
            "action": "ProductUpdate",
            "status": "Finished",
            "errors": [
                {
                    "itemId": "0b0d4b86-0e3f-4b3c-a42c-0a5a8f5e7a01",
                    "errorCode": 7,
                    "fieldName": "Brand",
                    "errorMessage": "Brand 'X' is not registered",
                    "sellerSku": "SKU-1",
                },
                {
                    "itemId": None,
                    "errorCode": None,
                    "fieldName": None,
                    "errorMessage": "Something went wrong",
                    "sellerSku": None,
                },
            ],
            "warnings": [
                {
                    "itemId": "0b0d4b86-0e3f-4b3c-a42c-0a5a8f5e7a02",
                    "message": "Color is deprecated",
                    "fieldName": "Color",
                    "sellerSku": "SKU-2",
                }
            ],
        }
    )
    feed = rest_api.feed_status(UUID)
    assert (feed.feed_id, feed.action, feed.status) == (
        UUID,
        "ProductUpdate",
        "Finished",
    )
    assert feed.errors == (
        FeedMessage("Brand 'X' is not registered", "SKU-1", "7", "Brand"),
        FeedMessage("Something went wrong"),
    )
    assert feed.warnings == (
        FeedMessage("Color is deprecated", "SKU-2", field="Color"),
    )
    (request,) = marketplace.requests
    assert (request.method, path(request)) == ("GET", f"/v2/feed/{UUID}/status")


@pytest.mark.parametrize("nothing", [{}, {"errors": None}, {"errors": []}])
def test_a_feed_without_errors_has_none(rest_api, marketplace, nothing):
    marketplace.answer(
        {"id": UUID, "action": "Image", "status": "Queued", "warnings": [], **nothing}
    )
    feed = rest_api.feed_status(UUID)
    assert feed.errors == feed.warnings == ()


@pytest.mark.parametrize("answer", ["{}", "[]", "null", '"x"', "5"])
def test_an_answer_without_the_feed_is_no_status(rest_api, marketplace, answer):
    for _attempt in range(3):
        marketplace.answer(answer)
    with pytest.raises(UnknownOutcome):
        rest_api.feed_status(UUID)


def test_a_feed_that_is_not_known_is_refused(rest_api, marketplace):
    marketplace.refuse(404, "The feed does not exist.", title="Not Found")
    with pytest.raises(Refused, match="does not exist"):
        rest_api.feed_status(UUID)


def test_feeds_have_a_number_of_their_own(rest_api, marketplace):
    marketplace.stand("/v2/feeds", pages([row(17)]))
    (feed,) = rest_api.feeds()
    assert feed.feed_id == "17"
    assert (feed.status, feed.action) == ("Finished", "ProductUpdate")
    assert feed.created_at == datetime(2026, 2, 28, 9, tzinfo=UTC)
    assert feed.updated_at == feed.created_at
    assert (feed.processed, feed.failed) == (2, 1)
    assert not rest_api.finds_feeds_by_document


def test_a_page_of_feeds_is_never_longer_than_allowed(rest_api, marketplace):
    marketplace.stand("/v2/feeds", pages([row(n) for n in range(1, 46)]))
    assert len(rest_api.feeds()) == 20
    assert [feed.feed_id for feed in rest_api.feeds(limit=2, offset=40)] == ["41", "42"]


def test_feeds_are_listed_newest_first(rest_api, marketplace):
    rows = [
        row(1, "2026-02-28T09:00:00.000000Z"),
        row(3, "2026-02-28T11:00:00.000000Z"),
        row(2, "2026-02-28T10:00:00.500000Z"),
    ]
    marketplace.stand("/v2/feeds", pages(rows))
    assert [feed.feed_id for feed in rest_api.feeds()] == ["3", "2", "1"]


def test_older_feeds_are_left_out(rest_api, marketplace):
    rows = [
        row(1, "2026-02-28T09:00:00.000000Z"),
        row(2, "2026-02-28T10:00:00.000000Z"),
    ]
    marketplace.stand("/v2/feeds", pages(rows))
    since = datetime(2026, 2, 28, 9, 30, tzinfo=UTC)
    assert [feed.feed_id for feed in rest_api.feeds(created_after=since)] == ["2"]
    assert {name for name, _value in parameters(marketplace.requests[0])} == {
        "limit",
        "offset",
    }


def test_no_feeds_are_an_empty_list(rest_api, marketplace):
    marketplace.stand("/v2/feeds", pages([]))
    assert rest_api.feeds() == ()


def test_documents_of_feeds_are_decoded_and_broken_ones_left_out(rest_api, marketplace):
    wrapped = base64.encodebytes(DOCUMENT * 5).decode()
    marketplace.answer(
        [
            {"FeedUuid": "feed-1", "MimeType": "text/xml", "File": wrapped},
            {"FeedUuid": "feed-2", "MimeType": "text/csv", "File": "not base64!"},
        ]
    )
    payloads = rest_api.feed_payloads(["feed-1", "feed-2"])
    assert payloads == {"feed-1": DOCUMENT * 5}
    (request,) = marketplace.requests
    assert path(request) == "/v2/feed/raw-input"
    assert parameters(request) == [
        ("feedUuidList[]", "feed-1"),
        ("feedUuidList[]", "feed-2"),
    ]


def test_cancelling_a_feed_deletes_it(rest_api, marketplace):
    marketplace.answer("", status=204)
    assert rest_api.cancel_feed(UUID) is None
    (request,) = marketplace.requests
    assert (request.method, path(request)) == ("DELETE", f"/v2/feed/{UUID}")


def test_a_feed_that_runs_already_is_not_cancelled(rest_api, marketplace):
    marketplace.refuse(400, "The feed is being processed.", title="Bad Request")
    with pytest.raises(Refused, match="being processed"):
        rest_api.cancel_feed(UUID)


def test_probe_tells_the_marketplaces_time(rest_api, marketplace):
    date = "Sun, 01 Mar 2026 11:58:30 GMT"
    count = {"total": 0, "queued": 0, "processing": 0, "finished": 0, "canceled": 0}
    marketplace.stand("/v2/feeds/count", count, Date=date)
    assert rest_api.probe() == datetime(2026, 3, 1, 11, 58, 30, tzinfo=UTC)
    assert rest_api.shop.shop_id == "4711"


def test_probe_needs_the_role_for_products(rest_api, marketplace):
    for _attempt in range(2):
        marketplace.refuse(403, "Forbidden", title="Forbidden")
    with pytest.raises(Exception) as caught:
        rest_api.probe()
    assert caught.value.cause == "role"
