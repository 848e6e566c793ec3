"""An Odoo process with running crons, to be killed and started again by a test."""

import os
import signal
import time

from scripts import runtime
from scripts.env import databases, paths

#: Where the modules are that tests run in a shell.
TESTS = paths.ROOT / "tests" / "addon"
#: Seconds to wait for anything before a test fails.
PATIENCE = 60
#: Seconds between two attempts.
PAUSE = 0.2
#: The time as Odoo writes it, and what is due by then.
NOW = "date_trunc('second', now() AT TIME ZONE 'UTC')"
DUE = f"call_at <= {NOW}"


def run_in_shell(database, module, function, patience=PATIENCE, arguments=()):
    """Call a function with `env`, in `odoo shell`.

    :param database: a database of one's own
    :param module: the name of a module of the add-on's tests, or of the project
    :param function: the function's name; it has to commit
    :param patience: seconds that it may take
    :param arguments: what it takes beside, texts and numbers
    """
    folders = [str(TESTS), str(paths.ROOT)]
    call = ", ".join(["env", *map(repr, arguments)])
    code = f"import sys\nsys.path[:0] = {folders!r}\n"
    code += f"from {module} import {function}\n{function}({call})\n"
    with runtime.start_shell(database, code) as shell:
        ended = "the shell's end"
        wait_for(lambda: shell.status() is not None, ended, patience=patience)
        assert shell.status() == 0, shell.output()


def wait_for(condition, what, meanwhile=lambda: None, patience=PATIENCE):
    """Wait until a condition holds, or fail.

    :param condition: a function that returns whether it holds
    :param what: what is waited for, in words
    :param meanwhile: called before each attempt
    :param patience: seconds until it fails
    """
    limit = time.monotonic() + patience
    while True:
        meanwhile()
        if condition():
            return
        assert time.monotonic() < limit, f"{what} did not come within {patience} s"
        time.sleep(PAUSE)


class KillableOdoo:
    """The Odoo process of one database, and queries on that database.

    :param database: a database of one's own
    """

    def __init__(self, database):
        self.database = database
        self._server = None

    @property
    def runs(self):
        """Tell whether Odoo runs."""
        return self._server and self._server.process.status() is None

    @property
    def url(self):
        """Return Odoo's address."""
        return self._server.url

    def start(self):
        """Start Odoo and let its crons run; pictures are fetched from it."""
        self._server = runtime.start_odoo(self.database, "--max-cron-threads=1")
        self.query(f"UPDATE iconic_account SET image_base_url = '{self._server.url}'")

    def kill(self):
        """End Odoo at once, in the middle of whatever it does."""
        os.killpg(self._server.process.pid, signal.SIGKILL)
        self._server.stop()
        # What its connections held is free once PostgreSQL has noticed.
        wait_for(lambda: not self._connections(), "the end of its connections")

    def lose_database(self):
        """End all connections with the database, whatever they are used for."""
        # Not the one on `postgres`, over which the crons are notified.
        self.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{self.database}' AND pid <> pg_backend_pid()"
        )

    def query(self, sql):
        """Run one SQL statement on the database.

        :param sql: the statement
        :return: the rows, as tuples of text
        """
        rows = runtime.query(sql, self.database)
        return [tuple(row.split("|")) for row in rows]

    def wake_crons(self):
        """Have the crons run now; feeds not looked at yet are due for it.

        So are jobs that were interrupted.
        """
        # Nobody works on such a feed or job before it is due: this disturbs nobody.
        self.query(
            f"UPDATE iconic_feed SET next_poll_at = {NOW} WHERE state = 'processing'"
            f" AND COALESCE(poll_count, 0) = 0 AND next_poll_at > {NOW}"
        )
        self.query(
            f"UPDATE iconic_account_job SET next_try_at = {NOW}"
            f" WHERE result = 'interrupted' AND next_try_at > {NOW}"
        )
        # Also where one is due: a cron that runs already takes that one along, unseen.
        self.query(
            f"INSERT INTO ir_cron_trigger (cron_id, call_at) SELECT id, {NOW}"
            " FROM ir_cron WHERE active"
        )
        self._notify()

    def let_crons_run_once(self):
        """Have every cron of ours run once more, to its end."""
        self.wake_crons()
        newest = self.query("SELECT max(id) FROM ir_cron_trigger")[0][0]
        # A job's triggers go when it has ended.
        left = (
            "SELECT 1 FROM ir_cron_trigger AS due JOIN ir_cron ON ir_cron.id = cron_id"
            f" WHERE active AND due.id <= {newest} AND {DUE}"
        )
        wait_for(lambda: not self.query(left), "the crons' end", self._notify)

    def wait_with_crons(self, condition, what):
        """Wait until a condition holds, with the crons running again and again.

        :param condition: a function that returns whether it holds
        :param what: what is waited for, in words
        """
        wait_for(condition, what, meanwhile=self.wake_crons)

    def let_an_hour_pass(self):
        """Move the leases of feeds and jobs and what they wait for into the past."""
        self.query(
            "UPDATE iconic_feed SET sending_since = sending_since - interval '1 hour',"
            " next_poll_at = next_poll_at - interval '1 hour'"
        )
        self.query(
            "UPDATE iconic_account_job SET lease_until = lease_until - interval"
            " '1 hour', next_try_at = next_try_at - interval '1 hour'"
        )

    def feeds(self):
        """Read the feeds on record.

        :return: a list of (flow, state, external id), the oldest first
        """
        return self.query(
            "SELECT flow, state, external_id FROM iconic_feed ORDER BY id"
        )

    def listings(self):
        """Read how far each listing is.

        :return: a list of (SKU, product status, listing status, content status)
        """
        return self.query(
            "SELECT seller_sku, product_status, listing_status, content_status"
            " FROM iconic_listing ORDER BY id"
        )

    def _connections(self):
        return runtime.query(
            f"SELECT 1 FROM pg_stat_activity WHERE datname = '{self.database}'"
            " AND pid <> pg_backend_pid()",
            "postgres",
        )

    def _notify(self):
        runtime.query(f"NOTIFY cron_trigger, '{self.database}'", "postgres")


def copy_account_database(source, name, marketplace_url, api_type):
    """Copy a database and connect its account to a marketplace of the test.

    :param source: a database that nobody is connected to
    :param name: the copy's name
    :param marketplace_url: where its account sends to, with a slash at its end
    :param api_type: which API the account uses
    """
    databases.copy(source, name)
    connect_account(name, "THE ICONIC", marketplace_url, api_type)


def connect_account(database, account, marketplace_url, api_type):
    """Connect an account of a copied database to a marketplace of the test.

    :param database: the copy's name
    :param account: the account's name
    :param marketplace_url: where it sends to, with a slash at its end
    :param api_type: which API it uses
    """
    # A copy stays silent until somebody confirms it: this confirms it.
    runtime.query(
        f"UPDATE iconic_account SET database_name = '{database}',"
        f" api_type = '{api_type}', api_url = '{marketplace_url}',"
        f" token_url = '{marketplace_url}oauth/client-credentials'"
        f" WHERE name = '{account}'",
        database,
    )
