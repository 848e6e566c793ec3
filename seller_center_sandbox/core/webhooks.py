"""Webhooks: addresses that are called when something happens (SellerCenter: Webhooks).

Only addresses on this machine are really called. A call that was not answered with 200
is repeated only on request.
"""

import ipaddress
import json
import queue
import threading
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import requests

from . import const
from .errors import api_error
from .numbers import RunningNumber

# Entity -> the aliases of its events and what people call them.
EVENTS = {
    "Feed": {
        "onFeedCreated": "Feed Created",
        "onFeedCompleted": "Feed Completed",
    },
    "Order": {
        "onOrderCreated": "Order Created",
        "onOrderItemsStatusChanged": "Order Items Status Changed",
    },
    "Return": {"onReturnStatusChanged": "Return Status Changed"},
}
ALIASES = tuple(alias for events in EVENTS.values() for alias in events)
SUCCESS, FAIL = "success", "fail"
IN_PROGRESS, NOT_QUEUED = "inprogress", "queueing_failed"


@dataclass
class Webhook:
    """An address and the events it is called for."""

    number: int
    url: str
    events: tuple
    created_at: datetime
    enabled: bool = True
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class Callback:
    """One event that is sent to one address.

    :param attempts: how often it was tried.
    """

    id: int
    url: str
    event: str
    payload: dict
    created_at: datetime
    last_call_at: datetime
    status: str = IN_PROGRESS
    attempts: int = 0

    @property
    def body(self):
        """Return the JSON that is sent."""
        return json.dumps({"event": self.event, "payload": self.payload})


class Webhooks:
    """The registered addresses, and a thread that calls them when there is work."""

    def __init__(self, sandbox):
        self._sandbox = sandbox
        self.registered = {}
        self.callbacks = {}
        self._numbers = RunningNumber()
        self._waiting = queue.Queue()
        self._lock = threading.Lock()
        self._worker = None

    def register(self, url, events):
        """Register an address.

        :param str url: address, which may be registered once only.
        :param events: aliases.
        :return: the new `Webhook`.
        :raise ApiError: if the address or an event is invalid.
        """
        self._check(url, events)
        webhook = Webhook(
            next(self._numbers), url, tuple(dict.fromkeys(events)), self._sandbox.now()
        )
        self.registered[webhook.id] = webhook
        return webhook

    def change(self, webhook_id, url, events):
        """Change the address and the events of a registration.

        :return: the `Webhook`.
        :raise ApiError: if there is none, or the address or an event is invalid.
        """
        webhook = self.find(webhook_id)
        self._check(url, events, webhook)
        webhook.url, webhook.events = url, tuple(dict.fromkeys(events))
        return webhook

    def delete(self, webhook_id):
        """Delete a registration.

        :raise ApiError: if there is none.
        """
        del self.registered[self.find(webhook_id).id]

    def find(self, webhook_id):
        """Return a registration.

        :raise ApiError: if there is none.
        """
        webhook = self.registered.get(webhook_id)
        if not webhook:
            raise api_error(100)
        return webhook

    def clear(self):
        """Delete all registrations and callbacks."""
        self.registered.clear()
        self.callbacks.clear()

    def notify(self, event, payload):
        """Send an event to all subscribers, in the background.

        :param str event: alias.
        :param dict payload: ids of what it happened to.
        """
        for webhook in list(self.registered.values()):
            if webhook.enabled and event in webhook.events:
                now = self._sandbox.now()
                number = next(self._numbers)
                callback = Callback(number, webhook.url, event, payload, now, now)
                self.callbacks[number] = callback
                self._enqueue(callback)

    def callbacks_to(self, url):
        """Return the callbacks to an address, oldest first.

        :param str url: the address.
        :return: list of `Callback`.
        """
        return [one for one in self.callbacks.values() if one.url == url]

    def retry(self, callback_id=None):
        """Repeat callbacks.

        :param callback_id: of the one callback to repeat, whatever became of it; None
            for all that failed.
        :return: number of callbacks that are tried again.
        :raise KeyError: if there is no such callback.
        """
        if callback_id is not None:
            chosen = [self.callbacks[callback_id]]
        else:
            chosen = [one for one in self.callbacks.values() if one.status == FAIL]
        for callback in chosen:
            self._enqueue(callback)
        return len(chosen)

    def wait(self):
        """Wait until all callbacks have succeeded or failed."""
        self._waiting.join()

    def _check(self, url, events, own=None):
        parts = urlsplit(url)
        taken = any(one.url == url for one in self.registered.values() if one != own)
        if parts.scheme not in ("http", "https") or not parts.hostname or taken:
            raise api_error(98, url)
        unknown = [one for one in events if one not in ALIASES]
        if unknown or not events:
            raise api_error(99, ", ".join(unknown))

    def _enqueue(self, callback):
        if not _is_here(callback.url):
            callback.status = NOT_QUEUED
            return
        callback.status = IN_PROGRESS
        with self._lock:
            self._waiting.put(callback)
            if not self._worker:
                self._worker = threading.Thread(
                    target=self._work, name="sandbox-webhooks", daemon=True
                )
                self._worker.start()

    def _work(self):
        while True:
            with self._lock:
                if self._waiting.empty():
                    self._worker = None
                    return
                callback = self._waiting.get()
            callback.status = _call(callback)
            callback.last_call_at = self._sandbox.now()
            callback.attempts += 1
            self._waiting.task_done()


def _is_here(url):
    host = urlsplit(url).hostname
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _call(callback):
    """Call an address once; only 200 is a success, whatever the answer says."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.post(
                callback.url,
                data=callback.body,
                headers={"Content-Type": "application/json"},
                timeout=const.CALLBACK_TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            answer.close()
        except requests.RequestException:
            return FAIL
    return SUCCESS if answer.status_code == 200 else FAIL
