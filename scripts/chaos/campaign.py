"""The campaign: rounds of trouble, each followed by quiet and a whole comparison."""

import functools
import json
import random
import threading
import time
from collections import Counter

from scripts.chaos import compare, expected, faults, people
from scripts.env import console, web_client
from scripts.killable_odoo import PAUSE

#: Seconds of trouble between two comparisons.
ROUND = 60
#: Seconds between two faults.
FAULT_PAUSE = 1.5
#: Seconds between two runs of all scheduled jobs.
WAKE_PAUSE = 5
USERS = 3
#: Seconds until everything has to be quiet after the trouble.
PATIENCE = 600
#: Looks that must find the same, for it to be quiet.
LOOKS = 3
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
    ("iconic.order.change", [("state", "=", "refused")], "action_retry"),
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
UNDER_WAY_NAMES = "feeds, listings, orders, status updates, requests, jobs"
UNDER_WAY = """
SELECT (SELECT count(*) FROM iconic_feed WHERE state IN ('sending', 'processing')),
       (SELECT count(*) FROM iconic_listing WHERE 'pending' IN ({flags})
           OR 'sent' IN ({flags})),
       (SELECT count(*) FROM iconic_order WHERE needs_processing
           OR state = 'new'),
       (SELECT count(*) FROM iconic_order_change WHERE state IN ('pending', 'sending')
           OR needs_processing),
       (SELECT count(*) FROM iconic_account_job_request),
       (SELECT count(*) FROM iconic_account_job WHERE owner IS NOT NULL
           OR failure_count > 0),
       (SELECT max(id) FROM iconic_feed)
""".format(flags=", ".join(f"{flag}_status" for flag in expected.FLAGS))


class Campaign:
    """Trouble, quiet, comparison, again and again.

    :param world: the :class:`~scripts.chaos.world.World`, running
    :param minutes: how long
    :param seed: what everything random comes from
    :param crashes: whether PostgreSQL crashes, which every user of it notices
    """

    def __init__(self, world, minutes, seed, crashes=True):
        self._world = world
        self._minutes = minutes
        self._seed = seed
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self.actions = Counter()
        self.faults = Counter()
        self.kills = Counter()
        self.disturbed = []
        self.differences = []
        self._troubles = [self._kill_worker, self._kill_server, world.lose_connections]
        if crashes:
            self._troubles.append(world.restart_postgres)

    def run(self):
        """Run all rounds, until the time is over or something differs.

        :return: the report, as a dict
        """
        self._prepare()
        self._be_quiet()
        begun = time.monotonic()
        end, rounds = begun + 60 * self._minutes, 0
        while not self.differences and (not rounds or time.monotonic() < end):
            self._trouble(min(end, time.monotonic() + ROUND))
            self.differences = [*self._be_quiet(), *self._compare()]
            rounds += 1
            self._tell(rounds)
        return self._report(rounds, time.monotonic() - begun)

    def _tell(self, rounds):
        console.say(
            f"    round {rounds}: {self.actions.total()} actions,"
            f" {self.faults.total()} faults, {self.kills.total()} kills,"
            f" {len(self.differences)} differences"
        )

    def _report(self, rounds, seconds):
        return {
            "actions": dict(self.actions),
            "faults": dict(self.faults),
            "kills": dict(self.kills),
            "differences": len(self.differences),
            "users_disturbed": len(self.disturbed),
            "seed": self._seed,
            "minutes": round(seconds / 60, 1),
            "rounds": rounds,
            "listings": self._rows("iconic_listing"),
            "orders": self._rows("iconic_order"),
        }

    def _rows(self, table):
        return int(self._world.query(f"SELECT count(*) FROM {table}")[0][0])

    def _count(self, counter, name):
        with self._lock:
            counter[name] += 1

    def _prepare(self):
        """Read what users choose from, before anything goes wrong."""
        client = self._client()
        accounts = client.call("iconic.account", "search", [])
        for account in accounts:
            for name in ("providers", "failure_reasons"):
                button = f"action_refresh_{name}"
                client.call("iconic.account", button, [account])

    def _client(self):
        server = next(iter(self._world.servers.values()))
        client = web_client.WebClient(server.url)
        client.log_in(self._world.database, people.LOGIN, people.PASSWORD)
        return client

    def _trouble(self, end):
        """Let people work, and break what they stand on."""
        workers = self._people()
        for worker in workers:
            worker.start()
        next_kill, next_wake = time.monotonic() + self._random.uniform(2, 8), 0
        while time.monotonic() < end:
            time.sleep(FAULT_PAUSE)
            sandbox = self._random.choice(list(self._world.sandboxes().values()))
            self._count(self.faults, faults.strike(sandbox, self._random))
            if time.monotonic() > next_wake:
                self._world.wake()
                next_wake = time.monotonic() + WAKE_PAUSE
            if time.monotonic() > next_kill:
                self._kill()
                next_kill = time.monotonic() + self._random.uniform(5, 20)
        self._send_home(workers)

    def _kill(self):
        trouble = self._random.choice(self._troubles)
        trouble()
        self._count(self.kills, trouble.__name__.removeprefix("_"))

    @staticmethod
    def _send_home(workers):
        """Let people end what they are at; what nobody foresaw in them is raised."""
        for worker in workers:
            worker.rest()
        for worker in workers:
            if worker.failure:
                raise worker.failure

    def _people(self):
        log = functools.partial(self._count, self.actions)
        users = [
            people.User(self._world, self._new_random(), log, self.disturbed.append)
            for _ in range(USERS)
        ]
        return users + [
            people.Shopper(sandbox, self._new_random(), log)
            for sandbox in self._world.sandboxes().values()
        ]

    def _new_random(self):
        return random.Random(self._random.random())

    def _kill_worker(self):
        self._world.kill_worker("prefork", self._random.choice)

    def _kill_server(self):
        self._world.kill_server(self._random.choice(sorted(self._world.servers)))

    def _be_quiet(self):
        """End all faults, do what waits for people, and wait until nothing moves.

        :return: sentences about what does not end
        """
        for sandbox in self._world.sandboxes().values():
            sandbox.faults.clear()
            sandbox.queue.release()
        self._world.revive()
        client, looks, before = self._client(), 0, None
        limit = time.monotonic() + PATIENCE
        while looks < LOOKS:
            if time.monotonic() > limit:
                return [f"Still under way ({UNDER_WAY_NAMES}): {before}"]
            self._remedy(client)
            self._world.wake()
            time.sleep(10 * PAUSE)
            now = self._world.query(UNDER_WAY)[0]
            looks = looks + 1 if now == before and not any(map(int, now[:-1])) else 0
            before = now
        seconds = PATIENCE - limit + time.monotonic()
        console.say(f"    quiet after {seconds:.0f} s")
        return []

    def _remedy(self, client):
        for model, domain, button in REMEDIES:
            ids = client.call(model, "search", domain)
            if ids:
                try:
                    client.call(model, button, ids)
                except web_client.OdooError as error:
                    console.say(f"    {model}.{button}: {error}")

    def _compare(self):
        text = self._world.report(expected.__name__, "write")
        return compare.differences(json.loads(text), self._world.sandboxes())
