"""The quiet after the trouble: what waits for people is retried until nothing moves."""

import time

from scripts.chaos.expected import FLAGS
from scripts.env import console, web_client
from scripts.killable_odoo import PAUSE

#: Seconds in which something has to change to what it never was, until all is quiet.
PATIENCE = 90
#: Seconds until all has to be quiet, whatever moves.
LONGEST = 420
#: Times that each job has to succeed after the last movement; one may run already.
RUNS = 2
#: What a user presses where something waits for a person: model, domain, button.
REMEDIES = (
    (
        "iconic.account",
        [("connection_state", "=", "on_hold")],
        "action_test_connection",
    ),
    ("iconic.order", [("state", "=", "held")], "action_retry"),
    ("iconic.order", [("invoice_error", "!=", False)], "action_retry"),
    ("iconic.order", [("unreadable", "!=", False)], "action_retry"),
    # What has left cannot be cancelled any more.
    (
        "iconic.order.change",
        [("state", "=", "refused"), ("kind", "=", "cancel")],
        "action_cancel_change",
    ),
    (
        "iconic.order.change",
        [("state", "=", "refused"), ("kind", "!=", "cancel")],
        "action_retry",
    ),
    (
        "iconic.listing",
        [
            "|",
            "|",
            "|",
            "|",
            "|",
            ("content_status", "=", "error"),
            ("price_status", "=", "error"),
            ("quantity_status", "=", "error"),
            ("image_status", "=", "error"),
            ("end_status", "=", "error"),
            ("remove_status", "=", "error"),
        ],
        "action_retry",
    ),
)
#: What is under way, as one row of text, and what its numbers count.
UNDER_WAY_NAMES = "feeds, listings, orders, status updates, requests, failing jobs"
UNDER_WAY = """
SELECT (SELECT count(*) FROM iconic_feed WHERE state IN ('sending', 'processing')),
       (SELECT count(*) FROM iconic_listing WHERE 'pending' IN ({flags})
           OR 'sent' IN ({flags})),
       (SELECT count(*) FROM iconic_order WHERE needs_processing
           OR state = 'new'),
       (SELECT count(*) FROM iconic_order_change WHERE state IN ('pending', 'sending')
           OR needs_processing),
       (SELECT count(*) FROM iconic_account_job_request),
       (SELECT count(*) FROM iconic_account_job WHERE failure_count > 0),
       (SELECT max(id) FROM iconic_feed)
""".format(flags=", ".join(f"{flag}_status" for flag in FLAGS))
JOBS = "SELECT id, succeeded_at FROM iconic_account_job"


class Quiet:
    """Waits until there is nothing left to do.

    :param world: the :class:`~scripts.chaos.world.World`
    :param client: a :class:`~scripts.env.web_client.WebClient`, logged in
    """

    def __init__(self, world, client):
        self._world = world
        self._client = client
        self._under_way = None
        self._known = set()
        self._waits = True
        self._moved_at = 0
        self._runs = {}

    def wait(self):
        """Wait until nothing moves, nor waits.

        Where two transactions reserve the same goods at once, Odoo may count pieces as
        reserved that no transfer wants. Its scheduler mends that every day; until then
        they are not free.

        :return: sentences about what does not end
        """
        if endless := self._wait_until_still():
            return endless
        self._client.call("stock.rule", "run_scheduler")
        self._under_way = None
        return self._wait_until_still()

    def _wait_until_still(self):
        begun = self._moved_at = time.monotonic()
        while not self._is_still():
            if self._is_stuck(time.monotonic() - begun):
                return [f"Still under way ({UNDER_WAY_NAMES}): {self._under_way}"]
            self._remedy()
            self._world.give_up_lost_feeds()
            self._world.wake()
            time.sleep(10 * PAUSE)
        console.say(f"    quiet after {time.monotonic() - begun:.0f} s")
        return []

    def _is_stuck(self, seconds):
        """Tell whether this takes too long.

        :param seconds: how long it has taken by now
        """
        resting = time.monotonic() - self._moved_at
        return seconds > LONGEST or (self._waits and resting > PATIENCE)

    def _is_still(self):
        """Tell whether each job has run through since the last movement."""
        [now], runs = self._world.query(UNDER_WAY), self._world.query(JOBS)
        if now not in self._known:
            self._known.add(now)
            self._moved_at = time.monotonic()
        if now != self._under_way:
            self._under_way = now
            self._runs = {job: {at} for job, at in runs}
        for job, at in runs:
            self._runs.setdefault(job, set()).add(at)
        self._waits = any(map(int, now[:-1]))
        runs = map(len, self._runs.values())
        return not self._waits and min(runs) > RUNS

    def _remedy(self):
        for model, domain, button in REMEDIES:
            # One by one, as a user does: what is refused stops none of the others.
            for one in self._client.call(model, "search", domain):
                try:
                    self._client.call(model, button, [one])
                except web_client.OdooError as error:
                    console.say(f"    {model}.{button}: {error}")
