"""What the marketplace shows, and whether it is what the demo waits for."""

import json
import urllib.request


class Marketplace:
    """What shoppers and the seller see at the sandbox.

    :param url: its address
    """

    def __init__(self, url):
        self._url = url

    def products(self):
        """Read all products.

        :return: a dict, SKU -> dict of what is shown
        """
        products = self._ask("sandbox/state")["products"]
        return {sku: seen(product) for sku, product in products.items()}

    def place(self, *items):
        """Order something as a shopper.

        :param items: dicts with `sku` and `quantity`
        :return: the order, as the sandbox describes it
        """
        return self._ask("sandbox/orders", {"items": items})

    def order(self, order_id):
        """Read an order.

        :param order_id: the marketplace's id
        :return: the order, as the sandbox describes it
        """
        orders = self._ask("sandbox/orders")["orders"]
        return next(one for one in orders if one["id"] == order_id)

    def move(self, items, status):
        """Bring items into another status, as marketplace or as shopper.

        :param items: their ids
        :param status: the status, or `return`: the shopper sends them back
        """
        if status == "return":
            self._ask("sandbox/orders/return", {"items": items})
        else:
            self._ask("sandbox/orders/status", {"items": items, "status": status})

    def _ask(self, path, body=None):
        request = urllib.request.Request(f"{self._url}{path}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def seen(product):
    """Pick what the demo shows of a product.

    :param product: as the sandbox describes it
    :return: a dict; published means that shoppers see it
    """
    deleted = product["status"] == "deleted"
    return {
        "status": product["status"],
        "price": product["price"],
        "sale": sale(*(product[f"sale_{name}"] for name in ("price", "start", "end"))),
        "quantity": product["quantity"],
        "pictures": 0 if deleted else len(product["images"]),
        "published": "yes" if product["is_published"] else "no",
    }


def sale(price, start, end):
    """Put a sale into words.

    :param price: as text, None without a sale
    :param start: when it starts, in UTC
    :param end: when it ends, in UTC
    :return: the words
    """
    if price is None:
        return "none"
    start, end = (str(time).removesuffix(":00+00:00") for time in (start, end))
    return f"{price} from {start} to {end} UTC"


class Step:
    """Something that the user did, and what it is to change at the marketplace.

    :param title: what the user did, in words
    :param skus: the products that it concerns
    :param expected: dict of what each of them is to show
    """

    def __init__(self, title, skus, expected):
        self._title = title
        self._skus = skus
        self._expected = expected

    def arrived(self, products):
        """Tell whether the marketplace shows it.

        :param products: what :meth:`Marketplace.products` gives
        :return: a boolean
        """
        return bool(self._skus) and not self._missing(products)

    def describe(self, before, after):
        """Say in one line what became of it.

        :param before: the products as the marketplace showed them before
        :param after: the same, now
        :return: the line
        """
        if self.arrived(after):
            sku = self._skus[0]
            changes = ", ".join(self._changes(before[sku], after[sku]))
            count = f" ({len(self._skus)} SKUs)" if len(self._skus) > 1 else ""
            return f"{self._title}: {changes} at the marketplace{count}"
        missing = ", ".join(self._missing(after))
        return f"{self._title}: NOT at the marketplace: {missing}"

    def _missing(self, products):
        shown = {sku: products.get(sku, {}).items() for sku in self._skus}
        return [
            sku for sku, items in shown.items() if not self._expected.items() <= items
        ]

    def _changes(self, before, after):
        return [
            f"{name} {before[name]} -> {value}"
            for name, value in after.items()
            if name in self._expected and before[name] != value
        ]
