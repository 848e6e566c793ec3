"""How long the screens of a large shop take to open, beside Odoo's own variant list.

Each is asked for over HTTP as the web client does: what its view reads, in its own
order, with its own filters.
"""

import contextlib
import os
import re
import time
from dataclasses import dataclass, field

import psutil

from benchmarks import clerk, seasons
from benchmarks.bench import open_marketplace
from benchmarks.cost import cpu_of, spent_between
from benchmarks.goods import ACCOUNT
from benchmarks.growth import grow
from benchmarks.screen_views import (
    COUNT_LIMIT,
    LIMITS,
    default_order,
    filter_domain,
    specification,
)
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


@dataclass(frozen=True)
class Screen:
    """A view with the filters that it is opened with."""

    model: str
    view: str = "list"
    filters: tuple = ()
    groupby: str = ""
    domain: tuple = ()
    context: dict = field(default_factory=dict)


DELIVERIES = {"restricted_picking_type_code": "outgoing"}
RETURNS = (("return_state", "in", ("coming_back", "received")),)
#: In one round, in this order. Beside Odoo's own list, the first, all are compared.
SCREENS = {
    "variants": Screen("product.product", filters=("filter_to_sell",)),
    "dashboard": Screen("iconic.account", "kanban"),
    "account_form": Screen("iconic.account", "form"),
    "listings": Screen("iconic.listing"),
    "listings_with_errors": Screen("iconic.listing", filters=("has_error",)),
    "listings_on_the_way": Screen("iconic.listing", filters=("on_the_way",)),
    "feeds": Screen("iconic.feed"),
    "feed_lines": Screen("iconic.feed.line"),
    "feed_lines_failed": Screen("iconic.feed.line", filters=("failed",)),
    "orders_to_ship": Screen("iconic.order", filters=("open",)),
    "orders": Screen("iconic.order"),
    "orders_at_risk": Screen("iconic.order", filters=("at_risk",)),
    "orders_late": Screen("iconic.order", filters=("late",)),
    "orders_held": Screen("iconic.order", filters=("held",)),
    "items": Screen("iconic.order.item"),
    "items_to_ship": Screen("iconic.order.item", filters=("open",)),
    "returns": Screen("iconic.order.item", domain=RETURNS),
    "problems": Screen("iconic.product.problem", groupby="rule"),
    "mismatches": Screen("iconic.mismatch"),
    "unmatched": Screen("iconic.unmatched.product"),
    "deliveries_to_make_ready": Screen(
        "stock.picking", filters=("iconic_to_make_ready",), context=DELIVERIES
    ),
    "deliveries_at_risk": Screen(
        "stock.picking", filters=("iconic_at_risk",), context=DELIVERIES
    ),
    "deliveries_late": Screen(
        "stock.picking", filters=("iconic_late",), context=DELIVERIES
    ),
}
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
        opened = {name: self._opening(SCREENS[name]) for name in self._names}
        for ask in opened.values():
            ask()
        measured = {name: [] for name in opened}
        for number in range(self._rounds):
            console.step(f"{self._size}: screens, round {number + 1}")
            for name, ask in opened.items():
                cost = self._measure(name, ask)
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

    def _opening(self, screen):
        """Return a function that opens a screen and returns how many records it has."""
        asked = {"lang": "en_US", "tz": "Australia/Sydney", **screen.context}
        views = [[False, screen.view], [False, "search"]]
        found = self._client.call(screen.model, "get_views", views, {}, context=asked)
        arch = found["views"][screen.view]["arch"]
        search = found["views"]["search"]["arch"]
        spec = specification(arch, screen.model, found["models"])
        context = {**asked, "bin_size": True}
        domain = [*screen.domain, *filter_domain(search, screen.filters)]
        if screen.view == "form":
            ids = self._client.call(screen.model, "search", [], limit=1)
            return lambda: len(
                self._client.call(screen.model, "web_read", ids, spec, context=context)
            )
        if screen.groupby:
            return lambda: self._client.call(
                screen.model,
                "web_read_group",
                domain,
                [screen.groupby],
                ["__count"],
                limit=LIMITS[screen.view],
                auto_unfold=True,
                unfold_read_specification=spec,
                unfold_read_default_limit=LIMITS[screen.view],
                context=context,
            )["length"]
        return lambda: self._client.call(
            screen.model,
            "web_search_read",
            domain,
            spec,
            limit=LIMITS[screen.view],
            order=default_order(arch) or "",
            count_limit=COUNT_LIMIT,
            context=context,
        )["length"]

    def _measure(self, name, ask):
        """Open a screen a few times.

        :return: a dict: `size`, and of one time `seconds`, `cpu` and `queries`
        """
        before, started = self._cpu(), time.perf_counter()
        counts = [ask() for _time in range(TIMES)]
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
