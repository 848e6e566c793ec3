"""Routes that make feeds (SellerCenter REST, Imports).

The XML documents are those of the Action API and are answered in its envelope; removals
and pictures come as tables.
"""

from . import const, envelope
from .documents import parse_document
from .rest_problems import Problem
from .rest_registry import RestAnswer, route
from .tables import parse_table
from .times import rest_time

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
