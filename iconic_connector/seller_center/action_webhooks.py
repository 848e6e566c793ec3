"""Webhooks by the Action API."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from . import order_answers
from .errors import UnknownOutcome
from .order_records import Webhook, WebhookEvent


class ActionWebhooks:
    """The calls of the Action API about what it calls back."""

    def webhooks(self) -> tuple[Webhook, ...]:
        """Return the registered webhooks."""
        envelope, _reply = self._read("GetWebhooks")
        return order_answers.read_webhooks(envelope.body, self._zone)

    def webhook_events(self) -> tuple[WebhookEvent, ...]:
        """Return what webhooks can be called for."""
        envelope, _reply = self._read("GetWebhookEntities")
        return order_answers.read_webhook_events(envelope.body)

    def create_webhook(self, url: str, events: Iterable[str]) -> str:
        """Register a webhook; asked for exactly once.

        :param url: nobody must be able to guess it: calls carry no signature.
        :param events: aliases of events, as ``onOrderCreated``.
        :return: its id.
        :raise Refused: also if the address is registered already (E098).
        """
        envelope, _reply = self._call(
            "POST", "CreateWebhook", {}, _webhook_document(url, events)
        )
        found = order_answers.read_webhooks(envelope.body)
        if not (found and found[0].webhook_id):
            raise UnknownOutcome(
                "The marketplace registered the webhook but did not say under which id."
            )
        return found[0].webhook_id

    def delete_webhook(self, webhook_id: str) -> None:
        """Take a webhook back; asked for exactly once."""
        request = etree.Element("Request")
        etree.SubElement(request, "Webhook").text = str(webhook_id)
        self._call("POST", "DeleteWebhook", {}, _document(request))


def _webhook_document(url: str, events: Iterable[str]) -> bytes:
    request = etree.Element("Request")
    webhook = etree.SubElement(request, "Webhook")
    etree.SubElement(webhook, "CallbackUrl").text = url
    container = etree.SubElement(webhook, "Events")
    for event in events:
        etree.SubElement(container, "Event").text = event
    return _document(request)


def _document(element: etree._Element) -> bytes:
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8")
