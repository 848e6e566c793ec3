"""Vocabularies and limits of the Odoo side; the API's own are in `seller_center`."""

from datetime import timedelta

from .seller_center.documents import PRODUCT_ELEMENTS

# The attribute of the marketplace that a gender goes to.
GENDER_FEED_NAME = "Gender"

# How many products go into one feed. SellerCenter recommends 500 and takes 1000.
FEED_BATCH_SIZE = 500

# A document is kept below this size, so that recovery can read it back whole.
MAX_DOCUMENT_SIZE = 5 * 1024 * 1024

# A feed in `sending` belongs to its sender for so long; sending has to give up well
# before (`SEND_DEADLINE`, in seconds).
SENDING_LEASE = timedelta(minutes=10)
SEND_DEADLINE = 120

# How far back a lost feed may have been accepted before Odoo noted that it was sending.
RECOVERY_CLOCK_MARGIN = timedelta(minutes=15)

# How many recent feeds recovery asks for at once.
RECOVERY_PAGE_SIZE = 100

# The jobs beside the flows that have work to do once calls are possible again.
OTHER_JOBS = (
    "feed_reader",
    "detect",
    "compare",
    "quality",
    "readback",
    "order_pull",
    "order_process",
    "order_change",
    "order_document",
    "webhook",
)

# Waits before the feed reader asks again, in seconds; the last one repeats.
POLL_DELAYS = (5, 10, 20, 40, 80, 160, 300, 600)

# A feed without a result for so long is decided by reading its products back.
FEED_STUCK_AFTER = timedelta(hours=6)

# How many products GetProducts is asked for at once by seller SKU.
READ_BACK_SIZE = 100

# Back-off after a call that was surely not accepted, in seconds, doubled each time.
BACKOFF_FIRST = 30
BACKOFF_LONGEST = 3600

# When every row of a batch is locked by somebody else, look again after so long.
LOCKED_RETRY = timedelta(minutes=5)

# Lengths from the product feeds spec.
NAME_LENGTH = (2, 255)
DESCRIPTION_LENGTH = (6, 25000)

# The elements of HTML that a description may have; of others the text stays.
DESCRIPTION_TAGS = frozenset(
    "p br b strong i em u s ul ol li h1 h2 h3 h4 h5 h6 div span sub sup blockquote "
    "table thead tbody tr th td hr".split()
)

# What a picture may be.
IMAGE_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png"}
IMAGE_PIXELS = (500, 6000)  # a side
IMAGE_MAX_BYTES = 8 * 1024 * 1024

# A promotion, a dated rule of the price list, is sent so long before it starts.
PROMOTION_AHEAD = timedelta(days=3)

# A sale beside an RRP gets new dates so long before it would end.
RENEW_SALE_BEFORE = timedelta(days=30)

# A sale that is not ended at once runs out after so long.
SALE_RUNS_OUT_IN = timedelta(minutes=10)

# Listings that detection compares at once.
DETECTION_SLICE = 1000

# Below so many, listings going to 0 in one run stop nothing: they just sold out.
SELL_OUT_MINIMUM = 20

# The marketplace takes 30 calls a second of one seller. Jobs and a user may call at the
# same time, so that one caller keeps well below.
SECONDS_BETWEEN_CALLS = 0.1

# Rows that one seller may send a day: a base, and more for each product.
DAILY_ROWS = 50_000
DAILY_ROWS_PER_PRODUCT = 5

# How much of the day's rows a flow may use up: stock goes first when they run short.
ROW_SHARES = {
    "stock": 1.0,
    "end": 1.0,
    "remove": 1.0,
    "price": 0.95,
    "create": 0.85,
    "update": 0.85,
    "image": 0.75,
    "picture": 0.75,
}

# Finished feeds that are emptied at once when their time is over.
VACUUM_BATCH = 100

# Rows of the taxonomy that are created at once.
TAXONOMY_BATCH = 1000

# A taxonomy that was read longer ago is read again by the weekly job.
TAXONOMY_AGE = timedelta(days=6)

# What the product or the listing gives, although categories list it among their
# attributes: no mapping asks for it.
OWN_ELEMENTS = {
    GENDER_FEED_NAME,
    *(name for name, _field, _add in PRODUCT_ELEMENTS),
    "SellerSku",
}

# Elements beside ProductData that a mapping gives: FeedName -> field of the record.
MAPPED_ELEMENTS = {"TaxClass": "tax_class", "ShipmentType": "shipment_type"}

# Primary categories are this deep in the marketplace's tree, unless the account says
# otherwise. Known from another shop of the same software.
PRIMARY_LEVEL = 3

# A difference between an order and its sales order that a rounding line may carry, for
# each line, in the currency of the order (design: up to 1 cent a line).
ORDER_TOLERANCE = 0.01

# How many days the dashboard's graph of orders shows.
GRAPH_DAYS = 14

# Orders on one page.
ORDERS_PER_PAGE = 100

# How long before the import's beginning a single order is looked for.
SINGLE_ORDER_AGE = timedelta(days=90)

# Changes are read from so long before the last reading on: clocks differ, and the
# marketplace shows changes late (SellerCenter, GetOrders).
ORDER_OVERLAP = timedelta(minutes=15)

# Orders that are followed at once, and when those come again whose job was cut off.
PROCESS_BATCH = 20
PROCESS_LEASE = timedelta(minutes=10)

# A change in `sending` belongs to its sender for so long (see `SEND_DEADLINE`).
CHANGE_LEASE = timedelta(minutes=10)

# Waits before a change is tried again, in seconds: the first, doubled each time, and
# the longest. Parcels have a deadline.
CHANGE_BACKOFF_FIRST = 30
CHANGE_BACKOFF_LONGEST = 900

# Waits before a label or an invoice is asked for again, in seconds; the last one
# repeats until patience ends.
DOCUMENT_DELAYS = (10, 20, 40, 80, 160, 300, 600, 1800, 3600)
DOCUMENT_PATIENCE = timedelta(days=1)
