"""The other connector's shop: products and stock levels over GraphQL, at once."""

from itertools import count

#: The end of the path that its calls go to.
PATH_END = "graphql.json"
MOMENT = "2026-03-02T10:00:00Z"
NO_MORE = {"hasNextPage": False, "endCursor": None}


class Shop:
    """Holds what it is sent, and answers with it.

    It tells calls apart by their variables.
    """

    def __init__(self):
        self._products = {}
        self._numbers = count(1)

    def answer(self, call):
        """Answer a call.

        :param call: a dict with `variables`
        :return: a dict
        """
        variables = call.get("variables") or {}
        if "inventoryItemId" in variables:
            data = self._level()
        elif "quantities" in variables.get("input", {}):
            data = {"inventorySetQuantities": {"userErrors": []}}
        elif "input" in variables:
            product = self._store(variables["input"], variables["identifier"])
            data = {"productSet": {"product": product, "userErrors": []}}
        elif "id" in variables:
            data = {"product": self._products.get(variables["id"])}
        elif "identifier" in variables:
            data = {"metafieldDefinition": {"id": self._gid("MetafieldDefinition")}}
        else:
            data = {"changed": {"userErrors": []}}
        return {"data": data}

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
