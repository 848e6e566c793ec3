"""Webhooks by REST v2."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from . import rest_order_answers as answers
from .envelope import text
from .errors import UnknownOutcome
from .order_records import Webhook, WebhookEvent


class RestWebhooks:
    """The calls of REST v2 about what it calls back."""

    def webhooks(self) -> tuple[Webhook, ...]:
        """Return the registered webhooks."""
        return answers.read_webhooks(self._get("/v2/webhooks"), self._zone)

    def webhook_events(self) -> tuple[WebhookEvent, ...]:
        """Return what webhooks can be called for."""
        return answers.read_webhook_events(self._get("/v2/webhook-entities"))

    def create_webhook(self, url: str, events: Iterable[str]) -> str:
        """Register a webhook; asked for exactly once.

        :param url: nobody must be able to guess it: calls carry no signature.
        :param events: aliases of events, as ``onOrderCreated``.
        :return: its id.
        :raise Refused: also if the address is registered already.
        """
        body = {"callbackUrl": url, "events": list(events)}
        webhook_id = text(self._change("POST", "/v2/webhook", body), "webhookId")
        if not webhook_id:
            raise UnknownOutcome(
                "The marketplace registered the webhook but did not say under which id."
            )
        return webhook_id

    def delete_webhook(self, webhook_id: str) -> None:
        """Take a webhook back; asked for exactly once."""
        self._change("DELETE", f"/v2/webhook/{quote(str(webhook_id), safe='')}")
