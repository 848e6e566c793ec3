"""The classic Action API as a whole, its probe and its webhooks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lxml import etree

from ..envelope import marketplace_time
from ..errors import UnknownOutcome
from ..records import Records, WebhookEvent
from .order_answers import read_webhook_events, read_webhooks
from .orders import ActionOrders
from .products import ActionProducts


class ActionApi(ActionProducts, ActionOrders):
    """The Action API: a user ID, an API key and one signed URL."""

    def probe(self) -> datetime | None:
        with self._judging_the_address():
            envelope, reply = self._read_reply("FeedCount")
        return marketplace_time(envelope, reply)

    def webhooks(self) -> Records:
        return read_webhooks(self._read("GetWebhooks").body)

    def webhook_events(self) -> tuple[WebhookEvent, ...]:
        return read_webhook_events(self._read("GetWebhookEntities").body)

    def create_webhook(self, url: str, events: Iterable[str]) -> str:
        request = etree.Element("Request")
        webhook = etree.SubElement(request, "Webhook")
        etree.SubElement(webhook, "CallbackUrl").text = url
        container = etree.SubElement(webhook, "Events")
        for event in events:
            etree.SubElement(container, "Event").text = event
        envelope = self._change("CreateWebhook", {}, _document(request))
        found = read_webhooks(envelope.body)
        if not (found and found[0].webhook_id):
            raise UnknownOutcome(reason="webhook_without_id")
        return found[0].webhook_id

    def delete_webhook(self, webhook_id: str) -> None:
        request = etree.Element("Request")
        etree.SubElement(request, "Webhook").text = str(webhook_id)
        self._change("DeleteWebhook", {}, _document(request))


def _document(element: etree._Element) -> bytes:
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8")
