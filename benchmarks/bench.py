"""One size, measured: its marketplace, its databases and Odoo, and the rounds."""

import contextlib
import os
import sys

import requests

from benchmarks import peer, seasons
from benchmarks.answers import CONTROL
from benchmarks.floor import Floor
from benchmarks.goods import ACCOUNT, VARIANTS, styles_for
from benchmarks.odoo_process import OdooProcess
from benchmarks.report import WITH_RULES
from scripts.env import console, databases, paths, postgres, processes
from scripts.killable_odoo import connect_account

DATABASE = "bench_{pid}"
FLOOR_DATABASE, PEER_DATABASE = "bench_floor_{pid}", "bench_peer_{pid}"
FIRST_PORT = 17869
#: Seconds that the marketplace has for an answer.
TIMEOUT = 60
FLOORS = {"floor_price": "price", "floor_stock": "stock"}
DETECTION = ("detect_nothing", "detect_1_percent", "detect_all")
#: In one round, in this order: everything beside what it is compared with.
STEPS = (
    "floor_price",
    "price",
    "price_thresholds",
    "floor_stock",
    "stock",
    "update",
    "create",
    "image",
    "remove",
    "own",
    *DETECTION,
    "check",
    "taxonomy",
)
FEEDS = ("price", "price_thresholds", "stock", "update", "create", "image", "remove")
STEPS_WITH_RULES = ("price", "update", "create", "own", *DETECTION)
ORDERS = ("order_quotation", "order_confirmed", "order_invoiced", "order_paid")
#: Kept in order before each step, so that none pays for the one before.
VACUUM = "VACUUM ANALYZE iconic_listing, iconic_feed"
#: The log of feeds, without any room that has become free.
PACK = "VACUUM (FULL, ANALYZE) iconic_feed_line"
LOG_SIZE = "SELECT pg_total_relation_size('iconic_feed_line')"
#: Every so many SKUs fail.
FAILING_EVERY = 50


class Bench:
    """Everything that runs for one size; a context manager that ends it all.

    :param source: a database with the add-on, that nobody is connected to
    :param size: how many variants, rounded down to whole styles
    :param rounds: how often everything is measured
    :param only: the names of what is measured, empty for all
    :param profiled: the names of what is run once more, under a profiler
    :param has_peer: whether another connector is measured beside
    """

    def __init__(self, source, size, rounds, only=(), profiled=(), has_peer=False):
        self._source = source
        self._styles = styles_for(size)
        self._size = self._styles * VARIANTS
        self._rounds = rounds
        self._only = set(only)
        self._profiled = set(profiled)
        self._has_peer = has_peer
        self._stack = contextlib.ExitStack()
        self._database = DATABASE.format(pid=os.getpid())
        self._measured = {}

    def __enter__(self):
        with self._stack:
            self._url = open_marketplace(self._stack)
            self._floor = self._make_floor()
            self._make_database()
            self._peer = self._start_peer() if self._has_peer else None
            self._odoo = self._start_odoo()
            self._control(failing_every=FAILING_EVERY)
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *failure):
        self._stack.close()

    def run(self):
        """Measure everything, round by round.

        :return: dict, name -> the costs of each round
        """
        self._repeat("steps", STEPS)
        if self._chosen(STEPS_WITH_RULES, WITH_RULES):
            console.step("Adding price rules")
            # What they change is listed before anything is measured.
            self._control(failing_every=0)
            self._ask("steps", "add_rules")
            self._control(failing_every=FAILING_EVERY)
            self._repeat("steps", STEPS_WITH_RULES, WITH_RULES)
        both = [name for goal in ORDERS for name in (f"odoo_{goal}", goal)]
        self._repeat("orders", both)
        if self._peer:
            for group, names in peer.GROUPS.items():
                self._repeat(group, names)
        return self._measured

    def _chosen(self, names, ending=""):
        return [
            name for name in names if not self._only or f"{name}{ending}" in self._only
        ]

    def _repeat(self, group, names, ending=""):
        chosen = self._chosen(names, ending)
        for number in range(self._rounds if chosen else 0):
            console.step(f"{self._size}: {group}, round {number + 1}")
            for name in chosen:
                cost = self._measure(group, name)
                self._measured.setdefault(f"{name}{ending}", []).append(cost)
                console.say(f"    {name}{ending}: {cost['cpu']:.2f} s of CPU")
        for name in chosen:
            if f"{name}{ending}" in self._profiled - set(FLOORS):
                self._profile(group, name, ending)

    def _measure(self, group, name):
        if name in FLOORS:
            return self._floor.measure(FLOORS[name])
        self._prepare(group, name)
        if name not in FEEDS:
            return self._ask(group, "run", name)
        before = self._log_size()
        cost = self._ask(group, "run", name)
        written = self._log_size()
        postgres.query(PACK, self._database)
        lines = cost["size"]
        # Bytes of a line are megabytes of a million.
        cost["log_mb_per_million"] = (written - before) / lines
        cost["packed_mb_per_million"] = (self._log_size() - before) / lines
        return cost

    def _log_size(self):
        return int(postgres.query(LOG_SIZE, self._database)[0])

    def _profile(self, group, name, ending):
        self._prepare(group, name)
        target = paths.log_file(f"bench-{name}{ending}-{self._size}")
        self._ask(group, "profile", name, str(target))
        console.say(f"    profile of {name}{ending}: {target}")

    def _prepare(self, group, name):
        # A removed product is there until it is gone; one to be created is not.
        self._control(has_products=name != "create")
        self._ask(group, "prepare", name)
        if group not in peer.GROUPS:
            for statement in (VACUUM, PACK):
                postgres.query(statement, self._database)

    def _make_floor(self):
        name = FLOOR_DATABASE.format(pid=os.getpid())
        databases.drop(name)
        postgres.query(f'CREATE DATABASE "{name}"')
        self._stack.callback(databases.drop, name)
        dsn = f"host={postgres.folder()} user={postgres.ROLE} dbname={name}"
        floor = Floor(dsn, self._url, self._size)
        self._stack.callback(floor.close)
        return floor

    def _make_database(self):
        season = seasons.have(self._source, self._styles, self._url)
        databases.copy(season, self._database)
        self._stack.callback(databases.drop, self._database)
        connect_account(self._database, ACCOUNT, self._url, "action")
        postgres.query("VACUUM ANALYZE", self._database)

    def _start_odoo(self):
        odoo = OdooProcess(self._database, "benchmarks.connector", self._url)
        self._stack.callback(odoo.close)
        return odoo

    def _start_peer(self):
        """Start the other connector on a copy of the goods."""
        name = PEER_DATABASE.format(pid=os.getpid())
        databases.copy(self._database, name)
        self._stack.callback(databases.drop, name)
        odoo = peer.start(name, self._url)
        if odoo:
            self._stack.callback(odoo.close)
        return odoo

    def _ask(self, group, *order):
        odoo = self._peer if group in peer.GROUPS else self._odoo
        return odoo.ask(group, *order)

    def _control(self, **settings):
        address = f"{self._url}{CONTROL.strip('/')}"
        requests.post(address, json=settings, timeout=TIMEOUT).raise_for_status()


def open_marketplace(stack):
    """Open a marketplace of the bench, in a process of its own.

    :param stack: a `contextlib.ExitStack` that ends it
    :return: where it is
    """
    port = processes.free_port(FIRST_PORT)
    url = f"http://127.0.0.1:{port}/"
    command = [sys.executable, "-m", "benchmarks.marketplace", port]
    server = processes.Process(command, "bench-marketplace", cwd=paths.ROOT)
    stack.enter_context(server)
    doing = "opening the marketplace"
    processes.wait_for_answer(f"{url}{CONTROL.strip('/')}", server, doing)
    return url
