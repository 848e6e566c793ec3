"""Routes that make documents and hand them out (SellerCenter REST, Exports)."""

from . import const
from .order_documents import FINISHED, TITLES
from .rest_problems import Problem
from .rest_refusals import body_ids, body_text, check_body, refusals
from .rest_registry import RestAnswer, route
from .state import ORDER_ROLE

_DOWNLOAD = "/filemanager/v1/files/download/"
# The documentation knows this answer as bytes of no particular kind.
_BYTES = "application/octet-stream"


@route("POST", "/v2/orders/export-document", action="GetDocument", role=ORDER_ROLE)
def export_document(call):
    """Begin to make a document of items, or of all items of orders."""
    check_body(call, ("orderIds", "orderItemIds", "documentType", "format"))
    kinds = _kinds(body_text(call, "documentType", required=True))
    format = body_text(call, "format", choices=const.DOCUMENT_FORMATS)
    with refusals():
        items = _items(call)
        export = call.sandbox.exports.start(call.user_id, kinds, items, format or "pdf")
    return RestAnswer(_data(call, export), 201)


@route("GET", "/v2/exports/<int:export_id>", action="GetExport", role=ORDER_ROLE)
def export(call, export_id):
    """Tell how far a document is."""
    found = call.sandbox.exports.exports.get(export_id)
    if not found:
        raise Problem(404, "There is no such export")
    call.sandbox.exports.look(found)
    return _data(call, found)


@route("GET", f"{_DOWNLOAD}<file_id>", action="DownloadFile", role="")
def download(call, file_id):
    """Hand out a document."""
    found = call.sandbox.exports.find(file_id)
    if not found:
        raise Problem(404, "There is no such file")
    return RestAnswer(call.sandbox.exports.content(found), content_type=_BYTES)


@route("GET", "/filemanager/v1/files/<file_id>/status", action="GetFileStatus", role="")
def file_status(call, file_id):
    """Tell whether a file is there."""
    if not call.sandbox.exports.find(file_id):
        raise Problem(404, "There is no such file")
    return {"processStatus": FINISHED}


def _kinds(text):
    kinds = [one.strip() for one in text.split(",")]
    unknown = [one for one in kinds if one not in const.EXPORT_DOCUMENT_TYPES]
    if unknown:
        raise Problem(400, f"documentType: {unknown[0]!r} is unknown")
    return tuple(TITLES) if "all_documents" in kinds else tuple(dict.fromkeys(kinds))


def _items(call):
    book = call.sandbox.orders
    orders = [
        book.find_order(one) for one in body_ids(call, "orderIds", required=False)
    ]
    items = [item for order in orders for item in order.items]
    ids = body_ids(call, "orderItemIds", required=not orders)
    return items + (book.find_items(ids) if ids else [])


def _data(call, export):
    done = export.status == FINISHED
    host = call.headers.get("Host", "")
    return {
        "id": export.id,
        "userId": 1,
        "sellerId": call.sandbox.settings.active_shop,
        "status": export.status,
        "isDeleted": False,
        "createdAt": export.created_at,
        "updatedAt": export.updated_at,
        "expiresAt": export.expires_at,
        "requestedFormats": [],
        "downloadLinks": [f"http://{host}{_DOWNLOAD}{export.uuid}"] if done else [],
        "exportContent": ",".join(export.kinds),
        "uuid": export.uuid,
        "note": "",
    }
