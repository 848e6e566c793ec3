"""Until when a direct return has to be received and decided."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from iconic_connector.domain.order_changes import KINDS
from iconic_connector.domain.return_clock import due_at

DELIVERED = datetime(2026, 11, 2, 9)
RECEIVED = datetime(2026, 11, 2, 15)


@pytest.mark.parametrize(
    ("status", "received_at", "due"),
    [
        ("return_shipped_by_customer", None, None),
        ("return_delivered", None, DELIVERED + timedelta(hours=24)),
        # Received here; THE ICONIC does not know it yet, or does.
        ("return_shipped_by_customer", RECEIVED, RECEIVED + timedelta(hours=48)),
        ("return_delivered", RECEIVED, RECEIVED + timedelta(hours=48)),
        ("return_waiting_for_approval", RECEIVED, RECEIVED + timedelta(hours=48)),
        # Received in Seller Center.
        ("return_waiting_for_approval", None, DELIVERED + timedelta(hours=48)),
        ("returned", RECEIVED, None),
        ("return_rejected", RECEIVED, None),
        ("delivered", None, None),
        ("canceled", None, None),
    ],
)
def test_the_next_step_of_a_direct_return_is_due(status, received_at, due):
    assert due_at(status, DELIVERED, received_at) == due


@dataclass
class Item:
    status: str


@pytest.mark.parametrize(
    ("kind", "status", "over"),
    [
        ("return_received", "return_shipped_by_customer", False),
        ("return_received", "return_delivered", False),
        ("return_received", "return_waiting_for_approval", True),
        ("return_approved", "return_waiting_for_approval", False),
        ("return_approved", "return_rejected", True),
        ("return_rejected", "return_waiting_for_approval", False),
        ("return_rejected", "returned", True),
        # The marketplace may have words that nobody has heard of.
        ("return_approved", "exchanged", True),
        ("shipped", "exchanged", False),
        ("shipped", "canceled", True),
    ],
)
def test_an_update_that_an_item_cannot_have_any_more_is_over(kind, status, over):
    assert KINDS[kind].is_over(None, Item(status)) == over
