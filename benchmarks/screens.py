"""How long the screens of a large shop take to open, beside Odoo's own variant list.

Each is asked for over HTTP as the web client does: what its view reads, in its own
order, with its own filters.
"""

import contextlib
import os
import re
import time

import psutil

from benchmarks import clerk, seasons
from benchmarks.bench import open_marketplace
from benchmarks.cost import cpu_of, spent_between
from benchmarks.goods import ACCOUNT
from benchmarks.growth import grow
from benchmarks.screen_calls import SCREENS, opening
from scripts.env import console, databases, odoo_server, postgres
from scripts.env.web_client import WebClient
from scripts.killable_odoo import connect_account, run_in_shell

DATABASE = "bench_screens_{pid}"
PORT = 18869
#: What is multiplied: styles of six variants each.
STYLES = 10
#: Listings, where the bench is not told how many.
SIZE = 100_000
#: How often a screen is opened in a round, and counted together.
TIMES = 3
#: The end of a line of Odoo's log about a request: its queries and their seconds.
ANSWERED = re.compile(r"/web/dataset/call_kw/\S+ \S+ 200 - (\d+) [\d.]+ [\d.]+")
BACKENDS = (
    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
    " AND datname = current_database() AND pid <> pg_backend_pid()"
)
#: Their work would not be counted.
ALONE = 'ALTER DATABASE "{}" SET max_parallel_workers_per_gather = 0'


#: They may be empty: nothing is on its way back.
MAY_BE_EMPTY = ("returns",)


def wanted(only):
    """Return the screens among the names of what is measured, in their order.

    :param only: names, `screens` for all
    """
    if "screens" in only:
        return list(SCREENS)
    chosen = [name for name in SCREENS if f"screen_{name}" in only]
    return ["variants", *chosen] if chosen else []


class ScreenBench:
    """A shop of one size, its Odoo and its user; a context manager that ends it all.

    :param source: a database with the add-on, that nobody is connected to
    :param size: how many listings and orders; ten times as many feed lines
    :param rounds: how often everything is measured
    :param names: of the screens
    """

    def __init__(self, source, size, rounds, names):
        self._source = source
        self._size = size
        self._rounds = rounds
        self._names = names
        self._database = DATABASE.format(pid=os.getpid())
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        with self._stack:
            self._make_database()
            console.step(f"Opening screens of {self._size} listings")
            self._server = odoo_server.OdooServer(
                self._database, PORT, "bench-screens", ["--max-cron-threads=0"]
            )
            self._stack.enter_context(self._server)
            self._server.wait()
            self._client = WebClient(self._server.url)
            self._client.log_in(self._database, clerk.LOGIN, clerk.PASSWORD)
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *failure):
        self._stack.close()

    def run(self):
        """Open every screen, round by round.

        :return: dict, name -> the costs of each round
        """
        opened = {
            name: opening(self._client.call, SCREENS[name]) for name in self._names
        }
        for open_it in opened.values():
            open_it()
        measured = {name: [] for name in opened}
        for number in range(self._rounds):
            console.step(f"{self._size}: screens, round {number + 1}")
            for name, open_it in opened.items():
                cost = self._measure(name, open_it)
                measured[name].append(cost)
                console.say(f"    {name}: {cost['seconds'] * 1000:.0f} ms")
        return measured

    def _make_database(self):
        url = open_marketplace(self._stack)
        season = seasons.have(self._source, STYLES, url)
        databases.copy(season, self._database)
        self._stack.callback(databases.drop, self._database)
        connect_account(self._database, ACCOUNT, url, "action")
        console.step(f"Making a shop of {self._size} listings")
        run_in_shell(
            self._database, "benchmarks.clerk", "prepare", 600, arguments=[url]
        )
        grow(self._database, self._size)
        postgres.query(ALONE.format(self._database))

    def _measure(self, name, open_it):
        """Open a screen a few times.

        :return: a dict: `size`, and of one time `seconds`, `cpu` and `queries`
        """
        before, started = self._cpu(), time.perf_counter()
        counts = [open_it() for _time in range(TIMES)]
        seconds = time.perf_counter() - started
        cpu = spent_between(before, self._cpu())
        if not counts[0] and name not in MAY_BE_EMPTY:
            raise AssertionError(f"{name} is empty")
        return {
            "size": self._size,
            "records": counts[0],
            "seconds": seconds / TIMES,
            "cpu": cpu / TIMES,
            "queries": self._queries(),
        }

    def _cpu(self):
        """Return the CPU time of Odoo, by process id, and of its database backends."""
        times = psutil.Process(self._server.process.pid).cpu_times()
        spent = {0: times.user + times.system}
        for pid in postgres.query(BACKENDS, self._database):
            spent[pid] = cpu_of(pid)
        return spent

    def _queries(self):
        """Return how many queries the last answer took, as Odoo's log says."""
        return int(ANSWERED.findall(self._server.process.output())[-1])
