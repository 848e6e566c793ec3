"""The events that a webhook is called with, the same for both APIs.

SellerCenter: Webhooks. Calls carry no signature: whoever knows the address may send
anything.
"""

from __future__ import annotations

import re

from .tree import BrokenAnswer, read_json

# The events that Odoo uses, and what it reads on each of them.
EVENTS = {
    "onOrderCreated": "orders",
    "onOrderItemsStatusChanged": "orders",
    "onReturnStatusChanged": "orders",
    "onFeedCompleted": "feeds",
    "onProductQcStatusChanged": "quality",
}
# A number; elsewhere in the documentation it is a text of digits.
ORDER_ID = re.compile("[0-9]{1,20}")


def read_event(body: bytes) -> tuple[str, str]:
    """Return the event and the order of a webhook call.

    :param body: JSON, untrusted.
    :return: the event and the id of the order as text; both empty if it is not used.
    """
    try:
        content = read_json(body)
    except BrokenAnswer:
        return "", ""
    event = content.get("event") if isinstance(content, dict) else None
    if not isinstance(event, str) or event not in EVENTS:
        return "", ""
    payload = content.get("payload")
    if EVENTS[event] != "orders" or not isinstance(payload, dict):
        return event, ""
    number = str(payload.get("OrderId"))
    return event, number if ORDER_ID.fullmatch(number) else ""
