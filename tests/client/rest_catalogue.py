"""A few product sets as the REST API shows them, call by call."""

from fake_marketplace import parameters

#: The most that the marketplace takes at once.
MAX_SETS = 100
MAX_IDS = 100
MAX_SKUS = 100

MOMENT = "2026-02-28T09:00:00.123456Z"


class Catalogue:
    """Product sets, each with its variations; no call shows all of a product.

    :param sets: names of sets, each with its number of variations. The SKUs are the
        name and a number: ``dress-1``, ``dress-2``.
    :param page_cap: sets on a page at most, whatever is asked for.
    """

    def __init__(self, marketplace, page_cap=MAX_SETS, **sets):
        self.page_cap = page_cap
        self.sets = [self._set(100 + number, name) for number, name in enumerate(sets)]
        self.products = [
            self._product(1000 * one["id"] + number, one, number)
            for one, count in zip(self.sets, sets.values(), strict=True)
            for number in range(1, count + 1)
        ]
        #: Rows of prices, stock, pictures and quality by set or product, to be changed.
        self.prices = {product["id"]: [price()] for product in self.products}
        self.stock = {product["sellerSku"]: {} for product in self.products}
        self.images = {one["id"]: [] for one in self.sets}
        self.quality = {one["id"]: "approved" for one in self.sets}
        self.reasons = {}
        self.comments = {}
        self._serve(marketplace)

    def _serve(self, marketplace):
        for path, answer in {
            "/v2/product-sets": self._sets,
            "/v2/prices": self._prices,
            "/v2/products": self._products,
            "/v2/product-sets/images": self._images,
            "/v2/product/seller-skus": self._by_sku,
            "/v2/product-set/quality-control-status": self._quality,
            "/v2/product-quality-control/rejected": self._rejected,
        }.items():
            marketplace.stand(path, answer)
        for one in self.sets:
            path = f"/v2/stock/product-set/{one['id']}"
            marketplace.stand(path, lambda request, one=one: self._stock(one))

    def _set(self, number, name):
        return {
            "id": number,
            "uuid": f"uuid-{number}",
            "srcId": None,
            "name": name.title(),
            "parentSku": f"{name}-1",
            "createdAt": MOMENT,
            "updatedAt": MOMENT,
            "description": "A thing to wear",
            "brandId": 7,
            "primaryCategoryId": 111,
            "attributeSetId": 3,
            "sellerId": 4711,
            "categories": [],
            "attributes": {},
            "sizeSystem": 1,
            "browseNodes": [],
            "sellerSku": f"{name}-1",
            "status": "active",
            "sin": "",
        }

    def _product(self, number, one, variation):
        return {
            "id": number,
            "uuid": f"uuid-{number}",
            "srcId": None,
            "shopSku": f"SHOP{number}",
            "sellerSku": f"{one['name'].lower()}-{variation}",
            "sin": "",
            "sellerId": 4711,
            "productSetId": one["id"],
            "approvalStatus": "approved",
            "updatedByUserId": 1,
            "status": "active",
            "variation": str(variation),
            "taxClassId": 1,
            "shipmentTypeId": 2,
            "productIdentifier": "9300000000014",
            "duplicateGroupId": 0,
            "srcUpdatedAt": None,
            "createdAt": MOMENT,
            "updatedAt": "2026-03-01T09:00:00.000000Z",
            "name": one["name"],
        }

    def _sets(self, request):
        wanted = _values(request, "productSetIds[]")
        rows = [one for one in self.sets if not wanted or str(one["id"]) in wanted]
        return self._page(request, rows, self.page_cap)

    def _by_sku(self, request):
        wanted = _values(request, "sellerSkus[]")
        assert 1 <= len(wanted) <= MAX_SKUS
        found = [product for product in self.products if product["sellerSku"] in wanted]
        return self._page(request, found, MAX_SKUS)

    def _page(self, request, rows, cap):
        asked = dict(parameters(request))
        limit, offset = min(int(asked["limit"]), cap), int(asked["offset"])
        total = {"limit": limit, "offset": offset, "totalCount": len(rows)}
        return {"items": rows[offset : offset + limit], "pagination": total}

    def _prices(self, request):
        return [
            {
                "productSetId": number,
                "items": [
                    {"productId": one["id"], "prices": self.prices[one["id"]]}
                    for one in self._of(number)
                ],
            }
            for number in _numbers(request, "productSetIds[]")
        ]

    def _products(self, request):
        wanted = _numbers(request, "productIds[]")
        return [product for product in self.products if product["id"] in wanted]

    def _images(self, request):
        return [
            {
                "productSetId": number,
                "images": [
                    {"id": place, "displayUrl": url, "srcId": None}
                    for place, url in enumerate(self.images[number], 1)
                ],
            }
            for number in _numbers(request, "productSetIds[]")
        ]

    def _stock(self, one):
        return [
            {
                "shopSku": product["shopSku"],
                "sellerSku": product["sellerSku"],
                "name": product["name"],
                "quantity": 12,
                "reservedStock": 3,
                "preVerificationStock": 0,
                "available": 9,
                "consignments": None,
                "sellableStock": 0,
                "nonSellableStock": 0,
                "warehouses": [],
                **self.stock[product["sellerSku"]],
            }
            for product in self._of(one["id"])
        ]

    def _quality(self, request):
        return [
            {
                "productSetId": number,
                "status": self.quality[number],
                "createdAt": MOMENT,
            }
            for number in _numbers(request, "productSetIds[]")
        ]

    def _rejected(self, request):
        return [
            {
                "productSetId": number,
                "rejectedReasons": self.reasons.get(number, []),
                "qcComment": self.comments.get(number, ""),
            }
            for number in _numbers(request, "productSetIds[]")
            if self.quality[number] == "rejected"
        ]

    def _of(self, number):
        return [one for one in self.products if one["productSetId"] == number]


def price(amount=129.95, country="AU", **fields):
    """Return a price of one country."""
    return {
        "price": amount,
        "salePrice": None,
        "saleStartDate": None,
        "saleEndDate": None,
        "country": country,
        "status": "active",
        **fields,
    }


def _values(request, name):
    return [value for key, value in parameters(request) if key == name]


def _numbers(request, name):
    numbers = [int(value) for value in _values(request, name)]
    assert 1 <= len(numbers) <= MAX_IDS, f"{len(numbers)} {name} at once"
    return numbers
