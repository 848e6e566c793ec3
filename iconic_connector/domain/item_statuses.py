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

# Items that have not been made ready to ship.
NOT_READY = (PAYMENT_PENDING, PENDING)

# Items that are on their way to the buyer or delivered; they cannot be cancelled.
OUT = (SHIPPED, DELIVERED)

# Items that are on the way back (SellerCenter, Order Flow). The second status is not
# in its diagram, but in its list.
ON_THE_WAY_BACK = (RETURN_SHIPPED, RETURN_DELIVERED)

# Items that come back, or have come back.
COMING_BACK = (*ON_THE_WAY_BACK, RETURN_WAITING, RETURNED, FAILED)

# Items that cannot come back: never sent, or their return was rejected.
NEVER_OUT = (PAYMENT_PENDING, CANCELED, RETURN_REJECTED)

# Items that have left the warehouse which ships them.
LEFT = (*OUT, *COMING_BACK, RETURN_REJECTED)

# Items that are not sold in the end. What THE ICONIC had sent is back in its warehouse.
BACK = (CANCELED, FAILED, RETURNED)

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

# Other spellings of a status in some answers.
SPELLINGS = {"cancelled": CANCELED}
