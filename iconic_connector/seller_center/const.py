"""Vocabulary and limits of SellerCenter: one constant for each fact."""

from decimal import Decimal

# The API hosts of THE ICONIC (SellerCenter REST documentation, "Servers").
HOST_LIVE = "https://sellercenter-api.theiconic.com.au"
HOST_PRE_PRODUCTION = "https://sellercenter-api-preprod.theiconic.com.au"
HOST_STAGING = "https://sellercenter-api-staging.theiconic.com.au"

# The version that the product feeds spec wants sent, and the only one that the
# marketplace's own documentation accepts: tried in this order.
VERSION = "2.6.20"
FALLBACK_VERSION = "1.0"

# Some SellerCenter installations refuse calls without a User-Agent.
USER_AGENT = "iconic_connector/19.0 (Odoo)"

# Where REST hands out access tokens, below the API's address (SellerCenter REST,
# Authentication).
TOKEN_PATH = "/oauth/client-credentials"
# Seconds that a token lasts when the answer does not say, and before whose end it is
# renewed.
TOKEN_LIFETIME = 3600
LONGEST_TOKEN_LIFETIME = 24 * 3600
TOKEN_MARGIN = 60
# Seconds after which REST is asked again which shop it speaks for.
SHOP_CHECK_SECONDS = 60
# The endpoints that want a signature beside the token (SellerCenter REST, Request
# Signing).
SIGNED_ENDPOINTS = (("POST", "/v2/finance/transaction"),)

# The actions that start a feed: the only ones that carry a document.
PRODUCT_CREATE = "ProductCreate"
PRODUCT_UPDATE = "ProductUpdate"
PRODUCT_REMOVE = "ProductRemove"
IMAGE = "Image"
# The same document as ProductUpdate, with nothing but quantities: REST has an import
# and an action of its own for it.
PRODUCT_STOCK_UPDATE = "ProductStockUpdate"
FEED_ACTIONS = (PRODUCT_CREATE, PRODUCT_UPDATE, PRODUCT_REMOVE, IMAGE)

# The states of a feed at the marketplace. Finished does not mean success.
FEED_QUEUED = "Queued"
FEED_PROCESSING = "Processing"
FEED_FINISHED = "Finished"
FEED_CANCELED = "Canceled"
FEED_ERROR = "Error"

# Values of the Status element of a product.
STATUS_ACTIVE = "active"
STATUS_INACTIVE = "inactive"
STATUS_DELETED = "deleted"

# Condition: the code kept in Odoo and the word that is sent (product feeds spec,
# Product Create).
CONDITIONS = {"1000": "new", "3000": "used", "2500": "refurbished"}

# What amounts of money are rounded to.
CENT = Decimal("0.01")

# Product feeds spec, Listing Image.
MAX_IMAGES = 8
# Product feeds spec, Categories.
MAX_SECONDARY_CATEGORIES = 3
# More products than this are refused in one feed by other SellerCenter shops.
MAX_PRODUCTS_PER_FEED = 1000
# Quantities that REST takes at once (SellerCenter REST, Stock).
MAX_STOCK_ROWS = 100
# Brands that are asked for at once; shops may answer fewer.
MAX_BRANDS = 1000
# GetQcStatus answers no longer pages than this.
MAX_QUALITY_STATES = 100

# REST: feeds and product sets on a page, of other lists as much as is sensible; and
# ids or SKUs that one call may name, in a query of so many characters.
MAX_FEEDS_PER_PAGE = 20
MAX_SETS_PER_PAGE = 25
MAX_ROWS_PER_PAGE = 100
MAX_KEYS_PER_CALL = 100
MAX_KEYS_LENGTH = 6000

# How a parcel gets on its way (SellerCenter, SetStatusToPackedByMarketplace).
DELIVERY_TYPES = ("dropship", "pickup", "send_to_warehouse")
# Orders whose items are asked for at once. The marketplace has a limit (E038) that no
# document names.
ORDERS_PER_CALL = 50

# Seconds to wait for a connection, and for the next bytes of an answer.
TIMEOUT = (10, 60)
# Seconds that one call may take in all, repetitions included.
DEADLINE = 120
# The longest Retry-After that is kept, in seconds: who asks for years, by mistake, is
# asked again after an hour, so that no account falls silent.
MAX_RETRY_AFTER = 3600
# What one answer may take, for workers of 2 GiB (Odoo's limit_memory_soft) that hold
# more than one: bytes of an answer that is parsed, and of a file that is only stored.
# Parsing text costs up to 8 times its size, where one character takes four bytes.
MAX_ANSWER_SIZE = 16 * 1024 * 1024
MAX_FILE_SIZE = 64 * 1024 * 1024
# Elements, attributes and values of an answer that is parsed. Each costs up to 450
# bytes in XML (a name of its own, and a text after it) and 270 in JSON, whatever it
# says: 60 MB of tiny elements took over 2 GB. A page of 100 orders has about 10 000.
MAX_ANSWER_PARTS = 250_000
