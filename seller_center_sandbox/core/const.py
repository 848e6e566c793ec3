"""Vocabularies and limits of the marketplace, one place for all of them."""

import re
from datetime import timedelta
from decimal import Decimal

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8169
DEFAULT_USER_ID = "seller@sandbox.example"
DEFAULT_API_KEY = "sandbox-api-key-0123456789abcdef"
# A user that may read orders only, to meet "access denied" on products.
ORDER_USER_ID = "readonly@sandbox.example"
ORDER_API_KEY = "sandbox-readonly-key"
# The OAuth applications of these two users.
DEFAULT_APPLICATION_ID = "sandbox-application-0001"
DEFAULT_APPLICATION_SECRET = "sandbox-application-secret-0123456789abcdef"
ORDER_APPLICATION_ID = "sandbox-application-0002"
ORDER_APPLICATION_SECRET = "sandbox-readonly-application-secret"

# How far a Timestamp may be from the marketplace's clock, either way. The real
# tolerance is published nowhere.
CLOCK_TOLERANCE = timedelta(minutes=5)
# The documentation says 2.6.20, the servers accept 1.0.
DEFAULT_VERSIONS = ("1.0",)

# SellerCenter: Requests and Responses.
MAX_BODY_BYTES = 128 * 1024 * 1024
MAX_ERROR_DETAILS = 50
MAX_RECORDS_PER_FEED = 1000
FEED_HISTORY = timedelta(days=30)
MAX_LOGGED_REQUESTS = 5000

PRODUCTS_DEFAULT_LIMIT = 100
# Asking for more is not an error: the answer is simply shorter.
PRODUCTS_MAX_LIMIT = 500
BRANDS_DEFAULT_LIMIT = 100
QC_MAX_LIMIT = 100
FEEDS_DEFAULT_PAGE_SIZE = 10
FEEDS_MAX_PAGE_SIZE = 1000

# SellerCenter REST: OAuth, Signing Requests, Feeds, Products.
TOKEN_LIFETIME = 3600
SIGNED_ENDPOINTS = ("POST /v2/finance/transaction",)
MAX_NONCE_LENGTH = 40
REST_FEEDS_MAX_LIMIT = 20
REST_SETS_MAX_LIMIT = 100
REST_MAX_SKUS = 100
REST_MAX_STOCK_ROWS = 100
COUNTRY, CURRENCY = "AU", "AUD"
# The shops that the user can switch between: id -> name and short code.
SHOPS = {4711: ("Sandbox Fashion", "SBFA"), 4712: ("Sandbox Outlet", "SBOU")}
DEFAULT_SHOP = 4711

# The quantities of products, a kind of update that only REST has as a feed of its own.
STOCK_UPDATE = "ProductStockUpdate"

QUEUED, PROCESSING, FINISHED = "Queued", "Processing", "Finished"
CANCELED, ERROR = "Canceled", "Error"
FEED_STATUSES = (QUEUED, PROCESSING, FINISHED, CANCELED, ERROR)

ACTIVE, INACTIVE, DELETED = "active", "inactive", "deleted"
PRODUCT_STATUSES = (ACTIVE, INACTIVE, DELETED)
CONDITIONS = ("new", "used", "refurbished")
SHIPMENT_TYPES = ("dropshipping", "crossdocking")
TAX_CLASSES = ("default", "GST 10%", "GST Free")

QC_PENDING, QC_APPROVED, QC_REJECTED = "pending", "approved", "rejected"
QC_STATUSES = (QC_PENDING, QC_APPROVED, QC_REJECTED)

# Product feeds, Product Create: lengths in characters.
NAME_LENGTH = (2, 255)
DESCRIPTION_LENGTH = (6, 25000)
# The markup that a description may bring along. Which tags are allowed is published
# nowhere; these are for text, and neither load, run nor ask for anything.
ALLOWED_TAGS = (
    "b blockquote br div em h1 h2 h3 h4 h5 h6 hr i li ol p s span strong sub sup "
    "table tbody td th thead tr u ul"
).split()
MAX_SECONDARY_CATEGORIES = 3
PRIMARY_CATEGORY_LEVEL = 3
MAX_QUANTITY = 2_147_483_647
MAX_PRICE = Decimal("99999999.99")
# The official clients send whole prices without decimals.
PRICE_PATTERN = re.compile(r"\d+(\.\d{2})?", re.ASCII)
SALE_YEARS = 100

MAX_IMAGES = 8
# Shops publish minima from 500 px up.
MIN_IMAGE_SIDE = 500
MAX_IMAGE_SIDE = 6000
MAX_IMAGE_BYTES = 8 * 1024 * 1024
IMAGE_FORMATS = ("JPEG", "PNG")
IMAGE_TIMEOUT = 10
IMAGE_FETCHERS = 4
THUMBNAIL_SIDE = 240
DROPSHIPPING, WAREHOUSE, CROSSDOCKING = "dropshipping", "warehouse", "crossdocking"
DELIVERY_TYPES = ("dropship", "pickup", "send_to_warehouse")
MASK = "#####"
CURRENCY, COUNTRY = "AUD", "AU"
ORDERS_DEFAULT_LIMIT = 100
# As with products, asking for more is not an error.
ORDERS_MAX_LIMIT = 100
# How many orders may be asked for at once is published nowhere.
MAX_ORDER_IDS = 100
HOURS_TO_SHIP = 48

DOCUMENT_TYPES = (
    "invoice exportInvoice shippingLabel shippingParcel carrierManifest serialNumber"
).split()
EXPORT_DOCUMENT_TYPES = (
    *DOCUMENT_TYPES,
    *"all_documents picklist checklist creditNote manifest".split(),
)
DOCUMENT_FORMATS = {"pdf": "application/pdf", "html": "text/html"}
EXPORT_LIFE = timedelta(days=7)

CALLBACK_TIMEOUT = 5
