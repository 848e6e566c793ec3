"""The feed queue: documents are accepted at once and processed in the background.

Queued --[half the delay]--> Processing --[the delay]--> Finished
Queued --[FeedCancel]--> Canceled          Queued | Processing --[fault]--> Error
"""

import hashlib
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from ..core import const
from ..core.const import FINISHED, PROCESSING, QUEUED, STOCK_UPDATE
from ..core.errors import PLATFORM, ApiError
from ..core.faults import FEED
from .processing import Processor, RecordError

_OBJECT = {"ProductRemove": "remove product", "Image": "save image"}


FEED_ACTIONS = ("ProductCreate", "ProductUpdate", "ProductRemove", "Image")


@dataclass(frozen=True)
class FeedError:
    """A remark of a processed feed; the SKU may be empty."""

    message: str
    seller_sku: str = ""


@dataclass
class Feed:
    """A document that was accepted and waits for, or has, its result."""

    action: str
    user_id: str
    payload: bytes
    checksum: str
    entries: tuple
    created_at: datetime
    updated_at: datetime
    due_at: float = 0.0
    start_at: float = 0.0
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    number: int = 0
    status: str = QUEUED
    source: str = "api"
    mime_type: str = "text/xml"
    total: int = 0
    processed: int = 0
    failed: int = 0
    errors: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    stuck: bool = False
    faults: dict = field(default_factory=dict)

    @property
    def basic_action(self):
        """Return the action whose rules and faults apply to it."""
        return "ProductUpdate" if self.action == STOCK_UPDATE else self.action

    @property
    def is_open(self):
        """Return whether the result is still to come."""
        return self.status in (QUEUED, PROCESSING)

    @property
    def is_finished(self):
        """Return whether it was processed to the end."""
        return self.status == FINISHED


class FeedQueue:
    """Accepts documents and processes them in order of arrival."""

    def __init__(self, sandbox):
        self._sandbox = sandbox
        self.feeds = {}
        # One feed is processed at a time; also held by those who wait for it.
        self._processing = threading.RLock()
        self._wake = threading.Event()
        self._worker = None
        self._running = False

    def submit(self, action, user_id, payload, entries, **about):
        """Accept a document.

        :param str action: the feed's action.
        :param str user_id: who sent it.
        :param bytes payload: the document, byte for byte.
        :param tuple entries: what was read from it.
        :param about: more of the `Feed`, such as `mime_type`.
        :return: the new `Feed`.
        :raise ApiError: if the very same document waits or is being processed.
        """
        checksum = hashlib.sha256(payload).hexdigest()
        with self._sandbox.lock:
            self._refuse_duplicate(action, user_id, checksum)
            now = self._sandbox.now()
            feed = Feed(action, user_id, payload, checksum, entries, now, now, **about)
            feed.number = self._sandbox.numbers.of("feed", feed.id)
            feed.total = len(entries)
            self._plan(feed)
            self.feeds[feed.id] = feed
            self._sandbox.webhooks.notify("onFeedCreated", {"Feed": feed.id})
        self.wake()
        return feed

    def _refuse_duplicate(self, action, user_id, checksum):
        key = (action, user_id, checksum)
        for feed in self.feeds.values():
            if feed.is_open and (feed.action, feed.user_id, feed.checksum) == key:
                message = (
                    f"Could not {_OBJECT.get(action, 'save product')}: "
                    f"An exact match of the document is being processed, {feed.id}"
                )
                raise ApiError(1000, message, error_type=PLATFORM)

    def _plan(self, feed):
        delay = self._sandbox.settings.processing_delay
        if delay:
            feed.start_at = time.monotonic() + delay / 2
            feed.due_at = time.monotonic() + delay
        for kind in FEED:
            fault = self._sandbox.faults.trigger((kind,), feed.basic_action)
            if fault:
                feed.faults[kind] = fault
        if "stuck" in feed.faults:
            feed.stuck = True
            feed.status = feed.faults["stuck"]["status"]

    def recent(self):
        """Return the feeds that are still in the marketplace's history.

        :return: list, newest first.
        """
        oldest = self._sandbox.now() - const.FEED_HISTORY
        return [
            feed for feed in reversed(self.feeds.values()) if feed.created_at >= oldest
        ]

    def cancel(self, feed):
        """Cancel a feed that waits.

        :param feed: `Feed`.
        :return: False if it was too late.
        """
        with self._sandbox.lock:
            if feed.status != const.QUEUED:
                return False
            self._close(feed, const.CANCELED)
            return True

    def release(self):
        """Release stuck feeds."""
        with self._sandbox.lock:
            for feed in self.feeds.values():
                feed.stuck = False

    def process(self, *, due_only=False):
        """Process what waits, in this thread, and what another thread has begun.

        :param bool due_only: leave alone what is not due yet.
        :return: number of feeds that were finished here.
        """
        done = 0
        with self._processing:
            for feed in self._waiting():
                if not due_only or feed.due_at <= time.monotonic():
                    self._run(feed)
                    done += 1
        return done

    def drain(self):
        """Process at once if there is no processing delay.

        With a delay of 0 a feed is thus always finished before the next answer.
        """
        settings = self._sandbox.settings
        if settings.auto_process and not settings.processing_delay:
            self.process(due_only=True)

    def _waiting(self):
        with self._sandbox.lock:
            return [
                feed for feed in self.feeds.values() if feed.is_open and not feed.stuck
            ]

    def _begin(self, feed):
        with self._sandbox.lock:
            if feed.status == const.QUEUED:
                feed.status = const.PROCESSING
                feed.updated_at = self._sandbox.now()
            return feed.status == const.PROCESSING

    def _close(self, feed, status):
        feed.status = status
        feed.updated_at = self._sandbox.now()
        # Feeds that end otherwise are never counts (SellerCenter: Webhooks).
        if status == const.FINISHED:
            self._sandbox.webhooks.notify("onFeedCompleted", {"Feed": feed.id})

    def _run(self, feed):
        if not self._begin(feed):
            return
        if "feed_error" in feed.faults:
            message = feed.faults["feed_error"]["message"]
            with self._sandbox.lock:
                feed.errors.append(FeedError(message))
                self._close(feed, const.ERROR)
            return
        processor = Processor(self._sandbox, feed)
        for entry in feed.entries:
            with self._sandbox.lock:
                if feed.id not in self.feeds:
                    return
                self._apply(processor, feed, entry)
        with self._sandbox.lock:
            self._falsify_counts(feed)
            self._close(feed, const.FINISHED)

    def _apply(self, processor, feed, entry):
        sku = entry.seller_sku
        feed.processed += 1
        try:
            self._raise_sku_error(feed, sku)
            warnings = processor.apply(entry) if self._included(feed, sku) else []
        except RecordError as error:
            feed.failed += 1
            named = "" if self._is_anonymous(feed, sku) else sku
            feed.errors += [FeedError(text, named) for text in error.messages]
        else:
            feed.warnings += [FeedError(text, sku) for text in warnings]

    def _raise_sku_error(self, feed, sku):
        if self._is_anonymous(feed, sku):
            raise RecordError(feed.faults["anonymous_error"]["message"])
        fault = self._sandbox.faults.trigger(("sku_error",), feed.basic_action, sku)
        if fault:
            raise RecordError(fault["message"])

    def _is_anonymous(self, feed, sku):
        fault = feed.faults.get("anonymous_error")
        return bool(fault) and sku == (fault["sku"] or feed.entries[0].seller_sku)

    def _included(self, feed, sku):
        fault = self._sandbox.faults.trigger(("sku_warning",), feed.basic_action, sku)
        if not fault:
            return True
        feed.warnings.append(FeedError(fault["message"], sku))
        if fault["excluded"] is None:
            return "exclu" not in fault["message"].lower()
        return not fault["excluded"]

    def _falsify_counts(self, feed):
        fault = feed.faults.get("lying_counts")
        if not fault:
            return
        counts = {"failed": 0 if feed.failed else feed.total}
        counts |= {key: one for key, one in fault.options.items() if one is not None}
        for name, count in counts.items():
            setattr(feed, name, count)

    def start(self):
        """Start processing in the background."""
        self._running = True
        self._worker = threading.Thread(
            target=self._work, name="sandbox-feeds", daemon=True
        )
        self._worker.start()

    def stop(self):
        """Stop the background processing after the current feed."""
        self._running = False
        self.wake()
        if self._worker:
            self._worker.join()
            self._worker = None

    def wake(self):
        """Wake the background thread, after a change of settings."""
        self._wake.set()

    def _work(self):
        while self._running:
            self._wake.clear()
            if self._sandbox.settings.auto_process:
                self._start_due()
                self.process(due_only=True)
            self._wake.wait(self._seconds_until_due())

    def _start_due(self):
        for feed in self._waiting():
            if feed.start_at <= time.monotonic():
                self._begin(feed)

    def _seconds_until_due(self):
        """Return the seconds until something is due, None if nothing is waiting."""
        if not self._sandbox.settings.auto_process:
            return None
        due_times = [
            feed.due_at if feed.status == const.PROCESSING else feed.start_at
            for feed in self._waiting()
        ]
        return max(min(due_times) - time.monotonic(), 0.01) if due_times else None
