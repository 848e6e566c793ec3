"""Routes about webhooks and their callbacks (SellerCenter REST, Webhooks)."""

import json

from ..core.webhooks import EVENTS, SUCCESS
from .calls import Problem, RestAnswer, errors_as_problems, route


@route("GET", "/v2/webhook-entities", action="GetWebhookEntities", role="")
def webhook_entities(call):
    """List the events that an address can be registered for."""
    return {
        "events": [
            {
                "name": entity,
                "events": [
                    {"name": name, "alias": alias} for alias, name in events.items()
                ],
            }
            for entity, events in EVENTS.items()
        ]
    }


@route("POST", "/v2/webhook", action="CreateWebhook", role="")
def create_webhook(call):
    """Register an address for some events."""
    url, events = _registration(call)
    with errors_as_problems():
        webhook = call.sandbox.webhooks.register(url, events)
    data = {"webhookId": webhook.id, "createdAt": webhook.created_at}
    return RestAnswer(data, 201)


@route("PUT", "/v2/webhook/<webhook_id>", action="UpdateWebhook", role="")
def change_webhook(call, webhook_id):
    """Change the address and the events of a registration."""
    url, events = _registration(call)
    with errors_as_problems():
        webhook = call.sandbox.webhooks.change(webhook_id, url, events)
    return {"webhookId": webhook.id, "updatedAt": call.sandbox.now()}


@route("DELETE", "/v2/webhook/<webhook_id>", action="DeleteWebhook", role="")
def delete_webhook(call, webhook_id):
    """Delete a registration."""
    with errors_as_problems(400):
        call.sandbox.webhooks.delete(webhook_id)
    return RestAnswer(status=204)


@route("POST", "/v2/webhook/<webhook_id>/status", action="SetWebhookStatus", role="")
def set_webhook_status(call, webhook_id):
    """Switch a registration on or off."""
    enabled = call.json.get("isEnabled")
    if set(call.json) != {"isEnabled"} or not isinstance(enabled, bool):
        raise Problem(422, "isEnabled, true or false, is expected")
    with errors_as_problems():
        webhook = call.sandbox.webhooks.find(webhook_id)
    webhook.enabled = enabled
    return RestAnswer(status=204)


@route("GET", "/v2/webhooks", action="GetWebhooks", role="", query=("publicIds[]",))
def webhooks(call):
    """List the registrations.

    The documentation gives them the fields of their last callback; their own ids and
    events are shown only if the setting `webhook_ids` is on.
    """
    wanted = call.list("publicIds")
    found = [
        one
        for one in call.sandbox.webhooks.registered.values()
        if wanted is None or one.id in wanted
    ]
    pagination = {"limit": len(found), "offset": 0, "totalCount": len(found)}
    rows = [_webhook(call, one) for one in found]
    return {"items": rows, "pagination": pagination}


@route("GET", "/v2/webhook/callback/<int:number>", action="GetCallback", role="")
def callback(call, number):
    found = call.sandbox.webhooks.callbacks.get(number)
    if not found:
        raise Problem(400, "There is no such callback")
    return _callback(call, found)


@route(
    "GET",
    "/v2/webhook/callbacks/<path:url>",
    action="GetCallbacks",
    role="",
    query=("sort", "sortDir"),
    paged=True,
)
def callbacks(call, url):
    """List the callbacks to one address."""
    call.text("sort", choices=("callbackUrl", "lastCall"))
    descending = call.text("sortDir", choices=("asc", "desc")) == "desc"
    found = sorted(
        call.sandbox.webhooks.callbacks_to(url),
        key=lambda one: (one.last_call_at, one.id),
        reverse=descending,
    )
    return call.page([_callback(call, one) for one in found])


@route(
    "POST", "/v2/webhook/callback/<int:number>/retry/", action="RetryCallback", role=""
)
def retry(call, number):
    """Call an address once more."""
    if number not in call.sandbox.webhooks.callbacks:
        raise Problem(422, "There is no such callback")
    call.sandbox.webhooks.retry(number)
    return RestAnswer(status=204)


def _registration(call):
    # The documentation has no 400 here: whatever is wrong with the body is a 422.
    url, events = call.json.get("callbackUrl"), call.json.get("events")
    if set(call.json) != {"callbackUrl", "events"} or not isinstance(url, str):
        raise Problem(422, "callbackUrl and events are expected")
    if not isinstance(events, list) or not all(isinstance(one, str) for one in events):
        raise Problem(422, "events is a list of texts")
    return url, events


def _webhook(call, webhook):
    made = call.sandbox.webhooks.callbacks_to(webhook.url)
    last = made[-1] if made else None
    own = {
        "publicId": webhook.id,
        "callbackUrl": webhook.url,
        "events": list(webhook.events),
        "isEnabled": webhook.enabled,
    }
    return {
        "id": webhook.number,
        "sellerId": call.sandbox.settings.active_shop,
        "url": webhook.url,
        "status": last.status if last else SUCCESS,
        "createdAt": webhook.created_at,
        "lastCallAt": last.last_call_at if last else webhook.created_at,
        "event": last.event if last else webhook.events[0],
        "payload": json.dumps(last.payload) if last else "",
        **(own if call.sandbox.settings.webhook_ids else {}),
    }


def _callback(call, one):
    return {
        "id": one.id,
        "sellerId": call.sandbox.settings.active_shop,
        "url": one.url,
        "status": one.status,
        "createdAt": one.created_at,
        "lastCallAt": one.last_call_at,
        "event": one.event,
        "payload": json.dumps(one.payload),
    }
