"""The seller's side of REST v2 for the tests, written for them alone.

Every exchange passes the checker of the documentation: one that does not fit fails its
test, unless the test says that it is meant to be careless.
"""

import hashlib
import hmac
import time
from itertools import count
from urllib.parse import quote

import requests
from ordering import OWN_CARRIER

APPLICATION = (
    "sandbox-application-0001",
    "sandbox-application-secret-0123456789abcdef",
)
TOKEN = "oauth/client-credentials"
CREATE, UPDATE, STOCK = (
    f"v2/import/{name}"
    for name in (
        "product-creation-xml-import",
        "product-update-xml-import",
        "product-stock-update-xml",
    )
)
STATES = "v2/orders/statuses/set-to-"
REMOVE, IMAGES = "v2/import/product-removal", "v2/import/image-update"

_nonces = count(1)


class RestSeller:
    """A seller's program with an OAuth application."""

    def __init__(self, url, checked, application=APPLICATION):
        """Stand before a marketplace.

        :param url: its address, with a slash at its end.
        :param checked: `middleware.CheckedApplication` that it stands behind.
        :param application: id and secret.
        """
        self.url = url
        self.checked = checked
        self.application = application
        self.session = requests.Session()
        self.session.trust_env = False
        self._token = ""

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.session.close()
        complaints = self.checked.take()
        assert not complaints, complaints

    def ask_token(self, auth=None, **form):
        """Ask for a token.

        :param auth: id and secret; those of the seller's application.
        """
        form = form or {"grant_type": "client_credentials"}
        url = self.url + TOKEN
        auth = auth or self.application
        return self.session.post(url, data=form, auth=auth, timeout=20)

    @property
    def token(self):
        """Give the token, asked for once."""
        if not self._token:
            self._token = self.ask_token().json()["access_token"]
        return self._token

    def forget_token(self):
        """Make the next call ask for a new token."""
        self._token = ""

    def call(self, method, path, *, headers=None, token=None, **options):
        """Make a call.

        :param path: without the slash at its beginning.
        :param token: in place of the seller's own.
        :param options: of `requests.Session.request`.
        """
        token = self.token if token is None else token
        headers = {"Authorization": f"Bearer {token}", **(headers or {})}
        url = self.url + path
        return self.session.request(
            method, url, headers=headers, timeout=20, allow_redirects=False, **options
        )

    def get(self, path, **params):
        """Read something; a parameter that is None is left out."""
        answer = self.call("GET", path, params=spelt(params))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def careless(self, method, path, **options):
        """Make a call that the checker has to complain about, it or its answer."""
        earlier = self.checked.take()
        assert not earlier, earlier
        answer = self.call(method, path, **options)
        assert self.checked.take(), "the checker lets it through"
        return answer

    def send_xml(self, path, document):
        """Send a document to one of the imports that take XML."""
        headers = {"Content-Type": "text/xml"}
        return self.call("POST", path, data=document.encode(), headers=headers)

    def upload(self, path, table):
        """Send a table to one of the imports that take files."""
        files = {"file1": ("feed.csv", table.encode(), "text/csv")}
        return self.call("POST", path, files=files)

    def feed(self, path, content):
        """Send a feed and give its UUID."""
        if path in (REMOVE, IMAGES):
            uuid = self.upload(path, content).json()["feedUuid"]
        else:
            uuid = between(self.send_xml(path, content).text, "RequestId")
        assert uuid, "the feed was not accepted"
        return uuid

    def result(self, path, content):
        """Send a feed and read what became of it."""
        return self.get(f"v2/feed/{self.feed(path, content)}/status")

    def signed(self, method, path, body=b"", **changes):
        """Make a signed call.

        :param changes: headers in place of the right ones, with `_` for `-`.
        """
        url = requests.Request(method, self.url + path).prepare().path_url
        stamp = changes.pop("stamp", str(int(time.time())))
        nonce = changes.pop("nonce", f"nonce-{next(_nonces)}")
        headers = {
            "X-Timestamp": stamp,
            "X-Nonce": nonce,
            "X-Signature-Algorithm": "HMAC-SHA256",
            "X-Signature": sign(
                self.application[1], f"{method} {url}", stamp, nonce, body
            ),
            "Content-Type": "text/xml" if body else None,
            **{name.replace("_", "-"): value for name, value in changes.items()},
        }
        return self.call(method, path, data=body or None, headers=headers)


def spelt(params):
    """Spell parameters as the documentation does: lists with brackets.

    :param params: dict; None leaves one out.
    """
    lists = {name for name, value in params.items() if isinstance(value, list | tuple)}
    return {
        f"{name}[]" if name in lists else name: value for name, value in params.items()
    }


def sign(secret, target, stamp, nonce, body):
    """Sign as SellerCenter REST, Request Signing says: four lines, no end of line."""
    digest = hashlib.sha256(body).hexdigest() if body else ""
    lines = (target, f"timestamp={stamp}", f"nonce={nonce}", f"body_hash={digest}")
    content = "\n".join(lines).encode()
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def sets(rest, **filters):
    """Read the first page of product sets."""
    return rest.get("v2/product-sets", **{"limit": 100, "offset": 0, **filters})


def by_sku(rest, *skus):
    """Read products by their SKUs, as a dict."""
    answer = rest.get("v2/product/seller-skus", sellerSkus=skus, limit=100, offset=0)
    return {one["sellerSku"]: one for one in answer["items"]}


def set_of(rest, sku):
    """Give the id of a product's set."""
    return by_sku(rest, sku)[sku]["productSetId"]


def is_problem(answer, status):
    """Tell whether an answer is a problem document of a status."""
    data = answer.json()
    return (
        answer.status_code == data["status"] == status
        and answer.headers["Content-Type"] == "application/problem+json"
        and {"type", "title", "detail"} <= set(data)
    )


def order_item(rest, item_id):
    """Read an order item."""
    (one,) = rest.get("v2/order-items", orderItemIds=[item_id], limit=1, offset=0)[
        "items"
    ]
    return one


def ready(rest, item_ids, tracking="TRACK001", **values):
    """Make items ready to ship with a carrier that has numbers of its own."""
    body = {
        "orderItems": [{"id": one} for one in item_ids],
        "deliveryType": "dropship",
        "shippingProvider": OWN_CARRIER,
        "trackingNumber": tracking,
        **values,
    }
    return rest.call("POST", f"{STATES}ready-to-ship", json=body)


def refused(answer):
    """Tell whether a call was refused in words, its items' or its own."""
    data = answer.json()
    if "errors" in data:
        return answer.status_code == 422 and all(
            one["detail"] for one in data["errors"]
        )
    return is_problem(answer, 400) or is_problem(answer, 422)


def between(text, name):
    """Give the text of the first element with a name, empty without one."""
    return text.partition(f"<{name}>")[2].partition(f"</{name}>")[0]


def table(*rows):
    """Write a table as the imports take it: semicolons, quotes where needed."""
    return "".join(";".join(map(_cell, row)) + "\r\n" for row in rows)


def segment(text):
    """Spell a text as one segment of a path."""
    return quote(text, "")


def _cell(text):
    if any(sign in text for sign in ';"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
