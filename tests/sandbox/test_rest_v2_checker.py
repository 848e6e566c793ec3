"""The checker of REST v2 exchanges finds what does not fit the documentation."""

import json
from urllib.parse import quote

import pytest
from checker import Checker
from middleware import CheckedApplication
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

CHECKER = Checker()
BEARER = {"Authorization": "Bearer token"}
UUID = "0f8b4c9e-6a55-4d2e-9f10-aabbccddeeff"
MOMENT = "2026-03-01T12:00:00.000000Z"
STATUS = {"id": UUID, "action": "ProductCreate", "status": "Finished"}
FORM = {
    "Authorization": "Basic aWQ6c2VjcmV0",
    "Content-Type": "application/x-www-form-urlencoded",
}
ENVELOPE = (
    "<SuccessResponse><Head><RequestId>1</RequestId><RequestAction>A</RequestAction>"
    "<ResponseType/><Timestamp>2026-03-01T12:00:00+0000</Timestamp></Head><Body/>"
    "</SuccessResponse>"
)
CREATION = "/v2/import/product-creation-xml-import"
READY = "/v2/orders/statuses/set-to-ready-to-ship"


def ask(call, query="", body=b"", checker=CHECKER, **headers):
    """Judge a request like "GET /v2/feeds"."""
    method, path = call.split(" ")
    headers = {**BEARER, **{k.replace("_", "-"): v for k, v in headers.items()}}
    return checker.check_request(method, path, query, headers, body)


def ask_json(call, value):
    return ask(call, body=json.dumps(value).encode(), Content_Type="application/json")


def ask_xml(path, *products):
    body = f"<Request>{''.join(products)}</Request>".encode()
    return ask(f"POST {path}", body=body, Content_Type="text/xml; charset=utf-8")


def ask_file(content="SellerSku\r\nA\r\n", name="file1", filename="x.csv"):
    """Judge an upload."""
    named = f'; filename="{filename}"' if filename else ""
    body = (
        f'--b\r\nContent-Disposition: form-data; name="{name}"{named}\r\n'
        f"Content-Type: text/csv\r\n\r\n{content}\r\n--b--\r\n"
    ).encode()
    kind = "multipart/form-data; boundary=b"
    return ask("POST /v2/import/product-removal", body=body, Content_Type=kind)


def answer(call, status, value, checker=CHECKER, kind="application/json"):
    """Judge an answer; a value that is no text is written as JSON."""
    method, path = call.split(" ")
    text = value if isinstance(value, str) else json.dumps(value)
    headers = [("Content-Type", kind)]
    return checker.check_response(method, path, status, headers, text.encode())


@pytest.mark.parametrize(
    ("call", "query"),
    [
        ("GET /v2/seller", ""),
        ("GET /v2/feeds", "limit=20&offset=0"),
        (
            "GET /v2/product/seller-skus",
            "sellerSkus[]=A&sellerSkus[]=B&limit=2&offset=0",
        ),
        ("GET /v2/product/seller-skus", "sellerSkus%5B%5D=A%20B&limit=1&offset=0"),
        ("GET /v2/product-sets", "limit=25&offset=0&inStock=true&orderDirection=ASC"),
        ("GET /v2/product-sets", "limit=1&offset=0&keyword=red&keyword=dress"),
        (f"GET /v2/feed/{UUID}/status", ""),
        (f"GET /v2/product/seller-sku/{quote('A/B', '')}", ""),
        ("GET /v2/order-items/returns", "orderItemIds[]=7"),
        ("GET /v2/product-sets", "limit=1&offset=0&updateDateStart=2026-03-01"),
        ("GET /v2/order-items", f"limit=1&offset=0&updatedAtStart={MOMENT}"),
        ("GET /v2/prices", f"productUuids[]={UUID}"),
    ],
)
def test_a_request_that_fits_is_let_through(call, query):
    assert ask(call, query) == []


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("GET /v2/orders/7/status", "no such path"),
        ("GET /v2/brands/", "no such path"),
        ("GET /v3/seller", "no such path"),
        ("POST /v2/seller", "the path knows only GET"),
        ("GET /v2/feed/7/status", "minLength"),
        ("GET /v2/stock/product/SKU-1", "no integer"),
        ("GET /v2/category//attributes", "no such path"),
    ],
)
def test_a_path_that_does_not_exist_is_found_out(call, words):
    (complaint,) = ask(call)[:1]
    assert words in complaint


@pytest.mark.parametrize(
    ("call", "query", "words"),
    [
        ("GET /v2/feeds", "limit=20", "parameter offset is missing"),
        ("GET /v2/feeds", "limit=20&offset=0&page=2", "parameter page is unknown"),
        ("GET /v2/feeds", "limit=21&offset=0", "its maximum is 20"),
        ("GET /v2/feeds", "limit=0&offset=0", "its minimum is 1"),
        ("GET /v2/feeds", "limit=ten&offset=0", "no integer"),
        ("GET /v2/feeds", "limit=&offset=0", "no integer"),
        ("GET /v2/feeds", "limit=1&limit=2&offset=0", "twice"),
        ("GET /v2/product-sets", "limit=1&offset=0&orderBy=name", "none of its words"),
        ("GET /v2/product-sets", "limit=1&offset=0&inStock=1", "no boolean"),
        ("GET /v2/orders", "limit=1&offset=0&section=pending", "none of its words"),
        ("GET /v2/product/seller-skus", "limit=1&offset=0", "sellerSkus[] is missing"),
        (
            "GET /v2/product-sets",
            "limit=1&offset=0&updateDateStart=2026-03-01T12:00:00Z",
            "its format is date",
        ),
        (
            "GET /v2/product-sets",
            "limit=1&offset=0&createDateEnd=2026-02-30",
            "its format is date",
        ),
        (
            "GET /v2/order-items",
            "limit=1&offset=0&updatedAtStart=2026-03-01",
            "its format is date-time",
        ),
        ("GET /v2/prices", "productUuids[]=7", "its format is uuid"),
        ("GET /filemanager/v1/files/download/7", "", "its format is uuid"),
    ],
)
def test_a_wrong_query_is_found_out(call, query, words):
    (complaint,) = ask(call, query)
    assert words in complaint


@pytest.mark.parametrize("name", ["productSetIds", "productSetIds[0]"])
def test_an_array_in_another_spelling_is_found_out(name):
    (complaint,) = ask("GET /v2/prices", f"{name}=1")
    assert f"{name} is an array and spelt productSetIds[]" in complaint


def test_an_array_joined_by_commas_is_found_out():
    (complaint,) = ask("GET /v2/prices", "productSetIds[]=1,2")
    assert "productSetIds[][] is '1,2', no integer" in complaint


def test_an_array_that_is_too_long_is_found_out():
    skus = "&".join(f"sellerSkus[]={number}" for number in range(101))
    query = f"limit=101&offset=0&{skus}"
    assert "its maxItems is 100" in ask("GET /v2/product/seller-skus", query)[0]


@pytest.mark.parametrize("value", ["", "token", "Basic aWQ6c2VjcmV0", "Bearer "])
def test_a_call_without_its_token_is_found_out(value):
    assert ask("GET /v2/seller", Authorization=value) == [
        "GET /v2/seller: the Authorization is not Bearer"
    ]


def test_a_token_is_asked_for_with_the_application_itself():
    call, body = "POST /oauth/client-credentials", b"grant_type=client_credentials"
    assert ask(call, body=body, **FORM) == []
    assert "not Basic" in ask(call, body=body, **{**FORM, **BEARER})[0]
    assert "none of its words" in ask(call, body=b"grant_type=password", **FORM)[0]
    assert "grant_type is missing" in ask(call, body=b"grant=1", **FORM)[0]
    assert (
        "not application/x-www"
        in ask(call, body=body, **{**FORM, "Content-Type": "a/b"})[0]
    )


READY_BODY = {
    "orderItems": [{"id": 1}],
    "trackingNumber": "T",
    "deliveryType": "pickup",
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"orderItems": [{"orderItemId": 1}]}, "orderItems[].id is missing"),
        ({"orderItems": [{"id": "1"}]}, "orderItems[].id is '1', no integer"),
        ({"orderItems": 1}, "orderItems is 1, no array"),
        ({"deliveryType": "drone"}, "none of its words"),
        ({"trackingNumber": None}, "trackingNumber is null"),
        ({"trackingNumber": 5}, "no string"),
        ({"orderItems": [{"id": True}]}, "no integer"),
        ({"speed": 1}, "body.speed is unknown"),
    ],
)
def test_a_wrong_json_body_is_found_out(change, words):
    assert ask_json(f"POST {READY}", READY_BODY) == []
    assert words in ask_json(f"POST {READY}", {**READY_BODY, **change})[0]


def test_a_required_field_that_a_json_body_lacks_is_found_out():
    complaints = ask_json(f"POST {READY}", {"deliveryType": "pickup"})
    assert [one.rpartition(": ")[2] for one in complaints] == [
        "body.orderItems is missing",
        "body.trackingNumber is missing",
    ]


def test_a_body_of_another_form_is_found_out():
    assert (
        "no JSON" in ask(f"POST {READY}", body=b"{", Content_Type="application/json")[0]
    )
    assert "is of no type" in ask(f"POST {READY}", body=b"{}")[0]
    assert "the body is missing" in ask(f"POST {READY}")[0]
    assert "body is not expected" in ask("GET /v2/seller", body=b"{}")[0]
    assert "no object" in ask_json(f"POST {READY}", [])[0]


def test_several_document_types_may_be_joined_by_commas():
    call = "POST /v2/orders/export-document"
    body = {"orderItemIds": [1], "documentType": "invoice,shippingLabel"}
    assert ask_json(call, body) == []
    assert "'label'" in ask_json(call, {**body, "documentType": "invoice,label"})[0]


def test_an_import_in_xml_is_judged_by_its_elements():
    good = (
        "<Product><SellerSku>A</SellerSku><Price>19.90</Price><SalePrice/>"
        "<SaleStartDate>2026-03-01 00:00:00</SaleStartDate>"
        "<ProductData><Color>Red</Color></ProductData></Product>"
    )
    assert ask_xml(CREATION, good, good) == []
    assert "Colour is unknown" in ask_xml(CREATION, good.replace("Price", "Colour"))[0]
    assert "no number" in ask_xml(CREATION, good.replace("19.90", "19,90"))[0]
    assert "SellerSku is missing" in ask_xml(CREATION, "<Product/>")[0]
    assert "Products is unknown" in ask_xml(CREATION, "<Products/>")[0]
    assert "format" in ask_xml(CREATION, good.replace("2026-03-01", "1.3.2026"))[0]
    twice = "<Product><SellerSku>A</SellerSku><SellerSku>B</SellerSku></Product>"
    assert "['A', 'B'], no string" in ask_xml(CREATION, twice)[0]


def test_an_import_of_stock_holds_nothing_but_stock():
    path = "/v2/import/product-stock-update-xml"
    stock = "<SellerSku>A</SellerSku><Quantity>3</Quantity>"
    assert ask_xml(path, f"<Product>{stock}</Product>") == []
    priced = f"<Product>{stock}<Price>1.00</Price></Product>"
    assert "Price is unknown" in ask_xml(path, priced)[0]


def test_a_table_is_uploaded_as_the_file_that_is_documented():
    assert ask_file() == []
    assert "file1 is missing" in ask_file(name="note", filename="")[0]
    assert "has file as a file" in ask_file(name="file")[0]
    assert "has file1 as no file" in ask_file(filename="")[0]
    assert "empty file" in ask_file(content="")[0]


def test_a_signed_call_lacks_its_headers():
    complaints = ask_json(
        "POST /v2/finance/transaction",
        {
            "sellerId": 1,
            "accountStatementGroupId": 1,
            "transactionTypeId": 1,
            "value": 1.5,
            "currency": "AUD",
        },
    )
    assert len(complaints) == 4
    assert all("header X-" in one and "is missing" in one for one in complaints)


def test_an_answer_that_fits_is_let_through():
    assert answer(f"GET /v2/feed/{UUID}/status", 200, {**STATUS, "errors": []}) == []
    assert answer("GET /v2/category/tree", 200, [{"children": [{"id": 2}]}]) == []
    assert answer(f"DELETE /v2/feed/{UUID}", 204, "") == []
    assert answer(f"POST {CREATION}", 200, ENVELOPE, kind="text/xml") == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": "Done"}, "'Done', none of its words"),
        ({"status": "finished"}, "none of its words"),
        ({"id": 7}, "no string"),
        ({"id": "7"}, "its format is uuid"),
        ({"errors": {}}, "errors is {}, no array"),
        ({"errors": [{"errorCode": "1"}]}, "errors[].errorCode is '1', no integer"),
        ({"total": 1}, "answer.total is unknown"),
    ],
)
def test_a_wrong_field_of_an_answer_is_found_out(change, words):
    (complaint,) = answer(f"GET /v2/feed/{UUID}/status", 200, {**STATUS, **change})
    assert words in complaint


def test_what_is_wrong_deep_down_is_found_out():
    tree = [{"children": [{"children": [{"id": "x"}]}]}]
    (complaint,) = answer("GET /v2/category/tree", 200, tree)
    assert "answer[].children[].children[].id is 'x', no integer" in complaint


def test_a_missing_field_of_an_answer_is_found_out_when_it_is_required():
    row = {"productSetId": 1, "qcComment": "", "rejectedReasons": []}
    call = "GET /v2/product-quality-control/rejected"
    assert answer(call, 200, [row]) == []
    del row["qcComment"]
    assert answer(call, 200, [row]) == []
    assert len(answer(call, 200, [row], Checker(complete=True))) == 1
    del row["rejectedReasons"]
    assert "rejectedReasons is missing" in answer(call, 200, [row])[0]


def test_null_is_for_fields_that_may_be_null():
    assert answer("GET /v2/brands", 200, {"items": [{"srcId": None}]}) == []
    assert answer("GET /v2/seller", 200, {"name": None}) == []
    (complaint,) = answer("GET /v2/brands", 200, {"items": [{"name": None}]})
    assert "items[].name is null" in complaint
    call = "GET /v2/order-items/7/return"
    assert "orderItemId is null" in answer(call, 200, {"orderItemId": None})[0]


@pytest.mark.parametrize(
    "moment",
    ["2026-03-01 12:00:00", "2026-03-01T12:00:00", "yesterday", "2026-13-01T12:00:00Z"],
)
def test_a_time_without_its_form_is_found_out(moment):
    assert answer("GET /v2/seller", 200, {"createdAt": MOMENT}) == []
    (complaint,) = answer("GET /v2/seller", 200, {"createdAt": moment})
    assert "its format is date-time" in complaint


def test_a_status_that_is_not_documented_is_found_out():
    for status in (401, 403, 404, 429, 500, 502, 503):
        assert answer("GET /v2/seller", status, "<html/>", kind="text/html") == []
    for status in (201, 204, 302, 418):
        assert "status is not documented" in answer("GET /v2/seller", status, "")[0]


def test_a_problem_says_what_is_the_matter():
    call = "POST /v2/webhook"
    kind = "application/problem+json"
    problem = {"type": "about:blank", "title": "Invalid", "status": 400, "detail": "No"}
    assert answer(call, 422, problem, kind=kind) == []
    assert "title is missing" in answer(call, 422, {"status": 422}, kind=kind)[0]
    assert "refusal is text/html" in answer(call, 422, "<html/>", kind="text/html")[0]


def test_a_refusal_has_the_shape_that_is_documented():
    call = "POST /v2/orders/statuses/set-to-return-received"
    errors = {"errors": [{"orderItemId": 7, "detail": "Not allowed"}]}
    assert answer(call, 422, errors) == []
    assert "detail is missing" in answer(call, 422, {"errors": [{"orderItemId": 7}]})[0]
    problem = {"type": "about:blank", "title": "Invalid", "status": 422, "detail": "No"}
    assert "errors is missing" in answer(call, 422, problem)[0]
    other = "POST /v2/orders/statuses/set-to-shipped"
    assert answer(other, 422, problem) == []
    assert "title is missing" in answer(other, 422, errors)[0]


def test_a_refusal_that_is_documented_without_a_body_may_be_a_problem():
    problem = {"type": "about:blank", "title": "Invalid", "status": 400, "detail": "No"}
    call = "POST /v2/orders/statuses/set-to-shipped"
    assert answer(call, 400, "") == answer(call, 400, problem) == []
    assert "refusal is text/html" in answer(call, 400, "<p/>", kind="text/html")[0]
    assert "refusal is of no type" in answer("POST /v2/webhook", 422, "", kind="")[0]


def test_an_answer_of_another_form_is_found_out():
    assert (
        "answer is text/html"
        in answer("GET /v2/seller", 200, "<p/>", kind="text/html")[0]
    )
    assert "is no JSON" in answer("GET /v2/seller", 200, "<p/>")[0]
    assert "no object" in answer("GET /v2/seller", 200, [])[0]
    assert "is not empty" in answer(f"DELETE /v2/feed/{UUID}", 204, {})[0]
    assert "is no XML" in answer(f"POST {CREATION}", 200, "{", kind="text/xml")[0]
    lost = ENVELOPE.replace("RequestId", "Feed")
    assert (
        "RequestId is missing"
        in answer(f"POST {CREATION}", 200, lost, kind="text/xml")[0]
    )


@Request.application
def shop(request):
    """An application that reads what it is sent."""
    if request.path == "/v2/cut":
        raise ConnectionAbortedError
    if request.path == "/v2/seller":
        return Response(
            json.dumps({"name": request.data.decode()}), mimetype="text/json"
        )
    return Response(request.data)


@pytest.fixture
def checked():
    return CheckedApplication(shop)


def test_the_layer_passes_everything_on_and_keeps_the_complaints(checked):
    client = Client(checked)
    answer = client.get("/v2/seller", data="x")
    assert answer.json is None and answer.text == '{"name": "x"}'
    assert checked.take() == [
        "GET /v2/seller: the Authorization is not Bearer",
        "GET /v2/seller: a body is not expected",
        "GET /v2/seller: 200: the answer is text/json, not application/json",
    ]
    assert checked.take() == []


def test_the_layer_leaves_other_pages_alone(checked):
    assert Client(checked).post("/sandbox/state", data="abc").text == "abc"
    assert checked.take() == []


def test_the_layer_judges_the_path_as_it_was_sent(checked):
    Client(checked).get("/v2/product/seller-sku/A%2FB", headers=BEARER)
    assert all("no such path" not in one for one in checked.take())


def test_the_layer_passes_a_cut_connection_on(checked):
    with pytest.raises(ConnectionAbortedError):
        Client(checked).get("/v2/cut", headers=BEARER)
    assert checked.take() == ["GET /v2/cut: no such path"]
