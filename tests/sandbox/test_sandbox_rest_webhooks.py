"""REST v2: addresses that are told of events (SellerCenter REST, Webhooks)."""

from rest_marketplace import is_problem, refused

URL = "https://seller.example/hook/1"


def create(rest, url=URL, events=("onOrderCreated", "onFeedCompleted")):
    return rest.call("POST", "v2/webhook", json={"callbackUrl": url, "events": events})


def test_the_events_are_listed(rest):
    entities = rest.get("v2/webhook-entities")["events"]
    aliases = {one["alias"] for entity in entities for one in entity["events"]}
    assert {
        "onFeedCompleted",
        "onOrderCreated",
        "onOrderItemsStatusChanged",
        "onReturnStatusChanged",
    } <= aliases


def test_an_address_is_registered_and_ended(rest, classic):
    answer = create(rest)
    assert answer.status_code == 201
    webhook_id = answer.json()["webhookId"]
    listed = classic.call("GetWebhooks")
    assert listed.all("Body/Webhooks/Webhook/WebhookId") == [webhook_id]
    ended = rest.call("DELETE", f"v2/webhook/{webhook_id}")
    assert (ended.status_code, ended.content) == (204, b"")
    assert classic.call("GetWebhooks").all("Body/Webhooks/Webhook/WebhookId") == []
    again = rest.call("DELETE", f"v2/webhook/{webhook_id}")
    assert is_problem(again, 404) or is_problem(again, 400)


def test_an_address_is_registered_once(rest):
    assert create(rest).ok
    assert is_problem(create(rest), 422)
    assert create(rest, URL + "2").ok


def test_only_events_and_addresses_that_exist_are_taken(rest):
    for url, events in (
        (URL, ["onMoonRise"]),
        ("seller.example", ["onOrderCreated"]),
        ("", ["onOrderCreated"]),
    ):
        assert is_problem(create(rest, url, events), 422)


def test_a_registration_can_be_changed_and_switched_off(rest):
    webhook_id = create(rest).json()["webhookId"]
    body = {"callbackUrl": URL + "2", "events": ["onFeedCompleted"]}
    answer = rest.call("PUT", f"v2/webhook/{webhook_id}", json=body)
    assert answer.json()["webhookId"] == webhook_id
    path = f"v2/webhook/{webhook_id}/status"
    assert rest.call("POST", path, json={"isEnabled": False}).status_code == 204
    answer = rest.careless("POST", path, json={"isEnabled": "no"})
    assert refused(answer)


def test_what_is_registered_can_be_read(rest):
    webhook_id = create(rest).json()["webhookId"]
    assert rest.get("v2/webhooks")["pagination"]["totalCount"] == 1
    page = rest.get("v2/webhooks", publicIds=[webhook_id])
    assert [one["url"] for one in page["items"]] == [URL]
