"""Twenty accounts with new prices: by scheduled jobs, and by workers of the queue.

The time counts from the first comparison until all prices are at the marketplace: when
their results are read is a matter of waiting.
"""

import contextlib
import os
import time

import requests

from benchmarks import seasons
from benchmarks.answers import CONTROL
from benchmarks.bench import TIMEOUT, open_marketplace
from benchmarks.goods import VARIANTS
from scripts.env import console, databases, odoo_server, paths, postgres, processes
from scripts.killable_odoo import run_in_shell, wait_for

NAME = "many_accounts"
ACCOUNTS = 20
#: Of each account.
STYLES = 50
DATABASE = "bench_accounts_{pid}"
PORT = 18969
#: Seconds that one way may take.
PATIENCE = 600
#: Seconds that the marketplace takes for an answer.
ANSWER = 0.5
RUNNER = "--load=base,web,rpc,queue_job"
READY = "database connections ready"
#: Each way: HTTP workers, and the capacity of the queue; none is loaded for 0. One
#: scheduled job runs at a time.
WAYS = {
    "crons": (1, 0),
    "queue_1": (1, 1),
    "queue_2": (2, 2),
    "queue_6": (6, 6),
}
FIRST = (
    "INSERT INTO ir_cron_trigger (cron_id, call_at) SELECT res_id, now() AT TIME ZONE"
    " 'UTC' FROM ir_model_data WHERE name = 'ir_cron_detect'"
)
SENT = (
    "SELECT count(*) FROM iconic_feed_line AS line JOIN iconic_feed AS feed"
    " ON feed.id = feed_id WHERE feed.flow = 'price'"
    " AND feed.state IN ('processing', 'done')"
)


class AccountsBench:
    """A database with many accounts; a context manager that drops it.

    :param source: a database with the add-on, that nobody is connected to
    :param rounds: how often each way is measured
    """

    def __init__(self, source, rounds):
        self._source = source
        self._rounds = rounds
        self._stack = contextlib.ExitStack()
        self._database = DATABASE.format(pid=os.getpid())

    def __enter__(self):
        with self._stack:
            self._url = open_marketplace(self._stack)
            self._alone, self._queued = (
                f"{self._database}_{name}" for name in ("alone", "queued")
            )
            for name in (self._alone, self._queued, self._database):
                self._stack.callback(databases.drop, name)
            self._make_databases()
            slower = {"seconds": ANSWER}
            address = f"{self._url}{CONTROL.strip('/')}"
            requests.post(address, json=slower, timeout=TIMEOUT).raise_for_status()
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *failure):
        self._stack.close()

    def run(self):
        """Measure each way, round by round.

        :return: dict, name -> the seconds of each round
        """
        measured = {name: [] for name in WAYS}
        for number in range(self._rounds):
            console.step(f"{ACCOUNTS} accounts, round {number + 1}")
            for name, way in WAYS.items():
                seconds = self._measure(*way)
                measured[name].append(seconds)
                console.say(f"    {name}: {seconds:.1f} s")
        return measured

    def _make_databases(self):
        """Make a shop with many accounts, and a copy of it with the queue."""
        season = seasons.have(self._source, STYLES, self._url)
        databases.copy(season, self._alone)
        console.step(f"Making {ACCOUNTS} accounts of {STYLES * VARIANTS} listings")
        call = ("benchmarks.accounts", "prepare", PATIENCE, [ACCOUNTS])
        run_in_shell(self._alone, *call)
        databases.copy(self._alone, self._queued)
        options = ["-d", self._queued, "-i", "queue_job", "--stop-after-init"]
        command = odoo_server.command(*options, "--no-http")
        processes.run(command, "bench-queue", "installing the queue", cwd=paths.ROOT)
        for name in (self._alone, self._queued):
            postgres.query("VACUUM ANALYZE", name)

    def _measure(self, workers, capacity):
        prepared = self._queued if capacity else self._alone
        databases.copy(prepared, self._database)
        self._query(
            f"UPDATE iconic_account SET database_name = '{self._database}',"
            f" api_url = '{self._url}'"
        )
        with self._odoo(workers, capacity) as odoo:
            if capacity:
                wait_for(lambda: READY in odoo.process.output(), "the job runner")
            self._query(FIRST)
            postgres.query(f"NOTIFY cron_trigger, '{self._database}'")
            started = time.perf_counter()
            wait_for(self._is_done, "all prices at the marketplace", patience=PATIENCE)
            return time.perf_counter() - started

    def _odoo(self, workers, capacity):
        """Start an Odoo with processes, and wait until it answers."""
        options = [
            f"--workers={workers}",
            "--max-cron-threads=1",
            f"--gevent-port={processes.free_port(PORT + 1)}",
            "--limit-time-real=600",
            "--limit-time-cpu=600",
            *([RUNNER] if capacity else []),
        ]
        server = odoo_server.OdooServer(
            self._database,
            PORT,
            "bench-accounts",
            options,
            module=("benchmarks.prefork_odoo",),
            env={**os.environ, "ODOO_QUEUE_JOB_CHANNELS": f"root:{capacity}"},
        )
        server.wait()
        return server

    def _is_done(self):
        wanted = ACCOUNTS * STYLES * VARIANTS
        return int(self._query(SENT)[0]) == wanted

    def _query(self, sql):
        return postgres.query(sql, self._database)
