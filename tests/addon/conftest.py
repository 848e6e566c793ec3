"""Lets several processes share the tests out among them."""

import os
import shutil
from pathlib import Path

import odoo

#: Set in each of several processes, by pytest-xdist.
WORKER = os.environ.get("PYTEST_XDIST_WORKER")
#: Files that take minutes: begun last, one process would work on them alone.
LONGEST_FILES = (
    "test_order_batches.py",
    "test_chaos.py",
    "test_killed_while_sending.py",
    "test_hostile_marketplace.py",
    "test_opening_fields.py",
    "test_jobs_survive.py",
)


def pytest_collection_modifyitems(items):
    """Let the longest files begin first; within a file the order stays."""
    items.sort(key=lambda item: item.path.name not in LONGEST_FILES)


def pytest_sessionstart(session):
    """Give this process a filestore of its own.

    They have a database each, but share the files: what one of them cleans away after a
    test, another may still need.
    """
    if not WORKER:
        return
    config = odoo.tools.config
    own = Path(config["data_dir"]) / f"{config['db_name'][0]}-{WORKER}"
    shared = Path(config["data_dir"]) / "filestore"
    # Odoo never writes into a stored file: links do, and take no time.
    for name in config["db_name"]:
        if (shared / name).exists():
            shutil.copytree(
                shared / name, own / "filestore" / name, copy_function=os.link
            )
    session.config.add_cleanup(lambda: shutil.rmtree(own, ignore_errors=True))
    config["data_dir"] = str(own)
