"""The campaign: rounds of trouble, each followed by quiet and a whole comparison."""

import functools
import json
import random
import threading
import time
from collections import Counter

from scripts.chaos import compare, evidence, expected, faults, people
from scripts.chaos.patient_client import PatientClient
from scripts.chaos.quiet import Quiet
from scripts.chaos.watch import Watch
from scripts.env import console
from scripts.killable_odoo import PAUSE

#: Seconds of trouble between two comparisons.
ROUND = 60
#: Seconds between two of a kind, at least and at most: faults at the marketplaces,
#: runs of all scheduled jobs, kills, and times when the disk is full.
FAULTS, WAKES, KILLS, FULL_DISKS = (0.5, 2.5), (5, 5), (5, 20), (15, 45)
#: Seconds for which the disk stays full.
FULL = (2, 8)
USERS = 3


class Pulse:
    """Something that happens again and again, after pauses of random length.

    :param action: function without parameters
    :param pause: seconds, the shortest and the longest
    :param chance: a :class:`random.Random`
    """

    def __init__(self, action, pause, chance):
        self._action, self._pause, self._chance = action, pause, chance
        self._next = time.monotonic() + chance.uniform(*pause)

    def beat(self):
        """Do it if its time has come."""
        if time.monotonic() >= self._next:
            self._action()
            self._next = time.monotonic() + self._chance.uniform(*self._pause)


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
        self._watch = Watch(world, world.kits())
        self._troubles = [self._kill_worker, self._kill_server, world.lose_connections]
        if crashes:
            self._troubles.append(world.restart_postgres)

    def run(self):
        """Run all rounds, until the time is over or something differs.

        :return: the report, as a dict
        """
        self._prepare()
        self._be_quiet()
        self._watch.start()
        begun = time.monotonic()
        end, rounds = begun + 60 * self._minutes, 0
        while not self.differences and (not rounds or time.monotonic() < end):
            self._trouble(min(end, time.monotonic() + ROUND))
            self.differences = [*self._be_quiet(), *self._compare()]
            rounds += 1
            self._tell(rounds)
        self._watch.rest()
        if self.differences:
            console.say(f"    Evidence: {evidence.keep(self._world)}")
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
            "looks": self._watch.looks,
            "watched": dict(self._watch.sent),
            "full_disk": self._world.disk.mounted,
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
        client = PatientClient(server.url)
        client.log_in(self._world.database, people.LOGIN, people.PASSWORD)
        return client

    def _trouble(self, end):
        """Let people work, and break what they stand on."""
        workers = self._people()
        for worker in workers:
            worker.start()
        pulses = [Pulse(*one, self._random) for one in self._pulses()]
        while time.monotonic() < end:
            time.sleep(PAUSE)
            for pulse in pulses:
                pulse.beat()
        for worker in workers:
            worker.rest()

    def _pulses(self):
        yield self._strike, FAULTS
        yield self._world.wake, WAKES
        yield self._kill, KILLS
        if self._world.disk.mounted:
            yield self._fill_disk, FULL_DISKS

    def _strike(self):
        sandbox = self._random.choice(list(self._world.sandboxes().values()))
        self._count(self.faults, faults.strike(sandbox, self._random))

    def _fill_disk(self):
        self._world.disk.fill()
        self._count(self.faults, "full disk")
        relief = threading.Timer(self._random.uniform(*FULL), self._world.disk.empty)
        relief.daemon = True
        relief.start()

    def _kill(self):
        trouble = self._random.choice(self._troubles)
        trouble()
        self._count(self.kills, trouble.__name__.removeprefix("_"))

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
        self._world.disk.empty()
        self._world.revive()
        return Quiet(self._world, self._client()).wait()

    def _compare(self):
        text = self._world.report(expected.__name__, "write")
        found = compare.differences(json.loads(text), self._world.sandboxes())
        return found + self._watch.judge()
