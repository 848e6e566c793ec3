"""Actions about webhooks (SellerCenter: CreateWebhook, GetWebhooks, DeleteWebhook)."""

from ..catalogue.documents import parse_xml
from ..core.errors import api_error
from ..core.times import body_time
from ..core.webhooks import EVENTS
from .calls import Answer, action, text_list


@action("CreateWebhook", "Webhook", role="")
def create_webhook(call):
    """Register an address for some events."""
    node = _request(call).find("Webhook")
    if node is None:
        raise api_error(5)
    url = (node.findtext("CallbackUrl") or "").strip()
    events = [(one.text or "").strip() for one in node.findall("Events/Event")]
    webhook = call.sandbox.webhooks.register(url, events)
    created = body_time(webhook.created_at, call.sandbox.zone)
    return Answer({"Webhook": {"WebhookId": webhook.id, "CreatedAt": created}})


@action("GetWebhooks", "Webhooks", role="")
def get_webhooks(call):
    """List the registrations, all or those that are named."""
    ids = text_list(call.parameters, "WebhookIds", 100)
    registered = call.sandbox.webhooks.registered.values()
    nodes = [
        {
            "WebhookId": one.id,
            "CallbackUrl": one.url,
            "WebhookSource": "api",
            "Events": {"Event": list(one.events)},
        }
        for one in registered
        if ids is None or one.id in ids
    ]
    return Answer({"Webhooks": {"Webhook": nodes}})


@action("DeleteWebhook", role="")
def delete_webhook(call):
    """Delete a registration."""
    webhook_id = _request(call).findtext("Webhook") or ""
    call.sandbox.webhooks.delete(webhook_id.strip())
    return Answer()


@action("GetWebhookEntities", "Entities", role="")
def get_webhook_entities(call):
    """List the events that an address can be registered for."""
    nodes = [
        {
            "Name": entity,
            "Events": {
                "Event": [
                    {"EventName": name, "EventAlias": alias}
                    for alias, name in events.items()
                ]
            },
        }
        for entity, events in EVENTS.items()
    ]
    return Answer({"Entities": {"Entity": nodes}})


def _request(call):
    if not call.payload.strip():
        raise api_error(30)
    return parse_xml(call.payload)
