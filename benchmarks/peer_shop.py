"""The other connector's shop: products, stock and orders over GraphQL, at once."""

from itertools import count

#: The end of the path that its calls go to.
PATH_END = "graphql.json"
MOMENT = "2026-03-02T10:00:00Z"
NO_MORE = {"hasNextPage": False, "endCursor": None}
GATEWAY = "card"
#: What prices include, as the season's tax does.
TAX = {"title": "GST", "rate": "0.1"}


class Shop:
    """Holds what it is sent, and answers with it.

    It tells calls apart by their variables.
    """

    def __init__(self):
        self._products = {}
        self._orders = {}
        self._numbers = count(1)

    def answer(self, call):
        """Answer a call.

        :param call: a dict with `variables`
        :return: a dict
        """
        variables = call.get("variables") or {}
        if "orders" in variables:
            data = self._place(variables["orders"])
        elif "inventoryItemId" in variables:
            data = self._level()
        elif "quantities" in variables.get("input", {}):
            data = {"inventorySetQuantities": {"userErrors": []}}
        elif "input" in variables:
            product = self._store(variables["input"], variables["identifier"])
            data = {"productSet": {"product": product, "userErrors": []}}
        elif variables.get("id") in self._orders:
            data = {"order": self._orders[variables["id"]]}
        elif "id" in variables:
            data = {"product": self._products.get(variables["id"])}
        elif "identifier" in variables:
            data = {"metafieldDefinition": {"id": self._gid("MetafieldDefinition")}}
        else:
            data = {"changed": {"userErrors": []}}
        return {"data": data}

    def _place(self, orders):
        """Have shoppers place orders, as the bench says: it alone calls so."""
        placed = [make_order(**order) for order in orders]
        self._orders |= {order["id"]: order for order in placed}
        return {"orders": [order["id"] for order in placed]}

    def _store(self, wanted, identifier):
        known = identifier.get("id") or self._gid("Product")
        media = [self._medium(one) for one in wanted.get("files", [])]
        self._products[known] = {
            "id": known,
            "title": wanted.get("title", ""),
            "handle": known,
            "status": wanted.get("status", "ACTIVE"),
            "updatedAt": MOMENT,
            "options": [self._option(one) for one in wanted["productOptions"]],
            "variants": self._page([self._variant(one) for one in wanted["variants"]]),
            "media": self._page(media),
            "collections": self._page([]),
        }
        return self._products[known]

    def _variant(self, wanted):
        known = wanted.get("id") or self._gid("ProductVariant")
        return {
            "id": known,
            "sku": wanted.get("sku"),
            "barcode": wanted.get("barcode"),
            "price": wanted.get("price"),
            "selectedOptions": [
                {"name": one["optionName"], "value": one["name"]}
                for one in wanted["optionValues"]
            ],
            "inventoryItem": {
                "id": known.replace("ProductVariant", "InventoryItem"),
                "tracked": True,
            },
            "media": self._page([]),
        }

    def _option(self, wanted):
        values = [self._with_id(one, "ProductOptionValue") for one in wanted["values"]]
        option = self._with_id(wanted, "ProductOption")
        return {**option, "optionValues": values, "values": None}

    def _medium(self, wanted):
        medium = self._with_id(wanted, "MediaImage")
        return {**medium, "mediaContentType": "IMAGE"}

    def _with_id(self, wanted, kind):
        return {"id": self._gid(kind), **wanted}

    def _gid(self, kind):
        return f"gid://shopify/{kind}/{next(self._numbers)}"

    @staticmethod
    def _level():
        """Answer that there are no pieces: whatever is wanted is a change."""
        quantities = [{"name": "available", "quantity": -1}]
        item = {"tracked": True, "inventoryLevel": {"quantities": quantities}}
        return {"inventoryItem": item}

    @staticmethod
    def _page(nodes):
        return {"nodes": nodes, "pageInfo": NO_MORE}


def make_order(number, currency, lines, is_paid):
    """Make an order, of which one piece of each line is bought.

    :param number: of the order
    :param currency: its code
    :param lines: a list of (variant, SKU, name, price with tax as text)
    :param is_paid: whether the payment is in it; it counts as paid in any case
    :return: a dict, as the shop's API has it
    """
    total = money(f"{sum(float(price) for *_names, price in lines):.2f}", currency)
    payment = {
        "id": f"gid://shopify/OrderTransaction/{number}",
        "gateway": GATEWAY,
        "kind": "SALE",
        "status": "SUCCESS",
        "processedAt": MOMENT,
        "amountSet": total,
    }
    return {
        "id": f"gid://shopify/Order/{number}",
        "name": f"#{number}",
        "createdAt": MOMENT,
        "updatedAt": MOMENT,
        "currencyCode": currency,
        "taxesIncluded": True,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "shippingAddress": {"countryCodeV2": "AU"},
        "currentTotalPriceSet": total,
        "lineItems": {
            "nodes": [
                _line(f"{number}{place}", currency, *line)
                for place, line in enumerate(lines)
            ]
        },
        "transactions": [payment] if is_paid else [],
    }


def _line(number, currency, variant, sku, name, price):
    return {
        "id": f"gid://shopify/LineItem/{number}",
        "name": name,
        "sku": sku,
        "quantity": 1,
        "variant": {"id": variant, "sku": sku},
        "originalUnitPriceSet": money(price, currency),
        "discountedTotalSet": money(price, currency),
        "taxLines": [TAX],
    }


def money(amount, currency):
    """Write an amount in the shop's currency and the shopper's, which are the same.

    :param amount: as text
    :param currency: its code
    :return: a dict
    """
    both = {"amount": amount, "currencyCode": currency}
    return {"shopMoney": both, "presentmentMoney": both}
