"""REST v2: the imports that make feeds (SellerCenter REST, Imports)."""

import pytest
from marketplace import only, product, request
from rest_marketplace import (
    CREATE,
    IMAGES,
    REMOVE,
    STOCK,
    UPDATE,
    between,
    is_problem,
    table,
)


@pytest.fixture
def patient(sandbox, rest):
    """The seller of a marketplace whose feeds wait until they are told to run."""
    sandbox.settings.auto_process = False
    return rest


@pytest.fixture
def stocked(rest):
    """The seller of a marketplace that has two dresses."""
    rest.feed(CREATE, request(product("A"), product("B")))
    return rest


def messages(result):
    """Give the errors of a feed as pairs of SKU and words."""
    return [(one["sellerSku"], one["errorMessage"]) for one in result["errors"]]


def test_a_product_is_created_from_xml(rest, sandbox):
    answer = rest.send_xml(CREATE, request(product("A")))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/xml")
    assert between(answer.text, "RequestAction") == "ProductCreate"
    uuid = between(answer.text, "RequestId")
    assert rest.get(f"v2/feed/{uuid}/status")["status"] == "Finished"
    assert sandbox.products["A"].name == "Linen midi dress"


def test_a_product_is_updated_from_xml(stocked, sandbox):
    result = stocked.result(UPDATE, request(only("A", Price="150.00")))
    assert (result["action"], result["errors"]) == ("ProductUpdate", [])
    assert str(sandbox.products["A"].price) == "150.00"
    assert sandbox.products["A"].quantity == 5


def test_stock_is_updated_by_an_import_of_its_own(stocked, sandbox):
    result = stocked.result(STOCK, request(only("A", Quantity="3")))
    assert (result["action"], result["status"]) == ("ProductStockUpdate", "Finished")
    assert sandbox.products["A"].quantity == 3


def test_the_stock_import_changes_nothing_but_stock(stocked, sandbox):
    document = request(only("A", Quantity="3", Price="1.00"))
    headers = {"Content-Type": "text/xml"}
    answer = stocked.careless("POST", STOCK, data=document.encode(), headers=headers)
    assert answer.status_code == 200
    assert str(sandbox.products["A"].price) == "199.00"


def test_products_are_removed_by_a_table(stocked, sandbox):
    answer = stocked.upload(REMOVE, table(["SellerSku"], ["A"]))
    receipt = answer.json()
    assert answer.status_code == 201
    assert receipt["success"] is True
    assert receipt["errorMessages"] == receipt["warningMessages"] == []
    result = stocked.get(f"v2/feed/{receipt['feedUuid']}/status")
    assert (result["action"], result["status"]) == ("ProductRemove", "Finished")
    assert sandbox.products["A"].is_deleted and not sandbox.products["B"].is_deleted


def test_pictures_are_set_by_a_table(stocked, sandbox, pictures):
    urls = [pictures.url("good.jpg"), pictures.url("good.png")]
    head = ["SellerSku", "MainImage", "Image2", "Image3"]
    result = stocked.result(IMAGES, table(head, ["A", *urls, ""]))
    assert (result["action"], result["errors"]) == ("Image", [])
    assert [one.url for one in sandbox.products["A"].images] == urls
    assert not sandbox.products["B"].images


def test_a_table_may_quote_its_cells(rest, sandbox):
    sku = 'Sölden; "2"'
    rest.feed(CREATE, request(product(sku)))
    assert rest.result(REMOVE, table(["SellerSku"], [sku]))["errors"] == []
    assert sandbox.products[sku].is_deleted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SellerSku\r\n",
        "Sku\r\nA\r\n",
        "SellerSku\r\nA;b\r\n",
        "SellerSku\r\n;\r\n",
    ],
)
def test_a_table_that_is_none_makes_no_feed(stocked, sandbox, text):
    feeds = len(sandbox.feeds)
    answer = stocked.upload(REMOVE, text)
    stocked.checked.take()
    assert is_problem(answer, 400)
    assert len(sandbox.feeds) == feeds


def test_a_table_needs_the_right_field_and_a_file(rest, sandbox):
    content = table(["SellerSku"], ["A"])
    for files in (
        {"file": ("a.csv", content)},
        {"file1": (None, content)},
    ):
        assert is_problem(rest.careless("POST", REMOVE, files=files), 400)
    answer = rest.careless("POST", REMOVE, data=content)
    assert is_problem(answer, 400)
    assert not sandbox.feeds


@pytest.mark.parametrize("path", [CREATE, UPDATE, STOCK])
def test_a_document_that_is_none_is_refused_in_the_envelope(rest, sandbox, path):
    for text in ("<Request><Product>", "<Products/>", "{}"):
        headers = {"Content-Type": "text/xml"}
        answer = rest.careless("POST", path, data=text.encode(), headers=headers)
        assert answer.status_code == 200
        assert between(answer.text, "ErrorCode") in ("5", "1000")
        assert answer.text.count("<ErrorResponse>") == 1
    assert not sandbox.feeds


def test_an_import_of_xml_wants_xml(rest, sandbox):
    document = request(product("A")).encode()
    for headers in ({"Content-Type": "application/json"}, {}):
        answer = rest.careless("POST", CREATE, data=document, headers=headers)
        assert is_problem(answer, 400)
    assert not sandbox.feeds


def test_warnings_come_with_the_receipt(rest):
    document = request(product("A", Colour="red"))
    headers = {"Content-Type": "text/xml"}
    answer = rest.careless("POST", CREATE, data=document.encode(), headers=headers)
    assert between(answer.text, "RequestId")
    assert between(answer.text, "Field") == "Colour"


def test_each_wrong_row_is_told_by_its_sku_and_the_others_go_through(rest, sandbox):
    document = request(product("A", Quantity="-1"), product("B"))
    result = rest.result(CREATE, document)
    ((sku, words),) = messages(result)
    assert (sku, bool(words)) == ("A", True)
    assert set(sandbox.products) == {"B"}
    assert result["status"] == "Finished"


def test_a_sku_that_does_not_exist_is_an_error_of_its_feed(stocked):
    result = stocked.result(REMOVE, table(["SellerSku"], ["A"], ["X"]))
    assert [sku for sku, _ in messages(result)] == ["X"]


def test_a_picture_that_cannot_be_had_is_an_error_of_its_feed(stocked, pictures):
    head = ["SellerSku", "MainImage"]
    content = table(head, ["A", pictures.url("nothing.jpg")])
    ((sku, words),) = messages(stocked.result(IMAGES, content))
    assert sku == "A" and words


def test_the_same_document_is_refused_while_the_first_is_in_process(patient, sandbox):
    document = request(product("A"))
    uuid = patient.feed(CREATE, document)
    answer = patient.send_xml(CREATE, document)
    assert answer.status_code == 200
    assert between(answer.text, "ErrorCode") == "1000"
    words = between(answer.text, "ErrorMessage")
    assert f"An exact match of the document is being processed, {uuid}" in words
    assert len(sandbox.feeds) == 1
    sandbox.process()
    assert patient.feed(CREATE, document) != uuid


def test_the_same_table_is_refused_while_the_first_is_in_process(patient, sandbox):
    content = table(["SellerSku"], ["A"])
    uuid = patient.feed(REMOVE, content)
    answer = patient.upload(REMOVE, content)
    assert is_problem(answer, 400)
    sentence = f"An exact match of the document is being processed, {uuid}"
    assert sentence in answer.json()["detail"]
    assert patient.upload(REMOVE, content + "B\r\n").status_code == 201
    assert len(sandbox.feeds) == 2


def test_the_log_tells_what_came_in(stocked, classic):
    content = table(["SellerSku"], ["A"])
    stocked.feed(REMOVE, content)
    stocked.feed(STOCK, request(only("B", Quantity="1")))
    calls = classic.control("GET", "requests").json()["requests"]
    feeds = [one for one in calls if one["method"] == "POST"]
    assert [one["action"] for one in feeds] == [
        "Token",
        "ProductCreate",
        "ProductRemove",
        "ProductUpdate",
    ]
    assert {one["api"] for one in feeds} == {"rest"}
    assert [one["path"] for one in feeds][1:] == [
        f"/{CREATE}",
        f"/{REMOVE}",
        f"/{STOCK}",
    ]


def test_the_log_keeps_a_table_without_its_wrapping(rest, sandbox):
    content = table(["SellerSku"], ["A"])
    rest.feed(REMOVE, content)
    assert sandbox.requests[-1].body == content.encode()
