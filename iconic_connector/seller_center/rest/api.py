"""REST v2 as a whole, its probe and its webhooks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote

from ..errors import UnknownOutcome
from ..records import Records, WebhookEvent
from ..transport import server_time
from ..values import text
from .order_answers import read_webhook_events, read_webhooks
from .orders import RestOrders
from .products import RestProducts


class RestApi(RestProducts, RestOrders):
    """REST v2: an OAuth application, tokens and JSON."""

    def probe(self) -> datetime | None:
        with self._judging_the_address():
            _count, reply = self._read("/v2/feeds/count")
        return server_time(reply.headers)

    def webhooks(self) -> Records:
        return read_webhooks(self._get("/v2/webhooks"))

    def webhook_events(self) -> tuple[WebhookEvent, ...]:
        return read_webhook_events(self._get("/v2/webhook-entities"))

    def create_webhook(self, url: str, events: Iterable[str]) -> str:
        body = {"callbackUrl": url, "events": list(events)}
        webhook_id = text(self._change("POST", "/v2/webhook", body), "webhookId")
        if not webhook_id:
            raise UnknownOutcome(reason="webhook_without_id")
        return webhook_id

    def delete_webhook(self, webhook_id: str) -> None:
        self._change("DELETE", f"/v2/webhook/{quote(str(webhook_id), safe='')}")
