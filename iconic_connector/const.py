"""Vocabularies and limits of the Odoo side; the API's own are in `seller_center`."""

from datetime import timedelta

from .domain.attribute_rules import GENDER
from .seller_center.const import MAX_IMAGES
from .seller_center.documents import PRODUCT_ELEMENTS

# The group that may enter credentials and see secrets.
USER_GROUP = "iconic_connector.iconic_connector_group_user"
MANAGER_GROUP = "iconic_connector.iconic_connector_group_manager"

# The largest document, in bytes, so that recovery can read it back completely.
MAX_DOCUMENT_SIZE = 5 * 1024 * 1024

# How long a feed in `sending` is reserved for its sender, and after how many seconds
# the sender gives up, which has to be well before.
SENDING_LEASE = timedelta(minutes=10)
SEND_DEADLINE = 120

# How much earlier than it was stored a feed may seem to be accepted: clocks differ.
RECOVERY_CLOCK_MARGIN = timedelta(minutes=15)

# Feeds per page when recovery reads the latest ones.
RECOVERY_PAGE_SIZE = 100

# The delays between polls of a feed, in seconds; the last one repeats.
POLL_DELAYS = (5, 10, 20, 40, 80, 160, 300, 600)

# After this time without a result, a feed is decided by reading its products back.
FEED_STUCK_AFTER = timedelta(hours=6)

# A feed that was decided without its own result may still be processed as long as the
# marketplace keeps it. Until then it is polled again after so many hours; the last
# delay repeats.
GIVEN_UP_DELAYS = (1, 1, 1, 1, 1, 1, 3, 6)
FEED_HISTORY = timedelta(days=30)

# How long a product with a warning may stay unreadable before the warning alone counts:
# usually, and where prices and stock of a product on sale wait for it.
DOUBT = timedelta(days=1)
DOUBT_ON_SALE = timedelta(hours=1)

# How long quantities go in feeds after they could not be set at once.
AT_ONCE_PAUSE = timedelta(hours=1)

# Products per GetProducts call by seller SKU.
READ_BACK_SIZE = 100

# The back-off after a call that was certainly not accepted, in seconds: the first,
# doubled each time, and the longest.
BACKOFF_FIRST = 30
BACKOFF_LONGEST = 3600

# After which time a feature that the shop does not offer is asked for again.
FEATURE_RETRY = timedelta(days=7)

# How long the marketplace may not answer before a person is told.
OUTAGE_PATIENCE = timedelta(minutes=30)

# Requests for comparisons that are deleted at once.
VACUUM_REQUESTS = 10_000

# The pause that stops no job: quantity 0 is sent.
PAUSE_OF_SELLING = "selling"

# The delay before rows that others have locked are tried again.
LOCKED_RETRY = timedelta(minutes=5)

# Lengths from the product feeds spec.
NAME_LENGTH = (2, 255)
DESCRIPTION_LENGTH = (6, 25000)

# Above these, what somebody has entered is a mistake.
MAX_PRICE = 99_999_999.99
MAX_QUANTITY = 2**31 - 1

# The HTML elements allowed in a description; of others only the text is sent.
DESCRIPTION_TAGS = frozenset(
    "p br b strong i em u s ul ol li h1 h2 h3 h4 h5 h6 div span sub sup blockquote "
    "table thead tbody tr th td hr".split()
)

# The content types of the pictures that are sent, and their extensions.
IMAGE_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png"}
# Up to how many products a user waits while they are checked or listed. More of them
# are done by a job, so many at once: checking takes longer, and shows how far it is.
PRODUCTS_AT_ONCE = 300
PRODUCTS_CHECKED_AT_ONCE = 200
PRODUCTS_LISTED_AT_ONCE = 1000
# How many listings tell a user what a setting would change before it is saved.
PREVIEWED_LISTINGS = 300

# Seconds for which pictures are prepared before those that are done go on: a person
# waits, or a job that has to show how far it is.
PICTURE_SECONDS = 20
# And how many are prepared in any case: all of one product.
PICTURES_AT_LEAST = MAX_IMAGES
# Pictures that are stored at once.
PICTURE_BATCH = 20

# Listings per batch of detection.
DETECTION_SLICE = 1000

# After which time all listings are compared, whatever has changed.
COMPARE_ALL_AFTER = timedelta(days=1)

# Fewer listings than this going to 0 in one run are always considered sold out.
SELL_OUT_MINIMUM = 20

# The marketplace accepts 30 calls a second per seller. Several jobs and users may call
# at the same time, so that each one stays well below.
SECONDS_BETWEEN_CALLS = 0.1

# Rows that a seller may send per day: a base, and more for each product.
DAILY_ROWS = 50_000
DAILY_ROWS_PER_PRODUCT = 5

# The share of the daily rows after which a flow stops: stock can use all of them.
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

# Finished feeds per batch of the retention job, with up to a thousand lines each.
VACUUM_BATCH = 10

# Entries of the taxonomy that are created at once.
TAXONOMY_BATCH = 1000

# An older taxonomy is read again by the weekly job.
TAXONOMY_AGE = timedelta(days=6)

# Attributes of categories that come from the product or the listing, not from a
# mapping.
OWN_ELEMENTS = {*(name for name, _field, _add in PRODUCT_ELEMENTS), "SellerSku"}

# Mapped elements outside of ProductData: FeedName -> field of the record.
MAPPED_ELEMENTS = {"TaxClass": "tax_class", "ShipmentType": "shipment_type"}

# Own elements that a category may have a list for: FeedName -> field of the record.
LISTED_ELEMENTS = {"Brand": "brand", "Condition": "condition"}

# Our fields of the product that attributes come from, unless a mapping says otherwise:
# FeedName -> field.
PRODUCT_FIELDS = {
    GENDER: "iconic_gender",
    "Brand": "iconic_brand",
    "Condition": "iconic_condition",
}

# How soon a taxonomy that was refused in part is read again, in hours: the first pause,
# doubled each time, and the longest.
TAXONOMY_RETRY_FIRST = 1
TAXONOMY_RETRY_LONGEST = 24

# How often a list of the taxonomy may end a turn with trouble of the marketplace's own
# before it is left as it is, for the sake of those behind it.
SAME_LIST_FAILURES = 3

# A list of the marketplace that has lost more entries than the first, and a larger
# share in percent than the second, is not believed until a person accepts it.
LOSS_HANDFUL = 5
LOSS_SHARE = 10

# The numbers of the refusals that say: no such category, or none with attributes
# (SellerCenter, GetCategoryAttributes; REST answers 404).
NO_ATTRIBUTES = (57, 404)

# The default level of primary categories in the marketplace's tree, as in another shop
# with the same software.
PRIMARY_LEVEL = 3

# The default difference per order line that goes to a rounding line, in the currency
# of the order.
ORDER_TOLERANCE = 0.01

# When an order is invoiced.
INVOICE_MOMENTS = [("ordered", "When ordered"), ("shipped", "When shipped")]

# Who bears what of an order, where THE ICONIC does not say.
BEARERS = [("seller", "The seller"), ("marketplace", "THE ICONIC")]

# Days in the dashboard's graph of orders.
GRAPH_DAYS = 14

# Orders per page.
ORDERS_PER_PAGE = 100

# How long before the start of the import a single order is searched for.
SINGLE_ORDER_AGE = timedelta(days=90)
# How many orders, and for how many seconds, a user who waits lets them be searched
# where none is found by its number.
MOST_SEARCHED_ORDERS = 1000
SEARCH_SECONDS = 30

# The overlap with the previous reading of orders: clocks differ, and the marketplace
# shows changes late (SellerCenter, GetOrders).
ORDER_OVERLAP = timedelta(minutes=15)

# The delays before an order that could not be read is read again, in seconds; the last
# one repeats.
READ_AGAIN_DELAYS = (300, 900, 3600, 4 * 3600, 24 * 3600)
# And how many of them at once.
READ_AGAIN_AT_ONCE = 100

# For how long the orders since then are read again and again, if some of them could not
# be read, and have no id to ask for them by.
PASSED_OVER_AGE = timedelta(days=3)

# By what a page is made smaller that cannot be read, until one record stands alone: it
# is passed over, so that those behind it are reached.
SMALLER_PAGE = 10
# That many in a row are not the fault of single records: at the beginning of a list,
# and where something of it could be read.
UNREADABLE_AT_FIRST = 3
UNREADABLE_IN_A_ROW = 50

# How long a new order may wait for its import before a person is told.
IMPORT_PATIENCE = timedelta(minutes=30)

# How long new orders wait for older ones that the same pull has still to read.
PULL_PATIENCE = timedelta(minutes=10)

# Up to how many days after an order a dispatch calendar is asked for working days: no
# holidays are longer.
DISPATCH_HORIZON = timedelta(days=60)
# When little time is left to dispatch an order; and from when on one counts that cannot
# be dispatched as it is: before a weekend with a holiday.
SHORT_OF_TIME = timedelta(hours=2)
RISK_WINDOW = timedelta(days=3)

# How many orders are processed together. A hundred would gain little, and cost more
# when one of them fails.
ORDERS_PROCESSED_AT_ONCE = 25

# How long an order that is processed is reserved for its job, and when one is tried
# again that has failed for a reason which nobody has foreseen.
PROCESS_LEASE = timedelta(minutes=10)
UNFORESEEN_RETRY = timedelta(hours=1)

# How long a change in `sending` is reserved for its sender (see `SEND_DEADLINE`).
CHANGE_LEASE = timedelta(minutes=10)

# The delays before a change is sent again, in seconds: the first, doubled each time,
# and the longest. It is short, since deliveries have a deadline.
CHANGE_BACKOFF_FIRST = 30
CHANGE_BACKOFF_LONGEST = 900

# The delays before a label or an invoice is requested again, in seconds; the last one
# repeats, and after `DOCUMENT_PATIENCE` the request fails.
DOCUMENT_DELAYS = (10, 20, 40, 80, 160, 300, 600, 1800, 3600)
DOCUMENT_PATIENCE = timedelta(days=1)

# How long a job is reserved for the process that works on it. Renewed after each batch,
# which takes much less.
JOB_LEASE = timedelta(minutes=10)

# The pause of a job after a failure, in seconds: the first, doubled each time, and the
# longest; and after how many failures in a row a person is told of any kind of them.
JOB_BACKOFF_FIRST = 60
JOB_BACKOFF_LONGEST = 3600
JOB_FAILURES_IN_A_ROW = 5

# The shortest time between two messages to the screens of one account, in seconds.
SECONDS_BETWEEN_NEWS = 1
# Records that a job names as left out; the others are only counted.
LEFT_OUT_NAMED = 20

# How many records of a failed batch are tried alone, to see whether all of them fail.
SAMPLES = 5
