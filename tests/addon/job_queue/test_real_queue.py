"""With a real job runner: who is killed, restarted or not there costs no product."""

import pytest
from queue_odoo import QueueOdoo
from several_accounts import (
    NAMES,
    accounts_with_activity,
    all_is_live,
    copy_connected,
    job_of,
    open_marketplaces,
    seasons_database,
)
from small_season import SKUS

from scripts.env import databases
from scripts.killable_odoo import wait_for

NEVER = 600
CULPRIT, *OTHERS = NAMES
KIND = "create"


@pytest.fixture(scope="module")
def seasons():
    """Provide a database with pending listings of all accounts, and a queue."""
    with seasons_database("three_queued_seasons") as name:
        yield name


@pytest.fixture
def marketplaces():
    """Provide a marketplace for each account."""
    with open_marketplaces() as servers:
        yield servers


@pytest.fixture
def odoo(seasons, marketplaces, monkeypatch):
    """Provide an Odoo, not yet started, with each account at its marketplace."""
    monkeypatch.setenv("ODOO_QUEUE_JOB_CHANNELS", "root:1")
    name = "real_queue"
    copy_connected(seasons, name, marketplaces, "rest")
    server = QueueOdoo(name)
    try:
        yield server
    finally:
        if server.runs:
            server.kill()
        databases.drop(name)


def assert_done_once(marketplaces):
    """Fail unless each product was created once, with one feed for each account."""
    for server in marketplaces.values():
        sandbox = server.sandbox
        sent = [
            request.action
            for request in list(sandbox.requests)
            if request.outcome in ("accepted", "hang_after")
        ]
        assert sent.count("ProductCreate") == 1
        assert sorted(sandbox.products) == sorted(SKUS)


def is_over(odoo):
    """Tell whether all is live, and nothing is left in the queue."""
    left = odoo.turns("pending") + odoo.turns("enqueued") + odoo.turns("started")
    return all_is_live(odoo) and not left


def test_a_killed_worker_costs_one_account_its_turn(odoo, marketplaces):
    culprit = marketplaces[CULPRIT].sandbox
    culprit.faults.add("hang_after", action="ProductCreate", seconds=NEVER)
    odoo.start()
    odoo.wait_with_crons(
        lambda: any(one.outcome == "hang_after" for one in list(culprit.requests)),
        "the call that hangs",
    )
    odoo.kill()

    odoo.let_a_minute_pass()
    odoo.start()
    odoo.wait_with_crons(
        lambda: all(
            sorted(marketplaces[name].sandbox.products) == sorted(SKUS)
            for name in OTHERS
        ),
        "the others' products",
    )
    assert job_of(odoo, CULPRIT, KIND)[2] == "t", "its lease is not over"
    culprit.faults.clear()
    odoo.let_an_hour_pass()
    odoo.wait_with_crons(lambda: all_is_live(odoo), "the season at all marketplaces")
    odoo.wait_with_crons(
        lambda: job_of(odoo, CULPRIT, KIND) == ("success", "", "f", "f"),
        "the end of the culprit's job",
    )
    assert accounts_with_activity(odoo) == []
    assert_done_once(marketplaces)


def test_a_runner_that_is_restarted_takes_up_what_was_enqueued(odoo, marketplaces):
    odoo.start(has_runner=False)
    odoo.wait_with_crons(lambda: odoo.turns("pending"), "jobs of the queue")
    odoo.stop()
    assert not any(server.sandbox.products for server in marketplaces.values())

    odoo.start()
    wait_for(lambda: odoo.turns("done"), "the first turn")
    odoo.wait_with_crons(lambda: all_is_live(odoo), "the season at all marketplaces")
    assert odoo.turns("failed") == 0
    assert_done_once(marketplaces)


def test_without_a_runner_the_crons_do_the_work_after_five_minutes(odoo, marketplaces):
    odoo.start(has_runner=False)
    odoo.wait_with_crons(lambda: odoo.turns("pending"), "jobs of the queue")
    odoo.let_crons_run_once()
    assert not any(server.sandbox.products for server in marketplaces.values())

    odoo.let_six_minutes_pass()
    odoo.wait_with_crons(lambda: all_is_live(odoo), "the season at all marketplaces")
    assert odoo.turns("done") == 0
    assert_done_once(marketplaces)
