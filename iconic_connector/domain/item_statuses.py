"""The statuses of an order item, in the marketplace's own words.

Source: SellerCenter, Order Flow.
"""

PAYMENT_PENDING = "payment_pending"
PENDING = "pending"
READY_TO_SHIP = "ready_to_ship"
SHIPPED = "shipped"
DELIVERED = "delivered"
# With one l, here and at the marketplace; "cancelled" is what people read.
CANCELED = "canceled"
FAILED = "failed"
RETURN_SHIPPED = "return_shipped_by_customer"
RETURN_DELIVERED = "return_delivered"
RETURN_WAITING = "return_waiting_for_approval"
RETURN_REJECTED = "return_rejected"
RETURNED = "returned"

# Items that still have to leave the seller.
OPEN = (PENDING, READY_TO_SHIP)

# Items that have left and have not come back.
OUT = (SHIPPED, DELIVERED)

# Items that the customer is sending back, or that have just come.
ON_THE_WAY_BACK = (RETURN_SHIPPED, RETURN_DELIVERED)

# Items that the customer never got.
NEVER_ARRIVED = (CANCELED, FAILED)

# The statuses that have consequences in Odoo: `iconic.order._process_<status>`.
WITH_CONSEQUENCES = (
    CANCELED,
    FAILED,
    RETURN_SHIPPED,
    RETURN_DELIVERED,
    RETURN_WAITING,
    RETURNED,
    RETURN_REJECTED,
)

# How some answers spell a status.
SPELLINGS = {"cancelled": CANCELED}
