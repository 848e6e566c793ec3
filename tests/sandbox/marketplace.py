"""The seller's side of the tests, written for them alone: signs, calls, reads."""

import hashlib
import hmac
from datetime import datetime, timezone
from urllib.parse import quote

import requests
from lxml import etree

USER = "seller@sandbox.example"
KEY = "sandbox-api-key-0123456789abcdef"
ORDER_USER, ORDER_KEY = "readonly@sandbox.example", "sandbox-readonly-key"


def encode(parameters):
    """Write parameters the way that is signed."""
    pairs = sorted((name.encode(), str(one)) for name, one in parameters.items())
    return "&".join(f"{quote(name, '')}={quote(one, '')}" for name, one in pairs)


def signed(query, key=KEY):
    """Append the signature to a query string."""
    digest = hmac.new(key.encode(), query.encode(), hashlib.sha256).hexdigest()
    return f"{query}&Signature={digest}"


class Answer:
    """An answer, read as the document it claims to be."""

    def __init__(self, response):
        self.response = response
        self.root = etree.fromstring(response.content)

    def __getitem__(self, path):
        """Give the text at a path below the root, empty if there is none."""
        return (self.root.findtext(path) or "").strip()

    def all(self, path):
        """Give all texts at a path below the root."""
        return [(node.text or "") for node in self.root.findall(path)]

    @property
    def accepted(self):
        return self.root.tag == "SuccessResponse"

    @property
    def code(self):
        return self["Head/ErrorCode"]

    @property
    def feed_id(self):
        return self["Head/RequestId"]

    @property
    def details(self):
        """The remarks about a refused document, as field, SKU and message."""
        return [
            tuple(
                node.findtext(name) or "" for name in ("Field", "SellerSku", "Message")
            )
            for node in self.root.findall("Body/ErrorDetail")
        ]


class Seller:
    """A seller's program in a few lines."""

    def __init__(self, url):
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.session.close()

    def query(self, action, *, key=KEY, **parameters):
        """Build a signed query; a parameter that is None is left out."""
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        common = {"Action": action, "Timestamp": now, "UserID": USER, "Version": "1.0"}
        common.update(parameters)
        chosen = {name: one for name, one in common.items() if one is not None}
        return signed(encode(chosen), key)

    def send(self, query, body=None, **options):
        """Send a query string as it stands."""
        method = "GET" if body is None else "POST"
        url = f"{self.url}?{query}"
        return self.session.request(method, url, data=body, timeout=20, **options)

    def call(self, action, body=None, *, headers=None, **parameters):
        """Call an action and read its answer."""
        if isinstance(body, str):
            body = body.encode()
        query = self.query(action, **parameters)
        return Answer(self.send(query, body, headers=headers))

    def json(self, action, **parameters):
        """Call an action and read its answer as JSON."""
        return self.send(self.query(action, Format="JSON", **parameters)).json()

    def feed(self, action, body):
        """Send a document, wait for nothing, and read what became of it."""
        receipt = self.call(action, body)
        assert receipt.accepted, etree.tostring(receipt.root)
        return self.call("FeedStatus", FeedID=receipt.feed_id)

    def errors(self, action, body):
        """Send a document and give the messages that its feed ends with."""
        return self.feed(action, body).all("Body/FeedDetail/FeedErrors/Error/Message")

    def control(self, method, name, **data):
        """Use the control API."""
        url = f"{self.url}sandbox/{name}"
        return self.session.request(method, url, json=data or None, timeout=20)


VALUES = {
    "Name": "Linen midi dress",
    "Variation": "S",
    "PrimaryCategory": "111",
    "Description": "A dress for long summers.",
    "Brand": "Saltbush",
    "Price": "199.00",
}
ATTRIBUTES = {
    "Gender": "Female",
    "Color": "Black",
    "Composition": "100% Linen",
    "Season": "AW26",
    "AgeGroup": "Adult",
}


def product(sku="SKU-1", *, attributes=ATTRIBUTES, **changes):
    """Write a complete dress, with changes; None leaves an element out."""
    values = {"SellerSku": sku, **VALUES, "Quantity": "5", **changes}
    data = element("ProductData", attributes) if attributes else ""
    return element("Product", values, data)


def only(sku, **values):
    """Write a product with nothing but what is given."""
    return element("Product", {"SellerSku": sku, **values})


def images(sku, *urls):
    """Write the pictures of a product."""
    inner = "".join(element("Image", url) for url in urls)
    holder = f"<Images>{inner}</Images>"
    return element("ProductImage", {"SellerSku": sku}, holder)


def request(*entries):
    """Write a document."""
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><Request>{''.join(entries)}</Request>"
    )


def element(name, value, raw=""):
    """Write an element with text, or with elements from a dict."""
    if isinstance(value, dict):
        inner = "".join(element(k, one) for k, one in value.items() if one is not None)
    else:
        inner = value.replace("&", "&amp;").replace("<", "&lt;")
    return f"<{name}>{inner}{raw}</{name}>"
