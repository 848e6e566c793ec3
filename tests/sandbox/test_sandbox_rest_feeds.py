"""REST v2: feeds are listed, counted, polled, cancelled, read back."""

import base64
from datetime import datetime, timedelta

import pytest
from marketplace import only, product, request
from rest_marketplace import CREATE, REMOVE, UPDATE, is_problem, table

UNKNOWN = "4a835cd5-1f55-4000-8000-f56e011be009"


@pytest.fixture
def three(sandbox, rest):
    """A seller with three waiting feeds, a day apart; UUIDs from old to new."""
    sandbox.settings.auto_process = False
    uuids = [
        rest.feed(UPDATE, request(only(f"SKU-{number}", Price="1.00")))
        for number in range(3)
    ]
    for days, uuid in enumerate(reversed(uuids), 1):
        feed = sandbox.feeds[uuid]
        feed.created_at = feed.updated_at = sandbox.now() - timedelta(days=days)
    return rest, uuids


def listed(rest, limit=20, offset=0):
    return rest.get("v2/feeds", limit=limit, offset=offset)


def test_a_feed_is_queued_until_it_is_processed(sandbox, rest):
    sandbox.settings.auto_process = False
    uuid = rest.feed(CREATE, request(product()))
    path = f"v2/feed/{uuid}/status"
    assert rest.get(path)["status"] == "Queued"
    sandbox.process()
    assert rest.get(path) == {
        "id": uuid,
        "action": "ProductCreate",
        "status": "Finished",
        "errors": [],
        "warnings": [],
    }


def test_a_feed_tells_each_error_and_warning_with_its_sku(sandbox, rest):
    sandbox.faults.add("sku_warning", sku="B", message="Looks strange")
    document = request(product("A", Quantity="-1"), product("B"))
    status = rest.result(CREATE, document)
    (error,), (warning,) = status["errors"], status["warnings"]
    assert error["sellerSku"] == "A" and error["errorMessage"]
    assert (warning["sellerSku"], warning["message"]) == ("B", "Looks strange")


def test_an_error_may_name_no_sku(sandbox, rest):
    sandbox.faults.add("anonymous_error", sku="A", message="Broken")
    (error,) = rest.result(CREATE, request(product("A")))["errors"]
    assert (error["sellerSku"], error["errorMessage"]) == ("", "Broken")


def test_the_list_is_newest_first_and_shows_numbers_not_uuids(three):
    rest, uuids = three
    answer = listed(rest)
    numbers = [one["id"] for one in answer["items"]]
    assert numbers == sorted(numbers, reverse=True) and len(set(numbers)) == 3
    assert answer["pagination"] == {"limit": 20, "offset": 0, "totalCount": 3}
    assert not any(uuid in str(answer) for uuid in uuids)


def test_the_list_says_how_far_a_feed_is(three, sandbox):
    rest, _ = three
    assert {one["status"] for one in listed(rest)["items"]} == {"Queued"}
    sandbox.process()
    (one, *_) = listed(rest)["items"]
    assert (one["status"], one["action"]) == ("Finished", "ProductUpdate")
    counts = [one[f"{name}Records"] for name in ("total", "processed", "failed")]
    assert counts == [1, 1, 1]


def test_a_page_is_cut_from_the_list(three):
    rest, _ = three
    everything = listed(rest)["items"]
    assert listed(rest, limit=1, offset=1)["items"] == everything[1:2]
    answer = listed(rest, offset=3)
    assert answer["items"] == [] and answer["pagination"]["totalCount"] == 3


def test_times_are_universal_with_their_microseconds(three, sandbox):
    rest, uuids = three
    sandbox.settings.timezone = "Australia/Sydney"
    (newest, *_) = listed(rest)["items"]
    moment = sandbox.feeds[uuids[-1]].created_at
    assert newest["createdAt"] == moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert datetime.fromisoformat(newest["updatedAt"].replace("Z", "+00:00"))


def test_the_receipt_of_a_table_names_the_feed_in_both_ways(rest):
    receipt = rest.upload(REMOVE, table(["SellerSku"], ["A"])).json()
    (one,) = listed(rest)["items"]
    assert one["id"] == receipt["feedId"]
    assert rest.get(f"v2/feed/{receipt['feedUuid']}/status")["id"]


def test_feeds_are_counted_by_status(three, sandbox):
    rest, uuids = three
    sandbox.feeds[uuids[0]].status = "Finished"
    sandbox.feeds[uuids[1]].status = "Canceled"
    assert rest.get("v2/feeds/count") == {
        "total": 3,
        "queued": 1,
        "processing": 0,
        "finished": 1,
        "canceled": 1,
    }


def test_a_cancelled_feed_is_never_processed(three, sandbox):
    rest, uuids = three
    answer = rest.call("DELETE", f"v2/feed/{uuids[0]}")
    assert (answer.status_code, answer.content) == (204, b"")
    sandbox.process()
    assert rest.get(f"v2/feed/{uuids[0]}/status")["status"] == "Canceled"
    assert rest.get(f"v2/feed/{uuids[1]}/status")["status"] == "Finished"


@pytest.mark.parametrize("status", ["Processing", "Finished", "Canceled", "Error"])
def test_only_a_queued_feed_can_be_cancelled(three, sandbox, status):
    rest, uuids = three
    sandbox.feeds[uuids[0]].status = status
    assert is_problem(rest.call("DELETE", f"v2/feed/{uuids[0]}"), 400)
    assert sandbox.feeds[uuids[0]].status == status


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "v2/feed/{}/status"), ("DELETE", "v2/feed/{}")]
)
def test_an_unknown_feed_is_a_problem(rest, method, path):
    assert is_problem(rest.call(method, path.format(UNKNOWN)), 404)
    for wrong in ("nonsense", "7", UNKNOWN.upper()):
        assert is_problem(rest.careless(method, path.format(wrong)), 400)


def test_documents_come_back_byte_for_byte(three, sandbox):
    rest, uuids = three
    content = table(["SellerSku"], ["Größe"])
    uuids.append(rest.feed(REMOVE, content))
    rows = rest.get("v2/feed/raw-input", feedUuidList=[uuids[0], uuids[-1]])
    found = {
        one["FeedUuid"]: (one["MimeType"], base64.b64decode(one["File"]))
        for one in rows
    }
    assert found == {
        uuids[0]: ("text/xml", sandbox.feeds[uuids[0]].payload),
        uuids[-1]: ("text/csv", content.encode()),
    }


def test_documents_of_an_unknown_feed_are_a_problem(rest):
    params = {"feedUuidList[]": UNKNOWN}
    answer = rest.call("GET", "v2/feed/raw-input", params=params)
    assert is_problem(answer, 404)


def test_feeds_older_than_thirty_days_are_forgotten(three, sandbox):
    rest, uuids = three
    sandbox.feeds[uuids[0]].created_at -= timedelta(days=30)
    assert listed(rest)["pagination"]["totalCount"] == 2
    assert rest.get("v2/feeds/count")["total"] == 2
