"""For tests that need an Odoo process of their own: on a copy, killed at will.

Tests run inside `make test`, which keeps PostgreSQL up. See "Tests that commit, kill or
run crons" in CONTRIBUTING.rst.
"""

import contextlib
import os

from scripts.env import databases, odoo_server, paths, postgres, processes

#: Names, in the environment of the tests, the untouched database to copy from.
PRISTINE = "ICONIC_PRISTINE_DATABASE"
#: Names the one that it was made from, with Odoo's modules alone.
TEMPLATE = "ICONIC_TEMPLATE_DATABASE"
#: Odoo's ports in tests; each worker of the tests has some of its own.
FIRST_PORT, PORTS_OF_A_WORKER = 18069, 100


def pristine_database():
    """Name the database with the add-on, and with other modules where those are tested.

    :return: its name; copy it, never use it
    """
    return os.environ[PRISTINE]


def template_database():
    """Name the database without the add-on, with the modules that it depends on.

    :return: its name; copy it, never use it
    """
    return os.environ[TEMPLATE]


@contextlib.contextmanager
def copied_database(name, source=None):
    """Have a fresh copy of a database for as long as the block lasts.

    :param name: the copy's name
    :param source: the database, if not the pristine one
    :return: a context manager that gives the name
    """
    databases.copy(source or pristine_database(), name)
    try:
        yield name
    finally:
        databases.drop(name)


def start_odoo(database, *arguments, name=None):
    """Start an Odoo with HTTP and crons and wait until it answers.

    :param database: a database of one's own
    :param arguments: further command line arguments, `--max-cron-threads=0` for none
    :param name: the log's name
    :return: an :class:`~scripts.env.odoo_server.OdooServer`; has `url`, `process`,
        `stop()` and serves as a context manager
    """
    server = odoo_server.OdooServer(
        database,
        port=_first_port(),
        name=name or f"odoo-{database}",
        arguments=arguments,
    )
    try:
        server.wait()
    except BaseException:
        server.stop()
        raise
    return server


def _first_port():
    """Return where a port is looked for: two workers must not find the same one."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    return FIRST_PORT + PORTS_OF_A_WORKER * int(worker.removeprefix("gw"))


def start_shell(database, code, name=None, arguments=(), env=None):
    """Start `odoo shell` on a piece of code and leave it running.

    :param database: a database of one's own
    :param code: Python, with `env` at hand; it commits by itself or not at all
    :param name: the log's name
    :param arguments: further command line arguments
    :param env: its environment, if not this process's
    :return: a :class:`~scripts.env.processes.Process`; kill it by its `pid`
    """
    script = paths.log_file(f"shell-{database}").with_suffix(".py")
    script.write_text(code)
    options = ["-d", database, "--no-http", *arguments]
    command = odoo_server.command(*options, subcommand="shell")
    name = name or f"shell-{database}"
    with script.open() as stdin:
        return processes.Process(command, name, stdin=stdin, env=env)


def query(sql, database):
    """Run one SQL statement.

    :param sql: the statement
    :param database: where
    :return: the rows, as lines with columns parted by `|`
    """
    return postgres.query(sql, database)
