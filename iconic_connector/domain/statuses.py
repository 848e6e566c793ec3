"""The statuses of listings, feeds, orders and deliveries, and their labels."""

# How far a product is at the marketplace.
PRODUCT_STATUSES = [
    ("awaiting_creation", "Awaiting Creation"),
    ("created", "Created"),
    ("images_uploaded", "Images Uploaded"),
    ("published", "Published"),
    ("removed", "Removed"),
]

# Whether shoppers can buy it; a published product that is inactive has ended.
LISTING_STATUSES = [("active", "Active"), ("inactive", "Inactive")]

# The state of one kind of change on its way to the marketplace.
FLAG_STATES = [
    ("not_needed", "Not Needed"),
    ("pending", "Pending"),
    ("sent", "Sent"),
    ("error", "Error"),
]

# The kinds of change: each has a `<name>_status` and a `<name>_error` on the listing.
FLAGS = ("content", "price", "quantity", "image", "end", "remove")

# Who makes the pictures and the text of a product.
PRODUCERS = [("marketplace", "THE ICONIC"), ("seller", "Us")]

# A feed's life; see the diagram in `models/feed/iconic_feed.py`.
FEED_STATES = [
    ("sending", "Sending"),
    ("processing", "Processing"),
    ("done", "Done"),
    ("refused", "Refused"),
    ("error", "Error"),
    ("cancelled", "Cancelled"),
]

# The outcome for one product in a feed. `cancelled`: the feed never reached the
# marketplace, so the product was neither accepted nor refused.
LINE_STATES = [
    ("open", "Open"),
    ("success", "Success"),
    ("excluded", "Excluded"),
    ("error", "Error"),
    ("cancelled", "Not Sent"),
]

# Conditions, by the codes that Odoo stores (product feeds spec, Condition).
CONDITIONS = [
    ("1000", "New (with tags)"),
    ("3000", "Used (pre-owned, like new)"),
    ("2500", "Seller refurbished (re-manufactured)"),
]

# Whom a product is made for. Each category has its own list of genders, which these are
# mapped to.
GENDERS = [
    ("female", "Female"),
    ("male", "Male"),
    ("unisex", "Unisex"),
    ("girls", "Girls"),
    ("boys", "Boys"),
    ("unisex_kids", "Unisex Kids"),
]

# How far an order is in Odoo; see the diagram in `models/order/iconic_order.py`.
ORDER_STATES = [
    ("new", "To Import"),
    ("unpaid", "Not Paid Yet"),
    ("held", "Held"),
    ("imported", "Imported"),
    ("cancelled", "Cancelled Before Import"),
    ("history", "History"),
]

# The states of a status update; see the diagram in
# `models/order_change/iconic_order_change.py`.
CHANGE_STATES = [
    ("pending", "Waiting"),
    ("sending", "Sending"),
    ("done", "Done"),
    ("refused", "Refused"),
    ("cancelled", "Given Up"),
]

# Status updates that the marketplace has not decided yet.
OPEN_CHANGE_STATES = ("pending", "sending")

# How far a delivery is at the marketplace.
DELIVERY_STATES = [
    ("not_ready", "To Make Ready"),
    ("waiting_tracking", "Tracking Number Needed"),
    ("requested", "Being Made Ready"),
    ("ready", "Ready to Ship"),
    ("shipping", "Being Marked Shipped"),
    ("shipped", "Shipped at THE ICONIC"),
    ("problem", "Refused"),
]

# The time left to ship.
DUE = [("late", "Late"), ("today", "Due Today"), ("later", "Later")]

# How far a return is.
RETURN_STATES = [
    ("coming_back", "On the Way Back"),
    ("received", "Received"),
    ("approved", "Returned"),
    ("refunded", "Refunded, Not Received"),
    ("claimed", "Claimed"),
    ("written_off", "Written Off"),
    ("rejected", "Rejected"),
]

# How it ends with refunded items that do not arrive.
MISSING_OUTCOMES = [
    ("claimed", "Claimed from THE ICONIC"),
    ("written_off", "Written Off by THE ICONIC"),
]

# The statuses for which the marketplace asks for a reason.
REASON_TYPES = [
    ("canceled", "Cancelled"),
    ("failed", "Not Delivered"),
    ("returned", "Returned"),
    ("return_rejected", "Return Rejected"),
]

# The marketplace's quality control of a product.
QUALITY_STATES = [
    ("pending", "In Review"),
    ("approved", "Approved"),
    ("rejected", "Rejected"),
]
