"""Actions that create, list and cancel feeds (SellerCenter: Feeds)."""

import base64
import csv
from io import StringIO

from ..catalogue.documents import SKU_COLUMN, parse_document, submitted_columns
from ..core import const
from ..core.errors import api_error
from ..core.times import body_time
from .calls import Answer, action, read_time, text_list, whole_number


@action("ProductCreate")
@action("ProductUpdate")
@action("ProductRemove")
@action("Image")
def submit(call):
    """Accept a document as a feed."""
    entries, warnings = parse_document(call.action, call.payload)
    feed = call.sandbox.queue.submit(call.action, call.user_id, call.payload, entries)
    details = [warning.as_node() for warning in warnings[: const.MAX_ERROR_DETAILS]]
    return Answer({"WarningDetail": details}, request_id=feed.id)


@action("FeedStatus", "FeedDetail")
def feed_status(call):
    """Return one feed with its errors and warnings."""
    feed = _find(call)
    detail = {
        **_summary(call, feed),
        "FeedErrors": {"Error": _errors(feed)},
        "FeedWarnings": {"Warning": _remarks(feed.warnings)},
        "FailureReports": _failure_report(feed),
    }
    return Answer({"FeedDetail": detail})


@action("FeedList", "Feed")
def feed_list(call):
    """List all feeds of the history, newest first."""
    feeds = call.sandbox.queue.recent()
    return Answer({"Feed": [_summary(call, feed) for feed in feeds]})


@action("FeedOffsetList", "Feed")
def feed_offset_list(call):
    """List a page of the history, newest first."""
    parameters, zone = call.parameters, call.sandbox.zone
    offset = whole_number(parameters, "Offset", 0, 14)
    size = whole_number(
        parameters,
        "PageSize",
        const.FEEDS_DEFAULT_PAGE_SIZE,
        15,
        low=1,
        high=const.FEEDS_MAX_PAGE_SIZE,
    )
    status = parameters.get("Status", "")
    if status and status not in const.FEED_STATUSES:
        raise api_error(13, status)
    created = read_time(parameters, "CreationDate", zone, 46)
    updated = read_time(parameters, "UpdatedDate", zone, 47)
    found = [
        feed
        for feed in call.sandbox.queue.recent()
        if (not status or feed.status == status)
        and (not created or feed.created_at >= created)
        and (not updated or feed.updated_at >= updated)
    ]
    page = found[offset : offset + size]
    return Answer({"Feed": [_summary(call, feed) for feed in page]})


@action("FeedCount", "FeedCount")
def feed_count(call):
    """Count the feeds of the history by status."""
    feeds = call.sandbox.queue.recent()
    counts = {"Total": len(feeds)}
    for status in (const.QUEUED, const.PROCESSING, const.FINISHED, const.CANCELED):
        counts[status] = sum(feed.status == status for feed in feeds)
    return Answer({"FeedCount": counts})


@action("FeedCancel", "Feed")
def feed_cancel(call):
    """Cancel a feed that is still queued."""
    feed = _find(call)
    if not call.sandbox.queue.cancel(feed):
        raise api_error(13, feed.status)
    return Answer({"Feed": _summary(call, feed)})


@action("GetFeedRawInput", "FeedRawInput")
def get_feed_raw_input(call):
    """Return documents as they were sent, base64 in lines."""
    ids = text_list(call.parameters, "FeedIdList", 54)
    if not ids:
        raise api_error(53)
    known = {feed.id: feed for feed in call.sandbox.queue.recent()}
    unknown = [one for one in ids if one not in known]
    if unknown:
        raise api_error(12, unknown[0])
    inputs = [
        {
            "Feed": one,
            "RawInputFile": {
                "MimeType": known[one].mime_type,
                "File": base64.encodebytes(known[one].payload).decode(),
            },
        }
        for one in dict.fromkeys(ids)
    ]
    return Answer({"FeedRawInput": inputs})


def _find(call):
    feed_id = call.parameters.get("FeedID", "")
    if not feed_id:
        raise api_error(1, "FeedID")
    for feed in call.sandbox.queue.recent():
        if feed.id == feed_id:
            return feed
    raise api_error(12, feed_id)


def _summary(call, feed):
    zone = call.sandbox.zone
    return {
        "Feed": feed.id,
        "Status": feed.status,
        "Action": feed.action,
        "CreationDate": body_time(feed.created_at, zone),
        "UpdatedDate": body_time(feed.updated_at, zone),
        "Source": feed.source,
        "TotalRecords": feed.total,
        "ProcessedRecords": feed.processed,
        "FailedRecords": feed.failed,
    }


def _errors(feed):
    # The code is a running number, not one of the numbered errors.
    return [
        {"Code": number, **remark}
        for number, remark in enumerate(_remarks(feed.errors))
    ]


def _remarks(remarks):
    return [
        {
            "Message": one.message,
            **({"SellerSku": one.seller_sku} if one.seller_sku else {}),
        }
        for one in remarks
    ]


def _failure_report(feed):
    """Write what went wrong as a table, beside all that was sent, in quotes."""
    if not feed.is_finished or not (feed.errors or feed.warnings):
        return None
    sent = {entry.seller_sku: submitted_columns(entry) for entry in feed.entries}
    skus = dict.fromkeys(one.seller_sku for one in feed.errors + feed.warnings)
    rows = {sku: sent.get(sku, {}) for sku in skus}
    columns = dict.fromkeys(name for row in rows.values() for name in row)
    columns = {SKU_COLUMN: None, **columns}
    table = StringIO()
    writer = csv.writer(
        table, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL
    )
    writer.writerow(["Error", "Warning", *columns])
    for sku, row in rows.items():
        said = [_messages(feed.errors, sku), _messages(feed.warnings, sku)]
        writer.writerow([*said, *(row.get(name, "") for name in columns)])
    content = base64.b64encode(table.getvalue().encode()).decode()
    return {"MimeType": "text/csv", "File": content}


def _messages(remarks, sku):
    return "\r\n".join(one.message for one in remarks if one.seller_sku == sku)
