"""The campaign's world: marketplaces, a database and the Odoo servers that work on it.

One server has worker processes (prefork), the other one threads; both serve people and
run scheduled jobs on the same database.
"""

import contextlib
import itertools
import os
import signal

import psutil

from scripts.chaos import season
from scripts.chaos.planted_odoo import PLANT
from scripts.chaos.small_disk import SmallDisk
from scripts.env import databases, odoo_server, paths, postgres, processes
from scripts.killable_odoo import NOW, KillableOdoo, connect_account, run_in_shell
from seller_center_sandbox import Sandbox, SandboxServer

DATABASE = "chaos_{pid}"
#: Odoo's servers: their arguments, beside a port each.
SERVERS = {
    "prefork": ("--workers=2", "--max-cron-threads=2"),
    "threaded": ("--workers=0", "--max-cron-threads=1"),
}
FIRST_PORT, PORTS_OF_A_SERVER = 18869, 4
#: Campaigns that may run beside one another, and the ports that each has.
CAMPAIGNS, PORTS = 10, 1000
ODOO = ("scripts.chaos.planted_odoo",)
#: Seconds from accepting a feed to its result.
PROCESSING_DELAY = 1
#: Seconds that making the goods may take.
PATIENCE = 1800
#: What jobs wait for; the campaign does not.
WAITS = {
    "iconic_feed": ("next_poll_at",),
    "iconic_account_job": ("next_try_at",),
    "iconic_order": ("read_again_at",),
    "iconic_order_change": ("next_attempt_at",),
    "iconic_account": ("retry_at",),
}
#: Leases that nobody has renewed for a while: their owner is dead. They last ten
#: minutes, and whoever is alive renews them with each step.
DEAD = (
    ("iconic_feed", "sending_since", "-15 seconds"),
    ("iconic_order_change", "sending_since", "-15 seconds"),
    ("iconic_account_job", "lease_until", "9 minutes 45 seconds"),
    ("iconic_order", "lease_until", "9 minutes 45 seconds"),
)
KITS = """
SELECT kit.default_code, part.default_code, line.product_qty
FROM mrp_bom_line AS line JOIN mrp_bom AS bom ON bom.id = bom_id
JOIN product_product AS part ON part.id = line.product_id
JOIN product_product AS kit ON kit.product_tmpl_id = bom.product_tmpl_id
"""


class World:
    """Everything that runs; a context manager that ends it all.

    :param source: a database with the add-ons, that nobody is connected to
    :param api_types: which API each account uses, in the order of `season.ACCOUNTS`
    :param styles: how many styles the accounts sell
    :param plant: a key of `planted_odoo.PLANTS`: the fault in the add-on
    """

    def __init__(self, source, api_types, styles, plant=None):
        self._source = source
        self._api_types = dict(zip(season.ACCOUNTS, api_types, strict=True))
        self._styles = styles
        self._environment = {**os.environ, PLANT: plant or ""}
        self._stack = contextlib.ExitStack()
        self._numbers = itertools.count(1)
        self.database = DATABASE.format(pid=os.getpid())
        self.marketplaces = {}
        self.servers = {}
        self.disk = SmallDisk(databases.filestore(self.database))
        self._odoo = KillableOdoo(self.database)
        self.query = self._odoo.query

    def __enter__(self):
        with self._stack:
            self._open_marketplaces()
            self._make_database()
            self._stack.callback(self.stop_servers)
            for name in SERVERS:
                self.start(name)
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *failure):
        self._stack.close()

    def _open_marketplaces(self):
        for name in season.ACCOUNTS:
            sandbox = Sandbox(
                user_id=season.LOGINS[name],
                application_id=season.APPLICATIONS[name],
                processing_delay=PROCESSING_DELAY,
            )
            server = self._stack.enter_context(SandboxServer(sandbox))
            self.marketplaces[name] = server

    def _make_database(self):
        databases.copy(self._source, self.database)
        self._stack.callback(databases.drop, self.database)
        # A crash must cost what is open, as it does in a shop, and nothing else.
        postgres.query(f'ALTER DATABASE "{self.database}" SET synchronous_commit = on')
        self._stack.enter_context(self.disk)
        run_in_shell(self.database, season.__name__, "make", PATIENCE, [self._styles])
        for name, server in self.marketplaces.items():
            connect_account(self.database, name, server.url, self._api_types[name])

    def sandboxes(self):
        """Return the marketplaces by account."""
        return {name: server.sandbox for name, server in self.marketplaces.items()}

    def start(self, name):
        """Start one of Odoo's servers, and wait until it answers."""
        number = next(self._numbers)
        # Its two ports are nobody else's, though each is bound a while later.
        first = FIRST_PORT + PORTS * (os.getpid() % CAMPAIGNS)
        port = processes.free_port(first + PORTS_OF_A_SERVER * number % PORTS)
        arguments = [*SERVERS[name], f"--gevent-port={processes.free_port(port + 1)}"]
        server = odoo_server.OdooServer(
            self.database,
            port,
            name=f"chaos-{name}-{number}",
            arguments=arguments,
            module=ODOO,
            env=self._environment,
        )
        self.servers[name] = server
        server.wait()
        # Pictures are fetched from whichever started last.
        self.query(f"UPDATE iconic_account SET image_base_url = '{server.url}'")

    def kill_worker(self, name, choose):
        """Kill one process of a server.

        :param choose: function of a list that returns one of it
        """
        with contextlib.suppress(psutil.NoSuchProcess):
            workers = psutil.Process(self.servers[name].process.pid).children()
            if workers:
                choose(workers).kill()

    def kill_server(self, name):
        """Kill a server with all that it has started, and start it again."""
        server = self.servers.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.process.pid, signal.SIGKILL)
        server.stop()
        self.start(name)

    def revive(self):
        """Start what has ended by itself."""
        for name, server in list(self.servers.items()):
            if server.process.status() is not None:
                self.kill_server(name)

    def stop_servers(self):
        """End all servers of Odoo."""
        while self.servers:
            self.servers.popitem()[1].stop()

    def lose_connections(self):
        """End all connections with the database, in the middle of what they do."""
        self._odoo.lose_database()

    def restart_postgres(self):
        """Let PostgreSQL crash and recover; whoever uses it loses what is open."""
        postgres.restart()

    def wake(self):
        """Run all scheduled jobs now, whatever they wait for."""
        for table, columns in WAITS.items():
            for column in columns:
                self.query(
                    f"UPDATE {table} SET {column} = {NOW} WHERE {column} > {NOW}"
                )
        for table, column, age in DEAD:
            self.query(
                f"UPDATE {table} SET {column} = {column} - interval '1 hour'"
                f" WHERE {column} < {NOW} + interval '{age}'"
                f" AND {column} > {NOW} - interval '1 hour'"
            )
        self._odoo.wake_crons()

    def give_up_lost_feeds(self):
        """Let the six hours pass after which a feed counts as lost.

        Only while the marketplaces process all that they know: at once.
        """
        self.query(
            "UPDATE iconic_feed SET submitted_at = submitted_at - interval '7 hours'"
            f" WHERE state = 'processing' AND submitted_at < {NOW} - interval '15 s'"
            f" AND submitted_at > {NOW} - interval '6 hours'"
        )

    def kits(self):
        """Return what kits are made of: SKU of a kit -> SKU of a part -> pieces."""
        found = {}
        for kit, part, pieces in self.query(KITS):
            found.setdefault(kit, {})[part] = float(pieces)
        return found

    def report(self, module, function):
        """Run a function in `odoo shell` that writes what it sees.

        :return: what it has written, as text
        """
        target = paths.LOGS / f"{self.database}.json"
        run_in_shell(self.database, module, function, PATIENCE, [str(target)])
        return target.read_text()
