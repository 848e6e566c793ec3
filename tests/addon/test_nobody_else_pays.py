"""Work that has nothing to do with the marketplace costs what it costs without us.

Two databases, one of them without the add-on, and the same work on the same data.
"""

import json

import pytest

from scripts import runtime
from scripts.killable_odoo import run_in_shell

#: Each of these may ask for a comparison, with one query: stock has moved.
MAY_ASK = {"count_stock", "receive_goods", "confirm_order", "validate_delivery"}
MAY_ASK |= {"receive_return", "cancel_order"}
#: Its delivery may look once for an order of the marketplace, which is gone.
MAY_ASK |= {"delete_order"}
PATIENCE = 300


@pytest.fixture(scope="module")
def counts(tmp_path_factory):
    """Provide the queries of each step, without and with the add-on."""
    folder = tmp_path_factory.mktemp("counts")
    sources = {
        "without": runtime.template_database(),
        "with": runtime.pristine_database(),
    }
    found = {}
    for name, source in sources.items():
        with runtime.copied_database(f"everyday_{name}", source) as database:
            file = folder / name
            run_in_shell(
                database, "everyday_work", "measure", PATIENCE, arguments=[str(file)]
            )
            found[name] = json.loads(file.read_text())
    return found


def test_no_step_of_everyday_work_makes_more_queries(counts):
    without, with_addon = counts["without"], counts["with"]
    more = {name: with_addon[name] - count for name, count in without.items()}
    dear = {name: count for name, count in more.items() if count > (name in MAY_ASK)}
    assert not dear, f"{dear} of {with_addon}"


def test_everything_was_measured(counts):
    assert all(counts["without"].values())
    assert counts["with"].keys() == counts["without"].keys()
