"""Lint and all tests: `make test`; some of them: `make test-one T=tests/...`.

Each folder of tests/ is a pytest run of its own: the Odoo-free ones must not load Odoo,
and pytest-odoo must find the add-on as `odoo.addons.iconic_connector`.
"""

import contextlib
import multiprocessing
import os
import signal
import subprocess
from pathlib import Path

from scripts import lint, runtime
from scripts.env import browser, console, databases, paths, postgres, python_env, setup

TESTS = paths.ROOT / "tests"
#: The Odoo-free folders and what is on their import path.
ODOO_FREE = {
    "client": ".",
    "sandbox": ".",
    "scripts": ".",
}
WITH_ODOO = TESTS / "addon"
#: Tests of the add-on beside modules of Odoo that not every shop has, and the modules.
BESIDE = WITH_ODOO / "other_modules"
OTHER_MODULES = (
    "l10n_au",
    "product_email_template",
    "sale_loyalty",
    "sale_mrp",
    "stock_dropshipping",
    "stock_sms",
)
#: Tests of the add-on beside OCA's queue_job, and others that run there once more.
QUEUE = WITH_ODOO / "job_queue"
ON_THE_QUEUE = (WITH_ODOO / "account" / "test_jobs.py", QUEUE)
#: Two runs at once each have their own, named by the process.
TEST_DATABASE = "test_{pid}"
#: pytest's status when it has found no test.
NO_TESTS = 5
#: Seconds that an interrupted pytest has for its fixtures' ends.
GRACE = 20
CORES = os.cpu_count() or 1
#: All tests with Odoo run in so many processes, each with a copy of the database; each
#: waits for PostgreSQL a third of its time. A file's tests stay together, and files in
#: their order: those with few tests would come last, the longest ones among them.
WORKERS = min(CORES + 1, 4)
IN_ORDER = ("--dist", "loadfile", "--no-loadscope-reorder")
SHARED_OUT = ("-n", str(WORKERS), *IN_ORDER)
#: The Odoo-free ones wait for servers of their own, mostly.
ODOO_FREE_SHARED_OUT = ("-n", str(2 * CORES), "--dist", "worksteal")
#: Tests are rolled back: seen from outside, their tables are empty. With statistics
#: that say so, PostgreSQL plans for no rows, and a query takes minutes.
WITHOUT_AUTOVACUUM = """
DO $$
DECLARE name regclass;
BEGIN
    FOR name IN SELECT relid FROM pg_stat_user_tables LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', name);
    END LOOP;
END $$
"""


def odoo_free(kind, targets):
    """Run tests that need no Odoo.

    :param kind: a folder of tests/
    :param targets: what to run, as pytest names it
    :return: pytest's status
    """
    console.step(f"Tests: {kind}")
    path = f"pythonpath={ODOO_FREE[kind]}"
    return _pytest("-p", "no:odoo", "-o", path, *targets)


def with_odoo(tree, targets):
    """Run the add-on's tests on a fresh database, with an HTTP server.

    :param tree: the :class:`~scripts.env.odoo_tree.OdooTree`
    :param targets: what to run, as pytest names it
    :return: pytest's status
    """
    console.step("Tests: the add-on in Odoo")
    ignored = [f"--ignore={folder}" for folder in (BESIDE, QUEUE)]
    return _with_database(tree, databases.pristine(tree), [*ignored, *targets])


def beside_other_modules(tree, targets):
    """Run the add-on's tests on a database that has other modules, too.

    :param tree: the :class:`~scripts.env.odoo_tree.OdooTree`
    :param targets: what to run, as pytest names it
    :return: pytest's status
    """
    console.step("Tests: the add-on beside other modules")
    return _with_database(tree, databases.beside(tree, OTHER_MODULES), targets)


def on_the_queue(tree, targets):
    """Run the add-on's tests on a database where queue jobs do the work.

    :param tree: the :class:`~scripts.env.odoo_tree.OdooTree`
    :param targets: what to run, as pytest names it
    :return: pytest's status
    """
    console.step("Tests: the add-on on OCA's job queue")
    source = databases.beside(tree, ["queue_job"], kind="queue")
    return _with_database(tree, source, targets)


def _with_database(tree, source, targets):
    os.environ[runtime.PRISTINE] = source
    os.environ[runtime.TEMPLATE] = databases.template(tree)
    _let_workers_copy_databases()
    _drop_left_over()
    database = TEST_DATABASE.format(pid=os.getpid())
    databases.copy(source, database)
    postgres.query(WITHOUT_AUTOVACUUM, database)
    try:
        return _pytest(
            f"--odoo-database={database}",
            f"--odoo-config={paths.ODOO_CONFIG}",
            "--odoo-http",
            *targets,
        )
    finally:
        databases.drop(database)


def _let_workers_copy_databases():
    """Say where createdb and dropdb are, and the server that they work on."""
    os.environ["PATH"] = f"{postgres.binaries()}:{os.environ['PATH']}"
    os.environ.update(PGHOST=str(postgres.folder()), PGUSER=postgres.ROLE)


def _drop_left_over():
    """Drop the databases of runs that were killed, and of their workers."""
    for name in databases.names(TEST_DATABASE.format(pid="")):
        pid = name.split("_")[1].partition("-")[0]
        if not Path(f"/proc/{pid}").exists():
            databases.drop(name)


def run_all():
    """Run the linters and all tests.

    The databases are made meanwhile: that takes one core, and the others wait a lot.

    :return: 0 when all is well
    """
    tree = setup.prepare()
    setup.prepare_queue(tree)
    browser.ensure()
    with postgres.running():
        making = multiprocessing.get_context("fork").Process(
            target=_make_databases, args=(tree,), daemon=True
        )
        making.start()
        failed = [f"lint ({name})" for name in lint.run()]
        for kind in ODOO_FREE:
            failed += _failed(odoo_free, kind, [*ODOO_FREE_SHARED_OUT, TESTS / kind])
        # It waits for the other one, or tries again what has failed there.
        databases.beside(tree, OTHER_MODULES)
        making.join()
        if failed:
            console.say(f"\nFailed so far: {', '.join(failed)}")
        failed += _failed(beside_other_modules, tree, [*SHARED_OUT, BESIDE])
        failed += _failed(on_the_queue, tree, [*SHARED_OUT, *ON_THE_QUEUE])
        failed += _failed(with_odoo, tree, [*SHARED_OUT, WITH_ODOO])
    if failed:
        console.say(f"\nFailed: {', '.join(failed)}")
    return bool(failed)


def _make_databases(tree):
    """Make them silently; who needs one tells what is wrong with it."""
    with (
        open(os.devnull, "w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.suppress(console.Trouble, KeyboardInterrupt),
    ):
        databases.beside(tree, OTHER_MODULES)


def _failed(run, what, targets):
    """Run tests, and name them if one fails.

    :return: a list of a folder, or an empty one
    """
    status = run(what, targets)
    folder = Path(targets[-1]).relative_to(paths.ROOT)
    return [] if status in (0, NO_TESTS) else [str(folder)]


def run_some(targets):
    """Run some tests of one folder.

    :param targets: what to run, each below the same folder of tests/
    :return: pytest's status
    """
    kind = targets[0].removeprefix("tests/").partition("/")[0]
    if kind in ODOO_FREE:
        setup.prepare_python()
        return odoo_free(kind, targets)
    if kind != WITH_ODOO.name:
        raise console.Trouble(
            f"T={targets[0]} is none of tests/{WITH_ODOO.name}, "
            + ", ".join(f"tests/{name}" for name in ODOO_FREE)
        )
    tree = setup.prepare()
    setup.prepare_queue(tree)
    with postgres.running():
        return _run_of(targets[0])(tree, targets)


def _run_of(target):
    path = paths.ROOT / target.partition("::")[0]
    runs = {BESIDE: beside_other_modules, QUEUE: on_the_queue}
    found = (runs[folder] for folder in runs if path.is_relative_to(folder))
    return next(found, with_odoo)


def main():
    """Run what the variable T names, or everything."""
    targets = os.environ.get("T", "").split()
    return run_some(targets) if targets else run_all()


def _pytest(*arguments):
    """Run pytest on this terminal; interrupted, it may finish its clean-up."""
    environment = dict(os.environ)
    # Odoo's linters look for pylint there.
    environment["PATH"] = f"{python_env.program('')}:{environment['PATH']}"
    # pytest-odoo 2.3.0 fails when it is set, whatever its value.
    environment.pop("PYTEST_DB_USE_ENV_VARS", None)
    environment["HYPOTHESIS_STORAGE_DIRECTORY"] = str(paths.RUN / "hypothesis")
    command = [python_env.program("pytest"), *arguments]
    process = subprocess.Popen(command, cwd=paths.ROOT, env=environment)
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            _interrupt(process)


def _interrupt(process):
    process.send_signal(signal.SIGINT)
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    console.run_main(main)
