"""REST v2: documents that are made, downloaded (SellerCenter REST, Exports)."""

import pytest
from ordering import gift, ids, place
from rest_marketplace import is_problem, ready, refused

EXPORT = "v2/orders/export-document"


@pytest.fixture
def parcel(rest, classic):
    """The ids of two items that are ready to ship."""
    item_ids = ids(place(classic, gift(quantity=2)))
    assert ready(rest, item_ids).ok
    return item_ids


def ask(rest, item_ids, kind="shippingLabel", **values):
    body = {"orderItemIds": item_ids, "documentType": kind, **values}
    return rest.call("POST", EXPORT, json=body)


def fetch(rest, export):
    """Download the document of a finished export."""
    uuid = export["uuid"]
    return rest.call("GET", f"filemanager/v1/files/download/{uuid}")


def test_a_document_is_asked_for_and_downloaded(rest, parcel):
    asked = ask(rest, parcel)
    assert asked.status_code == 201
    export = rest.get(f"v2/exports/{asked.json()['id']}")
    assert export["status"] == "Finished"
    assert fetch(rest, export).content.startswith(b"%PDF")


def test_a_document_may_be_a_page(rest, parcel):
    export = rest.get(f"v2/exports/{ask(rest, parcel, format='html').json()['id']}")
    assert b"<html" in fetch(rest, export).content.lower()


def test_the_links_lead_to_the_document(rest, parcel):
    export = rest.get(f"v2/exports/{ask(rest, parcel).json()['id']}")
    (link,) = export["downloadLinks"]
    assert link.endswith(f"/filemanager/v1/files/download/{export['uuid']}")


def test_a_document_takes_its_time(rest, parcel, sandbox):
    sandbox.settings.document_polls = 2
    number = ask(rest, parcel).json()["id"]
    found = [rest.get(f"v2/exports/{number}") for _ in range(3)]
    states = [one["status"] for one in found]
    assert set(states[:2]) <= {"Queued", "Processing"} and states[2] == "Finished"
    assert found[0]["downloadLinks"] == []
    assert fetch(rest, found[2]).ok


@pytest.mark.parametrize("status", ["Error", "Expired"])
def test_a_document_may_fail(rest, parcel, classic, status):
    number = ask(rest, parcel).json()["id"]
    classic.control("POST", "exports", export=number, status=status)
    export = rest.get(f"v2/exports/{number}")
    assert export["status"] == status
    assert export["downloadLinks"] == []
    assert is_problem(fetch(rest, export), 404)


def test_a_document_of_whole_orders_is_made(rest, parcel):
    (item, *_) = rest.get("v2/order-items", orderItemIds=parcel, limit=2, offset=0)[
        "items"
    ]
    body = {"orderIds": [item["orderId"]], "documentType": "invoice,shippingLabel"}
    assert rest.call("POST", EXPORT, json=body).status_code == 201


def test_there_is_no_label_before_the_items_are_packed(rest, classic):
    answer = ask(rest, ids(place(classic, gift())))
    assert refused(answer)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"documentType": "shippingLabel", "orderItemIds": ["1"]},
        {"documentType": "label", "orderItemIds": [1]},
        {"documentType": "invoice", "orderItemIds": [1], "format": "png"},
    ],
)
def test_a_wrong_question_makes_no_document(rest, body):
    answer = rest.careless("POST", EXPORT, json=body)
    assert refused(answer)


def test_an_unknown_document_is_a_problem(rest):
    assert is_problem(rest.call("GET", "v2/exports/999999"), 404)
    unknown = {"uuid": "4a835cd5-1f55-4000-8000-f56e011be009"}
    assert is_problem(fetch(rest, unknown), 404)


def test_a_document_is_for_its_owner_alone(rest, parcel):
    export = rest.get(f"v2/exports/{ask(rest, parcel).json()['id']}")
    url = f"{rest.url}filemanager/v1/files/download/{export['uuid']}"
    answer = rest.session.get(url, timeout=20)
    assert is_problem(answer, 401)
    assert rest.checked.take()
