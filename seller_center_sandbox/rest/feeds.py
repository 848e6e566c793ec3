"""Routes that create feeds and report on them (SellerCenter REST, Imports, Feeds).

The XML documents are those of the Action API and are answered in its envelope; removals
and pictures come as tables.
"""

import base64
import re

from ..action import envelope
from ..catalogue.documents import parse_document, parse_table
from ..core import const
from ..core.times import rest_time
from .calls import Problem, RestAnswer, route, uuid_of

XML_TYPES = ("text/xml", "application/xml")


def _xml_import(path, action, feed_action=""):
    @route("POST", f"/v2/import/{path}", action=action, envelope=True)
    def submit(call):
        """Accept an XML document as a feed."""
        _check_type(call)
        name = feed_action or action
        entries, warnings = parse_document(name, call.body)
        feed = call.sandbox.queue.submit(name, call.user_id, call.body, entries)
        return RestAnswer(_envelope(call, feed, warnings), content_type="text/xml")

    return submit


def _table_import(path, action):
    @route("POST", f"/v2/import/{path}", action=action)
    def submit(call):
        """Accept a table as a feed."""
        content = _table(call)
        entries = parse_table(action, content)
        feed = call.sandbox.queue.submit(
            action, call.user_id, content, entries, mime_type="text/csv", source="csv"
        )
        return RestAnswer(_receipt(feed), 201)

    return submit


_xml_import("product-creation-xml-import", "ProductCreate")
_xml_import("product-update-xml-import", "ProductUpdate")
_xml_import("product-stock-update-xml", "ProductUpdate", const.STOCK_UPDATE)
_table_import("product-removal", "ProductRemove")
_table_import("image-update", "Image")


def _check_type(call):
    kind = call.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in XML_TYPES:
        raise Problem(400, "The body must be text/xml")


def _table(call):
    if "file1" not in call.files:
        raise Problem(400, "file1 is required, as a file of multipart/form-data")
    return call.file


def _envelope(call, feed, warnings):
    head = {
        "RequestId": feed.id,
        "RequestAction": feed.action,
        "ResponseType": "",
        "Timestamp": rest_time(call.sandbox.now()),
    }
    remarks = [one.as_node() for one in warnings[: const.MAX_ERROR_DETAILS]]
    return envelope.to_xml(envelope.success(head, {"WarningDetail": remarks}))


def _receipt(feed):
    return {
        "success": True,
        "message": "The file was accepted",
        "errorMessages": [],
        "warningMessages": [],
        "feedId": feed.number,
        "feedUuid": feed.id,
    }


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FIELD = re.compile(r"(?:Field|Attribute) (\w+)")


@route("GET", "/v2/feeds", action="FeedOffsetList", paged=True)
def feeds(call):
    """List the feeds of the history, newest first, by their numbers."""
    page = call.page(call.sandbox.queue.recent(), high=const.REST_FEEDS_MAX_LIMIT)
    return {**page, "items": [_summary(call, feed) for feed in page["items"]]}


@route("GET", "/v2/feeds/count", action="FeedCount")
def feed_count(call):
    """Count the feeds of the history by status."""
    found = call.sandbox.queue.recent()
    counts = {
        status.lower(): sum(feed.status == status for feed in found)
        for status in const.FEED_STATUSES
        if status != const.ERROR
    }
    return {"total": len(found), **counts}


@route("GET", "/v2/feed/<feed_id>/status", action="FeedStatus")
def feed_status(call, feed_id):
    """Return the status of one feed with its errors and warnings."""
    feed = _find(call, feed_id)
    return {
        "id": feed.id,
        "action": feed.action,
        "status": feed.status,
        "errors": [
            {
                "itemId": uuid_of("error", (feed.id, place)),
                "errorCode": place,
                "fieldName": _field(one),
                "errorMessage": one.message,
                "sellerSku": one.seller_sku,
            }
            for place, one in enumerate(feed.errors)
        ],
        "warnings": [
            {
                "itemId": uuid_of("warning", (feed.id, place)),
                "message": one.message,
                "fieldName": _field(one),
                "sellerSku": one.seller_sku,
            }
            for place, one in enumerate(feed.warnings)
        ],
    }


@route("DELETE", "/v2/feed/<feed_id>", action="FeedCancel")
def feed_cancel(call, feed_id):
    """Cancel a feed that is still queued."""
    feed = _find(call, feed_id)
    if not call.sandbox.queue.cancel(feed):
        raise Problem(400, f"A feed that is {feed.status} cannot be canceled")
    return RestAnswer(status=204)


@route("GET", "/v2/feed/raw-input", action="GetFeedRawInput", query=("feedUuidList[]",))
def raw_input(call):
    """Return documents as they were sent, in base64."""
    return [
        {
            "FeedUuid": feed.id,
            "MimeType": feed.mime_type,
            "File": base64.b64encode(feed.payload).decode(),
        }
        for feed in (
            _find(call, one) for one in call.list("feedUuidList", required=True)
        )
    ]


def _find(call, feed_id):
    if not _UUID.fullmatch(feed_id):
        raise Problem(400, f"{feed_id!r} is no UUID of a feed")
    for feed in call.sandbox.queue.recent():
        if feed.id == feed_id:
            return feed
    raise Problem(404, f"There is no feed {feed_id}")


def _summary(call, feed):
    return {
        "id": feed.number,
        "userId": call.sandbox.numbers.of("user", feed.user_id),
        "sellerId": call.sandbox.settings.active_shop,
        "status": feed.status,
        "action": feed.action,
        "createdAt": feed.created_at,
        "updatedAt": feed.updated_at,
        "source": feed.source,
        "requestedFormats": [],
        "downloadLinks": [],
        "totalRecords": feed.total,
        "processedRecords": feed.processed,
        "failedRecords": feed.failed,
        "failureReportExportItemid": None,
    }


def _field(remark):
    found = _FIELD.match(remark.message)
    return found[1] if found else ""
