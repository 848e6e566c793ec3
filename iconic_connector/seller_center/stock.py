"""The document of quantities that REST takes at once, and its answer.

SellerCenter REST, Stock: a bare JSON array of products by the marketplace's own ids;
the answer lists the rows that were ignored, without a reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from .const import MAX_STOCK_ROWS
from .documents import DocumentError
from .errors import Unreadable
from .records import StockRow
from .tree import Node
from .values import WHOLE, whole_id


def stock_document(rows: Iterable[StockRow]) -> bytes:
    """Build the document of quantities that are set at once.

    :raise DocumentError: for a row that cannot be written, without rows or with more
        than are allowed.
    """
    written = [_row(row) for row in rows]
    if not written:
        raise DocumentError(reason="nothing_to_send")
    if len(written) > MAX_STOCK_ROWS:
        values = {"count": len(written), "limit": MAX_STOCK_ROWS}
        raise DocumentError(reason="too_many_quantities", values=values)
    return json.dumps(written).encode()


def read_ignored(rows: Iterable[Node], payload: bytes) -> frozenset[str]:
    """Read the ids of the products whose rows were ignored.

    :param payload: the document that was sent.
    :raise Unreadable: for a row that is about none of its products: it may stand for
        any of them.
    """
    sent = {str(row["productId"]) for row in json.loads(payload)}
    ignored = frozenset(str(int(whole_id(row, "productId"))) for row in rows)
    if foreign := sorted(ignored - sent):
        raise Unreadable(reason="stock_not_sent", values={"id": foreign[0]})
    return ignored


def _row(row: StockRow) -> dict[str, int]:
    quantity = row.quantity
    if not WHOLE.fullmatch(row.marketplace_id):
        values = {"sku": row.seller_sku, "id": row.marketplace_id}
        raise DocumentError(
            reason="bad_product_id", values=values, seller_sku=row.seller_sku
        )
    if quantity is None or quantity != int(quantity) or quantity < 0:
        raise DocumentError(
            reason="bad_number",
            values={"value": quantity},
            seller_sku=row.seller_sku,
            field="quantity",
        )
    return {"productId": int(row.marketplace_id), "quantity": int(quantity)}
