"""The marketplace as a whole: its clock, its products, its feeds, its faults."""

import threading
from collections import deque
from datetime import datetime, timedelta

from ..catalogue.feeds import FeedQueue
from ..catalogue.images import ImageStore
from ..catalogue.products import Change, Groups
from ..catalogue.quality import QualityControl
from ..catalogue.taxonomy import Taxonomy
from ..orders.documents import Exports
from ..orders.order import OrderBook
from . import const
from .faults import Faults
from .numbers import Numbers
from .settings import Settings, Tokens, default_applications, default_users
from .times import UTC, find_zone
from .webhooks import Webhooks


class Sandbox:
    """A marketplace in memory, with one seller.

    Any number of APIs can be served on top of it. `lock` guards what it holds.
    """

    def __init__(
        self,
        *,
        user_id=const.DEFAULT_USER_ID,
        api_key=const.DEFAULT_API_KEY,
        application_id=const.DEFAULT_APPLICATION_ID,
        application_secret=const.DEFAULT_APPLICATION_SECRET,
        clock=None,
        taxonomy_size=0,
        **settings,
    ):
        """Open an empty marketplace.

        :param str user_id: the seller's user.
        :param str api_key: that user's key.
        :param str application_id: the OAuth application of that user.
        :param str application_secret: its secret.
        :param clock: callable that gives an aware datetime; the computer's clock.
        :param int taxonomy_size: number of categories that are made up, for tests of
            load, beyond those that a fashion shop has.
        :param settings: initial values of `Settings`.
        """
        self.lock = threading.RLock()
        self.closing = threading.Event()
        self.users = default_users(user_id, api_key)
        self.applications = default_applications(
            user_id, application_id, application_secret
        )
        self.tokens = Tokens(self)
        self.numbers = Numbers()
        self.taxonomy = Taxonomy(taxonomy_size)
        self.images = ImageStore()
        self.faults = Faults()
        self.products = {}
        self.requests = deque(maxlen=const.MAX_LOGGED_REQUESTS)
        self.groups = Groups(self.products)
        self.quality = QualityControl(self)
        self.queue = FeedQueue(self)
        self._clock = clock or (lambda: datetime.now(UTC))
        self._initial = settings
        self.settings = Settings(**settings)
        self.orders = OrderBook(self)
        self.exports = Exports(self)
        self.webhooks = Webhooks(self)

    @property
    def feeds(self):
        """Return all feeds by id, oldest first."""
        return self.queue.feeds

    @property
    def zone(self):
        """Return the shop's time zone."""
        return find_zone(self.settings.timezone)

    def now(self):
        """Return the marketplace's time.

        :return: aware datetime in UTC.
        """
        return self._clock() + timedelta(seconds=self.settings.clock_offset)

    def process(self):
        """Process all feeds that wait, whatever their delay.

        :return: number of feeds that were finished.
        """
        return self.queue.process()

    def run_due_tasks(self):
        """Process the feeds and reviews that are due."""
        self.queue.drain()
        with self.lock:
            self.quality.review_due()

    def record_change(self, product, source, action, values):
        """Add an accepted change to the history of a product.

        :param product: `Product`.
        :param str source: feed id, or who else did it.
        :param str action: what was done.
        :param dict values: field -> (before, after), as text.
        """
        change = Change(self.now(), source, action, values)
        product.history.append(change)

    def reset(self):
        """Clear all state and restore the initial settings."""
        self.faults.clear()
        with self.lock:
            for part in (self.feeds, self.products, self.groups, self.requests):
                part.clear()
            self.tokens.clear()
            self.numbers.clear()
            for part in (self.orders, self.exports, self.webhooks):
                part.clear()
            self.quality.planned.clear()
            self.images.thumbnails.clear()
            self.taxonomy.restore()
            self.settings = Settings(**self._initial)
        self.queue.wake()
